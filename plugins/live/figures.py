"""The process that draws figures, kept warm from one build to the next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plugins.figures.children import Children
from plugins.figures.hooks import plugin
from plugins.figures.settings import Settings


class WarmFigures:
    """Hands the figure plugin, where the site uses it, a process that outlives a build."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._settings = settings
        if "plugins.figures" in settings["PLUGINS"]:
            plugin.children = Children()

    def get_ready(self) -> None:
        """Start it before it is needed, and anew if the style or the fonts are others now."""
        if plugin.children:
            plugin.children.ready(Settings.of(self._settings))
