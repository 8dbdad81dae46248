"""A recurrent layer's way along the sequence: its blocks, the states at each turn, what leaves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from ...i18n import gettext
from ...model import Tensor
from .labels import DIRECTIONS, label_of, number_of
from .plan import Block, Flow, Reading, Stage
from .scene import Scene, subscripted
from .shown import Line, Row, Shown, floats

if TYPE_CHECKING:
    from ...layers.recurrent import Recurrent, RecurrentTrace

KINDS = {"h": "state", "c": "memory"}
ZERO = {"h": gettext("zero state"), "c": gettext("zero memory")}
INITIAL = {"h": gettext("initial state"), "c": gettext("initial memory")}


class Way:
    """A recurrent layer of a scene on its way, by itself or as a direction of a Bidirectional."""

    def __init__(self, scene: Scene, node: int, flow: Flow, trace: RecurrentTrace, direction: str = "") -> None:
        self.scene, self.node, self.flow, self.trace, self.direction = scene, node, flow, trace, direction
        self.layer = cast("Recurrent", trace.layer)
        self.given_states = scene.model.nodes[node].states
        self.order = tuple(flow.order[index] for index in trace.order)
        self.steps = flow.steps(trace.order)
        before = "" if scene.single else f"layer{node}-"
        self.prefix = f"{before}{direction}-" if direction else before

    def name(self, kind: str, turn: int) -> str:
        """Name a part: `state-1`, or `layer0-step1-state` where there are several layers."""
        return f"{self.prefix}step{turn}-{kind}" if self.prefix else f"{kind}-{turn}"

    def key(self, argument: str) -> str:
        """Name the argument that governs a part."""
        return self.scene.key(self.node, argument)

    def step(self, turn: int) -> int:
        """Tell at which step a turn is taken; before the first one, when others have taken theirs."""
        return self.steps[turn - 1] if turn else self.flow.first_step

    def skipped(self, turn: int) -> bool:
        """Tell whether a mask lets the layer skip what it would read at a turn."""
        return self.trace.mask is not None and not self.trace.mask[self.trace.order[turn - 1]]

    @property
    def silent(self) -> frozenset[int]:
        """The positions at which the layer says what is no state of it: nought, at a step that it skips."""
        said, states = self.trace.outputs, self.trace.states
        return frozenset(at for turn, at in enumerate(self.order) if (said[turn] != states[turn + 1]).any())

    def state(self, letter: str, turn: int) -> Shown:
        """One state at one turn."""
        series = self.trace.states if letter == "h" else self.trace.memories
        assert series is not None
        zero = turn == 0 and self.given_states is None
        nought = gettext("zero") if self.direction else ZERO[letter]
        says = nought if zero else self._begins(letter) if turn == 0 else self._says(letter, turn)
        return Shown(
            name=self.name(KINDS[letter], turn),
            role=KINDS[letter],
            values=floats(series[turn]),
            says=says,
            step=self.step(turn),
            argument=self.key("units"),
            dashed=zero,
        )

    def _begins(self, letter: str) -> str:
        """Name a first state that is given."""
        tensor = (self.given_states or ())[self.layer.state_names.index(letter)]
        if tensor.node is None:
            return INITIAL[letter]
        last = self.scene.model.nodes[tensor.node].shape[0]
        layer = number_of(self.scene, tensor.node)
        return gettext("%(layer)s’s %(state)s", layer=layer, state=subscripted(last, letter))

    def _says(self, letter: str, turn: int) -> str:
        return subscripted(turn, letter) if self.scene.single else ""

    def blocks(self) -> tuple[Block, ...]:
        """A block at each position, from left to right."""
        usual = "" if self.layer.activation == "tanh" else self.layer.activation
        turns = [self.order.index(position) + 1 for position in sorted(self.order)]
        return tuple(
            Block(
                name=self.name("block", turn),
                text=self.layer.block_name,
                second=DIRECTIONS.get(self.direction, usual),
                step=self.step(turn),
                skipped=self.skipped(turn),
            )
            for turn in turns
        )

    def reading(self, leaves: Sequence[tuple[str, Tensor]]) -> Reading:
        """The way itself; `leaves` are the states that the layer returns."""
        returned = {letter for letter, tensor in leaves if tensor in self.scene.returned}
        letters = tuple(reversed(self.layer.state_names))
        one_step = len(self.order) == 1 and self.layer.go_backwards
        return Reading(
            layer=self.prefix,
            order=self.order,
            blocks=self.blocks(),
            states=tuple(tuple(self.state(each, turn) for each in letters) for turn in range(len(self.order) + 1)),
            steps=self.steps,
            backwards=self.order[0] > self.order[-1] or one_step,
            handed=bool(self.given_states) and (self.given_states or ())[0].node is not None,
            hands=any(tensor in self.scene.handed for _, tensor in leaves),
            leaves=tuple(self._leaving(letter) for letter in letters if letter in returned),
        )

    def _leaving(self, letter: str) -> Shown:
        last = len(self.order)
        return Shown(
            name=f"{self.prefix}last-{KINDS[letter]}",
            role=KINDS[letter],
            values=floats(self.trace.final["hc".index(letter)]),
            says=subscripted(last, letter),
            step=self.step(last),
            argument=self.key("units"),
            returned=True,
        )


def reading_of(scene: Scene, node: int, flow: Flow, fills: tuple[str, ...]) -> tuple[Stage, Flow]:
    """Draw a SimpleRNN, GRU or LSTM."""
    way = Way(scene, node, flow, cast("RecurrentTrace", scene.trace.traces[node]))
    answer, layer = Tensor(node, 0), way.layer
    letters = layer.state_names if layer.return_state else ()
    leaves = [(letter, Tensor(node, place)) for place, letter in enumerate(letters, start=1)]
    if answer in scene.handed:
        leaves.append(("h", answer))
    is_used = answer in scene.read or answer in scene.returned
    stage = Stage(
        kind="reading",
        node=node,
        layer=way.prefix,
        label=label_of(scene, node, layer),
        readings=(way.reading(leaves),),
        said=_said(way, answer) if is_used else None,
        silent=way.silent,
        elbow=not layer.return_sequences and answer not in scene.read,
    )
    kept = slice(None) if layer.return_sequences else slice(-1, None)
    return stage, Flow(flow.first_step, way.order[kept], layer.return_sequences, way.steps[kept])


def _said(way: Way, answer: Tensor) -> Row:
    """What the layer says: at every turn, or after the last one."""
    turns = range(1, len(way.order) + 1)
    if not way.layer.return_sequences:
        on_the_way = (Line(gettext("last state"), "state", way.key("units")),) if answer in way.scene.read else ()
        return Row((way.order[-1],), (_answer(way, answer, len(way.order)),), on_the_way, whole=False)
    shown = {way.order[turn - 1]: _answer(way, answer, turn) for turn in turns}
    key, at = way.key("return_sequences"), tuple(sorted(shown))
    label = (Line("return_sequences", "ink", key), Line("=True", "ink", key))
    turned_round = (Line(gettext("last word first"), "muted"),) if way.layer.go_backwards else ()
    return Row(at, tuple(shown[each] for each in at), (*label, *turned_round))


def _answer(way: Way, answer: Tensor, turn: int) -> Shown:
    """What the layer says at a turn; it has a name where nothing stands over it."""
    layer, silent = way.layer, way.order[turn - 1] in way.silent
    returned, ends = answer in way.scene.returned, answer not in way.scene.read
    name: str = "" if silent or not way.scene.single else subscripted(turn)
    if not layer.return_sequences:
        name = gettext("output = %(state)s", state=name) if name else gettext("output")
    return Shown(
        name=way.name("output", turn) if layer.return_sequences else f"{way.prefix}output",
        role="state",
        values=floats(way.trace.outputs[turn - 1]),
        says=name if ends else "",
        step=way.step(turn),
        argument=way.key("units"),
        returned=returned,
        dashed=silent,
    )
