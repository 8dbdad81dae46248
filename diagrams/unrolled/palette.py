"""Roles to colours: what a figure may be drawn in, read from the theme's tokens, or else from the kit's own copy."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from .errors import PictureError

TOKENS_FILE = Path(__file__).resolve().parents[2] / "theme" / "tokens.json"
"""What an author edits."""
OWN_FILE = Path(__file__).with_name("palette.json")
"""The same, written by `make tokens`, for a kit that is used without this project's theme."""
WORD_FILLS = tuple(f"word-{number}" for number in range(1, 9))
"""The grounds of words; the last four are nearer to the others, and come last."""
NEUTRAL = "hair"
"""The ground of what stands in a word's place and is none, such as `[PAD]`."""


@dataclass(frozen=True)
class Ink:
    """The tokens that a role is drawn in."""

    line: str
    fill: str


@cache
def tokens() -> dict[str, dict[str, str]]:
    """Read every token's light and dark value."""
    file = TOKENS_FILE if TOKENS_FILE.is_file() else OWN_FILE
    read: dict[str, dict[str, str]] = json.loads(file.read_text(encoding="utf-8"))
    return read


def colour(token: str, theme: str = "light") -> str:
    """Look up a token's value; figures are drawn in the light ones, which the page exchanges."""
    if token not in tokens():
        near = get_close_matches(token, tokens(), n=3)
        offered = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(tokens())}"
        raise PictureError(f"no colour is named {token!r}; {offered}")
    return tokens()[token][theme]


@cache
def ink(role: str) -> Ink:
    """Name the line and the fill of a role; an unknown role is an error."""
    colour(role)
    fill = f"{role}-fill"
    return Ink(role, fill if fill in tokens() else role)


def word_fills(words: Sequence[str]) -> dict[str, str]:
    """Give distinct words the word fills in order, then from the first again; marks such as `[PAD]` are neutral."""
    distinct = dict.fromkeys(words)
    marks = {word: NEUTRAL for word in distinct if is_mark(word)}
    fills = {
        word: WORD_FILLS[place % len(WORD_FILLS)]
        for place, word in enumerate(word for word in distinct if word not in marks)
    }
    return {word: (marks | fills)[word] for word in distinct}


def is_mark(word: str) -> bool:
    """Tell a mark for the model, as in `[PAD]`, `<start>` or `…`, from a word of the text."""
    return word[:1] + word[-1:] in ("[]", "<>") or not any(map(str.isalnum, word))
