"""A batch in shapes: the cards behind, the one in front with its rows, and the three axes."""

from __future__ import annotations

from collections.abc import Iterator

from ...fonts import CODE_TURNED, NAME, WORD_TURNED
from ...geometry import Frame, Point
from ...i18n import gettext, ngettext
from ...layout import LAST_BEFORE_GAP
from ...shapes.arrows import BAR, BRACKET_GAP, INSET, TICK, Bracket, StepsLine
from ...shapes.blocks import Card
from ...shapes.cells import Vector
from ...shapes.shape import Shape
from ...shapes.text import Label, Phrase, Run, Word
from .stack import CHIP, CHIP_GAP, CHIP_HEIGHT, GAP_ROW, PADDING, ROW_GAP, STRIP, TAG, Stack

LABEL_UNDER = 17
SHAPE_UNDER = 30
SAMPLES_OVER = 16


def shapes_of(stack: Stack) -> list[Shape]:
    """Draw from the hindmost card to the one in front, then the axes."""
    shapes: list[Shape] = []
    for place in range(len(stack.shown), 0, -1):
        shapes += _behind(stack, place)
    return [*shapes, *_front(stack), *_axes(stack)]


def _behind(stack: Stack, place: int) -> Iterator[Shape]:
    frame, sample = stack.card(place), stack.shown[place - 1]
    name, y = f"sample-{sample or 'more'}", frame.top + STRIP / 2
    yield Card(name=name, frame=frame, dashed=sample is None)
    if sample is None:
        said = Point(frame.left + PADDING, y)
        yield Label(name=f"{name}-name", role="muted", text=stack.left_out, at=said, style=NAME.bold(), anchor="start")
        return
    said = Point(frame.left + PADDING, y)
    yield Label(
        name=f"{name}-name", role="muted", text=gettext("sample %(number)s", number=sample), at=said, anchor="start"
    )
    x = frame.left + PADDING + stack.tag_width
    for number, chip in enumerate(stack.chips(sample), start=1):
        ground = Frame(x, y - CHIP_HEIGHT / 2, chip.width, CHIP_HEIGHT)
        fill = stack.batch.fills[chip.text] if chip.step else None
        gid = f"{name}-word-{chip.step}" if chip.step else f"{name}-more-{number}"
        yield Word(name=gid, step=chip.step, text=chip.text, frame=ground, fill=fill, style=CHIP, argument="time_steps")
        x += chip.width + CHIP_GAP


def _front(stack: Stack) -> Iterator[Shape]:
    name = f"sample-{stack.batch.chosen}"
    yield Card(name=name, role="ink", frame=stack.front)
    at = Point(PADDING, PADDING + TAG / 2 - 4)
    yield Label(
        name=f"{name}-name",
        text=gettext("sample %(number)s", number=stack.batch.chosen),
        at=at,
        style=NAME.bold(),
        anchor="start",
    )
    for step in stack.steps:
        yield _row_name(stack, step)
        fill = stack.batch.fills[stack.batch.row_name(step)] if stack.batch.sentences else None
        yield Vector(
            name=f"embedding-{step}",
            role="embedding",
            step=step,
            argument="features",
            frame=stack.numbers(step),
            cells=stack.row_cells(step),
            fill=fill,
        )
    if stack.hidden:
        y = stack.row_top(stack.steps[LAST_BEFORE_GAP]) - ROW_GAP - GAP_ROW / 2
        text, at = ngettext("%(num)s more step", "%(num)s more steps", stack.hidden), Point(stack.name(1).left, y)
        yield Label(name="more", role="muted", text=text, at=at, style=NAME.bold(), anchor="start")


def _row_name(stack: Stack, step: int) -> Shape:
    frame, text = stack.name(step), stack.batch.row_name(step)
    if not stack.batch.sentences:
        at = Point(frame.left, frame.centre)
        return Label(
            name=f"step-{step}", role="muted", step=step, argument="time_steps", text=text, at=at, anchor="start"
        )
    fill = stack.batch.fills[text]
    return Word(
        name=f"word-{step}", step=step, argument="time_steps", text=text, frame=frame, fill=fill, style=WORD_TURNED
    )


def _axes(stack: Stack) -> Iterator[Shape]:
    """Name the axes where they run: down the words, across the numbers, back through the cards."""
    batch, front = stack.batch, stack.front
    bars = tuple(Frame(PADDING, stack.name(step).top, BAR, stack.name(step).height) for step in stack.steps)
    yield StepsLine(name="steps", bars=bars, upright=True, gap_after=LAST_BEFORE_GAP if stack.hidden else None)
    numbers = stack.numbers(stack.steps[-1])
    y = front.bottom + BRACKET_GAP
    start, to = Point(numbers.left + INSET, y), Point(numbers.right - INSET, y)
    yield Bracket(name="features", role="embedding", argument="features", start=start, to=to, tick=-TICK)
    y += LABEL_UNDER
    text = ngettext("%(num)s feature", "%(num)s features", batch.features)
    at = Point(front.right - PADDING, y)
    yield Label(
        name="features-label", role="embedding", argument="features", text=text, at=at, style=NAME.bold(), anchor="end"
    )
    text = ngettext("%(num)s time step", "%(num)s time steps", batch.time_steps)
    at = Point(PADDING, y)
    yield Label(
        name="steps-label", role="steps", argument="time_steps", text=text, at=at, style=NAME.bold(), anchor="start"
    )
    yield from _samples(stack)
    axes = Run(str(batch.time_steps), "steps"), Run(", "), Run(str(batch.features), "embedding")
    runs = (Run(f"({batch.samples}, "), *axes, Run(")"))
    at = Point(front.middle, y + SHAPE_UNDER)
    yield Phrase(name="shape", runs=runs, at=at, style=CODE_TURNED, anchor="middle")


def _samples(stack: Stack) -> Iterator[Shape]:
    hindmost = stack.card(len(stack.shown)) if stack.shown else stack.front
    x, text = hindmost.right + BRACKET_GAP, ngettext("%(num)s sample", "%(num)s samples", stack.batch.samples)
    if stack.shown:
        top, bottom = Point(x, hindmost.top + INSET), Point(x, stack.front.top - INSET)
        yield Bracket(name="samples", start=top, to=bottom, tick=-TICK)
    at = Point(hindmost.right, hindmost.top - SAMPLES_OVER)
    yield Label(name="samples-label", text=text, at=at, style=NAME.bold(), anchor="end")
