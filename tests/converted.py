"""Texts and what becomes of them, as cases in a Markdown file next to a test: a heading, why, the text, the result.

    # What the cases of one test have in common

    ## A setext heading is a heading
    As in Markdown.

        Words
        ===
    > <h1>Words</h1>

The text is indented. Then lines say what the result is or has: `> ` is a line of the result, which has no others;
`+ WORDS` are in it, with anything in place of ` … `; `2 WORDS` as often as that, `- WORDS` not at all; `= TEXT` is a
text that becomes the same, in which `↵` is the end of a line.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

EXPECTED = re.compile(r"^([>+=-]|\d+)(?: (.*))?$")


@dataclass(frozen=True)
class Case:
    """A text, and what its result is or has: pairs of a sign and words."""

    text: str
    expected: tuple[tuple[str, str], ...]

    def check(self, convert: Callable[[str], str]) -> None:
        """Convert the text, and compare the result with what is expected."""
        result = convert(self.text)
        whole = [words for sign, words in self.expected if sign == ">"]
        assert not whole or result == "\n".join(whole), result
        for sign, words in self.expected:
            if sign == "=":
                assert result == convert(words.replace("↵", "\n")), result
            elif sign == "+":
                assert re.search(".*".join(map(re.escape, words.split(" … "))), result, re.S), f"{words} in {result}"
            elif sign != ">":
                assert result.count(words) == int(sign.replace("-", "0")), f"{words} in {result}"


def cases(file: Path, section: str) -> list[Any]:
    """Return the cases of a section as parameters of a test."""
    found = []
    (whole,) = re.findall(rf"^# {re.escape(section)}\n(.*?)(?=^# |\Z)", file.read_text("utf-8"), re.M | re.S)
    for piece in re.split(r"^## ", whole, flags=re.M)[1:]:
        name, _, rest = piece.partition("\n")
        text = "".join(re.findall(r"^(?:    .*|)\n", rest, re.M))
        expected = tuple((it[1], it[2] or "") for it in map(EXPECTED.match, rest.splitlines()) if it)
        assert text.strip(), name
        assert expected, name
        found.append(pytest.param(Case(dedent(text).strip("\n"), expected), id=name))
    return found
