"""The order of the guides in the gallery."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from plugins.catalogues import ENGLISH
from plugins.diagrams.entries import Entry
from plugins.diagrams.gallery import Use, galleries


class Article(SimpleNamespace):
    """Equal to itself only, as Pelican's."""

    __hash__ = object.__hash__


def article(name: str, day: int, **metadata: str) -> Any:
    """Return a published article."""
    settings = {"HOME": {"series": "Networks"}}
    date = datetime(2026, 11, day, tzinfo=UTC)
    return Article(lang="en", source_path=name, date=date, metadata=metadata, settings=settings)


def drawn(name: str, by: Any, **reference: bool) -> Entry:
    """Return the script of a figure that an article refers to."""
    shown: Any = SimpleNamespace(
        route=SimpleNamespace(name=name, language=None), **{"is_in_header": False, "is_link": False, **reference}
    )
    return Entry(name, "", "", "", (shown,), (by,), ())


def test_guides_are_in_the_order_in_which_they_are_read() -> None:
    """The series of the home page by its parts; then the others by date, a series where its first part is."""
    guides = [
        article("early", 1),
        article("second", 3, series="Networks", part="2"),
        article("first", 4, series="Networks", part="1"),
        article("later", 9, series="Else"),
        article("between", 7),
        article("sooner", 5, series="Else"),
    ]
    uses = {(it, it.source_path): Use(it, 1, it.source_path) for it in guides}
    (gallery,) = galleries(uses, [drawn(it.source_path, it) for it in guides], [], ENGLISH)
    order = [guide.article.source_path for guide in gallery.guides]
    assert order == ["first", "second", "early", "sooner", "later", "between"]


def test_a_cover_is_not_in_the_gallery() -> None:
    """Unlike a figure that an article links to."""
    guide = article("guide", 1)
    listed = [drawn("cover", guide, is_in_header=True), drawn("linked", guide, is_link=True)]
    (gallery,) = galleries({}, listed, [], ENGLISH)
    assert [diagram.name for diagram in gallery.others] == ["linked"]
