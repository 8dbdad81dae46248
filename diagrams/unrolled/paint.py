"""Rendering pictures with matplotlib."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from html import escape
from io import BytesIO
from typing import Any, Literal

from matplotlib import font_manager, rc_context
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path as MatplotlibPath
from matplotlib.text import Text as MatplotlibText
from matplotlib.transforms import Affine2D, Transform

from .fallback_fonts import families_for
from .fonts import FONTS_FOLDER, TILDE, Style, has_all
from .geometry import Frame, Path
from .palette import colour, tokens
from .shapes.shape import Area, Mark, Shape, Stroke, Text

PX_PER_INCH = 72
"""At 72 per inch, matplotlib's points are CSS pixels."""

FOR_DISPLAY: dict[Any, Any] = {
    "path.snap": False,
    "savefig.bbox": None,
    "savefig.facecolor": "auto",
    "savefig.transparent": False,
    "svg.fonttype": "path",
    "svg.hashsalt": "unrolled",
    "text.hinting": "none",
}

WITHOUT_DATES: dict[str, dict[str, Any]] = {
    "png": {"Software": None},
    "svg": {"Date": None},
    "pdf": {"CreationDate": None},
    "ps": {"Creator": "Unrolled"},
    "eps": {"Creator": "Unrolled"},
}
"""The metadata of each format that must be left out so that equal figures give equal files."""

Theme = Literal["light", "dark"]

ALIGNMENTS: dict[str, Literal["left", "center", "right"]] = {"start": "left", "middle": "center", "end": "right"}


class ShapeArtist(Artist):
    """A shape as a group in the SVG, with the shape's name as its id."""

    def __init__(self, name: str, children: Sequence[Artist]) -> None:
        super().__init__()
        self.set_gid(name)
        self.children = children

    def get_children(self) -> list[Artist]:
        """List the artists in the group."""
        return list(self.children)

    def set_figure(self, fig: Any) -> None:
        """Pass the figure on to the artists in the group."""
        super().set_figure(fig)
        for child in self.children:
            child.set_figure(fig)

    def draw(self, renderer: Any) -> None:
        """Draw the children between the opening and closing tags of the group."""
        renderer.open_group("part", gid=self.get_gid())
        for child in self.children:
            child.draw(renderer)
        renderer.close_group("part")
        self.stale = False


def figure_of(
    shapes: Sequence[Shape],
    box: Frame,
    theme: Theme = "light",
    figure: Figure | None = None,
) -> Figure:
    """Draw shapes on the background, in order; one pixel of the box is one point of the figure.

    A given figure is resized to the box; otherwise a new one is created.
    """
    figure = Figure() if figure is None else figure
    figure.set_layout_engine("none")
    figure.set_size_inches(box.width / PX_PER_INCH, box.height / PX_PER_INCH)
    figure.set_dpi(PX_PER_INCH)
    figure.set_facecolor(colour("paper", theme))
    to_inches = Affine2D().translate(-box.left, -box.bottom).scale(1 / PX_PER_INCH, -1 / PX_PER_INCH)
    on_page = to_inches + figure.dpi_scale_trans
    for shape in shapes:
        artists = [artist for mark in shape.marks() for artist in artists_of(mark, on_page, theme)]
        figure.add_artist(ShapeArtist(shape.name, artists))
    return figure


def saved(figure: Figure, ending: str, scale: float = 2) -> bytes:
    """Save a figure independently of rcParams, with text as paths because readers don't have our fonts.

    `scale` is the number of bitmap pixels for each CSS pixel. Raises ValueError for a format that matplotlib doesn't
    support.
    """
    file = BytesIO()
    with rc_context(FOR_DISPLAY):
        figure.savefig(file, format=ending, dpi=scale * PX_PER_INCH, metadata=WITHOUT_DATES.get(ending))
    if ending != "svg":
        return file.getvalue()
    # matplotlib writes lengths in points, 72 to 96 pixels; without the unit, they count as pixels. Not by a tree: the
    # first two lengths are always those of the picture, and ElementTree would take 4.5 ms more, after 65 for saving,
    # drop the document type, and need its names of namespaces registered for the whole notebook.
    return re.sub(rb'((?:width|height)="[\d.]+)pt"', rb'\1"', file.getvalue(), count=2)


def in_both_themes(figure: Figure, words: str) -> str:
    """Convert a figure drawn in light colours to an HTML fragment that turns dark when the page is dark.

    `words` is the alt text. Pages announce dark mode by the `color-scheme` property, Jupyter and VS Code by an
    attribute and a class. On any other page, and in old browsers, the figure is light. It has a background, so that it
    can be read wherever it is.
    """
    by_light = {values["light"].lower(): token for token, values in tokens().items()}
    used: dict[str, None] = {"paper": None}

    def named(found: re.Match[str]) -> str:
        token = by_light.get(found[0].lower())
        if token is None:
            return found[0]
        used[token] = None
        return f"var(--u-{token})"

    svg = saved(figure, "svg").decode()
    # Not by a tree, for the same reasons: texts are paths here, so whatever looks like a colour is one.
    svg = re.sub(r"#[0-9a-fA-F]{6}(?=[;\"'])", named, svg[svg.index("<svg") :])
    svg = svg.replace("<svg", f'<svg class="unrolled" role="img" aria-label="{escape(words)}"', 1)
    values = {it: (tokens()[it]["light"], tokens()[it]["dark"]) for it in used}
    light, dark = (";".join(f"--u-{it}:{both[number]}" for it, both in values.items()) for number in (0, 1))
    either = ";".join(f"--u-{it}:light-dark({','.join(both)})" for it, both in values.items())
    rules = (
        f".unrolled{{{light};max-width:100%;height:auto;background:var(--u-paper)}}",
        f"@supports (color:light-dark(red,red)){{.unrolled{{{either}}}}}",
        f'[data-jp-theme-light="true"] .unrolled,.vscode-light .unrolled{{{light}}}',
        f'[data-jp-theme-light="false"] .unrolled,.vscode-dark .unrolled{{{dark}}}',
    )
    return f"<div><style>{''.join(rules)}</style>{svg}</div>"


@cache
def register_fonts() -> None:
    """Register the subset fonts with matplotlib, once per process. By family name, since SVG files drop font paths."""
    for file in sorted(FONTS_FOLDER.glob("*.ttf")):
        font_manager.fontManager.addfont(str(file))


def typeface(text: str, style: Style) -> tuple[tuple[str, ...], int]:
    """Choose font families that together have every character of a text, and a weight."""
    register_fonts()
    return ((style.family,), style.weight) if has_all(text, style) else families_for(text, *style.fallback)


def artists_of(mark: Mark, on_page: Transform, theme: Theme = "light") -> Iterator[Artist]:
    """Convert a mark to matplotlib artists; a tilde over a letter is a separate one."""
    match mark:
        case Stroke():
            yield _stroke(mark, on_page, theme)
        case Area():
            token = colour(mark.token, theme)
            patch = PathPatch(_path(mark.path), facecolor=token, edgecolor="none", linewidth=0, transform=on_page)
            patch.set_alpha(mark.opacity if mark.opacity < 1 else None)
            patch.set_snap(False)
            yield patch
        case Text():
            yield _text(mark, on_page, theme)
            yield from (_text(tilde, on_page, theme) for tilde in mark.tildes)


def _stroke(mark: Stroke, on_page: Transform, theme: Theme) -> Artist:
    patch = PathPatch(
        _path(mark.path),
        fill=False,
        edgecolor=colour(mark.token, theme),
        linewidth=mark.width,
        alpha=mark.opacity if mark.opacity < 1 else None,
        capstyle="round" if mark.round_ends else "butt",
        joinstyle="round",
        transform=on_page,
    )
    patch.set_snap(False)  # otherwise straight lines would sit half a pixel away from curved ones
    if mark.dashes is not None:  # matplotlib measures dashes in line widths
        patch.set_linestyle((0, tuple(length / mark.width for length in mark.dashes)))
    return patch


def _text(mark: Text, on_page: Transform, theme: Theme) -> Artist:
    families, weight = typeface(mark.text, mark.style)
    return MatplotlibText(
        mark.at.x,
        mark.at.y,
        mark.text.replace(TILDE, ""),
        color=colour(mark.token, theme),
        alpha=None if mark.is_inked else 0,
        fontfamily=families,
        fontweight=weight,
        fontsize=mark.style.size,
        horizontalalignment=ALIGNMENTS[mark.anchor],
        verticalalignment="baseline",
        parse_math=False,
        transform=on_page,
    )


def _path(path: Path) -> MatplotlibPath:
    codes = [MatplotlibPath.MOVETO]
    for piece in path.pieces:
        codes += [MatplotlibPath.LINETO] if len(piece) == 1 else [MatplotlibPath.CURVE4] * 3
    vertices = [(point.x, point.y) for point in path.points]
    if path.closed:
        codes.append(MatplotlibPath.CLOSEPOLY)
        vertices.append(vertices[0])
    return MatplotlibPath(vertices, codes)
