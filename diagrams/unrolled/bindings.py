"""What the names of a code block are bound to, as far as can be told without running it."""

import ast
from collections.abc import Iterator
from typing import Any, NamedTuple

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
# What stands in one of these may run many times, or never.
BRANCHES = {
    ast.For: "for",
    ast.AsyncFor: "for",
    ast.While: "while",
    ast.If: "if",
    ast.IfExp: "if",
    ast.Match: "match",
    ast.ListComp: "for",
    ast.SetComp: "for",
    ast.DictComp: "for",
    ast.GeneratorExp: "for",
}


class Surroundings(NamedTuple):
    """Where a node stands: in which function, and in which branch or loop."""

    function: ast.AST | None = None
    branch: str | None = None


class Binding(NamedTuple):
    """A name that is set; `value` is None where the value depends on what runs."""

    name: str
    value: ast.expr | None
    position: tuple[int, int]
    function: ast.AST | None
    part: int | slice | None = None
    """Which part of the value the name stands for, where several names share it: `out, h = …`, `out, *states = …`."""
    parts: int | None = None
    """How many parts the value must have then; None where a starred name takes any number."""

    def reaches(self, node: ast.expr, before: tuple[int, int]) -> bool:
        """Say whether the name, used before a position, may mean this binding."""
        visible = self.function is None or any(inner is node for inner in ast.walk(self.function))
        return visible and self.position < before


def walk(tree: ast.AST) -> Iterator[tuple[ast.AST, Surroundings]]:
    """Go through all nodes in the order of the text, outer before inner, each with its surroundings."""
    waiting = [(tree, Surroundings())]
    while waiting:
        node, around = waiting.pop()
        yield node, around
        if isinstance(node, FUNCTIONS):
            around = Surroundings(function=node)
        elif type(node) in BRANCHES:
            around = Surroundings(around.function, BRANCHES[type(node)])
        waiting.extend((child, around) for child in reversed(list(ast.iter_child_nodes(node))))


def imports_of(tree: ast.Module) -> dict[str, str]:
    """Map each imported name to its full name."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {alias.asname: alias.name for alias in node.names if alias.asname}
    return names


def bindings_of(tree: ast.Module) -> list[Binding]:
    """List every name that is set, in the order of the text."""
    values = {id(name): said for node in ast.walk(tree) for name, *said in _assigned(node)}
    found = []
    for node, around in walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()):
                said = [None] if around.branch else values.get(id(node), [None])
                found.append(Binding(name, said[0], (node.lineno, node.col_offset), around.function, *said[1:]))
            case ast.arg(arg=name):
                found.append(Binding(name, None, (node.lineno, node.col_offset), around.function))
    return sorted(found, key=lambda binding: binding.position)


def _assigned(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr, *tuple[Any, ...]]]:
    """Pair the targets of an assignment with their values, or parts of them: `a = 4`, `a: int = 4`, `a, b = 3, 2`."""
    match node:
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            yield target, value
        case ast.Assign(targets=targets, value=value):
            for each in targets:
                match each, value:
                    case ((ast.Tuple(elts=names) | ast.List(elts=names)), ast.Tuple(elts=values)) if len(names) == len(
                        values
                    ) and not any(isinstance(one, ast.Starred) for one in (*names, *values)):
                        yield from zip(names, values, strict=True)
                    case ((ast.Tuple(elts=names) | ast.List(elts=names)), _):
                        yield from _shared(names, value)
                    case _:
                        yield each, value


def _shared(names: list[ast.expr], value: ast.expr) -> Iterator[tuple[ast.expr, ast.expr, int | slice, int | None]]:
    """Pair the names that share a value with their parts of it."""
    star = next((at for at, name in enumerate(names) if isinstance(name, ast.Starred)), None)
    for at, name in enumerate(names):
        if star is None or at < star:
            yield name, value, at, None if star is not None else len(names)
        elif isinstance(name, ast.Starred):
            yield name.value, value, slice(at, at + 1 - len(names) or None), None
        else:
            yield name, value, at - len(names), None
