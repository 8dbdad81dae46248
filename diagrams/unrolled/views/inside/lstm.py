"""Inside an LSTM: the memory along the top, the gates in the order in which they act."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from ...fonts import BLOCK, width
from ...geometry import Frame, Point
from ...layers.lstm import LSTM
from ...shapes.arrow import CLEAR
from ...shapes.block import PADDING, block_width
from ...shapes.lane import PADDING as LANE_PADDING
from ...shapes.lane import Lane
from ...shapes.operator import PLUS, SIZE, TIMES
from ...shapes.shape import Shape
from ...shapes.vector import CELL
from . import pieces
from .pieces import BLOCK_HEIGHT, CLIMB, REACH, SMALL_BLOCK
from .scene import Scene
from .sides import FROM_LANE, TO_LANE, foot, side_width

MEMORY, MIXING = 82, 178
"""The heights of the memory's line, and of the operators under it."""
GATES = MIXING + SIZE / 2 + 47
BLOCKS = GATES + CELL + CLIMB
BUS = BLOCKS + BLOCK_HEIGHT + 27
LANE_TOP, LANE_BOTTOM = 16, BUS + LANE_PADDING
GIVEN = LANE_BOTTOM + 18
LEAST_PITCH, LEAST_INSET = 116, 66
BETWEEN_VECTORS = 24
JOIN = 28
"""From the lane's edge to where the input joins the state."""
WRITTEN_ASIDE = 19
COLUMNS = (
    ("forget-gate", "forget", 2),
    ("input-gate", "input", 3),
    ("candidate", "candidate", 3),
    ("output-gate", "output", 5),
)


@dataclass(frozen=True)
class Plan:
    """Where the columns of gates stand."""

    scene: Scene

    @property
    def layer(self) -> LSTM:
        """The layer that is drawn."""
        assert isinstance(self.scene.moment.layer, LSTM)
        return self.scene.moment.layer

    def function(self, key: str) -> str:
        """Tell the activation of a column."""
        return self.layer.activation if key == "candidate" else self.layer.recurrent_activation

    @cached_property
    def block_width(self) -> float:
        """One width for all blocks."""
        return max(block_width(title, self.function(key), pieces.BLOCK_WIDTH) for key, title, _ in COLUMNS)

    @cached_property
    def half(self) -> float:
        """From the middle of a column to its left end, the letter included."""
        letter = pieces.letter_room(self.scene, [key for key, _, _ in COLUMNS])
        return max(self.scene.strip / 2 + letter, self.block_width / 2)

    @cached_property
    def lane(self) -> Frame:
        """The band; what comes in stands on its left."""
        left = side_width(self.scene, "state-before", "memory-before") + TO_LANE
        return Frame.between(left, LANE_TOP, self.columns["output-gate"] + self.inset, LANE_BOTTOM)

    @cached_property
    def inset(self) -> float:
        """From the lane's edge to the middle of the column beside it."""
        return max(LEAST_INSET, self.half + LANE_PADDING)

    @cached_property
    def columns(self) -> dict[str, float]:
        """The middle of each column."""
        letter = pieces.letter_room(self.scene, [key for key, _, _ in COLUMNS])
        pitch = max(LEAST_PITCH, self.block_width + 32, self.scene.strip + letter + BETWEEN_VECTORS)
        first = side_width(self.scene, "state-before", "memory-before") + TO_LANE + self.inset
        return {key: first + place * pitch for place, (key, _, _) in enumerate(COLUMNS)}

    @cached_property
    def exit(self) -> float:
        """The middle of the states that leave, on the right."""
        return self.lane.right + FROM_LANE + side_width(self.scene, "state-after", "memory-after") / 2


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
        *foot(scene, plan.lane.left + JOIN, GIVEN, plan.columns["input-gate"]),
    ]


def _coming(plan: Plan) -> list[Shape]:
    """The state comes along the bottom, is joined by the input, and branches up into each block."""
    scene, lane = plan.scene, plan.lane
    middle, join = (lane.left - TO_LANE) / 2, lane.left + JOIN
    last = plan.columns["output-gate"]
    into = BLOCKS + BLOCK_HEIGHT + CLEAR
    shapes: list[Shape] = [
        *pieces.over(scene, "state-before", middle, BUS),
        pieces.arrow("bus", 1, Point(middle - scene.strip / 2, BUS), Point(last, BUS), Point(last, into)),
        pieces.arrow("x-line", 1, Point(join, GIVEN - CLEAR), Point(join, BUS), head=False),
        pieces.dot("x-joins", 1, join, BUS),
    ]
    for key, _, stage in COLUMNS[:-1]:
        x = plan.columns[key]
        shapes.append(pieces.tap(f"{key}-tap", stage, x, BUS, into))
    return shapes


def _gates(plan: Plan) -> list[Shape]:
    shapes: list[Shape] = []
    for key, title, stage in COLUMNS:
        x = plan.columns[key]
        frame = Frame(x - plan.block_width / 2, BLOCKS, plan.block_width, BLOCK_HEIGHT)
        argument = "activation" if key == "candidate" else "recurrent_activation"
        shapes += [
            pieces.block(key, title, plan.function(key), stage, frame, argument),
            pieces.up(f"{key}-rise", stage, x, BLOCKS, GATES + CELL),
            *pieces.lettered(plan.scene, key, x, GATES),
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
        pieces.up("forget-arrow", 2, forget, GATES, MEMORY + SIZE / 2),
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
    vector = pieces.strip(scene, "written", middle, MIXING - 42)
    beside = Point(vector.frame.left - pieces.NAME_ASIDE, vector.frame.centre)
    elbow = Point(gate, GATES - CLEAR), Point(gate, MIXING), Point(x - REACH, MIXING)
    return [
        pieces.arrow("input-arrow", 3, *elbow),
        pieces.up("candidate-arrow", 3, x, GATES, MIXING + SIZE / 2),
        pieces.operator("writing", TIMES, 3, x, MIXING),
        vector,
        pieces.name(scene, "written", beside, anchor="end"),
        pieces.up("written-arrow", 4, x, MIXING - SIZE / 2, MEMORY + SIZE / 2),
    ]


def _leaving(plan: Plan) -> list[Shape]:
    """The new state: the memory through the activation, as far as the output gate lets it out."""
    scene, x = plan.scene, plan.columns["output-gate"]
    text = plan.layer.activation
    across = width(text, BLOCK) + 2 * PADDING
    middle = (MEMORY + MIXING - SIZE / 2) / 2
    box = Frame.about(x, middle, across, SMALL_BLOCK)
    right = plan.exit + scene.strip / 2
    return [
        pieces.dot("memory-branch", 5, x, MEMORY, role="memory"),
        pieces.arrow("squash-arrow", 5, Point(x, MEMORY + CLEAR + 2), Point(x, box.top - CLEAR)),
        pieces.block("squash", text, "", 5, box, "activation"),
        pieces.arrow("squashed-arrow", 5, Point(x, box.bottom + CLEAR), Point(x, MIXING - REACH)),
        pieces.up("output-rise", 5, x, GATES, MIXING + SIZE / 2),
        pieces.operator("letting-out", TIMES, 5, x, MIXING),
        pieces.arrow("state-after-arrow", 5, Point(x + REACH, MIXING), Point(right, MIXING)),
        pieces.strip(scene, "state-after", plan.exit, MIXING - pieces.STRIP_OVER_LINE - CELL),
        pieces.name(scene, "state-after", Point(plan.exit, MIXING + pieces.NAME_UNDER_LINE)),
    ]
