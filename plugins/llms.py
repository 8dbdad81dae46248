"""Copies of articles in Markdown, and `llms.txt`, which lists them, for programs that read text rather than pages."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pelican import signals

from .building.generators import PUBLISHED, FileGenerator, articles_of
from .building.incremental import on_edit
from .building.pages import plugin as writing
from .building.values import digest_of
from .feeds import tree_elsewhere
from .figures.markdown import Block
from .figures.site import plugin as figures
from .files import write_atomically
from .html import Node, plain
from .notebooks.downloads import Code, Writing
from .notebooks.ipynb import fence_for
from .settings import home

ENDING = ".md"
"""Added to the whole name of a page's file, as llmstxt.org proposes."""


class Copy(Writing):
    """Converts an article's HTML to Markdown, code blocks and what they print included."""

    def text(self, root: Node) -> str:
        """Return the whole article."""
        return "\n\n".join(_fenced(part) if isinstance(part, Code) else part for part in self.article(root))

    def _image(self, node: Node) -> str:
        """Say what an image shows; its size doesn't matter here."""
        alt = (node.attributes.get("alt") or "").replace("[", "\\[").replace("]", "\\]")
        return f"![{alt}]({quote(node.attributes.get('src') or '', safe=':/?&=#%')})"


def _fenced(code: Code) -> str:
    """Return a block of code, and below it what it prints."""
    blocks = [(code.block.language, code.block.text), *([("text", code.shown)] if code.shown else [])]
    fences = [(fence_for(text), language, text.strip("\n")) for language, text in blocks]
    return "\n\n".join(f"{fence}{language}\n{text}\n{fence}" for fence, language, text in fences)


def copy_of(title: str, html: str, page: str, blocks: Sequence[Block]) -> str:
    """Return an article in Markdown, with absolute links."""
    return f"# {title}\n\n<{page}>\n\n{Copy(blocks, '').text(tree_elsewhere(html, page))}\n"


class Llms:
    """Carries the articles of a run from signal to signal."""

    def __init__(self) -> None:
        self.articles: list[Any] = []

    def list(self, generators: Sequence[Any]) -> None:
        """Note what is published."""
        self.articles = [*articles_of(generators, *PUBLISHED)]


plugin = Llms()


@on_edit()
class Copies(FileGenerator):
    """Writes a copy next to each published article's page, and the list of them."""

    def generate_output(self, _writer: Any) -> None:
        """Write nothing without the setting, or without the site's URL, which links need."""
        save_as, site = self.settings.get("LLMS_SAVE_AS"), home(self.settings)
        if not save_as or not site:
            return
        by_topic: dict[str, list[str]] = defaultdict(list)
        names = self.settings.get("TOPIC_NAMES", {})
        for article in (article for article in plugin.articles if article.save_as):  # two may have one URL
            path = f"{Path(article.save_as).as_posix()}{ENDING}"
            self._write_copy(article, path, site)
            summary = plain(article.summary).strip()
            about = f": {' '.join(summary.split())}" if summary else ""
            topic = plain(names.get(article.category.name, article.category.name))
            by_topic[topic].append(f"- [{plain(article.title)}]({site}/{quote(path)}){about}")
        subtitle = plain(self.settings.get("SITESUBTITLE") or "")
        paragraphs = [f"# {plain(self.settings['SITENAME'])}", *([f"> {subtitle}"] if subtitle else [])]
        paragraphs += [f"## {topic}\n\n" + "\n".join(lines) for topic, lines in by_topic.items()]
        write_atomically(Path(self.output_path, save_as), ("\n\n".join(paragraphs) + "\n").encode())

    def _write_copy(self, article: Any, path: str, site: str) -> None:
        reading = figures.run.readings.get(article) if figures.run else None
        blocks = reading.shown if reading else ()
        html, title, page = str(article.get_content(site)), plain(article.title), posixpath.join(site, article.url)
        made_of = digest_of(f"{title} {page} {html} {blocks}")
        if writing.run and writing.run.knows(path, made_of):
            writing.run.keep(path)
            return
        write_atomically(Path(self.output_path, path), copy_of(title, html, page, blocks).encode())
        if writing.run:
            writing.run.wrote(path, made_of)


def register() -> None:
    """Connect the plugin."""
    signals.all_generators_finalized.connect(plugin.list)
    signals.get_generators.connect(Copies.offer)
