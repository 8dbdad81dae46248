"""The card of an article, which previews of links show: its title, its first figure, and the site's name."""

import json

from matplotlib import rcParams
from matplotlib.figure import Figure
from matplotlib.image import imread
from matplotlib.patches import Rectangle

from unrolled.fonts import Style, width
from unrolled.paint import typeface

WIDTH, HEIGHT, MARGIN = 1200, 630, 72  # all in pixels
ROOM = WIDTH - 2 * MARGIN
TITLE = Style("Unrolled Serif", 600, 64)
SITE = Style("Unrolled Sans", 600, 26)
SIZES = (64, 56, 48, 40)
LINES = 3
LARGEST = 1.6
FREE = 10  # what a picture keeps free around it


def draw(code: str) -> Figure:
    """Draw the card of an article that JSON tells of: `title`, `site`, and the file of its `picture`, if it has one."""
    card = json.loads(code)
    figure = Figure(figsize=(WIDTH / 96, HEIGHT / 96), dpi=96)
    figure.set_layout_engine("none")
    lines, style = set_title(card["title"])
    leading = 1.15 * style.size
    bottom = HEIGHT - 124
    top = MARGIN if card["picture"] else (bottom - len(lines) * leading) / 2
    for number, line in enumerate(lines, start=1):
        write(figure, MARGIN, top + number * leading - 0.35 * style.size, line, style)
    if card["picture"]:
        show(figure, card["picture"], top + len(lines) * leading + 32, bottom)
    for left, below, wide, high in (*((MARGIN + left, 60, 14, 14) for left in (0, 20, 40)), (MARGIN, 66, 54, 2)):
        place = (left / WIDTH, below / HEIGHT), wide / WIDTH, high / HEIGHT
        figure.patches.append(Rectangle(*place, color=rcParams["text.color"], transform=figure.transFigure))
    write(figure, MARGIN + 70, HEIGHT - 58, card["site"], SITE)
    return figure


def set_title(title: str) -> tuple[list[str], Style]:
    """Break a title into lines, in the largest size in which three hold it, evenly; what is longer still is cut."""
    for style in map(TITLE.sized, SIZES):
        lines = broken(title, style, ROOM)
        if len(lines) <= LINES:
            narrowest = min(
                room for room in range(ROOM, ROOM // 2, -20) if len(broken(title, style, room)) == len(lines)
            )
            return broken(title, style, narrowest), style
    return [*lines[: LINES - 1], f"{lines[LINES - 1]} …"], style


def broken(title: str, style: Style, room: float) -> list[str]:
    """Break a title between its words, and within a word for which there is no room."""
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
    """Write a line of text, its place in pixels."""
    families, weight = typeface(text, style)
    font = {"family": families, "weight": weight, "size": style.size * 0.75, "color": rcParams["text.color"]}
    figure.text(left / WIDTH, 1 - baseline / HEIGHT, text, va="baseline", parse_math=False, **font)


def show(figure: Figure, file: str, top: float, bottom: float) -> None:
    """Show a picture, which has two pixels for each of its own, as large as it may be between two heights."""
    picture = imread(file)
    height, across = (side / 2 for side in picture.shape[:2])
    scale = min(LARGEST, (bottom - top) / height, ROOM / across)
    height, across = height * scale, across * scale
    above = top + (bottom - top - height) / 2
    left = MARGIN - FREE * scale
    axes = figure.add_axes((left / WIDTH, 1 - (above + height) / HEIGHT, across / WIDTH, height / HEIGHT))
    axes.imshow(picture, interpolation="lanczos", aspect="auto")
    axes.set_axis_off()
