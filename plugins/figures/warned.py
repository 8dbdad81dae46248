"""What a script is warned of, each thing once, by its own lines (in the child)."""

from __future__ import annotations

import sys
import traceback
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .frames import Frame, Places

# Said of figures that our style has laid out when a library, as seaborn, lays them out itself: nothing is wrong.
_OURS = "The figure layout has changed to tight"


class Warned:
    """Hears Python's warnings, while no script hears them itself."""

    def __init__(self, job: Mapping[str, Any]) -> None:
        self._places = Places(Path(job["root"]), Path(job["diagrams"]))
        self._script = job["script"]
        self._lines: dict[str, None] = {}
        warnings.showwarning = self._show
        warnings.filterwarnings("ignore", _OURS)

    def told(self) -> list[str]:
        """Return a line for each."""
        return list(self._lines)

    def _show(self, message: Warning | str, category: type[Warning], *_: object, **__: object) -> None:
        stack = [Frame(it.filename, it.lineno or 0, it.name) for it in traceback.extract_stack(sys._getframe(1))]
        place = self._places.at(self._places.place(stack, self._script))
        self._lines[f"{place}: {category.__name__}: {' '.join(str(message).split())}"] = None
