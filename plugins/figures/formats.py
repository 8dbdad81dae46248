"""The formats that figures are saved in, all in one table; and, inside the child, a figure's bytes in each."""

from __future__ import annotations

import io
import warnings
from base64 import b64encode
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from . import animation
from .colours import Exchange
from .failures import NothingDrawnError


@dataclass(frozen=True, kw_only=True)
class Format:
    """What there is to know of a format.

    matplotlib writes it, with `metadata`; or Pillow does, with the options `pillow` of its `Image.save`, from the
    pixels of the PNG, on a white ground if `opaque`. `animated` puts the frames of an animation (PNGs, and
    milliseconds) together, with those options; a format that cannot stand still is not `still`. `in_page` tells whether
    browsers show it: else articles can only link to it. `longest_px` is what it can have of pixels in a row.
    """

    metadata: Mapping[str, None] = field(default_factory=dict)
    pillow: Mapping[str, Any] | None = None
    opaque: bool = False
    animated: Callable[..., bytes] | None = None
    still: bool = True
    in_page: bool = True
    longest_px: int | None = None


# No dates nor versions of programs: equal figures have equal bytes.
FORMATS: Mapping[str, Format] = {
    "png": Format(metadata={"Software": None}),
    "svg": Format(metadata={"Date": None}),
    "pdf": Format(metadata={"CreationDate": None, "Creator": None, "Producer": None}, in_page=False),
    # Without loss: flat colours and sharp letters take a third of a PNG then, and no less room with a loss one can see.
    "webp": Format(pillow={"lossless": True, "quality": 80, "exact": True}, animated=animation.webp, longest_px=16_383),
    "gif": Format(pillow={}, animated=animation.gif, still=False),
}

IMAGES = tuple(ending for ending, it in FORMATS.items() if it.in_page)
"""The formats in which a page shows a figure; it may link to any."""

CSS_PX_PER_INCH = 96
MOST_PIXELS = 100_000_000
"""What a PNG may have: half a gigabyte while it is drawn."""

LARGEST_SVG_BYTES = 10_000_000
"""A larger SVG is of no use in a page, and takes a dozen times as much memory to be made fit for one."""

AS_IMAGE = "has so many marks that they are an image in its SVG: write rasterized=True where it draws them"
ALL_AS_IMAGE = "is so large as an SVG that this is an image as a whole"


class _TooLargeError(Exception):
    """A drawing would be larger than it may be."""


class _Limited(io.RawIOBase):
    """Takes so many bytes and no more, so that what is too large ends before it has taken all memory."""

    def __init__(self) -> None:
        self._taken = io.BytesIO()
        self._is_full = False

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        if self._is_full:  # what is left in a buffer when it is closed
            return len(data)
        if self._taken.tell() + len(data) > LARGEST_SVG_BYTES:
            self._is_full = True
            raise _TooLargeError
        return self._taken.write(data)

    def getvalue(self) -> bytes:
        return self._taken.getvalue()


class Sheet:
    """A figure with what is to be done to it whenever it is saved.

    A picture that says its own size is saved as it is. Else what the script says of saving (`savefig.bbox`,
    `savefig.facecolor`, …) holds, as if it had called `savefig(dpi=…)` itself.
    """

    def __init__(self, drawing: Any, name: str, saving: Mapping[str, Any]) -> None:
        import matplotlib as mpl

        self.figure = figure_of(drawing)
        self.exchange = Exchange(saving["colours"])
        self._exchanges = bool(saving["colours"])
        self._transparent = saving["transparent"]
        self._size_px = getattr(drawing, "size_px", None)
        self._inches: tuple[float, float] = tuple(self.figure.get_size_inches())
        self._trimmed: Any = None
        self.note = ""
        """What could not be saved as it is."""
        # Not by division where nothing is scaled: 192.00000000000003 is seen in the pixels.
        scale = saving["scale"]
        self.dpi = scale * self._size_px[0] / self._inches[0] if self._size_px else scale * CSS_PX_PER_INCH
        self._settings: dict[Any, Any] = {
            "savefig.bbox": None if self._size_px else mpl.rcParams["savefig.bbox"],
            "svg.fonttype": "path" if saving["outlined"] else "none",
            "svg.hashsalt": name,
            "svg.id": None,
            "pdf.fonttype": 42,
        }
        if self._size_px:
            self._settings |= {"savefig.facecolor": "auto", "savefig.transparent": False}

    @property
    def size_px(self) -> tuple[float, float]:
        """Width and height in CSS pixels, as it was saved last."""
        width, height = self._size_px or (side * CSS_PX_PER_INCH for side in self._inches)
        return width, height

    def stills(self, endings: Collection[str]) -> Iterator[tuple[str, bytes]]:
        """Yield the bytes of what the figure shows now in some formats, the pixels first and all from one drawing.

        A second drawing may differ, as automatic layouts move and arrows keep a first dpi. So they are drawn in the
        order of FORMATS, in whatever order they are asked for.
        """
        endings = [ending for ending in FORMATS if ending in endings]
        pixels = [ending for ending in endings if ending == "png" or FORMATS[ending].pillow is not None]
        png = self._saved("png") if pixels else b""
        for ending in pixels:
            yield ending, png if ending == "png" else converted(png, ending)
        for ending in endings:
            if ending not in pixels:
                yield ending, self._saved(ending)

    def _saved(self, ending: str) -> bytes:
        """Return the figure's bytes as matplotlib writes them: in exchanged colours, unless it has some of its own."""
        if self._exchanges and not self.exchange.foreign:
            exchanged = self._drawn(ending, exchanged=True, transparent=self._transparent)
            if not self.exchange.foreign:
                return exchanged
        return self._drawn(ending, transparent=self._transparent and not self._exchanges)

    def frame(self, exchanged: bool) -> bytes:
        """Return what the figure shows now as a PNG, for a frame of an animation, which keeps its ground."""
        return self._drawn("png", exchanged)

    def _drawn(self, ending: str, exchanged: bool = False, transparent: bool = False) -> bytes:
        if ending != "svg":
            return self._written(io.BytesIO(), ending, exchanged, transparent)
        try:
            return self._written(_Limited(), "svg", exchanged, transparent)
        except _TooLargeError:
            self.note = AS_IMAGE
        try:
            with _marks_as_image(self.figure):
                return self._written(_Limited(), "svg", exchanged, transparent, has_images=True)
        except _TooLargeError:
            self.note = ALL_AS_IMAGE
        return _around(self._written(io.BytesIO(), "png", exchanged, transparent), *self.size_px)

    def _written(
        self, buffer: io.BytesIO | _Limited, ending: str, exchanged: bool, transparent: bool, has_images: bool = False
    ) -> bytes:
        import matplotlib as mpl

        options: dict[str, Any] = {"metadata": FORMATS[ending].metadata}
        if ending != "svg" or has_images:
            options["dpi"] = self.dpi
        if transparent:
            options["facecolor"] = "none"
        if ending == "png":
            self._check(*self.figure.get_size_inches())
        with mpl.rc_context(self._settings), self._observed(exchanged), _groundless(self.figure, transparent):
            if isinstance(buffer, _Limited):
                # An SVG comes in thousands of small pieces.
                with io.BufferedWriter(buffer, 1 << 16) as pieces:
                    self.figure.savefig(pieces, format=ending, **options)
                    pieces.flush()
                    return buffer.getvalue()
            self.figure.savefig(buffer, format=ending, **options)
        return buffer.getvalue()

    @contextmanager
    def _observed(self, exchanged: bool) -> Iterator[None]:
        """Have the figure trimmed, if it is, to the same box in every format, and see how large it comes out."""
        figure = self.figure
        draw, box, before = figure.draw, figure.get_tightbbox, dict(vars(figure))

        def observed(renderer: Any) -> None:
            self._inches = tuple(figure.get_size_inches())
            draw(self.exchange.before(renderer) if exchanged else renderer)

        def trimmed(*arguments: Any, **named: Any) -> Any:
            if self._trimmed is None:
                self._trimmed = box(*arguments, **named)
                self._check(self._trimmed.width, self._trimmed.height)
            return self._trimmed

        figure.draw, figure.get_tightbbox = observed, trimmed
        try:
            yield
        finally:
            del figure.draw, figure.get_tightbbox
            vars(figure).update({name: before[name] for name in ("draw", "get_tightbbox") if name in before})

    def _check(self, width: float, height: float) -> None:
        across, down = round(width * self.dpi), round(height * self.dpi)
        if across * down > MOST_PIXELS:
            raise NothingDrawnError(
                f"its figure is {width:.4g} × {height:.4g} inches, so {across} × {down} pixels: too large, as a PNG "
                f"may have {MOST_PIXELS // 1_000_000} million",
                advice="make it smaller: figsize counts inches",
            )


def converted(png: bytes, ending: str) -> bytes:
    """Write the pixels of a PNG in another format; raise NothingDrawnError where they are too many for it."""
    from PIL import Image

    with Image.open(io.BytesIO(png)) as opened:
        size, dpi = opened.size, opened.info.get("dpi")
        drawn = opened.convert("RGBA")
    check_length(size, ending)
    if FORMATS[ending].opaque:
        drawn = animation.on_white(drawn)
    buffer = io.BytesIO()
    drawn.save(buffer, **{"format": ending, "dpi": dpi, **(FORMATS[ending].pillow or {})})
    return buffer.getvalue()


def moving(frames: Sequence[bytes], pause_ms: float, ending: str) -> bytes:
    """Put the frames of an animation together in a format; raise NothingDrawnError where they are too large for it."""
    made = FORMATS[ending]
    assert made.animated
    check_length(animation.size_of(frames[0]), ending)
    return made.animated(frames, pause_ms, **(made.pillow or {}))


def check_length(size: tuple[int, int], ending: str) -> None:
    """Raise NothingDrawnError for pixels that a format cannot have."""
    longest = FORMATS[ending].longest_px
    if longest and max(size) > longest:
        raise NothingDrawnError(
            f"its figure has {size[0]} × {size[1]} pixels: a {ending} has at most {longest} in a row",
            advice="ask for png or svg instead, or make it smaller: figsize counts inches",
        )


def one_of(words: Collection[str]) -> str:
    """Name some words as alternatives."""
    *others, last = words
    return f"{', '.join(others)} or {last}"


def figure_of(drawing: Any) -> Any:
    """Return the matplotlib figure of a picture, of axes, of a grid of them, of an animation, or itself."""
    if animation.is_animation(drawing):
        return animation.figure_of(drawing)
    if hasattr(drawing, "get_size_inches"):
        return drawing
    return drawing.figure() if callable(drawing.figure) else drawing.figure


@contextmanager
def _marks_as_image(figure: Any) -> Iterator[None]:
    """Have what axes show drawn as an image, while their words and rulers stay what they are."""
    marks = [mark for axes in figure.axes for mark in (*axes.collections, *axes.lines, *axes.patches)]
    before = [mark.get_rasterized() for mark in marks]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what cannot be one: then it is not
        for mark in marks:
            mark.set_rasterized(True)
        try:
            yield
        finally:
            for mark, was in zip(marks, before, strict=True):
                mark.set_rasterized(was)


def _around(png: bytes, width: float, height: float) -> bytes:
    """Write an SVG that shows an image as a whole."""
    size = f'width="{width:g}" height="{height:g}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" {size}>'
        f'<image {size} href="data:image/png;base64,{b64encode(png).decode()}"/></svg>'
    ).encode()


@contextmanager
def _groundless(figure: Any, wanted: bool) -> Iterator[None]:
    """Leave out what has the ground's colour and lies on it: the axes' own patches. A panel of another colour stays."""
    from matplotlib.colors import same_color

    ground = figure.get_facecolor()
    patches = [axes.patch for axes in figure.axes if axes.patch.get_visible()] if wanted else []
    hidden = [patch for patch in patches if same_color(patch.get_facecolor(), ground)]
    for patch in hidden:
        patch.set_visible(False)
    try:
        yield
    finally:
        for patch in hidden:
            patch.set_visible(True)
