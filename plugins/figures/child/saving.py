"""Inside the child: a picture's files in the requested formats, animations frame by frame, and its words."""

from __future__ import annotations

import gc
import inspect
import io
import math
import re
import sys
import warnings
from base64 import b64encode
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, fromstring

from ..asks import misprints, read, written
from ..colours import Exchange
from ..formats import FORMATS, SHORTEST_MS, converted, moving, png
from ..records import THEMED, View, stored_name
from ..report import NothingDrawnError, all_readable
from . import snapshots, svg
from .thumbnails import Both, packed, png_scale
from .views import UNREADABLE, WHOLE, Mark, Recorder, best_view, whole

MOST_FRAMES = 1000
"""An animation with more frames is considered endless."""
_NAMELESS = re.compile(rb"/uni[0-9a-f]{8} glyphshow")
"""In PostScript: a glyph without a name in its font, so that matplotlib makes one up.

With Type 42, the font is embedded under other names, so that nothing would be drawn; Type 3 uses the made-up names too.
"""


EXAMPLE = "FuncAnimation(fig, update, frames=100)"


class _EnoughError(Exception):
    """Stops a playing animation."""


def is_animation(thing: object) -> bool:
    """Return whether something is an animation, without importing the animation module."""
    module = sys.modules.get("matplotlib.animation")
    return module is not None and isinstance(thing, module.Animation)


def animations_of(figure: Any) -> list[Any]:
    """Find the animations of a figure that the script has kept alive."""
    if "matplotlib.animation" not in sys.modules:
        return []
    return [thing for thing in gc.get_objects() if is_animation(thing) and figure_animated(thing) is figure]


def figure_animated(animation: Any) -> Any:
    """Return the figure that an animation draws on."""
    figures: list[Any] = []

    def begin(figure: Any, _: float) -> None:
        figures.append(figure)
        raise _EnoughError

    _watch([animation], begin, lambda: None)
    return figures[0]


def play(animations: Sequence[Any], see: Callable[[], bool]) -> float:
    """Draw the frames one by one until `see` returns True; return the milliseconds per frame."""
    frames = 0
    pause_ms: list[float] = []

    def count() -> None:
        nonlocal frames
        frames += 1
        if frames > MOST_FRAMES:
            message = f"the animation has more than {MOST_FRAMES} frames"
            raise NothingDrawnError(
                message, advice=f"give their number, as in {EXAMPLE}, or save_count=100 if the frames are a generator"
            )
        if see():
            raise _EnoughError

    _watch(animations, lambda _, fps: pause_ms.append(1000 / fps), count)
    return pause_ms[0]


def _watch(animations: Sequence[Any], begin: Callable[[Any, float], None], see: Callable[[], None]) -> None:
    """Have an animation save itself to a writer that stores nothing, and calls back at the start and at each frame."""
    from matplotlib.animation import AbstractMovieWriter, writers

    has_begun = False

    class Watching(AbstractMovieWriter):
        def setup(self, fig: Any, outfile: Any, dpi: float | None = None) -> None:
            nonlocal has_begun
            has_begun = True
            begin(fig, self.fps)

        def grab_frame(self, **_: Any) -> None:
            see()

        def finish(self) -> None:
            pass

        @classmethod
        def isAvailable(cls) -> bool:  # noqa: N802
            return True

    # By name, because only a writer that the animation creates gets its frame rate.
    writers.register("watching")(Watching)
    first, *rest = animations
    with suppress(_EnoughError):
        try:
            first.save("watched", writer="watching", extra_anim=rest)
        except ZeroDivisionError:
            if has_begun:  # the error is the script's own
                raise
            # matplotlib divides by the interval, which is 0 if frames follow each other at once
            first.save("watched", writer="watching", fps=1000 / SHORTEST_MS, extra_anim=rest)


FIRST_FRAME = "is an animation, so a still image of it shows the first frame"
GROUNDED = "is an animation, which can't have a transparent background"
LINK_LEFT_OUT = f"a link was left out, because only {', '.join(svg.LINKS)} and relative links are safe on a page"


def words_of(docstring: str) -> dict[str, Any]:
    """Read a docstring, for a picture without words: its first paragraph is the alt text, the rest the description."""
    first, _, rest = inspect.cleandoc(docstring).partition("\n\n")
    return {"alt": " ".join(first.split()), "description": {"text": rest.strip(), "head": [], "rows": []}}


def is_drawable(thing: object) -> bool:
    """Return whether something can be saved: a picture, a matplotlib figure or a part of one, an animation."""
    return hasattr(thing, "figure") or hasattr(thing, "savefig") or is_animation(thing)


def saved(picture: Any, number: int, words: Mapping[str, Any], job: Mapping[str, Any]) -> dict[str, Any]:
    """Save the files of a picture, in all its forms, in the job's folder; return it as plain data, and notes."""
    name = _name_of(number, job)
    result = {**_said(picture, words), "narrow": None, "notes": []}
    asks = _answers(picture, number) if job["saving"]["themed"] else None  # they are for pages
    if asks is not None:
        result["asks"] = _write(job, "json", asks)
    best = -math.inf
    drawings: dict[str, Element] = {}
    for form, drawing in _forms(picture):
        files = _Files(drawing, f"{name}-{form}", result, job, form != "mid" and best < WHOLE)
        result[form] = files.told()
        if files.drawn is not None:
            drawings[form] = files.drawn
        if files.thumbnail and files.score > best:
            result["thumbnail"], best = files.thumbnail, files.score
        result["notes"] += [note for note in files.notes if note not in result["notes"]]
    _check_printed(drawings, asks, number)
    return result


def _write(job: Mapping[str, Any], ending: str, data: bytes) -> str:
    """Write a file in the job's folder, and return its name."""
    name = stored_name(data, ending)
    (Path(job["folder"]) / name).write_bytes(data)
    return name


def _name_of(number: int, job: Mapping[str, Any]) -> str:
    """Name a picture, and its ids, which are unique in a page: no figure's own name has an underscore."""
    return f"{job['name']}-{number}".replace(".", "_").replace("/", "-")


def _said(picture: Any, words: Mapping[str, Any]) -> dict[str, Any]:
    """Return a picture's words: its own, or those of the script."""
    texts = {
        "alt": getattr(picture, "alt", words.get("alt", "")),
        "description": getattr(picture, "description", words.get("description", {})),
        "steps": list(getattr(picture, "steps", ())),
    }
    readable: dict[str, Any] = all_readable(texts)
    return readable


def _forms(picture: Any) -> Iterator[tuple[str, Any]]:
    """Yield the forms of a picture."""
    narrow = getattr(picture, "narrow", None) or getattr(picture, "turned", None)  # its former name
    for form, drawing in (("wide", picture), ("narrow", narrow), ("mid", getattr(picture, "mid", None))):
        if drawing is not None:
            yield form, drawing


InPage = tuple[dict[str, Element], Mapping[str, Any], bytes | None]
"""What a page shows of a picture: the drawing in each form, its words, and its answers."""


def in_page(picture: Any, number: int, words: Mapping[str, Any], job: Mapping[str, Any]) -> InPage:
    """Return only what a page shows of a picture; raise NothingDrawnError if that is an image."""
    name, texts, asks = _name_of(number, job), _said(picture, words), _answers(picture, number)
    forms: dict[str, Element] = {}
    for form, drawing in _forms(picture):
        sheet = Sheet(drawing, f"{name}-{form}", job["saving"])
        ((_, data),) = sheet.stills(["svg"])
        forms[form] = fromstring(data)
        svg.standalone(forms[form], sheet.name, sheet.size_px, texts, getattr(drawing, "parts", {}))
        if svg.themed(forms[form], job["tokens"], *_in_steps(drawing)) is None:
            raise NothingDrawnError("a slider with so many values needs drawings of less than 100 KB, without images")
    _check_printed(forms, asks, number)
    return forms, texts, asks


def save_snapshots(
    pictures: Sequence[InPage], figure: Mapping[str, Any], vary: str, own: int, job: Mapping[str, Any]
) -> dict[str, Any]:
    """Save what changes in a figure from picture to picture, and their answers; return the names of the files.

    Raise NothingDrawnError if that is too much, or if that at `own` isn't the figure.
    """
    for form, drawing in pictures[own][0].items():
        if stored_name(svg.written(drawing), THEMED) != figure[form]["files"][THEMED]:
            raise NothingDrawnError(
                f'draw() has drawn another picture when it was called again for vary="{vary}"',
                advice="keep nothing from one call to the next, and seed random numbers in draw()",
            )
    frames, words, answers = zip(*pictures, strict=True)
    asks = [_write(job, "json", data) if data else "" for data in answers]
    changes = _write(job, "json", snapshots.stored(frames, words, asks, own, f'vary="{vary}"'))
    return {"changes": changes, "asks": [*filter(None, asks)]}


def _in_steps(drawing: Any) -> tuple[Mapping[str, Any], float | None]:
    """Return the parts of a drawing that appear at a step, and its margin, for the page."""
    return getattr(drawing, "moments", {}), getattr(drawing, "margin_px", None)


ASKS_ADVICE = "docs/figure-scripts.md says what asks can be"


def _answers(picture: Any, number: int) -> bytes | None:
    """Return what the numbers of a picture can be asked, as a page loads it; None if they can't be."""
    asks = getattr(picture, "asks", None)
    try:
        return None if asks is None else written(all_readable(asks))
    except ValueError as problem:
        raise NothingDrawnError(f"figure {number} has invalid asks: {problem}", advice=ASKS_ADVICE) from None


def _check_printed(forms: Mapping[str, Element], asks: bytes | None, number: int) -> None:
    """Raise NothingDrawnError if a form of a picture prints another number than its answers, if any, have.

    The forms are as in a page, with the names of their parts.
    """
    answers = None if asks is None else read(asks)
    for wrong in (
        misprint for form, drawing in forms.items() if answers for misprint in misprints(drawing, answers, form)
    ):
        raise NothingDrawnError(f"figure {number} has asks that don't fit it: {wrong}", advice=ASKS_ADVICE)


CSS_PX_PER_INCH = 96


MOST_PIXELS = 100_000_000
"""The limit for a PNG: half a gigabyte while it is drawn."""


LARGEST_SVG_BYTES = 10_000_000
"""A larger SVG is useless in a page, and needs a dozen times as much memory to be prepared for one."""


AS_IMAGE = "has so many marks that its SVG contains them as an image; to choose which, draw them with rasterized=True"


ALL_AS_IMAGE = "is so large that its SVG contains it as one image"


class _TooLargeError(Exception):
    """A drawing would exceed a limit."""


class _Limited(io.RawIOBase):
    """Accepts a limited number of bytes, so that saving a drawing that is too large ends before memory runs out."""

    def __init__(self) -> None:
        self._taken = io.BytesIO()
        self._is_full = False

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        if self._is_full:  # the rest of a buffer that is being closed
            return len(data)
        if self._taken.tell() + len(data) > LARGEST_SVG_BYTES:
            self._is_full = True
            raise _TooLargeError
        return self._taken.write(data)

    def getvalue(self) -> bytes:
        return self._taken.getvalue()


class _Pixels(io.BytesIO):
    """Takes a drawing's pixels, which matplotlib writes all at once, as rows, and keeps them as a PNG."""

    def __init__(self, dpi: float) -> None:
        super().__init__()
        self._dpi = dpi

    def write(self, data: Any) -> int:
        return super().write(png(data, self._dpi))


Through = Callable[[Any], Any]
"""Takes one of matplotlib's renderers, and returns what draws a figure in its place."""


class Sheet:
    """A figure with everything that happens to it whenever it is saved.

    A picture that states its own size is saved as it is. Otherwise, the script's settings for saving (`savefig.bbox`,
    `savefig.facecolor`, …) apply, as if it had called `savefig(dpi=…)` itself.
    """

    def __init__(self, drawing: Any, name: str, saving: Mapping[str, Any]) -> None:
        import matplotlib as mpl

        self.figure = figure_of(drawing)
        self.name = name
        self.exchange = Exchange(saving["colours"])
        self._exchanges = bool(saving["colours"])
        self._transparent = saving["transparent"]
        self._size_px = getattr(drawing, "size_px", None)
        self._inches: tuple[float, float] = tuple(self.figure.get_size_inches())
        self._trimmed: Any = None
        self.note = ""
        """A note about what couldn't be saved as it is."""
        self.is_for_both = False
        """Whether the SVG also serves for a thumbnail."""
        self.recorder: Recorder | None = None
        """Where the marks of the SVG are, if it is."""
        # Without a division if nothing is scaled: 192.00000000000003 would be visible in the pixels.
        scale = saving["scale"]
        self.dpi = scale * self._size_px[0] / self._inches[0] if self._size_px else scale * CSS_PX_PER_INCH
        self._settings: dict[Any, Any] = {
            "savefig.bbox": None if self._size_px else mpl.rcParams["savefig.bbox"],
            "svg.fonttype": "path" if saving["outlined"] else "none",
            "svg.hashsalt": name,
            "svg.id": None,
            "pdf.fonttype": 42,  # whole letters, which can be searched and edited, and which publishers require
            "ps.fonttype": 42,
        }
        if self._size_px:
            self._settings |= {"savefig.facecolor": "auto", "savefig.transparent": False}

    @property
    def size_px(self) -> tuple[float, float]:
        """Width and height in CSS pixels, as it was last saved."""
        width, height = self._size_px or (side * CSS_PX_PER_INCH for side in self._inches)
        return width, height

    def stills(self, endings: Collection[str]) -> Iterator[tuple[str, bytes]]:
        """Yield the bytes of the figure's current state in some formats, pixels first and all from one drawing.

        A second drawing may differ, because automatic layouts move and arrows keep the first dpi. So they are drawn in
        the order of FORMATS, whatever order they are requested in.
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
        """Return the figure's bytes as matplotlib writes them: in replaced colours, unless it has some of its own."""
        if self._exchanges and not self.exchange.foreign:
            exchanged = self._drawn(ending, exchanged=True, transparent=self._transparent)
            if not self.exchange.foreign:
                return exchanged
        return self._drawn(ending, transparent=self._transparent and not self._exchanges)

    def frame(self, exchanged: bool) -> bytes:
        """Return the figure's current state as a PNG, for a frame of an animation, which keeps its background."""
        return self._drawn("png", exchanged)

    def thumbnail(self) -> bytes:
        """Return the figure's current state as a PNG for a thumbnail."""
        dpi = png_scale(self.size_px) * self.size_px[0] / self._inches[0]
        return self._written(io.BytesIO(), "png", None, False, dpi=dpi)

    def _drawn(self, ending: str, exchanged: bool = False, transparent: bool = False) -> bytes:
        through = self.exchange.before if exchanged else None
        if ending != "svg":
            return self._written(io.BytesIO(), ending, through, transparent)
        try:
            return self._written(_Limited(), "svg", self._for_both if self.is_for_both else through, transparent)
        except _TooLargeError:
            self.note = AS_IMAGE
        try:
            with _marks_as_image(self.figure):
                return self._written(_Limited(), "svg", through, transparent, has_images=True)
        except _TooLargeError:
            self.note = ALL_AS_IMAGE
        return _around(self._written(io.BytesIO(), "png", through, transparent), *self.size_px)

    def _for_both(self, renderer: Any) -> Recorder:
        self.recorder = Recorder(Both(renderer), self.size_px[0] / renderer.width)
        return self.recorder

    def _written(
        self,
        buffer: io.BytesIO | _Limited,
        ending: str,
        through: Through | None,
        transparent: bool,
        has_images: bool = False,
        dpi: float | None = None,
    ) -> bytes:
        import matplotlib as mpl

        options: dict[str, Any] = {"format": ending, "metadata": FORMATS[ending].metadata}
        if ending != "svg" or has_images:
            options["dpi"] = dpi or self.dpi
        if transparent:
            options["facecolor"] = "none"
        if ending == "png":
            self._check(*self.figure.get_size_inches())
            options |= {"format": "rgba", "metadata": None}
            buffer = _Pixels(dpi or self.dpi)
        with mpl.rc_context(self._settings), self._observed(through), _groundless(self.figure, transparent):
            if isinstance(buffer, _Limited):
                # matplotlib writes an SVG in thousands of small pieces.
                with io.BufferedWriter(buffer, 1 << 16) as pieces:
                    self.figure.savefig(pieces, **options)
                    pieces.flush()
                    return buffer.getvalue()
            self.figure.savefig(buffer, **options)
            data = buffer.getvalue()
            if data.startswith(b"%!PS") and _NAMELESS.search(data):
                buffer = io.BytesIO()
                with mpl.rc_context({"ps.fonttype": 3}):
                    self.figure.savefig(buffer, **options)
                data = buffer.getvalue()
        return data

    @contextmanager
    def _observed(self, through: Through | None) -> Iterator[None]:
        """If the figure is trimmed, use the same box in every format, and record the resulting size."""
        figure = self.figure
        draw, box, before = figure.draw, figure.get_tightbbox, dict(vars(figure))

        def observed(renderer: Any) -> None:
            self._inches = tuple(figure.get_size_inches())
            draw(through(renderer) if through else renderer)

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
                f"the figure is {width:.4g} × {height:.4g} inches, or {across} × {down} pixels, but a PNG "
                f"can have at most {MOST_PIXELS // 1_000_000} million",
                advice="make it smaller: figsize is in inches",
            )


def figure_of(drawing: Any) -> Any:
    """Return the matplotlib figure of a picture, of axes, of a grid of axes, of an animation, or of itself."""
    if is_animation(drawing):
        return figure_animated(drawing)
    if hasattr(drawing, "get_size_inches"):
        return drawing
    return drawing.figure() if callable(drawing.figure) else drawing.figure


@contextmanager
def _marks_as_image(figure: Any) -> Iterator[None]:
    """Have the contents of axes drawn as an image, while their text and rulers stay as they are."""
    marks = [mark for axes in figure.axes for mark in (*axes.collections, *axes.lines, *axes.patches)]
    before = [mark.get_rasterized() for mark in marks]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # if something can't be rasterized, it stays as it is
        for mark in marks:
            mark.set_rasterized(True)
        try:
            yield
        finally:
            for mark, was in zip(marks, before, strict=True):
                mark.set_rasterized(was)


def _around(png: bytes, width: float, height: float) -> bytes:
    """Return an SVG that shows one image."""
    size = f'width="{width:g}" height="{height:g}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" {size}>'
        f'<image {size} href="data:image/png;base64,{b64encode(png).decode()}"/></svg>'
    ).encode()


@contextmanager
def _groundless(figure: Any, wanted: bool) -> Iterator[None]:
    """Hide the axes' own patches if they have the background's colour. A panel of another colour stays."""
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


class _Files:
    """The files of one form."""

    def __init__(
        self, drawing: Any, name: str, words: Mapping[str, Any], job: Mapping[str, Any], is_listed: bool
    ) -> None:
        self._drawing = drawing
        self._is_listed = is_listed
        self._name = name
        self._job = job
        self._words = words
        self._saving: Mapping[str, Any] = job["saving"]
        self._tokens: Mapping[str, str] = job["tokens"]
        self._dark: Mapping[str, str] = job["dark"]
        self._sheet = Sheet(drawing, name, self._saving)
        self._animations = animations_of(self._sheet.figure)
        self._moving = [
            ending
            for ending in self._saving["formats"]
            if FORMATS[ending].animated and (self._animations or not FORMATS[ending].still)
        ]
        self._files: dict[str, str] = {}
        self.drawn: Element | None = None
        """The drawing that pages show, with the names of its parts."""
        self.thumbnail: dict[str, str] = {}
        """The files of the thumbnail: `light`, and `dark` if the figure has no colours of its own."""
        self.score: float = UNREADABLE
        """How much of the form the thumbnail shows, so that it can be read."""
        self._view: View | None = None
        self.notes: list[str] = []

    def told(self) -> dict[str, Any]:
        """Save everything, and return the result."""
        if self._moving:
            self._animate()
        elif self._animations:
            play(self._animations, self._stop_at_first)
        if not self._files:
            self._still()
        if self._sheet.exchange.foreign:
            self.notes.append(self._sheet.exchange.note)
        if self._sheet.note:
            self.notes.append(self._sheet.note)
        width, height = map(round, self._sheet.size_px)
        return {
            "files": self._files,
            "width": width,
            "height": height,
            "parts": self._parts,
            "moving": self._moving,
            "view": self._view,
        }

    @property
    def _parts(self) -> Mapping[str, Any]:
        parts: Mapping[str, Any] = getattr(self._drawing, "parts", {})
        return parts

    def _stop_at_first(self) -> bool:
        self._still()
        self.notes.append(FIRST_FRAME)
        return True

    def _animate(self) -> None:
        if not self._animations:
            advice = f"use png or svg, or keep the animation in a variable, as in ani = {EXAMPLE}"
            raise NothingDrawnError(f"a {self._moving[0]} needs an animation, but the script has none", advice=advice)
        light: list[bytes] = []
        exchanged: list[bytes] = []

        def see() -> bool:
            if not light:
                self._still()
            light.append(self._sheet.frame(exchanged=False))
            if self._saving["colours"] and not self._sheet.exchange.foreign:
                exchanged.append(self._sheet.frame(exchanged=True))
            return False

        pause_ms = play(self._animations, see)
        if not light:
            raise NothingDrawnError("the animation has no frames", advice=f"give their number, as in {EXAMPLE}")
        is_exchanged = self._saving["colours"] and not self._sheet.exchange.foreign
        for ending in self._moving:
            self._add(ending, moving(exchanged if is_exchanged else light, pause_ms, ending))
        if self._saving["transparent"]:
            self.notes.append(GROUNDED)

    def _still(self) -> None:
        """Save the figure's current state."""
        endings = [ending for ending in self._saving["formats"] if ending not in self._moving]
        if self._saving["themed"] and self._is_listed:
            self._sheet.is_for_both = True
        for ending, data in self._sheet.stills(endings):
            if ending == "svg":
                self._vectors(data)
            else:
                self._add(ending, data)

    def _vectors(self, data: bytes) -> None:
        """Save the published SVG, and two others from the same drawing: one for a gallery, one for the page."""
        root = fromstring(data)
        if recorder := self._sheet.recorder:
            self._view = best_view(self._sheet.size_px, recorder.marks)
            # A drawing this large isn't suitable for a gallery, whichever part is shown.
            is_small = not self._sheet.note and len(data) <= 20 * svg.LARGEST_SMALL_BYTES
            self._in_small(root if is_small else None, recorder.texts)
        self._add("svg", self._alone(root))
        self.drawn = root
        if self._saving["themed"] and len(data) <= svg.LARGEST_DRAWN_BYTES:
            inline = svg.themed(root, self._tokens, *_in_steps(self._drawing))
            if inline:  # otherwise, the page must show an image
                self._add(THEMED, inline)

    def _in_small(self, drawing: Element | None, texts: Sequence[Mark | None]) -> None:
        """Save the thumbnails for a gallery."""
        files: dict[str, bytes] = {}
        if drawing is not None:
            view = self._view or whole(self._sheet.size_px)
            hidden = {number for number, text in enumerate(texts) if text is None or not text.is_in(view)}
            files = svg.in_small(drawing, self._name, self._sheet.size_px, view, hidden, self._tokens, self._dark)
            self.score = self._view.score if files and self._view else UNREADABLE
        ending = "svg"
        if not files:
            files, ending = {"light": packed(self._sheet.thumbnail())}, "webp"
        self.thumbnail = {scheme: _write(self._job, ending, data) for scheme, data in files.items()}

    def _alone(self, root: Element) -> bytes:
        """Make a standalone SVG of a drawing."""
        size_px, outlined = self._sheet.size_px, self._saving["outlined"]
        refused: list[str] = []
        alone = svg.standalone(
            root, self._name, size_px, self._words, self._parts, for_programs=outlined, refused=refused
        )
        for address in dict.fromkeys(refused):
            self.notes.append(f"{LINK_LEFT_OUT}: {address}")
        return alone

    def _add(self, ending: str, data: bytes) -> None:
        self._files[ending] = _write(self._job, ending, data)
