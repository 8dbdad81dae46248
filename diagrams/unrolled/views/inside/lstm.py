"""Inside an LSTM: the memory along the top, the gates in the order in which they act."""

from __future__ import annotations

from ...fonts import BLOCK, width
from ...geometry import Frame, Point
from ...shapes.arrows import CLEAR
from ...shapes.blocks import BLOCK_INSET, OPERATOR_SIZE, PLUS, TIMES, Lane
from ...shapes.cells import CELL
from ...shapes.shape import Shape
from . import pieces
from .lstm_plan import COLUMNS, MEMORY, MIXING, WRITTEN, WRITTEN_ASIDE, Plan
from .pieces import BLOCK_HEIGHT, REACH, SMALL_BLOCK
from .scene import Scene
from .sides import TO_LANE, foot

JOIN = 28
"""From the lane's edge to where the input joins the state."""


def lstm_shapes(scene: Scene) -> list[Shape]:
    """Draw the cell in painting order."""
    plan = Plan(scene)
    return [
        Lane(name="lane", frames=(plan.lane,)),
        *_coming(plan),
        *_gates(plan),
        *_memory(plan),
        *_writing(plan),
        *_leaving(plan),
        *foot(scene, plan.lane.left + JOIN, plan.given, plan.columns["input-gate"]),
    ]


def _coming(plan: Plan) -> list[Shape]:
    """The state comes along the bottom, is joined by the input, and branches up into each block."""
    scene, lane = plan.scene, plan.lane
    middle, join = (lane.left - TO_LANE) / 2, lane.left + JOIN
    last = plan.columns["output-gate"]
    into = plan.blocks + BLOCK_HEIGHT + CLEAR
    shapes: list[Shape] = [
        *pieces.over(scene, "state-before", middle, plan.bus),
        pieces.arrow("bus", 1, Point(middle - scene.strip / 2, plan.bus), Point(last, plan.bus), Point(last, into)),
        pieces.arrow("x-line", 1, Point(join, plan.given - CLEAR), Point(join, plan.bus), head=False),
        pieces.dot("x-joins", 1, join, plan.bus),
    ]
    for key, _, stage in COLUMNS[:-1]:
        x = plan.columns[key]
        shapes.append(pieces.tap(f"{key}-tap", stage, x, plan.bus, into))
    return shapes


def _gates(plan: Plan) -> list[Shape]:
    shapes: list[Shape] = []
    for key, title, stage in COLUMNS:
        x = plan.columns[key]
        frame = Frame(x - plan.block_width / 2, plan.blocks, plan.block_width, BLOCK_HEIGHT)
        argument = "activation" if key == "candidate" else "recurrent_activation"
        shapes += [
            pieces.block(key, title, plan.function(key), stage, frame, argument),
            pieces.up(f"{key}-rise", stage, x, plan.blocks, plan.gate(key) + CELL),
            *pieces.lettered(plan.scene, key, x, plan.gate(key)),
        ]
    return shapes


def _memory(plan: Plan) -> list[Shape]:
    """Along the top: what is kept of the memory, and what it becomes."""
    scene, lane, columns = plan.scene, plan.lane, plan.columns
    forget, written = columns["forget-gate"], columns["candidate"]
    coming, right = (lane.left - TO_LANE) / 2, plan.exit + scene.strip / 2

    def along(name: str, stage: int, left: float, to: float) -> Shape:
        return pieces.arrow(name, stage, Point(left, MEMORY), Point(to, MEMORY), role="memory")

    return [
        *pieces.over(scene, "memory-before", coming, MEMORY),
        along("memory-before-arrow", 2, coming - scene.strip / 2, forget - REACH),
        pieces.up("forget-arrow", 2, forget, plan.gate("forget-gate"), MEMORY + OPERATOR_SIZE / 2),
        pieces.operator("forgetting", TIMES, 2, forget, MEMORY),
        *pieces.over(scene, "kept", (forget + written) / 2, MEMORY),
        along("kept-arrow", 4, forget + REACH, written - REACH),
        pieces.operator("adding", PLUS, 4, written, MEMORY),
        along("memory-after-arrow", 4, written + REACH, right),
        *pieces.over(scene, "memory-after", plan.exit, MEMORY),
    ]


def _writing(plan: Plan) -> list[Shape]:
    """What is written: the candidate, as far as the input gate lets it in."""
    scene, columns = plan.scene, plan.columns
    x, gate = columns["candidate"], columns["input-gate"]
    middle = x - WRITTEN_ASIDE - scene.strip / 2
    vector = pieces.strip(scene, "written", middle, WRITTEN)
    beside = Point(vector.frame.left - pieces.NAME_ASIDE, vector.frame.centre)
    above = Point(middle, vector.frame.top - pieces.NAME_OVER_STRIP)
    named = (above, "middle") if plan.is_staggered else (beside, "end")
    elbow = Point(gate, plan.gate("input-gate") - CLEAR), Point(gate, MIXING), Point(x - REACH, MIXING)
    return [
        pieces.arrow("input-arrow", 3, *elbow),
        pieces.up("candidate-arrow", 3, x, plan.gate("candidate"), MIXING + OPERATOR_SIZE / 2),
        pieces.operator("writing", TIMES, 3, x, MIXING),
        vector,
        pieces.name(scene, "written", *named),
        pieces.up("written-arrow", 4, x, MIXING - OPERATOR_SIZE / 2, MEMORY + OPERATOR_SIZE / 2),
    ]


def _leaving(plan: Plan) -> list[Shape]:
    """The new state: the memory through the activation, as far as the output gate lets it out."""
    scene, x = plan.scene, plan.columns["output-gate"]
    text = plan.layer.activation
    across = width(text, BLOCK) + 2 * BLOCK_INSET
    middle = (MEMORY + MIXING - OPERATOR_SIZE / 2) / 2
    box = Frame.about(x, middle, across, SMALL_BLOCK)
    right = plan.exit + scene.strip / 2
    return [
        pieces.dot("memory-branch", 5, x, MEMORY, role="memory"),
        pieces.arrow("squash-arrow", 5, Point(x, MEMORY + CLEAR + 2), Point(x, box.top - CLEAR)),
        pieces.block("squash", text, "", 5, box, "activation"),
        pieces.arrow("squashed-arrow", 5, Point(x, box.bottom + CLEAR), Point(x, MIXING - REACH)),
        pieces.up("output-rise", 5, x, plan.gate("output-gate"), MIXING + OPERATOR_SIZE / 2),
        pieces.operator("letting-out", TIMES, 5, x, MIXING),
        pieces.arrow("state-after-arrow", 5, Point(x + REACH, MIXING), Point(right, MIXING)),
        pieces.strip(scene, "state-after", plan.exit, MIXING - pieces.STRIP_OVER_LINE - CELL),
        pieces.name(scene, "state-after", Point(plan.exit, MIXING + pieces.NAME_UNDER_LINE)),
    ]
