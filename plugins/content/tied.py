"""Words that repeat an argument in the code, `[4]{param=units}`, but differ from it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ..claims import TIED, claims_in
from ..figures.markdown import Block
from .code import values_in
from .findings import WARNING, Finding
from .numbers import NUMBERS
from .reading import Read


def findings(article: Read) -> Iterator[Finding]:
    """Compare each tied word in an article with the code."""
    for line, tied in claims_in(article.source.prose, TIED):
        said = _said_otherwise(article, line, tied)
        if said:
            yield Finding(WARNING, article.file, line, *said)


def _said_otherwise(article: Read, line: int, tied: re.Match[str]) -> tuple[str, str] | None:
    """Return what is wrong with a tied word, and what to do."""
    words, argument, name = tied["words"], tied["param"], tied["code"]
    if name and article.source.named(name) is None:
        return f"no Python block has the id {name}", f"give it to the block you mean: ```python {{#{name}}}"
    block = article.source.named(name) if name else _nearest(article, line, argument)
    values = values_in(block.text, argument) if block else []
    if block is None or not values:
        where = f"the block {name}" if name else "no Python block"
        says = f"{where} {'does not set' if name else 'sets'} {argument}"
        return says, "name an argument that it sets, or a block that sets it: {param=units code=ID}"
    if value_of(words) in values:
        return None
    known = " and ".join(map(str, dict.fromkeys(values)))
    return (
        f"“{words}” is linked to {argument}, but the code in line {block.line} has {known}",
        f"write {known} here, too",
    )


def _nearest(article: Read, line: int, argument: str) -> Block | None:
    """Find the block that is meant: the nearest above with the argument, or else the next below."""
    saying = [block for block in article.source.blocks if values_in(block.text, argument)]
    above = [block for block in saying if block.end < line]
    return above[-1] if above else next(iter(saying), None)


def value_of(words: str) -> object:
    """Read words as a value: a number in digits or words, True, a string without its quotes."""
    plain = words.strip("`*_ ")
    if plain.lower() in NUMBERS:
        return NUMBERS.index(plain.lower()) + 1
    try:
        value: object = ast.literal_eval(plain)
    except (ValueError, SyntaxError):
        return plain
    return value
