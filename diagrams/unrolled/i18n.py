"""Messages: text that keeps what it was made of, and the catalogues that say it in other languages than English.

A message is a string, English at first, so that whoever only reads text need not know of languages. What a picture
says is made of messages, and `said_in` says them again from their values. Nothing takes a finished sentence apart.
"""

from __future__ import annotations

import gettext as catalogues
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Self

from .errors import PictureError
from .numbers import MINUS, Number, text_of

TRANSLATIONS = Path(__file__).resolve().parent / "translations"
CATALOGUE = "LC_MESSAGES/messages.po"
SOURCE = "en"
"""The language of the messages in the code; it needs no catalogue."""


class Language:
    """A language: its catalogue, and before it the words that a script has brought itself, by their English."""

    def __init__(self, code: str, words: Mapping[str, str] | None = None) -> None:
        self.code = code
        self.words = dict(words or {})
        self._catalogue = None if code == SOURCE else _catalogue(code)

    def text(self, value: object) -> str:
        """Say a value: a message, a number, or a word, which stays unless the script has another for it."""
        if isinstance(value, Translatable):
            return value.text_in(self, *value.content)
        if isinstance(value, float):
            value = Number(str(value).replace("-", MINUS))
        if isinstance(value, Number):
            return value.replace(".", self.pgettext("decimal sign", "."))
        return self.words.get(value, value) if isinstance(value, str) else str(value)

    def pgettext(self, context: str, message: str) -> str:
        """Look a message up that means something else elsewhere."""
        return self.look_up(message, context=context)

    def look_up(self, message: str, plural: str = "", num: int = 1, context: str = "") -> str:
        """Look a message up, in the plural form that the language has for a number.

        Raises:
            PictureError: there are no words for it.

        """
        english = plural if plural and num != 1 else message
        if english in self.words:
            return self.words[english]
        if self._catalogue is None or not english:
            return english
        try:
            if plural:
                return self._catalogue.ngettext(message, plural, num)
            return self._catalogue.pgettext(context, message) if context else self._catalogue.gettext(message)
        except LookupError:
            if not any(map(str.isalpha, english)):
                return english
        raise PictureError(
            f"there are no words in {self.code!r} for “{english}”: give them, as in "
            f".in_language({self.code!r}, {{{english!r}: …}}), or add them to "
            f"{TRANSLATIONS.name}/{self.code}/{CATALOGUE}"
        )


class _Complete(catalogues.NullTranslations):
    """Behind a catalogue: what it lacks is an error instead of English."""

    def gettext(self, message: str) -> str:
        raise LookupError(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        raise LookupError(msgid1)

    def pgettext(self, context: str, message: str) -> str:
        raise LookupError(message)


@cache
def _catalogue(code: str) -> catalogues.GNUTranslations:
    """Read the catalogue of a language, or of its region; compiled in memory, so that none can be out of date."""
    known = {file.parents[1].name: file for file in sorted(TRANSLATIONS.glob(f"*/{CATALOGUE}"))}
    region = code.replace("-", "_")
    file = known.get(region) or known.get(region.partition("_")[0])
    if file is None:
        raise PictureError(
            f"the kit does not speak {code!r} but, beside English, {', '.join(map(repr, known))}: "
            f"add {TRANSLATIONS.name}/{region}/{CATALOGUE}"
        )
    # Only pictures in another language than English need Babel.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with file.open("rb") as text:
        read = read_po(text, locale=file.parents[1].name, abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, read)
    compiled.seek(0)
    catalogue = catalogues.GNUTranslations(compiled)
    catalogue.add_fallback(_Complete())
    return catalogue


ENGLISH = Language(SOURCE)
_measured: ContextVar[Language | None] = ContextVar("the language whose words are measured", default=None)


@contextmanager
def measured_in(language: Language) -> Iterator[None]:
    """Measure texts as a language says them: what is laid out meanwhile has room for its words."""
    before = _measured.set(language)
    try:
        yield
    finally:
        _measured.reset(before)


def as_measured(text: str) -> str:
    """Say a text as it is measured."""
    language = _measured.get()
    return text if language is None else language.text(text)


class Translatable(str):
    """Text that keeps its content, so that it can be said in any language, and without numbers that are not shown."""

    content: tuple[Any, ...]
    language: Language

    def __new__(cls, *content: Any, language: Language | None = None) -> Self:
        """Say the content, in English unless another language is given."""
        spoken = language or ENGLISH
        self = super().__new__(cls, cls.text_in(spoken, *content))
        self.content, self.language = content, spoken
        return self

    @classmethod
    def text_in(cls, language: Language, *content: Any) -> str:
        """Say the content in a language."""
        raise NotImplementedError

    @property
    def has_numbers(self) -> bool:
        """Whether it says numbers that a picture may print."""
        return _has_numbers(self.content)

    def said_in(self, language: Language) -> Self:
        """Say it again, in another language."""
        return type(self)(*self.content, language=language)

    def without(self, hidden: Container[str]) -> Translatable | None:
        """Leave out numbers that are not shown, and what says nothing without them; None where nothing is left."""
        kept = self._kept(hidden, self.language)
        return None if kept is None else type(self)(*kept, language=self.language)

    def _kept(self, hidden: Container[str], language: Language) -> tuple[Any, ...] | None:
        return _all_kept(self.content, hidden, language)


def _kept(value: Any, hidden: Container[str], language: Language) -> Any:
    """What is left of a value, whose numbers are looked for as the language prints them; None for nothing."""
    if isinstance(value, Translatable | Number | float) and language.text(value) in hidden:
        return None
    if isinstance(value, Translatable):
        content = value._kept(hidden, language)
        return None if content is None else type(value)(*content, language=value.language)
    return value


def _all_kept(values: Sequence[Any], hidden: Container[str], language: Language) -> tuple[Any, ...] | None:
    kept = tuple(_kept(value, hidden, language) for value in values)
    return None if any(one is None for one in kept) else kept


def _has_numbers(value: object) -> bool:
    match value:
        case Number() | float():
            return True
        case Translatable():
            return value.has_numbers
        case Mapping():
            return any(map(_has_numbers, value.values()))
        case tuple():
            return any(map(_has_numbers, value))
    return False


class Message(Translatable):
    """A message of a catalogue, with the values for its places: a sentence, a part of one, or a name."""

    @classmethod
    def text_in(cls, language: Language, *content: Any) -> str:
        """Look the message up, and fill its places."""
        message, plural, num, context, values = content
        said = language.look_up(message, plural, num, context)
        if not values:
            return said
        try:
            return said % {name: language.text(value) for name, value in values.items()}
        except (KeyError, TypeError, ValueError) as problem:
            places = ", ".join(f"%({name})s" for name in values)
            raise PictureError(
                f"the words in {language.code!r} for “{message}” are “{said}”: keep its places, {places}"
            ) from problem

    def _kept(self, hidden: Container[str], language: Language) -> tuple[Any, ...] | None:
        *key, values = self.content
        kept = _all_kept(tuple(values.values()), hidden, language)
        return None if kept is None else (*key, dict(zip(values, kept, strict=True)))


def gettext(message: str, /, **values: object) -> Message:
    """Say a message, with values for places such as `%(number)s`; in a message without values a `%` is itself.

    >>> label(gettext("%(count)s words", count=3))
    """
    return Message(message, "", 1, "", values)


def ngettext(one: str, many: str, num: int, /, **values: object) -> Message:
    """Say a message of a number, `%(num)s`: languages have their own plural forms.

    >>> label(ngettext("%(num)s word", "%(num)s words", len(WORDS)))
    """
    return Message(one, many, num, "", {"num": num, **values})


def pgettext(context: str, message: str, /, **values: object) -> Message:
    """Say a message that means something else elsewhere: `context` tells translators which one it is."""
    return Message(message, "", 1, context, values)


def quoted(text: str) -> Message:
    """Put a word, or several, between the quotation marks of the language."""
    return gettext("“%(text)s”", text=text)


class PrintedNumbers(Translatable):
    """Rows of numbers as a sentence, or a cell of a table, prints them; an ellipsis stands for those left out."""

    @classmethod
    def text_in(cls, language: Language, *content: Any) -> str:
        """Join the numbers, then the rows."""
        between, rows = language.pgettext("between numbers", ", "), language.pgettext("between rows of numbers", "; ")
        return rows.join(between.join(map(language.text, row)) for row in content)

    def _kept(self, hidden: Container[str], language: Language) -> tuple[Any, ...] | None:
        return None if any(_all_kept(row, hidden, language) is None for row in self.content) else self.content


def numbers(values: Iterable[float], decimals: int = 1, most: int = 12) -> PrintedNumbers:
    """Print numbers; of more than so many the first three and the last."""
    texts = [text_of(value, decimals) for value in values]
    return PrintedNumbers(tuple(texts if len(texts) <= most else [*texts[:3], "…", texts[-1]]))


class Grouped(Translatable):
    """A whole number in groups of three digits: `16,609`."""

    @classmethod
    def text_in(cls, language: Language, *content: Any) -> str:
        """Put the sign of the language between the groups."""
        (number,) = content
        return f"{number:,}".replace(",", language.pgettext("between groups of digits", ","))


class WithNumbers(Translatable):
    """A name, and its numbers in brackets; where these are not shown the name is left."""

    @classmethod
    def text_in(cls, language: Language, *content: Any) -> str:
        """Put the numbers, if they are there, behind the name."""
        name, values = content
        if values is None:
            return language.text(name)
        return language.pgettext("a name and its numbers", "%(name)s (%(numbers)s)") % {
            "name": language.text(name),
            "numbers": language.text(values),
        }

    def _kept(self, hidden: Container[str], language: Language) -> tuple[Any, ...] | None:
        name = _kept(self.content[0], hidden, language)
        return None if name is None else (name, _kept(self.content[1], hidden, language))


class Joined(Translatable):
    """Several things in a row; one that says nothing without hidden numbers is left out."""

    @classmethod
    def text_in(cls, language: Language, *content: Any) -> str:
        """Join them."""
        return cls.between(language).join(language.text(one) for one in content)

    @classmethod
    def between(cls, language: Language) -> str:
        """Say what stands between two of them."""
        raise NotImplementedError

    def _kept(self, hidden: Container[str], language: Language) -> tuple[Any, ...] | None:
        kept = [_kept(one, hidden, language) for one in self.content]
        return tuple(one for one in kept if one is not None) or None


class Paragraph(Joined):
    """Sentences, one after the other."""

    @classmethod
    def between(cls, language: Language) -> str:
        """A blank, but in languages that have none."""
        return language.pgettext("between sentences", " ")


class Spaced(Joined):
    """Words side by side, as a layer and its options."""

    @classmethod
    def between(cls, language: Language) -> str:
        """A blank."""
        return " "


class Together(Joined):
    """Parts of a formula, which bring their own blanks."""

    @classmethod
    def between(cls, language: Language) -> str:
        """Nothing."""
        return ""


class Clauses(Joined):
    """What happens at the same time, each in a part of one sentence."""

    @classmethod
    def between(cls, language: Language) -> str:
        """A semicolon."""
        return language.pgettext("between clauses", "; ")


class Series(Joined):
    """Things that are counted up."""

    @classmethod
    def between(cls, language: Language) -> str:
        """A comma."""
        return language.pgettext("in a list", ", ")


class Listing(Series):
    """Things that are counted up, with an “and” before the last: `I, am and groot`."""

    @classmethod
    def text_in(cls, language: Language, *content: Any) -> str:
        """Join all but the last by commas."""
        *first, last = content
        if not first:
            return language.text(last)
        both = {"first": super().text_in(language, *first), "last": language.text(last)}
        return language.pgettext("in a list", "%(first)s and %(last)s") % both
