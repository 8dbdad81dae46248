"""What a page depends on is noted while it is rendered, and its output is unchanged."""

import itertools
import time
from collections.abc import Callable
from contextlib import nullcontext
from copy import copy
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from jinja2 import (
    DictLoader,
    Environment,
    StrictUndefined,
    Undefined,
    UndefinedError,
    pass_context,
    pass_environment,
    pass_eval_context,
)
from jinja2.nodes import EvalContext
from jinja2.runtime import Context
from pelican.contents import Article
from pelican.settings import DEFAULT_CONFIG

from plugins.articles import _count_one, _tags
from plugins.building.dependencies import Trace, Tracing, prepare, watch_filters, watching_articles, watching_text
from plugins.building.values import Names
from tests.tables import table

PARTS = {
    "part": "{% if tags %}{{ tags|length }}{% endif %}{% if own %}own{% endif %}",
    "base": "{% if tags %}t{% endif %}{% block b %}{% endblock %}",
    "macros": "{% macro m(tags) %}{% if tags %}{{ tags }}{% endif %}{% if more %}m{% endif %}{% endmacro %}",
}
CONTEXTS: tuple[dict[str, Any], ...] = (
    {},
    {"tags": [1, 2], "word": "w"},
    {"tags": [], "more": [0], "none_of": None, "nothing": 0, "word": ""},
)


def said(environment: Environment, text: str, context: dict[str, Any]) -> str:
    """Render a template; return its output, or its error."""
    try:
        return environment.from_string(text).render(context)
    except UndefinedError as problem:
        return f"error: {problem}"


@pytest.mark.parametrize("undefined", [Undefined, StrictUndefined])
@table(__file__, "A template has the same output as with jinja alone")
def test_a_template_has_the_same_output_as_with_jinja_alone(text: str, undefined: type[Undefined]) -> None:
    """Whatever sets its names, and also for undefined ones."""
    plain, watched = (Environment(loader=DictLoader(PARTS), undefined=undefined, autoescape=True) for _ in range(2))
    prepare(watched)
    for context in CONTEXTS:
        with Tracing(Names()).page():
            shown = said(watched, text, context)
        assert shown == said(plain, text, context)


@pass_context
def with_context(context: Context, sign: str) -> str:
    """Return a word of the page, or of a loop."""
    return f"{sign}{context.get('word')}"


@pass_environment
def with_environment(environment: Environment) -> bool:
    """Return whether it escapes."""
    return bool(environment.autoescape)


class Called:
    """Takes what Jinja passes to it."""

    @pass_eval_context
    def __call__(self, evaluated: EvalContext, word: str = "") -> str:
        """Return whether that escapes."""
        return f"{evaluated.autoescape}{word}"

    def method(self, *words: str, **named: str) -> str:
        """Return its arguments."""
        return f"{words}{named}"


FUNCTIONS = {
    "with_context": with_context,
    "with_environment": with_environment,
    "called": Called(),
    "method": Called().method,
    "stops": partial(next, iter(())),
    "stopping": lambda: next(iter(())),
    "word": "<w>",
}


@pytest.mark.parametrize("is_traced", [False, True])
@table(__file__, "A template calls whatever it can call with jinja alone")
def test_a_template_calls_whatever_it_can_call_with_jinja_alone(text: str, is_traced: bool) -> None:
    """With what it wants to be passed, also while it is watched."""
    plain, watched = (Environment(loader=DictLoader(PARTS), autoescape=True) for _ in range(2))
    prepare(watched)
    with Tracing(Names()).page() if is_traced else nullcontext():
        shown = said(watched, text, FUNCTIONS)
    assert shown == said(plain, text, FUNCTIONS)


def traced(text: str, context: dict[str, Any], **functions: Any) -> Trace:
    """Render a template with filters that are also functions; return what it depends on."""
    environment = Environment(autoescape=True)
    prepare(environment)
    environment.filters |= functions
    environment.globals |= functions
    watch_filters(environment)
    with watching_articles(), Tracing(Names()).page() as trace:
        environment.from_string(text).render(context)
    return trace


@table(__file__, "What is read of an article is noted")
def test_what_is_read_of_an_article_is_noted(text: str, aspects: list[str]) -> None:
    """Its text, only its summary, other articles that it leads to, or the rest; a function may remember all of it."""
    one, other = (Article("Words.", {"title": name}, dict(DEFAULT_CONFIG), f"{name}.md") for name in ("one", "other"))
    one.next_article = other
    trace = traced(text, {"it": one}, kept=lambda it: "")
    assert {aspect for aspect, contents in trace.shows.items() if one in contents} == {*aspects}


STRANGERS: dict[str, tuple[Callable[[Any], object], bool]] = {
    "title": (lambda it: it.title, False),
    "URL": (lambda it: it.url, False),
    "own attribute": (lambda it: setattr(it, "own", it.slug), False),
    "text": (lambda it: it.content, True),
    "raw text": (lambda it: it._content, True),
    "summary": (lambda it: it.summary, True),
    "all attributes": (vars, True),
    "copy": (copy, True),
    "whole header": (lambda it: it.metadata["title"], True),
    "file": (lambda it: Path(__file__).read_bytes(), True),
    "new text": (lambda it: setattr(it, "_content", ""), True),
    "new summary": (lambda it: setattr(it, "summary", ""), True),
}


@pytest.mark.parametrize(("function", "touches"), [*STRANGERS.values(), (_tags, False), (_count_one, True)])
def test_who_touches_what_an_article_says_is_known(function: Callable[[Any], object], touches: bool) -> None:
    """A function of the site's own also by a file, or by the header as a whole."""
    article = Article("Words.", {"title": "One", "slug": "one"}, dict(DEFAULT_CONFIG), "one.md")
    with watching_text(function) as is_touched:
        function(article)
    assert is_touched() == touches
    assert Article.__getattribute__ is object.__getattribute__


def test_the_names_that_a_template_looks_up_are_noted() -> None:
    """Also if it has none of them, and those that only a function asks for."""
    text = "{{ one }}{% if two is defined %}{% endif %}{% set own = 1 %}{{ own }}{{ with_context('') }}"
    trace = traced(text, {"one": 1}, with_context=with_context)
    assert trace.names == {"one", "two", "with_context", "word"}
    assert trace.problem.endswith("is given the whole context")


numbers = itertools.count()


def counting() -> str:
    """Return another number with each call."""
    return f"{next(numbers)}"


PROBLEMS: dict[str, tuple[Any, str]] = {
    "time.time_ns gives another answer each time": (lambda: time.time_ns(), "problem"),
    "time gives another answer each time": (time.time, "problem"),
    "it does more than read files": (lambda: Path("nowhere").mkdir() or Path("nowhere").rmdir(), "problem"),
    "counting counts, or keeps something": (counting, "counts"),
}


@pytest.mark.parametrize("said", PROBLEMS)
def test_a_function_that_is_different_each_time_is_noticed(said: str, tmp_path, monkeypatch) -> None:
    """It asks for the time, changes something, or counts."""
    monkeypatch.chdir(tmp_path)
    function, where = PROBLEMS[said]
    for text in ("{{ it() }}", "{% macro m() %}{{ it() }}{% endmacro %}{{ m() }}"):
        trace = traced(text, {}, it=function)
        assert said.split(" ", 1)[1] in getattr(trace, where)


def test_the_files_that_a_function_looks_at_are_noted(tmp_path: Path) -> None:
    """Whether it reads them, lists a folder, or looks for one in vain; files that our own code reads don't count."""
    note = tmp_path / "note.txt"
    note.write_text("note")
    for text in ("{{ read() }}", "{{ NOTE.read_text() }}"):
        assert traced(text, {"NOTE": note}, read=lambda: note.read_text()).files[str(note)]
    assert traced("{{ is_there() }}", {}, is_there=(tmp_path / "none").exists).files[str(tmp_path / "none")] is None
    assert traced("{{ 'one' }}", {"NOTE": note}).files == {}
