"""Inside a SimpleRNN: two weighted sums and a bias, added up and squashed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from ...geometry import Frame, Point
from ...i18n import gettext
from ...shapes.arrows import CLEAR, HEAD_LENGTH
from ...shapes.blocks import LANE_PADDING, OPERATOR_SIZE, PLUS, Lane, block_width
from ...shapes.cells import CELL
from ...shapes.shape import Shape
from . import pieces
from .pieces import BLOCK_HEIGHT, CLIMB, REACH, STRIP_OVER_LINE
from .quantities import symbols
from .scene import Scene
from .sides import FROM_LANE, TO_LANE, foot, side_width

LANE_TOP = 16
BIAS, BIAS_OVER_STRIPS = 52, 14
WITHOUT_BIAS = 82
TAIL = 8
"""What an arrow shows of itself before and after the vector that rides over it."""


@dataclass(frozen=True)
class Plan:
    """Where the parts stand, from left to right."""

    scene: Scene

    @property
    def line(self) -> float:
        """The height of the state's line; a bias needs room over it."""
        if self.scene.moment.layer.use_bias:
            return BIAS + CELL + BIAS_OVER_STRIPS + CELL + STRIP_OVER_LINE
        return WITHOUT_BIAS

    @property
    def left(self) -> float:
        """The lane's left edge."""
        return side_width(self.scene, "state-before") + TO_LANE

    @cached_property
    def weighing(self) -> Frame:
        """The block of the state's kernel."""
        across = block_width("recurrent_kernel", _times(self.scene, 1))
        return Frame(self.left + LANE_PADDING, self.line - BLOCK_HEIGHT / 2, across, BLOCK_HEIGHT)

    @property
    def ride(self) -> float:
        """How long an arrow is that a vector rides over."""
        return self.scene.strip + 2 * TAIL + HEAD_LENGTH

    @property
    def added(self) -> float:
        """The middle of the operator."""
        half = max(self.scene.strip, self.given_block_width) / 2
        clear_of_block = self.weighing.right + LANE_PADDING + half
        return max(self.weighing.right + CLEAR + self.ride + REACH, clear_of_block)

    @property
    def given_block_width(self) -> float:
        """The width of the input's kernel."""
        return block_width("kernel", _times(self.scene, 0), pieces.BLOCK_WIDTH)

    @property
    def squashing(self) -> Frame:
        """The block of the activation."""
        across = block_width(self.scene.moment.layer.activation)
        left = self.added + REACH + self.ride + CLEAR
        return Frame(left, self.line - BLOCK_HEIGHT / 2, across, BLOCK_HEIGHT)

    @property
    def vector(self) -> float:
        """The top of what the input's kernel makes."""
        return self.line + OPERATOR_SIZE / 2 + CLIMB

    @property
    def kernel(self) -> Frame:
        """The block of the input's kernel."""
        top = self.vector + CELL + CLIMB
        return Frame(self.added - self.given_block_width / 2, top, self.given_block_width, BLOCK_HEIGHT)

    @property
    def lane(self) -> Frame:
        """The band."""
        return Frame.between(
            self.left, LANE_TOP, self.squashing.right + LANE_PADDING, self.kernel.bottom + LANE_PADDING
        )

    @property
    def exit(self) -> float:
        """The middle of the state that leaves."""
        return self.lane.right + FROM_LANE + side_width(self.scene, "state-after") / 2


def simple_rnn_shapes(scene: Scene) -> list[Shape]:
    """Draw the cell in painting order."""
    plan = Plan(scene)
    given = plan.lane.bottom + CLIMB + 4
    return [
        Lane(name="lane", frames=(plan.lane,)),
        *_of_state(plan),
        *_of_input(plan, given),
        *_of_bias(plan),
        *_sum(plan),
        *foot(scene, plan.added, given),
    ]


def _times(scene: Scene, place: int) -> str:
    """Say what a kernel is multiplied by: the input, or the state."""
    return gettext("times %(symbol)s", symbol=symbols(scene.moment)[place])


def _of_state(plan: Plan) -> list[Shape]:
    scene, y = plan.scene, plan.line
    coming = (plan.left - TO_LANE) / 2
    start, end = plan.weighing.right + CLEAR, plan.added - REACH
    return [
        *pieces.over(scene, "state-before", coming, y),
        pieces.arrow("state-before-arrow", 1, Point(coming - scene.strip / 2, y), Point(plan.weighing.left - CLEAR, y)),
        pieces.block("from-state", "recurrent_kernel", _times(scene, 1), 2, plan.weighing),
        pieces.arrow("from-state-arrow", 2, Point(start, y), Point(end, y)),
        pieces.strip(scene, "from-state", (start + end - HEAD_LENGTH) / 2, y - STRIP_OVER_LINE - CELL),
    ]


def _of_input(plan: Plan, given: float) -> list[Shape]:
    scene, x = plan.scene, plan.added
    return [
        pieces.up("x-arrow", 1, x, given, plan.kernel.bottom),
        pieces.block("from-input", "kernel", _times(scene, 0), 2, plan.kernel),
        pieces.up("from-input-rise", 2, x, plan.kernel.top, plan.vector + CELL),
        pieces.strip(scene, "from-input", x, plan.vector),
        pieces.up("from-input-arrow", 2, x, plan.vector, plan.line + OPERATOR_SIZE / 2),
    ]


def _of_bias(plan: Plan) -> list[Shape]:
    if not plan.scene.moment.layer.use_bias:
        return []
    vector = pieces.strip(plan.scene, "bias", plan.added, BIAS)
    return [
        vector,
        pieces.name(plan.scene, "bias", Point(plan.added, BIAS - pieces.NAME_OVER_STRIP)),
        pieces.arrow(
            "bias-arrow", 3, Point(plan.added, vector.frame.bottom + CLEAR), Point(plan.added, plan.line - REACH)
        ),
    ]


def _sum(plan: Plan) -> list[Shape]:
    scene, y = plan.scene, plan.line
    start, end = plan.added + REACH, plan.squashing.left - CLEAR
    right = plan.exit + scene.strip / 2
    return [
        pieces.operator("adding", PLUS, 3, plan.added, y),
        pieces.arrow("sum-arrow", 3, Point(start, y), Point(end, y)),
        *pieces.over(scene, "sum", (start + end - HEAD_LENGTH) / 2, y),
        pieces.block("squash", scene.moment.layer.activation, "", 4, plan.squashing, "activation"),
        pieces.arrow("state-after-arrow", 4, Point(plan.squashing.right + CLEAR, y), Point(right, y)),
        *pieces.over(scene, "state-after", plan.exit, y),
    ]
