"""The wide form in shapes: lane, states, blocks, words and their names."""

from ...fonts import ROW_LABEL
from ...geometry import Point
from ...layout import LAST_BEFORE_GAP
from ...shapes import lane
from ...shapes.arrow import CLEAR, Arrow
from ...shapes.label import Label
from ...shapes.lane import Lane
from ...shapes.shape import Shape
from ...shapes.steps_line import StepsLine, bar_under
from ...shapes.vector import RIM
from . import pieces
from .across import LANE_LEFT, MORE_WORDS, MORE_WORDS_STYLE, MOST_FEATURES, MOST_UNITS, Across

ARROW_UNDER_STRIP, NAME_UNDER_ARROW, NAME_OVER_OUTPUT = 6, 15, 16
ROW_LABEL_GAP = 12
DOTS_AFTER, DOTS_BEFORE = 3, 15
"""How far from the lane's pieces the dots of an arrow begin and end; its head wants more room."""


def shapes_of(across: Across) -> list[Shape]:
    """Draw everything but the code and its ties, in painting order."""
    shapes: list[Shape] = [Lane(name="lane", frames=across.lanes), *_state(across, 0)]
    for step in across.shown:
        shapes += [pieces.block(across.scene, step, across.blocks[step]), *_input(across, step)]
        if step + 1 in across.shown:
            shapes += _state(across, step)
    if across.hidden:
        shapes += _gap(across)
    bars = tuple(bar_under(across.word(step)) for step in across.shown)
    steps = StepsLine(name="steps", bars=bars, gap_after=LAST_BEFORE_GAP if across.hidden else None)
    return [*shapes, steps, *_output(across), *_row_labels(across)]


def _state(across: Across, step: int) -> list[Shape]:
    """A state rides above the arrow that hands it on."""
    strip = across.state(step)
    y = strip.bottom + ARROW_UNDER_STRIP
    start = across.blocks[step].right + CLEAR if step else LANE_LEFT + lane.PADDING
    into = across.blocks[step + 1].left - CLEAR
    return [
        pieces.state(across.scene, step, strip, MOST_UNITS),
        Arrow(name=f"state-{step}-arrow", step=step, points=(Point(start, y), Point(into, y))),
        pieces.state_name(across.scene, step, Point(strip.middle, y + NAME_UNDER_ARROW), MOST_UNITS),
    ]


def _input(across: Across, step: int) -> list[Shape]:
    vector = across.embedding(step)
    up = Point(vector.middle, vector.top - CLEAR), Point(vector.middle, across.blocks[step].bottom + CLEAR)
    return [
        pieces.embedding(across.scene, step, vector, MOST_FEATURES),
        Arrow(name=f"embedding-{step}-arrow", step=step, points=up),
        pieces.word(across.scene, step, across.word(step)),
    ]


def _output(across: Across) -> list[Shape]:
    """The last state leaves by an elbow, up and then right."""
    strip, step = across.output, across.scene.last
    last = across.blocks[step]
    rise = Point(last.middle, last.top - CLEAR), Point(last.middle, strip.centre)
    return [
        pieces.state(across.scene, step, strip, MOST_UNITS),
        Arrow(name="output-arrow", step=step, points=(*rise, Point(strip.left - RIM - CLEAR, strip.centre))),
        pieces.state_name(across.scene, step, Point(strip.middle, strip.top - NAME_OVER_OUTPUT), MOST_UNITS),
    ]


def _gap(across: Across) -> list[Shape]:
    """Where steps are left out, the lane is cut and the arrow dotted."""
    left, right = across.lanes
    before, after = across.blocks[LAST_BEFORE_GAP], across.blocks[across.scene.last]
    y = before.centre
    middle = (left.right + right.left) / 2
    dotted = Point(left.right + DOTS_AFTER, y), Point(right.left - DOTS_BEFORE, y)
    word_before, word_after = across.word(LAST_BEFORE_GAP), across.word(across.scene.last)
    words = Point((word_before.right + word_after.left) / 2, word_before.centre)
    return [
        Arrow(name="more-arrow", points=(Point(before.right + CLEAR, y), Point(after.left - CLEAR, y)), dotted=dotted),
        pieces.more(across.hidden, Point(middle, across.state(0).centre)),
        Label(name="more-words", role="muted", text=MORE_WORDS, at=words, style=MORE_WORDS_STYLE),
    ]


def _row_labels(across: Across) -> list[Shape]:
    """Name the rows by the code's own words, with the size of what is not shown whole."""
    layer, features = across.scene.model.layer, across.scene.model.features
    embedding = "embedding" if features <= MOST_FEATURES else f"embedding, {features}"
    called = layer.name_in_code if layer.units <= MOST_UNITS else f"{layer.name_in_code}({layer.units})"
    labels = [
        ("layer", "ink", None, called, across.blocks[1].centre),
        ("embedding", "embedding", "features", embedding, across.embedding(1).centre),
    ]
    if across.hidden:
        labels.append(("words", "steps", "time_steps", f"{across.scene.last} words", across.word(1).centre))
    x = across.right + ROW_LABEL_GAP
    return [
        Label(
            name=f"{name}-label",
            role=role,
            argument=argument,
            text=text,
            at=Point(x, y),
            style=ROW_LABEL,
            anchor="start",
        )
        for name, role, argument, text, y in labels
    ]
