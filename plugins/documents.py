"""A folder of documents as pages of the site: Markdown files without a header, which a forge also shows.

The first line of each, `# Title`, is its title. `README.md` is the page of the whole section, and the links below its
headings give the order of the documents. Links between documents have the form that a forge uses. Below a block of
Markdown, `<!-- shown -->` has the page also show its result. `<!-- Aliases: /docs/old/ -->` in the line below the
title has the URL that a document had before redirect to it.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit
from xml.etree.ElementTree import Element

from markdown import Extension, Markdown
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from pelican import signals

from .html import read, text_of
from .private import html_of, put_html
from .repository import shown_below

INDEX = "README"
ENDING = ".md"
TITLE = "# "
SHOWN = "<!-- shown -->"
ALIASES = re.compile(r"<!-- (Aliases: .+?) -->")
HERE = "{site}/"
"""The start of a URL relative to the site's, until the page's place is known: the site may be in a subfolder of its
host.
"""


@dataclass(frozen=True)
class Section:
    """Documents of one kind, in their order."""

    title: str
    pages: Sequence[Any]


class Title(Preprocessor):
    """Turns the first line into a header, if it is the title of a document."""

    is_document = False

    def run(self, lines: list[str]) -> list[str]:
        """Return the lines, with the first one replaced if necessary."""
        self.is_document = bool(lines) and lines[0].startswith(TITLE)
        if not self.is_document:
            return lines
        title, text = f"Title: {lines[0].removeprefix(TITLE).strip()}", lines[1:]
        aliases = ALIASES.fullmatch(text[0].strip()) if text else None
        header = [title, aliases[1]] if aliases else [title]
        return [*header, "", *_with_what_is_shown(text[1:] if aliases else text)]


def _with_what_is_shown(lines: Sequence[str]) -> Iterator[str]:
    """Add the result of a Markdown block below it if a comment asks for that: a forge shows only the block."""
    fence, block = "", list[str]()
    for line in lines:
        if line.strip() == SHOWN:
            yield from ("", *block, "")
            continue
        yield line
        if fence and line.rstrip() == fence:
            fence = ""
        elif fence:
            block.append(line)
        elif line.startswith("```"):
            fence, block = "`" * (len(line) - len(line.lstrip("`"))), []


class Links(Treeprocessor):
    """Changes links to files, and pictures in `content/`, as a forge has them, to addresses of the site."""

    def __init__(self, md: Markdown, title: Title, extension: Documents) -> None:
        super().__init__(md)
        self._title = title
        self._extension = extension

    def run(self, root: Element) -> None:
        """Change the links of a document. A link without a page becomes plain text, as in a printed book."""
        if not self._title.is_document:
            return
        pictures = f"../{self._extension.getConfig('content')}/"
        for image in root.iter("img"):
            if (address := image.get("src", "")).startswith(pictures):
                image.set("src", f"{{static}}/{address.removeprefix(pictures)}")
        for link in root.iter("a"):
            address = link.get("href", "")
            parts = urlsplit(address)
            if parts.scheme or parts.netloc or not parts.path:
                continue
            to = self._leads_to(unquote(parts.path), f"#{parts.fragment}" if parts.fragment else "")
            if to:
                link.set("href", to)
            else:
                link.tag = "span"
                link.attrib.clear()

    def _leads_to(self, path: str, fragment: str) -> str:
        folder, elsewhere, source = (
            str(self._extension.getConfig(option)) for option in ("folder", "elsewhere", "source")
        )
        file = Path(folder, path)
        if file.parent.resolve() == Path(folder).resolve() and is_document(file):
            return f"{{filename}}{quote(path)}{fragment}"
        pages = dict(line.split("=", 1) for line in elsewhere.split("\n") if line)
        inside = posixpath.normpath(posixpath.join(Path(folder).name, path))
        if inside in pages:
            return f"{HERE}{pages[inside].lstrip('/')}"
        return f"{source}{quote(inside)}{fragment}" if source else ""


class Documents(Extension):
    """Parses Markdown files that start with their title."""

    def __init__(self, **options: object) -> None:
        self.config = {
            "folder": ["docs", "the folder of the documents"],
            "content": ["content", "the folder of pictures, next to it"],
            "elsewhere": ["", "files that have a page elsewhere: a line each, file=address"],
            "source": ["", "the address below which a forge shows files"],
        }
        super().__init__(**options)

    def extendMarkdown(self, md: Markdown) -> None:
        """Register before the header is parsed, and after links are made."""
        title = Title(md)
        md.preprocessors.register(title, "document_title", 28)
        md.treeprocessors.register(Links(md, title, self), "document_links", 5)


def makeExtension(**options: object) -> Documents:
    """Return the extension; python-markdown looks for this name."""
    return Documents(**options)


def folder_of(settings: Mapping[str, Any]) -> Path | None:
    """Return the folder in DOCUMENTS, relative to the content folder's parent; None if it isn't set."""
    named = settings.get("DOCUMENTS")
    return Path(settings["PATH"]).resolve().parent / named if named else None


def is_document(file: Path) -> bool:
    """Return whether a file starts with its title. One with a header is an article, for readers to copy from."""
    if file.suffix != ENDING or not file.is_file():
        return False
    with file.open(encoding="utf-8", errors="replace") as text:
        return text.readline().startswith(TITLE)


def _begin(generator: Any) -> None:
    """Add the folder to Pelican's pages. All but the index are hidden, Pelican's term for pages that are in no menu."""
    settings, folder = generator.settings, folder_of(generator.settings)
    if folder is None:
        return
    path = Path(os.path.relpath(folder, Path(settings["PATH"]).resolve())).as_posix()
    if path not in settings["PAGE_PATHS"]:
        settings["PAGE_PATHS"] = [*settings["PAGE_PATHS"], path]
    metadata = dict(settings["EXTRA_PATH_METADATA"])
    for file in folder.glob(f"*{ENDING}"):
        slug = folder.name if file.stem == INDEX else f"{folder.name}/{file.stem}"
        status = "published" if file.stem == INDEX else "hidden" if is_document(file) else "skip"
        metadata[f"{path}/{file.name}"] = {"slug": slug, "template": "document", "status": status}
    settings["EXTRA_PATH_METADATA"] = metadata


def _read(readers: Any) -> None:
    """Have Markdown parse documents, before Pelican makes its readers."""
    folder = folder_of(readers.settings)
    markdown_settings = readers.settings["MARKDOWN"]
    if folder is None or __name__ in markdown_settings.get("extensions", []):
        return
    elsewhere = "\n".join(f"{file}={to}" for file, to in readers.settings.get("DOCUMENTS_ELSEWHERE", {}).items())
    options = {
        "folder": str(folder),
        "content": Path(readers.settings["PATH"]).resolve().name,
        "elsewhere": elsewhere,
        "source": shown_below(readers.settings),
    }
    readers.settings["MARKDOWN"] = markdown_settings | {
        "extensions": [*markdown_settings.get("extensions", []), __name__],
        "extension_configs": {**markdown_settings.get("extension_configs", {}), __name__: options},
    }


def _sort(generator: Any) -> None:
    """Sort the documents, and set the section and neighbours of each."""
    folder = folder_of(generator.settings)
    if folder is None:
        return
    documents = {
        Path(page.source_path).stem: page
        for page in (*generator.pages, *generator.hidden_pages)
        if Path(page.source_path).parent.resolve() == folder.resolve()
    }
    if INDEX not in documents:
        return
    index = documents.pop(INDEX)
    sections = [*_sections(index, documents)]
    index.sections = sections
    order = [index, *(page for section in sections for page in section.pages)]
    for place, page in enumerate(order):
        up = posixpath.relpath(".", posixpath.dirname(page.url))
        put_html(page, html_of(page).replace(f'"{HERE}', f'"{up}/'))
        page.within = index
        page.before = order[place - 1] if place else None
        page.after = order[place + 1] if place + 1 < len(order) else None
    for section in sections:
        for page in section.pages:
            page.section = section.title
    generator.context["documents"] = order[1:]


def _sections(index: Any, documents: Mapping[str, Any]) -> Iterator[Section]:
    """Read from the index which documents belong to which heading; others come last."""
    titles: list[str] = []
    below: dict[str, list[Any]] = {}
    remaining = dict(documents)
    for node in read(html_of(index)).css("h2, a[href]"):
        if node.tag == "h2":
            titles.append(text_of(node))
        else:
            name = Path(unquote((node.attributes["href"] or "").removeprefix("{filename}"))).stem
            if titles and name in remaining:
                below.setdefault(titles[-1], []).append(remaining.pop(name))
    yield from (Section(title, pages) for title, pages in below.items())
    if remaining:
        yield Section("", [remaining[name] for name in sorted(remaining)])


def register() -> None:
    """Connect the plugin."""
    signals.readers_init.connect(_read)
    signals.page_generator_init.connect(_begin)
    signals.page_generator_finalized.connect(_sort)
