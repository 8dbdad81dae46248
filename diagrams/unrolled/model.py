"""A model as a code block says it: layers, and each argument with its place in the text."""

from dataclasses import dataclass

from .layers.simple_rnn import SimpleRNN


@dataclass(frozen=True)
class Argument:
    """A number or option of the model, and where the code says it."""

    name: str
    """The model's word for it: `units`, `time_steps`, `features`, `activation` …"""
    value: object
    text: str
    """As written: `4`, or the name of a constant."""
    lineno: int
    """The line in the code block, from 1."""
    column: int
    """The character in that line, from 0."""
    start: int
    """Where it begins within its `Call.text` …"""
    end: int
    """… and where it ends."""


@dataclass(frozen=True)
class Call:
    """A call as the article writes it, on one line and without its module: `SimpleRNN(4, input_shape=(3, 2))`."""

    text: str
    arguments: tuple[Argument, ...]


@dataclass(frozen=True)
class Model:
    """What a code block says: its layers, and the shape of what goes in."""

    layers: tuple[SimpleRNN, ...]
    calls: tuple[Call, ...]
    """The layer's call, then the `Input` where the shape stands there."""
    time_steps: int
    features: int
    code: str
    """The whole code block."""

    @property
    def layer(self) -> SimpleRNN:
        """The model's one recurrent layer."""
        return self.layers[0]

    def argument(self, name: str) -> Argument | None:
        """Find an argument by the model's word for it; None where the code leaves it to Keras."""
        return next((found for call in self.calls for found in call.arguments if found.name == name), None)
