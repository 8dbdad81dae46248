"""A sentence, and how a word in it turns what others say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import PictureError
from ..layout import snug_box
from ..picture import Description, Picture
from ..shapes.text import NEGATIVE, POSITIVE
from .sentence_setting import TURNED, WIDE, Reading, Setting


@dataclass(frozen=True, kw_only=True)
class Sentence(Picture):
    """A picture of a sentence to which readings can be added."""

    words: tuple[str, ...]
    turning: str | None
    readings: tuple[Reading, ...] = ()

    def reads(self, phrase: str, meaning: str) -> Sentence:
        """Bracket neighbouring words, and say whether they are `positive` or `negative`."""
        if meaning not in (POSITIVE, NEGATIVE):
            raise PictureError(f"words read {POSITIVE!r} or {NEGATIVE!r}, not {meaning!r}")
        wanted = phrase.split()
        for first in range(len(self.words) - len(wanted) + 1):
            if list(self.words[first : first + len(wanted)]) == wanted:
                reading = Reading(first, first + len(wanted) - 1, meaning)
                return _drawn(self.words, self.turning, (*self.readings, reading))
        raise PictureError(f"the sentence “{' '.join(self.words)}” does not say {phrase!r}: write its words as it does")


def sentence(text: str, turning: str | None = None) -> Sentence:
    """Draw a sentence; the word that turns others is solid ink.

    >>> sentence("The movie was not good", turning="not").reads("not good", "negative")
    """
    words = tuple(text.split())
    if not words:
        raise PictureError("a sentence needs at least one word")
    if turning is not None and turning not in words:
        raise PictureError(f"the sentence “{text}” has no word {turning!r}")
    return _drawn(words, turning, ())


def _drawn(words: tuple[str, ...], turning: str | None, readings: tuple[Reading, ...]) -> Sentence:
    wide, narrow = (tuple(Setting(words, turning, readings, form).shapes()) for form in (WIDE, TURNED))
    alt, description = _alt(words, readings), _description(words, turning, readings)
    turned = Picture(narrow, snug_box(narrow), alt, description)
    return Sentence(
        shapes=wide,
        box=snug_box(wide),
        alt=alt,
        description=description,
        turned=turned,
        words=words,
        turning=turning,
        readings=readings,
    )


def _phrase(words: Sequence[str], reading: Reading) -> str:
    return " ".join(words[reading.first : reading.last + 1])


def _alt(words: Sequence[str], readings: Sequence[Reading]) -> str:
    said = ", ".join(f"“{_phrase(words, reading)}” is {reading.meaning}" for reading in readings)
    return f"The sentence “{' '.join(words)}”" + (f": {said}." if said else ".")


def _description(words: Sequence[str], turning: str | None, readings: Sequence[Reading]) -> Description:
    rows = [[_phrase(words, reading), reading.meaning] for reading in readings]
    text = f"The sentence is “{' '.join(words)}”."
    if turning is not None:
        text += f" The word “{turning}” turns the meaning of what follows it."
    return {"text": text, "head": ["words", "meaning"], "rows": rows}
