"""Printed numbers, and translatable messages: text that keeps its values, and the catalogues that translate it.

A message is a string, and reads as English unless it is translated, so code that only needs text can ignore languages.
Everything a picture says is built from messages, and `said_in` renders them again from their values. No finished
sentence is ever parsed.
"""

from __future__ import annotations

import gettext as catalogues
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Self

from .errors import NumbersError, PictureError, TranslationError

TRANSLATIONS = Path(__file__).resolve().parent / "translations"
CATALOGUE = "LC_MESSAGES/messages.po"
SOURCE = "en"
"""The language of the messages in the source code; it needs no catalogue."""
MINUS = "\N{MINUS SIGN}"
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


class Number(str):
    """A printed number; the decimal separator depends on the language."""

    source: tuple[Any, int] | None = None
    """The recorded array and the place that it was printed from."""

    def said_in(self, language: Language) -> Number:
        """Write it with the language's decimal separator."""
        said = Number(language.text(self))
        said.source = self.source
        return said


def text_of(value: float, decimals: int = 1) -> Number:
    """Format a number: an exact integer without decimals, anything else with all of them, and never `−0.0`.

    That of a recorded array remembers where it comes from.

    >>> label(text_of(-0.376, 2))
    """
    source, value = getattr(value, "source", None), float(value)
    if not math.isfinite(value):
        raise NumbersError(f"a figure can't show {value}: some weight or input isn't a finite number")
    text = f"{value:.0f}" if value == int(value) else f"{value:.{decimals}f}"
    if float(text) == 0:
        text = text.removeprefix("-")
    number = Number(text.replace("-", MINUS))
    number.source = source
    return number


def number_in(text: str) -> float:
    """Parse a number that is printed in any language."""
    return float(text.replace(MINUS, "-").replace(",", "."))


PRINTED = re.compile(r"−?\d+([.,]\d+)?")
"""A text that is a number and nothing else, as pages recognize those that can be asked."""


def value_in(text: str) -> float | None:
    """Parse a text that may be a printed number; None if it isn't, such as the ellipsis for cells left out."""
    return number_in(text) if PRINTED.fullmatch(text) else None


def subscripted(number: int, letter: str = "h") -> str:
    """Format a letter with a subscript, as in the name of a state: `h₁`."""
    return letter + str(number).translate(SUBSCRIPTS)


def counted(number: int, noun: str) -> str:
    """Format a count with its noun: `1 unit`, `5 units`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


class Language:
    """A language: its catalogue, and the script's own translations by English text, which take precedence."""

    def __init__(self, code: str, words: Mapping[str, str] | None = None) -> None:
        self.code = code
        self.words = dict(words or {})
        self._catalogue = _catalogue(code)

    @property
    def is_source(self) -> bool:
        """Return whether it changes nothing about the messages in the source code."""
        return self._catalogue is None and not self.words

    def text(self, value: object) -> str:
        """Render a value: a message, a number, or a word, which stays unchanged unless the script translates it."""
        if isinstance(value, Translatable):
            return value.text_in(self, *value.content)
        if isinstance(value, float):
            value = Number(str(value).replace("-", MINUS))
        if isinstance(value, Number):
            return value.replace(".", self.pgettext("decimal sign", "."))
        return self.words.get(value, value) if isinstance(value, str) else str(value)

    def pgettext(self, context: str, message: str) -> str:
        """Look up a message that has another meaning in other contexts."""
        return self.look_up(message, context=context)

    def look_up(self, message: str, plural: str = "", num: int = 1, context: str = "") -> str:
        """Look up a message, in the plural form for a number.

        Raises:
            TranslationError: there is no translation.

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
        raise TranslationError(
            f"“{english}” has no translation into {self.code!r}: give one, as in "
            f".in_language({self.code!r}, {{{english!r}: …}}), or add them to "
            f"{TRANSLATIONS.name}/{self.code}/{CATALOGUE}"
        )


class _Complete(catalogues.NullTranslations):
    """The fallback of every catalogue: a missing translation is an error, not English text."""

    def gettext(self, message: str) -> str:
        raise LookupError(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        raise LookupError(msgid1)

    def pgettext(self, context: str, message: str) -> str:
        raise LookupError(message)


@cache
def _catalogue(code: str) -> catalogues.GNUTranslations | None:
    """Load the catalogue of a language or of its base language; English needs none.

    It is compiled in memory, so that it is never out of date.
    """
    known = {file.parents[1].name: file for file in sorted(TRANSLATIONS.glob(f"*/{CATALOGUE}"))}
    region = code.replace("-", "_")
    file = known.get(region) or known.get(region.partition("_")[0])
    if file is None and region.partition("_")[0] == SOURCE:
        return None
    if file is None:
        raise TranslationError(
            f"the kit has no translations for {code!r}, only for {', '.join(map(repr, known))}: "
            f"add {TRANSLATIONS.name}/{region}/{CATALOGUE}"
        )
    try:  # only pictures in languages other than English need Babel
        from babel.messages.mofile import write_mo
        from babel.messages.pofile import read_po
    except ModuleNotFoundError as problem:
        raise TranslationError(
            f'a picture in {code!r} needs Babel, which is not installed: python -m pip install "unrolled[languages]"'
        ) from problem

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
    """Measure texts as they appear in a language, so that the layout leaves room for the translated words."""
    before = _measured.set(language)
    try:
        yield
    finally:
        _measured.reset(before)


def as_measured(text: str) -> str:
    """Render a text in the language being measured."""
    language = _measured.get()
    return text if language is None else language.text(text)


class Translatable(str):
    """Text that keeps the values it was built from, so that it can be translated, or drop what isn't shown yet."""

    content: tuple[Any, ...]
    language: Language

    def __new__(cls, *content: Any, language: Language | None = None) -> Self:
        """Render the content, in English unless another language is given."""
        spoken = language or ENGLISH
        self = super().__new__(cls, cls.text_in(spoken, *content))
        self.content, self.language = content, spoken
        return self

    @classmethod
    def text_in(cls, language: Language, *content: Any) -> str:
        """Render the content in a language."""
        raise NotImplementedError

    @property
    def has_numbers(self) -> bool:
        """Whether the text contains numbers that a picture may print."""
        return _has_numbers(self.content)

    def said_in(self, language: Language) -> Self:
        """Render it in another language."""
        return type(self)(*self.content, language=language)

    def without(self, hides: Hides) -> Translatable | None:
        """Leave out what is hidden, and parts that are meaningless without it; return None if nothing is left."""
        kept = self._kept(hides)
        return None if kept is None else type(self)(*kept, language=self.language)

    def _kept(self, hides: Hides) -> tuple[Any, ...] | None:
        return _all_kept(self.content, hides)


def _kept(value: Any, hides: Hides) -> Any:
    """Leave out what is hidden in a value; return None if nothing is left."""
    return value.without(hides) if isinstance(value, Translatable) else value


def _all_kept(values: Sequence[Any], hides: Hides) -> tuple[Any, ...] | None:
    kept = tuple(_kept(value, hides) for value in values)
    return None if any(one is None for one in kept) else kept


def _has_numbers(value: object) -> bool:
    match value:
        case Number() | Grouped() | float():
            return True
        case Translatable():
            return value.has_numbers
        case Mapping():
            return any(map(_has_numbers, value.values()))
        case tuple():
            return any(map(_has_numbers, value))
    return False


def numbers_of(value: object) -> Iterator[Number]:
    """List the printed numbers in a text, in order."""
    match value:
        case Number():
            yield value
        case Translatable():
            yield from numbers_of(value.content)
        case Mapping():
            yield from numbers_of(tuple(value.values()))
        case tuple():
            for each in value:
                yield from numbers_of(each)


class Known(Translatable):
    """A text that is known from a step on, and for as long as what has its role is drawn."""

    @classmethod
    def text_in(cls, language: Language, *content: Any) -> str:
        """Say the text."""
        return language.text(content[0])

    @property
    def step(self) -> int:
        """The step from which on it is known; 0 if from the start."""
        return int(self.content[1])

    @property
    def role(self) -> str | None:
        """The role of the shapes that show it."""
        role: str | None = self.content[2]
        return role

    def without(self, hides: Hides) -> Translatable | None:
        """Leave out all of it, if it is hidden."""
        return None if hides(self) else super().without(hides)

    def _kept(self, hides: Hides) -> tuple[Any, ...] | None:
        text, *when = self.content
        kept = _kept(text, hides)
        return None if kept is None else (kept, *when)


def known(text: str, step: int | None = 0, role: str | None = None) -> Known:
    """Say since which step a text is known, and the role of what shows it: `until` and `without` hide it accordingly.

    >>> known(numbers(state), step=3, role="state")
    """
    language = text.language if isinstance(text, Translatable) else None
    return Known(text, step or 0, role, language=language)


Hides = Callable[[Known], bool]
"""Returns whether a text is hidden."""


class Message(Translatable):
    """A message from a catalogue with values for its placeholders: a sentence, part of one, or a name."""

    @classmethod
    def text_in(cls, language: Language, *content: Any) -> str:
        """Look up the message and fill in its placeholders."""
        message, plural, num, context, values = content
        said = language.look_up(message, plural, num, context)
        if not values:
            return said
        try:
            return said % {name: language.text(value) for name, value in values.items()}
        except (KeyError, TypeError, ValueError) as problem:
            places = ", ".join(f"%({name})s" for name in values)
            raise PictureError(
                f"the {language.code!r} translation of “{message}”, “{said}”, lacks its placeholders: {places}"
            ) from problem

    def _kept(self, hides: Hides) -> tuple[Any, ...] | None:
        *key, values = self.content
        kept = _all_kept(tuple(values.values()), hides)
        return None if kept is None else (*key, dict(zip(values, kept, strict=True)))


def gettext(message: str, /, **values: object) -> Message:
    """Mark a text for translation, with values for placeholders such as `%(number)s`. Without values, `%` is literal.

    >>> label(gettext("%(count)s words", count=3))
    """
    return Message(message, "", 1, "", values)


def ngettext(one: str, many: str, num: int, /, **values: object) -> Message:
    """Mark a text that depends on a number, `%(num)s`; each language has its own plural forms.

    >>> label(ngettext("%(num)s time step", "%(num)s time steps", len(WORDS)))
    """
    return Message(one, many, num, "", {"num": num, **values})


def pgettext(context: str, message: str, /, **values: object) -> Message:
    """Mark a text that has another meaning elsewhere; `context` tells translators which one is meant."""
    return Message(message, "", 1, context, values)


class Fields:
    """Values that several messages share: each message takes those that it has placeholders for.

    >>> look = Fields(word=quoted("bad"), share=known(text_of(0.78, 2), step=2))
    >>> look.gettext("%(word)s gets %(share)s")
    """

    def __init__(self, **values: object) -> None:
        self.values = values

    def gettext(self, message: str) -> Message:
        """Mark a text for translation."""
        return gettext(message, **self._named_in(message))

    def ngettext(self, one: str, many: str, num: int) -> Message:
        """Mark a text that depends on a number."""
        return ngettext(one, many, num, **self._named_in(one + many))

    def _named_in(self, message: str) -> dict[str, object]:
        return {name: value for name, value in self.values.items() if f"%({name})s" in message}


def quoted(text: str) -> Message:
    """Put words in the quotation marks of the language."""
    return gettext("“%(text)s”", text=text)


LEFT_OUT = "…"
"""What replaces the numbers, words or steps that are left out."""


def shorten(texts: Sequence[str], most: int, ahead: int = 3) -> tuple[str, ...]:
    """Leave out the middle of a long list: only the first ones and the last stay."""
    return tuple(texts) if len(texts) <= most else (*texts[:ahead], LEFT_OUT, texts[-1])


class PrintedNumbers(Translatable):
    """Rows of numbers, formatted for a sentence or a table cell; an ellipsis replaces those left out."""

    @classmethod
    def text_in(cls, language: Language, *content: Any) -> str:
        """Join the numbers, then the rows."""
        between, rows = language.pgettext("between numbers", ", "), language.pgettext("between rows of numbers", "; ")
        return rows.join(between.join(map(language.text, row)) for row in content)


def numbers(values: Iterable[float], decimals: int = 1, most: int = 12) -> PrintedNumbers:
    """Format numbers; of a long list, only the first three and the last."""
    return PrintedNumbers(shorten([text_of(value, decimals) for value in values], most))


class Grouped(Translatable):
    """An integer with its digits in groups of three: `16,609`."""

    @classmethod
    def text_in(cls, language: Language, *content: Any) -> str:
        """Use the language's thousands separator."""
        (number,) = content
        return f"{number:,}".replace(",", language.pgettext("between groups of digits", ","))


class WithNumbers(Translatable):
    """A name followed by its numbers in brackets; if they aren't known, only the name remains."""

    @classmethod
    def text_in(cls, language: Language, *content: Any) -> str:
        """Append the numbers to the name if they are shown."""
        name, values = content
        if values is None:
            return language.text(name)
        return language.pgettext("a name and its numbers", "%(name)s (%(numbers)s)") % {
            "name": language.text(name),
            "numbers": language.text(values),
        }

    def _kept(self, hides: Hides) -> tuple[Any, ...] | None:
        name = _kept(self.content[0], hides)
        return None if name is None else (name, _kept(self.content[1], hides))


class Joined(Translatable):
    """Several parts in sequence; a part that means nothing without what is hidden is left out."""

    @classmethod
    def text_in(cls, language: Language, *content: Any) -> str:
        """Join them."""
        return cls.between(language).join(language.text(one) for one in content)

    @classmethod
    def between(cls, language: Language) -> str:
        """Return the separator between two parts."""
        raise NotImplementedError

    def _kept(self, hides: Hides) -> tuple[Any, ...] | None:
        kept = [_kept(one, hides) for one in self.content]
        return tuple(one for one in kept if one is not None) or None


class Paragraph(Joined):
    """Consecutive sentences."""

    @classmethod
    def between(cls, language: Language) -> str:
        """A space, except in languages that don't use one."""
        return language.pgettext("between sentences", " ")


class Spaced(Joined):
    """Texts separated by spaces, such as a layer and its options."""

    @classmethod
    def between(cls, language: Language) -> str:
        """A space."""
        return " "


class Together(Joined):
    """Parts of a formula, which include their own spaces."""

    @classmethod
    def between(cls, language: Language) -> str:
        """Nothing."""
        return ""


class Clauses(Joined):
    """Simultaneous events, as clauses of one sentence."""

    @classmethod
    def between(cls, language: Language) -> str:
        """A semicolon."""
        return language.pgettext("between clauses", "; ")


class Series(Joined):
    """A list separated by commas."""

    @classmethod
    def between(cls, language: Language) -> str:
        """A comma."""
        return language.pgettext("in a list", ", ")


class Listing(Series):
    """A list with “and” before the last item: `I, am and groot`."""

    @classmethod
    def text_in(cls, language: Language, *content: Any) -> str:
        """Join all but the last item with commas."""
        *first, last = content
        if not first:
            return language.text(last)
        both = {"first": super().text_in(language, *first), "last": language.text(last)}
        return language.pgettext("in a list", "%(first)s and %(last)s") % both
