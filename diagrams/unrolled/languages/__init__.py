"""What the kit says of a picture, in other languages than English: a catalogue of sentences with holes for each."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from ..errors import PictureError

FOLDER = Path(__file__).resolve().parent

_SENTENCES = re.compile(r"(?<=[.!?])\s+(?=[A-Z“])")
_HOLE = re.compile(r"\\\{(\w+)\\\}")
_LETTERS = re.compile(r"[^\W\d_]{2}")


class Language:
    """Says in one language what the kit says in English; a script's own words go before the catalogue's."""

    def __init__(self, code: str, words: Mapping[str, str]) -> None:
        self._code = code
        self._exact = {**_catalogue(code), **words}
        self._patterns = [(_pattern(said), other) for said, other in self._exact.items()]

    def text(self, english: str) -> str:
        """Say a text sentence by sentence; PictureError where one is not in the catalogue."""
        if english in self._exact:
            return self._exact[english]
        return " ".join(self._sentence(one) for one in _SENTENCES.split(english) if one)

    def label(self, english: str) -> str:
        """Say what may be a word of the kit, or else one of the author's, or a number, which stays."""
        return self._found(english) or english

    def _sentence(self, english: str) -> str:
        said = self._found(english)
        if said is None and _LETTERS.search(english):
            raise PictureError(
                f"there are no words in {self._code!r} for “{english}”: give them, as in "
                f".in_language({self._code!r}, {{{english!r}: …}}), or add them to {FOLDER.name}/{self._code}.json"
            )
        return said or english

    def _found(self, english: str) -> str | None:
        if english in self._exact:
            return self._exact[english]
        for pattern, other in self._patterns:
            if found := pattern.fullmatch(english):
                return other.format(**{name: self._exact.get(held, held) for name, held in found.groupdict().items()})
        return None


def _pattern(said: str) -> re.Pattern[str]:
    return re.compile(_HOLE.sub(r"(?P<\1>.+?)", re.escape(said)))


@cache
def _catalogue(code: str) -> dict[str, str]:
    file = FOLDER / f"{code}.json"
    if not file.is_file():
        known = ", ".join(repr(it.stem) for it in sorted(FOLDER.glob("*.json")))
        raise PictureError(
            f"the kit does not speak {code!r} but, beside English, {known}: add {FOLDER.name}/{code}.json"
        )
    catalogue: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return catalogue
