"""Pages in the language of their article: what templates need for messages, dates and names."""

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

from .catalogues import SOURCE, Language, forget, language_of, locale_of
from .markup import UNTITLED, titled
from .private import html_of, put_html

log = logging.getLogger(__name__)

_WORDS = re.compile(r"%[-#]?[aAbBhcpx]")
_WEEKDAY = re.compile(r"%[-#]?[aAc]")
_TIME = re.compile(r"%[-#]?[HIMScXpT]")
"""Parts of `strftime` formats that produce a word, the day of the week, the time."""


class Words(dict[Any, Any]):
    """The translations in a language so far, escaped for HTML: of messages, two forms with a number, or names."""

    def __init__(self, language: Language) -> None:
        super().__init__()
        self.language = language

    def __missing__(self, key: Any) -> Any:
        """Look up a message."""
        messages = self.language.messages
        match key:
            case str():
                translation = messages.gettext(key)
            case (one, many, num):
                translation = messages.ngettext(one, many, num)
            case (one, many, num, "num"):
                translation = messages.ngettext(one, many, num) % {"num": num}
            case _:
                translation = messages.pgettext(*key)
        self[key] = escape(translation)
        return self[key]

    def gettext(self, message: str, **values: object) -> Markup:
        """Translate a message."""
        translation: Markup = self[message]
        return translation % values if values else translation

    def ngettext(self, one: str, many: str, num: int, **values: object) -> Markup:
        """Translate a message with a number."""
        translation: Markup = self[one, many, num] % {"num": num, **values} if values else self[one, many, num, "num"]
        return translation


class Languages:
    """The languages of one run, for its templates."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._settings = settings
        self._words: dict[str | None, Words] = {}

    def give(self, environment: Any) -> None:
        """Give templates the functions of gettext, Jinja's `{% trans %}`, and filters for names, days and scripts."""
        environment.add_extension(InternationalizationExtension)
        environment.newstyle_gettext = True  # {% trans %} then leaves the placeholders of a message to our functions
        environment.globals |= {"gettext": self.gettext, "ngettext": self.ngettext, "pgettext": self.pgettext}
        environment.globals["of_this_page"] = self.of_this_page
        environment.filters |= {"named": self.named, "day": self.day, "for_scripts": self.for_scripts}

    def words(self, context: Any) -> Words:
        """Return the translations for a page: in the language of its article or page, its own, or else the site's."""
        variables = context.parent  # the page's own variables; in a loop, a template may have a different `article`
        tag = getattr(variables.get("article") or variables.get("page"), "lang", None) or variables.get("page_language")
        if tag not in self._words:
            self._words[tag] = Words(language_of(tag, self._settings))
        return self._words[tag]

    @pass_context
    def of_this_page(self, context: Any) -> tuple[Callable[..., Markup], Callable[..., Markup]]:
        """Return `gettext` and `ngettext` for one page: a template that calls this once needn't pass its context."""
        words = self.words(context)
        return words.gettext, words.ngettext

    @pass_context
    def gettext(self, context: Any, message: str, **values: object) -> Markup:
        """Translate a message in a template."""
        return self.words(context).gettext(message, **values)

    @pass_context
    def ngettext(self, context: Any, one: str, many: str, num: int, **values: object) -> Markup:
        """Translate a message with a number in a template."""
        return self.words(context).ngettext(one, many, num, **values)

    @pass_context
    def pgettext(self, context: Any, meaning: str, message: str, **values: object) -> Markup:
        """Translate a message with another meaning elsewhere, in a template."""
        translation: Markup = self.words(context)[meaning, message]
        return translation % values if values else translation

    @pass_context
    def named(self, context: Any, name: Any, kind: str) -> Any:
        """Translate a topic, a page or a subtitle from the site's settings, if a catalogue has it.

        Its `msgctxt` is the kind, because words of the theme with the same spelling have another meaning.
        """
        words = self.words(context)
        if not words.language.is_translated:
            return name
        translation = words.language.messages.pgettext(kind, str(name))
        return name if translation == str(name) else escape(translation)

    @pass_context
    def day(self, context: Any, when: datetime, text: str, precision: int = 3) -> str:
        """Format a date in the page's language; `text` is Pelican's format, in the locale of the process.

        That is kept if the author has set a format for the language, in DATE_FORMATS, or one without words. `precision`
        is 1 for a year, 2 for a month, 3 for a day.
        """
        language = self.words(context).language
        if not language.is_translated or language.tag.split("-")[0] == SOURCE:
            return text
        pattern = self._settings["DEFAULT_DATE_FORMAT"]
        if precision == 1 or language.tag in self._settings["DATE_FORMATS"]:
            return text
        if precision == 3 and not _WORDS.search(pattern):
            return text
        locale = locale_of(language.tag)
        return _said_by(locale, when, pattern, precision) if locale else text

    @pass_context
    def for_scripts(self, context: Any, messages: Sequence[str | Sequence[str]]) -> dict[str, Any]:
        """Translate the messages of scripts: single ones, or pairs of a singular and a plural, returned in every form.

        Forms have CLDR's names, like those of `Intl.PluralRules` in a browser. Messages that stay English are left out.
        """
        language = self.words(context).language
        if not language.is_translated:
            return {}
        translations: dict[str, Any] = {}
        for message in messages:
            if isinstance(message, str):
                translations[message] = language.messages.gettext(message)
            else:
                one, many = message
                forms = {form: language.messages.ngettext(one, many, num) for form, num in _forms(language.tag)}
                translations[one] = one if set(forms.values()) <= {one, many} else forms
        return {message: translation for message, translation in translations.items() if translation != message}


@cache
def _forms(tag: str) -> Sequence[tuple[str, int]]:
    """Return the plural forms of a language, each with a number that uses it."""
    locale = locale_of(tag)
    if locale is None:
        return [("one", 1), ("other", 2)]
    return list({locale.plural_form(num): num for num in range(200, -1, -1)}.items())


def _said_by(locale: Any, when: datetime, pattern: str, precision: int) -> str:
    from babel.dates import format_date, format_skeleton, format_time

    if precision == 2:
        return str(format_skeleton("yMMMM", when, locale=locale))
    date = format_date(when, "full" if _WEEKDAY.search(pattern) else "long", locale=locale)
    return f"{date}, {format_time(when, 'short', locale=locale)}" if _TIME.search(pattern) else str(date)


def _give(generator: Any) -> None:
    Languages(generator.settings).give(generator.env)


def _title(content: Any) -> None:
    if UNTITLED in (html := html_of(content)):
        put_html(content, titled(html, language_of(content.lang, content.settings)))


def _begin(_pelican: Any) -> None:
    forget()


def _tell(generators: Sequence[Any]) -> None:
    """Report errors in the catalogues of the languages in which this site has pages."""
    if generators:
        context, settings = generators[0].context, generators[0].settings
        contents = filter(None, context["generated_content"].values())
        tags = {settings["DEFAULT_LANG"], *(content.lang for content in contents if hasattr(content, "lang"))}
        problems = {problem for tag in tags for problem in language_of(tag, settings).problems}
        for problem in sorted(problems):
            log.error("%s", problem)


def register() -> None:
    """Add the functions to each environment that Pelican makes, and check each article when it is read."""
    signals.get_generators.connect(_begin)
    signals.generator_init.connect(_give)
    signals.content_object_init.connect(_title)
    signals.all_generators_finalized.connect(_tell)
