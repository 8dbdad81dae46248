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
    "cards": "covers",
    "claims": "figures.page.mentions",
    "compact": "assets",
    "dependencies": "building.dependencies",
    "drafts": "articles",
    "dressing": "accessibility",
    "edits": "building.incremental",
    "forking": "building.forking",
    "headings": "accessibility",
    "incremental": "building.incremental",
    "ipynb": "notebooks.ipynb",
    "memo": "building.memo",
    "minify": "assets",
    "output": "building.output",
    "output_lock": "building.output",
    "reading_time": "articles",
    "related": "articles",
    "series": "articles",
    "sidenotes": "markup",
    "templates": "building.templates",
    "tongues": "i18n",
    "unchanged": "building.unchanged",
    "writing": "building.pages",
}
"""The former names of our modules, which a site's settings, or a plugin of its own, may still have."""

PLUGIN = "figures"
"""The plugin that the package itself is."""
WHOLE = {"building"}
"""The plugins whose parts can also be listed one by one."""


class Renamed(MetaPathFinder, Loader):
    """Finds a module by its former name, and prints the new one."""

    def find_spec(self, name: str, _path: Sequence[str] | None = None, _target: object = None) -> ModuleSpec | None:
        """Return a module that stands in for the renamed one; None for any other."""
        package, _, former = name.rpartition(".")
        return ModuleSpec(name, self) if package == __name__ and former in RENAMED else None

    def exec_module(self, module: ModuleType) -> None:
        """Let the module have everything that the renamed one has."""
        from pelican.log import console  # here, because processes that draw figures don't use Pelican

        now = _now(module.__name__)
        renamed = import_module(now)
        whole = _whole_of(now) if hasattr(renamed, "register") else ""
        more = f", or {whole} in PLUGINS" if whole else ""
        console.print(f"{module.__name__} has been renamed to {now}: use the new name{more}", highlight=False)
        vars(module).update({name: value for name, value in vars(renamed).items() if not name.startswith("__")})


sys.meta_path.append(Renamed())


def _now(name: str) -> str:
    """Return the current name of a module, which may have been renamed."""
    package, _, former = name.rpartition(".")
    return f"{package}.{RENAMED.get(former, former)}" if package == __name__ else name


def _whole_of(name: str) -> str:
    """Return the plugin that a module is a part of; empty if it is none, or one of its own."""
    plugin, _, part = name.removeprefix(f"{__name__}.").partition(".")
    return f"{__name__}.{plugin}" if part and plugin in WHOLE else ""


def is_listed(name: str, settings: Mapping[str, Any]) -> bool:
    """Return whether a site uses one of our plugins, `"search"` and the like, wherever they are installed.

    A site without PLUGINS uses all installed ones, which of ours is the figures plugin; so does a site that lists the
    package. `"building.pages"` and the like are parts of a plugin, which may also be listed alone.
    """
    listed = settings["PLUGINS"]
    whole = {__name__, __name__.rpartition(".")[2]} if name == PLUGIN else set()
    if listed is None:
        return bool(whole)
    own = f"{__name__}.{name}"
    return not {own, _whole_of(own) or own, *whole}.isdisjoint(_now(str(it)) for it in listed)


def register() -> None:
    """Register the figure plugin. It is only imported here, because Pelican imports all installed plugins."""
    import_module(f"{__name__}.{PLUGIN}").register()
