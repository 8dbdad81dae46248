"""The turned form in shapes, layer under layer."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from ...description import Description
from ...fonts import ROW_LABEL
from ...geometry import Frame, Point
from ...layout import LAST_BEFORE_GAP, MARGIN
from ...picture import Picture
from ...shapes.arrows import BAR, StepsLine
from ...shapes.blocks import Lane
from ...shapes.shape import Shape
from ...shapes.text import Label
from .down import LANE_TOP, WORD_LEFT, Down, looks_up
from .down_lane import Section, reading_section
from .down_rows import flat_section, one_section, steps_section
from .plan import Group, Plan, Stage
from .scene import Scene
from .shown import Line

BAR_BEFORE_WORD = 8.25
RIGHT_MARGIN = 12
HEADER_LEADING = 16
SECTION_GAP = 30
HEADER_TO_LANE = 15


def turned(scene: Scene, plan: Plan, description: Description) -> Picture:
    """Draw the turned form; it has the same description, since it shows the same."""
    down = Down(plan)
    shapes = shapes_of(down, plan)
    right = down.lane(0, 1).right + RIGHT_MARGIN
    if scene.tied:
        from .tied_down import tied_down  # most pictures show no code

        shapes, right = tied_down(scene, shapes, right)
    else:
        right = max(right, *(shape.bounds.right + MARGIN for shape in shapes))
    bottom = max(shape.bounds.bottom for shape in shapes)
    box = Frame.between(0, 0, ceil(right), ceil(bottom + MARGIN))
    return Picture(tuple(shapes), box, description, arguments=scene.arguments)


def shapes_of(down: Down, plan: Plan) -> list[Shape]:
    """Draw everything but the code, layer under layer; lanes first, since lines run over them."""
    shapes: list[Shape] = []
    before: Section | None = None
    for group in plan.groups:
        words: list[Frame] = []
        header: list[Line] = []
        for stage in group.stages:
            if stage.kind == "repeat" or (looks_up(group) and stage is group.stages[0]):
                header += stage.label
                continue
            chained = _is_chained(group, stage)
            header += stage.label
            above = () if before is None else before.tips
            if chained:
                assert before is not None
                section = one_section(down, group, stage, above)
                shapes += _name_beside(down, stage, header, section)
            else:
                top = LANE_TOP if before is None else before.bottom + SECTION_GAP
                if not plan.single:
                    shapes += _header(stage, header, top + (0 if before else 4))
                    top += len(_texts(header)) * HEADER_LEADING + HEADER_TO_LANE - 8
                section = _section(down, plan, group, stage, top, above)
            header = list(_notes(stage))
            shapes += section.shapes
            words += section.words
            before = section
        if words:
            shapes.append(_steps_line(down, group, words))
    return sorted(shapes, key=lambda shape: not isinstance(shape, Lane))


def _section(down: Down, plan: Plan, group: Group, stage: Stage, top: float, above: Sequence[Point]) -> Section:
    if stage.kind == "reading":
        (reading,) = stage.readings
        number = plan.readings.index(reading)
        after = plan.readings[number + 1] if number + 1 < len(plan.readings) else None
        is_last = stage is group.stages[-1]
        flows_on = bool(reading.hands and is_last and after is not None and after.handed)
        return reading_section(down, group, stage, top, above if reading.handed else (), flows_on)
    if stage.kind == "flatten":
        return flat_section(down, group, stage, top)
    return steps_section(down, group, stage, top)


def _is_chained(group: Group, stage: Stage) -> bool:
    """Tell whether a layer goes on from the one vector above it."""
    under = group.under(stage)
    return not stage.readings and under is not None and not under.whole


def _notes(stage: Stage) -> list[Line]:
    """The layers that change nothing, and stand between this one and the next."""
    return [] if stage.said is None else [line for line in stage.said.label if line.text.endswith(")")]


def _texts(lines: Sequence[Line]) -> list[Line]:
    return [line for line in lines if line.text]


def _header(stage: Stage, lines: Sequence[Line], top: float) -> list[Shape]:
    """Name a layer over its lane."""
    return [
        Label(
            name=f"{stage.layer}layer-label" if number == 0 else f"{stage.layer}layer-label-{number + 1}",
            role=line.role,
            argument=line.argument,
            text=line.text,
            at=Point(WORD_LEFT, top + number * HEADER_LEADING),
            style=ROW_LABEL,
            anchor="start",
        )
        for number, line in enumerate(_texts(lines))
    ]


def _name_beside(down: Down, stage: Stage, lines: Sequence[Line], section: Section) -> list[Shape]:
    """Name a layer that goes on from one vector left of its block."""
    block = next(shape for shape in section.shapes if shape.name == stage.blocks[0].name)
    first = block.bounds.top + block.bounds.height / 2 - (len(lines) - 1) * HEADER_LEADING / 2
    found: list[Shape] = []
    for number, line in enumerate(lines):
        found.append(
            Label(
                name=f"{stage.layer}layer-label" if number == 0 else f"{stage.layer}layer-label-{number + 1}",
                role=line.role,
                argument=line.argument,
                text=line.text,
                at=Point(down.names_end, first + number * HEADER_LEADING),
                style=ROW_LABEL,
                anchor="end",
            )
        )
    return found


def _steps_line(down: Down, group: Group, words: Sequence[Frame]) -> Shape:
    bars = tuple(Frame(word.left - BAR_BEFORE_WORD, word.top, BAR, word.height) for word in words)
    gap = LAST_BEFORE_GAP if len(words) < group.steps else None
    return StepsLine(name=f"{group.name}steps", bars=bars, upright=True, gap_after=gap)
