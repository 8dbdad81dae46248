"""The wide form in shapes, from the words upwards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ...fonts import ROW_LABEL
from ...geometry import Frame, Point
from ...i18n import ngettext
from ...layout import LAST_BEFORE_GAP, MOST_STEPS, snug_box
from ...shapes.arrows import CLEAR, STEPS_OFFSET, StepsLine, bar_under
from ...shapes.blocks import Lane
from ...shapes.cells import CELL, Vector
from ...shapes.shape import Shape
from ...shapes.text import WORD_HEIGHT, Label, Word, word_width
from . import pieces
from .across import CLEAR_OF, MORE_WORDS, MORE_WORDS_STYLE, MOST_CELLS, Across
from .across_rows import Below, Placed, RowLabel, row_label, vector_frame
from .across_stages import blocks_shapes, flat_shapes, reading_shapes
from .lane_place import LanePlace
from .plan import Group, Plan, Stage
from .shown import Line
from .wires import channel_height, wires

WIDEST_BOX = 912
"""What the widest page has room for."""
VECTOR_TO_WORD = 14
STEPS_LINE_ROOM = STEPS_OFFSET + 12
"""What the line under words needs over something else."""
BRANCH_OVER_VECTOR = 22
"""How far over a vector the line branches that gives it to each step."""
ROW_LABEL_GAP, ROW_LABEL_LEADING = 10, 16


def _both_shapes(below: Below, stage: Stage) -> Placed:
    from .across_both import both_shapes  # few models read both ways

    return both_shapes(below, stage)


DRAWN = {"reading": reading_shapes, "both": _both_shapes, "flatten": flat_shapes, "blocks": blocks_shapes}


@dataclass(frozen=True)
class Laid:
    """A group of layers in shapes."""

    ground: tuple[Shape, ...]
    """The words and their vectors."""
    placed: tuple[Placed, ...]
    labels: tuple[RowLabel, ...]
    top: float

    @property
    def shapes(self) -> list[Shape]:
        """All of it, but for the labels."""
        return [*self.ground, *(shape for placed in self.placed for shape in placed.shapes)]


def fitted(plan: Plan, raised: float = 0) -> list[Shape]:
    """Draw all steps, or where they would be too wide for any page, the first two and the last."""
    shapes = shapes_of(Across(plan), raised)
    if max(group.steps for group in plan.groups) > MOST_STEPS - 1 and snug_box(shapes).width > WIDEST_BOX:
        return shapes_of(Across(plan, most_steps=MOST_STEPS - 1), raised)
    return shapes


def shapes_of(across: Across, raised: float = 0) -> list[Shape]:
    """Draw everything but the code and its ties; lanes first, since lines run over them."""
    laid: list[Laid] = []
    shapes: list[Shape] = []
    floor = 0.0
    for group in across.plan.groups:
        handed = sum(len(reading.states[0]) for reading in group.readings if reading.handed)
        laid.append(_laid(across, group, floor - channel_height(handed), raised, laid[-1] if laid else None))
        shapes += laid[-1].shapes
        if handed:
            givers, takers = _givers_and_takers(laid)
            left, right = (edge(shapes) for edge in (_left, _right))
            shapes += wires(givers, takers, floor, left, right)
        floor = laid[-1].top
    shapes += _row_labels(across, shapes, [label for each in laid for label in each.labels])
    return sorted(shapes, key=lambda shape: not isinstance(shape, Lane))


def _givers_and_takers(laid: Sequence[Laid]) -> tuple[list[LanePlace], list[LanePlace]]:
    """Find the lanes that hand states to the last group, and those that take them."""
    lanes = [[place for placed in each.placed for place in placed.lanes] for each in laid]
    givers = [place for each in lanes[:-1] for place in each if place.reading.hands]
    return givers, [place for place in lanes[-1] if place.reading.handed]


def _left(shapes: Sequence[Shape]) -> float:
    return min(shape.bounds.left for shape in shapes)


def _right(shapes: Sequence[Shape]) -> float:
    return max(shape.bounds.right for shape in shapes)


def _laid(across: Across, group: Group, bottom: float, raised: float, under: Laid | None) -> Laid:
    ground, labels, below = _ground(across, group, bottom, raised)
    placed: list[Placed] = []
    for stage in group.stages:
        if stage.kind == "repeat":
            assert under is not None
            below, label = _repeated(across, group, under, below), stage.label
            labels.append(RowLabel(f"{stage.layer}layer", below.top, label))
            continue
        placed.append(DRAWN[stage.kind](below, stage))
        labels += placed[-1].labels
        below = replace(below, top=placed[-1].top, source=None)
    return Laid(tuple(ground), tuple(placed), tuple(labels), below.top)


def _repeated(across: Across, group: Group, under: Laid, below: Below) -> Below:
    """Stand on the one vector that is repeated."""
    before = across.plan.groups[across.plan.groups.index(group) - 1]
    said = before.stages[-1].said
    assert said is not None
    source = Point(across.x(before, said.at[0]), under.top - CLEAR)
    return replace(below, top=under.top - BRANCH_OVER_VECTOR, source=source)


def _ground(across: Across, group: Group, bottom: float, raised: float) -> tuple[list[Shape], list[RowLabel], Below]:
    """The words, the line under them, and their vectors."""
    below = Below(across, group, bottom, raised=raised)
    if not group.words:
        return [], [], below
    top = bottom - STEPS_LINE_ROOM - WORD_HEIGHT
    frames = [_word_frame(below, position, top) for position in below.shown]
    shapes: list[Shape] = [pieces.word(group, at, frame) for at, frame in zip(below.shown, frames, strict=True)]
    labels: list[RowLabel] = []
    gap = LAST_BEFORE_GAP if across.hidden(group) else None
    if gap is not None:
        dots = Point((frames[gap - 1].right + frames[-1].left) / 2, frames[-1].centre)
        name = f"{group.name}more-words"
        shapes.append(Label(name=name, role="muted", text=MORE_WORDS, at=dots, style=MORE_WORDS_STYLE))
        line = Line(ngettext("%(num)s word", "%(num)s words", group.steps), "steps", "time_steps")
        labels.append(RowLabel(f"{group.name}words", frames[-1].centre, (line,)))
    shapes.append(StepsLine(name=f"{group.name}steps", bars=tuple(map(bar_under, frames)), gap_after=gap))
    if group.given is None:
        return shapes, labels, replace(below, top=top)
    vectors = top - VECTOR_TO_WORD - CELL
    for position in below.shown:
        shown = group.given.vector(position)
        shapes.append(pieces.vector(shown, vector_frame(below, position, shown, vectors), MOST_CELLS))
    labels += [replace(each, name=f"{group.name}embedding") for each in row_label("", group.given, vectors)]
    return shapes, labels, replace(below, top=vectors)


def _word_frame(below: Below, position: int, top: float) -> Frame:
    wide = word_width(below.group.words[position])
    return Frame(below.x(position) - wide / 2, top, wide, WORD_HEIGHT)


def _row_labels(across: Across, shapes: list[Shape], labels: list[RowLabel]) -> Iterator[Shape]:
    """Name the rows on the right, by the code's own words; what leaves by an elbow stands over them."""
    elbows = tuple(stage.said.vectors[0].name for stage in across.plan.stages if stage.elbow and stage.said)
    right = max(_reach(shape) for shape in shapes if not (elbows and shape.name.startswith(elbows)))
    for label in labels:
        first = label.y - (len(label.lines) - 1) * ROW_LABEL_LEADING / 2
        for number, line in enumerate(label.lines):
            yield Label(
                name=f"{label.name}-label" if number == 0 else f"{label.name}-label-{number + 1}",
                role=line.role,
                argument=line.argument,
                text=line.text,
                at=Point(right + ROW_LABEL_GAP, first + number * ROW_LABEL_LEADING),
                style=ROW_LABEL,
                anchor="start",
            )


def _reach(shape: Shape) -> float:
    """How far right a shape reaches; words and their vectors keep labels farther off than lanes and rims do."""
    if isinstance(shape, Vector):
        return shape.frame.right + (CLEAR_OF if shape.role == "embedding" else 0)
    return shape.bounds.right + (CLEAR_OF if isinstance(shape, Word) else 0)
