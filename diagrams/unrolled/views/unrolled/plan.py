"""What an unrolled model shows, from the words up to the output, without positions, and how it is planned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, cast

from ...arrays import worked_out
from ...i18n import LEFT_OUT, Grouped, Series, gettext, ngettext, subscripted, text_of
from ...model import Tensor
from ...palette import word_fills
from ...shapes.cells import HOLLOW
from .scene import Scene, changes_nothing

if TYPE_CHECKING:
    from ...arrays import Array
    from ...layers.activations import Activation
    from ...layers.layer import Layer
    from ...layers.recurrent import Bidirectional, BidirectionalTrace, Recurrent, RecurrentTrace
    from ...model import Model

MANY_CELLS = 4
"""With fewer, only the first of the values before those left out is shown."""


@dataclass(frozen=True)
class Shown:
    """A vector as shown, wherever it appears."""

    name: str
    """Its name in the SVG."""
    role: str
    values: tuple[float, ...]
    says: str = ""
    """The label beside its cells: `h₁`."""
    step: int | None = None
    argument: str | None = None
    fill: str | None = None
    dashed: bool = False
    returned: bool = False
    """Whether it is an output of the model, which has a second rim and a bold name."""
    winner: int | None = None
    """The index of the largest value, if it chooses a class; determined before any rounding."""
    chosen: str = ""
    """The name of that class, if classes have names."""
    spoken: bool = False
    """Whether that name is a word, drawn instead of the values on its background `fill`."""
    half: int | None = None
    """The number of values in the first of two concatenated halves."""
    is_again: bool = False
    """Whether it is an output, too, which has its numbers; then only its name is on a wire across the page."""

    def places(self, most: int) -> list[int | None]:
        """Choose the values shown in this many cells; None stands for those left out."""
        count = len(self.values)
        if self.half is not None and count > most:
            second = _ends(count - self.half, most // 2, 1)
            return [*_ends(self.half, most // 2, 1), *(None if at is None else at + self.half for at in second)]
        places = _ends(count, most, 1 if self.role == "embedding" or most < MANY_CELLS else 2)
        if self.winner is None or self.winner in places:
            return places
        before: list[int | None] = [] if self.winner == 1 else [None]
        after: list[int | None] = [] if self.winner == count - 2 else [None]
        return [0, *before, self.winner, *after, count - 1]

    def cells(self, most: int) -> tuple[str, ...]:
        """Format the values that are shown."""
        return tuple(LEFT_OUT if at is None else text_of(self.values[at]) for at in self.places(most))

    def is_cut(self, most: int) -> bool:
        """Return whether some values are left out."""
        return None in self.places(most)

    def called(self, most: int) -> str:
        """Return its name, with its size if it isn't shown in full."""
        return Series(self.says, len(self.values)) if self.says and self.is_cut(most) else self.says


def _ends(count: int, most: int, ahead: int) -> list[int | None]:
    """List all indices, or the first ones and the last."""
    return list(range(count)) if count <= most else [*range(ahead), None, count - 1]


@dataclass(frozen=True)
class LabelLine:
    """A line of a label beside a row."""

    text: str
    role: str = "ink"
    argument: str | None = None


@dataclass(frozen=True)
class Row:
    """Vectors side by side, by their position in the sequence; or a single remaining vector."""

    at: tuple[int, ...]
    vectors: tuple[Shown, ...]
    label: tuple[LabelLine, ...] = ()
    whole: bool = True
    """Whether it is a sequence."""

    def vector(self, position: int) -> Shown:
        """Return the vector at a position."""
        return self.vectors[self.at.index(position)]


def floats(values: Array) -> tuple[float, ...]:
    """Convert an array to floats."""
    return tuple(values.tolist())


@dataclass(frozen=True)
class ShownBlock:
    """A layer as applied at a position."""

    name: str
    text: str
    second: str = ""
    step: int | None = None
    skipped: bool = False


@dataclass(frozen=True)
class Reading:
    """A recurrent layer reading the sequence."""

    layer: str
    """The prefix of its parts' names."""
    order: tuple[int, ...]
    """The positions in reading order."""
    blocks: tuple[ShownBlock, ...]
    """One for each position, from left to right."""
    states: tuple[tuple[Shown, ...], ...]
    """The initial states and those after each turn; an LSTM's memory first, because it runs along the top."""
    steps: tuple[int, ...]
    """The step of each turn, by which its input has appeared."""
    backwards: bool = False
    """Whether it goes from right to left."""
    handed: bool = False
    """Whether the initial states come from another layer."""
    hands: bool = False
    """Whether the final states go to another layer."""
    leaves: tuple[Shown, ...] = ()
    """The final states it returns, if requested; memory first."""

    def turn(self, position: int) -> int:
        """Return the turn, from 1, at which a position is read."""
        return self.order.index(position) + 1

    def step(self, position: int) -> int:
        """Return the step at which a position is read."""
        return self.steps[self.turn(position) - 1]

    @property
    def last(self) -> int:
        """The position read last."""
        return self.order[-1]

    def memory(self, position: int) -> Shown | None:
        """Return the memory after a position, if it is visible; the last one may stay inside."""
        *memories, _ = self.states[self.turn(position)]
        goes_on = position != self.last or self.hands or any(state.role == "memory" for state in self.leaves)
        return memories[0] if memories and goes_on else None


@dataclass(frozen=True)
class Stage:
    """A layer in use, and its output."""

    kind: str
    """`reading`, `both` (directions), `blocks`, `repeat` or `flatten`."""
    node: int
    layer: str
    """The prefix of its parts' names."""
    label: tuple[LabelLine, ...] = ()
    readings: tuple[Reading, ...] = ()
    labels: tuple[tuple[LabelLine, ...], ...] = ()
    """Those of both directions."""
    blocks: tuple[ShownBlock, ...] = ()
    """The blocks of a layer applied to each position separately."""
    at: tuple[int, ...] = ()
    """The positions of those blocks."""
    said: Row | None = None
    """None if only states leave it."""
    also: Row | None = None
    """The output of the backward direction, if the two aren't merged."""
    silent: frozenset[int] = frozenset()
    """The positions whose output is zero because the step is skipped."""
    merge: str | None = None
    spoken: bool = False
    """Whether its outputs are words, which replace its blocks."""

    def shows(self, reading: Reading, position: int) -> bool:
        """Return whether the state after a position is drawn: the last ones may go straight into a sum or product."""
        return self.merge in (None, "concat") or bool(reading.leaves) or position != reading.last

    def entered(self, position: int) -> int | None:
        """Return the step at which the input at a position is read; a Bidirectional reads it twice."""
        if self.readings:
            return self.readings[0].step(position)
        block = self.blocks[self.at.index(position) if len(self.at) > 1 else 0]
        return block.step

    def steps_at(self, position: int) -> set[int]:
        """List the steps at which it processes a position; none if there is one output for the whole sequence."""
        steps = {reading.step(position) for reading in self.readings}
        is_whole = self.said is not None and self.said.whole
        if is_whole and position in self.at and (step := self.blocks[self.at.index(position)].step):
            steps.add(step)
        return steps


@dataclass(frozen=True)
class Group:
    """Layers that go through the same steps: over words, or over a repeated vector."""

    steps: int
    words: tuple[str, ...] = ()
    fills: tuple[str, ...] = ()
    name: str = ""
    """The prefix of its words' names, if there are several sentences."""
    first_step: int = 0
    """The number of steps taken by earlier groups."""
    last_step: int = 0
    """The step by which all of it has appeared."""
    given: Row | None = None
    """The vectors of the words; None if a layer looks the words up, or if a vector is repeated."""
    stages: tuple[Stage, ...] = ()

    @cached_property
    def readings(self) -> tuple[Reading, ...]:
        """All recurrent layers and directions, from the bottom up."""
        return tuple(reading for stage in self.stages for reading in stage.readings)

    def steps_of(self, position: int) -> tuple[int, ...]:
        """List the steps at which the layers process a position: one, if they all go the same way."""
        reads = [bool(stage.readings) for stage in self.stages]
        if not any(reads):
            return (self.first_step + position + 1,)
        # Whatever is below the first recurrent layer appears together with it.
        working = self.stages[reads.index(True) :]
        return tuple(sorted(set().union(*(stage.steps_at(position) for stage in working))))

    def step_of(self, position: int) -> int:
        """Return the step at which a position is first read; a layer may start at the end."""
        return self.steps_of(position)[0]

    def under(self, stage: Stage) -> Row | None:
        """Return the input of a layer; None if it is the words themselves, or a single vector from another group."""
        number = self.stages.index(stage)
        return self.stages[number - 1].said if number else self.given


@dataclass(frozen=True)
class Plan:
    """The complete plan, from the bottom up."""

    groups: tuple[Group, ...]
    single: bool
    """Whether there is only one recurrent layer, which allows short names."""

    @cached_property
    def stages(self) -> tuple[Stage, ...]:
        """All layers."""
        return tuple(stage for group in self.groups for stage in group.stages)

    @cached_property
    def readings(self) -> tuple[Reading, ...]:
        """All recurrent layers and directions."""
        return tuple(reading for group in self.groups for reading in group.readings)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """All rows of vectors."""
        rows = [group.given for group in self.groups] + [stage.said for stage in self.stages]
        return tuple(row for row in rows if row is not None)

    def printed(self, most_cells: int) -> set[str]:
        """Return all numbers of vectors with at most this many cells."""
        vectors = [vector for row in self.rows for vector in row.vectors]
        vectors += [vector for stage in self.stages if stage.also for vector in stage.also.vectors]
        vectors += [state for reading in self.readings for states in reading.states for state in states]
        return {text for vector in vectors for text in vector.cells(most_cells)}

    @property
    def both(self) -> bool:
        """Whether any layer reads in both directions."""
        return any(stage.kind == "both" for stage in self.stages)


@dataclass(frozen=True)
class Progress:
    """The results so far: the position that corresponds to each step."""

    first_step: int
    """The number of steps taken by earlier groups."""
    order: tuple[int, ...]
    """The position of each step; a single vector has one."""
    whole: bool = True
    ready: tuple[int, ...] = ()
    """The step at which each appears; empty if nothing has been read yet, since each then appears as it is read."""

    def step(self, index: int) -> int:
        """Return the step at which a layer applied to each position separately processes one."""
        return self.ready[index] if self.ready else self.first_step + index + 1

    def steps(self, order: Sequence[int]) -> tuple[int, ...]:
        """Return the steps of a recurrent layer's turns: as soon as its input is available."""
        steps: list[int] = []
        for index in order:
            next_step = (steps[-1] if steps else self.first_step) + 1
            steps.append(max(next_step, self.ready[index] if self.ready else 0))
        return tuple(steps)


MOST_UNITS = 6
BOTH = "both"
DIRECTIONS = {"forward": gettext("forward"), "backward": gettext("backward"), BOTH: gettext("both")}
"""The label of a direction, or of both, beside its lane."""
OPTIONS = ("go_backwards", "return_state")
"""Options that change the look of a lane, and are shown beside it."""


def label_of(scene: Scene, node: int, layer: Recurrent, direction: str = "") -> tuple[LabelLine, ...]:
    """Return a layer's label beside its lane."""
    size = layer.name_in_code if scene.single and layer.units <= MOST_UNITS else layer.in_code
    lines = [LabelLine(text) for text in (number_of(scene, node, direction), size) if text]
    options = [] if direction else [option for option in OPTIONS if getattr(layer, option)]
    return (*lines, *(LabelLine(f"{option}=True", "ink", scene.key(node, option)) for option in options))


def number_of(scene: Scene, node: int, direction: str = "") -> str:
    """Identify a recurrent layer if there are several: `layer 2`, `decoder`."""
    recurrent, decodes = scene.wiring.recurrent, scene.wiring.decodes(node)
    if len(recurrent) == 1:
        return DIRECTIONS.get(direction, "")
    name = gettext("layer %(number)s", number=recurrent.index(node) + 1)
    if scene.handed:
        alike = [peer for peer in recurrent if scene.wiring.decodes(peer) == decodes]
        number = alike.index(node) + 1
        if len(alike) == 1:
            name = gettext("decoder") if decodes else gettext("encoder")
        elif decodes:
            name = gettext("decoder %(number)s", number=number)
        else:
            name = gettext("encoder %(number)s", number=number)
    return Series(name, DIRECTIONS[direction]) if direction else name


KINDS = {"h": "state", "c": "memory"}
ZERO = {"h": gettext("zero state"), "c": gettext("zero memory")}
INITIAL = {"h": gettext("initial state"), "c": gettext("initial memory")}


class Course:
    """A recurrent layer of a scene, or one direction of a Bidirectional."""

    def __init__(self, scene: Scene, node: int, progress: Progress, trace: RecurrentTrace, direction: str = "") -> None:
        self.scene, self.node, self.progress, self.trace, self.direction = scene, node, progress, trace, direction
        self.layer = cast("Recurrent", trace.layer)
        self.given_states = scene.model.nodes[node].states
        self.order = tuple(progress.order[index] for index in trace.order)
        self.steps = progress.steps(trace.order)
        before = "" if scene.single else f"layer{node}-"
        self.prefix = f"{before}{direction}-" if direction else before

    def name(self, kind: str, turn: int) -> str:
        """Name a part: `state-1`, or `layer0-step1-state` if there are several layers."""
        return f"{self.prefix}step{turn}-{kind}" if self.prefix else f"{kind}-{turn}"

    def key(self, argument: str) -> str:
        """Return the key of the argument that governs a part."""
        return self.scene.key(self.node, argument)

    def step(self, turn: int) -> int:
        """Return the step of a turn; turns before the first one follow those of other layers."""
        return self.steps[turn - 1] if turn else self.progress.first_step

    def skipped(self, turn: int) -> bool:
        """Return whether a mask skips the input of a turn."""
        return self.trace.mask is not None and not self.trace.mask[self.trace.order[turn - 1]]

    @property
    def silent(self) -> frozenset[int]:
        """The positions whose output differs from the state: zeros, at skipped steps."""
        outputs, states = self.trace.outputs, self.trace.states
        return frozenset(at for turn, at in enumerate(self.order) if (outputs[turn] != states[turn + 1]).any())

    def state(self, letter: str, turn: int, *, is_again: bool = False) -> Shown:
        """Return one state at one turn, which may be an output again."""
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
            fill=HOLLOW if self.direction == "backward" else None,
            dashed=zero,
            is_again=is_again and letter == "h" and turn > 0 and self.order[turn - 1] not in self.silent,
        )

    def _begins(self, letter: str) -> str:
        """Return the label of a given initial state."""
        tensor = (self.given_states or ())[self.layer.returned_states.index(letter)]
        if tensor.node is None:
            return INITIAL[letter]
        last = self.scene.model.nodes[tensor.node].shape[0]
        layer = number_of(self.scene, tensor.node)
        return gettext("%(layer)s’s %(state)s", layer=layer, state=subscripted(last, letter))

    def _says(self, letter: str, turn: int) -> str:
        """Label a state by its turn, unless there are two at one position, or it belongs to another sentence."""
        return "" if self.direction or self.scene.handed else subscripted(turn, letter)

    def blocks(self) -> tuple[ShownBlock, ...]:
        """The block at each position, from left to right."""
        usual = "" if self.layer.activation == "tanh" else self.layer.activation
        turns = [self.order.index(position) + 1 for position in sorted(self.order)]
        return tuple(
            ShownBlock(
                name=self.name("block", turn),
                text=self.layer.block_name,
                second=DIRECTIONS.get(self.direction, usual),
                step=self.step(turn),
                skipped=self.skipped(turn),
            )
            for turn in turns
        )

    def reading(self, leaves: Sequence[tuple[str, Tensor]], *, is_again: bool = False) -> Reading:
        """The reading; `leaves` are the states that the layer returns. All states may be outputs, too."""
        returned = {letter for letter, tensor in leaves if tensor in self.scene.returned}
        letters = tuple(reversed(self.layer.state_names))
        one_step = len(self.order) == 1 and self.layer.go_backwards
        return Reading(
            layer=self.prefix,
            order=self.order,
            blocks=self.blocks(),
            states=tuple(
                tuple(self.state(letter, turn, is_again=is_again) for letter in letters)
                for turn in range(len(self.order) + 1)
            ),
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
            fill=HOLLOW if self.direction == "backward" else None,
            returned=True,
        )


def reading_of(scene: Scene, node: int, progress: Progress, fills: tuple[str, ...]) -> tuple[Stage, Progress]:
    """Plan a SimpleRNN, GRU or LSTM."""
    way = Course(scene, node, progress, cast("RecurrentTrace", scene.trace.traces[node]))
    answer, layer = Tensor(node, 0), way.layer
    letters = layer.returned_states if layer.return_state else ()
    leaves = [(letter, Tensor(node, place)) for place, letter in enumerate(letters, start=1)]
    if answer in scene.handed:
        leaves.append(("h", answer))
    is_used = answer in scene.read or answer in scene.returned
    stage = Stage(
        kind="reading",
        node=node,
        layer=way.prefix,
        label=label_of(scene, node, layer),
        readings=(way.reading(leaves, is_again=is_used and layer.return_sequences and not scene.handed),),
        said=_said(way, answer) if is_used else None,
        silent=way.silent,
    )
    kept = slice(None) if layer.return_sequences else slice(-1, None)
    return stage, Progress(progress.first_step, way.order[kept], layer.return_sequences, way.steps[kept])


def _said(way: Course, answer: Tensor) -> Row:
    """Return the layer's output: at every turn, or after the last one."""
    turns = range(1, len(way.order) + 1)
    if not way.layer.return_sequences:
        on_the_way = (LabelLine(gettext("last state"), "state", way.key("units")),) if answer in way.scene.read else ()
        return Row((way.order[-1],), (_answer(way, answer, len(way.order)),), on_the_way, whole=False)
    vectors = {way.order[turn - 1]: _answer(way, answer, turn) for turn in turns}
    key, at = way.key("return_sequences"), tuple(sorted(vectors))
    label: tuple[LabelLine, ...] = (LabelLine(gettext("every state"), "state", way.key("units")),)
    if way.layer.has_return_options:
        label = (LabelLine("return_sequences", "ink", key), LabelLine("=True", "ink", key))
    turned_round = (LabelLine(gettext("last word first"), "muted"),) if way.layer.go_backwards else ()
    return Row(at, tuple(vectors[position] for position in at), (*label, *turned_round))


def _answer(way: Course, answer: Tensor, turn: int) -> Shown:
    """Return the layer's output at a turn, with a name if there is nothing above it."""
    layer, silent = way.layer, way.order[turn - 1] in way.silent
    returned, ends = answer in way.scene.returned, answer not in way.scene.read
    name: str = "" if silent or not way.scene.single else subscripted(turn)
    if not layer.return_sequences:
        if name and way.skipped(turn) and turn > 1:
            name = f"{name} = {subscripted(turn - 1)}"
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


MOST_NAMED = 3
"""Up to this many classes are named, in the order of their cells, beside the first output."""
CHOOSING = ("softmax", "log_softmax")
"""The activations that choose between classes."""


def given_of(scene: Scene, group: Group, tensor: Tensor) -> Row:
    """Return the vectors of the words."""
    vectors = tuple(
        Shown(
            name=f"{group.name}embedding-{position + 1}",
            role="embedding",
            values=floats(vector),
            step=group.first_step + position + 1,
            argument="features",
            fill=group.fills[position],
        )
        for position, vector in enumerate(scene.trace.value(tensor))
    )
    return Row(tuple(range(group.steps)), vectors, (LabelLine(gettext("embedding"), "embedding", "features"),))


def passed(scene: Scene, node: int, progress: Progress, row: Row) -> Row:
    """Name a layer that a row passes through; Masking sets skipped steps to zero."""
    values = scene.trace.traces[node].output
    arrays = [values[progress.order.index(position)] for position in row.at] if row.whole else [values]
    returned = Tensor(node) in scene.model.outputs
    vectors = tuple(
        replace(vector, values=floats(array), returned=vector.returned or returned)
        for vector, array in zip(row.vectors, arrays, strict=True)
    )
    return replace(row, vectors=vectors, label=(*row.label, LabelLine(scene.model.nodes[node].calls[0].text, "muted")))


def blocks_of(scene: Scene, node: int, progress: Progress, fills: tuple[str, ...]) -> tuple[Stage, Progress]:
    """Plan a layer applied to each step separately: Dense, Activation, Embedding."""
    trace = scene.trace.traces[node]
    inner: Layer = getattr(trace.layer, "layer", trace.layer)
    looks_up = inner.family == "Embedding"
    is_again = progress.whole and len(progress.order) > 1
    blocks: dict[int, ShownBlock] = {}
    vectors: dict[int, Shown] = {}
    for index, position in enumerate(progress.order):
        prefix = f"layer{node}-step{index + 1}-" if progress.whole else f"layer{node}-"
        step = progress.step(index)
        row = gettext("row %(number)s", number=int(trace.inputs[index])) if looks_up else ""
        second = row or (_weights_again(scene, node, index) if inner.family == "Dense" and is_again else "")
        blocks[position] = ShownBlock(f"{prefix}block", _text(inner), second, step)
        answer = _chosen_from(scene, node, inner, trace.output[index] if progress.whole else trace.output)
        vectors[position] = replace(answer, name=f"{prefix}output", step=step)
        if looks_up:
            vectors[position] = replace(vectors[position], fill=fills[position])
        elif answer.spoken:
            vectors[position] = replace(
                vectors[position], fill=word_fills((*scene.words, *scene.classes))[answer.chosen]
            )
    at = tuple(sorted(progress.order))
    stage = Stage(
        kind="blocks",
        node=node,
        layer=f"layer{node}-",
        label=_layer_label(trace.layer, inner),
        blocks=tuple(blocks[position] for position in at),
        at=at,
        said=Row(at, tuple(vectors[position] for position in at), _answer_label(scene, node, inner), progress.whole),
    )
    if scene.spoken and Tensor(node) in scene.returned:
        says = LabelLine(gettext("%(layer)s picks the word", layer=inner.in_code), "output", scene.key(node, "units"))
        stage = replace(stage, spoken=True, said=replace(cast("Row", stage.said), label=(says,)))
    return stage, progress


def _weights_again(scene: Scene, node: int, index: int) -> str:
    """Say how many weights a layer has, and for all blocks but the first, that they are the same ones."""
    of = scene.model.nodes[node]
    count = of.layer.parameter_count(*of.shapes)
    if index:
        return gettext("the same %(number)s", number=Grouped(count))
    return ngettext("%(num)s weight", "%(num)s weights", count, num=Grouped(count))


def _text(layer: Layer) -> str:
    return cast("Activation", layer).activation if layer.name_in_code == "Activation" else layer.name_in_code


def _layer_label(layer: Layer, inner: Layer) -> tuple[LabelLine, ...]:
    inner_text = "Activation" if inner.name_in_code == "Activation" else inner.in_code
    return (LabelLine(inner_text),) if inner is layer else (LabelLine(layer.name_in_code), LabelLine(inner_text))


def _chosen_from(scene: Scene, node: int, layer: Layer, values: Array) -> Shown:
    """Return a layer's output at a step; the winner is determined before any rounding."""
    returned = Tensor(node) in scene.returned
    named = returned and bool(scene.classes)
    chooses = len(values) > 1 and (getattr(layer, "activation", "") in CHOOSING or named)
    winner = int(values.argmax()) if chooses else None
    looks_up = layer.family == "Embedding"
    return Shown(
        name="",
        role="embedding" if looks_up else "output",
        values=floats(values),
        argument=scene.key(node, "output_dim" if looks_up else "units"),
        returned=returned,
        winner=winner,
        chosen=scene.classes[winner] if named and winner is not None else "",
        spoken=named and scene.spoken,
    )


def _answer_label(scene: Scene, node: int, layer: Layer) -> tuple[LabelLine, ...]:
    if layer.family == "Embedding":
        return (LabelLine(gettext("embedding"), "embedding", scene.key(node, "output_dim")),)
    activation = getattr(layer, "activation", "linear")
    if layer.family == "Dense" and activation != "linear":
        line = LabelLine(activation, "output", scene.key(node, "activation"))
        named = Tensor(node) in scene.returned and 1 < len(scene.classes) <= MOST_NAMED
        return (line, LabelLine(Series(*scene.classes), "output")) if named else (line,)
    return (LabelLine(gettext("output"), "output"),) if Tensor(node) in scene.returned else ()


def repeat_of(scene: Scene, node: int, progress: Progress, fills: tuple[str, ...]) -> tuple[Stage, Progress]:
    """Plan the repetition of a vector for each step."""
    call = scene.model.nodes[node].calls[0]
    return Stage(kind="repeat", node=node, layer=f"layer{node}-", label=(LabelLine(call.text),)), progress


def flat_of(scene: Scene, node: int, progress: Progress, fills: tuple[str, ...]) -> tuple[Stage, Progress]:
    """Plan the flattening of all steps into one vector."""
    last, shape = max(progress.order), scene.model.nodes[node].shape
    step = max(map(progress.step, range(len(progress.order))))
    vector = Shown(
        name=f"layer{node}-output",
        role=_role_below(scene, node),
        values=floats(scene.trace.traces[node].output),
        step=step,
        returned=Tensor(node) in scene.returned,
    )
    label = (LabelLine(f"{' × '.join(map(str, shape))} = {len(vector.values)}", vector.role),) if progress.whole else ()
    stage = Stage(
        kind="flatten",
        node=node,
        layer=f"layer{node}-",
        label=(LabelLine(scene.model.nodes[node].calls[0].text),),
        blocks=(ShownBlock(f"layer{node}-block", "Flatten", step=vector.step),),
        at=(last,),
        said=Row((last,), (vector,), label, whole=False),
    )
    return stage, Progress(progress.first_step, (last,), whole=False, ready=(step,))


def _role_below(scene: Scene, node: int) -> str:
    """Return the role of a layer's input; the same numbers keep their colour."""
    source = scene.wiring.source(scene.model.nodes[node].given).node
    name = None if source is None else scene.model.nodes[source].layer.family
    if name in (None, "Embedding"):
        return "embedding"
    return "output" if name in ("Dense", "TimeDistributed", "Activation") else "state"


SAID = {
    "sum": gettext("forward + backward"),
    "mul": gettext("forward × backward"),
    "ave": gettext("half the sum"),
}


def both_of(scene: Scene, node: int, progress: Progress, fills: tuple[str, ...]) -> tuple[Stage, Progress]:
    """Plan both directions and their merged output."""
    trace = cast("BidirectionalTrace", scene.trace.traces[node])
    layer = cast("Bidirectional", trace.layer)
    ways = [
        Course(scene, node, progress, trace.forward, "forward"),
        Course(scene, node, progress, trace.backward, "backward"),
    ]
    kinds = ("output",) if layer.merge_mode else ("forward-output", "backward-output")
    states = layer.layer.state_names if layer.layer.return_state else ()
    places = range(len(kinds), len(kinds) + 2 * len(states), len(states) or 1)
    leaves = [[(letter, Tensor(node, first + at)) for at, letter in enumerate(states)] for first in places] or [[], []]
    returns_sequences = layer.layer.return_sequences
    readings = tuple(way.reading(way_leaves) for way, way_leaves in zip(ways, leaves, strict=True))
    saying = (readings,) if layer.merge_mode else tuple((reading,) for reading in readings)
    rows = [
        _row(scene, progress, Tensor(node, place), *arguments)
        for place, arguments in enumerate(zip(kinds, saying, strict=True))
    ]
    skipped = (
        [] if trace.mask is None or not returns_sequences else [at for at, kept in enumerate(trace.mask) if not kept]
    )
    stage = Stage(
        kind="both",
        node=node,
        layer=f"layer{node}-",
        readings=readings,
        labels=tuple(label_of(scene, node, way.layer, way.direction) for way in ways),
        said=rows[0],
        also=rows[1] if len(rows) > 1 else None,
        merge=layer.merge_mode,
        silent=frozenset(progress.order[at] for at in skipped),
    )
    if not returns_sequences:
        return stage, Progress(
            progress.first_step,
            progress.order[-1:],
            returns_sequences,
            (max(reading.steps[-1] for reading in readings),),
        )
    ready = tuple(max(reading.step(position) for reading in readings) for position in progress.order)
    return stage, Progress(progress.first_step, progress.order, returns_sequences, ready)


def _row(scene: Scene, progress: Progress, tensor: Tensor, kind: str, readings: tuple[Reading, ...]) -> Row:
    """Return the outputs at every step, or the final one, after these directions: of both, or of one of them."""
    node = tensor.node or 0
    trace = cast("BidirectionalTrace", scene.trace.traces[node])
    layer = cast("Bidirectional", trace.layer)
    values, label = trace.returned[tensor.output], _label(scene, node, layer) if tensor.output == 0 else ()

    def vector(array: Array, name: str, step: int, dashed: bool) -> Shown:
        return Shown(
            name=f"layer{node}-{name}{kind}",
            role="state",
            values=floats(array),
            step=step,
            argument=scene.key(node, "units"),
            fill=HOLLOW if kind.startswith("backward") else None,
            dashed=dashed,
            returned=tensor in scene.returned,
            half=layer.forward.units if layer.merge_mode == "concat" else None,
        )

    if values.ndim == 1:
        last = max(reading.steps[-1] for reading in readings)
        return Row(progress.order[-1:], (vector(values, "", last, dashed=False),), label, whole=False)
    kept = [True] * len(progress.order) if trace.mask is None else trace.mask
    vectors = {
        position: vector(
            values[at], f"step{at + 1}-", max(reading.step(position) for reading in readings), dashed=not kept[at]
        )
        for at, position in enumerate(progress.order)
    }
    at = tuple(sorted(vectors))
    return Row(at, tuple(vectors[position] for position in at), label)


def _label(scene: Scene, node: int, layer: Bidirectional) -> tuple[LabelLine, ...]:
    key = scene.key(node, "merge_mode")
    if layer.merge_mode is None:
        both = Series(DIRECTIONS["forward"], DIRECTIONS["backward"])
        return LabelLine("merge_mode=None", "state", key), LabelLine(both, "state", key)
    first, second = layer.forward.units, layer.backward.units
    says = f"{first} + {second} = {first + second}" if layer.merge_mode == "concat" else SAID[layer.merge_mode]
    return LabelLine(layer.merge_mode, "state", key), LabelLine(says, "state", key)


MAKERS = {
    "SimpleRNN": reading_of,
    "RNN": reading_of,
    "GRU": reading_of,
    "LSTM": reading_of,
    "Bidirectional": both_of,
    "RepeatVector": repeat_of,
    "Flatten": flat_of,
}
"""The functions that plan each layer; any other is drawn as a block for each step."""


def plan_of(scene: Scene) -> Plan:
    """Go through the layers from the bottom up."""
    groups: list[Group] = []
    for chain in scene.wiring.chains:
        before = groups[-1].last_step if groups else 0
        groups.append(_group(scene, chain, _steps(scene.model, chain), before))
    return Plan(tuple(groups), scene.single)


def _steps(model: Model, chain: Sequence[int]) -> int:
    first = model.nodes[chain[0]]
    return worked_out(first.returned[0])[0] if first.layer.family == "RepeatVector" else first.shape[0]


def _group(scene: Scene, chain: Sequence[int], steps: int, first_step: int) -> Group:
    group = _opened(scene, chain[0], steps, first_step)
    row, stages = group.given, list[Stage]()
    progress = Progress(first_step, tuple(range(steps)))
    for number in chain:
        layer = scene.model.nodes[number].layer
        if not changes_nothing(layer):
            fills = () if stages else group.fills
            stage, progress = MAKERS.get(layer.family, blocks_of)(scene, number, progress, fills)
            stages.append(stage)
        elif stages and (outputs := stages[-1].said) is not None:
            stages[-1] = replace(stages[-1], said=passed(scene, number, progress, outputs))
        elif row is not None:
            row = passed(scene, number, progress, row)
    turns = [step for stage in stages for reading in stage.readings for step in reading.steps]
    last = max(first_step + steps, *turns, *progress.ready)
    return _timed(replace(group, given=row, stages=tuple(stages), last_step=last))


def _timed(group: Group) -> Group:
    """Make whatever is below the first recurrent layer appear when it is read."""

    def timed(row: Row) -> Row:
        vectors = zip(row.at, row.vectors, strict=True)
        return replace(row, vectors=tuple(replace(vector, step=group.step_of(at)) for at, vector in vectors))

    stages = list(group.stages)
    for number, stage in enumerate(stages):
        if stage.kind != "blocks" or stage.said is None:
            break
        blocks = zip(stage.at, stage.blocks, strict=True)
        steps = tuple(replace(block, step=group.step_of(at)) for at, block in blocks)
        stages[number] = replace(stage, blocks=steps, said=timed(stage.said))
    inputs = None if group.given is None else timed(group.given)
    return replace(group, given=inputs, stages=tuple(stages))


def _opened(scene: Scene, number: int, steps: int, first_step: int) -> Group:
    """Start with the words, and with their vectors unless a layer looks them up."""
    first = scene.model.nodes[number]
    words = () if first.given.node is not None else scene.sentences[first.given.output]
    fills = word_fills(scene.words)
    several = sum(map(bool, scene.sentences)) > 1
    group = Group(
        steps=steps,
        words=words,
        fills=tuple(fills[word] for word in words),
        name=f"input{first.given.output}-" if several and words else "",
        first_step=first_step,
    )
    return replace(group, given=given_of(scene, group, first.given)) if words and len(first.shape) == 2 else group
