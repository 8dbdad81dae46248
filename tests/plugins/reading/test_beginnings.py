"""Code and Markdown are read the same, whether what can't match is tried or not."""

import re
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown import Markdown
from markdown.inlinepatterns import SimpleTagInlineProcessor
from pygments.lexer import Lexer, RegexLexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Token

import plugins
from plugins.reading import beginnings as module
from plugins.reading.beginnings import OTHER, beginnings, quicken_lexer, quicken_patterns
from plugins.settings import MARKDOWN
from tests.sampling import sampled, some
from tests.tables import table

LANGUAGES = ("python", "bash", "pycon", "html", "css", "js", "json", "yaml", "ini", "diff", "c", "rust", "sql", "text")
"""Lexers of all kinds: those of one state, those that delegate to others, and those with code of their own."""
CODE = sorted(Path(plugins.__file__).parent.rglob("*.py"))
WORDS = [
    *("*a*", "**b**", "`c`", "\\*", "[d](e)", "![f](g)", "[h][]", "<i>", "&amp;", "$j$", "~~k~~", "==l==", "ä"),
    *("“", " "),
]


@cache
def lexers(language: str) -> tuple[Lexer, Lexer]:
    """Return a lexer twice, and have the second one skip what can't match."""
    return get_lexer_by_name(language), quicken_lexer(get_lexer_by_name(language))


@cache
def markdowns() -> tuple[Markdown, Markdown]:
    """The same for Markdown."""
    settings: dict[str, Any] = MARKDOWN
    return Markdown(**settings), quicken_patterns(Markdown(**settings))


@pytest.mark.parametrize("language", LANGUAGES)
@given(text=st.text("aefrub01_.\"'{}<>&#/\\:;=-+()[] \n\tµ“", max_size=60))
@sampled(40)
def test_any_text_has_the_same_tokens(language: str, text: str) -> None:
    """Also one that is no code at all."""
    usual, quicker = lexers(language)
    assert [*quicker.get_tokens(text)] == [*usual.get_tokens(text)]


def test_a_token_may_begin_with_any_letter() -> None:
    """Also with one that only its own rule has."""

    class Greek(RegexLexer):
        tokens: ClassVar = {"root": [("α", Token.Alpha), (".", Token.Other)]}

    assert [*quicken_lexer(Greek()).get_tokens("αβ")][:2] == [(Token.Alpha, "α"), (Token.Other, "β")]


@pytest.mark.parametrize("path", some(CODE, one_in=10), ids=lambda path: path.name)
def test_code_has_the_same_tokens(path: Path) -> None:
    """In our own modules."""
    usual, quicker = lexers("python")
    text = path.read_text("utf-8")
    assert [*quicker.get_tokens(text)] == [*usual.get_tokens(text)]


@given(words=st.lists(st.sampled_from([*WORDS, "words"]), max_size=12))
@sampled(100)
def test_any_line_has_the_same_html(words: list[str]) -> None:
    """With patterns inside of others, and signs that begin a pattern and don't end it."""
    usual, quicker = markdowns()
    text = "".join(words)
    assert quicker.reset().convert(text) == usual.reset().convert(text)


def test_a_pattern_that_is_registered_later_applies() -> None:
    """Also one that can begin with anything."""
    markdown = quicken_patterns(Markdown())
    markdown.inlinePatterns.register(SimpleTagInlineProcessor(r"()(.)\1%", "b"), "percent", 200)
    assert markdown.convert("10%") == "<p>1<b>0</b></p>"


@table(__file__, "The beginnings of a pattern")
def test_the_beginnings_of_a_pattern(pattern: str, begun: str) -> None:
    """Whatever it consists of."""
    found = beginnings(re.compile(pattern))
    assert found is not None
    assert found - {OTHER} == {*begun}


@pytest.mark.parametrize("pattern", ["", "a*", "a|", "^", r"(a?)\1b", "(?i:a)b", "(a)?(?(1)b|c)"])
def test_a_pattern_that_may_begin_with_anything(pattern: str) -> None:
    """If it can be empty, or if that depends on more than it says."""
    assert beginnings(re.compile(pattern)) is None


def test_letters_of_any_case_begin_a_pattern_that_ignores_it() -> None:
    """Some of them aren't ASCII: K is also the sign for kelvin."""
    assert beginnings(re.compile("k", re.IGNORECASE)) == frozenset({"k", "K", OTHER})


def test_without_pythons_parser_everything_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is private, and may change."""
    monkeypatch.setattr(module, "parsed_regex", lambda pattern: (_ for _ in ()).throw(AttributeError("_parser")))
    assert beginnings(re.compile("only here")) is None
