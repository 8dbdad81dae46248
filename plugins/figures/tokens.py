"""The theme's colours by name: each a light and a dark value."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from .report import SettingsError
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
