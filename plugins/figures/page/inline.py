"""The theme's filter: each figure of a page with its inline drawing, in both forms, and its controls."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from html import escape
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, urlsplit

from markupsafe import Markup

from ...catalogues import ENGLISH, Language, number_in
from ...html import Node, Tag, children, macros, parse, put, read, text_of, write
from ..cache import Store
from ..child.svg import MARGIN, ON_PAPER, OWN
from ..colours import tokens
from ..records import THEMED, Figure, Form
from ..requests import Slider
from ..routing import ASKS, NARROW, VARY, data_path
from ..settings import Settings
from .figures import ALONE, DECORATIVE, MARK, OUTDATED, foreign, with_classes
from .sliders import Stops, file_of_frames, stops_of
from .ties import VARIED, At, Tie, at_of, tie_figures

TEXT_PX = 480
"""The largest width of a page's text: a wider figure extends beyond it."""

NOTE_PX = 224
"""The width of the column for notes: what isn't wider, without its margins, may be there, beside the text."""

NARROWEST_PX = 288
"""The least width that a page has for a figure: one that isn't wider never scrolls."""

REM_PX = 16
"""The pixels of a drawing in a rem, in which pages give sizes. The style sheet has a class for each width: `w19`, …"""

DRAWING = "<!-- drawing -->"
"""The placeholder for a drawing in the tree: most of a page is drawings, whose tags don't need to be parsed again."""

EMPTY = ("path", "use", "rect")
"""The most common elements of a drawing, which are empty."""

REFERENCE = re.compile(r"url\(#([^)]+)\)")


FONTS = "fonts"
"""The subfolder with the fonts of drawings, for pages of any theme."""


def markup(language: Language = ENGLISH) -> Any:
    """Return the macros that write what a page has of a figure besides its image, in the page's language."""
    return macros("figures/page/inline.html", language)


@dataclass(frozen=True)
class Font:
    """A font for drawings, as a style sheet names it."""

    file: Path
    family: str
    weight: str


@dataclass
class Inlining:
    """Writes the figures of a run into its pages."""

    settings: Settings
    figures: Mapping[str, Figure]
    script_of: Callable[[str], str | None]
    """Returns the URL, relative to the site's, of the page that shows a figure's script."""
    codes: Mapping[str, str]
    """The code that a figure is drawn from, by its name."""
    sliders: Mapping[tuple[str, str], Slider]
    """The sliders of figures, by the name of each and the `vary` of its image."""
    publish: Callable[[str, str], object]
    """Puts a text that a page loads at a path in the output."""
    own_colours: dict[str, list[str]] = field(default_factory=dict)
    """The colours that aren't tokens, by the names of the figures in pages so far: any such figure stays light."""
    _times: dict[str, Counter[str]] = field(default_factory=dict)
    _hinted: set[str] = field(default_factory=set)
    """The pages that have said that numbers can be asked."""
    _output_file: str = ""
    _language: Language = ENGLISH
    _drawings: list[str] = field(default_factory=list)

    @cached_property
    def described(self) -> str:
        """All settings, which each page depends on."""
        return repr(self.settings)

    def forget_pages(self) -> None:
        """Reset the counters, because pages are written again."""
        self._times.clear()
        self._hinted.clear()

    def page(self, html: str, output_file: str, language: Language = ENGLISH) -> str:
        """Write the figures into a piece of a page. A page may have several pieces, but each id only once."""
        if "<img" not in html:
            return html
        self._language, self._output_file = language, output_file
        self._drawings = []
        times = self._times.setdefault(output_file, Counter())
        root = parse(html.replace(DRAWING, ""))
        figures = {image: figure for figure in root.css("figure.diagram") if (image := _image(figure))}
        for image in root.css("img"):
            if image not in figures:
                self._offer_narrow(image)
        names = {image: image.attributes.get(MARK) or "" for image in figures}
        stops = {figure: stops_of(figure, names[image], self.sliders) for image, figure in figures.items()}
        varied = {
            figure: figure_stops.slider.literal
            for figure, figure_stops in stops.items()
            if figure_stops and figure_stops.slider.literal and figure.id
        }
        ties = tie_figures(root, self._drawn_from_code(figures), varied)
        for image, figure in figures.items():
            times[names[image]] += 1
            self._write(figure, image, times[names[image]], ties.get(figure, {}), stops[figure])
        return self._with_drawings(root)

    def _with_drawings(self, root: Node) -> str:
        """Serialize a tree, with each drawing in its place."""
        pieces = write(root).split(DRAWING)
        return "".join(chain.from_iterable(zip(pieces, [*self._drawings, ""], strict=True)))

    def names(self, html: str) -> set[str]:
        """Return the figures that a piece of a page shows, as figures or as plain images."""
        return (
            {name for image in read(html).css(f"img[{MARK}]") if (name := image.attributes.get(MARK))}
            if "<img" in html
            else set()
        )

    def in_content(self, html: str, siteurl: str, language: Language) -> str:
        """Write the drawings into an article, for a theme without support for them: dark wherever its page is.

        A figure with colours of its own, or without a drawing, stays an image.
        """
        if MARK not in html:
            return html
        self._language = language
        root, times, widths = parse(html.replace(DRAWING, "")), Counter[str](), set()
        self._drawings = []
        for figure in root.css("figure.diagram"):
            image = _image(figure)
            name = image.attributes.get(MARK) or "" if image else ""
            if image is None or name not in self.figures:
                continue
            drawn = self._shown(Tag.of(image), self.figures[name], times[name] + 1, {})
            if drawn.forms and name not in self.own_colours:
                times[name] += 1
                # The width at which the form changes is in the style, so it must be in the class too.
                from_ = [drawn.width] if len(drawn.forms) > 1 else []
                with_classes(Tag.of(figure), "drawn", *(f"from{width}" for width in from_)).mark(figure)
                widths.update(from_)
                self._drawings.append(drawn.html)
                put(DRAWING, image)
                image.decompose()
        if not self._drawings:
            return html
        return self._style(widths, siteurl) + self._with_drawings(root)

    def _style(self, widths: Collection[int], siteurl: str) -> str:
        """Return the style of drawings in a page of any theme: colours, fonts, and which form is shown."""
        settings, folder = self.settings, f"{siteurl}/{self.settings.folder}/{FONTS}"
        return str(self._markup.style(tokens(settings), sorted(widths), self.fonts, folder, settings.asks_system))

    @property
    def fonts(self) -> list[Font]:
        """The fonts of drawings, with family and weight from their file names: `unrolled-sans-600.ttf`."""
        files = sorted(self.settings.fonts.glob("*-*.[ot]tf")) if self.settings.fonts else []
        named_files = [(file, *file.stem.rpartition("-")[::2]) for file in files]
        return [
            Font(file, name.replace("-", " ").title(), weight)
            for file, name, weight in named_files
            if weight.isdecimal()
        ]

    def _drawn_from_code(self, figures: Mapping[Node, Node]) -> dict[Node, tuple[Figure, str]]:
        named = {figure: image.attributes.get(MARK) or "" for image, figure in figures.items() if figure.id}
        return {figure: (self.figures[name], self.codes[name]) for figure, name in named.items() if name in self.codes}

    def _offer_narrow(self, image: Node) -> None:
        """Have an image show its figure's narrow form if the page's box is narrower than the drawing."""
        figure = self.figures.get(image.attributes.get(MARK) or "")
        if figure and figure.narrow:
            put(self._picture(Tag.of(image), figure), image)
            image.decompose()

    def _picture(self, image: Tag, figure: Figure | None) -> str:
        if figure is None or figure.narrow is None:
            return str(image)
        stem, ending = posixpath.splitext(image.get("src"))
        width = figure.wide.width
        source = {
            "media": f"(max-width: {width + self.settings.margin_px - 1}px)" if self._fits(figure) else "all",
            "address": f"{stem}{NARROW}{ending}",
            "width": figure.narrow.width,
            "height": figure.narrow.height,
        }
        return str(self._markup.picture(image, source))

    def _fits(self, figure: Figure) -> bool:
        return figure.wide.width <= self.settings.widest_px

    def _write(self, node: Node, placed: Node, time: int, ties: Mapping[At, Tie], stops: Stops | None) -> None:
        """Write a figure: its drawings, or else its image, then its caption and controls."""
        figure_tag, image = Tag.of(node), Tag.of(placed)
        name, caption = image.get(MARK), node.css_first("figcaption")
        number = next(iter(children(caption)), None) if caption else None
        called = text_of(number) if number is not None and number.tag == "b" else ""
        figure = self.figures.get(name)
        pictures = self._pictures(figure, stops)
        drawn = self._shown(image, figure, time, ties, _highest(pictures))
        figure_tag = with_classes(figure_tag, *_sizes(drawn, [picture.wide.width for picture in pictures]))
        answers = {"data-asks": _data(image, ASKS, figure.asks)} if drawn.forms and figure and figure.asks else {}
        figure_tag.having(**({MARK: name} if name else {}), **answers).mark(node)
        if caption:
            placed.insert_before(caption, move=True)  # in reading order: the label, then the content
        rows: list[str] = []
        if name:
            self._drawings.append(drawn.html)
            # A figure that fits every page never scrolls.
            scrolls = len(drawn.forms) <= 1 and drawn.width > NARROWEST_PX
            box = called or image.get("alt") or self._language.gettext("Figure")
            pieces = [self._markup.scroll(Markup(DRAWING), box if scrolls else "")]
            rows.append(self._steps(figure, drawn, called, pictures))
            if stops and figure:
                rows.append(self._slider(figure_tag, image, figure, stops, time, ties, called))
            if drawn.forms and any(picture.asks for picture in pictures):
                rows.insert(0, str(self._markup.ask(self._output_file not in self._hinted)))
                self._hinted.add(self._output_file)
        else:
            pieces = [str(image)]
        if DECORATIVE not in figure_tag.classes and (figure or not name):
            if ALONE in figure_tag.classes:
                pieces.append(str(self._markup.controls([Markup(row) for row in rows if row], "", called)))
            else:
                addresses = self._addresses(image, name) if figure else {}
                pieces.append(under(figure, rows, addresses, called, figure_tag.get("id"), self._language))
        if drawn.forms and ties:
            pieces.append(str(self._markup.ties(dict.fromkeys(ties.values()), figure_tag.get("id"))))
        put("".join(pieces), placed)
        placed.decompose()

    def _shown(
        self,
        image: Tag,
        figure: Figure | None,
        time: int,
        ties: Mapping[At, Tie],
        highest: Mapping[str, int] = MappingProxyType({}),
    ) -> _Drawn:
        """Return a figure for the page: its forms, or else its image.

        Each form has room for the `highest` that may take its place.
        """
        forms = self._forms(image, figure)
        drawings = {
            name: self._drawing(image, figure, name, form, time, ties, highest.get(name, 0))
            for name, form in forms.items()
        }
        if not (forms and all(drawings.values())):
            return _Drawn(self._picture(image, figure), _width(image), ())
        return _Drawn("".join(map(str, drawings.values())), max(form.width for form in forms.values()), tuple(forms))

    def _pictures(self, figure: Figure | None, stops: Stops | None) -> list[Figure]:
        """Return all that may be shown in a figure's place: itself, and what its slider puts there."""
        frames = stops.slider.frames if stops else ()
        return [*filter(None, [figure, *(self.figures.get(frame.route.name) for frame in frames if frame)])]

    def _steps(self, figure: Figure | None, drawn: _Drawn, called: str, pictures: Sequence[Figure]) -> str:
        if figure is None or " data-step=" not in drawn.html:
            return ""
        sentences = [sentence for picture in pictures for sentence in picture.steps]
        return steps(figure.steps, called, self._language, sentences, foreign(figure, self._language))

    def _slider(
        self,
        figure_tag: Tag,
        image: Tag,
        figure: Figure,
        stops: Stops,
        time: int,
        ties: Mapping[At, Tie],
        called: str,
    ) -> str:
        """Return the slider of a figure, and publish the file with its frames."""
        name, slider = image.get(MARK), stops.slider
        if all_of := slider.snapshots:  # of an argument: what is in the code stays as it is there
            source = _data(image, VARY, figure.snapshots[all_of.vary].changes)
            tag = self._language.tag
            values, all_values = (tuple(number_in(value, tag) for value in its.values) for its in (slider, all_of))
            slider = replace(slider, values=values, snapshots=replace(all_of, values=all_values))
            return str(self._markup.slider(slider, stops.addresses, source, figure_tag.get("id"), None))
        pictures = self._pictures(figure, stops)
        highest = _highest(pictures)
        frames: list[dict[str, object]] = []
        for place, (frame, address) in enumerate(zip(slider.frames, stops.addresses, strict=True)):
            its, frame_image = figure, image
            if frame:
                its = self.figures[frame.route.name]
                # If the picture's own text doesn't mention the change, use the value.
                value = f"{slider.name} = {slider.values[place]}"
                alt = its.alt if its.alt != figure.alt else f"{image.get('alt')} ({value})"
                frame_image = image.having(src=address, alt=alt, width=str(its.wide.width), height=str(its.wide.height))
            drawn = self._shown(frame_image, its, time, stops.ties(ties, place, self.codes.get(name, "")), highest)
            frames.append(
                {
                    "drawing": drawn.html,
                    "steps": self._steps(its, drawn, called, pictures),
                    "data": str(
                        self._markup.data(described(its, self._language), called, figure_tag.get("id"))
                    ).strip(),
                    "stem": posixpath.splitext(frame_image.get("src"))[0],
                    **({"asks": _data(frame_image, ASKS, its.asks)} if its.asks else {}),
                }
            )
        path, data, source = file_of_frames(frames, stops, image.get("src"), self._language, self.settings)
        self.publish(path, data)
        return str(self._markup.slider(slider, stops.addresses, source, figure_tag.get("id"), ties.get(VARIED)))

    def _forms(self, image: Tag, figure: Figure | None) -> dict[str, Form]:
        """Return the drawings for the page, narrow first; none if an image is shown."""
        if figure is None or _ending(image) in figure.wide.moving or OUTDATED in image.classes:
            return {}
        if figure.narrow is None or figure.narrow.width >= figure.wide.width:
            return {"wide": figure.wide}
        mid = {"mid": figure.mid} if figure.mid else {}
        return {"narrow": figure.narrow, **({**mid, "wide": figure.wide} if self._fits(figure) else {})}

    def _drawing(
        self,
        image: Tag,
        figure: Figure | None,
        name: str,
        form: Form,
        time: int,
        ties: Mapping[At, Tie],
        height: int = 0,
    ) -> str | None:
        """Return a form of a figure; None if the store has none for a page."""
        try:
            stored = Path(self._store.path(form.files[THEMED])).read_text("utf-8")
        except (KeyError, OSError):
            return None
        svg, colours = drawing(stored, name, form.parts, time, ties, height)
        if colours:
            self.own_colours[image.get(MARK)] = colours
        text, of_words = (figure.description.get("text", ""), foreign(figure, self._language)) if figure else ("", "")
        if of_words:
            svg.attrs["lang"] = of_words
        # The alt text may be the article's own.
        return _with_words(_short(svg), image, text, self._language.tag if of_words and not image.get("lang") else "")

    def _addresses(self, image: Tag, name: str) -> dict[str, str]:
        stem, ending = posixpath.splitext(image.get("src"))
        addresses = {
            extension.removeprefix(".").upper(): f"{stem}{extension}"
            for extension in dict.fromkeys((".png", ".svg", ending))
        }
        if script := self.script_of(name):
            site = stem.removesuffix(quote(f"{self.settings.folder}/{name}"))
            addresses[self._language.gettext("Script")] = site + script
        return addresses

    @property
    def _markup(self) -> Any:
        return markup(self._language)

    @property
    def _store(self) -> Store:
        return Store(self.settings.store / "store")


@dataclass(frozen=True)
class _Drawn:
    """A figure in a page: drawings, or an image; its width, and its forms: none for an image."""

    html: str
    width: int
    forms: tuple[str, ...]


PULLED_PX = 10
"""How far the style sheet pulls drawings to the left: by their usual margin."""


def drawing(
    stored: str, form: str, parts: Mapping[str, Any], time: int, ties: Mapping[At, Tie], height: int = 0
) -> tuple[Node, list[str]]:
    """Return a form of a figure, such as `wide`, from its stored SVG, for its n-th occurrence in a page.

    Its ids are made unique, its parts tied, and its size is given in em, so that it grows with the reader's letters. A
    narrow form whose margin had to be small gets room on its left, so that it begins where the text does; one lower
    than `height` gets room below. The second value lists its colours that aren't tokens: with any, it stays light.
    """
    svg = parse(stored).css_first("svg")
    assert svg is not None
    if time > 1:
        _number_ids(svg, time)
    for part in svg.css("[data-part][data-arg]") if ties else ():
        at = at_of(parts.get(part.attributes["data-part"] or "", {}))
        if at is not None and at in ties:
            part.attrs["data-tie"], part.attrs["class"] = str(ties[at].number), f"of-{ties[at].role}"
    colours = (svg.attributes.get(OWN) or "").split()
    kind = f"{form} {ON_PAPER}" if colours else form
    tag = Tag.of(svg).without("class", OWN, MARGIN).having(**{"class": kind})
    width_px, height_px = (float(tag.get(side)) for side in ("width", "height"))
    short = max(0, PULLED_PX - round(float(svg.attributes.get(MARGIN) or PULLED_PX))) if form == "narrow" else 0
    low = max(0, height - height_px)
    if short or low:
        left, top, width, high = map(float, tag.get("viewBox").split())
        a_px = width / width_px
        box = (left - short * a_px, top, width + short * a_px, high + low * a_px)
        tag = tag.having(viewBox=" ".join(f"{side:g}" for side in box))
    tag.having(width=_in_letters(width_px + short), height=_in_letters(height_px + low)).mark(svg)
    return svg, colours


def _in_letters(px: float) -> str:
    return f"{px / REM_PX:g}em"


def _highest(pictures: Sequence[Figure]) -> dict[str, int]:
    """Return the height of the highest of some figures in each form."""
    forms = [
        (name, form) for picture in pictures for name in ("narrow", "mid", "wide") if (form := getattr(picture, name))
    ]
    return {name: max(form.height for kind, form in forms if kind == name) for name, _ in forms}


def _short(svg: Node) -> str:
    """Serialize a drawing. In HTML, each of its lines would have a closing tag, a fortieth of a long page."""
    html = svg.html or ""
    for name in EMPTY:
        if svg.css_first(f"{name} > *") is None:
            html = html.replace(f"></{name}>", "/>")
    return html


def _number_ids(svg: Node, time: int) -> None:
    for node in svg.traverse():
        for name, value in node.attributes.items():
            if not value or (name != "id" and "#" not in value):
                continue
            if name == "id" or (name.rpartition(":")[2] == "href" and value.startswith("#")):
                node.attrs[name] = f"{value}--{time}"
            else:
                node.attrs[name] = REFERENCE.sub(rf"url(#\1--{time})", value)


def _with_words(svg: str, image: Tag, text: str, language: str) -> str:
    """Add alt text and description to a drawing, or hide it from screen readers if it has none."""
    tag, _, inside = svg.partition(">")
    alt, text = (" ".join(words.split()) for words in (image.get("alt"), text))
    if not alt:
        return f'{tag} aria-hidden="true">{inside}'
    lang = f' lang="{language}"' if language else ""
    words = f"<title{lang}>{escape(alt, quote=False)}</title>"
    words += f"<desc>{escape(text, quote=False)}</desc>" if text else ""
    # A browser would show the title as a tooltip anywhere in the drawing, unless a nearer one, here an empty one,
    # overrides it. The contents aren't text to be read in drawing order: the words and values are next to the drawing.
    inside = f'<g aria-hidden="true"><title></title>{inside.removesuffix("</svg>")}</g>'
    return f'{tag} role="img">{words}{inside}</svg>'


def under(
    figure: Figure | None,
    rows: Sequence[str],
    addresses: Mapping[str, str],
    called: str,
    place: str,
    language: Language = ENGLISH,
) -> str:
    """Write the part below a drawing: rows of controls, the menu with URLs by their names, and the data.

    `called` is the figure's label, `place` its id in the page.
    """
    write = markup(language)
    description = described(figure, language) if figure else None
    menu = write.menu(description, called, addresses, place)
    return (
        f"{write.controls([Markup(row) for row in rows if row], menu, called)}{write.data(description, called, place)}"
    )


def described(figure: Figure, language: Language) -> dict[str, Any]:
    """Return a figure's description: its text as paragraphs, its values, and which columns are numbers.

    If the figure says how the values were computed, `computed` has a text for each row. If it isn't in the page's
    language, `lang` says in which one it is.
    """
    description: Mapping[str, Any] = figure.description
    head, rows = (description.get(key) or () for key in ("head", "rows"))
    columns = [[*filter(None, column)] for column in zip(*rows, strict=False)]
    return {
        "paragraphs": [
            " ".join(paragraph.split())
            for paragraph in str(description.get("text") or "").split("\n\n")
            if paragraph.strip()
        ],
        "head": [*head][: len(columns)],
        "rows": rows,
        "computed": description.get("computed") or (),
        "lang": foreign(figure, language),
        "is_number": [bool(column) and all(map(_is_number, column)) for column in columns],
    }


def _is_number(cell: str) -> bool:
    """Return whether a cell is a number, in any language's format: such columns are right-aligned."""
    return cell.lstrip("−-+").removesuffix("%").replace(".", "").replace(",", "").isdecimal()


def steps(
    sentences: Sequence[str],
    called: str,
    language: Language = ENGLISH,
    others: Sequence[str] = (),
    of_words: str = "",
) -> str:
    """Write the controls to step through a figure; nothing for a figure with fewer than two steps.

    There is also room for the longest of the `others`, those of all pictures that a slider puts in its place.
    `of_words` is the language of the sentences, if it isn't the page's.
    """
    step_texts, others = ([" ".join(sentence.split()) for sentence in texts] for texts in (sentences, others))
    room = max(others, key=len, default="")
    return (
        str(markup(language).steps(step_texts, called, of_words, "" if room in step_texts else room))
        if len(step_texts) > 1
        else ""
    )


def _image(figure: Node) -> Node | None:
    """Return the image at the start of a figure, as in ours."""
    first = figure.first_child
    return first if first is not None and first.tag == "img" else None


def _data(image: Tag, kind: str, file: str) -> str:
    """Return the URL of what a page loads for a figure, on the page's own host, as its policy demands."""
    return data_path(posixpath.splitext(urlsplit(image.get("src")).path)[0], kind, file)


def _ending(image: Tag) -> str:
    return image.get("src").rpartition(".")[2]


def _sizes(drawn: _Drawn, others: Sequence[int] = ()) -> list[str]:
    """Return classes for a figure's width, because a page may have no `style`; `others` may take its place."""
    largest = max(drawn.width, *others, 0) if drawn.forms else drawn.width
    place = ["wide"] if largest > TEXT_PX else ["small"] if largest - 2 * PULLED_PX <= NOTE_PX else []
    least = NOTE_PX // REM_PX  # anything narrower fits every column
    forms = [f"w{max(-(-drawn.width // REM_PX), least)}"] if len(drawn.forms) > 1 else []
    return [*place, *(["mid"] if "mid" in drawn.forms else []), *forms]


def _width(image: Tag) -> int:
    width = image.get("width")
    return int(width) if width.isdecimal() else 0
