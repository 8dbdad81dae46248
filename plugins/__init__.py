"""Pelican plugins. When installed, the package itself is one, `unrolled`, which draws the figures of a site."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

RENAMED = {
    "plugins.cards": "plugins.covers",
    "plugins.compact": "plugins.assets",
    "plugins.dressing": "plugins.accessibility",
    "plugins.headings": "plugins.accessibility",
    "plugins.minify": "plugins.assets",
    "plugins.reading_time": "plugins.articles",
    "plugins.related": "plugins.articles",
    "plugins.series": "plugins.articles",
    "plugins.tongues": "plugins.i18n",
}
"""The former names of plugins and Markdown extensions, which a site's settings may still have."""


class Renamed(MetaPathFinder, Loader):
    """Finds a plugin by its former name, and prints the new one."""

    def find_spec(self, name: str, _path: Sequence[str] | None = None, _target: object = None) -> ModuleSpec | None:
        """Return a module that stands in for the renamed one; None for any other."""
        return ModuleSpec(name, self) if name in RENAMED else None

    def exec_module(self, module: ModuleType) -> None:
        """Give the module the functions of the renamed one for Pelican or Markdown."""
        from pelican.log import console  # here, because processes that draw figures don't use Pelican

        now = RENAMED[module.__name__]
        console.print(
            f"{module.__name__} has been renamed to {now}: use the new name in your settings", highlight=False
        )
        renamed = import_module(now)
        for name in ("register", "makeExtension"):
            if hasattr(renamed, name):
                setattr(module, name, getattr(renamed, name))


sys.meta_path.append(Renamed())


def is_listed(name: str, settings: Mapping[str, Any]) -> bool:
    """Return whether a site uses one of our plugins, `"search"` and the like, wherever they are installed.

    A site without PLUGINS uses all installed ones, which of ours is the figures plugin; so does a site that lists the
    package.
    """
    listed = settings["PLUGINS"]
    whole = {__name__, __name__.rpartition(".")[2]} if name == "figures" else set()
    return bool(whole) if listed is None else not {f"{__name__}.{name}", *whole}.isdisjoint(map(str, listed))


def register() -> None:
    """Register the figure plugin. It is only imported here, because Pelican imports all installed plugins."""
    from . import figures

    figures.register()
