"""Connects to Pelican's signals."""

from __future__ import annotations

from pelican import signals

from ..building import dependencies
from ..building.incremental import inputs_of
from ..building.values import texts
from .site import COLOURS, FRAMES, plugin


def connect() -> None:
    """Connect to Pelican's signals."""
    signals.readers_init.connect(plugin.read)
    signals.generator_init.connect(plugin.filter)
    signals.article_generator_init.connect(plugin.begin)
    signals.article_generator_finalized.connect(plugin.ask)
    signals.page_generator_finalized.connect(plugin.ask)
    signals.static_generator_finalized.connect(plugin.announce)
    signals.all_generators_finalized.connect(plugin.place)
    signals.finalized.connect(plugin.tell_colours)
    inputs_of["figures"] = plugin.inputs
    dependencies.remarks[COLOURS] = plugin.note_colours
    dependencies.remarks[FRAMES] = plugin.put_frames
    if plugin.text not in texts:
        texts.append(plugin.text)
