"""Pictures packed onto contact sheets, each below its title."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

WIDTH, MOST_HEIGHT = 2400, 3200
"""The size of a sheet in pixels, two of which are one CSS pixel."""
MARGIN, TITLE, TITLE_SIZE = 48, 44, 24


@dataclass(frozen=True)
class Titled:
    """A picture's file and the title above it."""

    title: str
    file: Path


@dataclass(frozen=True)
class Placed:
    """The position of a picture on its sheet: the upper left corner of its title."""

    picture: Titled
    left: int
    top: int


def write_sheets(pictures: Sequence[Titled], ink: str, ground: str, font: Path | None, begin: Path) -> list[Path]:
    """Write as many sheets as necessary, `begin-1.png` and so on; a sheet is widened for a picture that is wider."""
    written = []
    sizes = {picture: _size(picture, font) for picture in pictures}
    for number, sheet in enumerate(packed(sizes), start=1):
        right = max(placed.left + sizes[placed.picture][0] for placed in sheet)
        bottom = max(placed.top + sizes[placed.picture][1] for placed in sheet)
        image = Image.new("RGB", (max(right + MARGIN, WIDTH), bottom + MARGIN), ground)
        pen = ImageDraw.Draw(image)
        for place in sheet:
            pen.text((place.left, place.top), place.picture.title, fill=ink, font=_font(font))
            with Image.open(place.picture.file) as drawing:
                image.paste(drawing.convert("RGB"), (place.left, place.top + TITLE))
        file = begin.with_name(f"{begin.name}-{number}.png")
        image.save(file)
        written.append(file)
    return written


def packed(sizes: dict[Titled, tuple[int, int]]) -> Iterator[list[Placed]]:
    """Place pictures in rows, in their order, and rows below each other, until a sheet is full."""
    sheet: list[Placed] = []
    left = top = MARGIN
    row = 0
    for picture, (width, height) in sizes.items():
        if left > MARGIN and left + width + MARGIN > WIDTH:
            left, top, row = MARGIN, top + row + MARGIN, 0
        if sheet and top + height + MARGIN > MOST_HEIGHT:
            # The incomplete row stays on this sheet.
            yield sheet
            sheet, left, top, row = [], MARGIN, MARGIN, 0
        sheet.append(Placed(picture, left, top))
        left, row = left + width + MARGIN, max(row, height)
    if sheet:
        yield sheet


def _size(picture: Titled, font: Path | None) -> tuple[int, int]:
    with Image.open(picture.file) as image:
        return max(image.width, round(_font(font).getlength(picture.title))), image.height + TITLE


@cache
def _font(font: Path | None) -> Any:
    return ImageFont.truetype(font, TITLE_SIZE) if font else ImageFont.load_default(TITLE_SIZE)
