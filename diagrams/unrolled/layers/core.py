"""Dense, Embedding, Masking and TimeDistributed, and layers that are only active during training, such as Dropout."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import prod
from typing import TYPE_CHECKING, Any, ClassVar, cast

import numpy as np

from ..arrays import Array, OpenShape, Shape, Weights, frozen
from ..errors import NumbersError
from ..recorded.arrays import named
from ..recorded.operations import plain
from .activations import activation_of
from .layer import (
    OUTPUT,
    Layer,
    ShapeError,
    ShapeOnly,
    Trace,
    check_axes,
    check_count,
    check_flags,
    check_number,
    check_whole,
    length_of,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .initializers import Initializer
    from .layer import InitialState, Mask, Masks


class SummedTrace(Trace):
    """The numbers of a layer that multiplies by a kernel, on their way to its output."""

    @cached_property
    def product(self) -> Array:
        """The sums of the inputs, each times its weight, without the bias: the shape of the output."""
        return frozen(cast("Summing", self.layer).product(self.weights, self.inputs))

    @cached_property
    def biased(self) -> Array:
        """These sums with the bias, before the activation: the shape of the output."""
        return frozen(cast("Summing", self.layer).biased(self.weights, self.product))

    @property
    def activated(self) -> Array:
        """The activation of these sums, which is the output."""
        return self.output


class Summing(Layer):
    """Base class of layers that multiply by a kernel, add a bias, and apply an activation."""

    kind_of_trace: ClassVar[type[Trace]] = SummedTrace

    def kernel_of(self, weights: Weights) -> Array:
        """Return the kernel, as Keras lays it out."""
        return weights["kernel"]

    def product(self, weights: Weights, inputs: Array) -> Array:
        """Compute the sums of the inputs, each times its weight."""
        raise NotImplementedError

    def biased(self, weights: Weights, product: Array) -> Array:
        """Add the bias, if there is one."""
        bias = weights.get("bias")
        return product if bias is None else product + bias

    def compute(self, weights: Weights, inputs: Array) -> Array:
        """Compute activation(x·kernel + bias), as Keras does in the layer's `call`."""
        activation = activation_of(getattr(self, "activation", "linear"))
        output: Array = named("output", activation(self.biased(weights, self.product(weights, inputs))), OUTPUT)
        return output


class DenseTrace(SummedTrace):
    """The numbers of a Dense layer.

    >>> trace = run_model(stack(Dense(2, "relu"), shape=(3,)), [0.2, 0.4, 0.6]).trace_of(Dense)
    >>> row(cells(trace.product), cells(trace.biased), cells(trace.activated))
    """

    @cached_property
    def terms(self) -> Array:
        """Each number of the input times each of its weights: (…, features, units)."""
        return frozen(self.inputs[..., None] * cast("Dense", self.layer).kernel_of(self.weights))


@dataclass(frozen=True)
class Dense(Summing):
    """The fully connected layer, applied separately to each vector of a sequence.

    >>> formulation(stack(GRU(4), Dense(1), shape=(3, 2)))
    """

    units: int
    activation: str = "linear"
    use_bias: bool = True
    kernel_initializer: str | Initializer = field(default="glorot_uniform", kw_only=True)
    bias_initializer: str | Initializer = field(default="zeros", kw_only=True)

    kind_of_trace: ClassVar[type[Trace]] = DenseTrace

    def __post_init__(self) -> None:
        check_count("units", self.units)
        check_flags(self, "use_bias")
        activation_of(self.activation)

    def weight_shapes(self, shape: OpenShape) -> dict[str, Shape]:
        """Return the shapes of the weights by name: kernel, and bias if there is one."""
        if not shape:
            raise ShapeError("Dense needs a vector, but its input is a single number", ndim=2)
        shapes: dict[str, Shape] = {"kernel": (length_of(self, shape), self.units), "bias": (self.units,)}
        return shapes if self.use_bias else {"kernel": shapes["kernel"]}

    def output_shapes(self, shape: OpenShape) -> tuple[OpenShape, ...]:
        """Return the output shape, whose last axis has the length `units`."""
        self.weight_shapes(shape)
        return ((*shape[:-1], self.units),)

    def product(self, weights: Weights, inputs: Array) -> Array:
        """Compute x·kernel."""
        product: Array = inputs @ self.kernel_of(weights)
        return product


@dataclass(frozen=True)
class EinsumDense(Summing):
    """A Dense layer along any axes, given by an equation such as `"abc,cd->abd"` that includes the batch axis."""

    equation: str
    output_shape: int | tuple[int | None, ...]
    activation: str = "linear"
    bias_axes: str | None = None
    kernel_initializer: str | Initializer = field(default="glorot_uniform", kw_only=True)
    bias_initializer: str | Initializer = field(default="zeros", kw_only=True)

    shown_value: ClassVar[str | None] = "activation"
    hands_masks_on: ClassVar[bool] = False

    def __post_init__(self) -> None:
        activation_of(self.activation)
        check_whole("output_shape", self.output_shape, or_open=True)
        operands, _, returned = self.equation.partition("->")
        read, _, kernel = operands.partition(",")
        letters = [read.replace("...", ""), kernel, returned.replace("...", "")]
        if not all(term.isalpha() for term in letters) or ("..." in read) != ("..." in returned):
            raise NumbersError(
                f'the equation {self.equation!r} can\'t be read: write it as "abc,cd->abd" or "...x,xy->...y" '
                "(Keras: Invalid einsum equation)"
            )
        biased: Any = self.bias_axes
        if biased is not None and (not isinstance(biased, str) or not biased or set(biased) - set(letters[-1])):
            raise NumbersError(f"bias_axes={biased!r} must be letters of the output, {letters[-1]!r}")

    def _sizes(self, shape: OpenShape) -> tuple[dict[str, int | None], list[int | None]]:
        """Find the length of every letter, and the output's lengths including the batch axis."""
        operands, _, returned = self.equation.partition("->")
        read, _, kernel = operands.partition(",")
        lengths: list[int | None] = [None, *shape]
        letters = read.replace("...", "")
        elided = len(lengths) - len(letters)
        if elided < 0 or (elided and "..." not in read):
            raise ShapeError(
                f"{self.equation!r} reads {len(letters)} axes, including the batch, but gets {len(lengths)}"
            )
        output_lengths = [self.output_shape] if isinstance(self.output_shape, int) else list(self.output_shape)
        first = read.startswith("...")
        sizes = dict(zip(letters, lengths[elided:] if first else lengths[: len(letters)], strict=True))
        middle = lengths[1:elided] if elided and first else []
        output = [lengths[0], *middle, *output_lengths, *([] if first or not elided else lengths[len(letters) :])]
        named = output[elided:] if first else output[: len(output) - elided]
        for letter, length in zip(returned.replace("...", ""), named, strict=False):
            if letter not in sizes:
                sizes[letter] = length
            elif length not in (None, sizes[letter]):
                raise ShapeError(
                    f"{self.equation!r} keeps the axis {letter!r} of {sizes[letter]} numbers, but output_shape says "
                    f"{length} (Keras: Input shape and output shape do not match at shared dimension '{letter}')"
                )
        if missing := [letter for letter in kernel if sizes.get(letter) is None]:
            raise ShapeError(
                f"{self.equation!r} needs the length of the axis {missing[0]!r}, but neither {shape} nor output_shape "
                "gives it"
            )
        return sizes, output

    def weight_shapes(self, shape: OpenShape) -> dict[str, Shape]:
        """Return the shapes of the weights by name: kernel, and bias along its axes if there is one."""
        sizes, output = self._sizes(shape)
        kernel, returned = self.equation.partition(",")[2].split("->")
        letters = returned.replace("...", "")
        shapes: dict[str, Shape] = {"kernel": tuple(sizes[letter] or 1 for letter in kernel)}
        if self.bias_axes is None:
            return shapes
        lengths = dict(
            zip(letters, output[len(output) - len(letters) :] if returned.startswith("...") else output, strict=False)
        )
        start = min(letters.index(letter) for letter in self.bias_axes)
        bias_lengths = [lengths[letter] if letter in self.bias_axes else 1 for letter in letters[start:]]
        if None in bias_lengths:
            raise ShapeError(
                f"{self.equation!r} needs output_shape to give the lengths of {self.bias_axes!r} for its bias"
            )
        trailing = len(output) - len(letters) if returned.endswith("...") else 0
        return {**shapes, "bias": (*(length or 1 for length in bias_lengths), *(1,) * trailing)}

    def output_shapes(self, shape: OpenShape) -> tuple[OpenShape, ...]:
        """Return the output shape, including the lengths that `output_shape` omits if they can be inferred."""
        self.weight_shapes(shape)
        sizes, output = self._sizes(shape)
        returned = self.equation.partition("->")[2]
        letters = returned.replace("...", "")
        elided = len(output) - len(letters)
        places = range(elided, len(output)) if returned.startswith("...") else range(len(letters))
        for place, letter in zip(places, letters, strict=True):
            output[place] = sizes[letter] if output[place] is None else output[place]
        return (tuple(output[1:]),)

    def matrix_shape(self, weight: str, shape: Shape) -> Shape:
        """Treat the kernel as a matrix (inputs, outputs), whatever their axes."""
        kernel, returned = self.equation.partition(",")[2].split("->")
        if weight != "kernel":
            return shape
        lengths = list(zip(kernel, shape, strict=True))
        outputs = prod(length for letter, length in lengths if letter in returned)
        return prod(shape) // max(1, outputs), outputs

    def declared_shapes(self, shape: OpenShape) -> tuple[OpenShape, ...]:
        """Return the shapes Keras declares, where lengths omitted from `output_shape` remain unknown."""
        self.weight_shapes(shape)
        return (tuple(self._sizes(shape)[1][1:]),)

    def product(self, weights: Weights, inputs: Array) -> Array:
        """Compute einsum(x, kernel)."""
        product: Array = np.einsum(self.equation, inputs[None], weights["kernel"])[0]
        return product

    def biased(self, weights: Weights, product: Array) -> Array:
        """Add the bias, whose axes include that of the batch."""
        bias = weights.get("bias")
        return product if bias is None else (product[None] + bias)[0]


class EmbeddingTrace(Trace):
    """The numbers of an Embedding.

    >>> trace = run_model(stack(Embedding(4, 2), shape=(3,)), [2, 0, 3]).trace_of(Embedding)
    >>> row(cells(trace.one_hot), cells(trace.weights.embeddings), cells(trace.output))
    """

    @cached_property
    def rows(self) -> NDArray[np.int64]:
        """The row that is looked up for each number, from 0: the shape of the input."""
        return self.inputs.astype(np.int64)

    @cached_property
    def one_hot(self) -> Array:
        """1 in the place of its row, 0 elsewhere; times the table, it is the row: (…, input_dim)."""
        return frozen(np.eye(cast("Embedding", self.layer).input_dim)[self.rows])


@dataclass(frozen=True)
class Embedding(Layer):
    """A lookup table indexed by integers from 0. Row 0 is an ordinary row, even with `mask_zero`.

    >>> model_shapes(stack(Embedding(10, 2), shape=(3,)))
    """

    input_dim: int
    output_dim: int
    mask_zero: bool = False
    embeddings_initializer: str | Initializer = field(default="uniform", kw_only=True)

    kind_of_trace: ClassVar[type[Trace]] = EmbeddingTrace
    hands_masks_on: ClassVar[bool] = False

    def __post_init__(self) -> None:
        check_count("input_dim", self.input_dim)
        check_count("output_dim", self.output_dim)
        check_flags(self, "mask_zero")

    def weight_shapes(self, shape: OpenShape) -> dict[str, Shape]:
        """Return the shape of the table by name."""
        return {"embeddings": (self.input_dim, self.output_dim)}

    def output_shapes(self, shape: OpenShape) -> tuple[OpenShape, ...]:
        """Return the output shape, in which each index becomes a vector."""
        return ((*shape, self.output_dim),)

    def table_of(self, weights: Weights) -> Array:
        """Return the table: (input_dim, output_dim)."""
        return weights["embeddings"]

    def masked_outputs(self, masked: Sequence[bool]) -> int:
        """Return 1 if index 0 is masked."""
        return int(self.mask_zero)

    def mask_after(self, inputs: Sequence[Array], masks: Masks) -> Mask:
        """Mask index 0 in later layers if `mask_zero` is set."""
        return np.asarray(inputs[0]) != 0 if self.mask_zero else None

    def compute(self, weights: Weights, inputs: Array) -> Array:
        """Look up the rows."""
        indices = np.asarray(inputs)
        whole_numbers = indices.astype(np.int64)
        if (whole_numbers != indices).any() or (whole_numbers < 0).any() or (whole_numbers >= self.input_dim).any():
            raise NumbersError(
                f"Embedding({self.input_dim}, {self.output_dim}) looks up whole numbers from 0 to "
                f"{self.input_dim - 1}, not {indices.tolist()}"
            )
        rows: Array = self.table_of(weights)[whole_numbers]
        return rows


Rows = int | tuple["Rows", ...]
"""Integer indices, nested to any depth."""


@dataclass(frozen=True)
class RowsAdded(Layer):
    """Adds rows of an Embedding's table, the same ones for every sample: `x + embedding(positions)`."""

    layer: Embedding
    rows: Rows

    name_in_code: ClassVar[str] = "+ Embedding"
    hands_masks_on: ClassVar[bool] = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", self.layer.name)

    def weight_shapes(self, shape: OpenShape) -> dict[str, Shape]:
        """Return the shape of the table by name."""
        return self.layer.weight_shapes(shape)

    def output_shapes(self, shape: OpenShape) -> tuple[OpenShape, ...]:
        """Return the output shape: that of the input, which must end with the axes of the rows."""
        added = (*np.shape(self.rows), self.layer.output_dim)
        ends = shape[len(shape) - len(added) :]
        if len(added) > len(shape) or any(size not in (1, axis) for size, axis in zip(added, ends, strict=True)):
            is_open = None in ends and len(added) <= len(shape)
            remedy = "write the number of time steps into Input, such as Input((3,))" if is_open else "make them equal"
            raise ShapeError(
                f"the rows of Embedding({self.layer.input_dim}, {self.layer.output_dim}) added here have the "
                f"shape {added}, but they are added to the shape {shape}: {remedy}"
            )
        return (shape,)

    def table_rows(self, weights: Weights) -> Array:
        """Look up the rows to add."""
        return self.layer.compute(weights, np.asarray(self.rows))

    def compute(self, weights: Weights, inputs: Array) -> Array:
        """Add the rows."""
        result: Array = inputs + self.table_rows(weights)
        return result


@dataclass(frozen=True)
class OwnWeight(ShapeOnly):
    """A weight that a layer of the article's own makes and doesn't use. It has no input, and is only counted."""

    size: Shape = ()
    made_by: str = "add_weight"
    """The call that makes it: `add_weight` or `Variable`."""
    weight_initializer: str | Initializer = field(default="glorot_uniform", kw_only=True)

    shown_options: ClassVar[tuple[str, ...]] = ("size",)
    name_in_code: ClassVar[str] = "add_weight"

    def __post_init__(self) -> None:
        object.__setattr__(self, "name_in_code", self.made_by)

    def weight_shapes(self, shape: OpenShape) -> dict[str, Shape]:
        """Return its shape."""
        return {"weight": self.size}


@dataclass(frozen=True)
class TensorAsMask(Layer):
    """Takes a tensor for a mask, as calls do: False where it is 0."""

    def mask_after(self, inputs: Sequence[Array], masks: Masks) -> Mask:
        """Return the mask of one sample, which all heads share if the tensor has an axis for them."""
        kept: NDArray[np.bool_] = plain(inputs[0]) != 0
        return kept[0] if kept.ndim > 2 else kept


TRIES = 3
"""How often numbers are drawn to try out a function on them."""


@dataclass(frozen=True)
class Opaque(ShapeOnly):
    """A function of tensors, such as `keras.ops.reshape`, or a layer without weights of which only shapes are known."""

    called: str
    shapes_after: Callable[..., Sequence[OpenShape]] = field(compare=False, repr=False)
    """Returns the shapes of the outputs for those of the inputs. Raises ShapeError if it can't read them."""
    numbers_after: Callable[..., Sequence[Array]] | None = field(default=None, compare=False, repr=False)
    """Computes the outputs for one sample; None if nobody knows how."""

    most_inputs: ClassVar[int | None] = None
    hands_masks_on: ClassVar[bool] = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "name_in_code", self.called)

    def weight_shapes(self, *shapes: OpenShape) -> dict[str, Shape]:
        """Return none."""
        return {}

    def output_shapes(self, *shapes: OpenShape) -> tuple[OpenShape, ...]:
        """Return the shapes of the outputs."""
        return tuple(self.shapes_after(*shapes))

    def declared_shapes(self, *shapes: OpenShape) -> tuple[OpenShape, ...]:
        """Return the same shapes."""
        return self.output_shapes(*shapes)

    def check_size(self, *shapes: OpenShape) -> None:
        """Check that its numbers can be computed, also where Keras leaves a length open although it is known."""
        if self.numbers_after is None or any(None in shape for shape in self.output_shapes(*shapes)):
            raise self.uncomputed()
        super().check_size(*shapes)

    def run(self, weights: Weights, *inputs: Array, masks: Masks = (), initial_state: InitialState = None) -> Trace:
        """Compute the outputs for one sample, for which Keras passes no masks on."""
        self.check_no_state(initial_state)
        if self.numbers_after is None:
            raise self.uncomputed()
        first, *more = map(frozen, inputs)
        try:
            returned = tuple(map(frozen, self.numbers_after(*inputs)))
        except (TypeError, ValueError, IndexError) as error:
            raise self.uncomputed() from error
        if tuple(array.shape for array in returned) != self.output_shapes(*(array.shape for array in inputs)):
            raise self.uncomputed()
        return Trace(self, weights, first, returned, more_inputs=tuple(more))

    def keeps_steps(self, *inputs: Array) -> bool:
        """Return whether each step of the outputs follows from that step alone of some input, so it is of one word."""
        return any(self._is_by_step(number, [*map(plain, inputs)]) for number in range(len(inputs)))

    def _is_by_step(self, number: int, inputs: list[Array]) -> bool:
        """Try out whether another step of an input changes no other step of the outputs."""
        random, shape = np.random.default_rng(0), inputs[number].shape
        if self.numbers_after is None or not shape:
            return False

        def outputs(values: Array) -> list[Array]:
            assert self.numbers_after is not None
            with np.errstate(all="ignore"):
                returned = self.numbers_after(*inputs[:number], values, *inputs[number + 1 :])
            return [np.asarray(array, np.float64) for array in returned]

        for _ in range(TRIES):
            first, second = random.normal(size=(2, *shape)) * 10 ** random.uniform(-1, 3, (2, *shape))
            before = outputs(first)
            if any(array.shape[:1] != shape[:1] for array in before):
                return False
            for step in range(len(first)):
                changed = first.copy()
                changed[step] = second[step]
                for was, now in zip(before, outputs(changed), strict=True):
                    if not np.array_equal(np.delete(was, step, 0), np.delete(now, step, 0), equal_nan=True):
                        return False
        return True


COMBINING: Mapping[str, Callable[[Array, Array], Array]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "@": np.matmul,
}
PRINTED = {"+": "+", "-": "−", "*": "×", "/": "/", "@": "@"}
Places = int | tuple["Places", ...]
"""The places in a weight of the numbers that are used, from 0 row by row, nested to any depth."""


@dataclass(frozen=True)
class WithWeight(Layer):
    """Combines its input with a weight of the article's own layer: `x * self.scale`, `keras.ops.matmul(x, self.w)`."""

    weight: OwnWeight
    sign: str
    is_reflected: bool = False
    """Whether the weight comes before the sign."""
    used: Places | None = None
    """The part of the weight that is used, in the shape in which it is; None for all of it as it is."""

    name_in_code: ClassVar[str] = "add_weight"
    hands_masks_on: ClassVar[bool] = False

    def __post_init__(self) -> None:
        sign, made_by = PRINTED[self.sign], self.weight.made_by
        object.__setattr__(self, "name_in_code", f"{made_by} {sign}" if self.is_reflected else f"{sign} {made_by}")

    @property
    def shape_used(self) -> Shape:
        """The shape in which the weight is used."""
        return self.weight.size if self.used is None else np.shape(self.used)

    def weight_shapes(self, shape: OpenShape) -> dict[str, Shape]:
        """Return the shape of the weight by name."""
        return {"weight": self.weight.size}

    def output_shapes(self, shape: OpenShape) -> tuple[OpenShape, ...]:
        """Return the shape of the result, in which lengths that are open stay open where they can."""
        weight_shape = self.shape_used
        try:
            if self.sign != "@":
                return (_broadcast(shape, weight_shape),)
            arrays = np.empty([length or 1 for length in shape]), np.empty(weight_shape)
            if not self.is_reflected and len(weight_shape) <= 2 and shape and shape[-1] is not None:
                np.matmul(*arrays)
                return ((*shape[:-1], *weight_shape[1:]),)
            if self.is_reflected and len(weight_shape) == 2 and len(shape) >= 2 and shape[-2] is not None:
                np.matmul(*reversed(arrays))
                return ((*shape[:-2], weight_shape[0], shape[-1]),)
        except ValueError:
            pass
        raise ShapeError(
            f"a weight of the shape {weight_shape} can't be combined by {self.sign} with the shape {shape}, which has "
            "no batch axis: give the weight another shape"
        )

    def weight_used(self, weights: Weights) -> Array:
        """Return the weight in the shape in which it is used."""
        weight = weights["weight"]
        return weight if self.used is None else weight.reshape(-1)[np.array(self.used, np.int64)]

    def compute(self, weights: Weights, inputs: Array) -> Array:
        """Combine the input and the weight."""
        combine, weight = COMBINING[self.sign], self.weight_used(weights)
        return combine(weight, inputs) if self.is_reflected else combine(inputs, weight)


def _broadcast(shape: OpenShape, weight_shape: Shape) -> OpenShape:
    """Broadcast two shapes, of which one may have open lengths, as Keras does. Raises ValueError if they don't fit."""
    if len(weight_shape) > len(shape):
        shape = (*(1,) * (len(weight_shape) - len(shape)), *shape)
    lengths: list[int | None] = list(shape)
    for place, length in enumerate(weight_shape, start=len(shape) - len(weight_shape)):
        if lengths[place] in (1, None) and length != 1:
            lengths[place] = length
        elif length not in (1, lengths[place]):
            raise ValueError
    return tuple(lengths)


@dataclass(frozen=True)
class Masking(Layer):
    """Masks steps whose features all equal `mask_value`.

    >>> unroll(stack(Masking(), SimpleRNN(2), shape=(2, 2)), ["I", "[PAD]"], [[0.5, 0.4], [0.0, 0.0]])
    """

    mask_value: float = 0.0

    shown_options: ClassVar[tuple[str, ...]] = ("mask_value",)

    def __post_init__(self) -> None:
        check_number("mask_value", self.mask_value)

    def output_shapes(self, shape: OpenShape) -> tuple[OpenShape, ...]:
        """Return the output shape, which is the input shape."""
        if len(shape) != 2:
            raise ShapeError(f"Masking reads sequences (time_steps, features), not {shape}", ndim=3)
        return (shape,)

    def mask_after(self, inputs: Sequence[Array], masks: Masks) -> Mask:
        """Compute the mask."""
        return self._kept(inputs[0])

    def _kept(self, inputs: Array) -> Mask:
        # Keras compares in float32, where 0.1 isn't the same number as in float64.
        different = np.asarray(inputs, dtype=np.float32) != np.float32(self.mask_value)
        kept: Mask = different.any(axis=-1)
        return kept

    def compute(self, weights: Weights, inputs: Array) -> Array:
        """Set masked steps to zero."""
        kept = self._kept(inputs)
        assert kept is not None
        zeroed: Array = np.where(kept[..., None], inputs, 0.0)
        return zeroed


class TimeDistributedTrace(Trace):
    """The numbers of a layer that is applied at every step."""

    @cached_property
    def steps(self) -> tuple[Trace, ...]:
        """The trace of the wrapped layer at each step."""
        inner = cast("TimeDistributed", self.layer).layer
        return tuple(inner.run(self.weights, step_inputs) for step_inputs in self.inputs)


READ_MASKS = ("SimpleRNN", "GRU", "LSTM", "Bidirectional", "Softmax", "GlobalAveragePooling1D", "TimeDistributed")
"""Layers to which Keras would pass the mask of a single step, which none of them supports."""


@dataclass(frozen=True)
class TimeDistributed(Layer):
    """Applies a layer at every step. Around Dense it changes nothing, since Dense already works this way.

    >>> formulation(stack(GRU(4, return_sequences=True), TimeDistributed(Dense(2)), shape=(3, 2)))
    """

    layer: Layer

    kind_of_trace: ClassVar[type[Trace]] = TimeDistributedTrace

    def __post_init__(self) -> None:
        if not isinstance(self.layer, Layer) or self.layer.fewest_inputs > 1:
            raise NumbersError(
                f"TimeDistributed wraps a layer with one input, such as TimeDistributed(Dense(2)), not {self.layer!r}"
            )

    def weight_shapes(self, shape: OpenShape) -> dict[str, Shape]:
        """Return the shapes of the wrapped layer's weights by name."""
        return self.layer.weight_shapes(self._step(shape))

    def initial_values(self, weight: str, shape: Shape, seed: str | None = None) -> Array | None:
        """Return what Keras initializes a weight of the wrapped layer with."""
        return self.layer.initial_values(weight, shape, seed)

    def output_shapes(self, shape: OpenShape) -> tuple[OpenShape, ...]:
        """Return the output shape: that of the wrapped layer, for each step."""
        returned = self.layer.output_shapes(self._step(shape))
        if len(returned) > 1:
            raise ShapeError(
                f"{self.layer.name_in_code} returns {len(returned)} values per step, but TimeDistributed takes one: "
                "remove return_state=True"
            )
        return ((shape[0], *returned[0]),)

    def _step(self, shape: OpenShape) -> OpenShape:
        if len(shape) < 2:
            raise ShapeError(f"TimeDistributed reads sequences (time_steps, features), not {shape}", ndim=3)
        return shape[1:]

    def answer(self, weights: Weights, inputs: Sequence[Array], masks: Masks) -> Array:
        """Apply the layer to each step.

        Raises NumbersError if the wrapped layer would receive the mask of a single step.
        """
        if masks and masks[0] is not None and self.layer.family in READ_MASKS:
            raise NumbersError(
                f"TimeDistributed({self.layer.name_in_code}) would give each step its part of a mask, but "
                f"{self.layer.name_in_code} can't read that: don't use Masking or mask_zero=True before it"
            )
        return self.compute(weights, *inputs)

    def compute(self, weights: Weights, inputs: Array) -> Array:
        """Apply the layer to each step."""
        return np.stack([self.layer.run(weights, step_inputs).output for step_inputs in inputs])


class TrainingOnly(Layer):
    """Base class of layers that return their input unchanged at inference."""

    @property
    def returns_its_input(self) -> bool:
        """True."""
        return True

    def compute(self, weights: Weights, inputs: Array) -> Array:
        """Return the input."""
        return inputs


@dataclass(frozen=True)
class Dropout(TrainingOnly):
    """Drops numbers at random during training, and does nothing at inference.

    >>> model_shapes(stack(GRU(4), Dropout(0.5), Dense(1), shape=(3, 2)))
    """

    rate: float

    shown_options: ClassVar[tuple[str, ...]] = ("rate",)

    def __post_init__(self) -> None:
        check_number("rate", self.rate, 0, 1)


class SpatialDropout1D(Dropout):
    """Drops whole features of a sequence, at every step, during training.

    >>> model_shapes(stack(SpatialDropout1D(0.2), LSTM(4), shape=(3, 2)))
    """

    spatial_axes: ClassVar[int] = 1

    def output_shapes(self, shape: OpenShape) -> tuple[OpenShape, ...]:
        """Return the output shape, which is the input shape."""
        reads = "reads sequences (time_steps, features)" if self.spatial_axes == 1 else "reads channels side by side"
        check_axes(self, shape, self.spatial_axes + 1, reads)
        return (shape,)


class SpatialDropout2D(SpatialDropout1D):
    """Drops whole channels of an image during training."""

    spatial_axes: ClassVar[int] = 2


class SpatialDropout3D(SpatialDropout1D):
    """Drops whole channels of a volume during training."""

    spatial_axes: ClassVar[int] = 3


class AlphaDropout(Dropout):
    """Dropout that preserves mean and variance, during training."""


class GaussianDropout(Dropout):
    """Multiplies by noise around 1 during training."""


@dataclass(frozen=True)
class GaussianNoise(TrainingOnly):
    """Adds noise around 0 during training.

    >>> model_shapes(stack(GaussianNoise(0.1), GRU(4), shape=(3, 2)))
    """

    stddev: float

    shown_options: ClassVar[tuple[str, ...]] = ("stddev",)

    def __post_init__(self) -> None:
        check_number("stddev", self.stddev, 0, 1)


@dataclass(frozen=True)
class ActivityRegularization(TrainingOnly):
    """Adds a penalty on its input to the loss during training."""

    l1: float = 0.0
    l2: float = 0.0

    def __post_init__(self) -> None:
        check_number("l1", self.l1)
        check_number("l2", self.l2)
