"""What flows in a model: the axes of each shape, their roles, and the argument that says the last one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from ...layers.bidirectional import Bidirectional
from ...layers.dense import Dense
from ...layers.embedding import Embedding
from ...layers.flatten import Flatten
from ...layers.layer import Layer
from ...layers.recurrent import Recurrent
from ...layers.repeat_vector import RepeatVector
from ...layers.time_distributed import TimeDistributed
from ...model import Argument, Model, Node, Tensor
from ...numbers import counted

SIZES = ("units", "output_dim", "n")
"""The model's words for the argument that says how much a layer returns."""


class Axis(NamedTuple):
    """The length of an axis, and what it means."""

    length: int
    token: str


@dataclass(frozen=True)
class Flow:
    """A model, and the word that stands for the samples of a batch."""

    model: Model
    batch: str = "None"

    def axes(self, tensor: Tensor) -> tuple[Axis, ...]:
        """Tell the axes of what flows, the batch left out."""
        shape, tokens = self.model.shape_of(tensor), self._tokens(tensor)
        return tuple(Axis(length, token) for length, token in zip(shape, tokens, strict=True))

    def text(self, tensor: Tensor) -> str:
        """Write a shape as Keras does: `(None, 3, 2)`, or `(None,)` for a single number."""
        return "".join(text for text, _ in self.pieces(tensor))

    def pieces(self, tensor: Tensor) -> list[tuple[str, str]]:
        """Write a shape in pieces, each with the token of its colour."""
        pieces = [("(", "ink"), (self.batch, "ink")]
        axes = self.axes(tensor)
        for axis in axes:
            pieces += [(", ", "ink"), (str(axis.length), axis.token)]
        return [*pieces, (")" if axes else ",)", "ink")]

    def _tokens(self, tensor: Tensor) -> tuple[str, ...]:
        if tensor.node is None:
            return self._entry_tokens(tensor)
        node = self.model.nodes[tensor.node]
        rank, given = len(self.model.shape_of(tensor)), self._tokens(node.given)
        match _innermost(node.layer):
            case Flatten():
                return ("ink",)
            case RepeatVector():
                return ("steps", *given)
            case Embedding():
                return (*given, "embedding")
            case Recurrent():
                return ("steps", "state")[-rank:]
            case Dense():
                return (*given[:-1], "output")
        return given

    def _entry_tokens(self, tensor: Tensor) -> tuple[str, ...]:
        rank = len(self.model.shape_of(tensor))
        if any(node.given == tensor and isinstance(node.layer, Embedding) for node in self.model.nodes):
            return ("steps",) * rank
        return (*("steps",) * (rank - 1), "embedding")[-rank:] if rank else ()


def _innermost(layer: Layer) -> Layer:
    """Take the layer that says how much comes out."""
    return layer.layer if isinstance(layer, Bidirectional | TimeDistributed) else layer


def size_argument(node: Node) -> Argument | None:
    """Find the argument that says how much a layer returns at work."""
    said = (call.argument(name) for call in node.calls for name in SIZES)
    return next((argument for argument in said if argument is not None), None)


def options(layer: Layer) -> str:
    """Say in a few words what a layer was told, as far as it changes shapes or numbers: `4 units, return_sequences`."""
    match layer:
        case Bidirectional():
            merged = () if layer.merge_mode == "concat" else (f"merge_mode={layer.merge_mode}",)
            return ", ".join((layer.layer.name_in_code, options(layer.layer), *merged))
        case TimeDistributed():
            return f"{layer.layer.name_in_code}, {options(layer.layer)}"
        case Recurrent():
            flags = [name for name in ("return_sequences", "return_state") if getattr(layer, name)]
            return ", ".join((counted(layer.units, "unit"), *flags))
        case Dense():
            return ", ".join(
                (counted(layer.units, "unit"), *(() if layer.activation == "linear" else (layer.activation,)))
            )
        case Embedding():
            return f"{layer.input_dim:,} rows of {layer.output_dim:,}"
        case RepeatVector():
            return f"{layer.n} times"
    said: object = next(
        (getattr(layer, name) for name in ("rate", "mask_value", "activation") if hasattr(layer, name)), ""
    )
    return str(said)
