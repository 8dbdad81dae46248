"""What articles ask of the scripts, and what is wrong with it: read as in a build, but nothing runs or is drawn."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pelicanconf import MARKDOWN
from plugins.figures.articles import ArticleImages, Run
from plugins.figures.markdown import read
from plugins.figures.report import entry
from plugins.figures.requests import Request, requests_of
from plugins.figures.settings import Settings
from plugins.figures.signature import Signature

FIGURE = re.compile(r"([\w.-]+) = ?(.*)")
ERROR = re.compile(r"(?:([\w.-]+)\.md:)?(\d+): (.+)")


@dataclass(frozen=True)
class Case:
    """A promise, the articles about it, the figures that they ask for, and the report's entries as words at lines."""

    name: str
    articles: Mapping[str, str]
    figures: Mapping[str, str]
    errors: Sequence[tuple[str, int, Sequence[str]]]


def cases(file: Path) -> list[Any]:
    """Read a file of cases as parameters of a test: a heading, articles, and what is expected, after `> `.

    `--- NAME` starts another article, whose first lines `Key: value` belong to its header; a body starts at line 6.
    `> FIGURE = BLOCK ABOVE / ITS CODE; ARGUMENTS` is each figure, `> LINE: WORDS | OTHER WORDS` each error.
    """
    found = []
    for piece in re.split(r"^## ", file.read_text("utf-8"), flags=re.M)[1:]:
        name, _, text = piece.partition("\n\n")
        body, *expected = re.split(r"^> ", text.rstrip() + "\n", flags=re.M)
        pieces = re.split(r"^--- (\S+)\n", body if body.startswith("--- ") else f"--- guide\n{body}", flags=re.M)[1:]
        articles = dict(zip(pieces[::2], pieces[1::2], strict=True))
        figures = dict(it.groups() for it in map(FIGURE.fullmatch, map(str.strip, expected)) if it)
        errors = [
            (it[1] or next(iter(articles)), int(it[2]), it[3].split(" | "))
            for it in map(ERROR.fullmatch, map(str.strip, expected))
            if it
        ]
        assert len(figures) + len(errors) == len(expected), name
        found.append(pytest.param(Case(name, articles, figures, errors), id=name))
    return found


def ask(root: Path, articles: Mapping[str, str], **markdown: Any) -> tuple[Mapping[str, Request], list[str]]:
    """Return the requests of some articles, by figure, and the entries of the report."""
    settings = Settings.of({"PATH": str(root / "content"), "OUTPUT_PATH": str(root / "output")})
    run, heard = Run(settings), _Heard()
    log = logging.getLogger("plugins.figures.articles")
    log.addHandler(heard)
    try:
        for name, text in sorted(articles.items()):
            ArticleImages(run, _article(root / f"content/nlp/{name}.md", text, markdown), {"static_links": set()}).all()
    finally:
        log.removeHandler(heard)
    references = [it for marked in run.asked.values() for it in marked.values()]
    asked = requests_of(references, lambda script: Signature.of(script.read_bytes()), settings)
    refused = [
        entry(f"{settings.shown(it.article)}:{it.line}", it.address, problem) for it, problem in asked.refused.items()
    ]
    return asked.requests, [*heard.said, *refused]


def check(root: Path, case: Case, **markdown: Any) -> None:
    """Check that its articles ask for its figures and have its errors, each for what its line says, and no others."""
    requests, entries = ask(root, case.articles, **markdown)
    assert {name: _described(request) for name, request in requests.items()} == case.figures
    assert len(entries) == len(case.errors), entries
    for name, line, words in case.errors:
        place = f"content/nlp/{name}.md:{line}: "
        (found,) = (it for it in entries if it.startswith(place))
        assert not [it for it in words if it not in found], found
        lines = (root / f"content/nlp/{name}.md").read_text("utf-8").splitlines()
        assert found.removeprefix(place).partition("\n")[0] in lines[line - 1] or "][" in lines[line - 1]


def _described(request: Request) -> str:
    """Return a figure's code, below the blocks above it, and its arguments."""
    given = {key: value for key in ("given", "model") if (value := getattr(request, key))}
    arguments = [f"{key}={value!r}" for key, value in sorted({**request.arguments, **given}.items())]
    code = [
        " / ".join(it.strip() for it in (*request.above.get(parameter, ()), own))
        for parameter, own in request.code.items()
    ]
    return "; ".join(filter(None, (" + ".join(code), " ".join(arguments))))


class _Article(SimpleNamespace):
    __hash__ = object.__hash__


class _Heard(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


def _article(path: Path, text: str, markdown: Mapping[str, Any]) -> Any:
    """Write an article, and return what the figure plugin reads of Pelican's."""
    head, _, body = text.partition("\n\n") if re.match(r"[A-Z]\w+: ", text) else ("", "", text)
    head = f"Title: T\nDate: 2026-11-01\nCategory: nlp\nSlug: {path.stem}\n{head}".rstrip()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{head}\n\n{body.lstrip()}".replace("ROOT", str(path.parents[2])), "utf-8")
    said = {key.lower(): value for key, value in re.findall(r"^(\w+): (.*)$", head, re.M)}
    extensions = ["markdown.extensions.meta", *markdown.get("extensions", MARKDOWN["extensions"])]

    def converted(text: str) -> str:
        return read(text, **{**MARKDOWN, **markdown, "extensions": extensions})[0]

    if "summary" in said:
        said["summary"] = converted(said["summary"])
    return _Article(
        source_path=str(path),
        _content=converted(path.read_text("utf-8")),
        metadata=said,
        status=said.get("status", "published"),
        lang=said.get("lang", "en"),
        relative_dir="nlp",
        settings={"FORMATTED_FIELDS": ["summary"], "DEFAULT_LANG": "en", "THEME": ""},
    )
