"""Cases of a test in a Markdown file next to it: a heading, indented code, and lines with what is expected of it.

    ## A slip in a layer
        model = Sequential()
        model.add(SimpleRNNN(4))
    > 2: did you mean `SimpleRNN`

A case with an error expects `LINE: WORDS` of it, where ` … ` stands for any words between. A heading of the first level
begins a section.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from unrolled.errors import CodeError


@dataclass(frozen=True)
class Case:
    """Code, and what is expected of it, line by line."""

    name: str
    code: str
    expected: tuple[str, ...]


def cases(file: Path, section: str = "") -> list[Any]:
    """Return the cases of a file, or of one of its sections, as parameters of a test."""
    sections = re.split("^# ", file.read_text("utf-8"), flags=re.M)[1:]
    chosen = [re.split("^## ", text, flags=re.M)[1:] for text in sections if text.startswith(section)]
    found = [_case(piece) for pieces in chosen for piece in pieces]
    assert found, f"{file} has no section {section!r}"
    return [pytest.param(case, id=case.name) for case in found]


def _case(piece: str) -> Case:
    name, *lines = piece.rstrip().split("\n")
    expected = [line for line in lines if line.startswith("> ")]
    code = lines[: len(lines) - len(expected)]
    assert expected == lines[len(code) :], f"what is expected ends the case {name!r}"
    assert not [line for line in code if line and not line.startswith("    ")], f"the code of {name!r} is indented"
    return Case(name, dedent("\n".join([*code, ""])), tuple(line[2:] for line in expected))


def check_message(message: str, words: str) -> None:
    """Check that a message has some words; ` … ` stands for any between them."""
    assert re.search(".*".join(map(re.escape, words.split(" … "))), " ".join(message.split())), message


def check_error(case: Case, read: Any) -> None:
    """Check that reading a case's code is an error at the line, with the words, that it expects."""
    line, _, words = case.expected[0].partition(": ")
    with pytest.raises(CodeError) as caught:
        read(case.code)
    assert (caught.value.block, caught.value.lineno) == (case.code, int(line))
    check_message(str(caught.value), words)
