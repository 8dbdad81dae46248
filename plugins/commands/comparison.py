"""The contents of two built sites as a reader sees them, and the differences in text, by passage, and in pictures."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from functools import cached_property
from pathlib import Path
from typing import Any

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
PASSAGES = {
    *(
        "article",
        "aside",
        "blockquote",
        "caption",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "figcaption",
        "figure",
        "footer",
    ),
    *("h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p", "section", "summary", "table"),
    *("tbody", "thead", "tr", "ul"),
}
"""Elements with a text of their own."""
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
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


@dataclass(frozen=True)
class Passage:
    """A paragraph, a heading, a line of code, a row of a table or the like, as plain text."""

    kind: str
    text: str


@dataclass(frozen=True)
class Row:
    """A passage before and after; None if only the other side has it. Both are the same if nothing changed."""

    kind: str
    before: Sequence[Word] | None
    after: Sequence[Word] | None

    @property
    def is_changed(self) -> bool:
        """Whether the two sides differ."""
        return self.before != self.after


@dataclass(frozen=True)
class Hunk:
    """Changes that are close together, with their section's heading, each with a passage before and after it."""

    heading: str
    rows: tuple[Row, ...]

    @property
    def changes(self) -> tuple[Row, ...]:
        """The rows that changed: two hunks are duplicates if these are the same."""
        return tuple(row for row in self.rows if row.is_changed)


@dataclass(frozen=True)
class Page:
    """A page that only one side has, or that has a different text."""

    path: str
    title: str
    words: int
    hunks: tuple[Hunk, ...] = ()
    repeated: int = 0
    """How many of its changes another page already shows."""
    text: tuple[Passage, ...] = ()

    @property
    def address(self) -> str:
        """Its URL on the site."""
        return f"/{self.path.removesuffix('index.html')}"


@dataclass(frozen=True)
class Shot:
    """One side's picture, for embedding in a page: its data, and its size in CSS pixels."""

    source: str
    width: int
    height: int


@dataclass(frozen=True)
class View:
    """A figure in one form and theme, before and after; `difference` marks the pixels that changed."""

    form: str
    theme: str
    before: Shot | None = None
    after: Shot | None = None
    difference: Shot | None = None
    changed: int | None = None
    pixels: int = 0
    note: str = ""

    @property
    def title(self) -> str:
        """Its title in the page."""
        return f"{self.form}, dark" if self.theme == "dark" else self.form

    @property
    def share(self) -> str:
        """The share of pixels that changed, in per cent."""
        share = 100 * (self.changed or 0) / max(self.pixels, 1)
        return f"{share:.1f} %" if share >= 0.1 else "under 0.1 %"

    @property
    def is_broad(self) -> bool:
        """Whether its two pictures need a row of their own."""
        return max(shot.width for shot in (self.before, self.after) if shot) > 400


@dataclass(frozen=True)
class Figure:
    """A figure with differing files, or that only one side has; `files` are the endings of the differing ones."""

    name: str
    state: str
    files: tuple[str, ...]
    views: tuple[View, ...] = ()

    @property
    def looks_the_same(self) -> bool:
        """Whether its files differ, but not its pictures."""
        return self.state == "changed" and all(view.changed == 0 for view in self.views)


@dataclass(frozen=True)
class Difference:
    """All differences between two built sites."""

    figures: tuple[Figure, ...] = ()
    pages: tuple[Page, ...] = ()
    new: tuple[Page, ...] = ()
    removed: tuple[Page, ...] = ()
    others: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Other files, by their state: changed, new, removed."""

    def figures_that(self, state: str) -> list[Figure]:
        """Return the figures with a state: changed, new or removed."""
        return [figure for figure in self.figures if figure.state == state and not figure.looks_the_same]

    @property
    def same_pictures(self) -> list[Figure]:
        """The figures whose files differ, but not their pictures."""
        return [figure for figure in self.figures if figure.looks_the_same]

    @property
    def shown_pages(self) -> list[Page]:
        """The pages with a change that no other page shows."""
        return [page for page in self.pages if page.hunks]

    @property
    def repeating_pages(self) -> list[Page]:
        """The pages that only repeat changes of others, such as lists of articles."""
        return [page for page in self.pages if not page.hunks]


@dataclass(frozen=True)
class Output:
    """A folder with a built site, and a folder with its figures in dark colours, if there is one."""

    folder: Path
    dark: Path | None = None

    @cached_property
    def files(self) -> dict[str, Path]:
        """The files by path."""
        found = sorted(path for path in self.folder.rglob("*") if path.is_file())
        return {path.relative_to(self.folder).as_posix(): path for path in found}


def differing_files(before: Output, after: Output) -> list[str]:
    """Return the paths of the files that aren't the same in both, in order."""
    paths = sorted(before.files.keys() | after.files.keys())
    return [path for path in paths if not _is_same(before.files.get(path), after.files.get(path))]


def compare(before: Output, after: Output, differing: Sequence[str]) -> Difference:
    """Return the differences that a reader of the pages would see, from the files that differ."""
    figures = _figures(differing, before, after)
    shown = {path for path in differing if _figure_of(path) or path.endswith(".html")}
    changed, new, removed = _pages([path for path in differing if path.endswith(".html")], before, after)
    others: dict[str, list[str]] = {}
    for path in differing:
        if path not in shown and not path.startswith(INDEX):
            others.setdefault(_state(path, before.files, after.files), []).append(path)
    return Difference(tuple(figures), tuple(_once(changed)), tuple(new), tuple(removed), others)


def _is_same(one: Path | None, other: Path | None) -> bool:
    if one is None or other is None:
        return False
    return one.stat().st_size == other.stat().st_size and one.read_bytes() == other.read_bytes()


def _state(path: str, before: Iterable[str], after: Iterable[str]) -> str:
    return "new" if path not in before else "removed" if path not in after else "changed"


# Text


def passages(html: str) -> list[Passage]:
    """Return the text of a page in order: that of its main element, or of the whole page if it has none."""
    root = document(html)
    found: list[Passage] = []
    words: list[str] = []

    def add(passage: Passage) -> None:
        if passage.text and passage not in found[-1:]:  # a figure contains its words once for each of its forms
            found.append(passage)

    def end(kind: str) -> None:
        add(Passage(kind, " ".join("".join(words).split()).removesuffix(" ·")))
        words.clear()

    def walk(node: Node, kind: str) -> None:
        for child in children(node):
            tag = child.tag or ""
            if tag == "-text":
                words.append(child.text_content or "")
            elif tag == "svg":
                end(kind)
                title = child.css_first("title")
                add(Passage("picture", text_of(title) if title else ""))
            elif tag == "img":
                end(kind)
                add(Passage("picture", " ".join((child.attributes.get("alt") or "").split())))
            elif tag == "pre":
                end(kind)
                found.extend(Passage("code", line.rstrip()) for line in child.text().splitlines() if line.strip())
            elif tag in PASSAGES:
                end(kind)
                walk(child, tag)
                end(tag)
            elif tag not in SKIPPED:
                walk(child, kind)
                if tag in ("td", "th"):
                    words.append(" · ")
                elif tag == "br":
                    words.append(" ")

    walk(root.css_first("main") or root.css_first("body") or root, "p")
    end("p")
    return found


def _title(html: str) -> str:
    root = document(html)
    heading = root.css_first("main h1") or root.css_first("title")
    return text_of(heading) if heading else ""


def hunks(before: Sequence[Passage], after: Sequence[Passage]) -> Iterator[Hunk]:
    """Yield the differences between two texts, each with the passage before and after it."""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for group in matcher.get_grouped_opcodes(1):
        rows: list[Row] = []
        for verb, i1, i2, j1, j2 in group:
            if verb == "equal":
                rows += [Row(it.kind, [(it.text, False)], [(it.text, False)]) for it in before[i1:i2]]
            else:
                rows += _rows(before[i1:i2], after[j1:j2])
        first = group[0][3]
        above = [it.text for it in after[: first + 1] if it.kind in HEADINGS]
        yield Hunk(above[-1] if above else "", tuple(rows))


def _rows(before: Sequence[Passage], after: Sequence[Passage]) -> Iterator[Row]:
    """Put edited passages side by side: the two most similar first, then those above and below them."""
    if len(before) == len(after) == 1 and before[0].kind == after[0].kind:
        yield Row(after[0].kind, *_words(before[0].text, after[0].text))
        return
    alike, i, j = max(_pairs(before, after), default=(0.0, 0, 0))
    if alike < ALIKE:
        yield from (Row(it.kind, [(it.text, True)], None) for it in before)
        yield from (Row(it.kind, None, [(it.text, True)]) for it in after)
        return
    yield from _rows(before[:i], after[:j])
    yield Row(after[j].kind, *_words(before[i].text, after[j].text))
    yield from _rows(before[i + 1 :], after[j + 1 :])


def _pairs(before: Sequence[Passage], after: Sequence[Passage]) -> Iterator[tuple[float, int, int]]:
    """Yield the similarity of passages of the same kind, with their indexes."""
    if len(before) * len(after) > MOST_PAIRS:
        return
    for i, one in enumerate(before):
        for j, other in enumerate(after):
            if one.kind == other.kind:
                matcher = SequenceMatcher(None, one.text.split(), other.text.split(), autojunk=False)
                if matcher.quick_ratio() >= ALIKE:
                    yield matcher.ratio(), i, j


def _words(before: str, after: str) -> tuple[list[Word], list[Word]]:
    """Return both texts in pieces, each marked as changed or unchanged."""
    one, other = WORDS.findall(before), WORDS.findall(after)
    sides: tuple[list[Word], list[Word]] = ([], [])
    for verb, i1, i2, j1, j2 in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        for side, piece in zip(sides, (one[i1:i2], other[j1:j2]), strict=True):
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


def _pages(paths: Sequence[str], before: Output, after: Output) -> tuple[list[Page], list[Page], list[Page]]:
    """Return the pages with a different text, the new ones, and the removed ones."""
    changed, new, removed = [], [], []
    for path in paths:
        sides = [
            output.files[path].read_text("utf-8", "replace") if path in output.files else None
            for output in (before, after)
        ]
        one, other = (passages(html) if html is not None else [] for html in sides)
        text = other or one
        title = _title(sides[1] if sides[1] is not None else sides[0] or "") or path
        page = Page(path, title, sum(len(it.text.split()) for it in text))
        if sides[0] is None:
            new.append(replace(page, text=tuple(text)))
        elif sides[1] is None:
            removed.append(replace(page, text=tuple(text)))
        elif one != other:
            changed.append(replace(page, hunks=tuple(hunks(one, other))))
    return changed, new, removed


def _once(pages: Sequence[Page]) -> Iterator[Page]:
    """Leave out changes that a longer page already shows: lists of articles repeat their titles and summaries."""
    told: list[tuple[Row, ...]] = []
    for page in sorted(pages, key=lambda page: (-page.words, page.path)):
        fresh = tuple(hunk for hunk in page.hunks if hunk.changes not in told)
        told += [hunk.changes for hunk in fresh]
        yield replace(page, hunks=fresh, repeated=len(page.hunks) - len(fresh))


# Pictures


def _figure_of(path: str) -> tuple[str, str, str] | None:
    """Return a picture's name, form and ending from its path; None if it isn't a figure."""
    begin, _, ending = path.rpartition(".")
    if ending.lower() not in PICTURES or path.startswith(BESIDE):
        return None
    for form in (*SMALL, NARROW):
        if begin.endswith(form):
            return begin.removesuffix(form), form, ending
    return begin, "", ending


def figure_names(output: Output, folder: str, differing: Sequence[str]) -> list[str]:
    """Return the figures of a side in a folder, from the files that differ."""
    names: dict[str, None] = {}
    for path in differing:
        if path.startswith(f"{folder}/") and path in output.files:
            found = _figure_of(path)
            if found and f"{found[0]}.svg" in output.files:  # only a script's drawing has both an SVG and a PNG
                names[found[0].removeprefix(f"{folder}/")] = None
    return list(names)


def _figures(paths: Sequence[str], before: Output, after: Output) -> Iterator[Figure]:
    """Yield the comparison of each figure with a differing file."""
    differing: dict[str, list[str]] = {}
    for path in paths:
        if found := _figure_of(path):
            differing.setdefault(found[0], []).append(path)
    for name, files in differing.items():
        sides = [{form: _best(name, form, output) for form in ("", NARROW)} for output in (before, after)]
        if not any(sides[0].values()):
            state = "new"
        elif not any(sides[1].values()):
            state = "removed"
        else:
            state = "changed"
        endings = tuple(path.removeprefix(f"{name}.") for path in files)
        yield Figure(name, state, endings, tuple(_views(name, sides, before, after)))


def _best(name: str, form: str, output: Output) -> Path | None:
    places = (output.files.get(f"{name}{form}.{ending}") for ending in PICTURES)
    return next((place for place in places if place), None)


def _views(name: str, sides: Sequence[Mapping[str, Path | None]], before: Output, after: Output) -> Iterator[View]:
    for form, title in (("", "Wide"), (NARROW, "Narrow")):
        light = [side[form] for side in sides]
        if not any(light):
            continue
        title = title if any(side[NARROW] for side in sides) else "Figure"
        is_drawn = any(f"{name}.svg" in output.files for output in (before, after))
        shown = _view(View(title, "light"), light, DRAWN_SCALE if is_drawn else 1)
        yield shown
        dark = [_dark(name, form, output) for output in (before, after)]
        if any(dark) and not _is_same(*dark):
            yield _view(View(title, "dark"), dark, DRAWN_SCALE)


def _dark(name: str, form: str, output: Output) -> Path | None:
    """Find a figure in dark colours: its name there doesn't include the folder of its URL."""
    if output.dark is None:
        return None
    place = output.dark / f"{name.partition('/')[2]}-dark{form}.png"
    return place if place.is_file() else None


def _view(view: View, files: Sequence[Path | None], scale: int) -> View:
    from PIL import Image  # slow to import, and not needed if no figure differs

    pictures: list[Any] = []
    shots: list[Shot | None] = []
    note = ""
    for file in files:
        picture = None
        if file and file.suffix.lower() == ".svg":
            note = "an SVG, whose pixels aren't compared"
        elif file:
            try:
                with Image.open(file) as opened:
                    if getattr(opened, "is_animated", False):
                        note = "moves: its first frames are compared"
                    if opened.size[0] * opened.size[1] > LARGEST_PX:
                        raise ValueError("it is too large to be compared")
                    picture = opened.convert("RGBA")
            except (OSError, ValueError, SyntaxError) as problem:  # Pillow's errors for files that aren't pictures
                note = f"{file.name} can't be compared: {problem}"
        pictures.append(picture)
        shots.append(_shot(file, picture, scale) if file else None)
    shown = replace(view, before=shots[0], after=shots[1], note=note)
    if pictures[0] is None or pictures[1] is None:
        return shown
    changed, size, marked = _marked(pictures[0], pictures[1], view.theme)
    difference = _data(marked, scale) if changed else None
    return replace(shown, difference=difference, changed=changed, pixels=size[0] * size[1])


def _marked(before: Any, after: Any, theme: str) -> tuple[int, tuple[int, int], Any]:
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
    return changed, size, faded


def _shot(file: Path, picture: Any, scale: int) -> Shot:
    """Embed a picture in the page: a still one losslessly in the fewest bytes, any other as it is."""
    data, ending = file.read_bytes(), file.suffix.lower().removeprefix(".")
    if ending == "png" and picture is not None:
        return _data(picture, scale)
    kind = {"svg": "svg+xml", "jpg": "jpeg"}.get(ending, ending)
    width, height = picture.size if picture is not None else (0, 0)
    return Shot(f"data:image/{kind};base64,{base64.b64encode(data).decode()}", width, height)


def _data(picture: Any, scale: int) -> Shot:
    """Convert a picture to a data URL."""
    from PIL import features

    buffer = io.BytesIO()
    if features.check("webp"):
        picture.save(buffer, "WEBP", lossless=True, method=2)
        kind = "webp"
    else:
        picture.save(buffer, "PNG")
        kind = "png"
    source = f"data:image/{kind};base64,{base64.b64encode(buffer.getvalue()).decode()}"
    return Shot(source, -(-picture.width // scale), -(-picture.height // scale))
