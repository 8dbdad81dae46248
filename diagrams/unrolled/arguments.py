"""The values of a call's arguments: checked, and remembered with their places."""

import ast

from .errors import NumbersError
from .layers.activations import activation_of
from .model import Argument
from .one_line import OneLine
from .source import Source

TWO_NUMBERS = "two whole numbers from 1, (time_steps, features), such as (3, 2)"


def option(source: Source, line: OneLine, name: str, node: ast.expr) -> Argument:
    """Read one of a layer's own arguments: its units, activation, use_bias or name."""
    value = source.value(node)
    match name:
        case "units":
            if not _is_count(value):
                raise source.error(f"units must be a whole number from 1, not {_said(source, node, value)}", node)
        case "activation":
            value = "linear" if value is None else value  # as Keras reads it
            try:
                activation_of(str(value))
            except NumbersError as error:
                raise source.error(str(error), node) from error
        case "use_bias":
            if not isinstance(value, bool):
                raise source.error(f"use_bias must be True or False, not {_said(source, node, value)}", node)
        case "name":
            if not isinstance(value, str | None):
                raise source.error(f"a layer's name must be a text, not {_said(source, node, value)}", node)
    return _argument(source, line, name, node, value)


def shape(source: Source, line: OneLine, name: str, node: ast.expr) -> tuple[Argument, Argument]:
    """Read an input's shape: how many time steps, of how many features."""
    match node:
        case ast.Tuple(elts=[_, _] as parts) | ast.List(elts=[_, _] as parts):
            steps, features = (
                _argument(source, line, part_name, part, source.value(part))
                for part_name, part in zip(("time_steps", "features"), parts, strict=True)
            )
        case ast.Name():
            raise source.error(
                f"{name} must be written out where it is used, as (time_steps, features): "
                "the figure points at each of the two numbers",
                node,
            )
        case _:
            raise source.error(f"{name} must be {TWO_NUMBERS}, not {source.written(node)}", node)
    if steps.value is None:
        raise source.error(
            f"{name} leaves the time steps open, and a figure needs their number: such as (3, 2), not (None, 2)", node
        )
    if not (_is_count(steps.value) and _is_count(features.value)):
        raise source.error(f"{name} must be {TWO_NUMBERS}, not {source.written(node)}", node)
    return steps, features


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _said(source: Source, node: ast.expr, value: object) -> str:
    """Quote an argument, with its value where a name stands for it."""
    return f"{source.written(node)}, which is {value!r}" if isinstance(node, ast.Name) else source.written(node)


def _argument(source: Source, line: OneLine, name: str, node: ast.expr, value: object) -> Argument:
    start, end = source.start(node), source.end(node)
    return Argument(name, value, source.written(node), *start, start=line.starts[start], end=line.ends[end])
