"""One call of Keras to one layer of the kit."""

import ast
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from .arguments import argument, shape, value_or_none
from .errors import CodeError, NumbersError
from .keras_signatures import TRAINING_ONLY, signature_of, wanted_instead
from .keras_values import option
from .layers.layer import Layer
from .model import Argument, Call
from .one_line import one_line
from .source import Source

MODULES = {
    "SimpleRNN": "simple_rnn",
    "GRU": "gru",
    "LSTM": "lstm",
    "Bidirectional": "bidirectional",
    "TimeDistributed": "time_distributed",
    "Masking": "masking",
    "Embedding": "embedding",
    "Dense": "dense",
    "Activation": "activation",
    "RepeatVector": "reshaping",
    "Dropout": "regularization",
    "Flatten": "reshaping",
}
NEEDS = {
    "units": "{} needs its units, a whole number: {}(4, …)",
    "layer": "{} needs the layer that it wraps: {}(LSTM(4))",
    "input_dim": "{} needs how many words there are and how many numbers each gets: {}(1000, 2)",
    "output_dim": "{} needs how many words there are and how many numbers each gets: {}(1000, 2)",
    "n": "{} needs how many steps to make: {}(3)",
    "rate": "{} needs the share to drop: {}(0.5)",
    "activation": "{} needs the name of an activation: {}('relu')",
}
WRAPPED = ("layer", "backward_layer")


@dataclass(frozen=True, eq=False)  # a layer that is made twice is two layers
class Made:
    """A layer that a call makes."""

    node: ast.Call
    layer: Layer
    calls: tuple[Call, ...]
    shape: tuple[Argument, ...] = ()
    """The shape of what goes in, where the layer says it."""


def read_layer(source: Source, name: str, call: ast.Call, made: Callable[[ast.expr], object]) -> Made:
    """Read a layer; `made` finds a layer that is wrapped in it."""
    bound = signature_of(name).bind(source, call)
    for needed in (each for each, default in signature_of(name).defaults.items() if default is ...):
        if needed not in bound:
            raise source.error(
                f"{NEEDS[needed].format(name, name)} (Keras: missing 1 required positional argument: '{needed}')", call
            )
    line = one_line(source, call)
    fields: dict[str, Any] = {}
    said: list[Argument] = []
    sizes: tuple[Argument, ...] = ()
    inside: list[Made] = []
    for each, node in bound.items():
        if each in ("input_shape", "input_length"):
            sizes = _sizes(source, line, name, each, node)
        elif each in WRAPPED:
            if (found := _wrapped(source, name, node, made)) is not None:
                inside.append(found)
                fields[each] = found.layer
        elif each in TRAINING_ONLY or each not in signature_of(name).read:
            check_silent(source, each, node)
            said.append(argument(source, line, each, node, value_or_none(source, node)))
        else:
            fields[each] = option(source, each, node)
            said.append(argument(source, line, each, node, fields[each]))
    own = Call(line.text, (*said, *_placed(source, call, line, inside), *sizes), call.lineno)
    apart = tuple(one for found in inside for one in found.calls if not _stands_in(call, found.node))
    return Made(call, _built(source, name, call, fields), (own, *apart), sizes or _inner_shape(inside))


def check_silent(source: Source, name: str, node: ast.expr) -> None:
    """Check an argument that changes no number here, as Keras does; what only running the code tells is let pass."""
    try:
        value = source.value(node)
    except CodeError:
        return
    wanted = wanted_instead(name, value)
    if wanted is not None:
        raise source.error(f"{name} must be {wanted}, not {source.written(node)}", node)


def _built(source: Source, name: str, call: ast.Call, fields: dict[str, Any]) -> Layer:
    layer: type[Layer] = getattr(import_module(f".layers.{MODULES[name]}", __package__), name)
    try:
        return layer(**fields)
    except NumbersError as error:
        raise source.error(str(error), call) from error


def _sizes(source: Source, line: Any, name: str, each: str, node: ast.expr) -> tuple[Argument, ...]:
    if each == "input_shape":
        return shape(source, line, each, node, single="time_steps" if name == "Embedding" else "features")
    value = source.value(node)
    if value is None:
        return ()
    wrapped = ast.copy_location(ast.Tuple(elts=[node], ctx=ast.Load()), node)
    return shape(source, line, each, wrapped, single="time_steps")


def _wrapped(source: Source, name: str, node: ast.expr, made: Callable[[ast.expr], object]) -> Made | None:
    if isinstance(node, ast.Constant) and node.value is None:
        return None
    found = made(node)
    if not isinstance(found, Made):
        raise source.error(f"{name} wraps a layer, and `{source.written(node)}` is none that is read here", node)
    return found


def _stands_in(outer: ast.Call, inner: ast.Call) -> bool:
    return any(node is inner for node in ast.walk(outer))


def _placed(source: Source, call: ast.Call, line: Any, inside: list[Made]) -> list[Argument]:
    """Take over the arguments of a wrapped layer that stands in the call: their places in its text."""
    found = []
    for each in inside:
        if _stands_in(call, each.node):
            shift = line.starts[source.start_of_name(each.node.func)]
            for one in each.calls[0].arguments:
                found.append(_moved(one, shift))
    return found


def _moved(one: Argument, shift: int) -> Argument:
    return Argument(one.name, one.value, one.text, one.lineno, one.column, one.start + shift, one.end + shift)


def _inner_shape(inside: list[Made]) -> tuple[Argument, ...]:
    return next((each.shape for each in inside if each.shape), ())
