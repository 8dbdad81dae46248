"""Wrapping matplotlib's renderers, which draw what a figure tells them."""

from __future__ import annotations

from typing import Any


class Wrapper:
    """Passes on to a renderer whatever it is told to draw; classes of it change that, or note it."""

    def __init__(self, renderer: Any) -> None:
        self.renderer = renderer
        self.is_in_image = False
        """Whether what is drawn becomes part of an image, which has other units."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self.renderer, name)

    def start_rasterizing(self) -> None:
        """Begin an image."""
        self.is_in_image = True
        self.renderer.start_rasterizing()

    def stop_rasterizing(self) -> None:
        """End it."""
        self.is_in_image = False
        self.renderer.stop_rasterizing()
