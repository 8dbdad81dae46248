"""What goes into a model: the calls of `Input`, and the shapes that they say."""

import ast
from typing import NamedTuple

from .arguments import shape, text, whole_shape
from .arrays import Shape
from .keras_layers import Made, check_silent
from .keras_signatures import INPUTS
from .model import Argument, Call, Entry
from .one_line import one_line
from .source import Source


class Opening(NamedTuple):
    """A call of `Input` or `InputLayer`, or with no name the layer that says its input's shape itself."""

    node: ast.Call
    name: str


def single_of(made: Made) -> str:
    """Name the number of an input that is a single row: words for an Embedding, features for any other layer."""
    return "time_steps" if made.layer.name_in_code == "Embedding" else "features"


def entry_of(source: Source, opening: Opening, single: str) -> Entry:
    """Read an input: its call, with each number of its shape; the shape is empty where it does not say one."""
    line = one_line(source, opening.node)
    bound = _said(source, opening)
    sizes: tuple[Argument, ...] = ()
    for name, node in bound.items():
        if name in ("shape", "input_shape"):
            sizes = shape(source, line, name, node, single)
        elif name == "batch_shape":
            sizes = whole_shape(source, line, name, node, single)[0]
    own = text(source, "name", bound["name"]) if "name" in bound else None
    if "dtype" in bound:
        check_silent(source, "dtype", bound["dtype"])
    return Entry(shape_said(sizes), Call(line.text, sizes, opening.node.lineno), own)


def shape_said(sizes: tuple[Argument, ...]) -> Shape:
    """Put the numbers of a shape together."""
    return tuple(size.value for size in sizes if isinstance(size.value, int))


def batch_of(source: Source, opening: Opening) -> int | None:
    """Read how many samples a batch has, where an input says it."""
    if not opening.name:
        return None
    bound = _said(source, opening)
    if "batch_shape" in bound:
        return whole_shape(source, one_line(source, opening.node), "batch_shape", bound["batch_shape"], "features")[1]
    size = source.value(bound["batch_size"]) if "batch_size" in bound else None
    return size if isinstance(size, int) else None


def _said(source: Source, opening: Opening) -> dict[str, ast.expr]:
    """Find the arguments of an input that say something: Keras tells by None that one is not given."""
    bound = INPUTS[opening.name].bind(source, opening.node)
    return {name: node for name, node in bound.items() if not (isinstance(node, ast.Constant) and node.value is None)}
