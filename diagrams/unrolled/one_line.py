"""A call of the code block on one line, and where each of its parts stands in that line."""

import ast
import tokenize
from typing import NamedTuple

from .source import Source

OPENING, CLOSING = {"(", "[", "{"}, {")", "]", "}"}
LAYOUT = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}


class OneLine(NamedTuple):
    """The text, and the place of each token: from the position in the block to the one in the text."""

    text: str
    starts: dict[tuple[int, int], int]
    ends: dict[tuple[int, int], int]


def one_line(source: Source, call: ast.Call) -> OneLine:
    """Write a call as the article does, but without comments, line breaks and the module before its name."""
    text = ""
    starts: dict[tuple[int, int], int] = {}
    ends: dict[tuple[int, int], int] = {}
    before: tokenize.TokenInfo | None = None
    for token in _tokens(source, call):
        if before:
            text += _gap(before, token)
        starts[token.start] = len(text)
        text += token.string.replace("\n", " ")
        ends[token.end] = len(text)
        before = token
    return OneLine(text, starts, ends)


def _tokens(source: Source, call: ast.Call) -> list[tokenize.TokenInfo]:
    first, last = source.start_of_name(call.func), source.end(call)
    inside = [
        token for token in source.tokens if token.type not in LAYOUT and first <= token.start and token.end <= last
    ]
    return [token for at, token in enumerate(inside) if not _hangs(token, inside[at + 1 :])]


def _hangs(token: tokenize.TokenInfo, following: list[tokenize.TokenInfo]) -> bool:
    """Recognise the comma that ends a call which is written a line for each argument."""
    return token.string == "," and following[0].string in CLOSING and following[0].start[0] > token.end[0]


def _gap(before: tokenize.TokenInfo, token: tokenize.TokenInfo) -> str:
    if before.end[0] == token.start[0]:
        return " " if token.start[1] > before.end[1] else ""
    return "" if before.string in OPENING or token.string in CLOSING else " "
