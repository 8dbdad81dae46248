"""The theme's colours by name, and a figure's light colours replaced while it is drawn."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..messages import typed_here
from .renderers import Wrapper
from .report import SettingsError, counted
from .settings import Settings

NAMED = 3
"""How many colours, or figures, a message lists."""


def listed(names: Sequence[str]) -> str:
    """List the first few, and how many more there are."""
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")


class Exchange:
    """Replaces the colours that it knows; `foreign` lists the others that it came across."""

    def __init__(self, colours: Mapping[str, str]) -> None:
        from matplotlib.colors import to_rgb

        self._colours = {light.lower(): to_rgb(dark) for light, dark in colours.items()}
        self.foreign: dict[str, None] = {}

    def before(self, renderer: Any) -> Any:
        """Return a renderer for a figure that passes all colours through this exchange."""
        return _Renderer(renderer, self)

    def of(self, colour: Sequence[float]) -> Sequence[float]:
        """Return the replacement of a colour, with its own alpha; an invisible colour has none."""
        from matplotlib.colors import to_hex

        if len(colour) > 3 and colour[3] == 0:
            return colour
        red, green, blue = colour[:3]
        light = to_hex((red, green, blue))
        if light not in self._colours:
            self.foreign[light] = None
            return colour
        return (*self._colours[light], *colour[3:])

    @property
    def note(self) -> str:
        """Explain why the colours weren't replaced."""
        return f"uses colours that aren't design tokens ({listed(list(self.foreign))}), so it stays light in dark mode"


class _Renderer(Wrapper):
    """Wraps one of matplotlib's renderers, and replaces the colours that it draws in."""

    def __init__(self, renderer: Any, exchange: Exchange) -> None:
        super().__init__(renderer)
        self._exchange = exchange

    def draw_path(self, gc: Any, path: Any, transform: Any, rgbFace: Any = None) -> None:  # noqa: N803
        self.renderer.draw_path(self._lined(gc), path, transform, self._face(rgbFace))

    def draw_markers(
        self,
        gc: Any,
        marker_path: Any,
        marker_trans: Any,
        path: Any,
        trans: Any,
        rgbFace: Any = None,  # noqa: N803
    ) -> None:
        self.renderer.draw_markers(self._lined(gc), marker_path, marker_trans, path, trans, self._face(rgbFace))

    def draw_path_collection(self, gc: Any, *arguments: Any, **named: Any) -> None:
        *before, faces, edges, widths, styles, smooth, urls, place = arguments
        if named.get("hatchcolors") is not None and gc.get_hatch():
            named["hatchcolors"] = self._all(named["hatchcolors"])
        edges = self._all(edges) if any(widths) or len(widths) == 0 else edges
        self.renderer.draw_path_collection(
            self._hatched(gc), *before, self._all(faces), edges, widths, styles, smooth, urls, place, **named
        )

    def draw_quad_mesh(self, gc: Any, *arguments: Any) -> None:
        *before, faces, smooth, edges = arguments
        edges = edges if edges is None else self._all(edges)
        self.renderer.draw_quad_mesh(gc, *before, self._all(faces), smooth, edges)

    def draw_gouraud_triangles(self, gc: Any, triangles: Any, colours: Any, transform: Any) -> None:
        self._exchange.foreign["a gradient"] = None
        self.renderer.draw_gouraud_triangles(gc, triangles, colours, transform)

    def draw_image(self, *arguments: Any, **named: Any) -> None:
        self._exchange.foreign["an image"] = None
        self.renderer.draw_image(*arguments, **named)

    def draw_text(self, gc: Any, *arguments: Any, **named: Any) -> None:
        self.renderer.draw_text(self._written(gc), *arguments, **named)

    def draw_tex(self, gc: Any, *arguments: Any, **named: Any) -> None:
        self.renderer.draw_tex(self._written(gc), *arguments, **named)

    def _written(self, gc: Any) -> Any:
        inked = self.renderer.new_gc()
        inked.copy_properties(gc)
        inked.set_foreground(self._exchange.of(gc.get_rgb()), isRGBA=True)
        return inked

    def _lined(self, gc: Any) -> Any:
        """A line without width has a colour too, but nobody chose it."""
        return self._hatched(self._written(gc) if gc.get_linewidth() else gc)

    def _hatched(self, gc: Any) -> Any:
        if not gc.get_hatch():
            return gc
        inked = self.renderer.new_gc()
        inked.copy_properties(gc)
        inked.set_hatch_color(self._exchange.of(gc.get_hatch_color()))
        return inked

    def _face(self, colour: Any) -> Any:
        return None if colour is None else self._exchange.of(colour)

    def _all(self, colours: Iterable[Sequence[float]]) -> Any:
        import numpy as np

        exchanged = [self._exchange.of(colour) for colour in colours]
        return np.array(exchanged) if exchanged else colours


@dataclass(frozen=True)
class Token:
    """A named colour; its values are hexadecimal, in lower case."""

    light: str
    dark: str


def tokens(settings: Settings) -> Mapping[str, Token]:
    """Read the tokens, none if there is no such file; raise SettingsError if the file is invalid."""
    if settings.tokens is None:
        return {}
    try:
        read = json.loads(settings.tokens.read_text("utf-8"))
        return {name: Token(token["light"].lower(), token["dark"].lower()) for name, token in read.items()}
    except (OSError, ValueError, AttributeError, KeyError, TypeError) as problem:
        raise SettingsError(
            f"{settings.shown(settings.tokens)} doesn't contain valid tokens: {type(problem).__name__}: {problem}",
            'write it in this form: {"ink": {"light": "#1B2430", "dark": "#E9EDF2"}, …}',
        ) from problem


def colours_problem(colours: Mapping[str, Sequence[str]], settings: Settings) -> str:
    """Say which colours of some figures aren't tokens, and what to do."""
    assert settings.tokens
    entries = [f"{name} ({listed(own_colours)})" for name, own_colours in sorted(colours.items())]
    place = settings.shown(settings.tokens)
    stay = "stays" if len(entries) == 1 else "stay"
    changed = typed_here("tokens", make=f", or run `make tokens` if you have changed {place}", otherwise="")
    return (
        f"{counted(len(entries), 'figure')} {stay} white in dark mode, because of colours that are not in {place}: "
        f"{listed(entries)}. Take colours from the style (C0, plt.rcParams){changed}"
    )
