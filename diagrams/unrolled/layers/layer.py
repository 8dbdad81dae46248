"""The base classes of all layers, and the validation of their options and shapes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf, prod
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from ..arrays import MOST_NUMBERS, Array, OpenShape, Shape, Weights, frozen, worked_out
from ..errors import NumbersError
from ..i18n import gettext
from .initializers import Initializer, initializer_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Mask = NDArray[np.bool_] | None
    Masks = Sequence[Mask]
    InitialState = Sequence[ArrayLike] | None

OUTPUT, SUM = gettext("output"), gettext("sum")
"""The names of what a layer returns, and of sums on the way to that."""
Kept: TypeAlias = "tuple[bool | Kept, ...]"
"""A mask that code gives in a call, without the batch axis: False where something is masked, nested to any depth."""


class ShapeError(NumbersError):
    """A layer can't take an input of this shape. `ndim` is the number of axes it expects, including the batch."""

    def __init__(self, message: str, ndim: int | None = None) -> None:
        super().__init__(message)
        self.ndim = ndim


class OptionError(NumbersError):
    """An option of a layer isn't what it must be, which is what `wanted` says."""

    def __init__(self, option: str, wanted: str, value: object, remedy: str = "") -> None:
        super().__init__(f"{option} must be {wanted}, not {value!r}{remedy}")
        self.option, self.wanted, self.remedy = option, wanted, remedy


@dataclass(frozen=True, eq=False)  # arrays can't be compared with ==
class Trace:
    """The inputs and outputs of a layer, as read-only arrays.

    >>> trace = run_model(stack(Dense(4), shape=(3, 2)), embed(WORDS)).trace_of(Dense)
    >>> beside(cells(trace.inputs, "embedding"), cells(trace.returned[0]))
    """

    layer: Layer
    weights: Weights
    inputs: Array
    """The first or only input, as it was given: (time_steps, features) for a recurrent layer."""
    returned: tuple[Array, ...]
    """Everything the layer returns, in Keras's order: output, then states if `return_state` is set."""
    more_inputs: tuple[Array, ...] = field(default=(), kw_only=True)
    """Further inputs, for a layer that merges several."""
    mask: NDArray[np.bool_] | None = field(default=None, kw_only=True)
    """False at each masked step of the first input; None if no step is masked."""
    mask_after: NDArray[np.bool_] | None = field(default=None, kw_only=True)
    """The mask that the layer passes on with its output."""

    @property
    def output(self) -> Array:
        """The first or only output."""
        return self.returned[0]

    def mask_of(self, output: int) -> NDArray[np.bool_] | None:
        """Return the mask of the output with this index; states have none."""
        return self.mask_after if output == 0 else None


@dataclass(frozen=True)
class Layer:
    """A layer and its options. Shapes are those of one sample, without the batch axis.

    >>> model_shapes(stack(Dense(4), Dropout(0.5), shape=(3, 2)))
    """

    name: str | None = field(default=None, kw_only=True)

    name_in_code: ClassVar[str]
    """The layer's name in code; that of its class, unless the class sets another."""
    family: ClassVar[str]
    """The name of the layer that views draw it as; by default, its own `name_in_code`."""
    kind_of_trace: ClassVar[type[Trace]] = Trace
    """The trace of a run, which works out what lies between the input and the output when it is asked for it."""
    shown_options: ClassVar[tuple[str, ...]] = ()
    """The options that a block shows with their names, such as `kernel_size 3`."""
    shown_value: ClassVar[str | None] = None
    """The option that a block shows without its name, such as `relu`."""
    size_options: ClassVar[tuple[str, ...]] = ("input_dim", "output_dim", "units", "n", "rate")
    """The options that pictures write in parentheses behind its name, as in `Embedding(10, 2)`."""
    argument_names: ClassVar[Mapping[str, str]] = {}
    """What views call arguments that have other names in code, such as `{"hidden_size": "units"}`."""
    hands_masks_on: ClassVar[bool] = True
    """Whether the input's mask also applies to the output."""
    takes_masks_off: ClassVar[bool] = False
    """Whether a call takes the masks off the tensors that it reads, wherever else they are read."""
    fewest_inputs: ClassVar[int] = 1
    most_inputs: ClassVar[int | None] = 1
    """The maximum number of inputs in one call; None for any number. Layers that take several extend `SeveralInputs`.
    """

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "name_in_code" not in vars(cls):
            cls.name_in_code = cls.__name__
        if "family" not in vars(cls):
            cls.family = cls.name_in_code

    def weight_shapes(self, shape: OpenShape) -> dict[str, Shape]:
        """Return the shapes of the weights by name, for an input shape, in the order of Keras's `get_weights()`."""
        return {}

    @property
    def in_code(self) -> str:
        """Its name and its sizes, as in code: `LSTM(4)`."""
        sizes = (str(getattr(self, name)) for name in self.size_options if hasattr(self, name))
        return f"{self.name_in_code}({', '.join(sizes)})"

    def part_of(self, weight: str) -> str:
        """Return what a weight is, whatever its name: Keras's name for it, such as kernel, bias or gamma."""
        return weight

    def fan_in(self, weight: str, shape: Shape) -> int:
        """Count the numbers that are multiplied by the weights of one number of the output."""
        return prod(shape[:-1])

    def initializer_option(self, weight: str) -> str | None:
        """Return the name of the option that initializes a weight: `recurrent_initializer` for recurrent_kernel."""
        prefix, _, kind = weight.rpartition("_")
        names = (f"{stem}_initializer" for stem in (weight, prefix, kind))
        return next((name for name in names if hasattr(self, name)), None)

    def initializer(self, weight: str) -> str | Initializer:
        """Return the initializer of a weight: that of the option, or Keras's default."""
        option = self.initializer_option(weight)
        filled: str | Initializer = "glorot_uniform" if option is None else getattr(self, option)
        return filled

    def initial_values(self, weight: str, shape: Shape, seed: str | None = None) -> Array | None:
        """Return what Keras initializes a weight with; None if that is random and there is no seed to draw it from."""
        kind = initializer_of(self.initializer(weight))
        if seed is None and kind.is_random:
            return None
        drawn_shape = self.matrix_shape(weight, shape) if kind.is_scaled else shape
        return kind.values(drawn_shape, seed or "").reshape(shape)

    def matrix_shape(self, weight: str, shape: Shape) -> Shape:
        """Return the shape Keras uses when it scales a weight's initial values; by default, the weight's own shape."""
        return shape

    def parameter_shapes(self, *shapes: OpenShape) -> dict[str, Shape]:
        """Return the shapes of the weights that count as parameters: all of them, as in Keras's `count_params`."""
        return self.weight_shapes(*shapes)

    def parameter_count(self, *shapes: OpenShape) -> int:
        """Count the parameters."""
        return sum(map(prod, self.parameter_shapes(*shapes).values()))

    def output_shapes(self, shape: OpenShape) -> tuple[OpenShape, ...]:
        """Return the shapes of all outputs; by default, the input shape."""
        return (shape,)

    def declared_shapes(self, shape: OpenShape) -> tuple[OpenShape, ...]:
        """Return the shapes Keras infers before computing, which it uses to build later layers."""
        return self.output_shapes(shape)

    def check_inputs(self, *shapes: OpenShape) -> None:
        """Check the number of inputs in a call. Raises ShapeError if it's wrong."""
        few, most = self.fewest_inputs, self.most_inputs
        if len(shapes) < few or (most is not None and len(shapes) > most):
            takes = f"{few} or more" if most is None else str(few) if few == most else f"{few} to {most}"
            noun = "input" if takes == "1" else "inputs"
            raise ShapeError(
                f"{self.name_in_code} takes {takes} {noun}, but gets {len(shapes)} "
                f"(Keras: expects {few} input(s), but it received {len(shapes)} input tensors)"
            )

    def check_size(self, *shapes: OpenShape) -> None:
        """Check that inputs of a shape aren't too large to compute. Raises NumbersError otherwise."""
        input_shapes, returned = map(worked_out, shapes), map(worked_out, self.output_shapes(*shapes))
        counts = {
            "would have {} weights": self.parameter_count(*shapes),
            "would read {} numbers": sum(map(prod, input_shapes)),
            "would return {} numbers": sum(map(prod, returned)),
        }
        for text, count in counts.items():
            if count > MOST_NUMBERS:
                raise NumbersError(
                    f"{self.name_in_code} {text.format(f'{count:,}')}, but the limit is {MOST_NUMBERS:,}: use smaller "
                    "sizes here, or draw the model with model_shapes, which computes no numbers"
                )

    def run(self, weights: Weights, *inputs: Array, masks: Masks = (), initial_state: InitialState = None) -> Trace:
        """Compute the output at inference for one sample. `masks` has one mask for each input, or is empty."""
        self.check_no_state(initial_state)
        first, *more = map(frozen, inputs)
        returned = (frozen(self.answer(weights, inputs, masks)),)
        mask = masks[0] if masks else None
        after = self.mask_after(inputs, masks)
        return self.kind_of_trace(self, weights, first, returned, more_inputs=tuple(more), mask=mask, mask_after=after)

    def takes_mask(self, number: int, mask: Shape, *shapes: OpenShape) -> bool:
        """Return whether the input with this index can have a mask of this shape; inputs may leave lengths open."""
        return agree(mask, shapes[number][: max(1, len(mask))])

    def check_no_state(self, initial_state: InitialState) -> None:
        """Check that a layer without states is given none. Raises NumbersError otherwise."""
        if initial_state is not None:
            raise NumbersError(f"{self.name_in_code} has no state, so it takes no initial_state: remove it")

    def mask_after(self, inputs: Sequence[Array], masks: Masks) -> Mask:
        """Compute the mask of the output, as Keras's `compute_mask` does."""
        return masks[0] if masks and self.hands_masks_on else None

    @property
    def returns_its_input(self) -> bool:
        """Whether the output is the very input, as that of a Dropout is at inference."""
        return False

    def masked_outputs(self, masked: Sequence[bool]) -> int:
        """Return how many outputs, from the first, have a mask, given which of the inputs have one."""
        if type(self).mask_after is not Layer.mask_after:
            return 1
        return int(self.hands_masks_on and masked[0])

    def answer(self, weights: Weights, inputs: Sequence[Array], masks: Masks) -> Array:
        """Compute the output of a layer without states, taking the mask into account."""
        return self.compute(weights, *inputs)

    def compute(self, weights: Weights, inputs: Array) -> Array:
        """Compute the output of a layer without states."""
        raise NotImplementedError


class SeveralInputs(Layer):
    """Base class of layers with several inputs.

    Their methods take one shape or array for each, as separate arguments.
    """

    most_inputs: ClassVar[int | None] = None
    takes_a_list: ClassVar[bool] = True
    """Whether a call takes the inputs as a list, as in `Add()([x, y])`, or as separate arguments."""

    def weight_shapes(self, shape: OpenShape, *more: OpenShape) -> dict[str, Shape]:
        """Return the shapes of the weights by name, for these input shapes; by default, there are none."""
        return {}

    def output_shapes(self, shape: OpenShape, *more: OpenShape) -> tuple[OpenShape, ...]:
        """Return the shapes of all outputs for these input shapes."""
        raise NotImplementedError

    def declared_shapes(self, shape: OpenShape, *more: OpenShape) -> tuple[OpenShape, ...]:
        """Return the shapes Keras infers before computing."""
        return self.output_shapes(shape, *more)

    def compute(self, weights: Weights, inputs: Array, *more: Array) -> Array:
        """Compute the output."""
        raise NotImplementedError


class ShapeOnly(Layer):
    """Base class of layers whose shapes and weights are known, but whose numbers the kit doesn't compute."""

    def compute(self, weights: Weights, inputs: Array, *more: Array) -> Array:
        """Raise NumbersError, since only shapes are supported."""
        raise self.uncomputed()

    def uncomputed(self) -> NumbersError:
        """Return the error for a layer that isn't computed, listing those that are."""
        from . import computed  # imports this module

        return NumbersError(
            f"the numbers of {self.name_in_code} can't be computed here, only its shapes: draw the model with "
            f"model_shapes, which needs no numbers. The layers with numbers are {', '.join(computed())}"
        )


def agree(shape: Shape, wanted: OpenShape) -> bool:
    """Return whether a shape is the one that is wanted, whose lengths may be open."""
    return len(shape) == len(wanted) and all(length in (None, size) for size, length in zip(shape, wanted, strict=True))


def nested(mask: NDArray[np.bool_]) -> Kept:
    """Convert a mask to nested tuples, which can be compared."""
    return tuple(nested(row) if row.ndim else bool(row) for row in mask)


def check_count(name: str, value: Any, least: int = 1) -> None:
    """Check that an option is an integer. Keras accepts True as 1, but nobody means that."""
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        remedy = ": / makes a float, // a whole number" if isinstance(value, float) else ""
        rounded = round(value, 3) if isinstance(value, float) else value
        raise OptionError(name, f"a whole number, {least} or more", rounded, remedy)


def check_number(name: str, value: Any, least: float = -inf, most: float = inf) -> None:
    """Check that an option is a number within bounds."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        limits = "" if least == -inf else f", {least:g} or more" if most == inf else f" between {least:g} and {most:g}"
        raise OptionError(name, f"a number{limits}", value)


def check_choice(name: str, value: Any, *choices: object) -> None:
    """Check that an option has one of the allowed values."""
    if value not in choices:
        raise OptionError(name, " or ".join(map(repr, choices)), value)


def check_flags(layer: Layer, *names: str) -> None:
    """Check that options are booleans."""
    for name in names:
        value = getattr(layer, name)
        if not isinstance(value, bool):
            raise OptionError(name, "True or False", value)


def check_whole(name: str, value: Any, or_open: bool = False, or_empty: bool = True) -> None:
    """Check that an option is an integer or a tuple of them, such as axes; with `or_open`, some of them may be None."""
    numbers = value if isinstance(value, list | tuple) else [value]
    wrong = [number for number in numbers if isinstance(number, bool) or not isinstance(number, int)]
    if any(number is not None or not or_open for number in wrong) or not (numbers or or_empty):
        raise OptionError(name, "a whole number or a tuple of them", value)


def spread(name: str, value: Any, axes: int, least: int = 1) -> tuple[int, ...]:
    """Expand an option to one number for each axis; as in Keras, a single integer applies to all axes."""
    numbers = (value,) * axes if isinstance(value, int) else tuple(value) if isinstance(value, list | tuple) else ()
    if len(numbers) != axes or any(isinstance(number, bool) or not isinstance(number, int) for number in numbers):
        many = "a whole number" if axes == 1 else f"a whole number, or a tuple of {axes}"
        raise OptionError(name, many, value)
    for number in numbers:
        check_count(name, number, least)
    return numbers


def axes_of(layer: Layer, axis: int | Sequence[int], shape: OpenShape) -> tuple[int, ...]:
    """Convert Keras's axes, where the batch is axis 0, to those of a sample. Raises ShapeError if out of bounds."""
    axes = []
    choice = "axis 1" if len(shape) == 1 else f"an axis from 1 to {len(shape)}"
    for number in (axis,) if isinstance(axis, int) else axis:
        if not shape:
            raise ShapeError(
                f"{layer.name_in_code} has axis={axis}, but its input has no axis besides the batch: give it one, "
                "such as Input((3,))"
            )
        place = number + len(shape) + 1 if number < 0 else number
        if place > len(shape) or place < 0:
            raise ShapeError(
                f"{layer.name_in_code} has axis={axis}, but {shape} with its batch axis has {len(shape) + 1} axes "
                f"(Keras: Axis {number} is out of bounds): use {choice}, or -1 for the last"
            )
        if place == 0:
            raise ShapeError(
                f"{layer.name_in_code} with axis={axis} would mix the samples of a batch, but a figure shows only "
                f"one of them: use {choice}, or -1 for the last"
            )
        axes.append(place - 1)
    if len(set(axes)) < len(axes):
        raise ShapeError(f"{layer.name_in_code} has axis={axis}, which names an axis of {shape} twice: name it once")
    return tuple(axes)


def length_of(layer: Layer, shape: OpenShape, axis: int = -1) -> int:
    """Return the length of an axis that determines the size of a weight. Raises ShapeError if it is unknown."""
    length = shape[axis]
    if length is None:
        raise ShapeError(
            f"{layer.name_in_code} needs a weight for each number along an axis of unknown length, in {shape} "
            "(Keras: Shapes used to initialize variables must be fully-defined): write the length into Input, such as "
            "Input((3, 2))"
        )
    return length


def check_axes(layer: Layer, shape: OpenShape, axes: int, reads: str) -> None:
    """Check an input's number of axes, without the batch. `reads` describes what the layer takes. Raises ShapeError."""
    if len(shape) != axes:
        raise ShapeError(f"{layer.name_in_code} {reads}, not {shape}", ndim=axes + 1)
