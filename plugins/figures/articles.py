"""One article's images and links: collected once its HTML is final, and later replaced by the results."""

from __future__ import annotations

import logging
import os
import posixpath
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import count, takewhile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from .. import is_listed
from ..catalogues import ENGLISH, Language, as_tag, language_of
from ..html import Change, Node, Tag, parse, rewrite, rewritten, write
from ..html import read as read_html
from ..private import html_of, put_html, put_summary
from .attributes import PROBLEM, Attributes, without_attributes
from .build import Failure
from .cache import Store
from .formats import IMAGES, size_of
from .markdown import CODE, NOTE, Reading, places_of, without_notes
from .page.figures import (
    DECORATIVE,
    HAND_MADE,
    MARK,
    Numbering,
    Shown,
    failed,
    foreign,
    id_on_page,
    is_one_sentence,
    label,
    make_figures,
    markup,
    sized,
)
from .page.references import EMPTY, REFERENCE, References
from .records import Figure
from .report import AddressError, FigureError, entry
from .requests import NEXT, Reference, Slider
from .routing import LINKS, Route, path_in_content, route
from .settings import Settings

log = logging.getLogger(__name__)

COVER = "_cover_image"
"""The attribute of an article that holds the image from its `Cover:` header, as HTML."""
HEAVY_MB = 2
"""A larger image keeps readers waiting: together with the rest, the page is larger than most web pages."""
ADDRESSES = {"img": "src", "a": "href"}
"""The tags that can refer to a figure, and their attributes that name it."""
FOUND = f"{REFERENCE}, img[{MARK}], img[{HAND_MADE}]"
"""The selector for what is rewritten even if the document shows none of our images."""
PHOTOGRAPHS = (".jpg", ".jpeg")
PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".avif")


@dataclass
class Run:
    """The references that one run of Pelican has collected so far, and later their results."""

    settings: Settings
    asked: dict[Any, dict[str, Reference]] = field(default_factory=dict)
    readings: dict[Any, Reading] = field(default_factory=dict)
    """The contents of each article and page, as they were made."""
    refused: int = 0
    figures: dict[str, Figure] = field(default_factory=dict)
    made: dict[Any, Callable[[], str]] = field(default_factory=dict)
    """Pages that show figures but aren't the author's, and the function that writes each one when they are drawn."""
    in_small: set[str] = field(default_factory=set)
    """The figures that such a page shows as thumbnails."""
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """The code blocks that each figure is drawn from, by parameter; the key names all figures of the same run."""
    withheld: set[Path] = field(default_factory=set)
    """The scripts whose figures are in content that isn't written now, such as a draft while the site is published."""
    drawn: set[str] = field(default_factory=set)
    """The figures that were drawn in this run."""
    frames: list[Reference] = field(default_factory=list)
    """What the sliders of articles show in addition to the figures."""

    @property
    def redrawn(self) -> set[Path]:
        """The articles with a figure that was drawn in this run, so that they look different now."""
        in_articles = (reference for by_mark in self.asked.values() for reference in by_mark.values())
        references = (*in_articles, *self.frames)
        return {reference.article for reference in references if reference.route.figure in self.drawn}


BESIDE = "beside"
"""The attribute of an article that lists pictures which a plugin will write next to its page."""


class ArticleImages:
    """One article's pass through `ask`: route each of our images, then mark or size it, and each link to one."""

    def __init__(self, run: Run, content: Any, context: dict[str, Any]) -> None:
        self._run = run
        self._content = content
        self._context = context
        self._article = Path(content.source_path)
        self._folder = content.relative_dir
        self._document = html_of(content)
        self._reading = run.readings[content] = Reading(self._document, self._article)
        self._is_in_header = True
        self._at: tuple[Node, int] | None = None
        """The current element of the document, and the number of blocks above it."""
        self._given = _given(content)
        self._refused: list[tuple[bool, int, str, AddressError]] = []
        """References to nothing: whether they are links or in the header, their lines, URLs and problems."""
        self._seen: Counter[str] = Counter()
        self._lines: dict[str, list[int]] = {}
        self._languages: dict[str, str] = {}

    def all(self) -> None:
        """Route the references in the header and the content, in document order; then number the figures."""
        root = read_html(self._document)
        placed = list(self._reading.placed(root, *ADDRESSES))
        self._languages = dict(self._chosen_languages(Tag.of(node) for node, _ in placed))
        self._cover()
        rewrite_header(self._content, self._asked, NOTE, *ADDRESSES)
        self._is_in_header = False
        changes = [self._asked_at(at, Tag.of(at[0])) for at in placed]
        is_changed = any(change is not None for change in changes)
        html = "" if is_changed else write(root)
        if is_changed or "<img" in html or EMPTY in f"{html} {self._content.metadata.get('summary')}":
            if is_changed or root.css_first(FOUND):  # a tree that everyone reads stays as it is
                root, changing = parse(self._document), iter(changes)
                rewrite(root, lambda _tag: next(changing), *ADDRESSES)
            self._number(root)
            html = write(root)
        if self._document:
            put_html(self._content, without_notes(html))
        self._tell_refused()
        self._check_ids()

    def _tell_refused(self) -> None:
        """Report references to nothing: images, then links and those in the header, unless that says the same."""
        reported: set[str] = set()
        for only_names, line, address, problem in sorted(self._refused, key=lambda refusal: refusal[0]):
            if not only_names or str(problem) not in reported:
                log.error(entry(f"{self._run.settings.shown(self._article)}:{line}", address, problem))
                self._run.refused += 1
            reported.add(str(problem))

    def _chosen_languages(self, tags: Iterable[Tag]) -> Iterator[tuple[str, str]]:
        """Yield the figures for which an image chooses a language, as an address names them, with this language."""
        for tag in tags:
            attributes = Attributes.of(tag) if tag.name == "img" else Attributes()
            if attributes.language and (path := path_in_content(tag.get("src"), self._folder)):
                yield ".".join(filter(None, (path.rpartition(".")[0], attributes.id))), attributes.language

    def _cover(self) -> None:
        """Collect the image from the header's `Cover:`; in lists, it has no alt text."""
        address = self._content.metadata.get("cover")
        if not isinstance(address, str):
            return
        settings = self._run.settings
        if _is_file(settings.content, address) or address.startswith(f"{settings.folder}/"):
            # In the form that themes expect, which put the site's URL in front of it
            address = f"/{address.lstrip('/')}"
        path = path_in_content(address, self._folder)
        if path and not path.startswith(f"{settings.folder}/"):
            if ".." in path.split("/") or not _is_file(settings.content, path):
                if path.lower().endswith(PICTURES):
                    self._check_elsewhere(Tag("img", (("src", address),)), path)
                return
            self._context["static_links"].add(path)
            address = f"{{static}}/{path}"
        if path or urlsplit(address).scheme in ("http", "https"):
            image = Tag("img", (("alt", ""), ("src", address), ("class", DECORATIVE)))
            setattr(self._content, COVER, str(image))

    def _asked_at(self, at: tuple[Node, int], tag: Tag) -> Tag | str | None:
        self._at = at
        return self._asked(tag)

    def _asked(self, tag: Tag) -> Tag | str | None:
        if tag.name == NOTE:
            return "" if tag.get(CODE) else None
        address = tag.get(ADDRESSES[tag.name])
        path = path_in_content(address, self._folder)
        if path is None or not path.startswith(self._run.settings.folder + "/"):
            if path is not None and tag.name == "img":
                self._check_elsewhere(tag, path)
            return tag.without(PROBLEM) if tag.get(PROBLEM) else None
        line = self._line(address)
        self._context["static_links"].discard(path)
        attributes = Attributes.of(tag) if tag.name == "img" else Attributes()
        settings = self._run.settings
        formats = IMAGES if tag.name == "img" else LINKS
        if tag.name == "a" or self._is_in_header or not (attributes.are_there or attributes.id):
            shown_in = self._languages.get(path.rpartition(".")[0], "")
            attributes = replace(attributes, language=attributes.language or shown_in)
        language = as_tag(attributes.language or self._content.lang)
        try:
            target = route(path, settings, formats, attributes.id, attributes.script, language)
            assert target
            if target.picture:
                return self._picture(tag, target, path, line)
        except AddressError as problem:
            self._refused.append((tag.name == "a" or self._is_in_header, line, address, problem))
            return without_attributes(tag).having(**{ADDRESSES[tag.name]: f"/{path}"})
        return self._figure(tag, target, attributes, line)

    def _figure(self, tag: Tag, target: Route, attributes: Attributes, line: int) -> Tag:
        references = self._run.asked.setdefault(self._content, {})
        mark = str(len(references))
        references[mark] = Reference(
            target,
            tag.get(ADDRESSES[tag.name]),
            self._article,
            line,
            self._reading,
            self._at[1] if self._at else 0,
            attributes,
            given=self._given,
            published=self._content.status == "published",
            is_in_header=self._is_in_header,
            is_link=tag.name == "a",
        )
        address = f"{{static}}/{self._run.settings.folder}/{target.path}"
        if tag.name == "a":
            return tag.having(href=address)
        return without_attributes(tag).having(src=address, **{MARK: mark})

    def _picture(self, image: Tag, target: Route, path: str, line: int) -> Tag:
        assert target.picture
        self._context["static_links"].add(path)
        if image.name == "a":
            return image.having(href=f"{{static}}/{path}")
        check_alt(self._run.settings, self._article, line, image, "")
        if not _is_resized(target.picture, self._content.settings):
            check_weight(self._run.settings, self._article, line, image.get("src"), target.picture)
        size = size_of(target.picture)
        placed = image.without(PROBLEM).having(src=f"{{static}}/{path}", **{HAND_MADE: target.name})
        if size is None:
            return placed.having(loading="lazy", decoding="async")
        return sized(placed, image.get("alt"), *size)

    def _number(self, root: Node) -> None:
        """Turn images into figures where possible, and write the words of references to them and to other places."""
        content = self._content
        numbering = Numbering(language_of(content.lang, content.settings))
        make_figures(root, _is_of_figure, lambda shown: self._numbered(shown, numbering))
        references = References(root, numbering.labels, numbering.names, numbering.language)
        summary = content.metadata.get("summary")
        if isinstance(summary, str) and EMPTY in summary:
            summary_root = parse(summary)
            references.write(summary_root, False, self._report_unknown)
            content.metadata["summary"] = write(summary_root)
            put_summary(content, content.metadata["summary"])
        references.write(root, True, self._report_unknown)

    def _numbered(self, shown: Shown, numbering: Numbering) -> str:
        references = self._run.asked.get(self._content, {})
        image = shown.image.without("title")
        mark = image.get(MARK)

        def marked(number: int, caption: str) -> Tag:
            if mark:
                references[mark] = replace(references[mark], number=number, caption=caption)
                return image
            called = label(number, numbering.language) if number else ""
            return image.having(alt=distinct_alt(called, caption, image.get("alt")))

        if not mark:
            return numbering.figure(shown, image.get(HAND_MADE), marked)
        return numbering.figure(shown, references[mark].route.place, marked, references[mark].route.name)

    def _check_ids(self) -> None:
        """Report a fence whose id is reserved for the block below, and figures with the same id in the page."""
        article = self._run.settings.shown(self._article)
        for block in self._reading.all_blocks if self._reading.holds_id(NEXT) else ():
            if block.id == NEXT:
                message = f"a block can't have the id {NEXT}, because {{code={NEXT}}} means the block below the image"
                problem = FigureError(message, "give the block another id")
                log.error(entry(f"{article}:{block.begun or 1}", f"#{NEXT}", problem))
        by_place: dict[str, Reference] = {}
        for reference in self._run.asked.get(self._content, {}).values():
            first = by_place.setdefault(reference.route.place, reference) if reference.number else reference
            if first.route.name != reference.route.name:
                place = id_on_page(reference.route.place)
                message = (
                    f"the figure in line {first.line}, {first.route.name}, already has the id {place} on this page"
                )
                problem = FigureError(message, "give one of the two another id")
                log.error(entry(f"{article}:{reference.line}", reference.address, problem))

    def _report_unknown(self, written: str, problem: AddressError) -> None:
        lines = [number for number, text in self._reading.prose for _ in range(text.count(written))]
        line = lines[min(self._seen[written], len(lines) - 1)] if lines else 1
        self._seen[written] += 1
        log.error(entry(f"{self._run.settings.shown(self._article)}:{line}", written, problem))

    def _check_elsewhere(self, tag: Tag, path: str) -> None:
        """Warn about an image outside of the figures' folder that is too large or won't exist."""
        settings = self._run.settings
        if _is_file(settings.content, path):
            if is_heavy(settings.content / path):
                line = self._line(tag.get("src"))
                check_weight(settings, self._article, line, tag.get("src"), settings.content / path)
            return
        beside = (posixpath.join(self._folder, name) for name in getattr(self._content, BESIDE, ()))
        if path.startswith("theme/") or path in settings.extra or path in beside:
            return
        _, separator, below = path.partition(f"{settings.folder}/")
        name = below if separator else path.partition("/")[2] or path
        problem = FigureError(
            f"{settings.shown(settings.content / path)} doesn't exist",
            f"the URL of a figure is /{settings.folder}/{name}",
        )
        place = f"{settings.shown(self._article)}:{self._line(tag.get('src'))}"
        log.warning(entry(place, tag.get("src"), problem))

    def _line(self, address: str) -> int:
        """Return the source line of a URL; the first line if none is found."""
        if self._at is None:
            return self._reading.line_in_header(address)
        written = address.partition("}")[2] if address.startswith("{") else address
        if written not in self._lines:
            self._lines[written] = self._reading.lines_of(written)
        lines = self._lines[written]
        place = self._seen[written]
        self._seen[written] += 1
        if len(lines) > 1:
            # A text or comment that only mentions the URL is in the document as well as in the source.
            named = [node.mem_id for node in _naming(written, read_html(self._document))]
            node_id = self._at[0].mem_id
            place = named.index(node_id) if len(named) == len(lines) and node_id in named else place
        return lines[min(place, len(lines) - 1)] if lines else 1


def _naming(address: str, root: Node) -> Iterator[Node]:
    """Yield the mentions of a URL in a document, once per occurrence: elements, texts and comments, but not code."""
    for node in root.traverse(include_text=True):
        if node.is_element_node:
            text = "\0".join(value or "" for name, value in node.attributes.items() if name != CODE)
        else:
            text = node.comment_content or node.text_content or ""
        if address in text and not _is_code(node):
            yield from (node for _ in places_of(address, text))


def _is_code(node: Node | None) -> bool:
    while node is not None and node.tag != "pre":
        node = node.parent
    return node is not None


def scripts_in(content: Any, settings: Settings) -> Iterator[Path]:
    """Yield the scripts of the figures in an article that isn't written, so that it has no references."""
    for tag in map(Tag.of, read_html(html_of(content)).css(", ".join(ADDRESSES))):
        path = path_in_content(tag.get(ADDRESSES[tag.name]), content.relative_dir)
        attributes = Attributes.of(tag) if tag.name == "img" else Attributes()
        try:
            target = route(path, settings, LINKS, attributes.id, attributes.script) if path else None
        except AddressError:
            continue  # reported when it is written
        if target and target.script:
            yield target.script


def _is_file(content: Path, path: str) -> bool:
    """Return whether a path names a file; False for a path that no file system can have."""
    try:
        return (content / path).is_file()
    except OSError:
        return False


def _given(content: Any) -> str:
    """Return the values that an article's header gives its code with `Given:`; several lines make a list."""
    values = content.metadata.get("given", "")
    return ", ".join(
        str(line).strip(" ,") for line in (values if isinstance(values, list) else [values]) if str(line).strip()
    )


def _is_of_figure(image: Tag) -> bool:
    return bool(image.get(MARK) or image.get(HAND_MADE))


def shown_by(reference: Reference, results: Collection[Reference], folder: str) -> list[Reference]:
    """List what an image shows: its figure, or all figures of a script that no article uses."""
    if not reference.is_for_itself:
        return [reference]
    numbered = (reference.numbered(index, folder) for index in count(2))
    return [reference, *takewhile(results.__contains__, numbered)]


def placing(
    references: Mapping[str, Reference],
    results: Mapping[Reference, Figure | Failure],
    settings: Settings,
    is_made: bool = False,
    language: Language = ENGLISH,
    sliders: Mapping[Reference, Slider] | None = None,
) -> Change:
    """Return the change that writes the result of each marked image into an article, or into a generated page."""
    store = Store(settings.store / "store")

    def change(image: Tag) -> Tag | str | None:
        reference = references.get(image.get(MARK))
        if reference is None:
            return None
        shown_references = shown_by(reference, results, settings.folder)
        if len(shown_references) == 1 and not (sliders and reference in sliders):
            return placed(image, reference)
        images = (
            image.having(src=f"{{static}}/{settings.folder}/{further.route.path}") for further in shown_references[1:]
        )
        pieces = [str(placed(*pair)) for pair in zip([image, *images], shown_references, strict=True)]
        if sliders and reference in sliders and not is_made:
            pieces.append(_values(reference, sliders[reference], settings, language))
        return "\n".join(pieces)

    def placed(image: Tag, reference: Reference) -> Tag | str:
        figure = results[reference]
        if isinstance(figure, Failure):
            message = str(figure.problem) if settings.keep_going else None
            return failed(image.having(**{MARK: reference.route.name}), message, figure.last, language)
        if DECORATIVE in image.classes:
            alt = image.get("alt")
        elif is_made:
            alt = image.get("alt") or figure.alt or reference.route.name
        else:
            check_alt(settings, reference.article, reference.line, image.having(src=reference.address), figure.alt)
            _check_figure(settings, reference, figure, store)
            called = label(reference.number, language) if reference.number else ""
            alt = distinct_alt(called, reference.caption, image.get("alt"), figure.alt)
        marked = image.having(alt=alt, **{MARK: reference.route.name})
        if (of_alt := foreign(figure, language)) and alt == figure.alt:
            marked = marked.having(lang=of_alt)
        return sized(marked, alt, figure.wide.width, figure.wide.height, "diagram")

    return change


def drawn_sliders(
    sliders: Mapping[Reference, Slider | FigureError], results: Mapping[Reference, Figure | Failure]
) -> dict[Reference, Slider]:
    """Return the sliders of figures that were drawn, without the values that failed."""
    kept: dict[Reference, Slider] = {}
    for reference, slider in sliders.items():
        if isinstance(slider, Slider) and isinstance(results.get(reference), Figure):
            pairs = [
                (value, frame)
                for value, frame in zip(slider.values, slider.frames, strict=True)
                if frame is None or isinstance(results.get(frame), Figure)
            ]
            if len(pairs) > 1:
                values, frames = zip(*pairs, strict=True)
                kept[reference] = replace(slider, values=values, frames=frames)
    return kept


def is_idle(reference: Reference, slider: Slider, results: Mapping[Reference, Figure | Failure]) -> bool:
    """Return whether a slider's figure is the same for each value."""
    figures = (results[frame or reference] for frame in slider.frames)
    return len({figure.wide.files["png"] for figure in figures if isinstance(figure, Figure)}) == 1


def _values(reference: Reference, slider: Slider, settings: Settings, language: Language) -> str:
    """Write the values of a slider as links to their pictures, for feeds, other themes, and pages without scripts."""
    addresses = [f"{{static}}/{settings.folder}/{frame.route.path}" if frame else "" for frame in slider.frames]
    pairs = list(zip(slider.values, addresses, strict=True))
    return str(markup(language).values(slider.name, pairs, reference.attributes.vary))


def rewrite_content(content: Any, change: Change, *names: str) -> None:
    """Change the elements with some names in an article's header and text."""
    rewrite_header(content, change, *names)
    if html := html_of(content):
        put_html(content, rewritten(html, change, *names))


def rewrite_header(content: Any, change: Change, *names: str) -> None:
    """Change the elements with some names in the texts of the header, such as a summary, and in the cover."""
    for name in dict.fromkeys(("summary", *content.settings["FORMATTED_FIELDS"])):
        text = content.metadata.get(name)
        if isinstance(text, str):
            # Pelican keeps such a text in both places, and reads both.
            content.metadata[name] = rewritten(text, change, *names)
            if name == "summary":
                put_summary(content, content.metadata[name])
            else:
                setattr(content, name, content.metadata[name])
    if cover := getattr(content, COVER, ""):
        setattr(content, COVER, rewritten(cover, change, *names))


def distinct_alt(called: str, caption: str, *alts: str) -> str:
    """Choose the alt text that doesn't repeat the caption: the author's, the picture's own, or else its number."""
    texts = [alt for alt in alts if alt]
    distinct = [alt for alt in texts if not is_one_sentence(alt, caption)]
    return distinct[0] if distinct else called if texts else ""


def check_alt(settings: Settings, article: Path, line: int, image: Tag, of_picture: str) -> None:
    """Warn about an image without an alt text, from its author or from the picture."""
    if not (image.get("alt") or of_picture or DECORATIVE in image.classes):
        problem = FigureError(
            "this image has no alt text", "write it between the square brackets, or mark the image as {.decorative}"
        )
        log.warning(entry(f"{settings.shown(article)}:{line}", image.get("src"), problem))


def check_weight(settings: Settings, article: Path, line: int, address: str, file: str | Path) -> None:
    """Warn about an image that takes long to load."""
    if is_heavy(file):
        size = f"{Path(file).stat().st_size / 1e6:.1f} MB"
        problem = FigureError(
            f"this image has {size}; more than {HEAVY_MB} MB take long to load",
            "save it at the width the page shows it in, or twice that, and photographs as JPEG"
            if Path(file).is_relative_to(settings.content)
            else "draw fewer points or frames, or make the figure smaller",
        )
        log.warning(entry(f"{settings.shown(article)}:{line}", address, problem))


def _is_resized(file: Path, settings: Mapping[str, Any]) -> bool:
    """Return whether the plugin for photographs makes smaller files of a picture."""
    is_on = settings.get("PHOTOGRAPHS", True) and is_listed("photographs", settings)
    return bool(is_on) and file.suffix.lower() in PHOTOGRAPHS


def is_heavy(file: str | Path) -> bool:
    """Return whether a file takes long to load; False if it doesn't exist."""
    try:
        return os.path.getsize(file) > HEAVY_MB * 1e6  # noqa: PTH202 - asked of each figure
    except OSError:
        return False


def _check_figure(settings: Settings, reference: Reference, figure: Figure, store: Store) -> None:
    """Warn about a figure that is wider than any page, or that takes long to load."""
    if figure.narrow is None and figure.wide.width > settings.widest_px:
        problem = FigureError(
            f"the figure is {figure.wide.width} px wide, but a page has at most {settings.widest_px} px for it, so "
            "readers have to scroll it",
            f"draw it narrower: figsize=({settings.widest_px / 96:.1f}, …) fills the page, at 96 px per inch",
        )
        log.warning(entry(f"{settings.shown(reference.article)}:{reference.line}", reference.address, problem))
    if stored := figure.wide.files.get(reference.route.ending):
        check_weight(settings, reference.article, reference.line, reference.address, store.path(stored))
