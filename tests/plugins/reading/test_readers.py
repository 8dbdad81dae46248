"""The faster reader gives the same results as Pelican's own, whatever was read before."""

import gc
import itertools
import sys
import types
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pymdownx.highlight
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor
from pelican import readers as pelican_readers
from pelican.settings import DEFAULT_CONFIG, configure_settings

import pelicanconf
from plugins.figures.site import MARKDOWN
from plugins.reading import readers
from plugins.reading.readers import MarkdownReader
from tests.sampling import sampled, some

CONTENT = sorted(Path(pelicanconf.PATH).rglob("*.md"))
PIECES = Path(__file__).with_name("pieces.md").read_text("utf-8").removesuffix("\n").split("\n--8<--\n")
"""Pieces of articles that might affect each other."""


@cache
def settings(*extensions: str, stock: bool = False) -> dict[str, Any]:
    """Return the settings of our site, or of one without any for Markdown."""
    own = {} if stock else {"MARKDOWN": {**pelicanconf.MARKDOWN}}
    made: dict[str, Any] = configure_settings(DEFAULT_CONFIG | own | {"PATH": str(CONTENT[0].parent), "PLUGINS": []})
    if not stock:
        made["MARKDOWN"]["extensions"] = [*made["MARKDOWN"]["extensions"], *MARKDOWN, "plugins.citations", *extensions]
    return made


def known(reader: Any, path: Path) -> str:
    """Read an article, and describe the result; categories and the like by their names."""
    return repr(reader.read(str(path)))


@pytest.fixture(scope="module")
def ours() -> MarkdownReader:
    """Return one reader for all tests: what one leaves behind must not affect the next."""
    return MarkdownReader(settings())


@pytest.mark.parametrize("path", some(CONTENT, one_in=6), ids=lambda path: path.stem)
def test_our_articles_are_read_as_by_pelican(ours: MarkdownReader, path: Path) -> None:
    """One after the other."""
    assert known(ours, path) == known(pelican_readers.MarkdownReader(settings()), path)


ARTICLES = st.lists(st.lists(st.sampled_from(PIECES), max_size=7), min_size=2, max_size=4)


@given(articles=ARTICLES)
@sampled(400, at_once=20)
def test_nothing_of_one_article_is_in_another(
    ours: MarkdownReader, articles: list[list[str]], tmp_path_factory
) -> None:
    """Footnotes, abbreviations, links, ids, captions, unclosed blocks, in any order."""
    stock = pelican_readers.MarkdownReader(settings())
    path = tmp_path_factory.getbasetemp() / "article.md"
    for pieces in articles:
        head = [piece for piece in pieces if piece.startswith(("Summary:", "Tags:"))]
        body = [piece for piece in pieces if piece not in head]
        path.write_text("\n".join(["Title: One", *head, "", "\n\n".join(body)]), "utf-8")
        assert known(ours, path) == known(stock, path)


@given(articles=ARTICLES)
@sampled(100, at_once=8)
def test_a_stock_site_is_read_as_by_pelican(articles: list[list[str]], tmp_path_factory) -> None:
    """With codehilite, Pelican's default for Markdown."""
    stock, quick = (kind(settings(stock=True)) for kind in (pelican_readers.MarkdownReader, MarkdownReader))
    path = tmp_path_factory.getbasetemp() / "stock.md"
    for pieces in articles:
        path.write_text("Title: One\n\n" + "\n\n".join(pieces), "utf-8")
        assert known(quick, path) == known(stock, path)


class Numbering(Postprocessor):
    """Counts, and forgets nothing."""

    def __init__(self, md: Any, count: Any) -> None:
        super().__init__(md)
        self.seen: list[str] = []
        self.count = count

    def run(self, text: str) -> str:
        self.seen.append(text)
        return f"{text}<p>{len(self.seen)} {next(self.count)}</p>"


class Forgetful(Extension):
    """Can't be reset."""

    count: Any = staticmethod(lambda: iter(range(0)))

    def extendMarkdown(self, md: Any) -> None:  # noqa: N802 - python-markdown's name
        md.postprocessors.register(Numbering(md, self.count()), "numbering", 1)


class Always:
    """Counts nothing, in Python."""

    def __next__(self) -> int:
        return 0


@pytest.fixture(params=[Always, itertools.count])
def extension(request: Any, monkeypatch: Any) -> Iterator[str]:
    """Make an extension that anyone may have written, by name."""
    module = types.ModuleType("strangers")
    monkeypatch.setattr(Forgetful, "count", staticmethod(request.param))
    module.makeExtension = lambda **options: Forgetful(**options)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "strangers", module)
    readers._told.clear()
    return "strangers"


def test_an_extension_does_not_have_to_support_resetting(extension: str, capsys: Any) -> None:
    """It is restored anyway; if that isn't possible, there is a new one for each article, with a note."""
    reader, stock = (kind(settings(extension)) for kind in (MarkdownReader, pelican_readers.MarkdownReader))
    for path in (CONTENT[0], CONTENT[0], CONTENT[-1]):
        assert known(reader, path) == known(stock, path)
    MarkdownReader(settings(extension)).read(str(CONTENT[0]))
    said = "Markdown is set up again for each article, which is slower, because an extension has itertools.count"
    assert capsys.readouterr().out.count(said) == (Forgetful.count is itertools.count)


def test_an_extension_object_is_registered_for_each_article(capsys: Any) -> None:
    """It belongs to the settings, and keeps its state."""
    readers._told.clear()
    own = {**settings(), "MARKDOWN": {"extensions": [Forgetful()], "extension_configs": {}, "output_format": "html5"}}
    reader = MarkdownReader(own)
    assert reader._markdown() is not reader._markdown()
    assert "is an object, Forgetful()" in capsys.readouterr().out


def test_an_unreadable_article_leaves_nothing_behind(ours: MarkdownReader, tmp_path: Path) -> None:
    """Neither in the next one, nor in the garbage collector's state, nor in other modules."""
    path = tmp_path / "bad.md"
    path.write_text("Title: One\nDate: never\n\nGRU[^1]\n\n[^1]: A note.\n\n*[GRU]: Unit\n", "utf-8")
    before = pymdownx.highlight.BlockHtmlFormatter
    for _ in range(2):
        with pytest.raises(ValueError, match="never"):
            ours.read(str(path))
        assert gc.isenabled()
        assert pymdownx.highlight.BlockHtmlFormatter is before
    assert known(ours, CONTENT[0]) == known(pelican_readers.MarkdownReader(settings()), CONTENT[0])


def test_changed_settings_take_effect(tmp_path: Path) -> None:
    """Another plugin may change them after the reader is created."""
    own = {**settings(), "MARKDOWN": {"extensions": [], "extension_configs": {}}}
    reader = MarkdownReader(own)
    path = tmp_path / "a.md"
    path.write_text("Title: One\n\na | b\n--|--\n1 | 2\n", "utf-8")
    assert "<table>" not in reader.read(str(path))[0]
    own["MARKDOWN"]["extensions"].append("markdown.extensions.tables")
    assert "<table>" in reader.read(str(path))[0]
