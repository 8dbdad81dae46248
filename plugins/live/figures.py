"""The process that draws figures, kept warm from one build to the next."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from plugins.figures.hooks import plugin
from plugins.figures.report import SettingsError
from plugins.figures.settings import Settings

from ..figures.workers import LostError
from .drawing import Drawing


class WarmFigures:
    """Hands the figure plugin, where the site uses it, a process that outlives a build."""

    def __init__(self, settings: Mapping[str, Any], drawing: Drawing) -> None:
        self._settings = settings
        self._drawing = drawing
        self._are_used = "plugins.figures" in settings["PLUGINS"]
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
