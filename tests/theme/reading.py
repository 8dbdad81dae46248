"""A built site, read tag by tag."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

VOID = {"br", "hr", "img", "input", "link", "meta", "source"}


@dataclass(frozen=True)
class Element:
    """A tag of a page, with its attributes and the tags around it."""

    tag: str
    attributes: dict[str, str]
    around: tuple[str, ...]
    words: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())


class Page(HTMLParser):
    """The elements of a built page, in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        element = Element(tag, attributes, tuple(parent.tag for parent in self._open))
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop().tag != tag:
            pass

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.words.append(data)

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """Return the elements with that tag and these attribute values; for a class, one of its words."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            element
            for element in self.elements
            if element.tag == tag
            and all(value in element.attributes.get(name, "").split() for name, value in wanted.items())
        ]


@dataclass(frozen=True)
class Site:
    """A built site."""

    root: Path

    @property
    def pages(self) -> dict[str, Page]:
        """Every page by its path in the output folder."""
        return {str(path.relative_to(self.root)): self.page(path) for path in sorted(self.root.rglob("*.html"))}

    def page(self, path: Path | str) -> Page:
        return Page((self.root / path).read_text(encoding="utf-8"))
