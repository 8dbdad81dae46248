"""Pelican plugins. When installed, the package itself is one, `unrolled`, which draws the figures of a site."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from importlib.abc import MetaPathFinder
from typing import Any

__version__ = "0.4.0"

FORMER = {
    **dict.fromkeys(("output", "output_lock", "templates", "unchanged", "writing"), "building"),
    **dict.fromkeys(("edits", "incremental"), "building.incremental"),
    **{name: f"building.{name}" for name in ("dependencies", "forking", "memo")},
    **dict.fromkeys(("compact", "minify"), "assets"),
    **dict.fromkeys(("drafts", "reading_time", "related", "series"), "articles"),
    **dict.fromkeys(("dressing", "headings"), "accessibility"),
    "cards": "covers",
    "claims": "figures",
    "ipynb": "notebooks.ipynb",
    "sidenotes": "markup",
    "tongues": "i18n",
}
"""What a site's settings, or a plugin of its own, has to name instead of a former module of ours."""

PLUGIN = "figures"
"""The plugin that the package itself is."""
WHOLE = {"building"}
"""The plugins whose parts can also be listed one by one."""


class FormerNames(MetaPathFinder):
    """Answers the import of a module by its former name with an error that says the new one."""

    def find_spec(self, name: str, _path: object = None, _target: object = None) -> None:
        """Raise ImportError for a former name; return None for any other."""
        package, _, former = name.rpartition(".")
        if package == __name__ and former in FORMER:
            raise ImportError(f"{name} is now {package}.{FORMER[former]}: use the new name", name=name)


sys.meta_path.append(FormerNames())


def is_listed(name: str, settings: Mapping[str, Any]) -> bool:
    """Return whether a site uses one of our plugins, `"search"` and the like, wherever they are installed.

    A site without PLUGINS uses all installed ones, which of ours is the figures plugin; so does a site that lists the
    package. `"building.pages"` and the like are parts of a plugin, which may also be listed alone.
    """
    listed = settings["PLUGINS"]
    package_names = {__name__, __name__.rpartition(".")[2]} if name == PLUGIN else set()
    if listed is None:
        return bool(package_names)
    plugin = name.partition(".")[0]
    names = {name, plugin} if plugin in WHOLE else {name}
    return not {*(f"{__name__}.{entry}" for entry in names), *package_names}.isdisjoint(map(str, listed))


def register() -> None:
    """Register the figure plugin. It is only imported here, because Pelican imports all installed plugins."""
    import_module(f"{__name__}.{PLUGIN}").register()
