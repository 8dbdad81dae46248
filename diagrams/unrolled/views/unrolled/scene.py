"""What an unrolled model is drawn from: its code, the words that it reads, and its numbers."""

from dataclasses import dataclass
from functools import cached_property

from ...i18n import ngettext
from ...layers.core import TrainingOnly
from ...layers.layer import Layer
from ...layers.recurrent import Recurrent
from ...model import Argument, Model, Tensor
from ...numbers.run import ModelTrace

SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
ROLES = {"units": "state", "time_steps": "steps", "features": "embedding"}
"""The arguments that a picture can be tied to, and the role of what each governs."""
SIZES = ("input_dim", "output_dim", "units", "n", "rate")
"""The arguments that a layer's name beside its row says."""


@dataclass(frozen=True)
class Scene:
    """A model at work over sentences."""

    model: Model
    sentences: tuple[tuple[str, ...], ...]
    """The words of each input; none for an input that is a state."""
    trace: ModelTrace
    classes: tuple[str, ...] = ()
    tied: tuple[str, ...] = ()
    most_steps: int | None = None
    """How many steps are shown at most, where the author says it; of more the first two and the last are."""

    @property
    def single(self) -> bool:
        """Whether one recurrent layer is all there is to see."""
        seen = [node.layer for node in self.model.nodes if not changes_nothing(node.layer)]
        return len(seen) == 1 and isinstance(seen[0], Recurrent)

    @property
    def words(self) -> tuple[str, ...]:
        """The words of all sentences."""
        return tuple(word for sentence in self.sentences for word in sentence)

    def source(self, tensor: Tensor) -> Tensor:
        """Find where a tensor comes from, through the layers that change nothing."""
        while tensor.node is not None and changes_nothing(self.model.nodes[tensor.node].layer):
            tensor = self.model.nodes[tensor.node].given
        return tensor

    @cached_property
    def returned(self) -> frozenset[Tensor]:
        """What the model answers."""
        return frozenset(map(self.source, self.model.outputs))

    @cached_property
    def read(self) -> frozenset[Tensor]:
        """What layers read."""
        seen = [node for node in self.model.nodes if not changes_nothing(node.layer)]
        return frozenset(self.source(node.given) for node in seen)

    @cached_property
    def handed(self) -> frozenset[Tensor]:
        """The states that one layer hands to another."""
        states = [state for node in self.model.nodes for state in node.states or ()]
        return frozenset(state for state in map(self.source, states) if state.node is not None)

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


def subscripted(step: int, letter: str = "h") -> str:
    """Write a state's name: `h₁`."""
    return letter + str(step).translate(SUBSCRIPTS)


def more_steps(number: int) -> str:
    """Say how many steps are left out."""
    return ngettext("%(num)s more step", "%(num)s more steps", number)
