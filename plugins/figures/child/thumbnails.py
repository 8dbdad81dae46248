"""Inside the child: what of a figure is left in a thumbnail, where most of its text would be too small to read."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from ..formats import on_white

BOX_PX = (228, 148)
"""The room that a gallery has for a figure, at the widest."""

PHONE_PX = (124, 78)
"""The same on a phone, two beside one another."""

LEGIBLE_PX = 9
"""What is smaller is no text to a reader."""

WORD_PX, MARK_PX = 18, 4
"""Text that is drawn so large is what a figure is about, its words: they stay as marks, unless they become specks."""


def scale_in(box: tuple[float, float], size_px: tuple[float, float]) -> float:
    """Return by how much a figure is made smaller to be whole in a box; it is never made larger."""
    return min(1, *(room / length for room, length in zip(box, size_px, strict=True)))


def png_scale(size_px: tuple[float, float]) -> float:
    """Return how many pixels a thumbnail has for each of a figure: two for one that a sharp screen counts."""
    return 2 * scale_in(BOX_PX, size_px)


def packed(png: bytes) -> bytes:
    """Write the pixels of a PNG as a WebP: so many marks pack badly without loss, and each is too small to miss it."""
    from PIL import Image

    buffer = io.BytesIO()
    with Image.open(io.BytesIO(png)) as opened:
        on_white(opened.convert("RGBA")).save(buffer, "webp", quality=75)
    return buffer.getvalue()


LETTERS, SHAPES, END = "figures:letters", "figures:shapes", "figures:end"
"""The names of empty groups in an SVG that is drawn for both the page and a thumbnail: between the first and the second
is a text as letters, up to the third what stands for it in small."""

MARKS = frozenset({LETTERS, SHAPES, END})


class Legible:
    """Leaves out text that a thumbnail would make too small."""

    def __init__(self, size_px: tuple[float, float], px_per_inch: float) -> None:
        self._px_per_point = px_per_inch / 72
        self._on_phone, self._at_widest = (scale_in(box, size_px) for box in (PHONE_PX, BOX_PX))

    def before(self, renderer: Any) -> Any:
        """Return what a figure is to be drawn by."""
        return _LegibleRenderer(renderer, self)

    def keeps(self, points: float) -> bool:
        """Say whether text of a size stays: where it can still be read, and words in any case."""
        px = points * self._px_per_point
        is_word = px >= WORD_PX and px * self._at_widest >= MARK_PX
        return is_word or px * self._on_phone >= LEGIBLE_PX


class _LegibleRenderer:
    """Stands before a renderer of matplotlib's, and hands on all but small text."""

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
    """Has one drawing serve the page and a thumbnail: its text is letters and, where that is legible, also shapes.

    Drawing the figure once more would take as long as its SVG did. `svg.standalone` and `svg.in_small` take them apart.
    """

    def __init__(self) -> None:
        self.is_whole = True
        """Whether all small text can be left out: it cannot where it is part of an image."""

    def before(self, renderer: Any, legible: Legible) -> Any:
        """Return what a figure is to be drawn by."""
        return _BothRenderer(renderer, legible, self)


class _BothRenderer:
    """Stands before a renderer of matplotlib's that writes an SVG."""

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
