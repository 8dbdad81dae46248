"""Tables, samples of long axes, sizes to try, and descriptions built column by column."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unrolled.description import Description, TextColumn
from unrolled.flow.axis import DOWN
from unrolled.flow.drawing import laid
from unrolled.flow.table import Table
from unrolled.i18n import Fields, known, numbers
from unrolled.measures import measures
from unrolled.sample import Sample
from unrolled.shapes.arrows import Arrow
from unrolled.shapes.blocks import Lane
from unrolled.views.pieces import heading, text

VALUES = [0.5, -10.25, 3, 100]


def table_of(rows: Sample, **options) -> Table:
    """Build a table of numbers, with an arrow to each that isn't hidden, and a band behind them."""
    table = Table(rows, 16, **options)
    table.more = lambda at: {"name": text(rows.more, name="more")}

    @table.column(align="left")
    def name(row):
        return text(f"number {row}" if row else "a long name for a number")

    @table.column(heading("value"), 20, align="right", step=2, arrow="arrow-%s", band="band")
    def value(row):
        return text(str(VALUES[row]), "ink") if row != 1 else ()

    return table


def shapes_of(table: Table) -> dict:
    """Draw a table, and find its shapes by their names."""
    return {shape.name: shape for shape in laid(table.flow(), DOWN).shapes}


def test_cells_are_named_and_aligned():
    """After their columns and rows, from 1; texts are set from the edge of the widest."""
    shapes = shapes_of(table_of(Sample.all(4), prefix="my-"))
    cells = [shapes[f"my-{column}-{row}"] for column in ("name", "value") for row in (1, 3, 4)]
    assert [shape.bounds.left for shape in cells[:3]] == [pytest.approx(cells[0].bounds.left)] * 3
    assert [shape.bounds.right for shape in cells[3:]] == [pytest.approx(cells[3].bounds.right)] * 3
    assert [shape.step for shape in cells] == [None] * 3 + [2] * 3
    assert shapes["my-value-head"].bounds.middle == pytest.approx((cells[5].bounds.left + cells[5].bounds.right) / 2)


def test_empty_cells_get_no_arrow():
    """But the band behind their column includes them."""
    shapes = shapes_of(table_of(Sample.all(4)))
    assert {name for name, shape in shapes.items() if isinstance(shape, Arrow)} == {"arrow-1", "arrow-3", "arrow-4"}
    (band,) = (shape for shape in shapes.values() if isinstance(shape, Lane))
    assert band.frames[0].holds(shapes["value-1"].bounds)


def test_a_gap_has_a_row_of_its_own():
    """Between its neighbours, with the number of those left out."""
    shapes = shapes_of(table_of(Sample.ends(4, 3)))
    assert shapes["more"].text == "2 more"
    assert shapes["name-1"].at.y < shapes["more"].at.y < shapes["name-4"].at.y
    assert "name-2" not in shapes


def test_columns_can_be_chosen_and_numbered_from_0():
    """By their names, in this order."""
    assert set(shapes_of(table_of(Sample.all(2), names=["name"], first=0))) == {"name-0", "name-1"}


@given(st.integers(1, 60), st.integers(3, 12))
def test_a_sample_shows_both_ends_and_as_many_as_wanted(count, most):
    """All if they fit; its gaps stand for exactly those left out."""
    sample = Sample.ends(count, most)
    assert len(sample.shown) == min(count, most)
    assert (sample.places[0], sample.places[-1]) == (0, count - 1)
    hidden = sum(sample.hidden(at) for at, place in enumerate(sample.shown) if place is None)
    assert hidden == sample.left_out == count - len(sample.places)


@given(st.integers(1, 30), st.data())
def test_a_sample_around_places_has_a_gap_wherever_others_are_left_out(count, data):
    """At the ends too; a gap of one place is filled if it would take as much space."""
    places = data.draw(st.sets(st.integers(0, count - 1), min_size=1))
    sample, filled = Sample.around(count, places), Sample.around(count, places, least=2)
    assert {*sample.places} == places <= {*filled.places}
    assert all(filled.hidden(at) > 1 for at, place in enumerate(filled.shown) if place is None)
    assert sample.filled(range(count), -1) == [-1 if place is None else place for place in sample.shown]


def test_sizes_run_from_the_largest_and_stay_at_the_last():
    """The longest list says how many there are."""
    tried = measures(letters=[19, 17, 13], bar=[70, 56], apart=6)
    assert [(each.letters, each.bar, each.apart) for each in tried] == [(19, 70, 6), (17, 56, 6), (13, 56, 6)]


def test_a_description_is_told_column_by_column():
    """Each value once, with the step at which it appears; what is None is left out."""
    table = [
        TextColumn("word", ["a", "b"], [1, 2]),
        None,
        TextColumn("numbers", map(numbers, [[0.5], [1.5]]), 3, role="output"),
    ]
    told = Description.of("Two words.", "They have numbers.", None, steps=["First."], table=table)
    assert told["head"] == ["word", "numbers"]
    assert told["rows"] == [["a", "0.5"], ["b", "1.5"]]
    assert [[cell.step for cell in row.cells] for row in told.rows] == [[1, 3], [2, 3]]
    assert told.without("output")["head"] == ["word"]


def test_a_message_takes_the_fields_that_it_names():
    """Others don't count, so what isn't known yet hides only the messages that say it."""
    fields = Fields(word="bad", share=known(numbers([0.78], 2), 2))
    assert fields.gettext("%(word)s asks").without(lambda text: text.step > 1) == "bad asks"
    assert fields.gettext("%(word)s gets %(share)s").without(lambda text: text.step > 1) is None
