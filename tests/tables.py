r"""Cases of a test in a Markdown file next to it, `x.md` for `test_x.py`: texts and what becomes of them, or rows.

    # What the cases of one test have in common

    ## A line above signs of equality is a heading
    As in Markdown.

        Words
        ===
    > <h1>Words</h1>

The text is indented. Then lines say what the result is or has: `> ` is a line of the result, which has no others;
`+ WORDS` are in it, with anything in place of ` … `; `2 WORDS` as often as that, `- WORDS` not at all; `= TEXT` is a
text that becomes the same, in which `↵` is the end of a line.

    # What the rows have in common

    | text | result |
    |---|---|
    | `3` | 3 |

A cell in grave accents is text, in which `↵` is the end of a line; another is a value of Python's, or text as well. A
bar in a cell is written as `\|`.
"""

import re
from ast import literal_eval
from collections.abc import Callable
from contextlib import suppress
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


def texts(test: str, section: str) -> pytest.MarkDecorator:
    """Run a test for the texts of a section of its file of cases, each as its argument `case`."""
    found = []
    for piece in re.split(r"^## ", _section(test, section), flags=re.M)[1:]:
        name, _, rest = piece.partition("\n")
        text = "".join(re.findall(r"^(?:    .*|)\n", rest, re.M))
        expected = tuple((it[1], it[2] or "") for it in map(EXPECTED.match, rest.splitlines()) if it)
        assert text.strip(), name
        assert expected, name
        found.append(pytest.param(Case(dedent(text).strip("\n"), expected), id=name))
    return pytest.mark.parametrize("case", found)


def table(test: str, section: str) -> pytest.MarkDecorator:
    """Run a test for the rows of a section of its file of cases, whose first row names the arguments."""
    names, _, *lines = re.findall(r"^\| ?(.*?) ?\|$", _section(test, section), re.M)
    rows = [pytest.param(*map(_value, re.split(r" \| ", line)), id=line) for line in lines]
    return pytest.mark.parametrize(names.replace(" | ", ","), rows)


def blocks(test: str) -> dict[str, str]:
    """Return the indented texts of a test's file of cases, by their headings."""
    found = re.findall(r"^## (.*)\n\n?((?:    .*\n|\n(?=    ))+)", _file(test), re.M)
    return {name: dedent(text) for name, text in found}


def _value(cell: str) -> Any:
    cell = cell.replace("\\|", "|")
    if text := re.fullmatch("(`+)(.*)\\1", cell):
        inner = re.sub(r"^ (.*`.*) $", r"\1", text[2])  # as in Markdown, spaces keep accents apart
        return inner.replace("↵", "\n")
    with suppress(ValueError, SyntaxError):
        return literal_eval(cell)
    return cell


def _section(test: str, section: str) -> str:
    (found,) = re.findall(rf"^# {re.escape(section)}\n(.*?)(?=^# |\Z)", _file(test), re.M | re.S)
    return str(found)


def _file(test: str) -> str:
    return Path(test).with_name(Path(test).stem.removeprefix("test_") + ".md").read_text("utf-8")
