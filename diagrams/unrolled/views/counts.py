"""Shapes with the meaning of each length, and parameter counts with their calculation: `4 · (2 + 4 + 1) = 28`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import NamedTuple

from ..arrays import OpenShape, Shape
from ..i18n import Grouped, Series, Together, gettext, ngettext, pgettext
from ..layers.activations import LeakyReLU
from ..layers.convolution import Conv1D, Convolution, Pooling, SeparableConv1D, Windowed
from ..layers.core import Dense, Embedding, TimeDistributed
from ..layers.layer import Layer
from ..layers.normalization import BatchNormalization, GroupNormalization, LayerNormalization
from ..layers.own_cell import OwnCell
from ..layers.recurrent import Bidirectional, Recurrent
from ..layers.reshaping import Flatten, Permute, RepeatVector, Reshape, Spatial
from ..model import Argument, Model, Node, Tensor
from ..shapes.text import Run

TIME_STEPS, OPEN = "time_steps", "None"
"""How an unknown number of time steps is written, and any other unknown length, which is written as in Keras."""
PROBE = 7919
SIZES = ("units", "output_dim", "n", "filters", "key_dim")
"""The arguments that determine the size of a layer's output."""


class Length(NamedTuple):
    """The length of an axis as text, and what it counts."""

    length: str
    token: str


@dataclass(frozen=True)
class Shapes:
    """The shapes in a model, and the word for a batch, if it isn't the model's own."""

    model: Model
    called: str | None = None

    @property
    def batch(self) -> str:
        """The word for a batch."""
        return self.model.batch_name if self.called is None else self.called

    def axes(self, tensor: Tensor) -> tuple[Length, ...]:
        """Describe the axes of a tensor, without the batch."""
        shape, tokens = self.model.shape_of(tensor), self._tokens(tensor)
        opened = TIME_STEPS if self.has_time_steps(tensor) else OPEN
        lengths = [OPEN if length is None else str(length) for length in shape]
        if shape[:1] == (None,):
            lengths[0] = opened
        return tuple(map(Length, lengths, tokens))

    def has_time_steps(self, tensor: Tensor) -> bool:
        """Return whether the first axis has the unknown number of time steps of the input.

        To find out, the shape is computed for a number of steps that no other length is likely to have.
        """
        shape = self.model.shape_of(tensor)
        if shape[:1] != (None,):
            return False
        if tensor.node is None:
            return len(shape) <= 2
        node = self.model.nodes[tensor.node]
        if not all(map(self.has_time_steps, node.inputs)):
            return False
        probed = [(PROBE, *input_shape[1:]) for input_shape in node.shapes]
        return node.layer.output_shapes(*probed)[tensor.output][:1] == (PROBE,)

    @cached_property
    def is_open(self) -> bool:
        """Whether the number of time steps is unknown anywhere in the model."""
        entries = [Tensor(None, number) for number in range(len(self.model.entries))]
        return any(map(self.has_time_steps, entries))

    def text(self, tensor: Tensor) -> str:
        """Format a shape with its batch axis: `(None, 3, 2)`, or `(None,)` for a scalar."""
        return "".join(text for text, _ in self.pieces(tensor))

    def pieces(self, tensor: Tensor) -> list[tuple[str, str]]:
        """Format a shape in pieces, each with the token of its colour."""
        axes, place = [*self.axes(tensor)], self.model.batch_axis
        if place is not None:
            axes.insert(place if len(axes) > place else 0, Length(self.batch, "ink"))
        pieces = [("(", "ink")]
        for at, axis in enumerate(axes):
            pieces += [(", ", "ink")] * bool(at) + [(axis.length, axis.token)]
        return [*pieces, (",)" if len(axes) == 1 else ")", "ink")]

    def count(self, number: int) -> Count | None:
        """Count the parameters of a node; None if it has none."""
        node = self.model.nodes[number]
        axes = self.axes(node.inputs[0])
        return counted_out(node.layer, node.shapes, axes[-1].token if axes else "ink")

    def _tokens(self, tensor: Tensor) -> tuple[str, ...]:
        if tensor.node is None:
            return self._entry_tokens(tensor)
        node = self.model.nodes[tensor.node]
        rank, tokens = len(self.model.shape_of(tensor)), self._tokens(node.inputs[0])
        match layer := _innermost(node.layer):
            case Flatten() | Reshape():
                return ("ink",) * rank
            case Permute():
                return tuple(tokens[axis - 1] for axis in layer.dims)
            case RepeatVector():
                return ("steps", *tokens)
            case Embedding():
                return (*tokens, "embedding")
            case Recurrent():
                return ("steps", "state")[-rank:]
            case Convolution() if layer.has_channels_first:
                return ("output", *tokens[1:])
            case Dense() | Windowed() if not isinstance(node.layer, Pooling) and rank == len(tokens):
                return (*tokens[:-1], "output")
        return tokens if rank == len(tokens) else tokens[-rank:] if rank < len(tokens) else ("ink",) * rank

    def _entry_tokens(self, tensor: Tensor) -> tuple[str, ...]:
        rank = len(self.model.shape_of(tensor))
        if any(tensor in node.inputs and isinstance(node.layer, Embedding) for node in self.model.nodes):
            return ("steps",) * rank
        readers = [node.layer for node in self.model.nodes if tensor in node.inputs]
        if rank > 1 and any(isinstance(layer, Spatial) and layer.has_channels_first for layer in readers):
            return ("embedding", *("steps",) * (rank - 1))
        return (*("steps",) * (rank - 1), "embedding")[-rank:] if rank else ()


def _innermost(layer: Layer) -> Layer:
    """Return the innermost wrapped layer, which determines the output size."""
    return layer.layer if isinstance(layer, Bidirectional | TimeDistributed) else layer


def size_argument(node: Node) -> Argument | None:
    """Find the argument that determines the output size of a node's layer."""
    candidates = (call.argument(name) for call in node.calls for name in SIZES)
    return next((argument for argument in candidates if argument is not None), None)


def options(layer: Layer) -> str:
    """Summarize a layer's options, as far as they affect shapes or numbers: `4 units`."""
    match layer:
        case Layer() if layer.shown_options:
            pass
        case Bidirectional():
            merged = () if layer.merge_mode == "concat" else (f"merge_mode={layer.merge_mode}",)
            return Series(layer.layer.name_in_code, options(layer.layer), *merged)
        case TimeDistributed():
            return Series(layer.layer.name_in_code, options(layer.layer))
        case Recurrent():
            flags = [name for name in ("return_sequences", "return_state") if getattr(layer, name)]
            return Series(ngettext("%(num)s unit", "%(num)s units", layer.units), *flags)
        case Dense():
            activation = () if layer.activation == "linear" else (layer.activation,)
            return Series(ngettext("%(num)s unit", "%(num)s units", layer.units), *activation)
        case Embedding():
            return gettext(
                "%(rows)s rows of %(numbers)s", rows=Grouped(layer.input_dim), numbers=Grouped(layer.output_dim)
            )
        case RepeatVector():
            return gettext("%(number)s times", number=layer.n)
        case LeakyReLU():
            return gettext("slope %(number)s", number=layer.negative_slope)
    named: list[str] = []
    if isinstance(layer, Convolution | SeparableConv1D):
        named.append(ngettext("%(num)s filter", "%(num)s filters", layer.filters))
    named += [f"{name} {getattr(layer, name)}" for name in layer.shown_options]
    if named:
        return Series(*named)
    return "" if layer.shown_value is None else str(getattr(layer, layer.shown_value))


class Term(NamedTuple):
    """A number in a calculation, what it counts, and the token of its colour."""

    number: int
    name: str
    token: str = "ink"
    has_number: bool = False
    """Whether the name has the number in it."""

    @property
    def text(self) -> str:
        """The number and its name: `1 unit`."""
        called = (ONE if self.number == 1 else MANY).get(self.name, self.name)
        return called if self.has_number else Together(Grouped(self.number), " ", called)


UNITS, INPUTS = pgettext("counted", "units"), pgettext("counted", "inputs")
FEATURES, BIAS = pgettext("counted", "features"), pgettext("counted", "bias")
STATE, FILTERS = pgettext("counted", "state"), pgettext("counted", "filters")
MANY: dict[str, str] = {STATE: pgettext("counted", "of the state")}
ONE: dict[str, str] = {
    **MANY,
    UNITS: pgettext("counted", "unit"),
    INPUTS: pgettext("counted", "input"),
    FEATURES: pgettext("counted", "feature"),
    FILTERS: pgettext("counted", "filter"),
}
"""How names are said after a number."""

Sum = tuple[Term, ...]
Product = tuple[Sum, ...]


@dataclass(frozen=True)
class Count:
    """A sum of products of sums; `parts` has the meaning of each product, if there are several."""

    products: tuple[Product, ...]
    parts: tuple[str, ...] = ()
    is_named: bool = True
    """Whether the numbers of a product have names; otherwise only its part is named."""

    @property
    def total(self) -> int:
        """The number of parameters."""
        return sum(prod(sum(term.number for term in terms) for terms in product) for product in self.products)

    @property
    def runs(self) -> tuple[Run, ...]:
        """The calculation, with each number in the colour of what it counts; spaces are attached to operators."""
        products = [_signed(" · ", (_summed(terms) for terms in product)) for product in self.products]
        worked = _signed(" + ", products)
        return worked if len(worked) == 1 else (*worked, Run(Together(" = ", Grouped(self.total))))

    @property
    def text(self) -> str:
        """The calculation as one text."""
        return Together(*(run.text for run in self.runs))

    @property
    def legend(self) -> str:
        """What the numbers count, in order: `units · (inputs + state + bias)`."""
        if not self.is_named:
            return _added(self.parts)
        if not self.parts:
            return _named(self.products[0])
        names = list(map(_named, self.products))
        if len(set(names)) == 1:
            return Together(_added(self.parts), ": ", names[0])
        return _added([Together(part, ": ", name) for part, name in zip(self.parts, names, strict=True)])


def counted_out(layer: Layer, shapes: Sequence[OpenShape], given_token: str = "embedding") -> Count | None:
    """Count a layer's parameters for these input shapes, showing the calculation; None if it has none."""
    weights = layer.parameter_shapes(*shapes)
    return _count(layer, shapes[0], given_token, weights) if weights else None


def _count(layer: Layer, given_shape: OpenShape, token: str, weights: Mapping[str, Shape]) -> Count:
    shape = tuple(length or 0 for length in given_shape)  # an unknown length doesn't affect any weight
    match layer:
        case _ if getattr(layer, "shared", ()):
            pass
        case TimeDistributed():
            return _count(layer.layer, shape[1:], token, weights)
        case Bidirectional():
            return _both_ways(_recurrent(layer.forward, shape, token), _recurrent(layer.backward, shape, token))
        case Recurrent() if not isinstance(layer, OwnCell):
            return Count((_recurrent(layer, shape, token),))
        case Dense():
            bias = (Term(1, BIAS),) if layer.use_bias else ()
            return Count((((Term(layer.units, UNITS, "output"),), (Term(shape[-1], INPUTS, token), *bias)),))
        case Embedding():
            rows, numbers = (
                Term(layer.input_dim, pgettext("counted", "rows")),
                Term(layer.output_dim, gettext("numbers in a row"), "embedding"),
            )
            return Count((((rows,), (numbers,)),))
        case LayerNormalization() | BatchNormalization() | GroupNormalization() if len(set(weights.values())) == 1:
            term = Term(len(weights), ", ".join(name.removeprefix("moving_") for name in weights))
            return Count(
                (
                    (
                        (term,),
                        *((Term(length, FEATURES, token),) for length in next(iter(weights.values()))),
                    ),
                )
            )
        case Conv1D():
            return Count((_convolved(layer, weights, token),))
    products = tuple(
        tuple((Term(length, ""),) for length in lengths) or ((Term(1, ""),),) for lengths in weights.values()
    )
    return Count(products, parts=tuple(weights), is_named=False)


def _convolved(layer: Conv1D, weights: Mapping[str, Shape], token: str) -> Product:
    """Each filter has a weight for each number under its window, and a bias."""
    (size,), channels = layer.window()[0], next(iter(weights.values()))[1]
    inputs = gettext("%(size)s · %(channels)s inputs", size=size, channels=channels)
    seen = (Term(size * channels, inputs, token, has_number=True),)
    bias = (Term(1, BIAS),) if layer.use_bias else ()
    return ((Term(layer.filters, FILTERS, "output"),), (*seen, *bias))


def _recurrent(layer: Recurrent, shape: Shape, token: str) -> Product:
    """Each gate, and the candidate, has for each unit a weight for each input and number of the state, and a bias."""
    candidate = Term(1, pgettext("counted", "candidate"))
    gates: tuple[Sum, ...] = (
        ((Term(len(layer.gates) - 1, pgettext("counted", "gates")), candidate),) if layer.gates else ()
    )
    weights = (Term(shape[-1], INPUTS, token), Term(layer.units, STATE, "state"))
    return (*gates, (Term(layer.units, UNITS, "state"),), (*weights, *_bias(layer)))


def _bias(layer: Recurrent) -> Sum:
    biases = sum(map(bool, layer.bias_names))
    return {0: (), 1: (Term(1, BIAS),)}.get(biases, (Term(biases, pgettext("counted", "biases")),))


def _both_ways(forward: Product, backward: Product) -> Count:
    if forward == backward:
        return Count((((Term(2, pgettext("counted", "directions")),), *forward),))
    return Count((forward, backward), parts=(gettext("forward"), gettext("backward")))


def worded(terms: Sum) -> str:
    """Write a sum with the name of each number: `2 inputs + 1 bias`."""
    return _added([term.text for term in terms])


def _named(product: Product) -> str:
    factors = [_added([term.name for term in terms]) for terms in product]
    return _between(
        " · ",
        [Together("(", named, ")") if len(terms) > 1 else named for terms, named in zip(product, factors, strict=True)],
    )


def _added(terms: Sequence[str]) -> str:
    return _between(" + ", terms)


def _between(sign: str, parts: Sequence[str]) -> str:
    """Join words with an operator; a single word stays as it is."""
    first, *rest = parts
    return Together(first, *(piece for part in rest for piece in (sign, part))) if rest else first


def _summed(terms: Sum) -> tuple[Run, ...]:
    inside = _signed(" + ", ((Run(Grouped(term.number), term.token),) for term in terms))
    return (Run("("), *inside, Run(")")) if len(terms) > 1 else inside


def _signed(sign: str, parts: Iterable[Sequence[Run]]) -> tuple[Run, ...]:
    """Join parts with an operator."""
    first, *rest = parts
    return (*first, *(run for part in rest for run in (Run(sign), *part)))
