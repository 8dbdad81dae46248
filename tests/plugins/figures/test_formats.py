"""PNGs written by our own code: every reader sees the pixels that were drawn."""

import io
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from plugins.figures.formats import png

SIZES = st.tuples(st.integers(1, 40), st.integers(1, 40), st.just(4))


@given(arrays(np.uint8, SIZES), st.booleans(), st.booleans(), st.sampled_from([72, 96, 192, 200.5]))
def test_a_png_contains_the_pixels(pixels, is_opaque, is_smooth, dpi):
    """Written in either way, with their print size, according to Pillow."""
    if is_smooth:
        pixels = np.cumsum(pixels % 3, axis=1, dtype=np.uint8)
    if is_opaque:
        pixels[..., 3] = 255
    with Image.open(io.BytesIO(png(pixels.data, dpi))) as opened:
        assert opened.mode == ("RGB" if (pixels[..., 3] == 255).all() else "RGBA")
        assert opened.info["dpi"] == pytest.approx((dpi, dpi), abs=0.02)
        assert (np.asarray(opened.convert("RGBA")) == pixels).all()


def words(axes: Axes) -> None:
    """Draw a picture that is mostly words."""
    axes.axis("off")
    for line in range(12):
        axes.text(0, line / 12, "Words that a figure may have, in a line")


KINDS: dict[str, tuple[Callable[[Axes], object], float]] = {
    "words": (words, 0.85),
    "areas": (lambda axes: axes.bar(["one", "two", "three"], [1, 3, 2]), 0.9),
    "lines": (lambda axes: axes.plot(np.sin(np.arange(200) / 9)), 1.2),
    "shades": (lambda axes: axes.imshow(np.add.outer(np.arange(200) ** 2, np.arange(300) * 90.0)), 1.2),
    "dots": (lambda axes: axes.scatter(*np.random.default_rng(0).random((2, 900)), c=range(900), alpha=0.5), 1.2),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_png_is_not_much_larger_than_matplotlib_s(kind):
    """Most are smaller, although writing them takes half the time."""
    draw, at_most = KINDS[kind]
    figure = Figure(dpi=192)
    draw(figure.subplots())
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", metadata={"Software": None})
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    assert len(png(canvas.buffer_rgba(), 192)) < at_most * len(buffer.getvalue())
