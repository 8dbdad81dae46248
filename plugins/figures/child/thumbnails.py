"""Inside the child: which parts of a figure a thumbnail keeps, where most of its text would be too small to read."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from ..formats import on_white

BOX_PX = (228, 148)
"""The space that a gallery has for a figure, at most."""

PHONE_PX = (124, 78)
"""The same on a phone, with two side by side."""

LEGIBLE_PX = 9
"""Smaller text is unreadable."""

WORD_PX, MARK_PX = 18, 4
"""Text drawn this large is the figure's subject, its words: it stays as marks, unless it becomes specks."""


def scale_in(box: tuple[float, float], size_px: tuple[float, float]) -> float:
    """Return the scale at which a whole figure fits into a box; at most 1."""
    return min(1, *(room / length for room, length in zip(box, size_px, strict=True)))


def png_scale(size_px: tuple[float, float]) -> float:
    """Return the pixels of a thumbnail per pixel of the figure: two for each one of a sharp screen."""
    return 2 * scale_in(BOX_PX, size_px)


def packed(png: bytes) -> bytes:
    """Convert a PNG to a WebP, lossy: so many marks compress badly without loss, and each is too small to show it."""
    from PIL import Image

    buffer = io.BytesIO()
    with Image.open(io.BytesIO(png)) as opened:
        on_white(opened.convert("RGBA")).save(buffer, "webp", quality=75)
    return buffer.getvalue()


LETTERS, SHAPES, END = "figures:letters", "figures:shapes", "figures:end"
"""The names of empty groups in an SVG that is drawn for both the page and a thumbnail: from the first to the second is
a text as letters, and from there to the third is its replacement in a thumbnail.
"""

MARKS = frozenset({LETTERS, SHAPES, END})


class Legible:
    """Leaves out text that would be too small in a thumbnail."""

    def __init__(self, size_px: tuple[float, float], px_per_inch: float) -> None:
        self._px_per_point = px_per_inch / 72
        self._on_phone, self._at_widest = (scale_in(box, size_px) for box in (PHONE_PX, BOX_PX))

    def before(self, renderer: Any) -> Any:
        """Return the renderer to draw a figure with."""
        return _LegibleRenderer(renderer, self)

    def keeps(self, points: float) -> bool:
        """Return whether text of a size stays: if it is still readable, and words in any case."""
        px = points * self._px_per_point
        is_word = px >= WORD_PX and px * self._at_widest >= MARK_PX
        return is_word or px * self._on_phone >= LEGIBLE_PX


class _LegibleRenderer:
    """Wraps one of matplotlib's renderers, and passes on everything but small text."""

    def __init__(self, renderer: Any, legible: Legible) -> None:
        self._renderer = renderer
        self._legible = legible

    def __getattr__(self, name: str) -> Any:
        return getattr(self._renderer, name)

    def draw_text(self, gc: Any, x: Any, y: Any, s: Any, prop: Any, *arguments: Any, **named: Any) -> None:
        if self._legible.keeps(prop.get_size_in_points()):
            self._renderer.draw_text(gc, x, y, s, prop, *arguments, **named)

    def draw_tex(self, gc: Any, x: Any, y: Any, s: Any, prop: Any, *arguments: Any, **named: Any) -> None:
        if self._legible.keeps(prop.get_size_in_points()):
            self._renderer.draw_tex(gc, x, y, s, prop, *arguments, **named)


class Both:
    """Makes one drawing serve both the page and a thumbnail: text is drawn as letters, and again as shapes if legible.

    Drawing the figure again would take as long as its SVG did. `svg.standalone` and `svg.in_small` separate the two.
    """

    def __init__(self) -> None:
        self.is_whole = True
        """Whether all small text can be left out; it can't if it is part of an image."""

    def before(self, renderer: Any, legible: Legible) -> Any:
        """Return the renderer to draw a figure with."""
        return _BothRenderer(renderer, legible, self)


class _BothRenderer:
    """Wraps one of matplotlib's renderers for SVG."""

    def __init__(self, renderer: Any, legible: Legible, both: Both) -> None:
        self._renderer = renderer
        self._legible = legible
        self._both = both
        self._has_image = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._renderer, name)

    def start_rasterizing(self) -> None:
        self._has_image = True
        self._renderer.start_rasterizing()

    def stop_rasterizing(self) -> None:
        self._has_image = False
        self._renderer.stop_rasterizing()

    def draw_text(self, gc: Any, x: Any, y: Any, s: Any, prop: Any, *arguments: Any, **named: Any) -> None:
        import matplotlib as mpl

        def draw() -> None:
            self._renderer.draw_text(gc, x, y, s, prop, *arguments, **named)

        def draw_shapes() -> None:
            before = mpl.rcParams["svg.fonttype"]
            mpl.rcParams["svg.fonttype"] = "path"
            try:
                draw()
            finally:
                mpl.rcParams["svg.fonttype"] = before

        self._draw(prop, draw, draw_shapes)

    def draw_tex(self, gc: Any, x: Any, y: Any, s: Any, prop: Any, *arguments: Any, **named: Any) -> None:
        def draw() -> None:
            self._renderer.draw_tex(gc, x, y, s, prop, *arguments, **named)

        self._draw(prop, draw, draw)

    def _draw(self, prop: Any, letters: Callable[[], None], shapes: Callable[[], None]) -> None:
        is_legible = self._legible.keeps(prop.get_size_in_points())
        if self._has_image:
            self._both.is_whole &= is_legible
            letters()
            return
        self._mark(LETTERS)
        letters()
        self._mark(SHAPES)
        if is_legible:
            shapes()
        self._mark(END)

    def _mark(self, name: str) -> None:
        self._renderer.open_group(name)
        self._renderer.close_group(name)
