"""Functions of tensors, which are drawn as boxes with their names: NumPy computes what they return, and its shape.

For its shape, each is computed twice on zeros, with another batch and another length in the place of those that are
open: what differs in the results is open there, too.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from math import prod
from typing import Any

import numpy as np

from ..arrays import OpenShape
from ..layers.activations import activation_of
from ..layers.core import Embedding, Masking, Opaque
from ..layers.layer import Layer, ShapeError
from ..model import MaskOf
from ..recorded.operations import plain
from .graph import Value, sources_of_masks
from .options import RecordedOperation
from .recording import Recording
from .signatures import BoundCall
from .tensors import OPERATORS, OPS, KerasTensor, LookedUp, MaskStandIn, WeightStandIn
from .unknown import holds_unknown, is_a

TRIES = ((17, 23), (19, 29))
"""The sizes of a batch, and the lengths of open axes, on which functions are tried."""
MOST = 20_000_000
"""The most numbers on which a function is tried."""


def applied(keras: Recording, name: str, args: Sequence[Any], words: Mapping[str, Any], shown: str = "") -> Any:
    """Apply a function or operator to tensors, and return tensors; None if it isn't known what shape they have."""
    if name not in FUNCTIONS:
        return None
    function, compute = FUNCTIONS[name], NUMBERS.get(name)
    args, words = (_replaced(group, MaskStandIn, MaskStandIn.as_tensor) for group in ([*args], {**words}))
    tensors = list[KerasTensor]()
    for leaf in _leaves([*args, *words.values()]):
        if is_a(leaf, KerasTensor):
            tensors.append(leaf)
        elif holds_unknown(leaf) or is_a(leaf, LookedUp | WeightStandIn) or keras.is_layer(leaf):
            return None
    takes_shape = name in ("reshape", "broadcast_to")
    lengths = _leaves([*args[1:], *words.values()]) if takes_shape else []
    if not tensors or (not keras.graph.applications and any(length is None for length in lengths)):
        return None  # outside a `call`, Keras builds a model with such a shape, but can't run it

    @cache
    def tried(*shapes: OpenShape) -> tuple[list[OpenShape], list[str], bool]:
        """Return the shapes and types of the results, and whether there can be several."""
        attempts = list[list[OpenShape]]()
        for batch, length in TRIES:
            sizes = [(batch, *(length if n is None else n for n in shape)) for shape in shapes]
            if sum(map(prod, sizes)) > MOST:
                raise ShapeError(f"{name} has too many numbers here to find out the shape of what it returns")
            kinds = [NUMPY.get(tensor.dtype, tensor.dtype) for tensor in tensors]
            zeros = iter([np.broadcast_to(np.zeros((), kind), size) for kind, size in zip(kinds, sizes, strict=True)])
            try:
                result = function(*_filled(args, zeros), **_filled(words, zeros))
            except Exception as error:
                raise ShapeError(f"{name} can't be applied to {' and '.join(map(str, shapes))}: {error}") from error
            several = type(result) in (list, tuple)
            results = [np.asarray(array) for array in (result if several else [result])]
            if any(array.shape[:1] != (batch,) or batch in array.shape[1:] for array in results):
                raise ShapeError(f"{name} mixes the samples of a batch, which a figure can't show: it has one sample")
            attempts.append([array.shape[1:] for array in results])
        after = [
            tuple(a if a == b else None for a, b in zip(*outcome, strict=True))
            for outcome in zip(*attempts, strict=True)
        ]
        dtypes = [array.dtype.name.replace("float64", "float32").replace("int64", "int32") for array in results]
        return after, dtypes, several

    inputs = [tensor._unrolled for tensor in tensors]
    try:
        _, dtypes, several = tried(*(value.shape for value in inputs))
    except ShapeError:
        return None
    batch = tensors[0]._batch

    def numbers(*samples: Any) -> list[Any]:
        arrays = [_of_kind(sample[None], tensor.dtype) for sample, tensor in zip(samples, tensors, strict=True)]
        pairs = zip(samples, inputs, strict=True)
        opened = {
            n for sample, value in pairs for n, length in zip(sample.shape, value.shape, strict=True) if not length
        }
        if takes_shape and len(opened) > 1:
            raise ValueError("it isn't known which of several lengths is the one of the code")
        sized = _sized((args, words), min(opened, default=None)) if takes_shape else (args, words)
        own_args, own_words = _filled(sized, iter(arrays))
        result = (compute or function)(*own_args, **own_words)
        return [array[0] for array in (result if several else [result])]

    kit = Opaque(shown or name, lambda *shapes: tried(*shapes)[0], numbers if compute else None)
    values = recorded(keras, kit, inputs)
    outputs = [KerasTensor(value, batch, dtype) for value, dtype in zip(values, dtypes, strict=True)]
    return outputs if several else outputs[0]


def recorded(keras: Recording, kit: Layer, inputs: Sequence[Value]) -> tuple[Value, ...]:
    """Record a function of tensors in the graph; return what it returns."""
    site = keras.session.site()
    record = RecordedOperation(BoundCall(site, kit.name_in_code, {}), keras.name("Opaque"), kit)
    values = keras.graph.apply(record, kit, inputs, None, site)
    record.operations.append(values[0].source)  # type: ignore[arg-type]
    return values


def of_mask(keras: Recording, mask: MaskStandIn) -> Any:
    """Record a mask as a tensor of the graph; return an array if the code gives it."""
    unrolled, batch = mask._unrolled, mask.shape[0]
    if not isinstance(unrolled, MaskOf):
        tensor: Any = np.array(unrolled)[None]
    elif isinstance(unrolled.layer, Embedding):
        tensor = applied(keras, "!=", [KerasTensor(unrolled.inputs[0], batch), 0], {})
    elif isinstance(unrolled.layer, Masking):
        differs = applied(keras, "!=", [KerasTensor(unrolled.inputs[0], batch), unrolled.layer.mask_value], {})
        tensor = applied(keras, "any", [differs], {"axis": -1})
    else:
        inputs = [*{source.key: source for source in sources_of_masks([unrolled])}.values()]

        def numbers(*samples: Any) -> list[Any]:
            values = {source.key: sample for source, sample in zip(inputs, samples, strict=True)}

            def computed(inner: Any) -> Any:
                if not isinstance(inner, MaskOf):
                    return None if inner is None else np.array(inner)
                return inner.layer.mask_after(
                    [values[source.key] for source in inner.inputs], [*map(computed, inner.masks)]
                )

            return [computed(unrolled)]

        def shapes_after(*shapes: OpenShape) -> list[OpenShape]:
            if any(None in shape for shape in shapes):
                return [mask.shape[-1:]]
            return [array.shape for array in numbers(*(np.zeros([n or 0 for n in shape]) for shape in shapes))]

        (value,) = recorded(keras, Opaque("mask", shapes_after, numbers), inputs)
        tensor = KerasTensor(value, batch, "bool")
    if mask._is_by_key:
        tensor = tensor[:, None]
    return tensor if mask.dtype == "bool" else applied(keras, "cast", [tensor, mask.dtype], {})


def indexed(keras: Recording, name: str, tensor: KerasTensor, key: Any) -> Any:
    """Return a part of a tensor; None if it isn't known what shape it has."""
    keys = key if type(key) is tuple else (key,)
    plain = all(index is None or index is ... or is_a(index, int | slice) for index in keys)
    if holds_unknown(key) or not plain or any(is_a(index, bool) for index in keys):
        return None

    def shapes_after(shape: OpenShape) -> list[OpenShape]:
        rest, lengths = list[Any](["batch", *shape]), list[Any]()
        wanted = [*keys, *([] if ... in keys else [...])]
        for at, index in enumerate(wanted):
            if index is None:
                lengths.append(1)
            elif index is ...:
                kept = len(rest) - sum(later is not None for later in wanted[at + 1 :])
                lengths, rest = lengths + rest[:kept], rest[kept:]
            elif not rest:
                raise ShapeError(f"{name} has more places than a tensor of the shape {shape} has axes")
            else:
                length = rest.pop(0)
                if is_a(index, slice) and isinstance(length, int):
                    lengths.append(len(range(*index.indices(length))))
                elif is_a(index, slice):
                    lengths.append(length if length is None or index == slice(None) else "some")
                elif isinstance(length, int) and not -length <= index < length:
                    raise ShapeError(f"{name} is out of bounds in the shape {shape}")
        if lengths[:1] != ["batch"]:
            raise ShapeError(f"{name} takes samples out of a batch, but a figure has one sample")
        return [tuple(lengths[1:])]

    try:
        shapes_after(tensor._unrolled.shape)
    except ShapeError:
        return None
    kit = Opaque(name, shapes_after, lambda sample: [sample[None][key][0]])
    (value,) = recorded(keras, kit, [tensor._unrolled])
    return KerasTensor(value, tensor._batch, tensor.dtype)


def _leaves(value: Any) -> list[Any]:
    if type(value) in (list, tuple):
        return [leaf for item in value for leaf in _leaves(item)]
    return _leaves([*value.values()]) if type(value) is dict else [value]


def _sized(value: Any, length: int | None) -> Any:
    """Fill in what a shape leaves open, for one sample."""
    if type(value) is tuple and value and all(size is None or is_a(size, int) for size in value):
        return tuple((length if at else 1) if size is None else size for at, size in enumerate(value))
    if type(value) in (list, tuple):
        return tuple(_sized(item, length) for item in value)
    return {key: _sized(item, length) for key, item in value.items()} if type(value) is dict else value


def _of_kind(values: Any, dtype: str) -> Any:
    """Return numbers in the type that Keras has them in; floats stay as they are, to be computed precisely."""
    if dtype not in ("float32", "float64", "bool") and not dtype.startswith(("int", "uint")):
        raise ValueError(f"it computes with {dtype}")
    return values if dtype.startswith("float") else plain(values).astype(NUMPY.get(dtype, dtype))


def _filled(value: Any, by: Iterator[Any]) -> Any:
    """Replace tensors by arrays, in the order of `_leaves`."""
    return _replaced(value, KerasTensor, lambda _: next(by))


def _replaced(value: Any, kind: type, change: Callable[[Any], Any]) -> Any:
    """Replace what is of a kind, at any depth."""
    if type(value) in (list, tuple):
        return type(value)([_replaced(item, kind, change) for item in value])
    if type(value) is dict:
        return {key: _replaced(item, kind, change) for key, item in value.items()}
    return change(value) if is_a(value, kind) else value


NUMPY = {"bfloat16": "float32", "string": "float32", "int": "int32"}


def _alike(x: Any, *_: Any, **__: Any) -> Any:
    return x


def _floats(x: Any, *_: Any, **__: Any) -> Any:
    return x if x.dtype.kind == "f" else np.broadcast_to(np.float32(0), np.shape(x))


def _along(function: Callable[..., Any], usual: int | None = None) -> Callable[..., Any]:
    """Return a function of numbers along an axis that keeps the shape. That axis can't be that of the batch."""

    def apply(x: Any, axis: Any = usual, **_: Any) -> Any:
        if not is_a(axis, int) or axis % np.ndim(x) == 0:
            raise ValueError("it mixes the samples of a batch")
        return function(x, axis=axis)

    return apply


def _broadcast(*values: Any) -> Any:
    return np.broadcast_to(np.result_type(*values).type(0), np.broadcast_shapes(*map(np.shape, values)))


def _divided(*values: Any) -> Any:
    return _floats(_broadcast(*values))


def _compared(*values: Any) -> Any:
    return np.broadcast_to(np.False_, np.broadcast_shapes(*map(np.shape, values)))


def _matmul(a: Any, b: Any) -> Any:
    if min(np.ndim(a), np.ndim(b)) < 2 or np.shape(a)[-1] != np.shape(b)[-2]:
        raise ValueError("these matrices can't be multiplied")
    outer = np.broadcast_shapes(np.shape(a)[:-2], np.shape(b)[:-2])
    return np.broadcast_to(np.float32(0), (*outer, np.shape(a)[-2], np.shape(b)[-1]))


def _einsum(subscripts: str, *operands: Any) -> Any:
    inputs, arrow, result = subscripts.replace(" ", "").partition("->")
    sizes: dict[str, int] = {}
    for labels, operand in zip(inputs.split(","), operands, strict=True):
        for label, size in zip(labels, np.shape(operand), strict=True):
            if not label.isalpha() or sizes.setdefault(label, size) != size:
                raise ValueError("its lengths differ")
    if not arrow or list(sizes.values()).count(sizes[result[0]]) > 1:
        raise ValueError("it has no ->, or mixes the samples of a batch")
    return np.broadcast_to(np.float32(0), tuple(sizes[letter] for letter in result))


def _shape_for(x: Any, shape: Any) -> tuple[int, ...]:
    """Return a shape for a batch that is tried, where the code takes open lengths from a tensor."""
    opened = [n for n in np.shape(x)[1:] if n in (TRIES[0][1], TRIES[1][1])]
    return tuple((len(x) if at == 0 else opened[0]) if n is None else n for at, n in enumerate(shape))


def _reshaped(x: Any, newshape: Any = (), shape: Any = ()) -> Any:
    """Reshape. Where the size of the batch is taken from a tensor, Keras leaves the length open that is -1."""
    wanted = newshape or shape
    if None in wanted and -1 in wanted:
        length = dict(TRIES)[len(x)]
        return np.broadcast_to(x.dtype.type(0), _shape_for(x, [length if n == -1 else n for n in wanted]))
    return np.reshape(x, _shape_for(x, wanted))


def _one_hot(x: Any, num_classes: int, axis: int = -1, dtype: Any = None) -> Any:
    if axis != -1:
        raise ValueError("the axis isn't the last")
    return np.broadcast_to(np.float32(0), (*np.shape(x), num_classes))


def _unstacked(x: Any, num: Any = None, axis: int = 0) -> Any:
    return [np.take(x, at, axis) for at in range(np.shape(x)[axis])]


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    **{name: OPS[name] for name in ("concatenate", "expand_dims", "max", "mean", "min", "moveaxis")},
    **{name: OPS[name] for name in ("prod", "repeat", "squeeze", "stack", "sum", "swapaxes", "transpose", "vstack")},
    **{name: getattr(np, name) for name in ("all", "any", "argmax", "argmin", "pad", "std", "var")},
    **dict.fromkeys(("abs", "absolute", "clip", "negative", "relu", "relu6", "sign"), _alike),
    **dict.fromkeys(("stop_gradient", "identity", "copy", "convert_to_tensor"), _alike),
    **dict.fromkeys(("ceil", "cos", "cosh", "elu", "erf", "exp", "expm1", "floor", "gelu", "leaky_relu"), _floats),
    **dict.fromkeys(("log", "log10", "log1p", "log2", "reciprocal", "round", "rsqrt", "selu", "sigmoid"), _floats),
    **dict.fromkeys(("silu", "sin", "sinh", "softplus", "softsign", "sqrt", "swish", "tan", "tanh"), _floats),
    "square": _alike,
    **dict.fromkeys(("add", "subtract", "multiply", "maximum", "minimum"), _broadcast),
    **dict.fromkeys(("divide", "true_divide"), _divided),
    **dict.fromkeys(("power", "mod", "floor_divide", "where"), _broadcast),
    **dict.fromkeys(("equal", "not_equal", "greater", "greater_equal", "less", "less_equal"), _compared),
    **dict.fromkeys(("logical_and", "logical_or", "logical_xor", "logical_not"), _compared),
    "cast": lambda x, dtype: np.broadcast_to(np.zeros((), NUMPY.get(dtype, dtype)), np.shape(x)),
    **{name: _along(getattr(np, name)) for name in ("cumprod", "cumsum", "flip")},
    **dict.fromkeys(("log_softmax", "normalize", "softmax"), _along(_floats, -1)),
    "einsum": _einsum,
    "matmul": _matmul,
    "one_hot": _one_hot,
    "ones_like": lambda x, dtype=None: x,
    "zeros_like": lambda x, dtype=None: x,
    "reshape": _reshaped,
    "broadcast_to": lambda x, shape: np.broadcast_to(x, _shape_for(x, shape)),
    "tile": lambda x, repeats: np.tile(x, repeats),
    "split": np.split,
    "unstack": _unstacked,
    **dict.fromkeys(("+", "-", "*", "//", "%", "**"), _broadcast),
    "/": _divided,
    **dict.fromkeys(("<", "<=", ">", ">=", "!=", "&", "|", "^"), _compared),
    "@": _matmul,
}
"""Functions of `keras.ops` by name and operators by sign, as NumPy computes the shapes of what they return."""


def _single(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that jumps, applied in 32 bits as in Keras, where 0.1 isn't the same number as in 64."""

    def apply(*values: Any, **words: Any) -> Any:
        numbers = [np.float32(plain(value)) if np.asarray(value).dtype.kind == "f" else value for value in values]
        return function(*numbers, **words)

    return apply


def _cast(x: Any, dtype: Any) -> Any:
    kind = np.dtype(NUMPY.get(dtype, dtype)).kind
    if kind == "f":
        return _of_kind(x if np.asarray(x).dtype.kind == "f" else np.asarray(x, float), dtype)
    return np.float32(plain(x)).astype(NUMPY.get(dtype, dtype))


def _activated(name: str) -> Callable[..., Any]:
    def apply(x: Any, axis: int = -1) -> Any:
        return np.moveaxis(activation_of(name)(np.moveaxis(x, axis, -1)), -1, axis)

    return apply


def _gelu(x: Any, approximate: bool = True) -> Any:
    return (
        0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))) if approximate else activation_of("gelu")(x)
    )


NUMBERS: Mapping[str, Callable[..., Any]] = {
    **{name: getattr(np, name) for name in FUNCTIONS if hasattr(np, name)},
    **{name: _single(getattr(np, name)) for name in ("argmax", "argmin", "ceil", "equal", "floor", "greater", "less")},
    **{
        name: _single(getattr(np, name)) for name in ("floor_divide", "greater_equal", "less_equal", "mod", "not_equal")
    },
    **{name: _single(getattr(np, name)) for name in ("round", "sign")},
    **{
        name: activation_of(name)
        for name in ("elu", "relu", "relu6", "selu", "sigmoid", "silu", "softplus", "softsign")
    },
    **{name: _activated(name) for name in ("log_softmax", "softmax")},
    **dict.fromkeys(("convert_to_tensor", "copy", "identity", "stop_gradient"), _alike),
    **OPERATORS,
    **{sign: _single(OPERATORS[sign]) for sign in ("//", "%")},
    "<": _single(np.less),
    "<=": _single(np.less_equal),
    ">": _single(np.greater),
    ">=": _single(np.greater_equal),
    "!=": _single(np.not_equal),
    "&": operator.and_,
    "|": operator.or_,
    "^": operator.xor,
    "broadcast_to": np.broadcast_to,
    "cast": _cast,
    "clip": lambda x, x_min, x_max: np.clip(x, x_min, x_max),
    "einsum": lambda subscripts, *operands: np.einsum(subscripts.replace(" ", ""), *operands),
    "gelu": _gelu,
    "leaky_relu": lambda x, negative_slope=0.2: np.maximum(x, negative_slope * x),
    "one_hot": lambda x, num_classes, axis=-1, dtype=None: (x[..., None] == np.arange(num_classes)).astype(float),
    "ones_like": lambda x, dtype=None: np.ones_like(x),
    "reshape": lambda x, newshape=(), shape=(): np.reshape(x, newshape or shape),
    "rsqrt": lambda x: 1 / np.sqrt(x),
    "swish": activation_of("silu"),
    "unstack": _unstacked,
    "zeros_like": lambda x, dtype=None: np.zeros_like(x),
}
"""The same functions, as they compute the numbers of a batch of one sample. Of a few, only the shapes are known."""
IN_TENSORFLOW: Mapping[str, str] = {
    **{f"reduce_{name}": name for name in ("all", "any", "max", "mean", "min", "prod", "sum")},
    "concat": "concatenate",
    "pow": "power",
    "range": "arange",
}
"""Functions of TensorFlow that have other names in `keras.ops`."""
SAME_IN_TENSORFLOW = {
    *("abs", "add", "cast", "ceil", "cos", "divide", "einsum", "equal", "exp", "expand_dims", "floor", "greater"),
    *("greater_equal", "less", "less_equal", "logical_and", "logical_not", "logical_or", "maximum", "minimum"),
    *("multiply", "not_equal", "ones", "ones_like", "reshape", "round", "shape", "sigmoid", "sin", "sqrt", "square"),
    *("squeeze", "stack", "subtract", "tanh", "tile", "transpose", "unstack", "where", "zeros", "zeros_like", "log"),
    *("matmul", "one_hot"),
}
FIRST = ("tensor", "input", "input_tensor", "values", "x", "a", "value")
RENAMED = {"perm": "axes", "multiples": "repeats", "depth": "num_classes", "limit": "stop", "delta": "step"}
"""Arguments of those functions that have other names in `keras.ops`, and names of the first one."""


def of_tensorflow(words: Mapping[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return the arguments of a function of TensorFlow that are given by name as those of `keras.ops`."""
    first = tuple(value for name, value in words.items() if name in FIRST)
    return first, {RENAMED.get(name, name): value for name, value in words.items() if name not in (*FIRST, "name")}
