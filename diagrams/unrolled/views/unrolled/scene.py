"""What an unrolled model is drawn from: its code, the words that it reads, and its numbers."""

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
"""The arguments that a picture can be tied to, and the role of what each governs."""
SIZES = ("input_dim", "output_dim", "units", "n", "rate")
"""The arguments that a layer's name beside its row says."""
RECURRENT = ("SimpleRNN", "GRU", "LSTM", "Bidirectional")


@dataclass(frozen=True)
class Wiring:
    """How the layers of a model hang together, by their numbers."""

    chains: tuple[tuple[int, ...], ...]
    """Those that go through the same steps; what repeats a vector begins anew."""
    chain_of: tuple[int, ...]
    """The chain of each layer."""
    entries: tuple[int, ...]
    """Which input of the model each layer's chain comes from, in the end."""
    seen: tuple[int, ...]
    """Those that do more than mark steps, or act in training."""
    recurrent: tuple[int, ...]
    passed: dict[int, Tensor]
    """What the others hand on as it is."""
    reads: Counter[Tensor]
    """How many layers read a tensor, and how many begin with it as a state."""
    states: Counter[Tensor]
    decoded: frozenset[int]
    """The inputs of the model at which states are handed over."""

    @classmethod
    def of(cls, model: Model) -> Wiring:
        """Go through a model's layers, each of which reads one thing, once."""
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
        """Find where a tensor comes from, through the layers that change nothing."""
        return tensor if tensor.node is None else self.passed.get(tensor.node, tensor)

    def decodes(self, node: int) -> bool:
        """Tell whether a layer reads a sentence at which states are handed over."""
        return self.entries[node] in self.decoded


@dataclass(frozen=True)
class Scene:
    """A model at work over sentences."""

    model: Model
    wiring: Wiring
    sentences: tuple[tuple[str, ...], ...]
    """The words of each input; none for an input that is a state."""
    trace: ModelTrace
    classes: tuple[str, ...] = ()
    spoken: bool = False
    """Whether these are words that the last layer says."""
    tied: tuple[str, ...] = ()
    most_steps: int | None = None
    """How many steps are shown at most, where the author says it; of more the first two and the last are."""

    @property
    def single(self) -> bool:
        """Whether one recurrent layer is all there is to see."""
        seen = self.wiring.seen
        return len(seen) == 1 and isinstance(self.model.nodes[seen[0]].layer, Recurrent)

    @property
    def words(self) -> tuple[str, ...]:
        """The words of all sentences."""
        return tuple(word for sentence in self.sentences for word in sentence)

    @cached_property
    def returned(self) -> frozenset[Tensor]:
        """What the model answers."""
        return frozenset(map(self.wiring.source, self.model.outputs))

    @cached_property
    def read(self) -> frozenset[Tensor]:
        """What layers read."""
        return frozenset(self.wiring.source(self.model.nodes[each].given) for each in self.wiring.seen)

    @cached_property
    def handed(self) -> frozenset[Tensor]:
        """The states that one layer hands to another."""
        states = map(self.wiring.source, self.wiring.states)
        return frozenset(state for state in states if state.node is not None)

    def key(self, node: int, argument: str) -> str:
        """Name an argument of a layer, among those of all layers."""
        return argument if self.single else f"layer{node}-{argument}"

    @property
    def arguments(self) -> dict[str, Argument]:
        """Where the code says what governs the picture."""
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
        """Tell whether the picture is tied to an argument, and the code says it."""
        return name in self.tied and name in self.arguments


def changes_nothing(layer: Layer) -> bool:
    """Tell whether a layer only marks steps, or acts in training alone."""
    inner = getattr(layer, "layer", layer) if layer.name_in_code == "TimeDistributed" else layer
    return inner.name_in_code == "Masking" or isinstance(inner, TrainingOnly)


def called(layer: Layer) -> str:
    """Say a layer in the code's words, with the size that governs it: `SimpleRNN(4)`."""
    sizes = [str(getattr(layer, name)) for name in SIZES if hasattr(layer, name)]
    return f"{layer.name_in_code}({', '.join(sizes)})"


def more_steps(number: int) -> str:
    """Say how many steps are left out."""
    return ngettext("%(num)s more step", "%(num)s more steps", number)
