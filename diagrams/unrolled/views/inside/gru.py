"""Inside a GRU: the state along the top, what is recalled of it under it; the reset gate where Keras has it."""

from __future__ import annotations

from collections.abc import Iterable

from ...geometry import Frame, Point
from ...i18n import gettext
from ...shapes.arrows import CLEAR, HEAD_LENGTH
from ...shapes.blocks import OPERATOR_SIZE, PLUS, TIMES, Lane, block_width
from ...shapes.cells import CELL
from ...shapes.shape import Shape
from . import pieces
from .gru_plan import BREAK, CANDIDATE, MIXING, STATE, WRITTEN_ASIDE, Plan
from .pieces import BLOCK_HEIGHT, CLIMB, REACH, SMALL_BLOCK, STRIP_OVER_LINE
from .scene import Scene
from .sides import TO_LANE, foot

WRITTEN = STATE + OPERATOR_SIZE / 2 + 13
ONE_LESS = "1−"


def gru_shapes(scene: Scene) -> list[Shape]:
    """Draw the cell in painting order."""
    plan = Plan(scene)
    drafting = _adding_up if plan.layer.reset_after else _weighing
    return [
        Lane(name="lane", frames=(plan.lane,)),
        *_coming(plan),
        *_gates(plan),
        *_recalling(plan),
        *drafting(plan),
        *_mixing(plan),
        *_along(plan),
        *foot(scene, plan.join, plan.given),
    ]


def _coming(plan: Plan) -> list[Shape]:
    """The state is led down and along the bottom; the input joins it for the gates, and goes on alone."""
    into = plan.blocks + BLOCK_HEIGHT + CLEAR
    update, join, given = plan.columns["update-gate"], plan.join, plan.given
    end = into if plan.layer.reset_after else plan.recalling + BLOCK_HEIGHT / 2 + CLEAR
    shapes: list[Shape] = [
        pieces.dot("state-branch", 1, plan.down, STATE),
        pieces.arrow(
            "bus", 1, Point(plan.down, STATE), Point(plan.down, plan.bus), Point(update, plan.bus), Point(update, into)
        ),
        pieces.arrow("x-line", 1, Point(join, given - CLEAR), Point(join, plan.bus), head=False),
        pieces.arrow("x-alone", 3, Point(join, plan.alone), Point(plan.last, plan.alone), Point(plan.last, end)),
        pieces.dot("x-joins", 1, join, plan.bus),
        pieces.dot("x-branch", 3, join, plan.alone),
    ]
    taps = ("from-state", "reset-gate") if plan.layer.reset_after else ("reset-gate",)
    return [*shapes, *(pieces.tap(f"{key}-tap", 2, plan.columns[key], plan.bus, into) for key in taps)]


def _gates(plan: Plan) -> list[Shape]:
    """The blocks of the bottom row, each with its vector; a part of the candidate's sum needs no letter."""
    shapes: list[Shape] = []
    for key, text, second, stage in plan.columns_named:
        x = plan.columns[key]
        if key == "candidate":
            continue
        frame = Frame(x - plan.block_width / 2, plan.blocks, plan.block_width, BLOCK_HEIGHT)
        is_gate = key.endswith("-gate")
        shapes += [
            pieces.block(key, text, second, stage, frame, "recurrent_activation" if is_gate else None),
            pieces.up(f"{key}-rise", stage, x, plan.blocks, plan.gates + CELL),
            *(
                pieces.lettered(plan.scene, key, x, plan.gates)
                if is_gate
                else [pieces.strip(plan.scene, key, x, plan.gates)]
            ),
        ]
    return shapes


def _recalling(plan: Plan) -> list[Shape]:
    """The reset gate says how much of the state the candidate sees; the line to it passes under the update gate's."""
    scene, columns, y = plan.scene, plan.columns, plan.recalling
    reset, update = columns["reset-gate"], columns["update-gate"]
    if plan.layer.reset_after:
        source: Iterable[Shape] = [
            pieces.arrow(
                "from-state-arrow",
                2,
                Point(columns["from-state"], plan.gates - CLEAR),
                Point(columns["from-state"], y),
                Point(reset - REACH, y),
            )
        ]
        into = plan.last - REACH
    else:
        source = [
            pieces.dot("state-branch-2", 2, plan.down, y),
            pieces.arrow("from-state-arrow", 2, Point(plan.down, y), Point(reset - REACH, y)),
        ]
        into = plan.last - plan.block_width / 2 - CLEAR
    middle = (reset + REACH + update - BREAK) / 2
    return [
        *source,
        pieces.up("reset-gate-arrow", 2, reset, plan.gates, y + OPERATOR_SIZE / 2),
        pieces.operator("resetting", TIMES, 2, reset, y),
        pieces.arrow("recalled-line", 3, Point(reset + REACH, y), Point(update - BREAK, y), head=False),
        pieces.arrow("recalled-arrow", 3, Point(update + BREAK, y), Point(into, y)),
        *pieces.over(scene, "recalled", middle, y),
    ]


def _adding_up(plan: Plan) -> list[Shape]:
    """With `reset_after` the candidate's two parts are added before its activation."""
    x, y = plan.last, plan.recalling
    text = plan.layer.activation
    box = Frame.about(x, CANDIDATE + CELL + CLIMB + SMALL_BLOCK / 2, block_width(text, least=0), SMALL_BLOCK)
    return [
        pieces.up("from-input-arrow", 3, x, plan.gates, y + OPERATOR_SIZE / 2),
        pieces.operator("adding-up", PLUS, 3, x, y),
        pieces.up("sum-arrow", 3, x, y - OPERATOR_SIZE / 2, box.bottom),
        pieces.block("squash", text, "", 3, box, "activation"),
        pieces.up("squashed-arrow", 3, x, box.top, CANDIDATE + CELL),
    ]


def _weighing(plan: Plan) -> list[Shape]:
    """Without it the candidate's block weighs the input and what is left of the state."""
    x, y = plan.last, plan.recalling
    frame = Frame.about(x, y, plan.block_width, BLOCK_HEIGHT)
    return [
        pieces.block("candidate", gettext("candidate"), plan.layer.activation, 3, frame, "activation"),
        pieces.up("candidate-rise", 3, x, frame.top, CANDIDATE + CELL),
    ]


def _mixing(plan: Plan) -> list[Shape]:
    """What the update gate does not keep is room for the candidate."""
    scene, x, update = plan.scene, plan.last, plan.columns["update-gate"]
    circle = update + CLEAR + pieces.HOP + CLEAR + OPERATOR_SIZE / 2
    written = pieces.strip(scene, "written", x - WRITTEN_ASIDE - scene.strip / 2, WRITTEN)
    beside = Point(written.frame.left - pieces.NAME_ASIDE, written.frame.centre)
    start, end = circle + REACH, x - REACH
    return [
        *pieces.lettered(scene, "candidate", x, CANDIDATE),
        pieces.up("candidate-arrow", 4, x, CANDIDATE, MIXING + OPERATOR_SIZE / 2),
        pieces.up("update-arrow", 4, update, plan.gates, STATE + OPERATOR_SIZE / 2),
        pieces.dot("update-branch", 4, update, MIXING),
        pieces.arrow("update-aside", 4, Point(update, MIXING), Point(circle - REACH, MIXING)),
        pieces.operator("one-less", ONE_LESS, 4, circle, MIXING),
        pieces.arrow("rest-arrow", 4, Point(start, MIXING), Point(end, MIXING)),
        pieces.strip(scene, "rest", (start + end - HEAD_LENGTH) / 2, MIXING - STRIP_OVER_LINE - CELL),
        pieces.operator("letting-in", TIMES, 4, x, MIXING),
        written,
        pieces.name(scene, "written", beside, anchor="end"),
        pieces.up("written-arrow", 5, x, MIXING - OPERATOR_SIZE / 2, STATE + OPERATOR_SIZE / 2),
    ]


def _along(plan: Plan) -> list[Shape]:
    """Along the top: what is kept of the state, and what it becomes."""
    scene, update, added = plan.scene, plan.columns["update-gate"], plan.last
    coming, right = (plan.left - TO_LANE) / 2, plan.exit + scene.strip / 2

    def along(name: str, stage: int, left: float, to: float) -> Shape:
        return pieces.arrow(name, stage, Point(left, STATE), Point(to, STATE))

    return [
        *pieces.over(scene, "state-before", coming, STATE),
        along("state-before-arrow", 4, coming - scene.strip / 2, update - REACH),
        pieces.operator("keeping", TIMES, 4, update, STATE),
        *pieces.over(scene, "kept", (update + added) / 2, STATE),
        along("kept-arrow", 5, update + REACH, added - REACH),
        pieces.operator("adding", PLUS, 5, added, STATE),
        along("state-after-arrow", 5, added + REACH, right),
        *pieces.over(scene, "state-after", plan.exit, STATE),
    ]
