"""Message catalogues: `de/LC_MESSAGES/messages.po` and so on, compiled in memory whenever they are read."""

from __future__ import annotations

import gettext
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

from .files import theme_folder
from .messages import lacking

FOLDER = "translations"
"""The folder in a theme, as in Pelican's own. LANGUAGES, a folder of the site's own, takes precedence."""
FILE = "LC_MESSAGES/messages.po"
OURS = theme_folder() / FOLDER
"""Our plugins' messages are in our theme's catalogues, also on a site with another theme."""
OLD = ".json"
"""The former format of files in LANGUAGES, `de.json` and so on."""
SOURCE = "en"
"""The language of the templates' and plugins' own messages, which needs no catalogue."""


@dataclass(frozen=True)
class Language:
    """The messages of one language. A message that no catalogue has stays English."""

    tag: str
    """As in a page, for example `de` or `pt-BR`."""
    messages: gettext.NullTranslations
    is_translated: bool = False
    """Whether there is a catalogue, and so whether a page is in this language rather than in English."""
    problems: tuple[str, ...] = ()
    """Errors in its catalogues: file, line, and what to do."""

    digest: str = ""
    """Changes whenever the catalogues change."""

    def gettext(self, message: str, **values: object) -> str:
        """Translate a message, and fill in its placeholders such as `%(number)s`."""
        return self.messages.gettext(message) % values

    def ngettext(self, one: str, many: str, num: int, **values: object) -> str:
        """Translate a message with a number, `%(num)s`, in the language's plural form for it."""
        return self.messages.ngettext(one, many, num) % {"num": num, **values}

    def pgettext(self, context: str, message: str, **values: object) -> str:
        """Translate a message that has another meaning elsewhere: `context` tells translators which one it is."""
        return self.messages.pgettext(context, message) % values

    def name(self, context: str, name: str) -> str:
        """Translate a name from the site's own settings; it isn't a message, so it may contain a `%`."""
        return self.messages.pgettext(context, name)


def as_tag(written: str) -> str:
    """Return a language as URLs and comparisons have it, however the author writes it: `pt-br` for `pt_BR`."""
    return written.strip().lower().replace("_", "-")


def is_source(tag: str) -> bool:
    """Return whether a language is English, whatever its region."""
    return as_tag(tag).partition("-")[0] == SOURCE


ENGLISH = Language(SOURCE, gettext.NullTranslations())


def number_words(language: Language) -> list[tuple[str, ...]]:
    """Return the words for the numbers from 0 to 12, each in all its forms, the one for counting first.

    Return an empty list for a language whose catalogues don't have them: it writes digits.
    """

    def counting(gettext: Callable[[str], str]) -> list[str]:
        return [
            *(gettext("zero"), gettext("one"), gettext("two"), gettext("three"), gettext("four"), gettext("five")),
            *(gettext("six"), gettext("seven"), gettext("eight"), gettext("nine"), gettext("ten"), gettext("eleven")),
            gettext("twelve"),
        ]

    words = counting(language.gettext)
    # Some words are the same in two languages, such as the French “six”, but never all of them.
    if language.tag.partition("-")[0] != SOURCE and words == counting(str):
        return []
    return [tuple(form.strip() for form in forms.split(",")) for forms in words]


@cache
def locale_of(tag: str) -> Any:
    """Return CLDR's data for a language; None if it doesn't have any, or without Babel, which `language_of` reports."""
    if lacking("languages"):
        return None
    from babel import Locale, UnknownLocaleError  # only sites with pages in languages other than English need it

    try:
        return Locale.parse(tag.replace("_", "-"), sep="-")
    except (UnknownLocaleError, ValueError):
        return None


@cache
def decimal_sign(tag: str) -> str:
    """Return the decimal sign of a language; a point for a language that CLDR doesn't know."""
    locale = locale_of(tag)
    return str(locale.number_symbols["latn"]["decimal"]) if locale else "."


def number_in(text: str, tag: str) -> str:
    """Write a number as a language does, as 5,799; another text, or a language that CLDR doesn't know, stays."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    if is_source(tag):
        return f"{number.normalize():,f}"
    if (locale := locale_of(tag)) is None:
        return text
    from babel.numbers import format_decimal

    return format_decimal(number, locale=locale, decimal_quantization=False)


def language_of(tag: str | None, settings: Mapping[str, Any]) -> Language:
    """Return a language by its tag, or the site's own for None.

    Messages are looked up in the site's catalogue first, then in the theme's, then in ours. One that can't be read is
    left out, and reported in `problems`.
    """
    return _language(tag or settings["DEFAULT_LANG"], own_folder(settings), settings["THEME"])


def own_folder(settings: Mapping[str, Any]) -> str | None:
    """Return LANGUAGES, which is relative to the folder above PATH, like other paths of ours; None if it isn't set."""
    named = settings.get("LANGUAGES")
    if not named or os.path.isabs(named):  # noqa: PTH117 - asked for several times per page, and a Path takes long
        return named
    return _beside(settings["PATH"], named)


@cache
def _beside(content: str, named: str) -> str:
    return str(Path(content).resolve().parent / named)


@cache
def _language(tag: str, site_folder: str | None, theme: str) -> Language:
    catalogues = tuple(_catalogues(tag, site_folder, theme))
    if (catalogues or not is_source(tag)) and (missing := lacking("languages")):
        problem = f"pages in {tag} need {missing[0]}, which is not installed\n    {missing[1]}"
        return Language(tag, ENGLISH.messages, problems=(problem,))
    return _compiled(tag, catalogues) if catalogues else Language(tag, ENGLISH.messages)


def forget() -> None:
    """Look for catalogues again, as each run of Pelican does: one may have been edited since."""
    _beside.cache_clear()
    _language.cache_clear()


def _catalogues(tag: str, site_folder: str | None, theme: str) -> Iterator[tuple[Path, str]]:
    """Find the files for a language, the region's before the language's, with digests of their contents."""
    region = tag.replace("-", "_")
    names = dict.fromkeys((region, region.partition("_")[0]))
    for folder in dict.fromkeys([*([Path(site_folder)] if site_folder else []), Path(theme).resolve() / FOLDER, OURS]):
        for file in (place for name in names for place in (folder / name / FILE, folder / f"{name}{OLD}")):
            with suppress(OSError):
                yield file, sha256(file.read_bytes()).hexdigest()


@lru_cache(maxsize=64)
def _compiled(tag: str, files: tuple[tuple[Path, str], ...]) -> Language:
    messages, problems = gettext.NullTranslations(), []
    for file, _ in reversed(files):
        try:
            read = _read(file)
        except ValueError as problem:
            problems.append(str(problem))
        else:
            read.add_fallback(messages)
            messages = read
    return Language(
        tag,
        messages,
        is_translated=messages.__class__ is not gettext.NullTranslations,
        problems=(*problems,),
        digest=repr(files),
    )


def _read(file: Path) -> gettext.GNUTranslations:
    """Compile a catalogue in memory, so that there is no compiled file that could be older than its source.

    Raises ValueError for an invalid catalogue, and for a message whose placeholders differ from its English ones.
    """
    # Only sites with pages in languages other than English need it.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import PoFileError, read_po

    if file.suffix == OLD:
        raise ValueError(
            f"{file}: this file is no longer read, because translations are in gettext catalogues now\n"
            f'    move them to {file.with_suffix("") / FILE}, as pairs such as msgid "Guides" and msgstr "Artikel"'
        )
    try:
        with file.open("rb") as text:
            catalogue = read_po(text, abort_invalid=True)
    except (PoFileError, ValueError, OSError) as problem:
        line = getattr(problem, "lineno", None)
        raise ValueError(
            f"{file}:{1 if line is None else line + 1}: not a gettext catalogue: {problem}\n"
            '    write entries as pairs such as msgid "Topics" and msgstr "Themen"'
        ) from problem
    for message, (wrong, *_) in catalogue.check():
        raise ValueError(f"{file}:{message.lineno}: {wrong}\n    use the same %(…)s placeholders as in the msgid")
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
