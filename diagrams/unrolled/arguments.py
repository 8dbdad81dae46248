"""The values of a call's arguments: checked, and remembered with their places."""

import ast
from collections.abc import Sequence

from .errors import CodeError
from .model import Argument
from .one_line import OneLine
from .source import Source

TWO_NUMBERS = "two whole numbers from 1, (time_steps, features), such as (3, 2)"


def argument(source: Source, line: OneLine, name: str, node: ast.expr, value: object) -> Argument:
    """Remember an argument with its places in the block and in its call."""
    start, end = source.start(node), source.end(node)
    return Argument(name, value, source.written(node), *start, start=line.starts[start], end=line.ends[end])


def count(source: Source, name: str, node: ast.expr) -> int:
    """Read a whole number from 1."""
    value = source.value(node)
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise source.error(f"{name} must be a whole number from 1, not {said(source, node, value)}", node)
    return value


def number(source: Source, name: str, node: ast.expr) -> float:
    """Read a number."""
    value = source.value(node)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise source.error(f"{name} must be a number, not {said(source, node, value)}", node)
    return value


def flag(source: Source, name: str, node: ast.expr) -> bool:
    """Read True or False."""
    value = source.value(node)
    if not isinstance(value, bool):
        raise source.error(f"{name} must be True or False, not {said(source, node, value)}", node)
    return value


def text(source: Source, name: str, node: ast.expr) -> str | None:
    """Read a text or None."""
    value = source.value(node)
    if not isinstance(value, str | None):
        raise source.error(f"{name} must be a text, not {said(source, node, value)}", node)
    return value


def shape(source: Source, line: OneLine, name: str, node: ast.expr, single: str | None = None) -> tuple[Argument, ...]:
    """Read an input's shape: time steps and features, or the one number that is called `single`."""
    match node:
        case ast.Tuple(elts=[_, _] as parts) | ast.List(elts=[_, _] as parts):
            names: Sequence[str] = ("time_steps", "features")
        case ast.Tuple(elts=[_] as parts) | ast.List(elts=[_] as parts) if single:
            names = (single,)
        case ast.Name():
            raise source.error(
                f"{name} must be written out where it is used, as (time_steps, features): "
                "the figure points at each of the two numbers",
                node,
            )
        case _:
            raise source.error(f"{name} must be {TWO_NUMBERS}, not {source.written(node)}", node)
    return _sizes(source, line, name, node, dict(zip(names, parts, strict=True)))


def _sizes(
    source: Source, line: OneLine, name: str, node: ast.expr, parts: dict[str, ast.expr]
) -> tuple[Argument, ...]:
    sizes = tuple(argument(source, line, each, part, source.value(part)) for each, part in parts.items())
    if sizes[0].name == "time_steps" and sizes[0].value is None:
        raise source.error(
            f"{name} leaves the time steps open, and a figure needs their number: such as (3, 2), not (None, 2)", node
        )
    if not all(_is_count(size.value) for size in sizes):
        raise source.error(f"{name} must be {TWO_NUMBERS}, not {source.written(node)}", node)
    return sizes


def whole_shape(
    source: Source, line: OneLine, name: str, node: ast.expr, single: str | None = None
) -> tuple[tuple[Argument, ...], int | None]:
    """Read a shape with its batch axis first; answer the rest of it, and how many samples a batch has."""
    match node:
        case ast.Tuple(elts=[first, *rest]) | ast.List(elts=[first, *rest]) if rest:
            inner = ast.copy_location(ast.Tuple(elts=rest, ctx=ast.Load()), node)
            batch = source.value(first)
            return shape(source, line, name, inner, single), batch if isinstance(batch, int) else None
    raise source.error(f"{name} must be (batch, time_steps, features), such as (1, 3, 2)", node)


def said(source: Source, node: ast.expr, value: object) -> str:
    """Quote an argument, with its value where a name stands for it."""
    return f"{source.written(node)}, which is {value!r}" if isinstance(node, ast.Name) else source.written(node)


def value_or_none(source: Source, node: ast.expr) -> object:
    """Read a value that nothing hangs on; None where the code would have to be run."""
    try:
        return source.value(node)
    except CodeError:
        return None


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1
