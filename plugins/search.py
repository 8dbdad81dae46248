"""The search: an index, made by Pagefind when the pages are written, and a search page for each language."""

from __future__ import annotations

import gzip
import json
import logging
import re
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pagefind_bin
from pelican import signals
from pelican.generators import Generator, PelicanTemplateNotFound

from .files import copy_atomically
from .html import Tag, parse

log = logging.getLogger(__name__)

FOLDER = "pagefind"
"""Where the index is in the output, unless SEARCH_INDEX says otherwise; if that is empty there is none."""
UNUSED = ("pagefind-component-ui.*", "pagefind-highlight.js", "pagefind-modular-ui.*", "pagefind-ui.*", "*.pf_fragment")
"""What the theme has its own for: Pagefind's surfaces, of half a megabyte, and the whole text of a page in one file."""
ENTRY = "pagefind-entry.json"
NO_WORDS = ".more, .steps, .param, .vary, .data > :first-child, summary, .values, .names, .asked"
"""What a reader does not look for: buttons and values of figures, and on the Diagrams page who shows which."""
EMPTY = "did not contain any html files"
"""What Pagefind says of a site without words, where there is nothing to find, and nothing wrong."""
TIMEOUT_S = 120

HITS, PLATES = "hits", "plates"
"""Folders in that of the index: what the search page shows of a page it has found, and its picture."""
PIECE, EXCERPT = 200, 24
"""Words in a file of hits, and how many of the next come with them, so that an excerpt is always in one file whole."""
SIGNATURE = b"pagefind_dcd"
"""What is before the JSON in Pagefind's files."""
LANGUAGES = "search_languages"
"""In templates, the address of the search page for each language in which there is something to find."""


class Search(Generator):  # type: ignore[misc]  # Pelican has no types
    """Writes the search pages of further languages, and an index of what other generators have written before it."""

    def generate_context(self) -> None:
        """Read nothing."""

    def generate_output(self, writer: Any) -> None:
        """Index what is in `data-pagefind-body`."""
        folder = self.settings.get("SEARCH_INDEX", FOLDER)
        if not folder or "search" not in self.settings["DIRECT_TEMPLATES"]:
            return
        for language, (url, save_as) in _pages(self.settings, self.context).items():
            if language != self.settings["DEFAULT_LANG"]:
                template = self.get_template("search")
                relative = self.settings["RELATIVE_URLS"]
                writer.write_file(save_as, template, self.context, relative, page_language=language, url=url)
        with tempfile.TemporaryDirectory() as made:
            if self._made(Path(made)):
                try:
                    self._cut(Path(made))
                    _publish(Path(made), Path(self.output_path, folder))
                except (EOFError, KeyError, TypeError, ValueError, gzip.BadGzipFile) as problem:
                    what = f"Pagefind writes another form than is known here: {problem!r}"
                    log.error(f"the search index could not be cut\n    {what}; install the pagefind_bin that is pinned")
                except OSError as problem:
                    log.error(f"the search index could not be written\n    {problem}")

    def _made(self, folder: Path) -> bool:
        """Have Pagefind write its index, and say whether it is whole; it is empty where no page has words."""
        command = [str(pagefind_bin.get_executable()), "--site", self.output_path, "--output-path", str(folder)]
        command += ["--silent", "--exclude-selectors", NO_WORDS]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=TIMEOUT_S)
            said = (done.stderr or done.stdout).strip() if done.returncode else ""
            if not done.returncode:
                _order(folder / ENTRY)
        except ValueError:  # Pagefind does not say so
            log.error(f"the search index was cut short\n    see whether there is room in {folder}, and build again")
            return False
        except (OSError, subprocess.TimeoutExpired) as problem:
            said = str(problem)
        if said and EMPTY not in said:
            log.error(f"the search index could not be made\n    {said.splitlines()[0]}")
            return False
        return True

    def _cut(self, folder: Path) -> None:
        """Write what is shown of each page in pieces, by the place of what was found.

        Pagefind has the whole text of a page in one file, so that ten long guides would cost a reader 200 KB.
        """
        plates = {_address(content.save_as): content for content in _contents(self.context)}
        for name in (HITS, PLATES):
            (folder / name).mkdir()
        for fragment in sorted(folder.rglob("*.pf_fragment")):
            page = json.loads(gzip.decompress(fragment.read_bytes()).removeprefix(SIGNATURE))
            shown = {"url": page["url"].removeprefix("/"), "title": page["meta"].get("title", page["url"])}
            if page["url"] in plates:
                shown |= self._plate(plates[page["url"]], folder / PLATES / f"{fragment.stem}.svg")
            # As Pagefind counts them, in languages that put no blanks between words too.
            sign = "\u200b" if "\u200b" in page["content"] else " "
            words = page["content"].split(sign) if sign != " " else re.split(r"\s+", page["content"])
            for number, start in enumerate(range(0, len(words), PIECE)):
                text = sign.join(words[start : start + PIECE + EXCERPT])
                piece = json.dumps(shown | {"words": text, "sign": sign, "count": len(words)}, ensure_ascii=False)
                (folder / HITS / f"{fragment.stem}-{number}.json").write_text(piece, "utf-8")

    def _plate(self, content: Any, file: Path) -> dict[str, Any]:
        """Return what the picture of an article is and how many bytes it has; write it, if it is a drawing."""
        root = self.context.get("localsiteurl", self.settings["SITEURL"])
        try:
            template = self.get_template("plate")
        except PelicanTemplateNotFound:
            return {}
        drawn = parse(template.render({**self.context, "content": content, "SITEURL": root})).css_first("svg, img")
        if drawn is None:
            return {}
        if drawn.tag == "svg":
            text = (drawn.html or "").encode()
            file.write_bytes(text)
            return {"plate": file.name, "size": len(text)}
        source = Tag.of(drawn).get("src")
        picture = Path(self.output_path, source.removeprefix(f"{root}/"))
        return {"image": source, "size": picture.stat().st_size} if picture.is_file() else {}


def _contents(context: Any) -> Iterator[Any]:
    """Go through the articles and pages that are published."""
    for content in context["generated_content"].values():
        if content and getattr(content, "status", "") == "published" and content.save_as:
            yield content


def _address(save_as: str) -> str:
    """Return what Pagefind calls a page."""
    return f"/{Path(save_as).as_posix().removesuffix('index.html')}"


def _pages(settings: Any, context: Any) -> dict[str, tuple[str, str]]:
    """Return the address and the file of each search page, by its language, that of the site first."""
    own, save_as = settings["DEFAULT_LANG"], settings.get("SEARCH_SAVE_AS", "search.html")
    others = sorted({content.lang for content in _contents(context)} - {own})
    pattern = settings.get("SEARCH_LANG_SAVE_AS", "search-{lang}.html")
    files = {own: save_as} | {other: pattern.format(lang=other) for other in others if pattern}
    return {language: (file.removesuffix("index.html"), file) for language, file in files.items()}


def _order(entry: Path) -> None:
    """Put the languages in order, which Pagefind does not: equal pages have an equal index."""
    known = json.loads(entry.read_text("utf-8"))
    entry.write_text(json.dumps(known, ensure_ascii=False, separators=(",", ":"), sort_keys=True), "utf-8")


def _publish(made: Path, folder: Path) -> None:
    """Put an index in the place of another, file by file: another build may do the same at the same time."""
    files = {path.relative_to(made): path for path in made.rglob("*") if path.is_file()}
    files = {name: path for name, path in files.items() if not any(fnmatch(name.name, each) for each in UNUSED)}
    for name, path in files.items():
        copy_atomically(path, folder / name)
    for old in folder.rglob("*"):
        is_being_written = old.name.startswith(".")
        if old.is_file() and not is_being_written and old.relative_to(folder) not in files:
            old.unlink(missing_ok=True)


def _tell_templates(generators: Sequence[Any]) -> None:
    """Say where each language is searched, before any page is written that may lead there."""
    if generators and "search" in generators[0].settings["DIRECT_TEMPLATES"]:
        context = generators[0].context
        pages = _pages(generators[0].settings, context)
        context[LANGUAGES] = {language: url for language, (url, _) in pages.items()}


def _search(_pelican: Any) -> type[Search]:
    return Search


def register() -> None:
    """Add the generator: Pelican runs it after articles and pages."""
    signals.get_generators.connect(_search)
    signals.all_generators_finalized.connect(_tell_templates)
