"""A notebook for each article to download: its text, its code in order, and the code's output.

A notebook is made from the same HTML as the page, so that its figures are numbered and its links work, and from the
blocks that the figures are drawn from. Project files that the code reads are published too, and a first cell downloads
them, so that a notebook runs wherever it is saved. Equal articles give equal bytes.
"""

from __future__ import annotations

import ast
import json
import logging
import posixpath
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, fields
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import msgspec
from pelican import signals

from ..articles import refuses
from ..building.forking import is_child
from ..building.generators import FileGenerator, articles_of
from ..building.incremental import WholeBuildError, on_edit
from ..building.memo import Shelf, remembered
from ..building.pages import plugin as writing
from ..building.values import digest_of
from ..catalogues import Language, language_of
from ..feeds import tree_elsewhere
from ..figures.markdown import Block
from ..figures.report import FigureError, entry
from ..figures.site import Redrawn
from ..figures.site import plugin as figures
from ..files import copy_atomically, write_atomically
from ..html import Node, children, parse, plain, text_of
from ..mathematics import bare_number
from ..settings import home
from .ipynb import fence_for

log = logging.getLogger(__name__)

SORTED = msgspec.json.Encoder(order="sorted")

FILES = "files"
"""The default for NOTEBOOKS_FILES: the folder of the site with the files that notebooks download."""
PACKAGES = {"PIL": "pillow", "cv2": "opencv-python", "keras": "keras jax", "sklearn": "scikit-learn"}
"""The pip names of packages that code imports under other names; NOTEBOOKS_PACKAGES adds to it."""
BACKEND = "jax"
"""The default for NOTEBOOKS_BACKEND, because Keras's own default is TensorFlow."""
RAISES = "raises"
"""The class of a block that shows an error; in a notebook, its cell has the tag that lets the others run."""

INLINE = frozenset(
    (
        *("a", "abbr", "b", "br", "cite", "code", "del", "dfn", "em", "i", "img", "input", "ins", "kbd", "mark"),
        *("math", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "u", "var"),
    )
)
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
AROUND = {"b": "**", "del": "~~", "em": "*", "i": "*", "s": "~~", "strong": "**"}
"""The elements for which Markdown has a mark, put around their words."""
KEPT = frozenset(("abbr", "br", "dfn", "ins", "kbd", "mark", "samp", "small", "sub", "sup", "u", "var"))
"""The inline elements without one, which stay HTML."""
SIGNS = re.compile(r"[\\`*\[\]<$|~_](?:(?<!_)|(?!\w)|(?<!\w_))")
"""Characters with a meaning in a notebook's text; an underscore inside a word has none."""
SPACES = re.compile(r"[^\S ]\s*| \s+")
"""White space that isn't a single space."""
FIRST = re.compile(r"(?P<number>\d+)(?=[.)]\s)|(?=[#>+-](?:\s|$)|[=-]{3})")
"""Characters with a meaning at the start of a paragraph."""


@dataclass(frozen=True)
class Code:
    """A block of the article that becomes a cell, and its output in the article."""

    block: Block
    shown: str = ""
    is_folded: bool = False


@dataclass
class Writing:
    """Converts an article's HTML to Markdown, with the code blocks that become cells separated."""

    blocks: Sequence[Block]
    home: str
    """The folder of the page, if links are relative to it because the site has no URL yet."""
    taken: list[Block] = field(default_factory=list)
    _place: int = 0

    def article(self, root: Node) -> list[str | Code]:
        """Return the article's text and code in order."""
        return [*self._blocks(children(root))]

    def _blocks(self, nodes: Sequence[Node], is_folded: bool = False) -> Iterator[str | Code]:
        line: list[Node] = []
        passed: Node | None = None
        for at, node in enumerate(nodes):
            if node.is_element_node and (node.tag not in INLINE or _is_formula(node)):
                yield from self._paragraph(line)
                line = []
                if passed is node:
                    continue
                pre = _pre_of(node)
                if pre is None:
                    yield from self._block(node, is_folded)
                    continue
                below = next((node for node in nodes[at + 1 :] if node.is_element_node), None)
                words = " ".join(node.text() for node in _between(nodes, at, below))
                parts = [*self._code(pre, None if words.strip() else below, is_folded)]
                if any(isinstance(part, Code) and part.shown for part in parts):
                    passed = below
                yield from parts
            elif node.is_element_node or node.is_text_node:
                line.append(node)
        yield from self._paragraph(line)

    def _paragraph(self, nodes: Sequence[Node]) -> Iterator[str]:
        text = "".join(map(self._inline, nodes)).strip()
        if text:
            begun = FIRST.match(text)
            yield f"{begun['number'] or ''}\\{text[begun.end() :]}" if begun else text

    def _block(self, node: Node, is_folded: bool) -> Iterator[str | Code]:
        name, classes = node.tag or "", (node.attributes.get("class") or "").split()
        if name in ("script", "style", "template", "button"):
            return
        elif name in HEADINGS:
            yield f"{'#' * int(name[1])} {''.join(map(self._inline, children(node))).strip()}"
        elif name == "label" or "admonition-title" in classes:
            yield f"**{_escaped(text_of(node))}**"
        elif name == "p":
            yield from self._paragraph(children(node))
        elif name in ("ul", "ol"):
            yield from self._list(node, is_folded)
        elif name == "blockquote" or "sidenote" in classes or "admonition" in classes:
            yield from _quoted(self._blocks(children(node), is_folded))
        elif name == "figure":
            yield from self._figure(node)
        elif name == "details":
            yield from self._folded(node)
        elif name == "table":
            yield self._table(node)
        elif name == "hr":
            yield "---"
        elif name == "dl":
            for child in children(node):
                if child.tag == "dt":
                    yield f"**{''.join(map(self._inline, children(child))).strip()}**"
                elif child.is_element_node:
                    yield from self._blocks(children(child), is_folded)
        elif formula := node.css_first("math"):
            number = node.css_first(".number")
            tag = f" \\tag{{{bare_number(text_of(number))}}}" if number else ""
            yield f"$${formula.attributes.get('alttext') or formula.html}{tag}$$"
        elif name in ("svg", "audio", "video", "iframe", "object", "picture"):
            yield node.html or ""
        else:
            yield from self._blocks(children(node), is_folded)

    def _code(self, pre: Node, below: Node | None, is_folded: bool) -> Iterator[str | Code]:
        text = pre.text()
        block = self._taken(text)
        if block and block.is_drawn_from:
            output = "" if below is None else self._shown(below)
            yield Code(block, output, is_folded)
        else:
            fence = fence_for(text)
            yield f"{fence}{block.language if block else ''}\n{text.strip(chr(10))}\n{fence}"

    def _taken(self, text: str) -> Block | None:
        """Find the block for an element of the page: they are in the same order."""
        for place in range(self._place, len(self.blocks)):
            if self.blocks[place].text.strip() == text.strip():
                self._place = place + 1
                self.taken.append(self.blocks[place])
                return self.blocks[place]
        return None

    def _shown(self, below: Node) -> str:
        """Return the output that the article shows directly below a block; its own block is then skipped."""
        pre = _pre_of(below)
        following = self.blocks[self._place] if self._place < len(self.blocks) else None
        if pre is None or following is None or following.language != "text":
            return ""
        if following.text.strip() != pre.text().strip():
            return ""
        self._place += 1
        self.taken.append(following)
        return following.text

    def _list(self, node: Node, is_folded: bool) -> Iterator[str | Code]:
        number = int(node.attributes.get("start") or 1)
        lines: list[str] = []
        is_loose = any(child.css_first("p, pre, figure") for child in children(node) if child.tag == "li")
        gap = "\n\n" if is_loose else "\n"
        for item in (child for child in children(node) if child.tag == "li"):
            mark = f"{number}. " if node.tag == "ol" else "- "
            number += 1
            indent = " " * len(mark)
            for part in self._blocks(children(item), is_folded):
                if isinstance(part, Code):
                    if lines:
                        yield gap.join(lines)
                    lines, indent = [], ""
                    yield part
                else:
                    lines.append(f"{mark}{_indented(part, indent)}" if mark else f"{indent}{_indented(part, indent)}")
                mark = ""
        if lines:
            yield gap.join(lines)

    def _figure(self, node: Node) -> Iterator[str]:
        for image in node.css("img"):
            yield self._image(image)
        caption = node.css_first("figcaption")
        if caption is not None:
            yield "".join(map(self._inline, children(caption))).strip()

    def _folded(self, node: Node) -> Iterator[str | Code]:
        """Keep an answer folded: its text in an element that opens, its code in collapsed cells."""
        summary = node.css_first("summary")
        title = _escaped(text_of(summary)) if summary is not None else "…"
        inside = [child for child in children(node) if child.tag != "summary"]
        for part in _joined(self._blocks(inside, is_folded=True)):
            is_code = isinstance(part, Code)
            yield part if is_code else f"<details><summary>{title}</summary>\n\n{part}\n\n</details>"

    def _table(self, node: Node) -> str:
        rows = [[*row.css("th, td")] for row in node.css("tr")]
        if not rows or node.css_first("[colspan], [rowspan]") is not None:
            return node.html or ""
        sides = {"to-end": "---:", "to-middle": ":---:"}
        classes = [(cell.attributes.get("class") or "").split() for cell in rows[0]]
        ruled = [next((sides[name] for name in names if name in sides), "---") for names in classes]
        written = [["".join(map(self._inline, children(cell))).strip() for cell in row] for row in rows]
        escaped = [[re.sub(r"(?<!\\)\|", r"\\|", cell) for cell in row] for row in written]  # even inside code
        return "\n".join(f"| {' | '.join(row)} |" for row in [escaped[0], ruled, *escaped[1:]])

    def _inline(self, node: Node) -> str:
        if node.is_text_node:
            return _escaped(SPACES.sub(" ", node.text_content or ""))
        if not node.is_element_node:
            return ""
        name = node.tag or ""
        if name == "math":
            formula = node.attributes.get("alttext")
            return f"${formula}$" if formula else node.html or ""
        if name == "img":
            return self._image(node)
        if name == "input":
            return "[x]" if "checked" in node.attributes else "[ ]" if node.attributes.get("type") == "checkbox" else ""
        if name == "code":
            text = node.text()
            ticks = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
            return f"{ticks} {text} {ticks}" if "`" in text else f"`{text}`"
        words = "".join(map(self._inline, children(node)))
        if name == "br":
            return "<br>"
        if not words.strip():
            return words
        if name == "a" and node.attributes.get("href"):
            return f"[{words}]({_bracketed(self._address(node.attributes['href'] or ''))})"
        if name in AROUND:
            inside = words.strip()
            before, _, after = words.partition(inside)
            return f"{before}{AROUND[name]}{inside}{AROUND[name]}{after}"
        return f"<{name}>{words}</{name}>" if name in KEPT else words

    def _image(self, node: Node) -> str:
        """Keep an image as HTML: Markdown can't give its size, and a figure's file has twice the pixels."""
        image = parse("").parser.create_node("img")
        for name in ("src", "alt", "width"):
            value = node.attributes.get(name)
            if value is not None:
                image.attrs[name] = self._address(value) if name == "src" else value
        return image.html or ""

    def _address(self, address: str) -> str:
        if self.home and address.startswith("/") and not address.startswith("//"):
            path, sign, place = address.partition("#")
            relative = posixpath.relpath(path, self.home)
            return f"{relative}{'/' * path.endswith('/')}{sign}{place}"
        return address


def _pre_of(node: Node) -> Node | None:
    """Return the element with a code block's text, if an element is one."""
    is_coloured = "highlight" in (node.attributes.get("class") or "").split()
    return node if node.tag == "pre" else node.css_first("pre") if is_coloured else None


def _bracketed(address: str) -> str:
    return f"<{address}>" if re.search(r"[\s()<>]", address) else address


def _between(nodes: Sequence[Node], at: int, below: Node | None) -> Iterator[Node]:
    for node in nodes[at + 1 :]:
        if node is below:
            return
        if node.is_text_node:
            yield node


def _is_formula(node: Node) -> bool:
    math = node if node.tag == "math" else node.css_first("math") if node.tag == "span" else None
    return math is not None and math.attributes.get("display") == "block"


def _escaped(text: str) -> str:
    return SIGNS.sub(lambda match: f"\\{match[0]}", text)


def _indented(text: str, indent: str) -> str:
    return text.replace("\n", f"\n{indent}").replace(f"\n{indent}\n", "\n\n") if indent else text


def _joined(parts: Iterable[str | Code]) -> Iterator[str | Code]:
    """Join the texts between two blocks of code."""
    for is_code, some in groupby(parts, lambda part: isinstance(part, Code)):
        group = [*some]
        yield from group if is_code else ["\n\n".join(map(str, group))]


def _quoted(parts: Iterable[str | Code]) -> Iterator[str | Code]:
    for part in _joined(parts):
        is_code = isinstance(part, Code)
        yield part if is_code else "\n".join(f"> {line}".rstrip() for line in str(part).split("\n"))


@remembered
def _named_in(source: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the modules that some code imports, and possible paths of files; none if it isn't Python."""
    modules: set[str] = set()
    paths: set[str] = set()
    with suppress(SyntaxError, ValueError):  # its cell will report it
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Import):
                modules |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                modules.add(node.module.partition(".")[0])
            elif isinstance(node, ast.Constant) and isinstance(value := node.value, str) and "/" in value:
                paths |= {posixpath.normpath(value)} if "\0" not in value and len(value) < 400 else set()
    return frozenset(modules), frozenset(path for path in paths if "/" in path and not path.startswith(("/", "..")))


def packages_of(sources: Sequence[str], pip_names: Mapping[str, str]) -> list[str]:
    """Return the packages that pip has to install for some code to run."""
    names = {name for source in sources for name in _named_in(source)[0]} - sys.stdlib_module_names
    packages = [pip_names.get(name, name).split() for name in sorted(names)]
    return list(dict.fromkeys(package for group in packages for package in group))


def files_of(sources: Sequence[str], root: Path) -> list[str]:
    """Return the project files that some code reads: those whose path from the root, or whose folder's, it contains.

    A bare name isn't enough, nor is a path that leads outside or to hidden files: most strings aren't paths.
    """
    # Most code has none, and isn't parsed: a build without changed notebooks calls this for all articles.
    with_paths = [source for source in sources if "/" in source or "\\" in source]
    return sorted({name for source in with_paths for path in _named_in(source)[1] for name in _files_at(path, root)})


def _files_at(path: str, root: Path) -> Iterator[str]:
    try:
        place = root / path
        for file in sorted(place.iterdir()) if place.is_dir() else [place]:
            name = file.relative_to(root)
            is_ours = file.is_file() and file.resolve().is_relative_to(root.resolve())
            if is_ours and not any(part.startswith(".") for part in name.parts):
                yield name.as_posix()
    except OSError:  # not a valid path
        return


FETCH = """\
from pathlib import Path
from urllib.request import urlopen

for name in {names}:
    if not Path(name).exists():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_bytes(urlopen(f"{address}/{{name}}").read())
"""
COPY = """\
from pathlib import Path
from shutil import copy

for name in {names}:
    if not Path(name).exists():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        copy(Path("{address}") / name, name)
"""


class LostError(Exception):
    """The page lacks a code block: its index is the argument."""


@dataclass(frozen=True)
class Ingredients:
    """Everything an article's notebook is made of, except its blocks: plain data, so that equal articles are equal."""

    title: str
    url: str
    folder: str
    """The page's folder, relative to the site's root."""
    page: str
    """The page's file in it."""
    site: str
    shelf: str
    """The folder of the site with the files that notebooks download."""
    files: tuple[str, ...]
    """The files that this one downloads."""
    licence: str
    backend: str
    packages: tuple[tuple[str, str], ...]
    language: Language

    def digest(self, article: str) -> str:
        """Return a digest of everything an article's notebook is made of."""
        values = [getattr(self, field.name) for field in fields(self) if field.name != "language"]
        return digest_of(f"{values} {self.language.tag} {self.language.digest} {article}")

    def notebook(self, html: str, blocks: Sequence[Block]) -> bytes:
        """Return the notebook's file, made from the page's HTML; raise LostError if that lacks a block."""
        writing = Writing(blocks, "" if self.site else f"/{self.folder}")
        parts = writing.article(tree_elsewhere(html, f"{self.site}/{self.url}"))
        for place, block in enumerate(blocks):
            if block.is_drawn_from and not any(block is taken for taken in writing.taken):
                raise LostError(place)
        sources = [part.block.text for part in parts if isinstance(part, Code)]
        cells = [_text(self._head(sources)), *self._setup(sources), *_cells(parts)]
        for number, cell in enumerate(cells, start=1):
            cell["id"] = f"cell-{number}"
        document = {
            "cells": cells,
            "metadata": {
                "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
                "language_info": {"name": "python"},
                "title": self.title,
            },
            "nbformat": 4,
            "nbformat_minor": 5,
        }
        return msgspec.json.format(SORTED.encode(document), indent=1) + b"\n"

    def _head(self, sources: Sequence[str]) -> str:
        language = self.language
        link = f"[{_escaped(self.title)}]({_bracketed(f'{self.site}/{self.url}' if self.site else self.page)})"
        about = language.gettext("The text and code of the guide %(title)s. Run it from top to bottom.", title=link)
        paragraphs = [f"# {_escaped(self.title)}", about]
        packages = packages_of(sources, dict(self.packages))
        if packages:
            paragraphs += [
                language.gettext("It needs these packages:"),
                f"```sh\npip install {' '.join(packages)}\n```",
            ]
        if self.licence:
            paragraphs.append(language.gettext("Licence: %(licence)s", licence=self.licence))
        return "\n\n".join(paragraphs)

    def _setup(self, sources: Sequence[str]) -> Iterator[dict[str, Any]]:
        language = self.language
        steps: list[str] = []
        if "keras" in packages_of(sources, {}) and self.backend:
            why = language.gettext("The backend that Keras uses, unless you have chosen another.")
            steps.append(f'import os\n\nos.environ.setdefault("KERAS_BACKEND", "{self.backend}")  # {why}\n')
        if self.files:
            why = language.gettext("Download the files that the code reads, unless they are already here.")
            names = "[\n" + "".join(f"    {json.dumps(name, ensure_ascii=False)},\n" for name in self.files) + "]"
            shelf, folder = self.shelf, self.folder or "."
            address = f"{self.site}/{quote(shelf)}" if self.site else posixpath.relpath(shelf, folder)
            steps.append(f"# {why}\n" + (FETCH if self.site else COPY).format(names=names, address=address))
        for step in steps:
            yield _code(step)


def _cells(parts: Iterable[str | Code]) -> Iterator[dict[str, Any]]:
    paragraphs: list[str] = []
    for part in [*parts, None]:
        is_heading = isinstance(part, str) and part.startswith("#")
        if paragraphs and (is_heading or not isinstance(part, str)):
            yield _text("\n\n".join(paragraphs))
            paragraphs = []
        if isinstance(part, str):
            paragraphs.append(part)
        elif part is not None:
            yield _code(part.block.text, part.shown, RAISES in part.block.classes, part.is_folded)


def _lines(text: str) -> list[str]:
    return text.strip("\n").splitlines(keepends=True)


def _text(text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": _lines(text)}


def _code(text: str, output: str = "", raises: bool = False, is_folded: bool = False) -> dict[str, Any]:
    outputs: list[dict[str, Any]] = []
    if output and raises:
        name, _, message = output.strip().partition(": ")
        outputs.append({"output_type": "error", "ename": name, "evalue": message, "traceback": [output.strip()]})
    elif output:
        outputs.append({"output_type": "stream", "name": "stdout", "text": output.splitlines(keepends=True)})
    metadata: dict[str, Any] = {"tags": ["raises-exception"]} if raises else {}
    if is_folded:
        metadata |= {"jupyter": {"outputs_hidden": bool(outputs), "source_hidden": True}}
    cell = {"cell_type": "code", "execution_count": None, "metadata": metadata, "outputs": outputs}
    return {**cell, "source": _lines(text)}


_made = Shelf[bytes]()
"""The notebooks, each made once as long as its article doesn't change."""
FROM_CHILDREN = "notebooks"
"""In Pelican's CACHE_PATH during a build: those that children have made, because their pages link to them."""


def _kept_or_made(place: Path, make: Callable[[], bytes]) -> bytes:
    """Return what a child has made, or make it."""
    with suppress(OSError):
        return place.read_bytes()
    data = make()
    with suppress(OSError):  # otherwise this process makes it again
        if is_child():
            write_atomically(place, data)
    return data


def _put(place: Path, data: bytes) -> None:
    if not (place.is_file() and place.read_bytes() == data):
        write_atomically(place, data)


def _write_again(article: Any, notebooks: Notebooks, _writer: object) -> Iterable[str]:
    return plugin.write_again(article, Path(notebooks.output_path), notebooks.settings)


class NotebooksPlugin:
    """Carries the notebooks of a run from signal to signal."""

    def __init__(self) -> None:
        self._notebooks: dict[str, tuple[str, bool]] = {}
        """What each notebook is made of, by its path, and whether it is there already."""
        self._files: set[str] = set()
        self._known: dict[Any, str] = {}
        self._articles: list[Any] = []

    def begin(self, generator: Any) -> None:
        """Forget the last run."""
        self._remove(generator.settings)
        self._notebooks, self._files, self._known, self._articles = {}, set(), {}, []

    @staticmethod
    def _remove(settings: Mapping[str, Any]) -> None:
        shutil.rmtree(Path(settings["CACHE_PATH"], FROM_CHILDREN), ignore_errors=True)

    def list(self, generators: Sequence[Any]) -> None:
        """Note the articles: a theme may not ask for their notebooks."""
        self._articles = [*articles_of(generators)]
        if self._articles and figures.run is None:
            ours = (__package__ or "").rpartition(".")[0]
            log.warning(
                f"{__package__} can't make notebooks without the figure plugin\n    add {ours}.figures to PLUGINS"
            )

    def give(self, generator: Any) -> None:
        """Give templates the filter `notebook`, which returns the URL of an article's, or an empty string."""
        generator.env.filters["notebook"] = self.address

    def address(self, article: Any) -> str:
        """Make an article's notebook, once its page is final, and return its URL; empty if it has none."""
        if article not in self._known:
            self._known[article] = ""
            try:
                self._known[article] = self._kept(article)
            except Exception as problem:  # of any kind: the site matters more
                path = figures.run.settings.shown(Path(article.source_path)) if figures.run else article.source_path
                error = (
                    problem
                    if isinstance(problem, FigureError)
                    else FigureError(repr(problem), "to skip it, write Notebook: no in the header")
                )
                log.error(entry(f"{path}:1", "can't make a notebook of this article", error))
        return self._known[article]

    def write(self, output: Path, settings: Mapping[str, Any]) -> None:
        """Write the notebooks, and the files that they download, unless they are up to date."""
        for article in self._articles:
            self.address(article)
        for path, (made_of, is_there) in self._notebooks.items():
            if is_there:
                assert writing.run
                writing.run.keep(path)
                continue
            _put(output / path, _made.now[made_of])
            if writing.run:
                writing.run.wrote(path, made_of)
        self._put_files(output, settings)
        self._remove(settings)

    def write_again(self, article: Any, output: Path, settings: Mapping[str, Any]) -> Sequence[str]:
        """Write the notebook of an edited article; return the paths of the written files."""
        before = self._known.pop(article, "")
        if self.address(article) != before:
            raise WholeBuildError("its notebook appears or disappears")
        if not before:
            return []
        path = unquote(before)
        made_of, is_there = self._notebooks[path]
        assert not is_there, "no build is running that could keep it"
        _put(output / path, _made.now[made_of])
        return [path, *self._put_files(output, settings)]

    def look_again(self, redrawn: Redrawn) -> Sequence[Any]:
        """Check whether notebooks download a file that was saved."""
        root = figures.run.settings.root if figures.run else Path()
        if any(path in {root / name for name in self._files} for path in redrawn.saved):
            raise WholeBuildError("notebooks download it")
        return ()

    def _put_files(self, output: Path, settings: Mapping[str, Any]) -> Sequence[str]:
        root = figures.run.settings.root if figures.run else Path()
        shelf = settings.get("NOTEBOOKS_FILES", FILES)
        for name in sorted(self._files):
            copy_atomically(root / name, output / shelf / name)
        return [posixpath.join(shelf, name) for name in self._files]

    def _kept(self, article: Any) -> str:
        reading = figures.run.readings.get(article) if figures.run else None
        save_as = article.save_as  # Pelican formats it on each access
        if reading is None or not save_as or refuses(article, "notebook"):
            return ""
        blocks = reading.shown
        if not any(block.is_drawn_from for block in blocks):
            return ""
        folder, page = posixpath.split(Path(save_as).as_posix())
        stem = article.slug if page == "index.html" else posixpath.splitext(page)[0]
        settings, site = article.settings, home(article.settings)
        assert figures.run
        sources = [block.text for block in blocks if block.is_drawn_from]
        files = files_of(sources, figures.run.settings.root)
        making = Ingredients(
            title=plain(article.title),
            url=article.url,
            folder=folder,
            page=page,
            site=site,
            shelf=settings.get("NOTEBOOKS_FILES", FILES),
            files=tuple(files),
            licence=settings.get("NOTEBOOKS_LICENCE", ""),
            backend=settings.get("NOTEBOOKS_BACKEND", BACKEND),
            packages=tuple({**PACKAGES, **settings.get("NOTEBOOKS_PACKAGES", {})}.items()),
            language=language_of(article.lang, settings),
        )
        path = posixpath.join(folder, f"{stem}.ipynb")
        html = str(article.get_content(site))
        made_of = making.digest(f"{html} {blocks}")
        is_there = writing.run is not None and writing.run.knows(path, made_of)
        try:
            if not is_there:
                place = Path(settings["CACHE_PATH"], FROM_CHILDREN, made_of)
                _made.answer(made_of, lambda: _kept_or_made(place, lambda: making.notebook(html, blocks)))
        except LostError as lost:
            line = reading.all_blocks[lost.args[0]].line
            message = f"the code block in line {line} isn't on the page, so it would be missing from the notebook"
            raise FigureError(message, "to have no notebook, write Notebook: no in the header") from lost
        self._notebooks[path] = made_of, is_there
        self._files.update(files)
        return quote(path)


plugin = NotebooksPlugin()


@on_edit(writes=_write_again, redraws=lambda redrawn, _notebooks: plugin.look_again(redrawn))
class Notebooks(FileGenerator):
    """Writes no page, but files that pages link to."""

    def generate_output(self, _writer: Any) -> None:
        """Write the notebooks of all articles, even if the theme doesn't link to them."""
        try:
            plugin.write(Path(self.output_path), self.settings)
        except OSError as problem:
            log.error(f"can't write the notebooks\n    {problem}")


def register() -> None:
    """Give templates the filter, and add the generator: Pelican runs it after articles and pages."""
    signals.generator_init.connect(plugin.give)
    signals.article_generator_init.connect(plugin.begin)
    signals.all_generators_finalized.connect(plugin.list)
    signals.get_generators.connect(Notebooks.offer)
