"""A template asks only for what it uses, and its output is unchanged."""

from __future__ import annotations

from functools import partial
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
from pelican.urlwrappers import Category

from plugins.building.dependencies import About, Names, Replay, Trace, Tracing, compile_to_ask, steady

PARTS = {
    "part": "{% if tags %}{{ tags|length }}{% endif %}{% if own %}own{% endif %}",
    "base": "{% if tags %}t{% endif %}{% block b %}{% endblock %}",
    "macros": "{% macro m(tags) %}{% if tags %}{{ tags }}{% endif %}{% if more %}m{% endif %}{% endmacro %}",
}
TEMPLATES = (
    "{% if tags %}a{% elif more %}b{% else %}c{% endif %}",
    "{{ 'a' if tags and not (none_of or more) else 'b' if word else 'c' }}",
    "{% if tags|default(none) or nothing|default([]) %}a{% endif %}{% if nothing|default('x') %}b{% endif %}",
    "{% set tags = more %}{% if tags %}a{% endif %}",
    "{% for tags in [0, 1] %}{% if tags %}a{% endif %}{% if loop %}l{% endif %}{% endfor %}{% if tags %}b{% endif %}",
    "{% with tags = [] %}{% if tags %}a{% endif %}{% endwith %}{% if more %}b{% endif %}",
    "{% set own = 1 %}{% set tags = [1, 2, 3] %}{% include 'part' %}",
    "{% include 'part' %}{% include 'part' without context %}",
    "{% from 'macros' import m with context %}{{ m([]) }}{{ m(tags) }}{% if m %}m{% endif %}",
    "{% import 'macros' as tags %}{% if tags %}a{% endif %}",
    "{% extends 'base' %}{% set tags = [] %}{% block b %}{% if tags %}b{% endif %}{{ 1 if self else 0 }}{% endblock %}",
    "{% macro outer() %}{% if caller %}{{ caller() }}{% endif %}{% if tags %}a{% endif %}{% endmacro %}"
    "{% call outer() %}{% if word %}w{% endif %}{% endcall %}",
    "{% if word == 'w' and tags|length > 1 %}a{% endif %}{% if range %}r{% endif %}",
)
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
@pytest.mark.parametrize("text", TEMPLATES)
def test_a_template_has_the_same_output_as_with_jinja_alone(text: str, undefined: type[Undefined]) -> None:
    """Whatever sets its names, and also for undefined ones."""
    plain, asking = (Environment(loader=DictLoader(PARTS), undefined=undefined, autoescape=True) for _ in range(2))
    compile_to_ask(asking)
    Tracing().prepare(asking)
    for context in CONTEXTS:
        assert said(asking, text, context) == said(plain, text, context)


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
@pytest.mark.parametrize(
    "text",
    [
        "{{ with_context('a') }}{% for word in 'bc' %}{{ with_context(word) }}{% endfor %}{{ with_environment() }}",
        "{{ called() }}{{ called(word='d') }}{{ method('e', f='g') }}{% block b %}{{ method('h') }}{% endblock %}",
        "{{ stops() }}{{ stopping() }}{{ stopping() is defined }}{{ word.upper() }}{{ word.join('ij') }}",
        "{% macro m(k) %}{{ k }}{{ caller() if caller }}{% endmacro %}{{ m(word) }}{% call m('l') %}<n>{% endcall %}",
        "{% autoescape false %}{% macro m(k) %}{{ k }}{% endmacro %}{{ m(word) }}{{ called() }}{% endautoescape %}",
        "{% from 'macros' import m %}{% for o in 'pq' %}{{ m(o) }}{% endfor %}{{ range(2)|list }}{{ dict(r=1) }}",
        "{% extends 'base' %}{% block b %}{{ super() }}{{ cycler('s', 't').next() }}{% endblock %}",
    ],
)
def test_a_template_calls_whatever_it_can_call_with_jinja_alone(text: str, is_traced: bool) -> None:
    """With what it wants to be passed, also while its questions are recorded."""
    plain, asking = (Environment(loader=DictLoader(PARTS), autoescape=True) for _ in range(2))
    tracing = Tracing()
    tracing.prepare(asking)
    tracing.trace = Trace(Names({})) if is_traced else None
    assert said(asking, text, FUNCTIONS) == said(plain, text, FUNCTIONS)


def asked_of(text: str, context: dict[str, Any]) -> list[Any]:
    """Render a template while it is traced; return its questions."""
    environment, tracing = Environment(autoescape=True), Tracing()
    compile_to_ask(environment)
    tracing.prepare(environment)
    tracing.watch(environment)
    tracing.trace = trace = Trace(Names({}))
    environment.from_string(text).render(context)
    trace.end()
    assert not trace.problem
    return trace.noted


def test_a_list_that_is_only_tested_for_emptiness_may_grow() -> None:
    """But not if the template iterates over it."""
    text = "{% if tags|default(none) and not more %}a{% endif %}"
    few, many, none = (asked_of(text, {"tags": tags}) for tags in ([1], [1, 2], []))
    assert few == many
    assert few != none
    through = "{% if tags %}{% for tag in tags %}{{ tag }}{% endfor %}{% endif %}"
    assert asked_of(through, {"tags": [1]}) != asked_of(through, {"tags": [1, 2]})


def test_what_two_pages_ask_about_an_article_is_recorded_once() -> None:
    """Their own names differ; when the title changes, neither is the same."""
    article = Article("", {"title": "One"}, dict(DEFAULT_CONFIG), "one.md")
    environment, tracing, names = Environment(autoescape=True), Tracing(), Names({})
    compile_to_ask(environment)
    tracing.prepare(environment)
    pages = {}
    for page in ("a", "b"):
        tracing.trace = trace = Trace(names)
        context = {"page": page, "article": article}
        environment.from_string("{{ page }}{{ article.title }}{% if page %}{{ article['slug'] }}{% endif %}").render(
            context
        )
        tracing.trace = None
        trace.end()
        pages[page] = trace.noted, context
    abouts = [[it for it in noted if isinstance(it, About)] for noted, _ in pages.values()]
    assert abouts[0][0] is abouts[1][0]
    assert abouts[0][0].asked == (".title", "[slug")
    assert [[*about.each()] for about in abouts[0]] == [
        [
            (["attribute", ["=", names.key(article)], "title"], "sOne"),
            (["item", ["=", names.key(article)], "slug"], "sone"),
        ]
    ]

    def are_same() -> list[bool]:
        replay = Replay(names, environment, environment.globals)
        return [replay.holds(noted, context, are_steady=True) for noted, context in pages.values()]

    assert are_same() == [True, True]
    pages["b"][1]["page"] = "c"
    assert are_same() == [True, False]
    article.title = "Two"
    assert are_same() == [False, False]


def test_a_steady_function_is_asked_again_once_for_each_kind_of_argument() -> None:
    """Its question is recorded for each page, and 1 isn't True."""
    calls: list[Any] = []

    @steady
    def shown(value: Any) -> str:
        calls.append(value)
        return f"{value}"

    environment, tracing, names = Environment(autoescape=True), Tracing(), Names({})
    environment.filters["shown"] = shown
    compile_to_ask(environment)
    tracing.prepare(environment)
    tracing.watch(environment)
    asked = []
    for _ in range(2):
        tracing.trace = trace = Trace(names)
        environment.from_string("{{ 1|shown }}{{ true|shown }}{{ 1|shown }}").render()
        tracing.trace = None
        trace.end()
        asked.append(trace.noted)
    assert asked[0] == asked[1] == [(["filter depends", "shown", [it], {}], f"s{it}") for it in (1, True)]
    assert calls.count(True) == 2 * 3 + 2


@pytest.mark.parametrize("path", ["category", "guide.category"])
def test_a_topic_can_be_an_argument(path: str) -> None:
    """As for the theme's filter `card`, on the page of a topic."""
    settings = dict(DEFAULT_CONFIG)
    environment, tracing, names = Environment(autoescape=True), Tracing(), Names({})
    environment.filters["shown"] = steady(lambda topic: f"{topic.slug}")
    compile_to_ask(environment)
    tracing.prepare(environment)
    tracing.watch(environment)
    tracing.trace = trace = Trace(names)
    topic = Category("NLP", settings)
    guide = Article("", {"title": "One", "category": topic}, settings, "one.md")
    context = {"category": topic, "guide": guide}
    environment.from_string(f"{{{{ {path}|shown }}}}").render(context)
    tracing.trace = None
    trace.end()
    assert not trace.problem

    def is_same() -> bool:
        return Replay(names, environment, environment.globals).holds(trace.noted, context, are_steady=True)

    assert is_same()
    context["category"] = guide.category = Category("CV", settings)
    assert not is_same()
