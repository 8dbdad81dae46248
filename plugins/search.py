"""The search: an index of the pages' text, made by Pagefind, and a search page for each language.

The index is made again only if a text has changed: Pagefind's input for each page is cached in Pelican's CACHE_PATH,
and so is the resulting index. A preview makes it between two builds.
"""

from __future__ import annotations

import gzip
import json
import logging
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import suppress
from fnmatch import fnmatch
from functools import cache
from hashlib import blake2b
from importlib.metadata import version
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import msgspec
import pagefind_bin
from pelican import signals
from pelican.contents import Static
from pelican.generators import PelicanTemplateNotFound

from . import html
from .building.generators import FileGenerator, place_of
from .building.incremental import on_edit
from .building.pages import Run
from .building.pages import plugin as writing
from .catalogues import ENGLISH
from .files import BESIDE, write_atomically
from .html import Node, Tag, document, macros, parse
from .reading.store import Store

log = logging.getLogger(__name__)

FOLDER = "pagefind"
"""The default for SEARCH_INDEX, the folder of the index in the output; if that is empty, there is none."""
SAVE_AS, LANG_SAVE_AS = "search.html", "search-{lang}.html"
"""The defaults for SEARCH_SAVE_AS and SEARCH_LANG_SAVE_AS."""
UNUSED = ("pagefind-component-ui.*", "pagefind-highlight.js", "pagefind-modular-ui.*", "pagefind-ui.*", "*.pf_fragment")
"""Files that the theme replaces: Pagefind's user interfaces, half a megabyte, and the full text of each page."""
ENTRY = "pagefind-entry.json"
NO_WORDS = (
    ".lang, .more, .steps, .ask, .param, .vary, .ties, .data > :first-child, figcaption > b, .number, summary, "
    ".values, .names, .asked, .gallery small"
)
"""Text that readers don't search for: buttons, numbers and values of figures, and on the Diagrams page, where each is
used and how many there are.
"""
ASIDES = "pre, .data, .formula:not(.inline), .thumbs"
"""What is found, but never quoted: it has no sentences, or isn't seen. It is moved to the end of its page."""
IGNORED = "data-pagefind-ignore"
END = "⁂"
"""The word in a page's text after which its asides follow."""
BODY = "[data-pagefind-body]"
MARKED = ", ".join(
    f"[data-pagefind-{name}]"
    for name in ("body", "default-filter", "default-meta", "filter", "ignore", "index-attrs", "meta", "sort", "weight")
)
"""The elements that Pagefind reads in a page if any page has a marked body, besides the language and the title."""
EMPTY = "did not contain any html files"
"""Pagefind's message for a site without text, which has nothing to find and no error."""
TIMEOUT_S = 120
LOOK_S = 0.05
"""How often to check, while Pagefind is running, whether the index is still wanted."""

HEADINGS = ("h2", "h3", "h4")
"""The headings that a result may be below: it names the last one, and leads there."""
HITS, PLATES = "hits", "plates"
"""Subfolders of the index: the texts that the search page shows for its results, and their pictures."""
PIECE, EXCERPT = 200, 30
"""The words per file of hits, and how many are added before and after them, so that each excerpt is in one file."""
SIGNATURE = b"pagefind_dcd"
"""The bytes before the JSON in Pagefind's files."""
LANGUAGES = "search_languages"
"""In templates, the URL of the search page for each language that has something to find."""

CACHE = "search.sqlite3"
"""In Pelican's CACHE_PATH: the texts of pages, by their digests, and the resulting indexes."""


class UnwantedError(Exception):
    """Nobody waits for this index any longer, because pages are being written again."""


class NotMadeError(Exception):
    """There is no index, for the given reason."""


def digest(*parts: bytes) -> str:
    """Return a digest of some bytes."""
    hasher = blake2b(digest_size=16)
    for part in parts:
        hasher.update(b"%d:" % len(part) + part)
    return hasher.hexdigest()


@cache
def made_by() -> bytes:
    """Return a digest of everything that an index depends on besides the pages: programs and code."""
    versions = [version(name) for name in ("pagefind_bin", "selectolax")]
    code = [Path(file).read_bytes() for file in (__file__, html.__file__)]
    return digest(*(version.encode() for version in versions), *code).encode()


def _wait(_article: object, search: Search, _writer: object) -> None:
    if plugin.waits:
        plugin.due = search


def _wait_for_pages(_redrawn: object, search: Search) -> tuple[()]:
    _wait(None, search, None)
    return ()


@on_edit(writes=_wait, redraws=_wait_for_pages)
class Search(FileGenerator):
    """Writes the search pages of other languages, and an index of what other generators wrote before it."""

    reads_output = True

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._times = count()

    def generate_output(self, writer: Any) -> None:
        """Write the search pages, and then the index, unless it is deferred."""
        if "search" not in self.settings["DIRECT_TEMPLATES"] or not folder_of(self.settings):
            return
        for language, (url, save_as) in _pages(self.settings, self.context).items():
            if language != self.settings["DEFAULT_LANG"]:
                template = self.get_template("search")
                relative = self.settings["RELATIVE_URLS"]
                writer.write_file(save_as, template, self.context, relative, page_language=language, url=url)
        if plugin.waits:
            plugin.due = self
        else:
            self.index(Path(self.output_path), run=writing.run)

    def index(
        self,
        output: Path,
        is_unwanted: Callable[[], bool] = lambda: False,
        niceness: int = 0,
        run: Run | None = None,
    ) -> dict[str, bytes | None]:
        """Update the index in an output folder from its pages; return the files that changed, None for removed ones.

        `is_unwanted` is polled all the while; if it returns True, raise UnwantedError and leave the index as it was.
        A `run` keeps the files of the last build's index that are the same.
        """
        kept = Store(Path(self.settings["CACHE_PATH"], CACHE))
        try:
            texts = _said(output, kept, is_unwanted)
            plates = self._plates(output, {*map(_address, texts)}, is_unwanted)
            key = digest(made_by(), json.dumps([texts, plates], sort_keys=True).encode())
            if stored := kept.get(key):
                files = msgspec.msgpack.decode(stored, type=dict[str, bytes])
            else:
                with tempfile.TemporaryDirectory() as place:
                    addresses = _write_pages(texts, Path(place, "site"))
                    _make(Path(place, "site"), Path(place, "made"), is_unwanted, niceness)
                    files = _cut(Path(place, "made"), addresses, plates)
                kept.put(key, FOLDER, msgspec.msgpack.encode(files))
            return _publish(files, output, folder_of(self.settings), run)
        except NotMadeError as problem:
            log.error(f"can't build the search index\n    {problem}")
        except (EOFError, KeyError, TypeError, ValueError, gzip.BadGzipFile) as problem:
            reason = f"this version of Pagefind writes a format that isn't supported: {problem!r}"
            log.error(f"can't split the search index\n    {reason}; install the pinned version of pagefind_bin")
        except OSError as problem:
            log.error(f"can't write the search index\n    {problem}")
        finally:
            kept.end_build()
        return {}

    def _plates(self, output: Path, addresses: Set[str], is_unwanted: Callable[[], bool]) -> dict[str, dict[str, Any]]:
        """Return each article's picture, by its URL: a drawing with its text, or an image with its size."""
        try:
            template = self.get_template("plate")
        except PelicanTemplateNotFound:
            return {}
        root = self.context.get("localsiteurl", self.settings["SITEURL"])
        # All may be on one page, where no two drawings can share an id, and it is a different page each time.
        variables = {**self.context, "SITEURL": root, "output_file": f"{PLATES} {next(self._times)}"}
        # Pelican copies static files last, so that the output doesn't have them yet, or has what they were.
        files = (content for content in self.context["static_content"].values() if isinstance(content, Static))
        static = {place_of(file): file.source_path for file in files}
        plates: dict[str, dict[str, Any]] = {}
        for content in sorted(_contents(self.context), key=lambda content: str(content.save_as)):
            _ask(is_unwanted)
            address = _address(content.save_as)
            if address not in addresses:
                continue
            drawing = parse(template.render({**variables, "content": content})).css_first("svg, img")
            if drawing is None:
                continue
            if drawing.tag == "svg":
                plates[address] = {"drawing": drawing.html or ""}
                continue
            source = Tag.of(drawing).get("src")
            path = unquote(source.removeprefix(f"{root}/"))
            picture = Path(static.get(path, output / path))
            if picture.is_file():
                plates[address] = {"image": source, "size": picture.stat().st_size}
        return plates


def _ask(is_unwanted: Callable[[], bool]) -> None:
    if is_unwanted():
        raise UnwantedError


def _said(output: Path, kept: Store, is_unwanted: Callable[[], bool]) -> dict[str, str]:
    """Return the text of each searched page, by its path.

    If no page has a body marked for Pagefind, all pages are searched as a whole, as Pagefind does.
    """
    texts: dict[str, str] = {}
    for path in sorted(plugin.pages):
        _ask(is_unwanted)
        with suppress(FileNotFoundError):
            key = digest(made_by(), data := (output / path).read_bytes())
            text = kept.get(key)
            if text is None:
                text = _marked(data.decode(errors="replace")).encode()
                kept.put(key, path, text)
            texts[path] = text.decode()
    marked = {path: text for path, text in texts.items() if text}
    return marked or {path: (output / path).read_bytes().decode(errors="replace") for path in texts}


def _marked(page: str) -> str:
    """Return a page with only the parts that Pagefind reads; empty if no body is marked."""
    root = document(page)
    if not root.css_first(BODY):
        return ""
    first = root.css_first("h1") or root.css_first("title")
    if any(node.tag in ("html", "body") for node in root.css(MARKED)):
        return page
    asides: list[str] = []
    for body in _outermost(root.css(BODY)):
        for aside in _outermost(body.css(f"{ASIDES}, [{IGNORED}]")):
            if IGNORED not in aside.attributes:
                asides.append(aside.html or "")
                aside.decompose()
    marked = [node.html or "" for node in _outermost(root.css(MARKED))]
    title = first.html if first else ""
    return str(macros("search.html", ENGLISH).page(Tag.of(root).get("lang"), title, marked, asides, END))


def _outermost(nodes: Iterable[Node]) -> list[Node]:
    """Leave out elements inside others of them."""
    outermost: dict[int, Node] = {}
    for node in nodes:
        around = node.parent
        while around is not None and around.mem_id not in outermost:
            around = around.parent
        if around is None:
            outermost[node.mem_id] = node
    return list(outermost.values())


def _write_pages(texts: Mapping[str, str], site: Path) -> dict[str, str]:
    """Write Pagefind's input, each page with a short name; return the pages' URLs by their names in Pagefind."""
    site.mkdir()
    named = {path: f"{digest(path.encode())}.html" for path in texts}
    for path, text in texts.items():
        (site / named[path]).write_text(text, "utf-8")
    return {f"/{named[path]}": _address(path) for path in texts}


def _make(site: Path, folder: Path, is_unwanted: Callable[[], bool], niceness: int) -> None:
    """Have Pagefind write its index, which is empty if no page has any text."""
    folder.mkdir()
    command = [str(pagefind_bin.get_executable()), "--site", str(site), "--output-path", str(folder)]
    command += ["--silent", "--exclude-selectors", NO_WORDS]
    try:
        printed = _run(command, is_unwanted, niceness)
        if not printed:
            _order(folder / ENTRY)
    except ValueError as problem:  # Pagefind doesn't report this
        raise NotMadeError(f"it is incomplete: check the free space in {folder.parent}, then build again") from problem
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise NotMadeError(problem) from problem
    if printed and EMPTY not in printed:
        raise NotMadeError(printed.splitlines()[0])


def _run(command: Sequence[str], is_unwanted: Callable[[], bool], niceness: int) -> str:
    """Run a program; return its error message."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        if niceness and sys.platform != "win32":
            with suppress(OSError):  # it has already ended
                os.setpriority(os.PRIO_PROCESS, process.pid, niceness)
        until = time.monotonic() + TIMEOUT_S
        try:
            while True:
                with suppress(subprocess.TimeoutExpired):
                    out, errors = process.communicate(timeout=LOOK_S)
                    break
                _ask(is_unwanted)
                if time.monotonic() > until:
                    raise subprocess.TimeoutExpired(command, TIMEOUT_S)
        except BaseException:
            process.kill()
            raise
    return (
        ((errors or out).strip() or f"Pagefind exited with status {process.returncode}") if process.returncode else ""
    )


def _cut(folder: Path, addresses: Mapping[str, str], plates: Mapping[str, Mapping[str, Any]]) -> dict[str, bytes]:
    """Return the files of an index, with the text of each page in pieces, so that a result only needs one of them.

    Pagefind has the whole text of a page in one file, so that results from ten long guides would cost a reader 200 KB.
    """
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    used = [path for path in paths if not any(fnmatch(path.name, pattern) for pattern in UNUSED)]
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in used}
    for fragment in (path for path in paths if path.suffix == ".pf_fragment"):
        page = json.loads(gzip.decompress(fragment.read_bytes()).removeprefix(SIGNATURE))
        address = addresses[page["url"]]
        hit = {"url": address.removeprefix("/"), "title": page["meta"].get("title", address)}
        plate = dict(plates.get(address, {}))
        if drawing := plate.pop("drawing", None):
            name = f"{fragment.stem}.svg"
            files[f"{PLATES}/{name}"] = drawing.encode()
            plate = {"plate": name, "size": len(files[f"{PLATES}/{name}"])}
        hit |= plate
        # In the way that Pagefind counts them, also in languages without spaces between words.
        sign = "\u200b" if "\u200b" in page["content"] else " "
        words = page["content"].split(sign) if sign != " " else re.split(r"\s+", page["content"])
        count = next((at for at, word in enumerate(words) if word.startswith(END)), len(words))
        hit |= {"sign": sign, "count": count}
        headings = [
            (anchor["location"], anchor["id"], anchor["text"].strip())
            for anchor in page["anchors"]
            if anchor["element"] in HEADINGS and anchor["location"] < count
        ]
        for number, middle in enumerate(range(0, len(words), PIECE)):
            start = max(0, middle - EXCERPT)
            end = middle + PIECE + EXCERPT
            piece = hit | {"start": start, "words": sign.join(words[start:end])}
            piece["headings"] = [heading for heading in headings if heading[0] <= start][-1:]
            piece["headings"] += [heading for heading in headings if start < heading[0] < end]
            if middle + PIECE > count:
                end = min([count, EXCERPT + 1, *(at for at, _, _ in headings if at)])
                piece["opening"] = sign.join(words[:end])
            files[f"{HITS}/{fragment.stem}-{number}.json"] = json.dumps(piece, ensure_ascii=False).encode()
    return files


def folder_of(settings: Any) -> str:
    """Return the folder of the index in the output; empty if the site has none."""
    return settings.get("SEARCH_INDEX", FOLDER) if "search" in settings["DIRECT_TEMPLATES"] else ""


def _contents(context: Any) -> Iterator[Any]:
    """Yield the published articles and pages."""
    for content in context["generated_content"].values():
        if content and _is_published(content):
            yield content


def _is_published(content: Any) -> bool:
    return getattr(content, "status", "") == "published" and bool(content.save_as)


def _address(save_as: str) -> str:
    """Return Pagefind's name for a page."""
    return f"/{Path(save_as).as_posix().removesuffix('index.html')}"


def _pages(settings: Any, context: Any) -> dict[str, tuple[str, str]]:
    """Return the URL and the file of each search page, by language, starting with the site's own."""
    own_lang, save_as = settings["DEFAULT_LANG"], settings.get("SEARCH_SAVE_AS", SAVE_AS)
    other_langs: list[str] = []
    for content in context["generated_content"].values():
        # Pelican computes a page's path on each access, so that check comes last, and is rare.
        if content and getattr(content, "lang", own_lang) not in (own_lang, *other_langs) and _is_published(content):
            other_langs.append(content.lang)
    pattern = settings.get("SEARCH_LANG_SAVE_AS", LANG_SAVE_AS)
    files = {own_lang: save_as} | {lang: pattern.format(lang=lang) for lang in sorted(other_langs) if pattern}
    return {language: (file.removesuffix("index.html"), file) for language, file in files.items()}


def pages_of(settings: Any) -> list[str]:
    """Return patterns for the files of the search pages; none if the site has no index."""
    own_file, pattern = settings.get("SEARCH_SAVE_AS", SAVE_AS), settings.get("SEARCH_LANG_SAVE_AS", LANG_SAVE_AS)
    return [save_as for save_as in (own_file, pattern.format(lang="*")) if save_as] if folder_of(settings) else []


def _order(entry: Path) -> None:
    """Sort the languages, because Pagefind doesn't: equal pages should give equal indexes."""
    data = json.loads(entry.read_text("utf-8"))
    entry.write_text(json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True), "utf-8")


def _publish(files: Mapping[str, bytes], output: Path, below: str, run: Run | None) -> dict[str, bytes | None]:
    """Replace an index by another, file by file, because another build may do the same at the same time.

    The file that lists all others comes last. Return the differences, None for removed files.
    """
    folder = output / below
    changed: dict[str, bytes | None] = {}
    for name, data in sorted(files.items(), key=lambda file: (file[0] == ENTRY, file[0])):
        path, made_of = f"{below}/{name}", digest(data)
        if run and run.knows(path, made_of):
            run.keep(path)
            continue
        place = folder / name
        if not (place.is_file() and place.stat().st_size == len(data) and place.read_bytes() == data):
            write_atomically(place, data)
            changed[name] = data
        if run:
            run.wrote(path, made_of)
    for old in folder.rglob("*"):
        name, is_being_written = old.relative_to(folder).as_posix(), old.name.startswith(BESIDE)
        if old.is_file() and not is_being_written and name not in files:
            old.unlink(missing_ok=True)
            changed[name] = None
    return changed


class SearchPlugin:
    """The pages that a build has written so far, and an index that is deferred until the build is done."""

    def __init__(self) -> None:
        self.waits = False
        """Whether builds leave the index in `due`, for the caller to make later, as a preview does."""
        self.due: Search | None = None
        self._paths: list[str] = []
        self._output = ""

    def begin(self, pelican: Any) -> type[Search]:
        """Receive `get_generators`: a build starts."""
        self.due = None
        self._paths = []
        self._output = pelican.output_path
        return Search

    @property
    def pages(self) -> set[str]:
        """The pages written so far, by their paths in the output."""
        return {os.path.relpath(path, self._output).replace(os.sep, "/") for path in self._paths}

    def note(self, path: str, context: Any) -> None:
        """Receive `content_written`."""
        if path.endswith(".html"):
            self._paths.append(path)


plugin = SearchPlugin()


def _tell_templates(generators: Sequence[Any]) -> None:
    """Give templates the URL of each language's search page, before any page is written that may link to it."""
    if generators and "search" in generators[0].settings["DIRECT_TEMPLATES"]:
        context = generators[0].context
        pages = _pages(generators[0].settings, context)
        context[LANGUAGES] = {language: url for language, (url, _) in pages.items()}


def register() -> None:
    """Add the generator: Pelican runs it after articles and pages."""
    signals.get_generators.connect(plugin.begin)
    signals.content_written.connect(plugin.note)
    signals.all_generators_finalized.connect(_tell_templates)
