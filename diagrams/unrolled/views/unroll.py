"""The unrolled model: a block for each time step, with states passed on and every number computed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from numpy.typing import ArrayLike

from ..arrays import Weights
from ..description import Description
from ..errors import PictureError
from ..flow.axis import ACROSS, DOWN, Axis
from ..flow.drawing import laid
from ..flow.placing import core_of
from ..flow.ties import BESIDE, CLEAR_BESIDE, Source, bracket, brackets, room_beside, room_over_code, ties
from ..fonts import CODE, CODE_NARROW, width
from ..geometry import Frame, Point
from ..layout import FEWEST_STEPS, MOST_STEPS, page_width, snug_box
from ..model import Call, Model
from ..picture import Picture, laid_anew
from ..shapes.arrows import TICK, StepsLine
from ..shapes.cells import Vector
from ..shapes.shape import Shape, moved
from ..shapes.text import CodeLine, CodeSpan
from .given import Inputs, Words, fit_words, traced
from .unrolled.description import description_of
from .unrolled.pieces import LARGE_NUMBER, strip_width
from .unrolled.plan import Plan, plan_of
from .unrolled.scene import ROLES, Scene, check_classes, check_drawn
from .unrolled.unrolling import Unrolling

BOX, NARROW_BOX = 728, 288
"""The preferred size on a page, and the maximum size on a phone, in pixels."""
CODE_MARGIN = 9
"""The margin of a full line of code on a phone; smaller, because letters don't fill their full width."""
LANE_MARGIN = 3
"""The margin if two lanes fill the width of a phone."""
BOTH_PADDING = 14, 4
"""The padding of lanes when two of them are side by side on a phone."""
FEWEST_CELLS = 3
"""The cells of a vector if two lanes have to share the width of a phone."""
BETWEEN_STATES = 6
"""The gap between a state and its memory side by side on a phone."""
TIGHT_GAP = 4
"""The gap between items in a lane when two sentences are side by side."""
SHRINKS = 0.75, 0.7
"""How much narrower a layout can be with the smallest cells: more with two sentences side by side in small blocks."""
IN_CELL = 5
"""The least space beside a number in a cell, on both sides together."""
Try = tuple[Axis, int, bool]
"""A candidate layout: the cell size, the number of steps, and whether sentences follow one another."""
Form = tuple[tuple[Shape, ...], Frame]


@dataclass(frozen=True, kw_only=True)
class Unrolled(Picture):
    """A picture that can be tied to the code it was read from."""

    scene: Scene
    plan: Plan

    def tied(self, *names: str) -> Unrolled:
        """Print the code below the picture, and draw ties from these arguments to what they govern."""
        for name in names:
            if name not in ROLES:
                raise PictureError(f"{name!r} sets nothing in this picture; choose from {', '.join(ROLES)}")
        if "units" in names and not self.scene.single:
            raise PictureError("units can be tied only in a picture of one layer: tie time_steps and features instead")
        if names and sum(map(bool, self.scene.sentences)) > 1:
            raise PictureError("a picture of several sentences can't be tied, because its layers are named beside it")
        scene = replace(self.scene, tied=names)
        return _drawn(scene, self.plan, self.description)


def unroll(
    model: Model,
    words: Words,
    embeddings: Inputs | None = None,
    weights: Weights | Sequence[Weights] | None = None,
    *,
    initial_state: Sequence[ArrayLike] | None = None,
    classes: Sequence[str] = (),
    spoken: bool = False,
    most_steps: int | None = None,
) -> Unrolled:
    """Draw a model's layers unrolled over a list of words, or over one list for each input.

    `embeddings` (time_steps, features) are the words' vectors, by default the kit's own. If an Embedding layer looks
    words up, they are row indices instead; by default, distinct words get the rows from 1 on, and `"[PAD]"` row 0.
    `weights` are readable ones by default. `initial_state` provides states that are inputs of the model. `classes`
    names the classes of the last layer; with `spoken`, they are words, and each choice is drawn as a word, with its
    numbers in the table. If there are more than `most_steps` steps, the first two and the last are drawn; by default,
    as many as fit, up to four. Words or numbers that don't fit the code raise an error at the argument's line.

    >>> unroll(read_keras(code), WORDS).tied("units", "time_steps", "features")
    """
    wiring = check_drawn(model)
    model, sentences = fit_words(model, words)
    check_classes(model, classes, spoken=spoken)
    if most_steps is not None and most_steps < FEWEST_STEPS:
        raise PictureError(
            f"most_steps={most_steps} is too few: the first two steps and the last one are always drawn, "
            f"so write {FEWEST_STEPS} or more"
        )
    trace = traced(model, sentences, embeddings, weights, initial_state)
    scene = Scene(model, wiring, sentences, trace, tuple(classes), spoken=spoken, most_steps=most_steps)
    plan = plan_of(scene)
    return _drawn(scene, plan, description_of(scene, plan))


@laid_anew
def _drawn(scene: Scene, plan: Plan, description: Description) -> Unrolled:
    """Lay out a scene in both forms."""
    (shapes, box), (narrow_shapes, narrow_box) = wide(scene, plan), narrow(scene, plan)
    return Unrolled(
        shapes=shapes,
        box=box,
        description=description,
        narrow=Picture(narrow_shapes, narrow_box, description, arguments=scene.arguments),
        arguments=scene.arguments,
        scene=scene,
        plan=plan,
    )


def wide(scene: Scene, plan: Plan) -> Form:
    """Lay out the wide form, choosing the most readable candidate that fits the text or the page.

    If time can't run to the right in that space, it runs down, as on a phone.
    """
    over = raised(scene, plan) if scene.tied else 0
    forms: dict[Try, Form] = {}
    for most_width, tried in _tries(plan, scene.most_steps):
        axis, most_steps, beside = tried
        large = forms.get((ACROSS, most_steps, beside))
        if large and large[1].width * SHRINKS[beside] > most_width:
            continue
        if tried not in forms:
            flow = Unrolling(plan, axis, most_steps, beside=beside, raised=over).flow
            shapes = tied(scene, plan, axis, laid(flow, axis).shapes)
            forms[tried] = shapes, snug_box(shapes)
        if forms[tried][1].width <= most_width:
            return forms[tried]
    down = _down(scene, plan, page_width(), most_cells=ACROSS.most_cells)
    return min(*forms.values(), down, key=lambda form: form[1].width)


def _tries(plan: Plan, count: int | None) -> Iterator[tuple[float, Try]]:
    """Yield candidates in order of preference, with their maximum widths; `count` is the requested number of steps."""
    # Two directions and their words take more height than a sentence beside them has.
    besides = (True, False) if any(reading.handed for reading in plan.readings) and not plan.both else (False,)
    steps = [count or MOST_STEPS]
    if count is None and max(group.steps for group in plan.groups) >= MOST_STEPS:
        steps.append(FEWEST_STEPS)
    large, *smaller = ACROSS, *_smaller(plan, ACROSS)
    for most_steps in steps:
        for beside in besides:
            axes = [large, *(replace(axis, slot_gap=TIGHT_GAP) if beside else axis for axis in smaller)]
            candidates = [
                (box, axis) for box in (BOX, page_width()) for axis in axes if not (box == BOX and axis.is_dense)
            ]
            yield from ((box, (axis, most_steps, beside)) for box, axis in candidates)


def _smaller(plan: Plan, axis: Axis) -> list[Axis]:
    """Return the tighter variants of an axis: with the same numbers if they fit the cells, and with smaller ones."""
    close = axis.close()
    fits = all(width(text, LARGE_NUMBER) <= close.cell[0] - IN_CELL for text in plan.printed(axis.most_cells))
    return [close, close.dense()] if fits else [close.dense()]


def narrow(scene: Scene, plan: Plan) -> Form:
    """Lay out the narrow form, which fits a phone."""
    return _down(scene, plan, NARROW_BOX)


def _down(scene: Scene, plan: Plan, room: float, most_cells: int = DOWN.most_cells) -> Form:
    """Let time run down, with small cells, fewer of them, or brackets instead of ties if it wouldn't fit otherwise."""
    down = replace(DOWN, most_cells=most_cells)
    if plan.both:
        down = replace(down, band_padding=BOTH_PADDING)
    most_steps = scene.most_steps or MOST_STEPS
    axes = down, *_smaller(plan, down)
    tries = [(axis, True, False) for axis in (*_parallel(plan, axes), *axes)]
    tries += [(axes[-1], False, False)] if scene.tied else []
    if plan.both:
        squeezed = [replace(axis, most_cells=FEWEST_CELLS) for axis in axes]
        tries += [(axis, True, True) for axis in squeezed]
    large = 0.0
    for axis, has_ties, apart in tries:
        if large * SHRINKS[False] > room and not apart and axis is not tries[-1][0]:
            continue
        flow = Unrolling(plan, axis, most_steps, ties=len(scene.tied) if has_ties else 0, apart=apart).flow
        shapes = tied(scene, plan, axis, laid(flow, axis).shapes, has_ties)
        box = snug_box(shapes)
        if box.width > room:
            box = snug_box(shapes, LANE_MARGIN if apart else CODE_MARGIN)
        if box.width <= room:
            break
        if axis.wires_apart is None:
            large = large or box.width
    return shapes, box


def _parallel(plan: Plan, axes: Sequence[Axis]) -> Iterator[Axis]:
    """Yield variants of axes in which a state and its memory are side by side, if they always go on together."""
    pairs = [(stage, reading) for stage in plan.stages for reading in stage.readings if len(reading.states[0]) > 1]
    go_on = all(reading.hands or (stage.said is not None and stage.said.whole) for stage, reading in pairs)
    if not pairs or plan.both or not go_on or any(block.skipped for _, reading in pairs for block in reading.blocks):
        return
    states = [state for _, reading in pairs for both in (*reading.states, reading.leaves) for state in both]
    for axis in axes:
        if not axis.is_dense:
            yield replace(axis, wires_apart=max(strip_width(state, axis) for state in states) + BETWEEN_STATES)


BETWEEN_CALLS = "   "
INDENT = "    "
MOST_CHARS = 32
"""The longest line of code on a phone."""
RAISED = 12
"""How much the names of outputs are raised for a bracket below them."""


def raised(scene: Scene, plan: Plan) -> float:
    """Return the space for a bracket below the names of outputs, across the page."""
    _, spots = code_lines(scene)
    sides = _sides(spots, across=True)
    far = "left" if plan.readings[0].backwards else "right"
    return RAISED if sides.get("units") == far else 0


def tied(scene: Scene, plan: Plan, axis: Axis, shapes: tuple[Shape, ...], has_ties: bool = True) -> tuple[Shape, ...]:
    """Add the code below a layout, and ties from what its arguments govern, or just the brackets where they start."""
    lines, spots = code_lines(scene, None if axis.across else MOST_CHARS) if scene.tied else ((), ())
    if not spots:
        return shapes
    around = Frame.around(shape.bounds for shape in shapes)
    sources = list(_sources(plan, axis, shapes, spots))
    rail = next(shape for shape in shapes if isinstance(shape, StepsLine)).bounds
    left, right = (room_beside(sources, side) if has_ties else 0 for side in ("left", "right"))
    middle = rail.middle if axis.across else around.middle + (right - left) / 2
    style = CODE if axis.across else CODE_NARROW
    wide = max(map(len, lines)) * width("0", style)
    at = Point(middle - wide / 2, around.bottom + room_over_code(sources))
    code = CodeLine(name="code", lines=lines, spots=spots, at=at, style=style)
    if any(source.side == "down" for source in sources):
        code = _under(code, rail)
        sources = [replace(source, at=_over(code, rail)) if source.side == "down" else source for source in sources]
    beside = CLEAR_BESIDE if axis.across else BESIDE
    tie_shapes = ties(sources, shapes, code, beside) if has_ties else brackets(sources)
    return (*shapes, *tie_shapes, *_second_row(shapes, sources), code)


ROW_CLOSER = 2
"""How much closer to its vector a bracket is below the name of another."""


def _second_row(shapes: Sequence[Shape], sources: Sequence[Source]) -> list[Shape]:
    """Draw a bracket over an LSTM's first state, too, if the tie of its units starts at the memory above it."""
    vectors = {shape.name: core_of(shape) for shape in shapes if isinstance(shape, Vector)}
    rows = [bracket("units", "state", "left", vectors[name]) for name in ("memory-0", "state-0") if name in vectors]
    if len(rows) < 2 or rows[0].far not in [point for source in sources for point in (source.at, source.far)]:
        return []
    return [replace(moved(shape, Point(0, ROW_CLOSER)), name="units-of-state") for shape in brackets(rows[1:])]


def _sides(spots: Sequence[CodeSpan], *, across: bool) -> dict[str, str]:
    """Choose the side on which each tie runs down, so that none cross.

    Across the page, the tie of the steps runs straight down to its argument, with the others on the sides where their
    arguments are. Down the page, all run down on the left, except for that of the units if another argument precedes
    it.
    """
    order = [spot.argument for spot in sorted(spots, key=lambda spot: (spot.line, spot.start))]
    if not across:
        return {name: "right" if name == "units" and order.index(name) > 0 else "left" for name in order if name}
    middle = (
        order.index("time_steps")
        if "time_steps" in order
        else order.index("features") - 0.5
        if "features" in order
        else 1
    )
    sides = {name: "left" if place < middle else "right" for place, name in enumerate(order) if name}
    return sides | ({"time_steps": "down"} if "time_steps" in sides else {})


def _sources(plan: Plan, axis: Axis, shapes: Sequence[Shape], spots: Sequence[CodeSpan]) -> Iterator[Source]:
    vectors = {shape.name: core_of(shape) for shape in shapes if isinstance(shape, Vector)}
    for argument, side in _sides(spots, across=axis.across).items():
        role = ROLES[argument]
        if argument == "units":
            reading = plan.readings[0]
            last = len(reading.order)
            names = ["memory-0", "state-0"]
            if axis.across and (side == "left") == reading.backwards:
                names = ["output", f"output-{last}", "last-memory", "last-state"]
            yield bracket(argument, role, side, next(vectors[name] for name in names if name in vectors))
        elif argument == "features":
            embeddings = [core_of(shape) for shape in shapes if isinstance(shape, Vector) and shape.role == "embedding"]
            outermost = (lambda frame: frame.left) if axis.across else (lambda frame: frame.top)
            pick = min if axis.across and side == "left" else max
            yield bracket(argument, role, side, pick(embeddings, key=outermost), is_under=True)
        else:
            rail = next(shape for shape in shapes if isinstance(shape, StepsLine))
            last_bar = rail.bars[-1]
            yield Source(argument, role, side, Point(last_bar.left, last_bar.centre))


def _under(code: CodeLine, rail: Frame) -> CodeLine:
    """Shift the code so that the number of steps is below the timeline, and its tie is straight."""
    x = _steps(code)
    return replace(code, at=Point(code.at.x + min(max(x, rail.left + TICK), rail.right - TICK) - x, code.at.y))


def _over(code: CodeLine, rail: Frame) -> Point:
    return Point(_steps(code), rail.bottom)


def _steps(code: CodeLine) -> float:
    return next(code.place(spot).x for spot in code.spots if spot.argument == "time_steps")


def code_lines(scene: Scene, most_chars: int | None = None) -> tuple[tuple[str, ...], tuple[CodeSpan, ...]]:
    """Wrap the calls to lines of this length, or put them on one line, and locate the tied arguments."""
    calls = _shown(scene)
    if most_chars is None or len(BETWEEN_CALLS.join(call.text for call in calls)) <= most_chars:
        rows = [[(call, 0, len(call.text)) for call in calls]]
    else:
        rows = [[(call, start, end)] for call in calls for start, end in breaks(call.text, most_chars)]
    lines: list[str] = []
    spots: list[CodeSpan] = []
    for number, row in enumerate(rows):
        line = ""
        for call, start, end in row:
            line += BETWEEN_CALLS if line else INDENT if start else ""
            spots += _spots(scene, call, start, end, number, len(line))
            line += call.text[start:end]
        lines.append(line)
    return tuple(lines), tuple(spots)


def _shown(scene: Scene) -> tuple[Call, ...]:
    """Choose the calls to show: with several layers, those that contain tied arguments."""
    if scene.single:
        return scene.model.calls
    return tuple(call for call in scene.model.calls if any(map(scene.is_tied, _names(call))))


def _names(call: Call) -> list[str]:
    return [argument.name for argument in call.arguments if argument.name in ROLES]


def breaks(text: str, most_chars: int) -> Iterator[tuple[int, int]]:
    """Wrap a call after commas at this line length, as late as possible and preferably outside inner brackets."""
    start, room = 0, most_chars
    while len(text) - start > room:
        commas = [(_depth(text, at), -at) for at in range(start, len(text)) if text[at] == ","]
        fitting = [comma for comma in commas if -comma[1] < start + room]
        if not fitting:
            break
        end = 1 - min(fitting)[1]
        yield start, end
        start = end + len(text[end:]) - len(text[end:].lstrip())
        room = most_chars - len(INDENT)
    yield start, len(text)


def _depth(text: str, at: int) -> int:
    """Count the open brackets at a position."""
    before = text[:at]
    return sum(map(before.count, "([{")) - sum(map(before.count, ")]}"))


def _spots(scene: Scene, call: Call, start: int, end: int, line: int, indent: int) -> Iterator[CodeSpan]:
    for argument in call.arguments:
        inside = start <= argument.start and argument.end <= end
        if inside and argument.name in ROLES and scene.is_tied(argument.name):
            shift = indent - start
            yield CodeSpan(line, argument.start + shift, argument.end + shift, ROLES[argument.name], argument.name)
