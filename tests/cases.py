"""Cases of tests in Markdown: articles, the scripts that they show, and what is expected."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

HEADER = re.compile(r"(?:[A-Z]\w+: .*\n)+\n?")
EXPECTED = re.compile(r"(?:^|\n)((?:> .*\n)+)\Z")
FIGURE = re.compile(r"([\w.-]+) = ?(.*)")
ERROR = re.compile(r"(?:([\w.-]+)\.md:)?(\d+: .+)", re.S)


@dataclass(frozen=True)
class Case:
    """A promise, articles and scripts, the figures that these ask for, and each article's entries in the report.

    An entry is written as `LINE: WORDS | WORDS BELOW ITS FIRST LINE`.
    """

    name: str
    articles: Mapping[str, str]
    scripts: Mapping[str, str]
    figures: Mapping[str, str]
    said: Mapping[str, Sequence[str]]


def cases(file: Path, article: str = "") -> list[Any]:
    """Read a file of cases as parameters of a test: a heading, files, and at the end, in a quote, what is expected.

    The first file is an `article`, or named like the heading; `--- NAME` starts another article, `--- NAME.py` a
    script. Lines such as `Key: value` on top of an article belong to its header; a body starts at line 6, or below
    that. `> FIGURE = BLOCK ABOVE / ITS CODE; ARGUMENTS` is each figure. `> LINE: WORDS | WORDS BELOW` is each entry of
    the report, which may have more lines, indented as there.
    """
    found = []
    for piece in re.split(r"^## ", file.read_text("utf-8"), flags=re.M)[1:]:
        name, _, text = piece.partition("\n")
        first = article or re.sub(r"\W+", "-", name.lower())
        expected = EXPECTED.search(text := f"{text.rstrip()}\n")
        body = text[: expected.start()].strip("\n") + "\n" if expected else text
        body = body if body.startswith("--- ") else f"--- {first}\n{body}"
        pieces = re.split(r"^--- (\S+)\n", body, flags=re.M)[1:]
        files = dict(zip(pieces[::2], pieces[1::2], strict=True))
        articles = {path: text for path, text in files.items() if not path.endswith(".py")}
        scripts = {path[:-3]: text for path, text in files.items() if path.endswith(".py")}
        figures: dict[str, str] = {}
        said: dict[str, list[str]] = {}
        for it in re.split(r"^> (?! )", expected[1], flags=re.M)[1:] if expected else ():
            told = it.rstrip().replace("\n> ", "\n")
            if figure := FIGURE.fullmatch(told):
                figures[figure[1]] = figure[2]
            elif error := ERROR.fullmatch(told):
                said.setdefault(error[1] or next(iter(articles)), []).append(error[2])
            else:
                raise ValueError(f"{file.name}: {name}: {told}")
        found.append(pytest.param(Case(name, articles, scripts, figures, said), id=name))
    return found


def header_of(name: str, text: str) -> tuple[dict[str, str], str]:
    """Return an article's header, with what a test doesn't care about, and its body."""
    own = HEADER.match(text)
    said = dict(line.split(": ", 1) for line in own[0].split("\n") if line) if own else {}
    usual = {"Title": name.title(), "Date": "2026-11-01", "Category": "nlp", "Slug": name}
    return {**usual, **said}, text[own.end() if own else 0 :]


def check_entry(entry: str, words: str) -> None:
    """Check the words of an entry of the report: all but the first are below its first line."""
    first, *others = words.split(" | ")
    assert first in entry, entry
    assert not [it for it in others if it not in entry.partition("\n")[2]], entry
