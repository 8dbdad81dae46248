"""The options of Keras's layers, from the code's expressions to the kit's values."""

from __future__ import annotations

import ast
from re import sub
from typing import TYPE_CHECKING

from .arguments import count, flag, number, text, value_or_none
from .errors import NumbersError
from .layers.activations import activation_of
from .source import Source

if TYPE_CHECKING:
    from .layers.initializers import Initializer

COUNTS = {"units", "n", "input_dim", "output_dim"}
FLAGS = {"use_bias", "unit_forget_bias", "reset_after", "mask_zero", "return_sequences", "return_state"}
FLAGS |= {"go_backwards", "stateful", "unroll", "zero_output_for_mask"}
NUMBERS = {"mask_value", "rate"}
# The options of an initializer, in the order in which they may be given without a name.
ORDER = {"constant": ("value",), "random_uniform": ("minval", "maxval"), "identity": ("gain",), "orthogonal": ("gain",)}
ORDER |= dict.fromkeys(("random_normal", "truncated_normal"), ("mean", "stddev"))
SHORT = {"orthogonal_initializer": "orthogonal", "identity_initializer": "identity"}


def option(source: Source, name: str, node: ast.expr) -> object:
    """Read one option of a layer."""
    if name in COUNTS:
        return count(source, name, node)
    if name in FLAGS:
        return flag(source, name, node)
    if name in NUMBERS:
        return number(source, name, node)
    if name == "name":
        return text(source, name, node)
    if name.endswith("activation"):
        return _activation(source, node)
    if name.endswith("initializer"):
        return _initializer(source, node)
    return source.value(node)


def _activation(source: Source, node: ast.expr) -> str:
    """Read an activation, by its name or by the function: `"tanh"`, `None`, `keras.activations.tanh`."""
    module, _, function = (source.full_name(node) or "").rpartition(".")
    if module.rpartition(".")[2] in ("activations", "ops", "nn"):
        name = function
    elif isinstance(node, ast.Call | ast.Lambda):
        raise source.error(
            f"an activation is read by its name, such as 'tanh', not from `{source.written(node)}`", node
        )
    else:
        value = source.value(node)
        name = "linear" if value is None else str(value)  # as Keras reads it
    try:
        activation_of(name)
    except NumbersError as error:
        raise source.error(str(error), node) from error
    return name


def _initializer(source: Source, node: ast.expr) -> object:
    """Read an initializer: `"zeros"`, `Zeros()`, `keras.initializers.RandomNormal(stddev=0.1)`."""
    if isinstance(node, ast.Name) and (binding := source.binding(node, source.before(node))) and binding.value:
        return _initializer(source, binding.value)
    # A figure whose code names no initializer does not depend on what draws them.
    from .layers.initializers import Initializer

    try:
        if not isinstance(node, ast.Call):
            function = source.full_name(node) if isinstance(node, ast.Attribute) else None
            given = function.rpartition(".")[2] if function else source.value(node)
            return _usual(Initializer(_snake(str(given))))
        kind = _snake((source.full_name(node.func) or source.written(node.func)).rpartition(".")[2])
        order = (*ORDER.get(kind, ()), "seed")
        said = dict(zip(order, node.args, strict=False)) | {word.arg or "**": word.value for word in node.keywords}
        numbers = {name: value_or_none(source, each) for name, each in said.items() if name != "seed"}
        return _usual(Initializer(kind, numbers))  # type: ignore[arg-type]  # it checks its numbers itself
    except NumbersError as error:
        raise source.error(str(error), node) from error


def _usual(found: Initializer) -> Initializer | str:
    """Answer the name alone where there are no options: so an option left to Keras and one said aloud are equal."""
    return found if found.options else found.kind


def _snake(name: str) -> str:
    snake = sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
    return SHORT.get(snake, snake)
