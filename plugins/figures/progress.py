"""A line on the terminal that says how far the drawing is."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

PATIENCE_S = 1.0
"""What takes less time than this needs no line."""


class ProgressLine:
    """Is called with how many figures are drawn, and of how many; shows it once that takes its time, and goes again."""

    def __init__(self, console: Console, is_quiet: bool) -> None:
        self._console = console
        self._is_shown = console.is_terminal and not is_quiet and "CI" not in os.environ
        self._began = time.monotonic()
        self._line: Progress | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._line:
            self._line.stop()

    def __call__(self, done: int, total: int) -> None:
        """Show that so many of so many scripts have been run."""
        if self._is_shown and time.monotonic() > self._began + PATIENCE_S:
            self._line = self._line or self._started(total)
            self._line.update(self._line.task_ids[0], completed=done)

    def _started(self, total: int) -> Progress:
        # Imported here, as a build that draws nothing need not wait for it.
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        columns = (TextColumn("Drawing figures"), BarColumn(40), MofNCompleteColumn())
        line = Progress(*columns, console=self._console, transient=True)
        line.add_task("", total=total)
        line.start()
        return line
