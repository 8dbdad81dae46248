"""The process that draws, kept warm from one build to the next: it is told, or given up, if it takes long."""

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
"""Drawing that takes no longer than this, beyond what it usually takes, is not worth a word, and not given up."""


class OvertakenError(BaseException):
    """Something was saved while the drawing took long. Nothing that handles errors is to hold it up."""


class Drawing(Children):
    """The process that draws. The figure plugin asks it some ten times a second for news, so that it can have its say.

    What was drawn before it is given up is remembered by the plugin, so that only what was under way is for nothing.
    """

    def __init__(self, tell: Callable[[Sequence[str]], None], is_overtaken: Callable[[], bool]) -> None:
        super().__init__()
        self._tell = tell
        self._is_overtaken = is_overtaken
        self._usual_s: dict[str, float] = {}
        self.begin()

    def begin(self) -> None:
        """Begin to count: the next build is another one."""
        self._names: dict[int, str] = {}
        self._since: dict[int, float] = {}
        self._began = 0.0
        self._told_s = PATIENCE_S

    def ready(self, settings: Settings) -> None:
        """Start what is to be started; what was at work when it was lost is no more."""
        self._since.clear()
        super().ready(settings)

    def send(self, message: Mapping[str, Any]) -> None:
        """Give a job, and remember what it draws."""
        if "script" in message:
            self._names[message["id"]] = message["name"]
        super().send(message)

    def hear(self, timeout_s: float) -> list[dict[str, Any]]:
        """Return what there is to say of the jobs; raise OvertakenError if they hold up what was saved meanwhile."""
        heard = super().hear(timeout_s)
        for news in heard:
            self._note(news)
        if self._since and not any("exit" in news for news in heard):  # what is done is remembered first
            self._look(time.monotonic() - self._began)
        return heard

    def _note(self, news: Mapping[str, Any]) -> None:
        now = time.monotonic()
        if "pid" in news:
            self._began = self._began or now
            self._since[news["id"]] = now
        else:
            took_s = now - self._since.pop(news["id"], now)
            if not news["exit"]:  # one that was ended says nothing of the next
                self._usual_s[self._names[news["id"]]] = took_s

    def _look(self, seconds: float) -> None:
        names = sorted({self._names[job] for job in self._since})
        if self._is_overtaken() and seconds > PATIENCE_S + max(self._usual_s.get(name, 0) for name in names):
            raise OvertakenError
        if seconds > self._told_s:
            self._told_s = 2 * seconds  # ever more seldom: the terminal keeps each line
            self._tell(names)


class WarmFigures:
    """Hands the figure plugin, where the site uses it, a process that outlives a build."""

    def __init__(self, settings: Mapping[str, Any], drawing: Drawing) -> None:
        self._settings = settings
        self._drawing = drawing
        self._are_used = is_listed("figures", settings)
        if self._are_used:
            plugin.children = drawing

    def begin(self) -> None:
        """Take note that a build begins."""
        self._drawing.begin()

    def get_ready(self) -> None:
        """Start the process before it is needed, and anew if the style or the fonts are others now."""
        if self._are_used:
            with suppress(SettingsError, LostError):  # a build tells it
                self._drawing.ready(Settings.of(self._settings))
