"""The figures of a built site, and each of their texts as Chromium draws it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from xml.etree import ElementTree


@dataclass(frozen=True)
class Form:
    """One form of a figure, published as an SVG."""

    figure: str
    form: str
    svg: str

    def __str__(self) -> str:
        return f"{self.figure}, {self.form}"

    @cached_property
    def root(self) -> ElementTree.Element:
        return ElementTree.fromstring(self.svg)

    @property
    def width(self) -> int:
        return int(self.root.attrib["width"])

    @property
    def height(self) -> int:
        return int(self.root.attrib["height"])

    @property
    def pixel(self) -> float:
        """The pixels of a unit of the drawing: matplotlib's own are points."""
        return self.width / float(self.root.attrib["viewBox"].split()[2])


def published(output: Path) -> list[Form]:
    """Read the SVGs of all figures of the site, in the wide and the narrow form."""
    forms = []
    for path in sorted((output / "images").rglob("*.svg")):
        name = path.relative_to(output / "images").with_suffix("").as_posix()
        if ".thumbnail" in name:
            continue
        figure = name.removesuffix(".turned")
        forms.append(Form(figure, "wide" if name == figure else "narrow", path.read_text("utf-8")))
    return forms


@dataclass(frozen=True)
class Box:
    """A rectangle in CSS pixels, relative to the picture's upper left corner."""

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, other: Box, slack_px: float = 0.01) -> bool:
        return (
            self.left - slack_px <= other.left
            and self.top - slack_px <= other.top
            and other.right <= self.right + slack_px
            and other.bottom <= self.bottom + slack_px
        )

    def meets(self, other: Box, slack_px: float = 0.1) -> bool:
        return (
            min(self.right, other.right) - max(self.left, other.left) > slack_px
            and min(self.bottom, other.bottom) - max(self.top, other.top) > slack_px
        )


@dataclass(frozen=True)
class Text:
    """A text of a figure: its characters, its font, its own boxes, and the box of the shape that contains it.

    `line` is as high as the font, `ink` only as high as the letters. `shape` is the cell, block or word, if any.
    """

    form: Form
    words: str
    family: str
    weight: int
    size_px: float
    width_px: float
    line: Box
    ink: Box
    picture: Box
    part: str
    shape: Box | None

    def __str__(self) -> str:
        return f"{self.form}: “{self.words}”" + (f" in {self.part}" if self.part else "")


# Inserted into the page while it is measured; once figures are inline, there will be one anyway.
MEASURE = r"""svg => {
  const main = document.querySelector('main');
  main.innerHTML = svg;
  const root = main.querySelector('svg'), origin = root.getBoundingClientRect();
  const pen = document.createElement('canvas').getContext('2d');
  const box = rect =>
    [rect.left - origin.left, rect.top - origin.top, rect.right - origin.left, rect.bottom - origin.top];
  const measured = [...root.querySelectorAll('text')].map(text => {
    const style = getComputedStyle(text), turn = text.getScreenCTM(), scale = Math.hypot(turn.a, turn.b);
    const family = style.fontFamily.split(',')[0].replace(/['"]/g, ''), size = parseFloat(style.fontSize) * scale;
    pen.font = `${style.fontWeight} ${size}px "${family}"`;
    const letters = pen.measureText(text.textContent), rect = text.getBoundingClientRect();
    const baseline = text.getStartPositionOfChar(0).matrixTransform(text.getScreenCTM()).y;
    const part = text.closest('[data-part]');
    return {
      words: text.textContent, family, weight: Number(style.fontWeight), size,
      width: text.getComputedTextLength() * scale,
      line: box(rect),
      ink: box({left: rect.left, right: rect.right, top: baseline - letters.actualBoundingBoxAscent,
                bottom: baseline + letters.actualBoundingBoxDescent}),
      part: part ? part.dataset.part : '',
      bare: style.opacity === '0',
      paths: part ? [...part.querySelectorAll('path')].map(path => box(path.getBoundingClientRect())) : [],
    };
  });
  return {texts: measured, picture: box(origin)};
}"""

SHAPED = re.compile(r"(state|embedding|block|word)-\d+|output")


def texts(page: Any, forms: list[Form]) -> Iterator[Text]:
    """Insert each form into the page, inline, and measure every text in it."""
    for form in forms:
        measured = page.evaluate(MEASURE, form.svg)
        for text in measured["texts"]:
            line = Box(*text["line"])
            yield Text(
                form,
                text["words"],
                text["family"],
                text["weight"],
                text["size"],
                text["width"],
                line,
                Box(*text["ink"]),
                Box(*measured["picture"]),
                text["part"],
                # The number of a bar isn't seen, so that it can't run out of anything; it is where it would be printed.
                None
                if text["bare"] or not SHAPED.fullmatch(text["part"])
                else _shape(line, [Box(*path) for path in text["paths"]]),
            )


def _shape(text: Box, paths: list[Box]) -> Box | None:
    """Find the shape that contains a part's text: the innermost outline, or for a vector the cell."""
    outlines = [path for path in paths if path.right - path.left > 1 and path.bottom - path.top > 1]
    if not outlines:
        return None
    around = [path for path in outlines if path.meets(text)]  # bars in other cells are smaller
    outline = min(around or outlines, key=lambda box: (box.right - box.left) * (box.bottom - box.top))
    middle = (text.left + text.right) / 2
    dividers = [path.left for path in paths if path.right - path.left < 1]
    left = max([outline.left, *(divider for divider in dividers if divider <= middle)])
    right = min([outline.right, *(divider for divider in dividers if divider > middle)])
    return Box(left, outline.top, right, outline.bottom)
