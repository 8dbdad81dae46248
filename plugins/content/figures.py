"""Figures in articles: those that can't be shown, images without alt text, and texts that differ from a figure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

from ..catalogues import ENGLISH, number_words
from ..figures.build import DAMAGED, Rendering, figure_of
from ..figures.cache import Store
from ..figures.markdown import Block
from ..figures.page.figures import DECORATIVE, MARK
from ..figures.page.mentions import QUOTED, claims_in
from ..figures.records import Figure
from ..figures.report import FigureError
from ..figures.requests import NEXT, Asked, Reference, told_once
from ..figures.routing import path_in_content, scripts
from ..figures.settings import Settings
from ..html import read
from ..messages import typed_here
from .code import FIRST_ARGUMENTS, calls_in
from .findings import ERROR, NOTE, WARNING, Finding
from .site import Site
from .sources import Read


@dataclass(frozen=True)
class Shown:
    """A figure in an article: the author's alt text, its reference, and its current drawing."""

    article: Read
    alt: str
    reference: Reference
    figure: Figure | None
    takes_code: bool
    is_decorative: bool
    refused: FigureError | None

    @property
    def words(self) -> str:
        """The picture's own words; empty if its drawing isn't up to date."""
        if self.figure is None:
            return ""
        return f"{self.figure.alt} {self.figure.description.get('text', '')}"


def shown_figures(site: Site, asked: Asked, rendering: Rendering) -> Iterator[Shown]:
    """Find each image of a figure, and look up its record; nothing is drawn."""
    figures = _figures(site, asked, rendering)
    taking = {name for name, request in asked.requests.items() if request.blocks}
    by_article: dict[Path, list[Reference]] = defaultdict(list)
    for reference in site.references:
        by_article[reference.article].append(reference)
    for article in site.shown:
        for image in article.all("img"):
            if image.get(MARK):
                reference = by_article[article.path][int(image.get(MARK))]
                yield Shown(
                    article,
                    image.get("alt"),
                    reference,
                    figures.get(reference),
                    takes_code=reference.route.figure in taking,
                    is_decorative=DECORATIVE in image.classes,
                    refused=asked.refused.get(reference),
                )


def _figures(site: Site, asked: Asked, rendering: Rendering) -> dict[Reference, Figure]:
    """Return the figures whose records hold."""
    figures: dict[Reference, Figure] = {}
    for name, request in asked.requests.items():
        record = rendering.state(request).record
        for reference in asked.serving[name] if record else ():
            figure = figure_of(asked.settled[reference], request, record, site.figures) if record else None
            if reference not in asked.refused and isinstance(figure, Figure):
                figures[reference] = figure
    return figures


_WITHOUT = "this image has no alt text"
_ADVICE = "write it between the square brackets, or mark the image as {.decorative}"


def undescribed(site: Site, pictures: Iterable[Shown]) -> Iterator[Finding]:
    """Find images without alt text. The figure plugin reports hand-made pictures in the folder of figures."""
    for picture in pictures:
        if picture.figure and not picture.figure.alt and not picture.alt and not picture.is_decorative:
            yield Finding(
                WARNING,
                picture.article.file,
                picture.reference.line,
                f"{picture.reference.address}: {_WITHOUT}",
                _ADVICE,
            )
    for article in site.shown:
        for image in article.all("img"):
            address = image.get("src")
            path = path_in_content(address, article.content.relative_dir) or ""
            if image.get(MARK) or path.startswith(f"{site.figures.folder}/") or image.get("alt"):
                continue
            line = article.line_of(address)
            # In HTML, alt="" means that an image is decorative; Markdown writes it for every empty pair of brackets.
            is_meant = read(article.text.splitlines()[line - 1]).css_first("img[alt]")
            if not is_meant and DECORATIVE not in image.classes:
                yield Finding(WARNING, article.file, line, f"{address}: {_WITHOUT}", _ADVICE)


def refused(asked: Asked, site: Site) -> Iterator[Finding]:
    """Report figures that can't be served: there is none, its code is missing, or two have the same URL."""
    for reference in told_once(asked.refused):
        message, *advice = str(asked.refused[reference]).splitlines()
        place = site.figures.shown(reference.article), reference.line
        yield Finding(ERROR, *place, f"{reference.address}: {message}", "\n    ".join(advice))


def damaged(asked: Asked, rendering: Rendering, site: Site) -> Iterator[Finding]:
    """Report figures whose stored files are no longer the ones that were drawn."""
    for name, request in asked.requests.items():
        if DAMAGED in rendering.state(request).reasons:
            first = asked.serving[name][0]
            message = f"{first.address}: the stored files of this figure are incomplete, or damaged"
            command = typed_here("figures", make="make figures", otherwise="unrolled figures draw")
            advice = f"run `{command}`, then build again"
            yield Finding(ERROR, site.figures.shown(first.article), first.line, message, advice)


def unasked(site: Site) -> Iterator[Finding]:
    """Report the diagram scripts that no article uses, if all articles could be read."""
    if site.skipped:
        return
    used = {reference.route.script for reference in site.references if not reference.is_for_itself}
    for script in scripts(site.figures):
        if script not in used:
            name = site.figures.shown(script, site.figures.diagrams).removesuffix(".py").replace("_", "-")
            advice = f"show it with ![](/{site.figures.folder}/{name}.png), or delete it"
            yield Finding(NOTE, site.figures.shown(script), 1, "no article shows this figure", advice)


NUMBERS = [word for word, *_ in number_words(ENGLISH)]
NOUNS = ["unit", "step", "word", "token", "feature", "cell", "block", "gate", "layer", "row", "column"]
"""Countable things in pictures of networks. If the picture doesn't count them, they aren't checked."""

_COUNT = re.compile(
    rf"(?P<before>\w+[ -])?\b(?P<number>\d+|{'|'.join(NUMBERS)})[ -](?:(?:hidden|time|input|output)[ -])?"
    rf"(?P<noun>{'|'.join(NOUNS)})s?\b(?P<after> (?:at|after|by|for each|in)\b)?",
    re.IGNORECASE,
)
_PART_OF = re.compile(
    r"(?:first|last|next|previous|other|another|after|before|these|those|both|every|each|any|remaining|than|in|at|from"
    r"|between)[ -]",
    re.IGNORECASE,
)
_ONE_IS_A_NUMBER = re.compile(r"(?:with|over|has|have|just|single)[ -]", re.IGNORECASE)


def check_alt_texts(images: Iterable[Shown]) -> Iterator[Finding]:
    """Compare the numbers in authors' alt texts with those of the pictures."""
    for image in images:
        if not image.alt or image.figure is None:
            continue
        of_picture = counts(image.words)
        if words := words_of(image.figure.description):
            of_picture["word"].add(words)
        for noun, numbers in counts(image.alt, whole_only=True).items():
            pictured = of_picture.get(noun)
            if pictured and not numbers <= pictured:
                author, picture = _listed(numbers - pictured), _listed(pictured)
                message = (
                    f"{image.reference.address}: the alt text says {author} {noun}s, but the picture shows {picture}"
                )
                yield Finding(
                    WARNING,
                    image.article.file,
                    image.reference.line,
                    message,
                    "fix it, or leave it empty so that the picture writes its own: ![](…)",
                )


def counts(text: str, whole_only: bool = False) -> dict[str, set[int]]:
    """Return the numbers before each noun; `whole_only` leaves out those that may count a part of the picture."""
    numbers: dict[str, set[int]] = defaultdict(set)
    for match in _COUNT.finditer(text):
        before = match["before"] or ""
        is_a_part = _PART_OF.fullmatch(before) or match["after"]
        is_an_article = match["number"].lower() in ("one", "1") and not _ONE_IS_A_NUMBER.fullmatch(before)
        if not (whole_only and (is_a_part or is_an_article)):
            numbers[match["noun"].lower()].add(_number(match["number"].lower()))
    return numbers


def _number(text: str) -> int:
    return int(text) if text.isdigit() else NUMBERS.index(text)


def words_of(description: Mapping[str, object]) -> int | None:
    """Count the words in the picture's own table, if it lists them."""
    head, rows = description.get("head"), description.get("rows")
    if not isinstance(head, list) or not isinstance(rows, list) or "word" not in head:
        return None
    return sum(bool(row[head.index("word")]) for row in rows)


def _listed(numbers: Iterable[int]) -> str:
    return " and ".join(map(str, sorted(numbers)))


_IN_FIGURE = re.compile(r"[−-]?\d[\d.,]*\d|[−-]?\d")
_TEXT = "{http://www.w3.org/2000/svg}text"


def check_quoted_numbers(article: Read, images: Iterable[Shown], settings: Settings) -> Iterator[Finding]:
    """Compare each quoted number in an article with its figure."""
    own_images = [image for image in images if image.article is article]
    figures = {image.reference.route.place: image for image in own_images} | {
        image.reference.route.name: image for image in own_images
    }
    store = Rendering(settings).store
    for line, quoted in claims_in(article.source.prose, QUOTED):
        name, words = quoted["figure"], quoted["words"]
        if name not in figures:
            near = get_close_matches(name, figures, n=1, cutoff=0)
            message = f"“{words}” quotes the figure {name}, which this article doesn't show"
            yield Finding(WARNING, article.file, line, message, f"write figure={near[0]}" if near else "show it")
        elif (numbers := _numbers_of(figures[name], store)) and _plain(words) not in numbers:
            message = f"“{words}” quotes the figure {name}, which doesn't show this number"
            yield Finding(WARNING, article.file, line, message, f"it shows {_most_similar(_plain(words), numbers)}")


def _numbers_of(image: Shown, store: Store) -> list[str]:
    """List the numbers printed in a figure; none if its drawing isn't up to date."""
    return _numbers_in(Path(store.path(image.figure.wide.files["svg"]))) if image.figure else []


@cache
def _numbers_in(file: Path) -> list[str]:
    texts = ("".join(text.itertext()) for text in ElementTree.parse(file).iter(_TEXT))
    return list(dict.fromkeys(_plain(number) for text in texts for number in _IN_FIGURE.findall(text)))


def _plain(number: str) -> str:
    return number.strip().replace("−", "-")


def _most_similar(number: str, numbers: list[str]) -> str:
    """List the numbers of a figure that look most similar to the quoted one."""
    near = get_close_matches(number, numbers, n=4, cutoff=0)
    return ", ".join(near).replace("-", "−")


RECURRENT = ("SimpleRNN", "LSTM", "GRU")
LAYERS = (*RECURRENT, "Dense", "Embedding", "Conv1D", "Dropout")
"""The layers that are compared."""
_LAYER = re.compile(rf"\b({'|'.join(LAYERS)})\(")
_WITH_UNITS = re.compile(rf"\b({'|'.join(RECURRENT)}|Dense) (?:layer )?(?:with|of) (\d+) (?:hidden )?units?\b")


@dataclass(frozen=True)
class Layer:
    """A layer in code or words: its name, and the arguments that are plain values."""

    name: str
    arguments: Mapping[str, object]

    def differs(self, other: Layer) -> list[str]:
        """Return the arguments that both have, with different values."""
        both = [name for name in self.arguments if name in other.arguments]
        return [name for name in both if self.arguments[name] != other.arguments[name]]

    def told(self, names: Iterable[str]) -> str:
        """Write the layer with some of its arguments."""
        first = FIRST_ARGUMENTS[self.name][0]
        arguments = [
            repr(self.arguments[name]) if name == first else f"{name}={self.arguments[name]!r}" for name in names
        ]
        return f"{self.name}({', '.join(arguments)})"


def check_layers(images: Iterable[Shown]) -> Iterator[Finding]:
    """Compare figures whose scripts don't get the article's code with the block above them."""
    for image in images:
        block = _block_of(image)
        if image.takes_code or block is None:
            continue
        mismatch = _mismatch(layers_in_words(image.words), layers_in_code(block.text))
        if mismatch:
            drawn, coded = mismatch
            message = (
                f"{image.reference.address}: the figure shows {drawn}, but the code in line {block.line} has {coded}"
            )
            advice = "let the script read the code, with draw(code), or name the block that it shows: {code=ID}"
            yield Finding(WARNING, image.article.file, image.reference.line, message, advice)


def _block_of(image: Shown) -> Block | None:
    reference = image.reference
    reading = reference.reading
    named = reference.attributes.code
    if named == NEXT:
        return reading.block_below(reference.place)
    return reading.named(named) if named else reading.block_above(reference.place)


def _mismatch(in_figure: list[Layer], in_code: list[Layer]) -> tuple[str, str] | None:
    """Return the layer in a figure and the one in the code, if no layer in the code matches the figure's."""
    for layer in in_figure:
        alike = [candidate for candidate in in_code if candidate.name == layer.name]
        if alike:
            if all(layer.differs(candidate) for candidate in alike):
                names = layer.differs(alike[0])
                return layer.told(names), alike[0].told(names)
        elif layer.name in RECURRENT:
            recurrent = [candidate for candidate in in_code if candidate.name in RECURRENT]
            if recurrent and not any(
                candidate.name == pictured.name for candidate in recurrent for pictured in in_figure
            ):
                return layer.told(_first_argument(layer)), recurrent[0].told(_first_argument(recurrent[0]))
    return None


def _first_argument(layer: Layer) -> list[str]:
    return [name for name in FIRST_ARGUMENTS[layer.name][:1] if name in layer.arguments]


def layers_in_words(words: str) -> list[Layer]:
    """Find the layers that a picture's words mention: `SimpleRNN(4, …)` and `SimpleRNN with 4 units`."""
    layers = [Layer(name, {"units": int(units)}) for name, units in _WITH_UNITS.findall(words)]
    for call in _LAYER.finditer(words):
        text = _balanced(words[call.start() :])
        layers += layers_in_code(text) if text else []
    return layers


def _balanced(text: str) -> str:
    """Return the start of a text up to where its first bracket closes."""
    depth = 0
    for place, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if char == ")" and depth == 0:
            return text[: place + 1]
    return ""


def layers_in_code(code: str) -> list[Layer]:
    """Find the layers to compare in a block of code; none if it can't be parsed."""
    return [Layer(call.name, call.arguments) for call in calls_in(code) if call.name in LAYERS]
