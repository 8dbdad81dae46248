"""Source positions in an article's code: its blocks, the calls in them, and the position of each argument."""

from __future__ import annotations

import ast
import io
import re
import tokenize
import unicodedata
import warnings
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from itertools import islice, takewhile
from types import CodeType, FrameType
from typing import NamedTuple

from ..errors import CodeError
from ..model import Argument

FILENAME = "<article's block {}>"
OPENING, CLOSING = {"(", "[", "{"}, {")", "]", "}"}
LAYOUT = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
NOTEBOOK = re.compile(r"^([ \t]*)(?:(?:%|!)(?!=).*|\??[\w.]+\?{1,2}[ \t\r]*)$", re.MULTILINE)
"""A line that only works in a notebook: `%matplotlib inline`, `!pip install keras`, `LSTM?`."""
TYPESET = re.compile(
    r'(?P<kept>"""(?s:.*?)"""|"(?:\\.|[^"\\\n])*"|'
    r"'''(?s:.*?)'''|'(?:\\.|[^'\\\n])*'|#.*)"
    r"|‘(?P<single>[^‘’'\n]*)[‘’]"
    r'|[“„](?P<double>[^“”"\n]*)[“”]'
    r"|(?P<sign>[\u00a0\u2002-\u200a\u202f\u3000−–，：；．（）［］｛｝＝＋＊／＜＞])"
)
"""What a web page or a word processor makes of code, outside of strings and comments: its quotes, spaces and signs."""
MOST_LINES = 10_000
"""The maximum length of a block; longer ones would take seconds to parse."""
PROMPT = re.compile(r"^[ \t]*(?:>>>|\.\.\.)(?: |$)")

Position = tuple[int, int, int, int]
"""The line (from 1) and byte offset where a node starts, and those where it ends, as Python counts them."""


@dataclass(frozen=True, eq=False)
class CodeBlock:
    """A Python block in an article; `number` counts from 0."""

    code: str
    number: int
    tree: ast.Module
    python: str
    """The code given to Python, without notebook lines or interpreter prompts."""
    indent: int = 0
    """The width of the prompt before each line."""

    @property
    def filename(self) -> str:
        """The file name in frames that run this block."""
        return FILENAME.format(self.number)

    @cached_property
    def lines(self) -> list[str]:
        """Split the block into lines, as Python does."""
        return re.split(r"\r\n|\r|\n", self.python)

    @cached_property
    def _tokens(self) -> list[tokenize.TokenInfo]:
        return list(tokenize.generate_tokens(io.StringIO("\n".join(self.lines)).readline))

    @cached_property
    def _calls(self) -> dict[Position, ast.Call]:
        return {position_of(node): node for node in ast.walk(self.tree) if isinstance(node, ast.Call)}

    def call_at(self, position: Position | None) -> ast.Call | None:
        """Find the call at a position."""
        return None if position is None else self._calls.get(position)

    def assertion_at(self, lineno: int) -> ast.Assert | None:
        """Find the `assert` that contains a line."""
        asserts = [node for node in ast.walk(self.tree) if isinstance(node, ast.Assert)]
        return next(
            (statement for statement in asserts if statement.lineno <= lineno <= (statement.end_lineno or 0)), None
        )

    def error(self, message: str, lineno: int) -> CodeError:
        """Build an error that points at a line of this block."""
        return CodeError(message, block=self.code, lineno=lineno)

    def written(self, node: ast.expr) -> str:
        """Return the source of a node on one line."""
        (first, start), (last, end) = self._start(node), self._end(node)
        if first == last:
            return " ".join(self.lines[first - 1][start:end].split())
        between = self.lines[first : last - 1]
        return " ".join(" ".join([self.lines[first - 1][start:], *between, self.lines[last - 1][:end]]).split())

    def _start(self, node: ast.expr) -> tuple[int, int]:
        return node.lineno, self._character(node.lineno, node.col_offset)

    def _end(self, node: ast.expr) -> tuple[int, int]:
        lineno, byte = node.end_lineno or node.lineno, node.end_col_offset or node.col_offset
        return lineno, self._character(lineno, byte)

    def _character(self, lineno: int, byte: int) -> int:
        return len(self.lines[lineno - 1].encode()[:byte].decode())  # the AST counts bytes of UTF-8

    def arguments_of(self, call: ast.Call, name: str) -> OneLine:
        """Write a call on one line, with `name` as the function, and without comments or a trailing comma."""
        text = name
        starts: dict[tuple[int, int], int] = {}
        ends: dict[tuple[int, int], int] = {}
        before: tokenize.TokenInfo | None = None
        for token in self._tokens_of(call):
            if before:
                text += _gap(before, token)
            starts[token.start] = len(text)
            text += token.string.replace("\n", " ")
            ends[token.end] = len(text)
            before = token
        return OneLine(self, text, starts, ends)

    def _tokens_of(self, call: ast.Call) -> list[tokenize.TokenInfo]:
        first, last = self._end(call.func), self._end(call)
        start = bisect_left(self._tokens, first, key=lambda token: token.start)
        reached = takewhile(lambda token: token.end <= last, islice(self._tokens, start, None))
        inside = [token for token in reached if token.type not in LAYOUT]
        while inside and inside[0].string != "(":  # brackets that close around the function: `(LSTM)(4)`
            inside.pop(0)
        return [token for at, token in enumerate(inside) if not _hangs(token, inside[at + 1 :])]


class OneLine(NamedTuple):
    """The text of a call on one line, and the offset of each token in it by its position in the block."""

    block: CodeBlock
    text: str
    starts: Mapping[tuple[int, int], int]
    ends: Mapping[tuple[int, int], int]

    def argument(self, name: str, node: ast.expr, value: object) -> Argument:
        """Record an argument with its positions in the block and in the call."""
        block = self.block
        (line, column), end = block._start(node), block._end(node)
        # If an argument is in brackets, as in `(4)`, they are tokens of it, although the node starts after them.
        start_in_text, end_in_text = self.starts[line, column], self.ends[end]
        return Argument(name, value, block.written(node), line, column + block.indent, start_in_text, end_in_text)


def _hangs(token: tokenize.TokenInfo, following: Sequence[tokenize.TokenInfo]) -> bool:
    """Return whether a comma is the trailing one in a call with one argument on each line."""
    return token.string == "," and following[0].string in CLOSING and following[0].start[0] > token.end[0]


def _gap(before: tokenize.TokenInfo, token: tokenize.TokenInfo) -> str:
    if before.end[0] == token.start[0]:
        return " " if token.start[1] > before.end[1] else ""
    return "" if before.string in OPENING or token.string in CLOSING else " "


def is_of_article(code: CodeType) -> bool:
    """Return whether code is an article's own, not that of a library that it calls."""
    return code.co_filename.startswith(FILENAME.partition("{")[0])


def position_of(node: ast.expr | ast.stmt) -> Position:
    """Return the position of a node."""
    return node.lineno, node.col_offset, node.end_lineno or node.lineno, node.end_col_offset or node.col_offset


def parse(code: str, number: int = 0) -> CodeBlock:
    """Parse a block. Raises CodeError if it isn't Python, or is too long."""
    text, indent = _without_prompts(code.removeprefix("\ufeff"))
    if text.count("\n") > MOST_LINES:
        raise CodeError(
            f"the block has {text.count(chr(10)):,} lines, but at most {MOST_LINES:,} are read: skip it with "
            "```{.python .skip}",
            block=code,
            lineno=1,
        )
    if "\0" in text:
        lineno = text.count("\n", 0, text.index("\0")) + 1
        raise CodeError("the code is not Python: it contains a null byte", block=code, lineno=lineno)
    try:
        return CodeBlock(code, number, _tree(text), text, indent)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        plain = TYPESET.sub(_as_typed, text)
        variants = dict.fromkeys((plain, NOTEBOOK.sub(r"\1pass", plain)))
        for variant in (candidate for candidate in variants if candidate != text):
            # What is wrong with it is no use: the first error refers to the author's own text.
            with suppress(SyntaxError, ValueError, RecursionError, MemoryError):
                return CodeBlock(code, number, _tree(variant), variant, indent)
        message = error.msg if isinstance(error, SyntaxError) else str(error)
        lineno = (error.lineno if isinstance(error, SyntaxError) else 1) or 1
        line = " ".join([*code.splitlines(), ""][min(lineno, len(code.splitlines())) - 1].split())
        quoted = f": `{line}`" if 0 < len(line) <= 80 else ""
        raise CodeError(f"the code is not Python: {message}{quoted}", block=code, lineno=lineno) from error


def _as_typed(match: re.Match[str]) -> str:
    """Replace a typeset character by the one on a keyboard, so that all others keep their places."""
    if match["kept"] is not None:
        return match[0]
    for name, quote in (("single", "'"), ("double", '"')):
        if match[name] is not None:
            return f"{quote}{match[name]}{quote}"
    if match["sign"] in "−–":
        return "-"
    return unicodedata.normalize("NFKC", match["sign"])


def _tree(text: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes in strings are up to the article
        return ast.parse(text)


def _without_prompts(code: str) -> tuple[str, int]:
    """Strip prompts and output from an interpreter session: `>>> layer = LSTM(4)`."""
    lines = code.split("\n")
    first = next((line for line in lines if line.strip()), "")
    if not first.lstrip().startswith(">>>"):
        return code, 0
    indent = len(first) - len(first.lstrip()) + 4
    return "\n".join(line[indent:] if PROMPT.match(line) else "" for line in lines), indent


@dataclass(frozen=True)
class Site:
    """A place in the article where something happens: a line, and the call at that place, if there is one."""

    block: CodeBlock
    lineno: int
    call: ast.Call | None = None

    def error(self, message: str) -> CodeError:
        """Build an error that points here."""
        return self.block.error(message, self.lineno)

    def argument(self, value: ast.expr | None) -> Site:
        """Point at an argument of the call instead, if it is on a line of its own."""
        return self if value is None else Site(self.block, value.lineno, self.call)


def meant(name: str, names: Iterable[str]) -> str:
    """Suggest a similar name: `: did you mean `units`?`. Empty if there is none."""
    lower = {candidate.lower(): candidate for candidate in names}
    near = get_close_matches(name.lower(), lower, n=1, cutoff=0.7)
    near = near or [word for word in lower if sorted(word) == sorted(name.lower())]  # `GUR`, with letters swapped
    return f": did you mean `{lower[near[0]]}`?" if near else ""


class Blocks:
    """The blocks of an article, which can be looked up by the frames that run them."""

    def __init__(self) -> None:
        self._by_name: dict[str, CodeBlock] = {}
        self._positions: dict[CodeType, list[tuple[int | None, int | None, int | None, int | None]]] = {}
        """For each running code object, the position of each instruction; searching from the start each time is slow.
        """

    def __iter__(self) -> Iterator[CodeBlock]:
        return iter(self._by_name.values())

    def add(self, block: CodeBlock) -> None:
        """Register a block, so that its frames can be recognized."""
        self._by_name[block.filename] = block

    def named(self, filename: str) -> CodeBlock | None:
        """Find a block by the file name of its frames."""
        return self._by_name.get(filename)

    def frame(self, frame: FrameType | None) -> FrameType | None:
        """Find the innermost frame of the article, starting from a frame and going outwards."""
        while frame and frame.f_code.co_filename not in self._by_name:
            frame = frame.f_back
        return frame

    def site(self, frame: FrameType | None) -> Site:
        """Locate the current position in the article, from any frame it has called directly or indirectly."""
        article_frame = self.frame(frame)
        if article_frame is None:
            return Site(next(iter(self._by_name.values())), 1)
        block = self._by_name[article_frame.f_code.co_filename]
        position = self._position_in(article_frame)
        call = block.call_at(position) if article_frame is frame else None
        return Site(block, position[0] if position else article_frame.f_lineno, call)

    def _position_in(self, frame: FrameType) -> Position | None:
        """Return the source position of the current instruction, which Python keeps since 3.11 (PEP 657)."""
        code = frame.f_code
        if code not in self._positions:
            self._positions[code] = list(code.co_positions())
        line, end_line, column, end_column = self._positions[code][frame.f_lasti // 2]
        if line is None or end_line is None or column is None or end_column is None:
            return None
        return line, column, end_line, end_column
