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
    args, words = (_replaced(each, MaskStandIn, MaskStandIn.as_tensor) for each in ([*args], {**words}))
    tensors = list[KerasTensor]()
    for each in _leaves([*args, *words.values()]):
        if is_a(each, KerasTensor):
            tensors.append(each)
        elif holds_unknown(each) or is_a(each, LookedUp | WeightStandIn) or keras.is_layer(each):
            return None
    takes_shape = name in ("reshape", "broadcast_to")
    lengths = _leaves([*args[1:], *words.values()]) if takes_shape else []
    if not tensors or (not keras.graph.applications and any(each is None for each in lengths)):
        return None  # outside a `call`, Keras builds a model with such a shape, but can't run it

    @cache
    def tried(*shapes: OpenShape) -> tuple[list[OpenShape], list[str], bool]:
        """Return the shapes and types of the results, and whether there can be several."""
        found = list[list[OpenShape]]()
        for batch, length in TRIES:
            sizes = [(batch, *(length if n is None else n for n in shape)) for shape in shapes]
            if sum(map(prod, sizes)) > MOST:
                raise ShapeError(f"{name} has too many numbers here to find out the shape of what it returns")
            kinds = [NUMPY.get(each.dtype, each.dtype) for each in tensors]
            zeros = iter([np.broadcast_to(np.zeros((), kind), size) for kind, size in zip(kinds, sizes, strict=True)])
            try:
                result = function(*_filled(args, zeros), **_filled(words, zeros))
            except Exception as error:
                raise ShapeError(f"{name} can't be applied to {' and '.join(map(str, shapes))}: {error}") from error
            several = type(result) in (list, tuple)
            results = [np.asarray(each) for each in (result if several else [result])]
            if any(each.shape[:1] != (batch,) or batch in each.shape[1:] for each in results):
                raise ShapeError(f"{name} mixes the samples of a batch, which a figure can't show: it has one sample")
            found.append([each.shape[1:] for each in results])
        after = [tuple(a if a == b else None for a, b in zip(*each, strict=True)) for each in zip(*found, strict=True)]
        dtypes = [each.dtype.name.replace("float64", "float32").replace("int64", "int32") for each in results]
        return after, dtypes, several

    inputs = [each._unrolled for each in tensors]
    try:
        _, dtypes, several = tried(*(each.shape for each in inputs))
    except ShapeError:
        return None
    batch = tensors[0]._batch

    def numbers(*samples: Any) -> list[Any]:
        given = [_of_kind(sample[None], each.dtype) for sample, each in zip(samples, tensors, strict=True)]
        pairs = zip(samples, inputs, strict=True)
        opened = {n for sample, each in pairs for n, known in zip(sample.shape, each.shape, strict=True) if not known}
        if takes_shape and len(opened) > 1:
            raise ValueError("it isn't known which of several lengths is the one of the code")
        sized = _sized((args, words), min(opened, default=None)) if takes_shape else (args, words)
        own_args, own_words = _filled(sized, iter(given))
        result = (compute or function)(*own_args, **own_words)
        return [each[0] for each in (result if several else [result])]

    kit = Opaque(shown or name, lambda *shapes: tried(*shapes)[0], numbers if compute else None)
    values = recorded(keras, kit, inputs)
    outputs = [KerasTensor(each, batch, dtype) for each, dtype in zip(values, dtypes, strict=True)]
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
    made, batch = mask._unrolled, mask.shape[0]
    if not isinstance(made, MaskOf):
        tensor: Any = np.array(made)[None]
    elif isinstance(made.layer, Embedding):
        tensor = applied(keras, "!=", [KerasTensor(made.inputs[0], batch), 0], {})
    elif isinstance(made.layer, Masking):
        differs = applied(keras, "!=", [KerasTensor(made.inputs[0], batch), made.layer.mask_value], {})
        tensor = applied(keras, "any", [differs], {"axis": -1})
    else:
        inputs = [*{each.key: each for each in sources_of_masks([made])}.values()]

        def numbers(*samples: Any) -> list[Any]:
            values = {each.key: sample for each, sample in zip(inputs, samples, strict=True)}

            def computed(one: Any) -> Any:
                if not isinstance(one, MaskOf):
                    return None if one is None else np.array(one)
                return one.layer.mask_after([values[each.key] for each in one.inputs], [*map(computed, one.masks)])

            return [computed(made)]

        def shapes_after(*shapes: OpenShape) -> list[OpenShape]:
            if any(None in each for each in shapes):
                return [mask.shape[-1:]]
            return [each.shape for each in numbers(*(np.zeros([n or 0 for n in shape]) for shape in shapes))]

        (value,) = recorded(keras, Opaque("mask", shapes_after, numbers), inputs)
        tensor = KerasTensor(value, batch, "bool")
    if mask._is_by_key:
        tensor = tensor[:, None]
    return tensor if mask.dtype == "bool" else applied(keras, "cast", [tensor, mask.dtype], {})


def indexed(keras: Recording, name: str, tensor: KerasTensor, key: Any) -> Any:
    """Return a part of a tensor; None if it isn't known what shape it has."""
    keys = key if type(key) is tuple else (key,)
    plain = all(each is None or each is ... or is_a(each, int | slice) for each in keys)
    if holds_unknown(key) or not plain or any(is_a(each, bool) for each in keys):
        return None

    def shapes_after(shape: OpenShape) -> list[OpenShape]:
        rest, found = list[Any](["batch", *shape]), list[Any]()
        wanted = [*keys, *([] if ... in keys else [...])]
        for at, each in enumerate(wanted):
            if each is None:
                found.append(1)
            elif each is ...:
                kept = len(rest) - sum(one is not None for one in wanted[at + 1 :])
                found, rest = found + rest[:kept], rest[kept:]
            elif not rest:
                raise ShapeError(f"{name} has more places than a tensor of the shape {shape} has axes")
            else:
                length = rest.pop(0)
                if is_a(each, slice) and isinstance(length, int):
                    found.append(len(range(*each.indices(length))))
                elif is_a(each, slice):
                    found.append(length if length is None or each == slice(None) else "some")
                elif isinstance(length, int) and not -length <= each < length:
                    raise ShapeError(f"{name} is out of bounds in the shape {shape}")
        if found[:1] != ["batch"]:
            raise ShapeError(f"{name} takes samples out of a batch, but a figure has one sample")
        return [tuple(found[1:])]

    try:
        shapes_after(tensor._unrolled.shape)
    except ShapeError:
        return None
    kit = Opaque(name, shapes_after, lambda sample: [sample[None][key][0]])
    (value,) = recorded(keras, kit, [tensor._unrolled])
    return KerasTensor(value, tensor._batch, tensor.dtype)


def _leaves(value: Any) -> list[Any]:
    if type(value) in (list, tuple):
        return [leaf for each in value for leaf in _leaves(each)]
    return _leaves([*value.values()]) if type(value) is dict else [value]


def _sized(value: Any, length: int | None) -> Any:
    """Fill in what a shape leaves open, for one sample."""
    if type(value) is tuple and value and all(each is None or is_a(each, int) for each in value):
        return tuple((length if at else 1) if each is None else each for at, each in enumerate(value))
    if type(value) in (list, tuple):
        return tuple(_sized(each, length) for each in value)
    return {key: _sized(each, length) for key, each in value.items()} if type(value) is dict else value


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
        return type(value)([_replaced(each, kind, change) for each in value])
    if type(value) is dict:
        return {key: _replaced(each, kind, change) for key, each in value.items()}
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
    given, arrow, result = subscripts.replace(" ", "").partition("->")
    sizes: dict[str, int] = {}
    for labels, operand in zip(given.split(","), operands, strict=True):
        for label, size in zip(labels, np.shape(operand), strict=True):
            if not label.isalpha() or sizes.setdefault(label, size) != size:
                raise ValueError("its lengths differ")
    if not arrow or list(sizes.values()).count(sizes[result[0]]) > 1:
        raise ValueError("it has no ->, or mixes the samples of a batch")
    return np.broadcast_to(np.float32(0), tuple(sizes[each] for each in result))


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
        numbers = [np.float32(plain(each)) if np.asarray(each).dtype.kind == "f" else each for each in values]
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
