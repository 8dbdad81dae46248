"""The theme's colours by name: each a light and a dark value."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .colours import listed
from .report import SettingsError, counted
from .settings import Settings


@dataclass(frozen=True)
class Token:
    """A named colour; its values are hexadecimal, in small letters."""

    light: str
    dark: str


def tokens(settings: Settings) -> Mapping[str, Token]:
    """Read the tokens, none where there is no such file; raise SettingsError for a file that is not of them."""
    if settings.tokens is None:
        return {}
    try:
        read = json.loads(settings.tokens.read_text("utf-8"))
        return {name: Token(it["light"].lower(), it["dark"].lower()) for name, it in read.items()}
    except (OSError, ValueError, AttributeError, KeyError, TypeError) as problem:
        raise SettingsError(
            f"{settings.shown(settings.tokens)} cannot be read as tokens: {type(problem).__name__}: {problem}",
            'it should say {"ink": {"light": "#1B2430", "dark": "#E9EDF2"}, …}',
        ) from problem


def light_in_the_dark(colours: Mapping[str, Sequence[str]], settings: Settings) -> str:
    """Say of figures, by name, which of their colours are no tokens, and what to do."""
    assert settings.tokens
    each = [f"{name} ({listed(own)})" for name, own in sorted(colours.items())]
    place = settings.shown(settings.tokens)
    keep = "keeps its" if len(each) == 1 else "keep their"
    return (
        f"{counted(len(each), 'figure')} with a colour that is no token of {place} {keep} white ground in dark mode: "
        f"{listed(each)}. Take colours from the style (C0, plt.rcParams); "
        f"if you have changed {place}, run `make tokens`"
    )
