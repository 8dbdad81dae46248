"""The data behind an unrolled picture: the code, the words and the numbers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from ...i18n import ngettext
from ...layers.core import TrainingOnly
from ...layers.layer import Layer
from ...layers.recurrent import Recurrent
from ...model import Argument, Model, Tensor
from ...numbers.run import ModelTrace

ROLES = {"units": "state", "time_steps": "steps", "features": "embedding"}
"""The arguments a picture can be tied to, and the role of what each governs."""
SIZES = ("input_dim", "output_dim", "units", "n", "rate")
"""The arguments shown in a layer's label beside its row."""
RECURRENT = ("SimpleRNN", "GRU", "LSTM", "Bidirectional")


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
            given, name = node.given, node.layer.name_in_code
            if given.node is None or name == "RepeatVector":
                chain_of.append(len(chains))
                chains.append([number])
            else:
                chain_of.append(chain_of[given.node])
                chains[chain_of[-1]].append(number)
            entries.append(given.output if given.node is None else entries[given.node])
            if changes_nothing(node.layer):
                passed[number] = given if given.node is None else passed.get(given.node, given)
            else:
                seen.append(number)
            if name in RECURRENT:
                recurrent.append(number)
            reads[given] += 1
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
        return frozenset(self.wiring.source(self.model.nodes[each].given) for each in self.wiring.seen)

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
        found: dict[str, Argument] = {}
        for number, node in enumerate(self.model.nodes):
            for argument in (each for call in reversed(node.calls) for each in call.arguments):
                found[
                    argument.name if argument.name in ("time_steps", "features") else self.key(number, argument.name)
                ] = argument
        for name in ("units", "time_steps", "features"):
            argument_of_all = self.model.argument(name)
            if argument_of_all is not None and (name != "units" or self.single):
                found[name] = argument_of_all
        return found

    def is_tied(self, name: str) -> bool:
        """Return whether the picture is tied to an argument that the code sets."""
        return name in self.tied and name in self.arguments


def changes_nothing(layer: Layer) -> bool:
    """Return whether a layer only creates masks, or only acts during training."""
    inner = getattr(layer, "layer", layer) if layer.name_in_code == "TimeDistributed" else layer
    return inner.name_in_code == "Masking" or isinstance(inner, TrainingOnly)


def called(layer: Layer) -> str:
    """Write a layer as in the code, with the argument that sets its size: `SimpleRNN(4)`."""
    sizes = [str(getattr(layer, name)) for name in SIZES if hasattr(layer, name)]
    return f"{layer.name_in_code}({', '.join(sizes)})"


def more_steps(number: int) -> str:
    """Say how many steps are left out."""
    return ngettext("%(num)s more step", "%(num)s more steps", number)
