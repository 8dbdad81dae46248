"""The contents of two built sites as a reader sees them, and the differences in text, by passage, and in pictures."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from ..figures.routing import NARROW
from ..html import Node, children, document, text_of

PICTURES = ("png", "webp", "gif", "jpg", "jpeg", "avif", "svg")
"""The endings of pictures. If a figure has several files, the first of these endings is shown."""
DRAWN_SCALE = 2
"""Pixels per CSS pixel in the PNG of a figure that a script draws."""
SMALL = (".thumbnail-dark", ".thumbnail")
INDEX = "pagefind/"
"""The search index, which changes with every text, including the names of its files."""
BESIDE = ("theme/", "cards/", INDEX)
"""Folders with pictures that aren't figures."""
SKIPPED = {"-comment", "button", "head", "nav", "noscript", "script", "style", "template"}
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
PASSAGES = {
    *("article", "aside", "blockquote", "caption", "dd", "details", "div", "dl", "dt", "figcaption", "figure"),
    *("footer", "header", "hr", "li", "main", "ol", "p", "section", "summary", "table", "tbody", "thead", "tr", "ul"),
    *HEADINGS,
}
"""Elements with a text of their own."""
ALIKE = 0.5
"""How similar two passages must be for one to be an edit of the other."""
MOST_PAIRS = 2500
"""Above this number, changed passages aren't compared in pairs, which would take longer than the build."""
WORDS = re.compile(r"\s+|[-−+]?\d+(?:[.,]\d+)*|\w+|[^\w\s]")
"""The units that are compared within a passage: a number is one word, including its sign."""
LARGEST_PX = 40_000_000
FEW_PX = 400
FADED = 0.8
"""How much a picture is faded behind the pixels that differ."""
MARKED = {"light": (207, 0, 92), "dark": (255, 92, 160)}
GROUNDS = {"light": (255, 255, 255), "dark": (18, 22, 28)}

Word = tuple[str, bool]
"""A piece of text, and whether only this side has it."""


class Passage(NamedTuple):
    """A paragraph, a heading, a line of code, a row of a table or the like, as plain text."""

    kind: str
    text: str


class Row(NamedTuple):
    """A passage before and after; None if only the other side has it. Both are the same if nothing changed."""

    kind: str
    before: Sequence[Word] | None
    after: Sequence[Word] | None


class Hunk(NamedTuple):
    """Changes that are close together, with their section's heading, each with a passage before and after it."""

    heading: str
    rows: Sequence[Row]

    @property
    def changes(self) -> list[Row]:
        """The rows that changed: two hunks are duplicates if these are the same."""
        return [row for row in self.rows if row.before != row.after]


@dataclass(frozen=True)
class Page:
    """A page that only one side has, or that has a different text; `repeated` counts what another page shows."""

    path: str
    state: str
    title: str
    text: Sequence[Passage]
    hunks: Sequence[Hunk] = ()
    repeated: int = 0

    @property
    def address(self) -> str:
        """Its URL on the site."""
        return f"/{self.path.removesuffix('index.html')}"

    @property
    def words(self) -> int:
        """The length of its text."""
        return sum(len(passage.text.split()) for passage in self.text)


class Shot(NamedTuple):
    """One side's picture, for embedding in a page: its data, and its size in CSS pixels, or 0 if that isn't known."""

    source: str
    width: int
    height: int


@dataclass
class View:
    """A figure in one form and theme, before and after; `difference` marks the pixels that changed."""

    title: str
    theme: str
    before: Shot | None
    after: Shot | None
    difference: Shot | None = None
    changed: int | None = None
    pixels: int = 0
    note: str = ""

    @property
    def share(self) -> str:
        """The share of pixels that changed, in per cent."""
        share = 100 * (self.changed or 0) / max(self.pixels, 1)
        return f"{share:.1f} %" if share >= 0.1 else "under 0.1 %"

    @property
    def is_broad(self) -> bool:
        """Whether its two pictures need a row of their own."""
        return max(shot.width for shot in (self.before, self.after) if shot) > 400


class Figure(NamedTuple):
    """A figure with differing files: changed, new, removed, or the same in all its pictures."""

    name: str
    state: str
    files: Sequence[str]
    """The endings of the differing ones."""
    views: Sequence[View]


class Difference(NamedTuple):
    """All differences between two built sites; `others` are other files, by their state."""

    figures: Sequence[Figure]
    pages: Sequence[Page]
    others: Mapping[str, Sequence[str]]

    def figures_that(self, state: str) -> list[Figure]:
        """Return the figures with a state."""
        return [figure for figure in self.figures if figure.state == state]

    def pages_that(self, state: str) -> list[Page]:
        """Return the pages with a state: changed, new or removed."""
        return [page for page in self.pages if page.state == state]


@dataclass(frozen=True)
class Output:
    """A folder with a built site, and a folder with its figures in dark colours, if there is one."""

    folder: Path
    dark: Path | None = None

    @cached_property
    def files(self) -> dict[str, Path]:
        """The files by path."""
        paths = sorted(path for path in self.folder.rglob("*") if path.is_file())
        return {path.relative_to(self.folder).as_posix(): path for path in paths}


def differing_files(before: Output, after: Output) -> list[str]:
    """Return the paths of the files that aren't the same in both, in order."""
    paths = sorted(before.files.keys() | after.files.keys())
    return [path for path in paths if not _is_same(before.files.get(path), after.files.get(path))]


def compare(before: Output, after: Output, differing: Sequence[str]) -> Difference:
    """Return the differences that a reader of the pages would see, from the files that differ."""
    figures: dict[str, list[str]] = {}
    pages: list[Page] = []
    others: dict[str, list[str]] = {}
    for path in differing:
        if path.endswith(".html"):
            pages += _pages(path, before.files.get(path), after.files.get(path))
        elif name := _figure_of(path):
            figures.setdefault(name, []).append(path.removeprefix(f"{name}."))
        elif not path.startswith(INDEX):
            others.setdefault(_state(path in before.files, path in after.files), []).append(path)
    return Difference([_figure(*change, before, after) for change in figures.items()], [*_once(pages)], others)


def _is_same(one: Path | None, other: Path | None) -> bool:
    if one is None or other is None:
        return False
    return one.stat().st_size == other.stat().st_size and one.read_bytes() == other.read_bytes()


def _state(was_there: object, is_there: object) -> str:
    return "changed" if was_there and is_there else "new" if is_there else "removed"


# Text


def passages(html: str) -> list[Passage]:
    """Return the text of a page in order: that of its main element, or of the whole page if it has none."""
    root = document(html)
    passages_found: list[Passage] = []
    words: list[str] = []

    def add(passage: Passage) -> None:
        # A figure contains its words once for each of its forms.
        if passage.text and passage not in passages_found[-1:]:
            passages_found.append(passage)

    def end(kind: str) -> None:
        add(Passage(kind, " ".join("".join(words).split()).removesuffix(" ·")))
        words.clear()

    def walk(node: Node, kind: str) -> None:
        for child in children(node):
            tag = child.tag or ""
            if tag in ("svg", "img", "pre", *PASSAGES):
                end(kind)
            if tag == "-text":
                words.append(child.text_content or "")
            elif tag == "svg":
                title = child.css_first("title")
                add(Passage("picture", text_of(title) if title else ""))
            elif tag == "img":
                add(Passage("picture", " ".join((child.attributes.get("alt") or "").split())))
            elif tag == "pre":
                passages_found.extend(
                    Passage("code", line.rstrip()) for line in child.text().splitlines() if line.strip()
                )
            elif tag not in SKIPPED:
                walk(child, tag if tag in PASSAGES else kind)
                if tag in PASSAGES:
                    end(tag)
                words.append({"td": " · ", "th": " · ", "br": " "}.get(tag, ""))

    walk(root.css_first("main") or root.css_first("body") or root, "p")
    end("p")
    return passages_found


def hunks(before: Sequence[Passage], after: Sequence[Passage]) -> Iterator[Hunk]:
    """Yield the differences between two texts, each with the passage before and after it."""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for group in matcher.get_grouped_opcodes(1):
        rows: list[Row] = []
        for verb, i1, i2, j1, j2 in group:
            if verb == "equal":
                rows += [
                    Row(passage.kind, [(passage.text, False)], [(passage.text, False)]) for passage in before[i1:i2]
                ]
            else:
                rows += _rows(before[i1:i2], after[j1:j2])
        above = [passage.text for passage in after[: group[0][3] + 1] if passage.kind in HEADINGS]
        yield Hunk(above[-1] if above else "", rows)


def _rows(before: Sequence[Passage], after: Sequence[Passage]) -> Iterator[Row]:
    """Put edited passages side by side: the two most similar first, then those above and below them."""
    alike, i, j = max(_pairs(before, after), default=(0.0, 0, 0))
    if alike < ALIKE:
        yield from (Row(passage.kind, [(passage.text, True)], None) for passage in before)
        yield from (Row(passage.kind, None, [(passage.text, True)]) for passage in after)
        return
    yield from _rows(before[:i], after[:j])
    yield Row(after[j].kind, *_words(before[i].text, after[j].text))
    yield from _rows(before[i + 1 :], after[j + 1 :])


def _pairs(before: Sequence[Passage], after: Sequence[Passage]) -> Iterator[tuple[float, int, int]]:
    """Yield the similarity of passages of the same kind, with their indexes: two that are alone belong together."""
    if len(before) == len(after) == 1:
        yield float(before[0].kind == after[0].kind), 0, 0
        return
    for i, earlier in enumerate(before if len(before) * len(after) <= MOST_PAIRS else ()):
        for j, later in enumerate(after):
            if earlier.kind == later.kind:
                matcher = SequenceMatcher(None, earlier.text.split(), later.text.split(), autojunk=False)
                if matcher.quick_ratio() >= ALIKE:
                    yield matcher.ratio(), i, j


def _words(before: str, after: str) -> tuple[list[Word], list[Word]]:
    """Return both texts in pieces, each marked as changed or unchanged."""
    earlier_words, later_words = WORDS.findall(before), WORDS.findall(after)
    sides: tuple[list[Word], list[Word]] = ([], [])
    for verb, i1, i2, j1, j2 in SequenceMatcher(None, earlier_words, later_words, autojunk=False).get_opcodes():
        for side, piece in zip(sides, (earlier_words[i1:i2], later_words[j1:j2]), strict=True):
            if piece:
                side.append(("".join(piece), verb != "equal"))
    return _joined(sides[0]), _joined(sides[1])


def _joined(pieces: Sequence[Word]) -> list[Word]:
    """Also mark a space between two changed words, so that a phrase is marked as a whole."""
    joined: list[Word] = []
    for at, (text, changed) in enumerate(pieces):
        between = not text.strip() and 0 < at < len(pieces) - 1 and pieces[at - 1][1] and pieces[at + 1][1]
        if joined and joined[-1][1] == (changed or between):
            joined[-1] = (joined[-1][0] + text, joined[-1][1])
        else:
            joined.append((text, changed or between))
    return joined


def _pages(path: str, before: Path | None, after: Path | None) -> Iterator[Page]:
    """Yield a page, unless it has the same text as before."""
    htmls = [place.read_text("utf-8", "replace") if place else "" for place in (before, after)]
    earlier, later = map(passages, htmls)
    root = document(htmls[1] or htmls[0])
    heading = root.css_first("main h1") or root.css_first("title")
    page = Page(path, _state(before, after), (text_of(heading) if heading else "") or path, later or earlier)
    if page.state != "changed":
        yield page
    elif earlier != later:
        yield replace(page, hunks=[*hunks(earlier, later)])


def _once(pages: Iterable[Page]) -> Iterator[Page]:
    """Leave out changes that a longer page already shows: lists of articles repeat their titles and summaries."""
    reported: list[Sequence[Row]] = []
    for page in sorted(pages, key=lambda page: (page.state != "changed", -page.words if page.hunks else 0, page.path)):
        fresh = [hunk for hunk in page.hunks if hunk.changes not in reported]
        reported += [hunk.changes for hunk in fresh]
        yield replace(page, hunks=fresh, repeated=len(page.hunks) - len(fresh))


# Pictures


def _figure_of(path: str) -> str:
    """Return the name of the figure that a file shows, without its form and ending; empty if it isn't one."""
    name, _, ending = path.rpartition(".")
    if ending.lower() not in PICTURES or path.startswith(BESIDE):
        return ""
    return next((name.removesuffix(form) for form in (*SMALL, NARROW) if name.endswith(form)), name)


def figure_names(output: Output, folder: str, differing: Sequence[str]) -> list[str]:
    """Return the figures of a side in a folder, from the files that differ."""
    names = dict.fromkeys(_figure_of(path) for path in differing if path in output.files)
    # Only a script's drawing has both an SVG and a PNG.
    drawings = (name for name in names if name.startswith(f"{folder}/") and f"{name}.svg" in output.files)
    return [name.removeprefix(f"{folder}/") for name in drawings]


def _figure(name: str, files: Sequence[str], before: Output, after: Output) -> Figure:
    """Compare a figure in all its forms."""
    sides = (before, after)
    forms = {form: [_best(f"{name}{form}", side) for side in sides] for form in ("", NARROW)}
    is_drawn = any(f"{name}.svg" in side.files for side in sides)
    views: list[View] = []
    for form, light in forms.items():
        if not any(light):
            continue
        title = "Narrow" if form else "Wide" if any(forms[NARROW]) else "Figure"
        views.append(_view(title, "light", light, DRAWN_SCALE if is_drawn else 1))
        # A figure's name there doesn't include the folder of its URL.
        places = [side.dark / f"{name.partition('/')[2]}-dark{form}.png" if side.dark else None for side in sides]
        dark = [place if place and place.is_file() else None for place in places]
        if any(dark) and not _is_same(*dark):
            views.append(_view(f"{title}, dark", "dark", dark, DRAWN_SCALE))
    are_there = [any(pair[at] for pair in forms.values()) for at in (0, 1)]
    is_same = all(are_there) and all(view.changed == 0 for view in views)
    return Figure(name, "same" if is_same else _state(*are_there), files, views)


def _best(stem: str, output: Output) -> Path | None:
    places = (output.files.get(f"{stem}.{ending}") for ending in PICTURES)
    return next(filter(None, places), None)


def _view(title: str, theme: str, files: Sequence[Path | None], scale: int) -> View:
    notes: list[str] = []
    pictures = [_opened(file, notes) if file else None for file in files]
    before, after = (
        _shot(file, picture, scale) if file else None for file, picture in zip(files, pictures, strict=True)
    )
    view = View(title, theme, before, after, note=notes[-1] if notes else "")
    if all(pictures):
        view.changed, marked = _marked(pictures[0], pictures[1], theme)
        view.pixels = marked.width * marked.height
        if view.changed:
            view.difference = _shot(Path("difference.png"), marked, scale)
    return view


def _opened(file: Path, notes: list[str]) -> Any:
    """Return a file's pixels; None, with a note, if they can't be compared."""
    from PIL import Image  # slow to import, and not needed if no figure differs

    if file.suffix.lower() == ".svg":
        notes.append("an SVG, whose pixels aren't compared")
        return None
    try:
        with Image.open(file) as opened:
            if getattr(opened, "is_animated", False):
                notes.append("moves: its first frames are compared")
            if opened.size[0] * opened.size[1] > LARGEST_PX:
                raise ValueError("it is too large to be compared")
            return opened.convert("RGBA")
    except (OSError, ValueError, SyntaxError) as problem:  # Pillow's errors for files that aren't pictures
        notes.append(f"{file.name} can't be compared: {problem}")
        return None


def _marked(before: Any, after: Any, theme: str) -> tuple[int, Any]:
    """Count the pixels that differ, and paint them over a faded copy of the picture."""
    from PIL import Image, ImageChops, ImageFilter, ImageOps

    size = max(before.width, after.width), max(before.height, after.height)
    flat = []
    for picture in (before, after):
        ground = Image.new("RGBA", size, (*GROUNDS[theme], 255))
        ground.alpha_composite(picture)
        flat.append(ground.convert("RGB"))
    red, green, blue = ImageChops.difference(flat[0], flat[1]).split()
    mask = ImageChops.lighter(ImageChops.lighter(red, green), blue).point([0] + [255] * 255)
    faded = Image.blend(ImageOps.grayscale(flat[1]).convert("RGB"), Image.new("RGB", size, GROUNDS[theme]), FADED)
    changed = mask.histogram()[255]
    # A few pixels would be overlooked; if many differ, wider marks would hide which.
    faded.paste(MARKED[theme], mask=mask.filter(ImageFilter.MaxFilter(5)) if changed < FEW_PX else mask)
    return changed, faded


def _shot(file: Path, picture: Any, scale: int) -> Shot:
    """Embed a picture in the page: a PNG losslessly in the fewest bytes, any other as it is."""
    if picture and file.suffix.lower() == ".png":
        data, kind = io.BytesIO(), "webp"
        picture.save(data, "WEBP", lossless=True, method=2)
    else:
        data, kind = io.BytesIO(file.read_bytes()), file.suffix.lower().removeprefix(".")
    kind = {"svg": "svg+xml", "jpg": "jpeg"}.get(kind, kind)
    width, height = (-(-length // scale) for length in picture.size) if picture else (0, 0)
    return Shot(f"data:image/{kind};base64,{base64.b64encode(data.getvalue()).decode()}", width, height)
