"""Digests of values: equal values have equal digests, in any process.

An article is described by its name, because what pages read of it is compared by itself. A function or a class of the
site's own is described with everything that it refers to: what its closure holds, the arguments of a `partial`, the
object of a method, and the globals that its code names. So a function is the same as in another build if it returns the
same for the same arguments, as far as its code alone decides.
"""

from __future__ import annotations

import io
import os
import pickle
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import EnumType
from functools import cache, cached_property, lru_cache, partial
from hashlib import blake2b
from types import (
    BuiltinFunctionType,
    CodeType,
    FunctionType,
    GetSetDescriptorType,
    MappingProxyType,
    MemberDescriptorType,
    MethodDescriptorType,
    MethodType,
    ModuleType,
    WrapperDescriptorType,
)
from typing import Any

from jinja2.runtime import Undefined
from jinja2.utils import missing
from markupsafe import Markup
from pelican.contents import Content, Static
from pelican.paginator import Page, Paginator
from pelican.urlwrappers import URLWrapper

from .observing import ELSEWHERE, environment_state

OURS = f"{(__package__ or '').rpartition('.')[0]}."
"""How the full names of all our modules begin."""
WATCHED = "__watched__"
"""The attribute of a function that only passes calls on to another one."""
LONG = 20
"""A list with more articles than this is described once."""
SHORT = 40
"""A text with fewer characters than this is its own digest."""
APART = {"_content", "_context", "_output_location_referenced", "settings", "get_summary"}
"""The attributes of an article that aren't compared with the others: its text has a digest of its own."""
OF_WRAPPER = {"settings", "name", "slug", "_name", "_slug", "_slug_from_name"}
"""What a tag, a category or an author has in any case."""
PLAIN = {str, int, float, bool, bytes, type(None), dict, tuple, Markup}
CACHED = type(lru_cache(str))
BY_NAME = (WrapperDescriptorType, MethodDescriptorType, MemberDescriptorType, GetSetDescriptorType)
FUNCTIONS = (FunctionType, BuiltinFunctionType, MethodType, type, partial, CACHED, *BY_NAME)
TOOLS = {*sys.stdlib_module_names, "jinja2", "markupsafe", "pelican"}
"""The packages whose functions hold nothing that a page depends on."""
OF_CLASS = {"__dict__", "__weakref__", "__doc__", "__module__", "__abstractmethods__", "_abc_impl", "__annotations__"}
"""The attributes of classes that Python sets itself."""


class UncomparableError(Exception):
    """A value can't be compared with that of another build; the message says which."""


def digest_of(text: str) -> str:
    """Return a short hash of a text."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


class Describer(pickle.Pickler):
    """Writes a value, with whatever has a name by its name."""

    def __init__(self, file: Any, names: Names) -> None:
        super().__init__(file, 5)
        self.fast = True  # equal texts are written alike, whether or not they are the same object
        self._names = names

    def persistent_id(self, value: Any) -> str | None:
        """Return the name of a value that has one; None for any other."""
        kind = type(value)
        if kind in PLAIN:
            return None
        if kind is list:
            return self._names.listed(value) if len(value) > LONG else None
        if isinstance(value, Content):
            return self._names.key(value)
        if isinstance(value, URLWrapper):
            attributes = {name: attribute for name, attribute in vars(value).items() if name not in OF_WRAPPER}
            return (
                f"{kind.__qualname__} {value.name!r} {value.slug!r} {attributes and self._names.described(attributes)}"
            )
        if kind is set or kind is frozenset:
            return f"set {sorted(map(self._names.described, value))}"
        if isinstance(value, FUNCTIONS):
            return self._names.function(value)
        if kind is Paginator:
            return f"paginator {value.name} {value.per_page} {self._names.described(value.object_list)}"
        if kind is Page:
            contents = self._names.described([*value.object_list])
            return f"page {value.number} {contents} {self._names.described(value.paginator)}"
        if isinstance(value, Undefined):
            return "undefined"
        if isinstance(value, ModuleType):
            return self._names.module(value)
        if value is os.environ:
            return f"environment {environment_state()}"
        return self._names.atoms.get(id(value))

    def reducer_override(self, value: Any) -> Any:
        """Describe what Python has no way to write."""
        match value:
            case property():
                return property, (value.fget, value.fset, value.fdel)
            case classmethod() | staticmethod():
                return type(value), (value.__func__,)
            case cached_property():
                return cached_property, (value.func,)
            case MappingProxyType():
                return MappingProxyType, ({**value},)
        return NotImplemented


class Names:
    """The articles, pages and files of a site, by names that are the same in each build, and digests of values."""

    def __init__(self, atoms: Mapping[int, str] = {}) -> None:
        self.atoms = atoms
        self.has_own_classes = False
        """Whether a class of the site's own was among the values: then its methods run wherever a template uses it."""
        self._keys: dict[Any, str] = {}
        self._contents: dict[str, Any] = {}
        self._lists: dict[int, tuple[Any, str | None]] = {}
        self._shown: dict[tuple[str, str], str] = {}
        self._open: set[int] = set()

    def key(self, content: Any) -> str:
        """Return the name of an article, page or file; a copy that a plugin makes of one has the same."""
        name = self._keys.get(content)
        if name is None:
            kind = type(content)
            # A file that is asked for its place can't be moved to an article any more, as `{attach}` does.
            place = content.source_path if kind is Static else f"{content.source_path} {content.save_as}"
            place = f"{place} {getattr(content, 'lang', '')}"
            name = self._keys[content] = f"{kind.__module__}.{kind.__qualname__} {place}"
            self._contents.setdefault(name, content)
        return name

    def listed(self, values: list[Any]) -> str | None:
        """Return a digest of a long list of articles, which many pages have; None for any other list."""
        cached = self._lists.get(id(values))
        if cached is None or cached[0] is not values:
            digest = None
            if all(isinstance(value, Content) for value in values):
                digest = digest_of("\n".join(map(self.key, values)))
            cached = self._lists[id(values)] = values, digest
        return cached[1]

    def described(self, value: Any) -> str:
        """Return a digest of a value; raise UncomparableError if it has none."""
        if value is missing:
            return "?"
        if type(value) is str and len(value) < SHORT:
            return value
        file = io.BytesIO()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # Python will stop writing some iterators
                Describer(file, self).dump(value)
        except UncomparableError:
            raise
        except Exception as problem:  # of any kind: the value may have its own way to be written
            raise UncomparableError(f"a {type(value).__qualname__} can't be compared: {problem}") from problem
        return blake2b(file.getbuffer(), digest_size=12).hexdigest()

    def function(self, value: Any) -> str:
        """Describe a function or a class: its name, and what it refers to."""
        value = getattr(value, WATCHED, value) if isinstance(value, FunctionType) else value
        function = value.func if isinstance(value, partial) else value
        module = str(getattr(function, "__module__", ""))
        name = f"{module}.{getattr(function, '__qualname__', type(function).__qualname__)}"
        if id(value) in self._open or f"{module}.".startswith(OURS):  # ours know what pages depend on
            return name
        self._open.add(id(value))
        try:
            if parts := self._parts(value, module):
                name = f"{name} {self.described(parts)}"
        finally:
            self._open.discard(id(value))
        return name

    def _parts(self, value: Any, module: str) -> Any:
        """Return what a function or a class refers to, besides its code."""
        match value:
            case partial():
                return value.func, value.args, value.keywords
            case MethodType():
                return value.__func__, value.__self__
            case BuiltinFunctionType():
                return None if isinstance(value.__self__, ModuleType) else (value.__self__,)
            case type():
                return self._class(value)
            case FunctionType():
                cells = [cell.cell_contents for cell in value.__closure__ or ()]
                state = {"d": value.__defaults__, "k": value.__kwdefaults__, "c": cells, "a": vars(value)}
                held = {name: content for name, content in state.items() if content}
                if is_own(value.__module__ or "", value.__code__.co_filename):
                    return held, dict(_globals(value))
                return held if module.partition(".")[0] not in TOOLS else None
        return getattr(value, "__wrapped__", None)

    def _class(self, value: type) -> Any:
        if not is_own(value.__module__):
            return None
        self.has_own_classes = True
        attributes = {
            name: attribute
            for name, attribute in vars(value).items()
            if name not in OF_CLASS and not name.startswith("__data")
        }
        if isinstance(value, EnumType):
            attributes = {
                name: attribute
                for name, attribute in attributes.items()
                if name not in ("_value2member_map_", "_member_type_")
            }
        return attributes, [base for base in value.__bases__ if base is not object]

    def module(self, value: ModuleType) -> str:
        """Describe a module: one of the site's own has a state that isn't known here."""
        if is_own(value.__name__):
            raise UncomparableError(f"the module {value.__name__} can't be compared")
        return f"module {value.__name__}"

    def shown(self, aspect: str, key: str) -> str:
        """Return a digest of an aspect of an article."""
        if (key, aspect) not in self._shown:
            content = self._contents.get(key)
            if content is None:
                raise UncomparableError(f"{key} is made while pages are rendered")
            self._shown[key, aspect] = self._digest(content, aspect)
        return self._shown[key, aspect]

    def _digest(self, content: Any, aspect: str) -> str:
        if aspect in (OTHER, LINKS):
            attributes = {name: value for name, value in sorted(vars(content).items()) if name not in APART}
            return self.described(
                {name: value for name, value in attributes.items() if leads(value) is (aspect == LINKS)}
            )
        html = str(aspects[aspect](content, content.settings["SITEURL"]))
        more = (text_of(content) for text_of in texts) if aspect == TEXT or "<img" in html else ()
        return digest_of("\0".join([html, *more]))

    def renew(self, contents: Iterable[Any]) -> set[tuple[str, str]]:
        """Return which aspects of which articles have changed since they were described."""
        changed = set()
        for key in map(self.key, contents):
            before = {pair: digest for pair, digest in self._shown.items() if pair[0] == key}
            for pair in before:
                del self._shown[pair]
            changed |= {pair for pair, digest in before.items() if self.shown(pair[1], key) != digest}
        return changed


OTHER, LINKS, TEXT, SUMMARY = "other", "links", "text", "summary"
"""Aspects of an article: its attributes, such as the title; other articles that it leads to; its text; its summary."""
aspects: dict[str, Callable[[Any, str], object]] = {
    TEXT: lambda content, siteurl: content.get_content(siteurl),
    SUMMARY: lambda content, siteurl: content.get_summary(siteurl),
}
"""What is computed from an article's text, with links that start at an address, by name.

A page that shows only an excerpt isn't rendered again if something else in the text has changed.
"""
texts: list[Callable[[Any], str]] = []
"""What else is part of an article's text: for example its figures."""


def leads(value: Any) -> bool:
    """Return whether an attribute consists of other articles: they change with each new one."""
    return isinstance(value, Content) or (type(value) is list and bool(value) and isinstance(value[0], Content))


def _globals(function: FunctionType) -> Iterator[tuple[str, Any]]:
    """Yield the globals that a function refers to, and what it takes from modules of the site's own."""
    named = {*_named(function.__code__)}
    for name in sorted(named):
        value = function.__globals__.get(name, missing)
        value = sys.modules.get(name, missing) if value is missing else value  # it may import it itself
        if not isinstance(value, ModuleType):
            if value is not missing:
                yield name, value
        elif is_own(value.__name__):
            yield from (
                (f"{name}.{attribute}", vars(value)[attribute]) for attribute in sorted(named & vars(value).keys())
            )


def _named(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _named(constant)


INSTALLED = tuple(f"{os.path.realpath(prefix)}{os.sep}" for prefix in {sys.prefix, sys.base_prefix, sys.exec_prefix})
"""Where packages are, whose state isn't looked at."""


def is_own(module: str, file: str | None = None) -> bool:
    """Return whether code is the site's own, by its module and, if it is known, its file."""
    if f"{module}.".startswith(OURS):
        return False
    file = file or getattr(sys.modules.get(module), "__file__", None) or ""
    return is_outside(file) if file.endswith(".py") else module not in sys.modules


@cache
def is_outside(file: str) -> bool:
    """Return whether a module's file isn't among Python's or the packages'."""
    return not (file.startswith(ELSEWHERE) or os.path.realpath(file).startswith(INSTALLED))
