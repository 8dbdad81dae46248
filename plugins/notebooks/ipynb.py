"""Articles that are Jupyter notebooks: an `.ipynb` in the content folder, with its saved outputs.

Its text and code are read like those of any article, so that figures are drawn from its cells. The header is in the
notebook's metadata, `"article": {"title": …}`, or in its first cell, as `Title: …`, or as a list of such lines.
nbconvert removes what tags hide, and extracts its pictures to files next to the page. A notebook without a header is
published as a file.
"""

from __future__ import annotations

import json
import posixpath
import re
from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

from pelican import signals
from pelican.generators import ArticlesGenerator, PagesGenerator
from pelican.log import console

from ..building.generators import FileGenerator
from ..building.incremental import WholeBuildError, on_edit
from ..building.memo import stored
from ..building.observing import digest_of
from ..building.output import Content, content_of
from ..catalogues import ENGLISH
from ..figures.articles import BESIDE
from ..figures.markdown import SOURCES, Source
from ..files import write_atomically
from ..html import drop, loading_only, macros, parse, write
from ..messages import ContentError, lacking, note
from ..reading.readers import MarkdownReader

ENDING = ".ipynb"
KEY = "article"
"""The key in the notebook's metadata that holds an article's header."""
FIELD = re.compile(r"^(title|date):\s*\S", re.IGNORECASE | re.MULTILINE)
"""The fields that mark a first cell as a header."""
LISTED = re.compile(r"\s*[-*+]\s+(?P<field>[A-Za-z0-9_-]+:.*)|#+\s+(?P<title>.*)|\s*")
"""A line of a header of pelican-jupyter: an item, or a heading, which is the title."""
NAMED = 3
"""How many of the notebooks without a header are named."""
HIDDEN = {
    "remove_cell_tags": ("remove-cell", "hide-cell", "remove_cell", "hide_cell"),
    "remove_input_tags": ("remove-input", "hide-input", "remove_input", "hide_input"),
    "remove_all_outputs_tags": ("remove-output", "hide-output", "remove_output", "hide_output"),
}
"""The tags of cells that hide a cell, its code, or its outputs."""
PICTURES = ("image/svg+xml", "image/png", "image/jpeg", "image/gif", "image/webp")
"""The types of outputs that are shown as pictures, the best first."""
RAISES = "raises-exception"
PLAIN = "notebooks_without_header"
"""The key in Pelican's context that lists them."""
SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
ACTIVE = (
    *("script", "iframe", "object", "embed", "base", "video", "audio", "foreignObject", "handler"),
    *("animate", "set"),  # they can change the address of a link
)
"""The elements that an SVG loses, because they are programs, or hold pages."""
STYLED = (
    *("style", "fill", "stroke", "filter", "mask", "clip-path", "cursor"),
    *("marker", "marker-start", "marker-mid", "marker-end"),
)
"""The attributes of an SVG in which `url(…)` loads something."""
TAGS = (
    *("address", "button", "input", "label", "main", "meter", "output", "progress", "section", "tfoot", "math"),
    *("menclose", "merror", "mfrac", "mi", "mmultiscripts", "mn", "mo", "mover", "mpadded", "mphantom"),
    *("mprescripts", "mroot", "mrow", "ms", "mspace", "msqrt", "mstyle", "msub", "msubsup", "msup", "mtable"),
    *("mtd", "mtext", "mtr", "munder", "munderover", "none", "semantics", "svg", "circle", "clipPath", "defs"),
    *("desc", "ellipse", "g", "image", "line", "linearGradient", "marker", "mask", "path", "pattern"),
    *("polygon", "polyline", "radialGradient", "rect", "stop", "symbol", "text", "textPath", "title", "tspan"),
    "use",
)
"""The elements that HTML in an output may have, besides those that nh3 allows by itself."""
EMPTIED = (
    *("audio", "base", "embed", "form", "iframe", "link", "meta", "object", "script", "style", "template"),
    "video",
)
"""The elements that are removed with what is in them."""
ATTRIBUTES = (
    *("abbr", "align", "alt", "char", "checked", "cite", "class", "colspan", "datetime", "dir", "disabled"),
    *("for", "headers", "height", "high", "href", "hreflang", "lang", "low", "max", "min", "open", "optimum"),
    *("reversed", "role", "rowspan", "scope", "span", "src", "start", "title", "type", "valign", "value"),
    *("width", "accent", "accentunder", "alttext", "columnalign", "columnlines", "columnspacing", "depth"),
    *("display", "displaystyle", "fence", "form", "frame", "largeop", "linethickness", "lspace", "mathsize"),
    *("mathvariant", "maxsize", "minsize", "movablelimits", "notation", "rowalign", "rowlines", "rowspacing"),
    *("rspace", "scriptlevel", "separator", "stretchy", "symmetric", "voffset", "xmlns", "clip-path"),
    *("clip-rule", "cx", "cy", "d", "dominant-baseline", "dx", "dy", "fill", "fill-opacity", "fill-rule"),
    *("font-family", "font-size", "font-style", "font-weight", "fx", "fy", "gradientTransform"),
    *("gradientUnits", "marker-end", "marker-mid", "marker-start", "markerHeight", "markerUnits"),
    *("markerWidth", "mask", "offset", "opacity", "orient", "pathLength", "points", "preserveAspectRatio", "r"),
    *("refX", "refY", "rotate", "rx", "ry", "stop-color", "stop-opacity", "stroke", "stroke-dasharray"),
    *("stroke-dashoffset", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit", "stroke-opacity"),
    *("stroke-width", "text-anchor", "textLength", "transform", "version", "viewBox", "visibility", "x", "x1"),
    *("x2", "y", "y1", "y2"),
)
"""The attributes of these, and of those that nh3 allows, besides any that begin with `aria-` or `data-`."""


class NotebookError(ContentError):
    """A file that isn't a notebook, or can't be read because a package is missing."""


class AsMarkdown:
    """A notebook as Markdown, line by line, with the number of each line in the file; and its pictures, by name.

    Outputs in Markdown are kept apart, because only their HTML can be reduced to what the site's policy allows.
    """

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.numbers: list[int] = []
        self.pictures: dict[str, bytes] = {}
        self.outputs: dict[str, str] = {}
        """Markdown, by the HTML that holds its place."""

    def add(self, text: str, first: int = 1, step: int = 0) -> None:
        """Add lines; the first is from line `first` of the file, each other one `step` lines further."""
        for number, line in enumerate(text.split("\n")):
            self.lines.append(line)
            self.numbers.append(first + number * step)


@lru_cache(maxsize=32)
def written(path: Path, _content: Content | None) -> AsMarkdown:
    """Convert a notebook to Markdown. Raises NotebookError for an invalid file."""
    if missing := lacking("notebooks"):
        raise NotebookError("notebooks need {}, which is not installed: {}".format(*missing))
    import nbformat  # only articles that are notebooks need these
    from nbconvert import preprocessors

    text = path.read_text("utf-8-sig")
    try:
        read: Any = nbformat.reads  # neither nbformat nor nbconvert has types
        notebook = read(text, as_version=4)
        for number, (cell, line) in enumerate(
            zip(notebook.cells, _first_lines(text, len(notebook.cells)), strict=True), start=1
        ):
            cell.metadata["line"] = line
            for name in [*cell.get("attachments", {})]:  # editors call every pasted picture image.png
                unique_name = f"{path.stem}-{number}-{name}"
                cell.attachments[unique_name] = cell.attachments.pop(name)
                cell.source = _text(cell.source).replace(f"attachment:{name}", f"attachment:{unique_name}")
        resources = {"unique_key": path.stem, "output_files_dir": "", "outputs": {}}
        steps: Any = preprocessors
        hiding = steps.TagRemovePreprocessor(**{name: set(tags) for name, tags in HIDDEN.items()})
        notebook, resources = hiding.preprocess(notebook, resources)
        notebook, resources = steps.ExtractAttachmentsPreprocessor().preprocess(notebook, resources)
    except Exception as problem:  # nbformat and nbconvert have a dozen kinds
        raise NotebookError(f"nbformat can't read this notebook: {problem}") from problem
    markdown = AsMarkdown()
    markdown.pictures |= {Path(name).name: data for name, data in (resources.get("outputs") or {}).items()}
    _write(notebook, path.stem, markdown)
    return markdown


def _first_lines(text: str, count: int) -> list[tuple[int, int]]:
    """Find the line of the file where each cell's text starts, and how many lines of the file each of its lines takes.

    A cell's text may be one string on one line. If nothing can be found out, it is line 1.
    """
    lines = text.split("\n")
    begun = [number for number, line in enumerate(lines, start=1) if re.match(r'\s*"source":', line)]
    if len(begun) != count:
        return [(1, 0)] * count
    are_listed = [lines[number - 1].rstrip().endswith("[") for number in begun]
    return [(number + is_listed, int(is_listed)) for number, is_listed in zip(begun, are_listed, strict=True)]


def _text(source: Any) -> str:
    return source if isinstance(source, str) else "".join(source)


def _write(notebook: Any, stem: str, markdown: AsMarkdown) -> None:
    cells = [*notebook.cells]
    header = notebook.metadata.get(KEY) or {}
    if not isinstance(header, Mapping):
        raise NotebookError(
            f'its metadata has "{KEY}": {header!r}, which should be a dictionary such as {{"title": …}}'
        )
    for name, value in header.items():
        text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        markdown.add(f"{name.capitalize()}: {' '.join(text.split())}")
    if not header and (lines := _header_in(cells)):
        first, step = cells[0].metadata["line"]
        for number, line in lines:
            markdown.add(line, first + number * step)
        cells = cells[1:]
    markdown.add("")
    for number, cell in enumerate(cells, start=1):
        source, (line, step) = _text(cell.source), cell.metadata["line"]
        hidden = (cell.metadata.get("transient") or {}).get("remove_source", False)
        if cell.cell_type == "markdown":
            markdown.add(source, line, step)
        elif cell.cell_type == "code":
            if source.strip() and not hidden:
                fence = fence_for(source)
                markdown.add(f"{fence}{{.python{_classes(cell)}}}", max(line - 1, 1))
                markdown.add(source, line, step)
                markdown.add(fence, line + step * source.count("\n"))
            for place, output in enumerate(cell.outputs, start=1):
                for piece in _output(output, cell, f"{stem}-{number}-{place}", markdown):
                    markdown.add("", line)
                    markdown.add(piece, line)
        markdown.add("", line)


def _header_in(cells: Sequence[Mapping[str, Any]]) -> list[tuple[int, str]]:
    """Return the lines of the header in the first cell, each with its place in the cell; empty if it has none."""
    if not cells or cells[0].get("cell_type") not in ("markdown", "raw"):
        return []
    text = _text(cells[0].get("source", ""))
    if FIELD.search(text):
        start = len(text) - len(text.lstrip("\n"))
        return [*enumerate(text.strip("\n").split("\n"), start=start)]
    lines = [(number, LISTED.fullmatch(line)) for number, line in enumerate(text.split("\n"))]
    fields = [
        (number, match["field"] or (match["title"] and f"Title: {match['title']}")) for number, match in lines if match
    ]
    is_header = len(fields) == len(lines) and any(
        match and match["field"] and FIELD.match(match["field"]) for _, match in lines
    )
    return [(number, line) for number, line in fields if line] if is_header else []


def has_header(path: Path) -> bool:
    """Return whether a notebook is an article; also true if it can't be read, so that this is reported."""
    return bool(_has_header(str(path), digest_of(str(path))))


@stored
def _has_header(path: str, _digest: str | None) -> int:
    try:
        notebook = json.loads(Path(path).read_text("utf-8-sig"))
        cells = notebook["cells"] if "cells" in notebook else notebook["worksheets"][0]["cells"]  # up to version 3
        return bool(notebook["metadata"].get(KEY) or _header_in(cells))
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return True


def fence_for(text: str) -> str:
    """Return the fence of a block with some code in it, which may have fences of its own."""
    return "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))


def _classes(cell: Any) -> str:
    tags = cell.metadata.get("tags", [])
    named = next((f" #{tag.removeprefix('id:')}" for tag in tags if tag.startswith("id:")), "")
    return named + "".join(f" .{name}" for tag, name in ((RAISES, "raises"), ("skip", "skip")) if tag in tags)


def _output(output: Any, cell: Any, name: str, markdown: AsMarkdown) -> Iterator[str]:
    """Yield the Markdown for one output of a cell: printed text or an error, its best picture, a table, or its text."""
    if output.output_type == "stream":
        yield _printed(_text(output.text))
        return
    if output.output_type == "error":
        yield _printed(f"{output.ename}: {output.evalue}")
        return
    data = output.get("data", {})
    pictures = ((kind, _bytes(_text(data[kind]), kind)) for kind in PICTURES if kind in data)
    kind, picture = next((candidate for candidate in pictures if candidate[1]), ("", b""))
    if picture:
        file = f"{name}.{kind.partition('/')[2].partition('+')[0].replace('jpeg', 'jpg')}"
        markdown.pictures[file] = picture
        alt = " ".join(str(cell.metadata.get("alt", "")).split())
        yield str(_markup().picture(alt, quote(file)))
        if caption := " ".join(str(cell.metadata.get("caption", "")).split()):
            yield f"/// caption\n{caption}\n///"
    elif "text/html" in data:
        yield _safe(_text(data["text/html"]))
    elif "text/markdown" in data or "text/latex" in data:
        place = str(_markup().output(id=name))
        markdown.outputs[place] = _text(data.get("text/markdown") or data["text/latex"])
        yield place
    elif "text/plain" in data:
        yield _printed(_text(data["text/plain"]))


def _markup() -> Any:
    return macros("notebooks/ipynb.html", ENGLISH)


def _bytes(text: str, kind: str) -> bytes:
    return _safe_svg(text) if kind == "image/svg+xml" else b64decode(text)


def _safe_svg(text: str) -> bytes:
    """Reduce an SVG to what the site's policy allows, as it is read if opened by itself; empty if it isn't XML.

    No library does this well enough. nh3 reads HTML alone: it drops all that follows an SVG's style sheet, leaves
    `@import` and `url()` in one, and writes HTML, which a browser can't open as an SVG. py-svg-hush 0.3 leaves an
    `@import` that is written with an escape, and adds spaces to texts.
    """
    try:
        root = ElementTree.fromstring(text)
    except (ElementTree.ParseError, ValueError):
        return b""
    if root.tag != f"{{{SVG}}}svg":
        return b""
    for parent in [*root.iter()]:
        for node in [*parent]:
            space, _, local = node.tag.rpartition("}")
            if space != f"{{{SVG}" or local.lower() in map(str.lower, ACTIVE):
                parent.remove(node)
    for node in root.iter():
        for name, value in [*node.attrib.items()]:
            local = name.rpartition("}")[2].lower()
            is_link = node.tag == f"{{{SVG}}}a" and not _is_program(value)
            is_own = is_link or value.strip().startswith(("#", "data:image/"))
            if local.startswith("on") or (local in ("href", "src") and not is_own):
                del node.attrib[name]
            elif local in STYLED:
                node.attrib[name] = _own_style(value)
        if node.tag == f"{{{SVG}}}style":
            style = _own_style("".join(node.itertext()))
            node[:] = []
            node.text = style
    ElementTree.register_namespace("", SVG)
    ElementTree.register_namespace("xlink", XLINK)
    return bytes(ElementTree.tostring(root, "utf-8"))


def _own_style(style: str) -> str:
    return loading_only(style, lambda address: address.strip().startswith(("#", "data:image/")))


def _as_browsers_read(address: str) -> str:
    """Remove from a URL the control characters and spaces that browsers ignore, and write its slashes as they do."""
    return re.sub(r"[\x00-\x20]", "", address).replace("\\", "/")


def _is_program(address: str) -> bool:
    plain = _as_browsers_read(address).lower()
    return plain.startswith(("javascript:", "vbscript:", "data:text", "data:application"))


def _printed(text: str) -> str:
    plain = re.sub(r"\x1b\[[0-9;]*[A-Za-z]|\x08", "", text).rstrip("\n")  # terminal colours
    # Text that a progress bar has overwritten is removed, as on a terminal.
    plain = "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in plain.split("\n"))
    fence = fence_for(plain)
    return f"{fence}text\n{plain}\n{fence}"


def _safe(html: str) -> str:
    """Reduce an output's HTML to what the site's policy allows: no scripts, no styles, nothing from other sites."""
    import nh3  # only sites with notebooks have it

    kept = nh3.clean(
        html,
        tags={*nh3.ALLOWED_TAGS, *TAGS},
        clean_content_tags={*EMPTIED},
        attributes={"*": {*ATTRIBUTES}},
        generic_attribute_prefixes={"aria-", "data-"},
        attribute_filter=_own_attribute,
        url_schemes={"data", "http", "https", "mailto"},
        link_rel=None,
    )
    root = parse(kept)
    drop(root, "img:not([src])")
    return re.sub(r"\n\s*\n", "\n", write(root)).strip()


def _own_attribute(tag: str, name: str, value: str) -> str | None:
    """Return the value of an attribute, or None if it would load something from another site."""
    if name in ("href", "src"):
        address = _as_browsers_read(value).lower()
        is_link = tag in ("a", "area") and not address.startswith("data:")
        is_picture = tag in ("img", "image") and address.startswith("data:image/")
        is_elsewhere = re.match(r"[a-z][a-z0-9+.-]*:|//", address)
        return value if is_link or is_picture or not is_elsewhere else None
    return _own_style(value) if name in STYLED else value


def source(path: Path) -> Source:
    """Return the Markdown of a notebook, for looking up a line in it."""
    try:
        markdown = _of(path)
    except (OSError, ValueError):
        return [""], [1]
    return markdown.lines, markdown.numbers


def _of(path: Path) -> AsMarkdown:
    return written(path, content_of(path))


class NotebookReader(MarkdownReader):
    """Reads a notebook as Markdown."""

    enabled = True
    file_extensions = (ENDING.removeprefix("."),)

    def read(self, source_path: str) -> tuple[str, dict[str, Any]]:
        """Return the article's HTML and its header."""
        markdown = _of(Path(source_path))
        html, header = self.convert("\n".join(markdown.lines), source_path)
        for place, text in markdown.outputs.items():
            output_html, _ = self.convert(f"\n{text}", source_path)  # after an empty line, nothing is a header
            html = html.replace(place, str(_markup().output(_safe(output_html))))
        return html, {**header, BESIDE: sorted(markdown.pictures)}


def _look_again(content: Any, _pictures: object) -> None:
    if str(content.source_path).endswith(ENDING):
        raise WholeBuildError("its pictures may be others")


@on_edit(does=_look_again)
class Pictures(FileGenerator):
    """Writes no page, but the pictures of notebooks next to their pages."""

    def generate_output(self, _writer: Any) -> None:
        """Write them."""
        for content in {
            content for content in self.context["generated_content"].values() if content and content.source_path
        }:
            if str(content.source_path).endswith(ENDING) and content.save_as:
                folder = Path(self.output_path, posixpath.dirname(content.save_as))
                for name, data in _of(Path(content.source_path)).pictures.items():
                    write_atomically(folder / name, data)


def _leave_files(generator: Any) -> None:
    """Publish notebooks without a header as files, instead of reading them as articles."""
    if not isinstance(generator, ArticlesGenerator | PagesGenerator):
        return
    get_files = generator.get_files

    def get_articles(*arguments: Any, **named: Any) -> list[str]:
        files = get_files(*arguments, **named)
        plain = {file for file in files if file.endswith(ENDING) and not has_header(Path(generator.path, file))}
        names = {Path(file).as_posix() for file in plain}
        generator.context.setdefault(PLAIN, set()).update(names)
        generator.context["static_links"] |= names
        return [file for file in files if file not in plain]

    generator.get_files = get_articles


def _name_files(generators: Sequence[Any]) -> None:
    """Tell which notebooks are published as files."""
    names = sorted(generators[0].context.get(PLAIN, ())) if generators else []
    if names:
        content = Path(generators[0].settings["PATH"]).name
        first = ", ".join(f"{content}/{name}" for name in names[:NAMED])
        more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
        many = f"{len(names)} notebooks have no header, so they are published as files, not as articles"
        singular = "1 notebook has no header, so it is published as a file, not as an article"
        note(console, f"{many if len(names) > 1 else singular}: {first}{more}")


def _read(readers: Any) -> None:
    readers.reader_classes[ENDING.removeprefix(".")] = NotebookReader


def register() -> None:
    """Connect the plugin."""
    SOURCES[ENDING] = source
    signals.readers_init.connect(_read)
    signals.get_generators.connect(Pictures.offer)
    signals.generator_init.connect(_leave_files)
    signals.all_generators_finalized.connect(_name_files)
