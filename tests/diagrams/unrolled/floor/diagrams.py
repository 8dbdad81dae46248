"""Diagrams of every kind, for the tests of building blocks."""

from itertools import pairwise

from hypothesis import strategies as st

from unrolled import above, arrow, beside, block, cells, curves, dots, key, label, link, operator, row, word
from unrolled.floor.diagram import NARROW
from unrolled.flow.nesting import lay, lay_narrow
from unrolled.geometry import Frame
from unrolled.layout import MARGIN
from unrolled.shapes.arrows import Arrow
from unrolled.shapes.text import Label
from unrolled.stepping import as_drawn

names = st.sampled_from(["RNN", "embed", "a very long name of a stage", "I", "h"])
texts = st.sampled_from(["I", "groot", "internationalization", "state", "q"])
numbers = st.lists(st.floats(-9, 9).map(lambda value: round(value, 2)), min_size=1, max_size=16)
grids = st.integers(1, 5).flatmap(
    lambda wide: st.lists(st.lists(st.integers(-9, 9), min_size=wide, max_size=wide), min_size=1, max_size=5)
)
leaves = st.one_of(
    names.map(block),
    texts.map(word),
    texts.map(label),
    numbers.map(cells),
    grids.map(cells),
    grids.map(lambda values: cells(values, "memory", heat=9)),
    st.sampled_from(["−1", "c −4.4, h −1"]).map(lambda low: key(low, "1")),
    st.just({"train": [[0.9, 0.2], [0.8, 0.1]], "kept out": [0.9, 0.7]}).map(lambda runs: curves(runs, (0, 1))),
    st.just({"words alone": [77, 78], "LSTM": [76, 79]}).map(lambda runs: dots(runs, (75, 80), wide=120)),
    st.sampled_from(["×", "=", "+"]).map(operator),
    st.sampled_from(["right", "down", "up", "left"]).map(lambda towards: arrow("softmax", towards)),
)


@st.composite
def placed(draw, children):
    """Arrange some things, with links between any two of them."""
    things = draw(st.lists(children, min_size=1, max_size=3))
    place = draw(st.sampled_from([beside, row, above]))
    solid = [[one for one in thing.everything() if not one.is_arrow] for thing in things]
    links = [
        link(draw(st.sampled_from(one)), draw(st.sampled_from(other)), draw(st.sampled_from(["", "query"])))
        for one, other in pairwise(solid)
        if one and other and draw(st.booleans())
    ]
    return place(*things, *links)


diagrams = st.recursive(leaves, placed, max_leaves=8)


@st.composite
def crowds(draw):
    """Generate stacked rows of things with links between any of them, most of which have something in their way."""
    wide, high = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    rows = [
        [draw(st.one_of(names.map(block), texts.map(word), grids.map(cells))) for _ in range(wide)] for _ in range(high)
    ]
    things = [thing for line in rows for thing in line]
    pairs = draw(st.lists(st.tuples(st.sampled_from(things), st.sampled_from(things)), max_size=5, unique=True))
    links = [link(one, other, draw(st.sampled_from(["", "query"]))) for one, other in pairs if one is not other]
    return above(*(row(*line) for line in rows), *links)


def forms_of(thing):
    """Return the layouts of both forms, each with its picture; only one if there is no narrow form."""
    picture = thing.picture("A diagram.")
    forms = [(lay(thing), picture)]
    if picture.narrow is not None:
        forms.append((lay_narrow(thing, NARROW - 2 * MARGIN), picture.narrow))
    return forms


def frames_of(layout):
    """Return the frames of all contents, in the picture's coordinates."""
    return [frame for _, frame in layout.leaves]


def hulls_of(thing, whole, layout):
    """Return what arrows may connect to: all of a thing, all but its notes, and its core."""
    found, frames = [], iter(layout.leaves)

    def walk(one):
        own = [] if one.content is None else [(one.content, next(frames)[1])]
        inside = [walk(each) for each in one.inside]
        own += [each for leaves, _ in inside for each in leaves]
        cores = [rims for each, (_, rims) in zip(one.inside, inside, strict=True) if each is one.core]
        solid = [frame for content, frame in own if not content.is_note] or [frame for _, frame in own]
        rims = [Frame.around(frame for _, frame in own), Frame.around(solid)]
        rims += [rim for core in cores for rim in core]
        if one is thing:
            found.extend(rims)
        return own, rims

    walk(whole)
    return found


def stretches_of(picture):
    """Return the straight segments of each link, as thin frames."""
    links = [as_drawn(shape) for shape in picture.shapes if shape.name.startswith("link-")]
    return {
        arrow.name: [_thin(*ends) for ends in pairwise(arrow.points)] for arrow in links if isinstance(arrow, Arrow)
    }


def texts_of(picture):
    """Return the texts of links."""
    return [shape for shape in picture.shapes if isinstance(shape, Label) and shape.name.startswith("link-")]


def _thin(one, other):
    left, right = sorted((one.x, other.x))
    top, bottom = sorted((one.y, other.y))
    return Frame.between(left, top, right, bottom).grown(0.75)
