"""What flows in a model: the axes of each shape, their roles, and the argument that says the last one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from ...layers.activation import LeakyReLU
from ...layers.bidirectional import Bidirectional
from ...layers.convolution import Convolution, SeparableConv1D, Windowed
from ...layers.dense import Dense
from ...layers.embedding import Embedding
from ...layers.layer import Layer
from ...layers.pooling import Pooling
from ...layers.recurrent import Recurrent
from ...layers.reshaping import Flatten, Permute, RepeatVector, Reshape
from ...layers.time_distributed import TimeDistributed
from ...model import Argument, Model, Node, Tensor
from ...numbers import counted
from .counts import Count, counted_out

TIME_STEPS, OPEN = "time_steps", "None"
"""How the number of steps is written that a model leaves open, and any other open length, as Keras writes it."""
PROBE = 7919
NAMED = ("kernel_size", "pool_size", "num_heads", "key_dim", "cropping", "size", "rate", "stddev", "mask_value")
PLAIN = ("activation", "target_shape", "dims", "equation")
"""The options that a block says: with their names, or plainly."""
SIZES = ("units", "output_dim", "n", "filters", "key_dim")
"""The model's words for the argument that says how much a layer returns."""


class Axis(NamedTuple):
    """The length of an axis as it is written, and what it means."""

    length: str
    token: str


@dataclass(frozen=True)
class Flow:
    """A model, and the word that stands for the samples of a batch."""

    model: Model
    batch: str = "None"

    def axes(self, tensor: Tensor) -> tuple[Axis, ...]:
        """Tell the axes of what flows, the batch left out."""
        shape, tokens = self.model.shape_of(tensor), self._tokens(tensor)
        opened = TIME_STEPS if self.has_time_steps(tensor) else OPEN
        lengths = [OPEN if length is None else str(length) for length in shape]
        if shape[:1] == (None,):
            lengths[0] = opened
        return tuple(map(Axis, lengths, tokens))

    def has_time_steps(self, tensor: Tensor) -> bool:
        """Tell whether the first axis has as many steps as go in, where the model leaves their number open.

        A layer keeps their number if it returns as many for one number that no other length is likely to be.
        """
        shape = self.model.shape_of(tensor)
        if shape[:1] != (None,):
            return False
        if tensor.node is None:
            return len(shape) <= 2
        node = self.model.nodes[tensor.node]
        if not all(map(self.has_time_steps, node.inputs)):
            return False
        probed = [(PROBE, *each[1:]) for each in node.shapes]
        return node.layer.output_shapes(*probed)[tensor.output][:1] == (PROBE,)

    @cached_property
    def is_open(self) -> bool:
        """Whether the number of time steps is open somewhere in the model."""
        entries = [Tensor(None, number) for number in range(len(self.model.entries))]
        return any(map(self.has_time_steps, entries))

    def text(self, tensor: Tensor) -> str:
        """Write a shape as Keras does: `(None, 3, 2)`, or `(None,)` for a single number."""
        return "".join(text for text, _ in self.pieces(tensor))

    def pieces(self, tensor: Tensor) -> list[tuple[str, str]]:
        """Write a shape in pieces, each with the token of its colour."""
        pieces = [("(", "ink"), (self.batch, "ink")]
        axes = self.axes(tensor)
        for axis in axes:
            pieces += [(", ", "ink"), (axis.length, axis.token)]
        return [*pieces, (")" if axes else ",)", "ink")]

    def count(self, number: int) -> Count | None:
        """Work out the parameters of a node; None where it has none."""
        node = self.model.nodes[number]
        axes = self.axes(node.inputs[0])
        return counted_out(node.layer, node.shapes, axes[-1].token if axes else "ink")

    def _tokens(self, tensor: Tensor) -> tuple[str, ...]:
        if tensor.node is None:
            return self._entry_tokens(tensor)
        node = self.model.nodes[tensor.node]
        rank, given = len(self.model.shape_of(tensor)), self._tokens(node.inputs[0])
        match layer := _innermost(node.layer):
            case Flatten() | Reshape():
                return ("ink",) * rank
            case Permute():
                return tuple(given[each - 1] for each in layer.dims)
            case RepeatVector():
                return ("steps", *given)
            case Embedding():
                return (*given, "embedding")
            case Recurrent():
                return ("steps", "state")[-rank:]
            case Dense() | Windowed() if not isinstance(node.layer, Pooling) and rank == len(given):
                return (*given[:-1], "output")
        return given if rank == len(given) else given[-rank:] if rank < len(given) else ("ink",) * rank

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
        case LeakyReLU():
            return f"slope {layer.negative_slope}"
    named = [counted(layer.filters, "filter")] if isinstance(layer, Convolution | SeparableConv1D) else []
    named += [f"{name} {getattr(layer, name)}" for name in NAMED if hasattr(layer, name)]
    if named:
        return ", ".join(named)
    return str(next((getattr(layer, name) for name in PLAIN if hasattr(layer, name)), ""))
