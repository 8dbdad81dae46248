"""The data behind an unrolled picture: the code, the words and the numbers, and errors for what it can't draw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, cast

from ...arrays import worked_out
from ...errors import PictureError
from ...i18n import counted, ngettext
from ...layers.core import TrainingOnly
from ...layers.layer import Layer
from ...layers.recurrent import Recurrent
from ...model import Argument, Model, Node, Tensor
from ...numbers.run import ModelTrace
from ..refusals import check_no_merges, refused

if TYPE_CHECKING:
    from ...layers.core import TimeDistributed
    from ...layers.recurrent import Bidirectional

ROLES = {"units": "state", "time_steps": "steps", "features": "embedding"}
"""The arguments a picture can be tied to, and the role of what each governs."""
RECURRENT = ("SimpleRNN", "GRU", "LSTM", "RNN", "Bidirectional")


@dataclass(frozen=True)
class Wiring:
    """How the layers of a model are connected, by index."""

    chains: tuple[tuple[int, ...], ...]
    """Layers that go through the same steps; repeating a vector starts a new chain."""
    chain_of: tuple[int, ...]
    """The chain of each layer."""
    entries: tuple[int, ...]
    """The model's input that each layer's chain ultimately comes from."""
    seen: tuple[int, ...]
    """The visible layers, which do more than create masks or act during training."""
    recurrent: tuple[int, ...]
    passed: dict[int, Tensor]
    """The tensors that other layers pass on unchanged."""
    reads: Counter[Tensor]
    """How many layers read each tensor, and how many have it as their initial state."""
    states: Counter[Tensor]
    decoded: frozenset[int]
    """The model's inputs whose sentences start from passed-on states."""

    @classmethod
    def of(cls, model: Model) -> Wiring:
        """Analyse a model's layers, each of which reads one tensor, once."""
        chains: list[list[int]] = []
        chain_of, entries, seen, recurrent = list[int](), list[int](), list[int](), list[int]()
        passed: dict[int, Tensor] = {}
        reads, states, decoded = Counter[Tensor](), Counter[Tensor](), set[int]()
        for number, node in enumerate(model.nodes):
            tensor, name = node.given, node.layer.family
            if tensor.node is None or name == "RepeatVector":
                chain_of.append(len(chains))
                chains.append([number])
            else:
                chain_of.append(chain_of[tensor.node])
                chains[chain_of[-1]].append(number)
            entries.append(tensor.output if tensor.node is None else entries[tensor.node])
            if changes_nothing(node.layer):
                passed[number] = tensor if tensor.node is None else passed.get(tensor.node, tensor)
            else:
                seen.append(number)
            if name in RECURRENT:
                recurrent.append(number)
            reads[tensor] += 1
            if node.states:
                states.update(node.states)
                decoded.add(entries[number])
        lists = tuple(map(tuple, chains)), tuple(chain_of), tuple(entries), tuple(seen), tuple(recurrent)
        return cls(*lists, passed, reads, states, frozenset(decoded))

    def source(self, tensor: Tensor) -> Tensor:
        """Find where a tensor comes from, through layers that change nothing."""
        return tensor if tensor.node is None else self.passed.get(tensor.node, tensor)

    def decodes(self, node: int) -> bool:
        """Return whether a layer reads a sentence that starts from passed-on states."""
        return self.entries[node] in self.decoded


@dataclass(frozen=True)
class Scene:
    """A model run on sentences."""

    model: Model
    wiring: Wiring
    sentences: tuple[tuple[str, ...], ...]
    """The words of each input; none for an input that is a state."""
    trace: ModelTrace
    classes: tuple[str, ...] = ()
    spoken: bool = False
    """Whether the last layer's classes are words."""
    tied: tuple[str, ...] = ()
    most_steps: int | None = None
    """The most steps shown, if the author sets a limit; of more, the first two and the last are shown."""

    @property
    def single(self) -> bool:
        """Whether only one recurrent layer is visible."""
        seen = self.wiring.seen
        return len(seen) == 1 and isinstance(self.model.nodes[seen[0]].layer, Recurrent)

    @property
    def words(self) -> tuple[str, ...]:
        """The words of all sentences."""
        return tuple(word for sentence in self.sentences for word in sentence)

    @cached_property
    def returned(self) -> frozenset[Tensor]:
        """The model's outputs."""
        return frozenset(map(self.wiring.source, self.model.outputs))

    @cached_property
    def read(self) -> frozenset[Tensor]:
        """The inputs of layers."""
        return frozenset(self.wiring.source(self.model.nodes[number].given) for number in self.wiring.seen)

    @cached_property
    def handed(self) -> frozenset[Tensor]:
        """The states passed from one layer to another."""
        states = map(self.wiring.source, self.wiring.states)
        return frozenset(state for state in states if state.node is not None)

    def key(self, node: int, argument: str) -> str:
        """Return the key of a layer's argument, unique among all layers."""
        return argument if self.single else f"layer{node}-{argument}"

    @property
    def arguments(self) -> dict[str, Argument]:
        """The positions in the code of the arguments that govern the picture."""
        arguments: dict[str, Argument] = {}
        for number, node in enumerate(self.model.nodes):
            for argument in (call_argument for call in reversed(node.calls) for call_argument in call.arguments):
                arguments[
                    argument.name if argument.name in ("time_steps", "features") else self.key(number, argument.name)
                ] = argument
        for name in ("units", "time_steps", "features"):
            argument_of_all = self.model.argument(name)
            if argument_of_all is not None and (name != "units" or self.single):
                arguments[name] = argument_of_all
        return arguments

    def is_tied(self, name: str) -> bool:
        """Return whether the picture is tied to an argument that the code sets."""
        return name in self.tied and name in self.arguments


def changes_nothing(layer: Layer) -> bool:
    """Return whether a layer only creates masks, or only acts during training."""
    inner = getattr(layer, "layer", layer) if layer.family == "TimeDistributed" else layer
    return inner.family == "Masking" or isinstance(inner, TrainingOnly)


def more_steps(number: int) -> str:
    """Say how many steps are left out."""
    return ngettext("%(num)s more step", "%(num)s more steps", number)


MOST_LAYERS = 4
DRAWN = (*RECURRENT, "RepeatVector", "Flatten", "Dense", "Activation", "TimeDistributed", "Embedding")
"""The layers that are drawn, besides those that change nothing."""
APART = "draw the models separately"


def check_drawn(model: Model) -> Wiring:
    """Check that a model can be drawn without leaving anything out; return how its layers are connected."""
    check_no_merges(model, "unroll draws layers that each read one thing")
    wiring = Wiring.of(model)
    recurrent, uses = wiring.recurrent, Counter(node.place for node in model.nodes)
    if not recurrent:
        raise refused(model, None, f"no layer of this code reads step by step: unroll draws {', '.join(RECURRENT)}")
    if len(recurrent) > MOST_LAYERS:
        layers = counted(len(recurrent), "recurrent layer")
        raise refused(
            model,
            model.nodes[recurrent[MOST_LAYERS]],
            f"{layers} don't fit into one figure: draw at most {MOST_LAYERS}",
        )
    for number, node in enumerate(model.nodes):
        if node.layer.family not in DRAWN and not changes_nothing(node.layer):
            raise refused(
                model,
                node,
                f"{node.calls[0].text} can't be drawn by unroll, which draws {', '.join(DRAWN)} and "
                "layers that act only in training: draw the model with model_shapes",
            )
        if node.layer.family == "TimeDistributed":
            _check_each_step(model, node)
        if uses[node.place] > 1:
            raise refused(model, node, f"this {node.layer.name_in_code} is used twice, which can't be drawn: {APART}")
        _check_reads(model, wiring, node)
        _check_states(model, node)
        if node.layer.family == "Bidirectional":
            chain = wiring.chains[wiring.chain_of[number]]
            _check_both(model, node, chain[: chain.index(number)])
        if node.layer.family == "Embedding" and node.given.node is not None:
            raise refused(
                model,
                node,
                "an Embedding can only be drawn above words, but this one reads the output of another layer",
            )
    _check_chains(model, wiring.chains)
    return wiring


def _check_each_step(model: Model, node: Node) -> None:
    """Check that a layer applied to each step has a vector as its output."""
    inner = cast("TimeDistributed", node.layer).layer
    if inner.family not in ("Dense", "Activation") and not changes_nothing(inner):
        message = f"{inner.name_in_code} at every step can't be drawn by unroll, which draws Dense and Activation there"
        raise refused(model, node, f"{message}: draw the model with model_shapes")


def _check_reads(model: Model, wiring: Wiring, node: Node) -> None:
    """Check that every tensor is used only once: by one layer, or as an output."""
    name, reads = node.layer.name_in_code, wiring.reads
    if reads[node.given] > 1:
        raise refused(model, node, f"{name} has the same input as another layer, which can't be drawn: {APART}")
    if node.given.node is not None and node.given.output > 0:
        raise refused(model, node, f"{name} reads a state that another layer returns, which can't be drawn: {APART}")
    for state in node.states or ():
        if wiring.states[state] > 1 or state in model.outputs or reads[state]:
            raise refused(
                model,
                node,
                f"the `initial_state` of this {name} is also used elsewhere, which can't be drawn: {APART}",
            )


def _check_states(model: Model, node: Node) -> None:
    """Check that initial states come from inputs, or from one layer of the same type and direction."""
    givers = [state for state in node.states or () if state.node is not None]
    if not givers:
        return
    name = node.layer.name_in_code
    sources = {state.node for state in givers}
    giver = model.nodes[givers[0].node or 0]
    alike = isinstance(giver.layer, Recurrent) and isinstance(node.layer, Recurrent)
    if len(sources) > 1 or len(givers) != len(node.states or ()) or not alike:
        raise refused(
            model, node, f"the `initial_state` of this {name} must come from a single SimpleRNN, GRU or LSTM: {APART}"
        )
    layer = cast("Recurrent", giver.layer)
    names = layer.returned_states
    answer = 0 if layer.return_sequences else names.index(layer.state_names[0]) + 1
    taken = [state.output or answer for state in givers]
    if taken != [*range(1, len(names) + 1)] or names != cast("Recurrent", node.layer).returned_states:
        raise refused(
            model,
            node,
            f"the `initial_state` of this {name} takes the states in a different order from the one they are "
            "returned in",
        )
    for recurrent in (giver, node):
        if cast("Recurrent", recurrent.layer).go_backwards:
            message = "`go_backwards=True` can't be drawn in a layer that passes its state on: remove it"
            raise refused(model, recurrent, message, "go_backwards")


def _check_both(model: Model, node: Node, below: Sequence[int]) -> None:
    if cast("Bidirectional", node.layer).layer.go_backwards:
        message = "`go_backwards=True` can't be drawn in the first layer of Bidirectional: remove it"
        raise refused(model, node, message, "go_backwards")
    if node.states is not None:
        raise refused(model, node, "the `initial_state` of a Bidirectional can't be drawn: remove it from the code")
    for under in (model.nodes[number] for number in reversed(below)):
        if getattr(under.layer, "go_backwards", False) and cast("Recurrent", under.layer).return_sequences:
            message = "`go_backwards=True` can't be drawn below a Bidirectional: remove it"
            raise refused(model, under, message, "go_backwards")


def _check_chains(model: Model, chains: Sequence[Sequence[int]]) -> None:
    """Check that all sentences are connected and no states exchanged crosswise, which would take several figures."""
    for place, chain in enumerate(chains):
        first, before = model.nodes[chain[0]], chains[place - 1] if place else ()
        if place and first.given.node is None:
            givers = [state.node for at in chain for state in (model.nodes[at].states or ())[:1]]
            from_layers = [giver for giver in givers if giver is not None]
            if not from_layers:
                raise refused(model, first, f"parallel layers can't be drawn: {APART}")
            if from_layers != sorted(from_layers) or not set(from_layers) <= set(before):
                raise refused(
                    model, first, f"the layers exchange their states crosswise here, which can't be drawn: {APART}"
                )
        elif first.given.node is not None and first.given.node not in before:
            raise refused(model, first, f"RepeatVector repeats the result of another sentence here: {APART}")
        within = [at for at in chain for state in model.nodes[at].states or () if state.node in chain]
        if within:
            raise refused(model, model.nodes[within[0]], f"the `initial_state` comes from the same sentence: {APART}")


def check_classes(model: Model, classes: Sequence[str], *, spoken: bool = False) -> None:
    """Check that there is a name for each class of the last layer, if the name is shown at every step."""
    last = model.outputs[0].node
    answers = last is not None and model.nodes[last].layer.family in ("Dense", "TimeDistributed")
    if spoken and not (classes and answers and len(model.output_shapes[0]) == 2):
        raise PictureError(
            "spoken draws the words that a Dense layer chooses at every step: name them with classes=[…], and let "
            "the model end with that layer"
        )
    if not classes:
        return
    size = worked_out(model.output_shapes[0])[-1]
    if len(classes) != size:
        names = f"{counted(len(classes), 'name')} ({', '.join(classes)})"
        raise PictureError(f"the model returns {counted(size, 'number')}, but classes has {names}: give one for each")
