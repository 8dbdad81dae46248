"""The former name of `plugins.i18n`, for sites that list it in PLUGINS."""

from __future__ import annotations

from pelican.log import console

from .i18n import register as connect


def register() -> None:
    """Do what `plugins.i18n` does, and say its name."""
    console.print("plugins.tongues is called plugins.i18n now: write that in PLUGINS", highlight=False)
    connect()
