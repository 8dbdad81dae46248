"""Inside the child: animations, found and played frame by frame."""

from __future__ import annotations

import gc
import io
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from .formats import SHORTEST_MS
from .report import NothingDrawnError

MOST_FRAMES = 1000
"""What has more is taken to have no end."""


EXAMPLE = "FuncAnimation(fig, update, frames=100)"


class _EnoughError(Exception):
    """Ends a playing animation."""


def is_animation(thing: object) -> bool:
    """Say whether something is an animation, without importing what animates."""
    module = sys.modules.get("matplotlib.animation")
    return module is not None and isinstance(thing, module.Animation)


def animations_of(figure: Any) -> list[Any]:
    """Find the animations of a figure that the script has kept."""
    if "matplotlib.animation" not in sys.modules:
        return []
    return [found for found in gc.get_objects() if is_animation(found) and figure_animated(found) is figure]


def figure_animated(animation: Any) -> Any:
    """Return the figure that an animation draws on."""
    found: list[Any] = []

    def begin(figure: Any, _: float) -> None:
        found.append(figure)
        raise _EnoughError

    _watch([animation], begin, lambda: None)
    return found[0]


def play(animations: Sequence[Any], see: Callable[[], bool]) -> float:
    """Have the frames drawn, one after the other, until `see` says at one that it is enough; return milliseconds."""
    frames = 0
    pause_ms: list[float] = []

    def each() -> None:
        nonlocal frames
        frames += 1
        if frames > MOST_FRAMES:
            said = f"its animation has more than {MOST_FRAMES} frames"
            raise NothingDrawnError(said, advice=f"say how many, as in {EXAMPLE}, or save_count=100 beside a generator")
        if see():
            raise _EnoughError

    _watch(animations, lambda _, fps: pause_ms.append(1000 / fps), each)
    return pause_ms[0]














def _watch(animations: Sequence[Any], begin: Callable[[Any, float], None], see: Callable[[], None]) -> None:
    """Let an animation save itself to a writer that keeps nothing, and tells when it begins and at each frame."""
    from matplotlib.animation import AbstractMovieWriter, writers

    class Watching(AbstractMovieWriter):
        def setup(self, fig: Any, outfile: Any, dpi: float | None = None) -> None:
            begin(fig, self.fps)

        def grab_frame(self, **_: Any) -> None:
            see()

        def finish(self) -> None:
            pass

        @classmethod
        def isAvailable(cls) -> bool:  # noqa: N802
            return True

    # By its name, since only a writer that is made by the animation is told how fast that is.
    writers.register("watching")(Watching)
    first, *others = animations
    at_once = getattr(first, "_interval", None) == 0  # matplotlib would divide by it
    with suppress(_EnoughError):
        first.save("watched", writer="watching", fps=1000 / SHORTEST_MS if at_once else None, extra_anim=others)
