"""What articles ask of the scripts, and what is wrong with it: read as in a build, but nothing runs or is drawn."""

import logging
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from pelicanconf import MARKDOWN
from plugins.figures.articles import ArticleImages, Run
from plugins.figures.markdown import read
from plugins.figures.report import entry
from plugins.figures.requests import Request, requests_of
from plugins.figures.settings import Settings
from plugins.figures.signature import Signature
from tests.cases import Case, check_entry, header_of


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
    assert len(entries) == sum(map(len, case.said.values())), entries
    for name, said in case.said.items():
        lines = (root / f"content/nlp/{name}.md").read_text("utf-8").splitlines()
        for line, _, words in (it.partition(": ") for it in said):
            place = f"content/nlp/{name}.md:{line}: "
            (found,) = (it for it in entries if it.startswith(place))
            check_entry(found, words)
            there = lines[int(line) - 1]
            assert found.removeprefix(place).partition("\n")[0] in there or "][" in there


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
    header, body = header_of(path.stem, text)
    head = "".join(f"{key}: {value}\n" for key, value in header.items())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{head}\n{body}".replace("ROOT", str(path.parents[2])), "utf-8")
    said = {key.lower(): value for key, value in header.items()}
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
