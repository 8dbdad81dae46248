"""An image's `{vary="units=2..6"}`: the values of its slider, and the number in the code that it changes."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from itertools import accumulate
from pathlib import Path

from .markdown import Block
from .report import ArgumentError

MOST_FRAMES = 12
"""Each one is a figure of its own, and a stop of the slider: more would be slow, and hard to hit."""

MOST_SNAPSHOTS = 101
"""The limit for the values of an argument, whose pictures one run of the script draws."""

_SAID = re.compile(r"\s*(?P<name>[^\W\d]\w*)(?:@(?P<number>\d+))?\s*=(?P<values>.*)", re.DOTALL)
_RANGE = re.compile(r"(?P<first>[-−+]?\d+)\s*\.\.\s*(?P<last>[-−+]?\d+)")
_NUMBER = re.compile(r"[-−+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_LINE = re.compile(r"[^\n]*\n|[^\n]+\Z")
_AXES = dict.fromkeys(("shape", "input_shape"), ("time_steps", "features"))
"""The arguments that are a shape, and the names of its axes in ties and claims."""


@dataclass(frozen=True)
class Vary:
    """The slider that an author asks for: an argument or a number by name, which of several, and its values."""

    name: str
    number: int
    """0 if the author doesn't say which."""
    values: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Vary:
        """Parse `units=2..6`, `bias=0, 0.5, 1, 2` or `units@2=4, 8`; raise ArgumentError for anything else."""
        match = _SAID.fullmatch(text)
        if match is None:
            name = (re.findall(r"[^\W\d]\w*", text) or ["units"])[0]
            raise ArgumentError(
                f'can\'t read vary="{text}": it needs a name and its values',
                f'write vary="{name}=2..6" or vary="{name}=2, 4, 8"',
            )
        values = tuple(_values(match["values"], text))
        if len({float(value) for value in values}) < len(values):
            raise ArgumentError(f'vary="{text}" lists a value twice', "remove one of the two")
        if len(values) < 2:
            raise ArgumentError(
                f'vary="{text}" lists one value, but a slider needs at least two',
                f'write vary="{match["name"]}=2..6" or vary="{match["name"]}=2, 4, 8"',
            )
        return cls(match["name"], int(match["number"] or 0), values)

    @property
    def written(self) -> str:
        """The name as the author writes it."""
        return f"{self.name}@{self.number}" if self.number else self.name


def _values(text: str, written: str) -> Iterator[str]:
    count = 0
    for item in text.split(","):
        between = _RANGE.fullmatch(item.strip())
        first, last = (int(_plain(bound)) for bound in between.groups()) if between else (0, 0)
        if last < first:
            raise ArgumentError(f"the range {item.strip()} in vary is backwards", f"write {last}..{first}")
        if not between and not _NUMBER.fullmatch(item.strip()):
            problem = f"{item.strip()!r} is not a number" if item.strip() else "a value is missing"
            raise ArgumentError(
                f'can\'t read vary="{written}": {problem}', "write whole numbers as 2..6, others as 0, 0.5, 1"
            )
        count += last - first + 1
        if count > MOST_SNAPSHOTS:
            continue  # a list that is too long is only counted
        yield from map(str, range(first, last + 1)) if between else [_plain(item.strip())]
    if count > MOST_SNAPSHOTS:
        raise too_many(written, count, MOST_SNAPSHOTS)


def too_many(vary: str, count: int, most: int) -> ArgumentError:
    """Return the error for a slider with too many values."""
    return ArgumentError(
        f'vary="{vary}" has {count} values, but a slider can have at most {most}',
        "list only the values that matter, such as 1, 2, 4, 8, 16",
    )


def _plain(number: str) -> str:
    """Write a number in Python's notation."""
    number = number.replace("−", "-").lstrip("+")
    return str(int(number)) if re.fullmatch(r"-?\d+", number) else number


class Text:
    """A piece of code, with lines and columns converted to places in the whole text."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.lines = _LINE.findall(code)
        self.begins = [0, *accumulate(map(len, self.lines))]

    def span(self, node: ast.expr | ast.keyword) -> tuple[int, int]:
        """Return the start and end of a node of its tree."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self._at(node.lineno, node.col_offset), self._at(node.end_lineno, node.end_col_offset)

    def _at(self, line: int, offset: int) -> int:
        """Return a place in the text; Python counts bytes."""
        return self.begins[line - 1] + len(self.lines[line - 1].encode()[:offset].decode())

    def line_at(self, place: int) -> int:
        """Return the 1-based number of the line that contains a place."""
        return next(number for number, begin in enumerate(self.begins[1:], start=1) if place < begin)


@dataclass(frozen=True)
class Literal:
    """A number in an article's code: its name, its block, its start and end, and its value."""

    name: str
    block: Block
    start: int
    end: int
    value: int | float

    def replaced(self, block: Block, text: str) -> str:
        """Return a block's text with this number replaced; any other block's is unchanged."""
        if block is not self.block:
            return block.text
        return block.text[: self.start] + text + block.text[self.end :]

    @property
    def line(self) -> int:
        """The line in its block."""
        return Text(self.block.text).line_at(self.start)

    @property
    def place(self) -> str:
        """Its place for a message: the article's line, and its text."""
        text = " ".join(Text(self.block.text).lines[self.line - 1].split())
        return f"line {self.block.line + self.line - 1}: {text}" if self.block.line else text


Signatures = Mapping[str, Sequence[str]]
"""The positional arguments of functions and classes, by name."""


@lru_cache(maxsize=4)
def signatures_in(file: Path) -> Signatures:
    """Read the positional arguments of a library's layers from the list that comes with the kit."""
    contents = json.loads(file.read_text("utf-8"))
    layers = {name: tuple(by_place) for name, (by_place, _) in contents["layers"].items()}
    return layers | {alias: layers[name] for alias, name in contents["aliases"].items()}


def literals(blocks: Sequence[Block], signatures: Signatures) -> list[list[Literal]]:
    """Find the numbers with a name in blocks of code: one list per block, in the order of its text.

    These are the arguments of calls, keyword or positional, defaults of functions, entries of dictionaries and
    variables. `signatures` are those of libraries; the code may define others.
    """
    trees = [_parsed(block.text) for block in blocks]
    all_signatures = dict(signatures)
    for tree in trees:
        for node in ast.walk(tree):
            all_signatures |= dict(_defined(node, all_signatures))
    return [
        sorted(set(_named(block, tree, all_signatures)), key=lambda literal: literal.start)
        for block, tree in zip(blocks, trees, strict=True)
    ]


def _parsed(text: str) -> ast.Module:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return ast.Module([], [])


def _defined(node: ast.AST, signatures: Signatures) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield each callable that a node defines or gives another name, with its positional arguments."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        yield node.name, [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]
    elif isinstance(node, ast.ClassDef):
        for inside in node.body:
            if isinstance(inside, ast.FunctionDef) and inside.name == "__init__":
                yield node.name, [argument.arg for argument in (*inside.args.posonlyargs, *inside.args.args)][1:]
                return
        fields = [
            statement.target.id
            for statement in node.body
            if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)
        ]
        yield node.name, fields
    elif isinstance(node, ast.Import | ast.ImportFrom):
        yield from (
            (alias.asname, signatures[alias.name]) for alias in node.names if alias.asname and alias.name in signatures
        )


def _named(block: Block, tree: ast.Module, signatures: Signatures) -> Iterator[Literal]:
    text = Text(block.text)
    for node in ast.walk(tree):
        for name, value in _pairs(node, signatures):
            if (number := _number(value)) is not None:
                yield Literal(name, block, *text.span(value), number)


def _pairs(node: ast.AST, signatures: Signatures) -> Iterator[tuple[str, ast.expr]]:
    """Yield the values to which a node gives a name, including the axes of shapes."""
    for name, value in _given(node, signatures):
        yield name, value
        if name in _AXES and isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(_AXES[name]):
            yield from zip(_AXES[name], value.elts, strict=True)


def _given(node: ast.AST, signatures: Signatures) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(node, ast.Call):
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if not any(isinstance(argument, ast.Starred) for argument in node.args):
            yield from zip(signatures.get(called, ()), node.args, strict=False)
        yield from ((keyword.arg, keyword.value) for keyword in node.keywords if keyword.arg)
    elif isinstance(node, ast.Assign):
        for target in node.targets:
            yield from _assigned(target, node.value)
    elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value is not None:
        yield from _assigned(node.target, node.value)
    elif isinstance(node, ast.arguments):
        by_place = [*node.posonlyargs, *node.args]
        pairs = [*zip(reversed(by_place), reversed(node.defaults), strict=False)]
        pairs += [(argument, value) for argument, value in zip(node.kwonlyargs, node.kw_defaults, strict=True) if value]
        yield from ((argument.arg, value) for argument, value in pairs)
    elif isinstance(node, ast.Dict):
        keys = (key.value if isinstance(key, ast.Constant) else None for key in node.keys)
        yield from ((key, value) for key, value in zip(keys, node.values, strict=True) if isinstance(key, str))


def _assigned(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, ast.Attribute):
        yield target.attr, value
    elif isinstance(target, ast.Tuple | ast.List) and isinstance(value, ast.Tuple | ast.List):
        for element, its in zip(target.elts, value.elts, strict=False):
            yield from _assigned(element, its)


def _number(value: ast.expr) -> int | float | None:
    """Return the number that an expression literally is; a bool isn't one."""
    if isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.USub):
        inner = _number(value.operand)
        return None if inner is None else -inner
    if isinstance(value, ast.Constant) and type(value.value) in (int, float):
        return value.value  # type: ignore[return-value]  # as its type says
    return None


def chosen(vary: Vary, by_block: Sequence[Sequence[Literal]], takes: Sequence[str], script: str) -> Literal:
    """Choose the number that an image refers to: the only one with its name, or the one with the given index.

    `by_block` are the numbers in the figure's own blocks, then those in the blocks above, which count if the name isn't
    in the own blocks. `takes` are the parameters that the script's `draw` has as an alternative.
    """
    all_literals = [literal for block_literals in by_block for literal in block_literals]
    candidates = next(
        (
            them
            for block_literals in by_block
            if (them := [literal for literal in block_literals if literal.name == vary.name])
        ),
        [],
    )
    if not candidates:
        names = dict.fromkeys((*takes, *(literal.name for literal in all_literals)))
        near = get_close_matches(vary.name, names, n=1)
        hint = f" Did you mean `{near[0]}`?" if near else ""
        raise ArgumentError(
            f'vary="{vary.written}=…": draw() in {script} has no argument `{vary.name}`, and the code has no '
            f"number with that name.{hint}",
            f"you can vary {', '.join(names)}" if names else "neither of them has a number to vary",
        )
    listed = (f"{vary.name}@{number} is {candidate.place}" for number, candidate in enumerate(candidates, start=1))
    if len(candidates) > 1 and not vary.number:
        message = f'the code has `{vary.name}` {len(candidates)} times, so vary="{vary.name}=…" doesn\'t say which'
        raise ArgumentError(message, *listed, f'choose one: vary="{vary.name}@2=…"')
    if vary.number > len(candidates):
        times = "once" if len(candidates) == 1 else f"{len(candidates)} times"
        raise ArgumentError(f'vary="{vary.written}=…": the code has `{vary.name}` {times}', *listed)
    return candidates[max(vary.number, 1) - 1]


def place_among(initial: object, values: Sequence[object], vary: Vary, where: str) -> int:
    """Return the index of the frame that the page starts with: the one with the code's own value."""
    if initial in values:
        return values.index(initial)
    raise ArgumentError(
        f'vary="{vary.written}=…" leaves out {initial}, the value the page starts with ({where})',
        f"add {initial} to the values",
    )
