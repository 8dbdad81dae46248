"""Symbolic tensors, which have a shape but no numbers."""

from __future__ import annotations

import operator
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from math import prod
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from ..arrays import Array, read_only
from ..errors import CodeError, NumbersError
from ..layers.core import COMBINING, Embedding, RowsAdded, WithWeight
from ..layers.layer import Kept, Layer
from ..model import MaskOf
from .graph import Operation, Placeholder, Value, unpacked
from .places import is_of_article, meant
from .unknown import (
    PART_OF_LAYER,
    UNPACKING,
    MayBeUnknown,
    Origin,
    Unknown,
    current_session,
    holds_unknown,
    is_a,
    is_unknown,
    not_read,
    revealed,
    text_of,
    unknown,
)

if TYPE_CHECKING:
    from ..layers.core import OwnWeight
    from .options import RecordedLayer, RecordedWeight


class Returned(tuple[Any, ...]):
    """The outputs of a layer with several; unpacking them into too many names gives a helpful error."""

    kit: Layer

    def __iter__(self) -> Iterator[Any]:
        _check_names(self.kit, len(self))
        return super().__iter__()


def _check_names(kit: Layer | None, count: int) -> None:
    """Check how many names the calling frame unpacks this into. Raises CodeError."""
    frame = sys._getframe(2)
    at = frame.f_lasti
    if is_of_article(frame.f_code) and frame.f_code.co_code[at] == UNPACKING:
        names = frame.f_code.co_code[at + 1]
        if names != count and kit is not None:
            raise current_session().site().error(unpacked(kit, names, count))


def computed(values: Any) -> Any:
    """Convert a result of `keras.ops` as Keras does: to 32 bits, and read-only."""
    array = np.asarray(values)
    kept = array.astype({"f": np.float32, "i": np.int32, "u": np.int32}.get(array.dtype.kind, array.dtype))
    kept.flags.writeable = False
    return kept


OPS: dict[str, Callable[..., Any]] = {
    name: getattr(np, name)
    for name in (
        *("absolute", "arange", "array", "broadcast_to", "ceil", "concatenate", "cos", "cosh", "cumsum", "dot", "exp"),
        *(
            "expand_dims",
            "eye",
            "flip",
            "floor",
            "floor_divide",
            "full",
            "hstack",
            "linspace",
            "log",
            "log10",
            "matmul",
        ),
        *(
            "max",
            "maximum",
            "mean",
            "min",
            "minimum",
            "mod",
            "moveaxis",
            "negative",
            "outer",
            "power",
            "prod",
            "repeat",
        ),
        *("equal", "not_equal", "greater", "greater_equal", "less", "less_equal"),
        *("logical_and", "logical_or", "logical_not", "logical_xor", "ones", "ones_like", "zeros", "zeros_like"),
        *("reshape", "round", "sin", "sinh", "sqrt", "square", "squeeze", "stack", "sum", "swapaxes", "tan", "tanh"),
        *("tile", "transpose", "tri", "tril", "triu", "vstack", "where"),
    )
}
"""Functions of `keras.ops` that compute with known numbers as NumPy's do."""
OPS |= {"abs": np.absolute, "convert_to_tensor": np.asarray, "cast": lambda x, dtype: np.asarray(x).astype(dtype)}
BENT = ("elu", "relu", "relu6", "selu", "sigmoid", "silu", "softplus", "softsign", "tanh")
"""Those that are activations as well, with the same defaults."""
SIZED = ("broadcast_to", "full", "ones", "tile", "zeros")
"""Those of them that take a shape, or how often each axis is repeated."""
SIGNS = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/", "true_divide": "/"}
"""Those that have an operator, and can also combine tensors."""
COMBINED = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}
OPERATORS = COMBINED | {"//": operator.floordiv, "%": operator.mod, "**": operator.pow, "@": operator.matmul}


def of_ops(name: str, otherwise: Callable[..., Any]) -> Callable[..., Any]:
    """Create a function of `keras.ops` that computes with known numbers; `otherwise` handles any others."""

    def answer(*args: Any, **kwargs: Any) -> Any:
        arguments = [*args, *kwargs.values()]
        if any(is_a(argument, OwnWeightStandIn) for argument in arguments):
            return _of_weight(name, args, kwargs, otherwise)
        if name == "not_equal" and (mask := _padding(arguments)) is not None:
            return mask
        if any(is_a(argument, MaskStandIn) for argument in arguments):
            return _of_mask(name, args, kwargs, otherwise)
        if any(is_a(argument, LookedUp) for argument in arguments):
            return _of_rows(name, args, kwargs, otherwise)
        if name == "arange" and any(
            limit is None for limit in (*args[:2], *map(kwargs.get, {"start", "stop"} & {*kwargs}))
        ):
            current_session().stop(
                "arange counts to a length here that Input leaves open, so there can be rows of any length: write how "
                'many time steps there are into it, such as Input((3,)), or give the shape on the image: {input="(3,)"}'
            )
        tensors = [argument for argument in arguments if is_a(argument, KerasTensor)]
        if name in BENT and is_a(arguments[0] if arguments else None, KerasTensor):
            return current_session().keras.module("keras.activations").__getattr__(name)(*args, **kwargs)
        if name == "shape" and len(arguments) == 1 and not holds_unknown(arguments):
            return arguments[0].shape if tensors else np.shape(arguments[0])
        if not tensors:
            args, kwargs = revealed(args), revealed(kwargs)
            arguments = [*args, *kwargs.values()]
            if name in ("ones_like", "zeros_like") and is_unknown(arguments[0]) and arguments[0]._shape is not None:
                return computed(OPS[name](np.empty(arguments[0]._shape)))
        if holds_unknown(arguments) or _holds_tensors(arguments) > len(tensors) or (tensors and name not in SIGNS):
            return otherwise(*args, **kwargs)
        if name in SIGNS and len(arguments) == 2:
            left, right = (
                argument if is_a(argument, KerasTensor) or np.isscalar(argument) else computed(argument)
                for argument in arguments
            )
            if is_a(right, KerasTensor) and is_a(left, np.ndarray):  # which the operator would reject
                return _with_numbers(right, SIGNS[name], left, is_reflected=True)
            result = COMBINED[SIGNS[name]](left, right)
            return result if tensors else computed(result)
        if name in SIZED:
            args = tuple(map(_for_one_sample, args))
            kwargs = {word: _for_one_sample(value) for word, value in kwargs.items()}
        try:
            result = OPS[name](*args, **kwargs)
        except (TypeError, ValueError, KeyError):
            return otherwise(*args, **kwargs)
        return computed(result)

    return answer


def _padding(arguments: Sequence[Any]) -> MaskStandIn | None:
    """Return the mask `not_equal(words, 0)`, which is that of an Embedding; None if these aren't words and 0."""
    words = arguments[0] if len(arguments) == 2 else None
    if not is_a(words, KerasTensor) or words.ndim != 2 or not is_a(arguments[1], int | float) or arguments[1] != 0:
        return None
    mask = current_session().keras.graph.mask_of(Embedding(1, 1, mask_zero=True), [words._unrolled], [None])
    return MaskStandIn(mask, words.shape)


def _of_mask(name: str, args: Sequence[Any], kwargs: Mapping[str, Any], otherwise: Callable[..., Any]) -> Any:
    """Apply a function of `keras.ops` to a mask."""
    arguments = [*args, *kwargs.values()]
    mask = arguments[0]
    if is_a(mask, MaskStandIn):
        if name == "convert_to_tensor":
            return mask
        if name == "cast" and len(arguments) == 2 and is_a(arguments[1], str):
            return mask.of_type(arguments[1])
        if name == "shape":
            return mask.shape
        if name == "expand_dims" and len(arguments) == 2 and not holds_unknown(arguments) and arguments[1] in (1, -2):
            return mask[:, None]
    return otherwise(*args, **kwargs)


def _for_one_sample(size: Any) -> Any:
    """Return a shape with a batch of one, where the code takes the size of the batch from a tensor."""
    numbers = size.tolist() if is_a(size, np.ndarray) and size.dtype == object else size
    is_open = is_a(numbers, list | tuple) and len(numbers) > 0 and numbers[0] is None
    return (1, *numbers[1:]) if is_open else size


def _of_rows(name: str, args: Sequence[Any], kwargs: Mapping[str, Any], otherwise: Callable[..., Any]) -> Any:
    """Apply a function of `keras.ops` to rows that were looked up."""
    arguments = [*args, *kwargs.values()]
    if name == "shape" and len(arguments) == 1:
        return arguments[0].shape
    if name in SIGNS and len(arguments) == 2:
        rows, other = arguments if is_a(arguments[0], LookedUp) else reversed(arguments)
        return rows.combined(SIGNS[name], other)
    if (
        name == "expand_dims"
        and is_a(arguments[0], LookedUp)
        and len(arguments) == 2
        and is_a(arguments[1], int)
        and not arguments[1]
    ):
        return arguments[0][None]
    return otherwise(*args, **kwargs)


def _holds_tensors(values: Iterable[Any]) -> int:
    """Count the tensors among values, including those in lists."""
    count = 0
    for value in values:
        count += _holds_tensors(value) if type(value) in (list, tuple) else is_a(value, KerasTensor)
    return count


class KerasTensor:
    """A symbolic tensor, which has a shape but no numbers."""

    def __init__(self, flowing: Value, batch: int | None, dtype: str = "float32") -> None:
        self._unrolled = flowing
        self.dtype = dtype
        self._batch = batch

    @property
    def shape(self) -> tuple[int | None, ...]:
        """The shape, with the batch axis first."""
        return (self._batch, *self._unrolled.shape)

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    rank = ndim

    def get_shape(self) -> tuple[int | None, ...]:
        """Return the shape, as TensorFlow's tensors do."""
        return self.shape

    def __iter__(self) -> Iterator[Any]:
        source = self._unrolled.source
        _check_names(source.kit if is_a(source, Operation) else None, 1)
        raise (
            current_session()
            .site()
            .error("you can't loop over a tensor (Keras: iterating over a symbolic KerasTensor)")
        )

    def __len__(self) -> int:
        raise current_session().site().error("a tensor has no length (Keras: a symbolic KerasTensor): use x.shape")

    def __bool__(self) -> bool:
        raise current_session().site().error("a tensor is neither true nor false (Keras: a symbolic KerasTensor)")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return not_read(f"tensor.{name}")

    def __getitem__(self, key: Any) -> Any:
        item = current_session().keras.indexed(f"[{_index(key)}]", self, key)
        return not_read(f"tensor[{_index(key)}]") if item is None else item

    def __ne__(self, other: object) -> Any:  # `==` compares objects, as in Keras
        mask = _padding([self, other])
        return _with_numbers(self, "!=", other) if mask is None else mask

    __hash__ = object.__hash__

    def __array_ufunc__(self, function: Any, method: str, *inputs: Any, **_: Any) -> Any:
        sign = SIGNS.get(function.__name__, "@" if function.__name__ == "matmul" else "")
        if sign and len(inputs) == 2 and is_a(inputs[1], KerasTensor):
            if is_a(inputs[0], np.ndarray):
                raise _array_first(sign)
            return _with_numbers(self, sign, inputs[0], is_reflected=True)
        message = f"NumPy can't compute with a tensor, which has no numbers: write keras.ops.{function.__name__}(…)"
        raise current_session().site().error(f"{message} (Keras: a KerasTensor is symbolic)")

    def __repr__(self) -> str:
        return f"<KerasTensor of the shape {self.shape}>"

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise current_session().site().error("a KerasTensor has no numbers, so NumPy can't compute with it")


def _arithmetic(sign: str, kind: str | None) -> tuple[Callable[..., Any], Callable[..., Any]]:
    def compute(self: KerasTensor, other: Any) -> Any:
        if is_a(other, LookedUp | OwnWeightStandIn):
            return other.combined(sign, self)
        if kind is not None and is_a(other, KerasTensor) and other.shape == self.shape:
            return _applied(kind, (), [self, other])
        return _with_numbers(self, sign, other)

    def reflected(self: KerasTensor, other: Any) -> Any:
        if is_a(other, np.ndarray):
            raise _array_first(sign)
        return _with_numbers(self, sign, other, is_reflected=True)

    return compute, reflected


def _array_first(sign: str) -> CodeError:
    return (
        current_session()
        .site()
        .error(f"an array can't come before the {sign} (Keras: a KerasTensor is symbolic): put the tensor first")
    )


def _index(key: Any) -> str:
    """Format an index as code: `:, 0`."""
    if is_a(key, tuple):
        return ", ".join(map(_index, key))
    if is_a(key, slice):
        ends = ("" if end is None else text_of(end) for end in (key.start, key.stop))
        return ":".join((*ends, *([] if key.step is None else [text_of(key.step)])))
    return "..." if key is ... else text_of(key)


class LookedUp:
    """Rows of an Embedding's table, looked up by the article's own layer with indices that the code knows."""

    __hash__ = object.__hash__
    __array_ufunc__ = None
    dtype = "float32"

    def __init__(self, record: RecordedLayer, rows: NDArray[np.int64]) -> None:
        self._unrolled = record
        self._rows = rows

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the indices, followed by the length of a row."""
        return (*self._rows.shape, cast("Embedding", self._unrolled.kit()).output_dim)

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    rank = ndim

    def combined(self, sign: str, tensor: Any) -> Any:
        """Add the rows to a tensor, the only operation that is supported."""
        if sign != "+" or not is_a(tensor, KerasTensor) or not tensor.dtype.startswith("float"):
            return not_read(f"{self!r} {sign} {'tensor' if is_a(tensor, KerasTensor) else text_of(tensor)}")
        keras, rows = current_session().keras, self._rows
        if self.ndim == tensor.ndim and len(rows) == 1:  # the batch axis
            rows = rows[0]
        elif self.ndim >= tensor.ndim:
            return not_read(f"{self!r} + tensor of the shape {tensor.shape}")
        record = self._unrolled
        site = current_session().site()
        added = RowsAdded(cast("Embedding", record.kit()), _tuples(rows.tolist()))
        (returned,) = keras.graph.apply(record, added, [tensor._unrolled], None, site)
        record.operations.append(returned.source)
        return KerasTensor(returned, tensor._batch)

    def __getitem__(self, key: Any) -> Any:
        keys = key if type(key) is tuple else (key,)
        taken = [index for index in keys if index is not None]
        if taken[-1:] == [...] and keys[-1] is ...:
            taken = taken[:-1]
        plain = all(index is None or index is ... or is_a(index, int | slice) for index in keys)
        if not plain or ... in taken or len(taken) > self._rows.ndim or holds_unknown(key):
            return not_read(f"{self!r}[{text_of(key)}]")
        return LookedUp(self._unrolled, np.asarray(self._rows[key]))

    def __len__(self) -> int:
        return self.shape[0]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return not_read(f"{self!r}.{name}")

    def __repr__(self) -> str:
        return f"rows of {self._unrolled.bound.text}"

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise current_session().site().error(f"the {self!r} are weights, whose numbers aren't known without training")


class MaskStandIn:
    """A mask that Keras attaches to a tensor: True at each time step that is read."""

    __array_ufunc__ = None

    def __init__(
        self,
        mask: MaskOf[Value] | Kept,
        shape: tuple[int | None, ...],
        is_by_key: bool = False,
        dtype: str = "bool",
    ) -> None:
        self._unrolled = mask
        self.shape = shape
        """With the batch axis first."""
        self.dtype = dtype
        self._is_by_key = is_by_key
        """Whether an axis for the queries was put between the batch and the steps."""

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    def by_key(self) -> MaskStandIn:
        """Return it with an axis for the queries, as an `attention_mask` has one."""
        return MaskStandIn(self._unrolled, (self.shape[0], 1, *self.shape[1:]), True, self.dtype)

    def of_type(self, dtype: str) -> MaskStandIn:
        """Return it with 1 and 0 instead of True and False, which hide the same."""
        return MaskStandIn(self._unrolled, self.shape, self._is_by_key, dtype)

    def as_tensor(self) -> Any:
        """Return it as a tensor of the graph, to compute with it."""
        return current_session().keras.of_mask(self)

    def __getitem__(self, key: Any) -> Any:
        keys = [*key] if is_a(key, tuple) else [key]
        if (
            not self._is_by_key
            and keys[:2] == [slice(None), None]
            and all(index in (slice(None), ...) for index in keys[2:])
        ):
            return self.by_key()
        return self.as_tensor()[key]

    def __ne__(self, other: object) -> Any:
        return self.as_tensor() != other

    __hash__ = object.__hash__

    def __bool__(self) -> bool:
        raise current_session().site().error("a mask is neither true nor false (Keras: a symbolic KerasTensor)")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return not_read(f"mask.{name}")

    def __repr__(self) -> str:
        return f"<mask of the shape {self.shape}>"

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise (current_session().site().error("a mask has no values without data, so NumPy can't compute with it"))


class WeightStandIn(MayBeUnknown):
    """A weight of a layer: its name and shape, and its numbers as far as they are known."""

    __hash__ = object.__hash__
    __array_priority__ = 100
    dtype = "float32"

    def __init__(self, record: RecordedLayer, at: int = 0) -> None:
        self._unrolled = record
        self._at = at

    @property
    def name(self) -> str:
        """Its name in Keras."""
        return [*self._unrolled.weight_shapes()][self._at]

    @property
    def path(self) -> str:
        """Its name, after that of its layer."""
        return f"{self._unrolled.name}/{self.name}"

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape, which has no batch axis."""
        return [*self._unrolled.weight_shapes().values()][self._at]

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    rank = ndim

    @property
    def trainable(self) -> bool:
        """Whether training changes it."""
        is_statistic = self.name.startswith("moving_") or self._unrolled.kind == "Normalization"
        return self._unrolled.values.get("trainable") is not False and not is_statistic

    def known_or_not(self) -> Any:
        """Return its numbers, or an unknown array of its shape."""
        session = current_session()
        if session.keras.graph.applications:
            why = f"computes with {self!r} alone, which isn't supported: combine it with a tensor"
        else:
            numbers = self._numbers()
            if numbers is not None:
                return numbers.astype(np.float32)
            why = "isn't known without training"
        remedy = "set it in the code, with set_weights([…]) or assign(…)"
        return Unknown(f"{self!r}", Origin(f"{self!r}", why, session.site(), remedy), self.shape)

    def _numbers(self) -> Array | None:
        return self._unrolled.weight_values()[self._at]

    @property
    def value(self) -> Any:
        """Its numbers."""
        return self.known_or_not()

    def numpy(self) -> Any:
        """Return its numbers."""
        return self.known_or_not()

    def assign(self, value: Any) -> Any:
        """Change its numbers. Raises CodeError if the shape is another one."""
        site = current_session().site()
        numbers = revealed(value)
        shape = numbers._shape if is_unknown(numbers) else None if holds_unknown(numbers) else np.shape(numbers)
        if shape is not None and shape != self.shape:
            raise site.error(
                f"the weight {self.path} has the shape {self.shape}, but what is assigned has {shape} (Keras: The "
                "shape of the target variable and the shape of the target value must match)"
            )
        is_known = not (holds_unknown(numbers) or _holds_tensors([numbers]))
        # Keras only tries out what a layer computes while the code builds a model, and drops what is assigned there.
        is_known = is_known and not current_session().keras.graph.applications
        self._unrolled.assign(self._at, read_only(numbers) if is_known else None, site)
        return self.known_or_not()

    def assign_add(self, value: Any) -> Any:
        """Add to its numbers."""
        return self.assign(self + value)

    def assign_sub(self, value: Any) -> Any:
        """Subtract from its numbers."""
        return self.assign(self - value)

    def combined(self, sign: str, other: Any, is_first: bool = False) -> Any:
        """Compute with its numbers, as far as they are known."""
        if is_a(other, KerasTensor):
            return not_read(f"{self!r} {sign} tensor" if is_first else f"tensor {sign} {self!r}")
        pair = revealed([self, other] if is_first else [other, self])
        return OPERATORS[sign](*pair)

    def __getitem__(self, key: Any) -> Any:
        return self.known_or_not()[key]

    def __len__(self) -> int:
        return self.shape[0]

    def __iter__(self) -> Iterator[Any]:
        return (self[number] for number in range(len(self)))

    def __neg__(self) -> Any:
        return -self.known_or_not()

    def __abs__(self) -> Any:
        return abs(self.known_or_not())

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        attributes = ("regularizer", "constraint", "aggregation", "synchronization", "overwrite_with_gradient")
        if name not in attributes:
            raise AttributeError(f"a weight has no attribute `{name}`{meant(name, (*attributes, *dir(WeightStandIn)))}")
        return unknown(f"{self!r}.{name}", PART_OF_LAYER)

    def __repr__(self) -> str:
        return f"{self._unrolled.name}.{self.name}"

    def __array_ufunc__(self, function: Any, method: str, *args: Any, **kwargs: Any) -> Any:
        return getattr(function, method)(*revealed(args), **kwargs)

    def __array__(self, *args: Any, **kwargs: Any) -> Any:
        return self.known_or_not().__array__(*args)


class OwnWeightStandIn(WeightStandIn):
    """A weight that the article's own layer or model makes for itself, or a part of it in another shape."""

    _unrolled: RecordedWeight

    def __init__(self, record: RecordedWeight, used: NDArray[np.int64] | None = None) -> None:
        super().__init__(record)
        self._used = used

    name = property(lambda self: self._unrolled.values.get("name") or "variable", doc="Its name in Keras.")

    def _numbers(self) -> Array | None:
        whole = super()._numbers()
        return whole if whole is None or self._used is None else whole.ravel()[self._used]

    @property
    def _places(self) -> NDArray[np.int64]:
        """The places in the whole weight of the numbers in this part."""
        if self._used is not None:
            return self._used
        size = self._unrolled.size() or ()
        return np.arange(prod(size)).reshape(size)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape, which has no batch axis."""
        return self._unrolled.size() or () if self._used is None else self._used.shape

    @property
    def value(self) -> Any:
        """The weight itself, as a tensor."""
        return self if current_session().keras.graph.applications else self.known_or_not()

    def part(self, change: Callable[[NDArray[np.int64]], NDArray[np.int64]]) -> OwnWeightStandIn:
        """Return a part of it, or the same in another shape."""
        return OwnWeightStandIn(self._unrolled, np.asarray(change(self._places)))

    def unread(self, text: str) -> Any:
        """Return the result of something that isn't supported, with a shape if it is known."""
        return unknown(text, f"computes with {self!r} alone, which isn't supported: combine it with a tensor")

    def combined(self, sign: str, tensor: Any, is_reflected: bool = False) -> Any:
        """Combine it with a tensor, the only operation that is supported; reflected, the weight comes first."""
        operands = (f"{self!r}", "tensor" if is_a(tensor, KerasTensor) else text_of(tensor))
        expression = f" {sign} ".join(operands if is_reflected else reversed(operands))
        if not is_a(tensor, KerasTensor):
            return super().combined(sign, tensor, is_reflected)
        used = self._used
        if sign != "@" and self.ndim == tensor.ndim and self.shape[0] == 1:  # the batch axis
            used = self._places[0]
        elif sign != "@" and self.ndim >= tensor.ndim:
            return not_read(f"{expression} of the shape {tensor.shape}")
        if sign not in COMBINING or not tensor.dtype.startswith("float"):
            return not_read(expression)
        keras, site, record = current_session().keras, current_session().site(), self._unrolled
        weight = cast("OwnWeight", record.kit())
        kit = WithWeight(weight, sign, is_reflected, None if used is None else _tuples(used.tolist()))
        try:
            kit.output_shapes(tensor._unrolled.shape)
        except NumbersError as error:
            raise site.error(str(error)) from error
        (returned,) = keras.graph.apply(record, kit, [tensor._unrolled], None, site)
        record.operations.append(returned.source)
        return KerasTensor(returned, tensor._batch)

    def __getitem__(self, key: Any) -> Any:
        if holds_unknown(key):
            return self.unread(f"{self!r}[{text_of(key)}]")
        return self.part(lambda places: np.asarray(places[key]))

    def __repr__(self) -> str:
        made_by = self._unrolled.kind
        return f"{'self' if made_by == 'add_weight' else 'keras'}.{made_by}(…)"


RESHAPED: Mapping[str, Callable[..., Any]] = {
    name: getattr(np, name)
    for name in (
        *("broadcast_to", "expand_dims", "flip", "moveaxis", "repeat", "reshape", "squeeze", "swapaxes", "tile"),
        "transpose",
    )
}
"""Functions of `keras.ops` that only rearrange numbers."""


def _of_weight(name: str, args: Sequence[Any], kwargs: Mapping[str, Any], otherwise: Callable[..., Any]) -> Any:
    """Apply a function of `keras.ops` to a weight of the article's own."""
    arguments = [*args, *kwargs.values()]
    first = arguments[0]
    if name == "shape" and len(arguments) == 1:
        return first.shape
    if name in ("cast", "convert_to_tensor") and is_a(first, OwnWeightStandIn):
        return first
    if name in ("matmul", "dot", *SIGNS) and len(arguments) == 2:
        left, right = arguments
        sign = SIGNS.get(name, "@")
        weight_first = is_a(left, OwnWeightStandIn)
        return left.combined(sign, right, True) if weight_first else right.combined(sign, left)
    if name in RESHAPED and is_a(first, OwnWeightStandIn) and not holds_unknown(arguments[1:]):
        rest, words = args[1:], kwargs if args else dict([*kwargs.items()][1:])
        if name in SIZED:
            rest, words = (
                tuple(map(_for_one_sample, rest)),
                {key: _for_one_sample(value) for key, value in words.items()},
            )
        return first.part(lambda places: RESHAPED[name](places, *rest, **words))
    weight = next(argument for argument in arguments if is_a(argument, OwnWeightStandIn))
    tensors = any(is_a(argument, KerasTensor) for argument in arguments)
    return otherwise(*args, **kwargs) if tensors else weight.unread(f"keras.ops.{name}(…)")


def _check_tracked(*tensors: KerasTensor) -> None:
    """Check that no such lookup happens outside a model. Raises CodeError otherwise."""
    for source in (tensor._unrolled.source for tensor in tensors):
        if is_a(source, Operation) and source.layer.kind == "Embedding":
            read = source.inputs[0].source
            if is_a(read, Placeholder) and read.bound is None and not read.layer_says_it:
                current_session().stop(
                    f"{source.layer.bound.text} looks up numbers that the code knows, so Keras makes an array of the "
                    "rows at once, and the model neither trains nor saves its weights: look them up in the `call` of a "
                    "layer of your own, and use that layer here"
                )


def _tuples(values: Any) -> Any:
    return tuple(map(_tuples, values)) if isinstance(values, list) else values


def _with_numbers(tensor: KerasTensor, sign: str, other: Any, *, is_reflected: bool = False) -> Any:
    """Combine a tensor with known numbers, which come before the operator if it is reflected."""
    how = f"reflected {sign}" if is_reflected else sign
    rescaled = _rescaled(how, other, tensor.ndim) if tensor.dtype.startswith("float") else None
    if rescaled is not None:
        return _applied("Rescaling", rescaled, tensor)
    if is_a(other, KerasTensor):
        _check_tracked(tensor, other)
    named = _shown(other)
    pair = [other, tensor] if is_reflected else [tensor, other]
    operation = (
        sign if is_a(other, KerasTensor | MaskStandIn) else f"{named} {sign}" if is_reflected else f"{sign} {named}"
    )
    result = current_session().keras.applied(sign, pair, {}, operation)
    expression = f"{named} {sign} tensor" if is_reflected else f"tensor {sign} {named}"
    return not_read(expression) if result is None else result


def _shown(value: Any) -> str:
    return "tensor" if is_a(value, KerasTensor) else "mask" if is_a(value, MaskStandIn) else text_of(value)


def _applied(kind: str, options: tuple[Any, ...], inputs: Any) -> Any:
    """Apply the equivalent layer; in Keras, masks don't pass through arithmetic."""
    layer = current_session().keras.layer_class(kind)(*options)
    layer._unrolled.is_arithmetic = True
    return layer(inputs)


def _rescaled(sign: str, other: Any, ndim: int) -> tuple[Any, Any] | None:
    """Express arithmetic with known numbers as the scale and offset of a Rescaling; None if that isn't possible.

    An array with as many axes as the tensor, `ndim`, must have the same numbers for every sample; otherwise it isn't
    supported.
    """
    if is_a(other, bool) or not is_a(other, int | float | np.number | np.ndarray):
        return None
    numbers = np.asarray(other, np.float64) if is_a(other, int | float) else np.asarray(other)
    if numbers.dtype.kind not in "iuf" or not np.isfinite(numbers).all():
        return None
    if numbers.ndim == ndim > 0:
        if len(numbers) != 1:
            return None
        numbers = numbers[0]
    plain = numbers.item() if numbers.ndim == 0 else np.array(numbers)
    match sign:
        case "+" | "reflected +":
            return 1.0, plain
        case "-":
            return 1.0, -1.0 * plain
        case "reflected -":
            return -1.0, plain
        case "*" | "reflected *":
            return plain, 0.0
        case "/" if numbers.all():
            return 1.0 / plain, 0.0
    return None


for _name, (_sign, _kind) in {
    "add": ("+", "Add"),
    "sub": ("-", "Subtract"),
    "mul": ("*", "Multiply"),
    "truediv": ("/", None),
    "floordiv": ("//", None),
    "mod": ("%", None),
    "pow": ("**", None),
    "matmul": ("@", None),
}.items():
    _forwards, _backwards = _arithmetic(_sign, _kind)
    setattr(KerasTensor, f"__{_name}__", _forwards)
    setattr(KerasTensor, f"__r{_name}__", _backwards)
    for _side in ("", "r"):
        setattr(LookedUp, f"__{_side}{_name}__", lambda self, other, sign=_sign: self.combined(sign, other))
        setattr(
            WeightStandIn,
            f"__{_side}{_name}__",
            lambda self, other, sign=_sign, first=not _side: self.combined(sign, other, first),
        )
for _name, _sign in {"lt": "<", "le": "<=", "gt": ">", "ge": ">="}.items():
    setattr(KerasTensor, f"__{_name}__", _arithmetic(_sign, None)[0])
for _name, _sign in {"and": "&", "or": "|", "xor": "^"}.items():
    for _side, _function in zip(("", "r"), _arithmetic(_sign, None), strict=True):
        setattr(KerasTensor, f"__{_side}{_name}__", _function)
for _name, _called in {"neg": "negative", "abs": "absolute", "invert": "logical_not"}.items():
    setattr(
        KerasTensor,
        f"__{_name}__",
        lambda self, called=_called: current_session().keras.module("keras.ops").__getattr__(called)(self),
    )
for _name in (
    *(f"__{side}{name}__" for side in ("", "r") for name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow")),
    *("__and__", "__rand__", "__or__", "__ror__", "__xor__", "__rxor__", "__lt__", "__le__", "__gt__", "__ge__"),
    *("__matmul__", "__rmatmul__", "__neg__", "__invert__"),
):
    setattr(MaskStandIn, _name, lambda self, *other, name=_name: getattr(self.as_tensor(), name)(*other))
