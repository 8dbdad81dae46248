"""What a page depends on: the names that its templates look up, and the articles that it says something about.

While a page is rendered, two things are noted: each name that a template takes from its context, and each article of
which anything is read: its text, an excerpt from it, or only something else, such as its title. Python code counts like
a template, because it is the attributes of the articles that are watched. A page is kept if those names have the same
values, and those articles the same text, excerpts, or everything else.

A function of the site's own, or an object with methods of its own, is assumed to depend on its arguments, on its code
and what that refers to (see `values`), and on the files that it looks at, which are noted. If it asks for the time, for
chance or for the network, the page is rendered each time.
"""

from __future__ import annotations

import random
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from datetime import date
from functools import partial, wraps
from types import BuiltinFunctionType, FrameType, ModuleType
from typing import Any

from jinja2 import Environment, Template, nodes
from jinja2.defaults import DEFAULT_NAMESPACE
from jinja2.filters import FILTERS
from jinja2.runtime import Macro
from jinja2.tests import TESTS
from pelican.contents import Content

from ..private import without_constants
from .observing import ENVIRONMENT, Observed, environment_state, observing
from .values import LINKS, OTHER, OURS, SUMMARY, TEXT, WATCHED, Names, UncomparableError, leads

KNOWN = {
    *("_frozen_importlib", "builtins", "collections", "datetime", "jinja2", "markupsafe", "pathlib", "pelican"),
    *("types", "zoneinfo"),
}
"""The packages whose functions have no effects on other pages."""
LOOKS = "pathlib"
"""The one of them that looks at files."""
OF_PLUGINS = ("pelican.plugins._utils", "pelican.plugins.signals")
RENDERING = {__name__, f"{OURS}building.pages"}
"""Our modules that call functions of other plugins while a page is rendered."""
LOADING = "jinja2.loaders"
"""Reads templates, which count for all pages."""
OF_TEXT = frozenset({"content", "_content", "get_content", "_update_content"})
OF_SUMMARY = frozenset({"get_summary", "_summary"})
"""Part of the text, unless the header has it."""
WHOLE_STATE = frozenset({SUMMARY, "__dict__", "__getstate__", "__reduce_ex__"})
"""What else has the text, or may have it."""
WHOLE = OTHER, LINKS, TEXT
"""The aspects of an article that all others are part of."""
CHANGES = {
    *("add", "append", "clear", "discard", "extend", "insert", "pop", "popitem", "remove", "reverse", "setdefault"),
    *("sort", "update"),
}
"""The methods of lists, dictionaries and sets that change them."""
MOMENTS = {"now", "today", "utcnow"}
OF_PROCESS = {"urandom", "getrandom", "getpid", "getppid", "times", "getloadavg"}
COUNTS = "counts, or keeps something from one page for another"


def is_unsteady(function: Any) -> bool:
    """Return whether a built-in function gives another answer each time: about the time, or by chance."""
    if not isinstance(function, BuiltinFunctionType):
        return False
    name, owner = function.__name__, function.__self__
    if isinstance(owner, ModuleType):
        module = owner.__name__
        if module in ("posix", "nt"):
            return name in OF_PROCESS
        return module == "_uuid" or (module == "time" and name not in ("mktime", "sleep"))
    kind = owner if isinstance(owner, type) else type(owner)
    return issubclass(kind, random.Random) or (issubclass(kind, date) and name in MOMENTS)


class Trace:
    """What a page that is being rendered depends on."""

    def __init__(self, tracing: Tracing, watch: ExitStack) -> None:
        self.tracing = tracing
        self.names: set[str] = set()
        self.shows: defaultdict[str, set[Any]] = defaultdict(set)
        """The articles of which something was read, by aspect."""
        self.remarks: list[tuple[str, Any]] = []
        self.problem = ""
        self.counts = ""
        """What depends on the pages before, if anything does."""
        self._watch = watch
        self._observed: Observed | None = None
        self._called: dict[int, Any] = {}

    @property
    def files(self) -> dict[str, str | None]:
        """The states of the files that code of other plugins has looked at, and of the environment."""
        return self._observed.looked_at if self._observed else {}

    def include(self, part: Trace) -> None:
        """Depend on everything that a part of the page depends on."""
        self.names |= part.names
        for aspect, contents in part.shows.items():
            self.shows[aspect] |= contents
        self.remarks += part.remarks
        self.problem = self.problem or part.problem
        self.counts = self.counts or part.counts
        if part.files:
            self.look_out()
            self.files.update(part.files)

    def show(self, content: Any) -> None:
        """Depend on all of an article."""
        for aspect in WHOLE:
            self.shows[aspect].add(content)

    def look_out(self) -> None:
        """Note from now on what code looks at that isn't ours, and whether that can be different each time."""
        if self._observed is None:
            self._observed = self._watch.enter_context(observing(Foreign()))
            self._watch.callback(sys.setprofile, sys.getprofile())
            sys.setprofile(self._hear)
            self.files[ENVIRONMENT] = environment_state()

    def _hear(self, frame: FrameType, event: str, function: Any) -> None:
        if event == "c_call" and is_unsteady(function) and not (_is_ours(frame) or _is_pelican(frame)):
            self.problem = self.problem or f"{function.__qualname__} gives another answer each time"

    def meet(self, value: Any) -> None:
        """Look out if a value has methods of its own."""
        if is_foreign(type(value)):
            self.look_out()
        else:
            familiar.add(type(value))

    def call(self, function: Any, context: Any = None) -> None:
        """Note that a function is about to be called, by a template with a context, or by a filter."""
        while isinstance(function, partial):
            function = function.func
        function = getattr(function, WATCHED, function)
        owner = getattr(function, "__self__", None)
        if type(owner) in (list, dict, set):
            if context and function.__name__ in CHANGES and any(owner is value for value in context.parent.values()):
                self.counts = f"{function.__name__} of a value of all pages {COUNTS}"
        elif is_unsteady(function):
            self.problem = f"{function.__qualname__} gives another answer each time"
        elif is_foreign(function):
            self.look_out()
            if getattr(getattr(function, "jinja_pass_arg", None), "name", "") == "context":
                self.problem = f"{name_of(function)} is given the whole context"
            self._called[id(function)] = function
            self.tracing.begin(function)
        elif _module(function).partition(".")[0] == LOOKS:
            self.look_out()

    def end(self) -> None:
        """Look whether what was done can be done again."""
        if self._observed and not self._observed.is_all:
            self.problem = self.problem or "it does more than read files"
        for function in self._called.values():
            before, now = self.tracing.states(function)
            if not before:
                self.problem = f"nobody knows what {name_of(function)} depends on"
            elif now != before:
                self.counts = f"{name_of(function)} {COUNTS}"


class Foreign(Observed):
    """What code looks at that isn't ours, and doesn't look for templates."""

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Record an event, before its action happens."""
        if not _is_ours(sys._getframe(2)):  # the third frame is the audited one
            super().hear(event, arguments)


def _is_pelican(frame: FrameType) -> bool:
    """Return whether Pelican itself asks: for addresses with dates, it takes the present for those without one."""
    return str(frame.f_globals.get("__name__")).startswith("pelican.")


def _is_ours(frame: FrameType | None) -> bool:
    while frame:
        name = str(frame.f_globals.get("__name__"))
        if name == LOADING:
            return True
        if name.startswith(OURS) and name != Observed.__module__:
            return name not in RENDERING
        frame = frame.f_back
    return False


class Tracing:
    """Traces the pages of a build, and knows the states that functions were in before they were called."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._states: dict[int, tuple[Any, str]] = {}

    @contextmanager
    def page(self) -> Iterator[Trace]:
        """Note what a page, or a part of one, depends on."""
        global _trace
        outer = _trace
        with ExitStack() as watch:
            _trace = trace = Trace(self, watch)
            try:
                if self._names.has_own_classes:
                    trace.look_out()
                yield trace
            finally:
                _trace = outer
        trace.end()

    def begin(self, function: Any) -> None:
        """Note the state of a function before it is called for the first time."""
        if id(function) not in self._states:
            self._states[id(function)] = function, self._state(function)

    def states(self, function: Any) -> tuple[str, str]:
        """Return the state of a function then and now; empty if it isn't known."""
        return self._states[id(function)][1], self._state(function)

    def _state(self, function: Any) -> str:
        global _trace
        outer, _trace = _trace, None  # the page doesn't depend on what is read for this
        try:
            return self._names.function(function)
        except UncomparableError:
            return ""
        finally:
            _trace = outer


familiar: set[type] = {str, int, bool, float, type(None), list, tuple, dict, partial, Macro}
"""Types whose methods do nothing that has to be noted; functions matter when they are called."""

_trace: Trace | None = None


def fail(problem: str) -> None:
    """Have the page that is being rendered be rendered in each build."""
    if _trace is not None:
        _trace.problem = problem


def remark(subject: str, data: Any) -> None:
    """Say something of the page that is being rendered, in plain data, to `remarks[subject]`.

    It is said again in each build that keeps the page.
    """
    if _trace is None:
        remarks[subject](data)
    elif (subject, data) not in _trace.remarks:
        _trace.remarks.append((subject, data))


@contextmanager
def extracting(name: str, content: Any) -> Iterator[None]:
    """Have the page that is being rendered depend only on this aspect of an article (see `aspects`)."""
    global _trace
    trace, _trace = _trace, None
    try:
        yield
    finally:
        _trace = trace
    if trace is not None:
        trace.shows[name].add(content)


remarks: dict[str, Callable[[Any], None]] = {}
"""What is told the remarks of pages, by their subjects."""


@contextmanager
def watching_text(function: Any) -> Iterator[Callable[[], bool]]:
    """Watch whether a function reads or changes what any article says; yield what tells it afterwards.

    One that isn't ours must not look at headers as a whole, or at files, either: the text may be among them.
    """
    names, is_strange, watched = OF_TEXT | OF_SUMMARY | WHOLE_STATE, is_foreign(function), Observed()
    get, put, touched = object.__getattribute__, object.__setattr__, set[str]()

    def seen(content: Any, name: str) -> Any:
        if name in names or (is_strange and name == "metadata" and not _is_pelican(sys._getframe(1))):
            touched.add(name)
        return get(content, name)

    def changed(content: Any, name: str, value: Any) -> None:
        settings = get(content, "__dict__").get("settings", {})
        if name in names or name in map(str.lower, settings.get("FORMATTED_FIELDS", ())):
            touched.add(name)
        put(content, name, value)

    Content.__getattribute__, Content.__setattr__ = seen, changed
    try:
        with observing(watched) if is_strange else nullcontext():
            yield lambda: bool(touched or watched.looked_at or not watched.is_all)
    finally:
        del Content.__getattribute__, Content.__setattr__


@contextmanager
def watching_articles() -> Iterator[None]:
    """Have the attributes of all articles and pages watched."""
    get = object.__getattribute__

    def seen(content: Any, name: str) -> Any:
        trace = _trace
        if trace is None:
            return get(content, name)
        if name == SUMMARY:
            with extracting(name, content):
                return get(content, name)
        if name in OF_TEXT or (name in OF_SUMMARY and SUMMARY not in get(content, "metadata")):
            trace.shows[TEXT].add(content)
            return get(content, name)
        if name == "__dict__":
            trace.show(content)
        try:
            value = get(content, name)
        except AttributeError:
            trace.shows[OTHER].add(content)
            raise
        if leads(value):
            trace.shows[LINKS].add(content)
        else:
            trace.shows[OTHER].add(content)
            if type(value) not in familiar:
                trace.meet(value)
        return value

    Content.__getattribute__ = seen
    try:
        yield
    finally:
        del Content.__getattribute__


def prepare(environment: Environment) -> None:
    """Have the names watched that templates look up, and the functions that they call."""
    base: Any = environment.context_class

    class WatchedContext(base):  # type: ignore[misc]
        def resolve_or_missing(self, key: str) -> Any:
            value = base.resolve_or_missing(self, key)
            if _trace is not None:
                _trace.names.add(key)
                if type(value) not in familiar:
                    _trace.meet(value)
            return value

        def __contains__(self, key: str) -> bool:
            if _trace is not None:
                _trace.names.add(key)
            return bool(base.__contains__(self, key))

        def call(__self, __function: Any, *arguments: Any, **named: Any) -> Any:  # noqa: N805 - as Jinja does
            if _trace is not None and type(__function) is not Macro:
                _trace.call(__function, __self)
            return base.call(__self, __function, *arguments, **named)

    for name in ("keys", "values", "items"):
        setattr(WatchedContext, name, _listing(getattr(base, name)))
    environment.context_class = WatchedContext
    environment.template_class = type("WatchedTemplate", (ImportedOnce, environment.template_class), {})
    compile_plainly(environment)


def _listing(usual: Callable[[Any], Any]) -> Callable[[Any], Any]:
    @wraps(usual)
    def listing(context: Any) -> Any:
        fail("it looks at all names")
        return usual(context)

    return listing


class ImportedOnce(Template):
    """A template that is evaluated once for all pages that import it without their context."""

    _part: Trace | None = None

    def _get_default_module(self, ctx: Any = None) -> Any:
        if _trace is None:
            return super()._get_default_module(ctx)
        if self._module is None:
            with _trace.tracing.page() as part:
                module = super()._get_default_module(ctx)
            if self._module is not None:
                self._part = part
            _trace.include(part)
            return module
        if self._part:
            _trace.include(self._part)
        return super()._get_default_module(ctx)


def watch_filters(environment: Environment) -> None:
    """Have an article count as read if it is given to a filter or a function: that may remember what it has read."""
    for defaults, functions in (
        (FILTERS, environment.filters),
        (TESTS, environment.tests),
        (DEFAULT_NAMESPACE, environment.globals),
    ):
        for name, function in [*functions.items()]:
            is_random = name in ("random", "lipsum")
            is_other = is_random or (callable(function) and function is not defaults.get(name))
            if is_other and not hasattr(function, WATCHED):
                functions[name] = _watched(function, name if is_random else "")


def _watched(function: Any, unsteady: str) -> Any:
    @wraps(function)
    def called(*arguments: Any, **named: Any) -> Any:
        trace = _trace
        if trace is not None:
            if unsteady:
                trace.problem = f"{unsteady} gives a different answer each time"
            trace.call(function)
            for argument in (*arguments, *named.values()):
                if isinstance(argument, Content):
                    trace.show(argument)
        return function(*arguments, **named)

    setattr(called, WATCHED, function)
    return called


def compile_plainly(environment: Environment) -> None:
    """Have nothing evaluated during compilation: compiled templates are kept, and filters may change."""
    if not hasattr(environment.code_generator_class, "is_plain"):
        base: Any = without_constants(environment.code_generator_class, nodes.TemplateData, nodes.Impossible)
        environment.code_generator_class = type("PlainCodeGenerator", (base,), {"is_plain": True})
        environment.optimized = False


def _module(function: Any) -> str:
    owner = getattr(function, "__self__", None)
    module = getattr(function, "__module__", None) or type(function if owner is None else owner).__module__
    return str(module)


def name_of(value: Any) -> str:
    """Return the name of a function or a class with its module."""
    return f"{_module(value)}.{getattr(value, '__qualname__', type(value).__qualname__)}"


def is_foreign(function: Any) -> bool:
    """Return whether a function or class may have side effects: it isn't ours, Jinja's, or Pelican's."""
    while isinstance(function, partial):
        function = function.func
    function = getattr(function, WATCHED, function)
    module = _module(function)
    top, _, rest = module.partition(".")
    if f"{module}.".startswith(OURS):
        return False
    return top not in KNOWN or (top == "pelican" and rest.startswith("plugins") and module not in OF_PLUGINS)
