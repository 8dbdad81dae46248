"""A sentence, and how a word in it turns what others say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..description import Description, TableColumn, TableRow
from ..errors import PictureError
from ..i18n import Paragraph, Series, gettext, pgettext, quoted
from ..layout import snug_box
from ..picture import Picture
from ..shapes.text import NEGATIVE, POSITIVE
from .sentence_setting import MEANINGS, TURNED, WIDE, Reading, Setting


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
    description = _description(words, turning, readings)
    turned = Picture(narrow, snug_box(narrow), description)
    return Sentence(
        shapes=wide,
        box=snug_box(wide),
        description=description,
        turned=turned,
        words=words,
        turning=turning,
        readings=readings,
    )


def _description(words: Sequence[str], turning: str | None, readings: Sequence[Reading]) -> Description:
    whole = quoted(" ".join(words))
    read = [(" ".join(words[each.first : each.last + 1]), MEANINGS[each.meaning]) for each in readings]
    alt = gettext("The sentence %(sentence)s.", sentence=whole)
    if read:
        said = (gettext("%(words)s is %(meaning)s", words=quoted(phrase), meaning=meaning) for phrase, meaning in read)
        alt = gettext("The sentence %(sentence)s: %(readings)s.", sentence=whole, readings=Series(*said))
    text = [gettext("The sentence is %(sentence)s.", sentence=whole)]
    if turning is not None:
        text.append(gettext("The word %(word)s turns the meaning of what follows it.", word=quoted(turning)))
    return Description(
        alt=alt,
        text=Paragraph(*text),
        columns=(TableColumn(pgettext("in a table", "words")), TableColumn(pgettext("in a table", "meaning"))),
        rows=tuple(TableRow.of(*each) for each in read),
    )
