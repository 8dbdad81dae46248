"""The drawing process, kept warm between builds; a slow drawing is announced to the author, or given up."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from .. import is_listed
from ..figures.hooks import plugin
from ..figures.report import SettingsError
from ..figures.settings import Settings
from ..figures.workers import Children, LostError

PATIENCE_S = 1.0
"""Drawing that isn't slower than usual by more than this isn't mentioned, and not given up."""


class OvertakenError(BaseException):
    """Something was saved while drawing took long. A BaseException, so that no error handler delays it."""


class Drawing(Children):
    """The drawing process. The figure plugin polls it some ten times a second, which gives it a chance to step in.

    Everything that was drawn before it is given up is recorded by the plugin, so only unfinished figures are lost.
    """

    def __init__(self, tell: Callable[[Sequence[str]], None], is_overtaken: Callable[[], bool]) -> None:
        super().__init__()
        self._tell = tell
        self._is_overtaken = is_overtaken
        self._usual_s: dict[str, float] = {}
        self.begin()

    def begin(self) -> None:
        """Reset the counters for the next build."""
        self._names: dict[int, str] = {}
        self._since: dict[int, float] = {}
        self._began = 0.0
        self._told_s = PATIENCE_S

    def ready(self, settings: Settings) -> None:
        """Start the processes; jobs that were running when they were lost are gone."""
        self._since.clear()
        super().ready(settings)

    def send(self, message: Mapping[str, Any]) -> None:
        """Send a job, and remember what it draws."""
        if "script" in message:
            self._names[message["id"]] = message["name"]
        super().send(message)

    def hear(self, timeout_s: float) -> list[dict[str, Any]]:
        """Return the messages about jobs; raise OvertakenError if they delay files saved in the meantime."""
        heard = super().hear(timeout_s)
        for news in heard:
            self._note(news)
        if self._since and not any("exit" in news for news in heard):  # finished figures are recorded first
            self._look(time.monotonic() - self._began)
        return heard

    def _note(self, news: Mapping[str, Any]) -> None:
        now = time.monotonic()
        if "pid" in news:
            self._began = self._began or now
            self._since[news["id"]] = now
        else:
            took_s = now - self._since.pop(news["id"], now)
            if not news["exit"]:  # one that was stopped says nothing about the next
                self._usual_s[self._names[news["id"]]] = took_s

    def _look(self, seconds: float) -> None:
        names = sorted({self._names[job] for job in self._since})
        if self._is_overtaken() and seconds > PATIENCE_S + max(self._usual_s.get(name, 0) for name in names):
            raise OvertakenError
        if seconds > self._told_s:
            self._told_s = 2 * seconds  # less and less often, because the terminal keeps each line
            self._tell(names)


class WarmFigures:
    """Gives the figure plugin, if the site uses it, a process that outlives a build."""

    def __init__(self, settings: Mapping[str, Any], drawing: Drawing) -> None:
        self._settings = settings
        self._drawing = drawing
        self._are_used = is_listed("figures", settings)
        if self._are_used:
            plugin.children = drawing

    def begin(self) -> None:
        """Note that a build starts."""
        self._drawing.begin()

    def get_ready(self) -> None:
        """Start the process before it is needed, and restart it if the style or the fonts have changed."""
        if self._are_used:
            with suppress(SettingsError, LostError):  # reported by the build
                self._drawing.ready(Settings.of(self._settings))
