"""What templates call: messages, days and names, each in the language of the page that is being written."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from jinja2 import pass_context
from jinja2.ext import InternationalizationExtension
from markupsafe import Markup, escape
from pelican import signals

from ..dependencies import depends_on, pure
from ..edits import on_edit
from ..markup import UNTITLED, titled
from ..private import html_of, put_html
from .catalogues import SOURCE, Language, forget, language_of

log = logging.getLogger(__name__)

_WORDS = re.compile(r"%[-#]?[aAbBhcpx]")
_WEEKDAY = re.compile(r"%[-#]?[aAc]")
_TIME = re.compile(r"%[-#]?[HIMScXpT]")
"""What makes a format of `strftime` say a word, the day of the week, the time."""


class Words(dict[Any, Any]):
    """What was looked up in a language so far, ready for HTML: a message, or its two forms and a number, or a name."""

    def __init__(self, language: Language) -> None:
        super().__init__()
        self.language = language

    def __missing__(self, key: Any) -> Any:
        """Look a message up."""
        messages = self.language.messages
        match key:
            case str():
                said = messages.gettext(key)
            case (one, many, num):
                said = messages.ngettext(one, many, num)
            case (one, many, num, "num"):
                said = messages.ngettext(one, many, num) % {"num": num}
            case _:
                said = messages.pgettext(*key)
        self[key] = escape(said)
        return self[key]

    @pure  # its language is what the page asked for
    def gettext(self, message: str, **values: object) -> Markup:
        """Say a message."""
        said: Markup = self[message]
        return said % values if values else said

    @pure
    def ngettext(self, one: str, many: str, num: int, **values: object) -> Markup:
        """Say a message of a number."""
        said: Markup = self[one, many, num] % {"num": num, **values} if values else self[one, many, num, "num"]
        return said


def _language(speaking: Speaking, context: Any) -> tuple[str, str]:
    language = speaking.words(context).language
    return language.tag, language.digest


_in_its_language = depends_on(_language, asks=lambda *_, **__: ())
"""What is said depends on the language of the page, beside what is asked for and the settings."""


class Speaking:
    """The languages of one run, for its templates."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._settings = settings
        self._words: dict[str | None, Words] = {}

    def give(self, environment: Any) -> None:
        """Give templates the functions of gettext, Jinja's `{% trans %}`, and filters for names, days and scripts."""
        environment.add_extension(InternationalizationExtension)
        environment.newstyle_gettext = True  # {% trans %} then leaves the places of a message to our functions
        environment.globals |= {"gettext": self.gettext, "ngettext": self.ngettext, "pgettext": self.pgettext}
        environment.globals["of_this_page"] = self.of_this_page
        environment.filters |= {"named": self.named, "day": self.day, "for_scripts": self.for_scripts}

    def words(self, context: Any) -> Words:
        """Return the words of a page: in the language of its article or page, or its own, or else of the site."""
        given = context.parent  # what the page is written with; a template may have an `article` of its own in a loop
        tag = getattr(given.get("article") or given.get("page"), "lang", None) or given.get("page_language")
        if tag not in self._words:
            self._words[tag] = Words(language_of(tag, self._settings))
        return self._words[tag]

    @_in_its_language
    @pass_context
    def of_this_page(self, context: Any) -> tuple[Callable[..., Markup], Callable[..., Markup]]:
        """Return `gettext` and `ngettext` for one page: a template that asks once need not tell them which it is."""
        words = self.words(context)
        return words.gettext, words.ngettext

    @_in_its_language
    @pass_context
    def gettext(self, context: Any, message: str, **values: object) -> Markup:
        """Say a message in a template."""
        return self.words(context).gettext(message, **values)

    @_in_its_language
    @pass_context
    def ngettext(self, context: Any, one: str, many: str, num: int, **values: object) -> Markup:
        """Say a message of a number in a template."""
        return self.words(context).ngettext(one, many, num, **values)

    @_in_its_language
    @pass_context
    def pgettext(self, context: Any, meaning: str, message: str, **values: object) -> Markup:
        """Say a message that means something else elsewhere in a template."""
        said: Markup = self.words(context)[meaning, message]
        return said % values if values else said

    @_in_its_language
    @pass_context
    def named(self, context: Any, name: Any, kind: str) -> Any:
        """Say what the site's settings call a topic or a page, where a catalogue has a word for it.

        Its `msgctxt` is the kind: words of the theme that are spelt the same are something else.
        """
        words = self.words(context)
        if not words.language.is_translated:
            return name
        said = words.language.messages.pgettext(kind, str(name))
        return name if said == str(name) else escape(said)

    @_in_its_language
    @pass_context
    def day(self, context: Any, when: datetime, text: str, precision: int = 3) -> str:
        """Say a date as the page's language does; `text` is how Pelican says it, in the locale of the process.

        That stays where the author has a format for the language, in DATE_FORMATS, or one that says no words.
        `precision` is 1 for a year, 2 for a month, 3 for a day.
        """
        language = self.words(context).language
        if not language.is_translated or language.tag.split("-")[0] == SOURCE:
            return text
        pattern = self._settings["DEFAULT_DATE_FORMAT"]
        if precision == 1 or language.tag in self._settings["DATE_FORMATS"]:
            return text
        if precision == 3 and not _WORDS.search(pattern):
            return text
        locale = _locale(language.tag)
        return _said_by(locale, when, pattern, precision) if locale else text

    @_in_its_language
    @pass_context
    def for_scripts(self, context: Any, messages: Sequence[str | Sequence[str]]) -> dict[str, Any]:
        """Look up what scripts say: a message, or a pair of a singular and a plural, which comes in every form.

        Forms go by CLDR's names, as those of `Intl.PluralRules` in a browser do. What stays English is left out.
        """
        language = self.words(context).language
        if not language.is_translated:
            return {}
        said: dict[str, Any] = {}
        for message in messages:
            if isinstance(message, str):
                said[message] = language.messages.gettext(message)
            else:
                one, many = message
                forms = {form: language.messages.ngettext(one, many, num) for form, num in _forms(language.tag)}
                said[one] = one if set(forms.values()) <= {one, many} else forms
        return {message: other for message, other in said.items() if other != message}


@cache
def _locale(tag: str) -> Any:
    """Find what CLDR knows of a language; None for one that it does not know."""
    from babel import Locale, UnknownLocaleError  # only sites with pages in another language than English need it

    try:
        return Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return None


@cache
def _forms(tag: str) -> Sequence[tuple[str, int]]:
    """Name the plural forms of a language, each with a number that takes it."""
    locale = _locale(tag)
    if locale is None:
        return [("one", 1), ("other", 2)]
    return list({locale.plural_form(num): num for num in range(200, -1, -1)}.items())


def _said_by(locale: Any, when: datetime, pattern: str, precision: int) -> str:
    from babel.dates import format_date, format_skeleton, format_time

    if precision == 2:
        return str(format_skeleton("yMMMM", when, locale=locale))
    said = format_date(when, "full" if _WEEKDAY.search(pattern) else "long", locale=locale)
    return f"{said}, {format_time(when, 'short', locale=locale)}" if _TIME.search(pattern) else str(said)


def _give(generator: Any) -> None:
    Speaking(generator.settings).give(generator.env)


@on_edit()
def _title(content: Any) -> None:
    if UNTITLED in (html := html_of(content)):
        put_html(content, titled(html, language_of(content.lang, content.settings)))


def _begin(_pelican: Any) -> None:
    forget()


@on_edit()
def _tell(generators: Sequence[Any]) -> None:
    """Say what is wrong with the catalogues of the languages that this site has pages in."""
    if generators:
        context, settings = generators[0].context, generators[0].settings
        contents = filter(None, context["generated_content"].values())
        tags = {settings["DEFAULT_LANG"], *(content.lang for content in contents if hasattr(content, "lang"))}
        problems = {problem for tag in tags for problem in language_of(tag, settings).problems}
        for problem in sorted(problems):
            log.error("%s", problem)


def connect() -> None:
    """Look at each environment when Pelican has made it, and at each article when it is read."""
    signals.get_generators.connect(_begin)
    signals.generator_init.connect(_give)
    signals.content_object_init.connect(_title)
    signals.all_generators_finalized.connect(_tell)
