"""Inside the child: thumbnails, which show as much of a figure as can be read."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from ..formats import on_white
from ..renderers import Wrapper
from ..routing import BOX_PX


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


class Both(Wrapper):
    """Makes one drawing serve both the page and a thumbnail: each text is drawn as letters, and again as shapes.

    Drawing the figure again would take as long as its SVG did. `svg.standalone` and `svg.in_small` separate the two.
    """

    def draw_text(self, gc: Any, x: Any, y: Any, s: Any, prop: Any, *arguments: Any, **named: Any) -> None:
        """Draw a text as letters, and as shapes."""
        import matplotlib as mpl

        def draw() -> None:
            self.renderer.draw_text(gc, x, y, s, prop, *arguments, **named)

        def draw_shapes() -> None:
            before = mpl.rcParams["svg.fonttype"]
            mpl.rcParams["svg.fonttype"] = "path"
            try:
                draw()
            finally:
                mpl.rcParams["svg.fonttype"] = before

        self._draw(draw, draw_shapes)

    def draw_tex(self, gc: Any, x: Any, y: Any, s: Any, prop: Any, *arguments: Any, **named: Any) -> None:
        """Draw a formula of LaTeX's, which has only shapes."""

        def draw() -> None:
            self.renderer.draw_tex(gc, x, y, s, prop, *arguments, **named)

        self._draw(draw, draw)

    def _draw(self, letters: Callable[[], None], shapes: Callable[[], None]) -> None:
        if self.is_in_image:  # in which letters can't be told apart
            letters()
            return
        self._mark(LETTERS)
        letters()
        self._mark(SHAPES)
        shapes()
        self._mark(END)

    def _mark(self, name: str) -> None:
        self.renderer.open_group(name)
        self.renderer.close_group(name)
