"""What every script finds alike: place, path and seeds; what it saves itself goes to scratch (in the child)."""

from __future__ import annotations

import io
import os
import random
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

if sys.platform != "win32":
    import resource

from .modules import import_by_content
from .observations import place_of
from .tracing import Trace

NAMED = 2
"""So many of the files that a script saves itself are named."""

LARGEST_FILE = 2**30
"""In bytes: a script that prints without end must not fill the disk."""


class Saves:
    """Where the figures go that a script saves itself: into scratch instead of into the project."""

    def __init__(self, job: Mapping[str, Any]) -> None:
        self._folder = Path(job["folder"])
        self._root = Path(job["root"])
        self._kept_apart: dict[str, None] = {}

    def notes(self) -> list[str]:
        """Say which files went to scratch, in a sentence; none if there are none."""
        names = list(self._kept_apart)
        if not names:
            return []
        more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
        went = "it went to scratch, and nothing publishes it"
        if len(names) > 1:
            went = "they went to scratch, and nothing publishes them"
        return [f"saves {', '.join(names[:NAMED])}{more} itself: {went}"]

    def watch(self, kind: Any, method: str, where: str) -> None:
        """Have a method, whose first argument says where it saves, save into scratch."""
        save: Callable[..., Any] = getattr(kind, method)

        def apart(drawn: Any, *arguments: Any, **options: Any) -> Any:
            if where in options:
                options[where] = self._place(options[where])
            return save(drawn, *map(self._place, arguments[:1]), *arguments[1:], **options)

        setattr(kind, method, apart)

    def _place(self, named: Any) -> Any:
        if not isinstance(named, str | os.PathLike):
            return named
        place = Path(os.path.abspath(named))  # noqa: PTH100  (no link is followed)
        if place.is_relative_to(self._folder):
            return named
        if place.is_relative_to(self._root):
            apart = self._folder / "scratch" / place.relative_to(self._root)
        elif not Path(named).is_absolute():
            apart = self._folder / "scratch" / place.name
        else:
            return named
        apart.parent.mkdir(parents=True, exist_ok=True)
        self._kept_apart[os.fspath(named)] = None
        return apart


def prepare(job: Mapping[str, Any], trace: Trace, saves: Saves, compiled: list[str]) -> None:
    """Make every render of a script alike; `compiled` is given the paths of modules that are compiled anew."""
    import matplotlib.figure
    import matplotlib.pyplot
    import numpy as np
    import PIL.Image

    _limit_files()
    assert isinstance(sys.stdout, io.TextIOWrapper)
    sys.stdout.reconfigure(line_buffering=True)  # what was said before a crash is told
    os.chdir(job["cwd"])
    for path in job["missed"]:
        trace.look_for(place_of(path, job["root"]))
    own, diagrams = str(Path(job["script"]).parent), job["diagrams"]
    # The scripts of a kit are no modules of one another: their names must hide nobody else's.
    sys.path[:1] = [diagrams] if own in (diagrams, job["shipped"]) else [own, diagrams]
    sys.argv = [job["script"]]
    import_by_content(trace, compiled)
    random.seed(0)
    np.random.seed(0)
    # default_rng() asks this function for its entropy, whatever np.random.seed() has said.
    np.random.bit_generator.randbits = random.Random(0).getrandbits  # type: ignore[attr-defined]
    matplotlib.pyplot.switch_backend("agg")
    for backend in ("show", "switch_backend"):  # a window: there is none, and the figure is the same
        setattr(matplotlib.pyplot, backend, lambda *_, **__: None)
    matplotlib.use = lambda *_, **__: None
    saves.watch(matplotlib.figure.Figure, "savefig", "fname")
    saves.watch(PIL.Image.Image, "save", "fp")  # plt.imsave, and animations by Pillow


def _limit_files() -> None:
    if sys.platform != "win32":
        _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
        largest = LARGEST_FILE if most == resource.RLIM_INFINITY else min(LARGEST_FILE, most)
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, most))
