"""The card of an article for link previews: its title, its first figure, and the name of the site."""

import json
from dataclasses import dataclass
from typing import Any

from matplotlib import rcParams
from matplotlib.figure import Figure
from matplotlib.image import imread
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path as Outline
from matplotlib.transforms import Affine2D

from unrolled.fonts import Style, width
from unrolled.paint import typeface
from unrolled.shapes.plant import Leaf, leaf_paths

Image = Any
WIDTH, HEIGHT, MARGIN = 1200, 630, 72  # all in pixels
ROOM = WIDTH - 2 * MARGIN
BOTTOM = HEIGHT - 124
TITLE = Style("Unrolled Serif", 600, 64)
SITE = Style("Unrolled Sans", 600, 26)
SIZES = (64, 56, 48, 40)
LINES, LINES_BESIDE = 3, 6
LEADING = 1.15
COLUMN, GAP = 380, 40
LARGEST = 2.2
LEAVES = Leaf(0, -18, -58, 15, 9), Leaf(0, -18, 58, 15, 9), Leaf(0, -19, 0, 19, 10)
FREE = 10  # the margin around a picture


@dataclass(frozen=True)
class Arrangement:
    """A title as lines in a font, from `top` downwards, and the space for the picture: left, top, width, height."""

    lines: list[str]
    style: Style
    top: float
    room: tuple[float, float, float, float]

    def scale(self, picture: Image) -> float:
        """Return the scale of the picture, which has two pixels for each of its own."""
        height, across = (side / 2 for side in picture.shape[:2])
        return float(min(LARGEST, self.room[3] / height, self.room[2] / across))


def draw(code: str) -> Figure:
    """Draw the card of an article described by JSON: `title`, `site`, and the file of its `picture`, if it has one."""
    card = json.loads(code)
    figure = Figure(figsize=(WIDTH / 96, HEIGHT / 96), dpi=96)
    figure.set_layout_engine("none")
    if card["picture"]:
        picture = imread(card["picture"])
        chosen = max([above(card["title"]), *beside(card["title"])], key=lambda it: it.scale(picture))
        show(figure, picture, chosen)
    else:
        chosen = alone(card["title"])
    for number, line in enumerate(chosen.lines, start=1):
        baseline = chosen.top + (number * LEADING - 0.35) * chosen.style.size
        write(figure, MARGIN, baseline, line, chosen.style)
    sign(figure)
    write(figure, MARGIN + 54, HEIGHT - 58, card["site"], SITE)
    return figure


def sign(figure: Figure) -> None:
    """Draw three leaves on a stem, in front of the name of the site."""
    colour, across = rcParams["text.color"], Affine2D().scale(1 / WIDTH, 1 / HEIGHT) + figure.transFigure
    for leaf in LEAVES:
        outline, _ = leaf_paths(leaf)
        places = [(MARGIN + 20 + point.x, 56 - point.y) for point in outline.points]
        figure.patches.append(PathPatch(Outline(places, [1, *[4] * 6]), color=colour, lw=0, transform=across))
    for left, below, wide, high in ((18, 56, 4, 22), (6, 54, 28, 3)):
        figure.patches.append(Rectangle((MARGIN + left, below), wide, high, color=colour, lw=0, transform=across))


def above(title: str) -> Arrangement:
    """Put the title across the card, and the picture below it."""
    lines, style = set_title(title)
    top = MARGIN + len(lines) * LEADING * style.size + 32
    return Arrangement(lines, style, MARGIN, (MARGIN, top, ROOM, BOTTOM - top))


def beside(title: str) -> list[Arrangement]:
    """Put the title in a column on the left and the picture on the right, if each word fits the column."""
    left = MARGIN + COLUMN + GAP
    room = left, MARGIN, WIDTH - MARGIN - left, BOTTOM - MARGIN
    for style in map(TITLE.sized, SIZES):
        lines = broken(title, style, COLUMN)
        if len(lines) <= LINES_BESIDE and all(width(word, style) <= COLUMN for word in title.split()):
            top = (MARGIN + BOTTOM - len(lines) * LEADING * style.size) / 2
            return [Arrangement(lines, style, top, room)]
    return []


def alone(title: str) -> Arrangement:
    """Put a title without a picture in the middle."""
    lines, style = set_title(title)
    return Arrangement(lines, style, (BOTTOM - len(lines) * LEADING * style.size) / 2, (0, 0, 0, 0))


def set_title(title: str) -> tuple[list[str], Style]:
    """Wrap a title evenly in the largest font size that needs at most three lines; truncate a longer one."""
    for style in map(TITLE.sized, SIZES):
        lines = broken(title, style, ROOM)
        if len(lines) <= LINES:
            narrowest = min(
                room for room in range(ROOM, ROOM // 2, -20) if len(broken(title, style, room)) == len(lines)
            )
            return broken(title, style, narrowest), style
    return [*lines[: LINES - 1], f"{lines[LINES - 1]} …"], style


def broken(title: str, style: Style, room: float) -> list[str]:
    """Wrap a title between words, or within a word that doesn't fit."""
    lines = [""]
    for word in title.split():
        tried = f"{lines[-1]} {word}".strip()
        if lines[-1] and width(tried, style) > room:
            lines.append(tried := word)
        lines[-1] = tried
        while width(lines[-1], style) > room:
            fits = next(end for end in range(len(lines[-1]), 0, -1) if width(lines[-1][:end], style) <= room)
            lines[-1:] = [lines[-1][:fits], lines[-1][fits:]]
    return lines


def write(figure: Figure, left: float, baseline: float, text: str, style: Style) -> None:
    """Draw a line of text at a position in pixels."""
    families, weight = typeface(text, style)
    font = {"family": families, "weight": weight, "size": style.size * 0.75, "color": rcParams["text.color"]}
    figure.text(left / WIDTH, 1 - baseline / HEIGHT, text, va="baseline", parse_math=False, **font)


def show(figure: Figure, picture: Image, arrangement: Arrangement) -> None:
    """Draw a picture as large as its space allows, left-aligned and vertically centred."""
    scale = arrangement.scale(picture)
    height, across = (side / 2 * scale for side in picture.shape[:2])
    left, top, _, high = arrangement.room
    left -= FREE * scale
    bottom = top + (high + height) / 2
    axes = figure.add_axes((left / WIDTH, 1 - bottom / HEIGHT, across / WIDTH, height / HEIGHT))
    axes.imshow(picture, interpolation="lanczos", aspect="auto")
    axes.set_axis_off()
