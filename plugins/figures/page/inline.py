"""The theme's filter: each figure of a page with its drawing inline, in both forms, and with what belongs to it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ...i18n.catalogues import ENGLISH, Language
from ..pages import DECORATIVE, MARK, OUTDATED, classes, offering_turned, with_turned
from ..records import THEMED, Figure, Form
from ..references import Tag, tags
from ..settings import Settings
from ..store import Store
from .arguments import At
from .drawing import Told, drawing, own_colours
from .foot import foot
from .numbering import text_of
from .stepping import stepping
from .ties import Tie, back, tied

_FIGURE = re.compile(
    r'(?P<figure><figure class="diagram\b[^>]*>)(?P<image><img [^>]*>)(?P<rest>.*?)\n</figure>', re.DOTALL
)
_IS_STEPPED = " data-step="
_CALLED = re.compile(r"<figcaption><b[^>]*>(?P<number>.*?)</b>")

TEXT_PX = 480
"""As wide as a page's text may be: a wider figure breaks out of it."""

NARROWEST_PX = 288
"""What a page has for a figure at least: one that is no wider never scrolls."""

STEP_PX = 16
"""The style sheet knows widths in such steps, `w304` and so on."""


@dataclass
class Inlining:
    """Writes the figures of a run into its pages."""

    settings: Settings
    figures: Mapping[str, Figure]
    script_of: Callable[[str], str | None]
    """Gives the address, below the site's, at which a page shows the script of a figure."""
    codes: Mapping[str, str]
    """The code that a figure is drawn from, by its name."""
    own_colours: dict[str, list[str]] = field(default_factory=dict)
    """The colours that are no tokens, by the names of the figures in pages so far: with any a figure stays light."""
    _shown: dict[str, Counter[str]] = field(default_factory=dict)
    _language: Language = ENGLISH

    def page(self, html: str, output_file: str, language: Language = ENGLISH) -> str:
        """Write the figures of a piece of a page. A page may have several pieces; an id stands in it once."""
        self._language = language
        shown = self._shown.setdefault(output_file, Counter())
        pieces: list[str] = []
        end = 0
        page = tied(html, self._drawn_from_code(html))
        html = page.html
        for found in _FIGURE.finditer(html):
            own, image = _tags(found)
            shown[image.get(MARK)] += 1
            ties = page.figures.get(own.get("id"), {})
            figure = self._figure(own, image, found["rest"], shown[image.get(MARK)], ties)
            pieces += [self._images(html[end : found.start()]), figure]
            end = found.end()
        return "".join([*pieces, self._images(html[end:])])

    def _drawn_from_code(self, html: str) -> dict[str, tuple[int, Figure, str]]:
        found = {match.start(): _tags(match) for match in _FIGURE.finditer(html)} if self.codes else {}
        return {
            own.get("id"): (at, self.figures[name], self.codes[name])
            for at, (own, image) in found.items()
            if (name := image.get(MARK)) in self.codes and own.get("id")
        }

    def _images(self, html: str) -> str:
        """Offer the turned form of what is an image, as in a link."""
        return with_turned(html, self.figures, self.settings.widest_px, self.settings.margin_px)

    def _figure(self, own: Tag, image: Tag, rest: str, time: int, ties: Mapping[At, Tie]) -> str:
        number = _CALLED.search(rest)
        called = text_of(number["number"]) if number else ""
        if not image.get(MARK):
            return self._hand_made(own, image, rest, called)
        figure = self.figures.get(image.get(MARK))
        forms = self._forms(image, figure)
        told = Told(image.get("alt"), figure.description.get("text", "") if figure else "", time, ties)
        drawings = [self._drawing(image.get(MARK), form, drawn, told) for form, drawn in forms.items()]
        if not drawings or None in drawings:
            forms = {}
            drawings = [offering_turned(image, figure, self.settings.widest_px, self.settings.margin_px)]
        width = max(form.width for form in forms.values()) if forms else _width(image)
        opened = own.with_attributes(**{"class": classes(own, *_sizes(width, len(forms))), MARK: image.get(MARK)})
        scroll = _scroll(width, len(forms), called or image.get("alt") or self._language.gettext("Figure"))
        # A caption must be a figure's last child, or its first: the style sheet has it stand above the foot.
        under = f"{self._foot(own, image, figure, called)}{rest}\n</figure>"
        if figure and any(_IS_STEPPED in svg for svg in drawings if svg):
            under = stepping(figure.steps, called, self._language) + under
        links = back(ties.values(), own.get("id"), self._language) if forms else ""
        return f"{opened}{links}{scroll}{''.join(filter(None, drawings))}</div>{under}"

    def _hand_made(self, own: Tag, image: Tag, rest: str, called: str) -> str:
        """Write a picture that is as wide as it may be: what its author drew may be of any size."""
        opened = own.with_attributes(**{"class": classes(own, *_sizes(_width(image), 1))})
        return f"{opened}{image.with_attributes()}{self._foot(own, image, None, called)}{rest}\n</figure>"

    def _forms(self, image: Tag, figure: Figure | None) -> dict[str, Form]:
        """Tell which drawings stand in the page, that for narrow boxes first; none where an image does."""
        if figure is None or _ending(image) in figure.wide.moving or OUTDATED in image.get("class").split():
            return {}
        if figure.turned is None:
            return {"wide": figure.wide}
        fits = figure.wide.width <= self.settings.widest_px
        return {"turned": figure.turned, **({"wide": figure.wide} if fits else {})}

    def _drawing(self, name: str, form: str, drawn: Form, told: Told) -> str | None:
        """Write a form of a figure; None where the store has none for a page."""
        try:
            svg = Path(self._store.path(drawn.files[THEMED])).read_text("utf-8")
        except (KeyError, OSError):
            return None
        if own := own_colours(svg):
            self.own_colours[name] = own
        return drawing(svg, form, drawn.parts, told)

    def _foot(self, own: Tag, image: Tag, figure: Figure | None, called: str) -> str:
        name = image.get(MARK)
        if DECORATIVE in own.get("class").split() or (name and not figure):
            return ""
        script = self.script_of(name) if name else None
        return foot(image, figure, called, self.settings.folder, script, self._language)

    @property
    def _store(self) -> Store:
        return Store(self.settings.store / "store")


def _ending(image: Tag) -> str:
    return image.get("src").rpartition(".")[2]


def _tags(found: re.Match[str]) -> tuple[Tag, Tag]:
    (own,), (image,) = tags(found["figure"], "figure"), tags(found["image"], "img")
    return own, image


def _sizes(width: int, forms: int) -> list[str]:
    """Say by classes what a style sheet must know of a width, since a page may have no `style`."""
    wide = ["wide"] if width > TEXT_PX else []
    step = max(-(-width // STEP_PX) * STEP_PX, NARROWEST_PX + STEP_PX)  # what is narrower fits every page
    return [*wide, f"w{step}"] if forms > 1 else wide


def _scroll(width: int, forms: int, called: str) -> str:
    """Open the box that scrolls, if it must: it can be reached by keyboard then, and so it has a name."""
    if forms > 1 or width <= NARROWEST_PX:
        return '<div class="scroll">'
    return Tag("div", 0, 0, ()).with_attributes(
        **{"class": "scroll", "tabindex": "0", "role": "region", "aria-label": called}
    )


def _width(image: Tag) -> int:
    width = image.get("width")
    return int(width) if width.isdecimal() else 0
