"""Colours for roles, read from the theme's design tokens or from the kit's own copy."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Self

from .errors import PictureError

TOKENS_FILE = Path(__file__).resolve().parents[2] / "theme" / "tokens.json"
"""The file authors edit."""
OWN_FILE = Path(__file__).with_name("palette.json")
"""A copy written by `make tokens`, for using the kit without this project's theme."""
WORD_FILLS = tuple(f"word-{number}" for number in range(1, 9))
"""The background colours of words; the last four are less distinct, so they are used last."""
NEUTRAL = "paper"
"""The background of placeholders such as `[PAD]`, which have an outline."""


@dataclass(frozen=True)
class Ink:
    """The tokens used to draw a role."""

    line: str
    fill: str
    opening: str
    """What shows through a gate; in dark mode, it is brighter than a closed gate."""


@cache
def tokens() -> dict[str, dict[str, str]]:
    """Read the light and dark value of every token."""
    file = TOKENS_FILE if TOKENS_FILE.is_file() else OWN_FILE
    read: dict[str, dict[str, str]] = json.loads(file.read_text(encoding="utf-8"))
    return read


def colour(token: str, theme: str = "light") -> str:
    """Look up the value of a token. Figures use the light values, which the page replaces in dark mode."""
    if token not in tokens():
        near = get_close_matches(token, tokens(), n=3)
        offered = f"did you mean {' or '.join(near)}?" if near else f"the colours are {', '.join(tokens())}"
        raise PictureError(f"there is no colour {token!r}; {offered}")
    return tokens()[token][theme]


@cache
def ink(role: str) -> Ink:
    """Look up the colours of a role; an unknown role is an error."""
    colour(role)
    fill, opening = f"{role}-fill", f"{role}-opening"
    fill = fill if fill in tokens() else role
    return Ink(role, fill, opening if opening in tokens() else fill)


Ground = int | str
"""A word's background: its number among WORD_FILLS, from 0, or the name of another token, such as `ink`."""


class WordFill(str):
    """The token of a word's background, which knows whose it is, so that an article can give the word another one."""

    word: str
    ground: Ground

    def __new__(cls, word: str, ground: Ground) -> Self:
        """Choose the background; larger numbers repeat the colours."""
        if isinstance(ground, str):
            colour(ground)
        self = super().__new__(cls, ground if isinstance(ground, str) else WORD_FILLS[ground % len(WORD_FILLS)])
        self.word, self.ground = word, ground
        return self

    def __getnewargs__(self) -> tuple[str, Ground]:  # type: ignore[override]  # a string has only itself
        """Return the arguments, for copies."""
        return self.word, self.ground


def word_fills(words: Sequence[str]) -> dict[str, str]:
    """Assign background colours to distinct words in order, repeating if needed. `[PAD]` and such are neutral."""
    distinct = dict.fromkeys(words)
    marks = {word: NEUTRAL for word in distinct if is_mark(word)}
    fills = {word: WordFill(word, at) for at, word in enumerate(word for word in distinct if word not in marks)}
    return {word: (marks | fills)[word] for word in distinct}


def is_mark(word: str) -> bool:
    """Return whether this is a marker for the model, such as `[PAD]`, `<start>` or `…`, not a word of the text."""
    return word[:1] + word[-1:] in ("[]", "<>") or not any(map(str.isalnum, word))
