"""What a page was rendered from: everything that its templates asked for, so that it can be asked again next time.

A template gets information only from names of its context, from attributes of their values, and from the Python
functions, filters and tests that it calls. While a page is rendered, each such question is recorded with the digest of
its answer. If all questions have the same answers later, the page would be the same again. So a theme or a plugin
doesn't have to declare anything. If a question can't be asked again, or its answer has no digest, the page is rendered
each time.

Articles and pages are recorded by name: only the questions about them count. What a Python function does with one isn't
visible, so the function is called again. If it takes long, it can declare what its answer depends on instead: see
`depends_on`.
"""

from __future__ import annotations

import json
from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, time, timedelta, tzinfo
from enum import Enum
from functools import cached_property, partial, wraps
from hashlib import blake2b
from itertools import repeat
from math import isfinite
from operator import is_
from pathlib import PurePath
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any, NamedTuple, TypeVar

from jinja2 import Environment, Template, nodes, pass_context
from jinja2.defaults import DEFAULT_NAMESPACE
from jinja2.filters import FILTERS
from jinja2.nodes import EvalContext
from jinja2.runtime import BlockReference, Context, Macro, Undefined
from jinja2.tests import TESTS
from jinja2.utils import missing
from markupsafe import Markup
from pelican.contents import Content
from pelican.paginator import Page as PageOfList
from pelican.paginator import Paginator
from pelican.urlwrappers import URLWrapper

from ..private import without_constants

Function = TypeVar("Function", bound=Callable[..., Any])

Question = list[Any]
"""A question, in JSON: its kind, then its subject."""

LONGEST = 4000
"""The longest text, in characters, that is recorded as an argument; it limits the size of a page's record."""
LARGEST = 20_000
"""The most values in an answer: a larger one concerns the whole site, and no page needs it."""
SHORT = 20
"""A list of up to this length is described again each time."""
UNSTEADY = {"pprint", "random"}
"""Jinja's filters that give a different answer each time."""
SCALARS = (bool, int, float, complex, str, bytes, date, time, timedelta, tzinfo, PurePath, Undefined, type(None))
BUILTIN = ("builtins", "collections", "datetime", "markupsafe", "pathlib", "types", "zoneinfo")
OF_TERM = {"settings", "_name", "_slug", "_slug_from_name", "name", "slug"}
"""The attributes that every category, tag or author has; a slug is made on first use."""
OURS = f"{(__package__ or '').rpartition('.')[0]}."
"""How the full names of all our modules begin."""
WELL_KNOWN = (*BUILTIN, "jinja2", "pelican")
"""The packages whose functions, when called in a template, have no side effects on other pages."""
OF_PLUGINS = ("pelican.plugins._utils", "pelican.plugins.signals")
"""Pelican's own modules where its plugins are."""
CHANGING = {
    "append",
    "clear",
    "extend",
    "insert",
    "pop",
    "popitem",
    "remove",
    "reverse",
    "setdefault",
    "sort",
    "update",
}
"""Methods that change a list or a mapping: unless it is the template's own, another page may see the change."""
NUMBERS = {int, float, bool, type(None)}
STRINGS = frozenset({str})
IMMUTABLE = {str, Markup, int, float, bool, type(None)}
TRUTH = "true in the context"
"""The test that replaces a name if a template only asks whether its value is true."""
GIVEN = {"self", "super", "loop", "caller", "varargs", "kwargs"}
"""The names that Jinja gives to a template."""
SAME, TRACED = "__depends_on__", "__traced__"
"""The attributes of a function for what its answer depends on, and for the function that it wraps."""


class UnanswerableError(Exception):
    """A question can't be asked again, or its answer can't be compared."""


UNANSWERABLE = (UnanswerableError, TypeError, ValueError, AttributeError, LookupError, RecursionError)
"""The exceptions that describing a value of an unknown class may raise."""


@dataclass(frozen=True)
class Asking:
    """What the answer of a function depends on, besides the function's own code: see `depends_on`."""

    asks: Callable[..., Any] | None
    answers: Callable[..., Any]
    is_steady: bool = False
    """Whether the answer to the same arguments is the same on each page."""


class EachTime(tuple[Any, ...]):
    """What a function asks for, if it has to be called each time, for example because it writes a file."""

    __slots__ = ()


PURE = Asking(lambda *_, **__: (), lambda *_, **__: None)
"""A function that depends only on its arguments."""


def depends_on(answers: Callable[..., Any], asks: Callable[..., Any] | None = None) -> Callable[[Function], Function]:
    """Declare what the answer of a function for templates depends on, so that it doesn't have to be called again.

    `answers` is called with the same arguments, and returns everything relevant: if that is unchanged, so is the
    answer. If `asks` is given, it is called with them first; its result is recorded, and later becomes the only
    argument of `answers`, after the object and the context that the function may take. It returns None if the function
    has to be called each time, or an `EachTime` if its answer can be compared all the same.
    """

    def known(function: Function) -> Function:
        setattr(function, SAME, Asking(asks, answers))
        return function

    return known


def pure(function: Function) -> Function:
    """Declare that a function's answer depends only on its arguments."""
    setattr(function, SAME, PURE)
    return function


def steady(function: Function) -> Function:
    """Declare that within one build, a function has the same answer to the same arguments; it is called once."""
    setattr(function, SAME, Asking(None, function, is_steady=True))
    return function


def digest_of(text: str) -> str:
    """Return a short hash of a text."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


MISSING = digest_of("?;")
"""The answer for an undefined name."""
TRUE, FALSE = "boolTrue;", "boolFalse;"
"""The answers to whether something is true."""


class Names:
    """The articles, pages and files of a site, by names that are the same in each build."""

    def __init__(self, atoms: Mapping[int, str]) -> None:
        self._atoms = atoms
        self._keys: dict[Any, str] = {}
        self._named: dict[str, Any] = {}
        self._ways: dict[str, Question] = {}
        self.abouts: dict[About, About] = {}
        self._asked: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._plain: dict[type, bool] = {}
        self._lists: dict[int, tuple[list[Any], list[Any], str]] = {}
        self._tuples: dict[tuple[str, ...], str] = {}
        self.calls: dict[str, Noted] = {}
        self.lookups: dict[frozenset[str], Lookup] = {}
        """What was looked up together, by the names."""
        self.unsteady: set[int] = set()
        """Answers of functions that later gave a different answer to the same question."""
        self.answers: dict[Any, tuple[Any, Any, Sequence[Any]]] = {}
        """Descriptions that are the same for all pages, so that they are made only once."""

    def key(self, content: Any) -> str:
        """Return the name of an article, page or file; raise UnanswerableError if two have the same."""
        known = self._keys.get(content)
        if known is not None:
            return known
        kind = type(content)
        place = content.source_path or content.save_as
        key = f"{kind.__module__}.{kind.__qualname__} {place} {getattr(content, 'lang', '')}"
        if self._named.setdefault(key, content) is not content:
            raise UnanswerableError(f"there are two of {key}")
        self._keys[content] = key
        return key

    def way(self, content: Any) -> Question:
        """Return how a question names one: the same list each time, because most questions are about one."""
        key = self.key(content)
        return self._ways.setdefault(key, ["=", key])

    def about(self, key: str, asked: Sequence[str], answers: Sequence[str]) -> About:
        """Return the questions about one: the same object for equal ones."""
        names = tuple(asked)
        about = About(key, self._asked.setdefault(names, names), tuple(answers))
        return self.abouts.setdefault(about, about)

    def content(self, key: str) -> Any:
        """Return the article, page or file with a name."""
        try:
            return self._named[key]
        except KeyError:
            raise UnanswerableError(f"there is no {key}") from None

    def is_content(self, value: Any) -> bool:
        """Return whether a value is a content that is only compared by identity, which a class may override."""
        kind = type(value)
        if kind not in self._plain:
            own = [cls for cls in kind.__mro__ if not cls.__module__.startswith(("pelican.", "builtins"))]
            told = {name for cls in own for name in vars(cls) if name.startswith("__") and callable(vars(cls)[name])}
            self._plain[kind] = issubclass(kind, Content) and told <= {"__init__"}
        return self._plain[kind]

    def described(self, value: Any, found: Callable[[Any, Sequence[Any]], None] | None = None) -> str:
        """Return a digest of a value; `found` is called with each object that may be asked further, and its path.

        What most answers are is described without a digest: short texts, numbers, articles.
        """
        kind = type(value)
        if kind is str:
            return f"s{value}" if len(value) < 40 else f"S{digest_of(value)}"
        if kind in NUMBERS:
            return f"{kind.__name__}{value!r};"
        if value is missing:
            return MISSING
        if self.is_content(value):
            return f"={digest_of(self.key(value))}"
        # The next ones are described like any other value, but far quicker, because there may be thousands.
        if isinstance(value, SCALARS) and kind not in IMMUTABLE:
            return digest_of(f"{kind.__qualname__}{_scalar(value)};")
        if isinstance(value, URLWrapper) and OF_TERM.issuperset(vars(value)):
            if found:
                found(value, ())
            return digest_of(f"{_term(value)})")
        if kind is tuple and STRINGS.issuperset(map(type, value)):
            known = self._tuples.get(value)
            if known is None:
                known = self._tuples[value] = digest_of(self._written(value, found))
            return known
        return digest_of(self._written(value, found))

    def _written(self, value: Any, found: Callable[[Any, Sequence[Any]], None] | None) -> str:
        """Describe a value piece by piece, without recursion, because objects may refer to each other."""
        pieces: list[str] = []
        add = pieces.append
        seen: dict[int, int] = {}
        kept = []
        waiting: list[tuple[Any, tuple[Any, ...]]] = [(value, ())]
        count = 0
        while waiting:
            one, path = waiting.pop()
            kind = type(one)
            if kind is _Piece:
                add(one)
                continue
            count += 1
            if count > LARGEST:
                raise UnanswerableError(f"a {type(value).__name__} holds too much")
            if kind in IMMUTABLE:
                add(f"{kind.__name__}{one!r};")
                continue
            if one is missing:
                add("?;")
                continue
            if id(one) in self._atoms:
                add(f"@{self._atoms[id(one)]};")
                continue
            if self.is_content(one):
                add(f"={self.key(one)};")
                continue
            if isinstance(one, SCALARS):
                add(f"{kind.__qualname__}{_scalar(one)};")
                continue
            if id(one) in seen:
                add(f"^{seen[id(one)]};")
                continue
            if kind is list and len(one) > SHORT and (listed := self._listed(one)):
                add(listed)
                continue
            seen[id(one)] = len(seen)
            kept.append(one)  # otherwise another object may get its id
            waiting.append(_END)
            inner: list[tuple[Any, tuple[Any, ...]]] = []
            if isinstance(one, dict):
                add(f"{kind.__qualname__}{{")
                for name, item in one.items():
                    inner += [(name, (*path, None)), (item, (*path, name))]
            elif isinstance(one, list | tuple):
                add(f"{kind.__qualname__}[")
                inner = [(item, (*path, place)) for place, item in enumerate(one)]
            elif isinstance(one, set | frozenset):
                add(f"{kind.__qualname__}<{sorted(self.described(item) for item in one)}")
            elif isinstance(one, URLWrapper):
                add(_term(one))
                if more := vars(one).keys() - OF_TERM:
                    inner = [((name, vars(one)[name]), (*path, None)) for name in sorted(more)]
            elif isinstance(one, FunctionType | BuiltinFunctionType | type | MethodType | partial):
                add(_function(one))
                own_object = getattr(one, "__self__", None)
                if isinstance(one, MethodType) and self.is_content(own_object):
                    add(self.key(own_object))
                if found:
                    found(one, path)
            elif isinstance(one, ModuleType):
                raise UnanswerableError(f"the module {one.__name__} can't be compared")
            elif hasattr(one, "__dict__") and not hasattr(kind, "__slots__"):
                add(f"{kind.__module__}.{kind.__qualname__}(")
                # A paginator counts only when asked, so its count may or may not be set.
                beside = (*path, None)
                inner = [
                    (it, beside) for both in vars(one).items() if both[0] not in ("_num_pages", "_count") for it in both
                ]
                if found and not is_settled(one):
                    found(one, path)
            elif is_dataclass(one):
                add(f"{kind.__module__}.{kind.__qualname__}(")
                inner = [(getattr(one, it.name), (*path, None)) for it in fields(one)]
            else:
                raise UnanswerableError(f"nothing is known about a {kind.__module__}.{kind.__qualname__}")
            for place, (item, _) in enumerate(inner):
                if type(item) not in IMMUTABLE:
                    waiting += reversed(inner[place:])
                    break
                count += 1
                add(f"{type(item).__name__}{item!r};")
        return "".join(pieces)

    def _listed(self, contents: list[Any]) -> str:
        """Return a digest of a long list of articles, which many pages have; empty for any other list."""
        known = self._lists.get(id(contents))
        if known and known[0] is contents and known[1] == contents:
            return known[2]
        if not all(map(self.is_content, contents)):
            return ""
        digest = f"={digest_of(';'.join(map(self.key, contents)))};"
        self._lists[id(contents)] = contents, [*contents], digest
        return digest


class _Piece(str):
    """A piece that is written after everything before it."""

    __slots__ = ()


_END = _Piece(")"), ()


def _term(value: Any) -> str:
    kind = type(value)
    return f"{kind.__module__}.{kind.__qualname__}({value.name!r}{value.slug!r}"


def _scalar(value: Any) -> str:
    if isinstance(value, Undefined):
        return ""
    return f"{value!r}{getattr(value, 'fold', '')}" if not isinstance(value, float) else repr(value)


def _function(value: Any) -> str:
    name = getattr(value, "__qualname__", None) or getattr(getattr(value, "func", None), "__qualname__", "")
    return f"{type(value).__name__} {getattr(value, '__module__', '')}.{name}("


def is_settled(value: Any) -> bool:
    """Return whether the answers of an object follow from its contents, and from the settings."""
    kind = type(value)
    if kind in (Paginator, PageOfList) or isinstance(value, URLWrapper | Enum):
        return True
    if is_dataclass(kind):
        return bool(kind.__dataclass_params__.frozen)  # type: ignore[attr-defined]  # dataclasses has no other way
    return kind.__module__.partition(".")[0] == "jinja2"


def _is_builtin(value: Any) -> bool:
    """Return whether a value's methods depend on nothing else; Pelican has date classes of its own."""
    module = type(value).__module__
    return module in BUILTIN or (isinstance(value, SCALARS) and module.startswith("pelican."))


Noted = tuple[Question, str]
"""A question, and the digest of its answer."""


class Common(tuple[Noted, ...]):
    """The names that many pages look up, and whose values are the same objects for all of them: most names are such.

    They are compared all at once, and stored once.
    """

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names themselves."""
        return tuple(question[1] for question, _ in self)

    @cached_property
    def truths(self) -> tuple[bool, ...]:
        """Whether each of them is true, if only this counts; otherwise empty."""
        return tuple(answer == TRUE for _, answer in self) if self and self[0][0][0] == "truth" else ()


class About(NamedTuple):
    """The questions about one article or page that are asked together: its key, attributes and items, and answers.

    Many pages ask the same about an article, so this is stored once, and asked again only once.
    """

    key: str
    asked: tuple[str, ...]
    """The name of each attribute after a dot, and the name of each item after a bracket."""
    answers: tuple[str, ...]

    def each(self) -> Iterator[Noted]:
        """Yield them one by one."""
        way = ["=", self.key]
        for name, answer in zip(self.asked, self.answers, strict=True):
            yield [OF_SIGNS[name[0]], way, name[1:]], answer


SIGNS = {"attribute": ".", "item": "["}
OF_SIGNS = {sign: kind for kind, sign in SIGNS.items()}
Record = Noted | Common | About
"""What is recorded of a page, in the order in which it is asked again."""


def each(asked: Iterable[Record]) -> Iterator[Noted]:
    """Yield all questions one by one."""
    for it in asked:
        if isinstance(it, About):
            yield from it.each()
        elif isinstance(it, Common):
            yield from it
        else:
            yield it


@dataclass(frozen=True)
class Lookup:
    """What a template has looked up: what may be the same for the next page, and names that are known to differ."""

    common: Common
    values: Sequence[Any]
    reached: Mapping[int, tuple[Any, Sequence[Any]]]
    """The objects that may be asked further, as in `Trace`."""
    own: Sequence[str]


class Trace:
    """The questions of a page that is being rendered, with the digests of their answers."""

    def __init__(self, names: Names, place: object = None) -> None:
        self.names = names
        self.root: dict[str, Any] | None = None
        """The page's context; a template's own names take precedence over it."""
        self.looked_up: set[str] = set()
        """The names that were looked up, including a template's own; they are recorded at the end."""
        self.named: list[Record] = []
        self.problem = ""
        """Why the page can't be kept, if that is the case."""
        self._place = place
        self._seen: set[Any] = set()
        self._held: dict[int, tuple[Any, Sequence[Any]]] = {}
        """The objects that may be asked further, with how to get there: for an attribute, only what was asked."""
        self._asked: list[Any] = []
        # What was asked since the last call that may have had an effect on other answers
        self._begin = 0
        self._abouts: dict[str, tuple[int, list[str], list[str]]] = {}
        self._truths: dict[tuple[str, bool], Noted] = {}
        self.is_once = False
        """Whether the page can't be kept only because a function has to be called each time."""
        self.is_unseen = False
        """Whether a function that will be called again is running: its own questions aren't recorded."""

    def end(self) -> None:
        """Record the values of all names that have been looked up until now."""
        new = frozenset(self.looked_up - self._seen)
        if not new:
            return
        self._seen |= new
        root = self.root or {}
        lookup = self.names.lookups.get(new)
        if lookup is None or not all(map(is_, lookup.values, map(root.get, lookup.common.names, repeat(missing)))):
            lookup = self._looked_up(new, root, lookup)
        if lookup.common:
            self.named.append(lookup.common)
            self._held = {**lookup.reached, **self._held}
        for name in lookup.own:
            self._name(name, root, self.named)

    def _looked_up(self, names: frozenset[str], root: Mapping[str, Any], before: Lookup | None) -> Lookup:
        """Keep for the next page what was the same for the last; a name that has differed once is the page's own."""
        own = set(before.own) if before else set()
        if before:
            pairs = zip(before.common.names, before.values, strict=True)
            own.update(name for name, value in pairs if root.get(name, missing) is not value)
        held, self._held = self._held, {}
        noted: list[Record] = []
        for name in sorted(names - own):
            if not self._name(name, root, noted):
                own.add(name)
        common = Common(each(noted))
        values = [root.get(name, missing) for name in common.names]
        lookup = Lookup(common, values, self._held, sorted(own))
        self.names.lookups[names] = lookup
        self._held = held
        return lookup

    def _name(self, name: str, root: Mapping[str, Any], noted: list[Record]) -> bool:
        """Record the value of a name; return False if there is nothing to record."""
        value = root.get(name, missing)
        if DEFAULT_NAMESPACE.get(name) is value:
            return False
        try:
            noted.append(self._noted(("name", name), ["name", name], value))
        except UNANSWERABLE as problem:
            self.problem = self.problem or f"{name}: {problem}"
            return False
        return True

    @property
    def noted(self) -> list[Record]:
        """All questions, in an order in which they can be asked again: everything else starts from names."""
        self._group()
        return [*self.named, *self._asked]

    def _group(self) -> None:
        """Group what was asked until now: truths, and what concerns one article; none of them has an effect."""
        for key, (place, asked, answers) in self._abouts.items():
            self._asked[place] = self.names.about(key, asked, answers)
        if self._truths:
            self._asked.insert(self._begin, Common(self._truths[it] for it in sorted(self._truths)))
        self._abouts, self._truths, self._begin = {}, {}, len(self._asked)

    def attribute(self, kind: str, of: Any, name: Any, value: Any) -> None:
        """Record an attribute of an article or page, or of an object that is asked further."""
        if self.is_unseen or self.problem:
            return
        key = id(of), name, kind
        if key in self._seen:
            return
        if self.names.is_content(of):
            self._seen.add(key)  # anything else may be deleted before the page is finished, and its id reused
            if type(name) is str:
                self._attribute(kind, self.names.key(of), name, value, (*key, self._place))
            else:
                self._asked.append(self._noted((self._place, key), [kind, self.names.way(of), name], value))
        else:
            self._asked.append(self._noted(None, [kind, self.reference(of), name], value))

    def _attribute(self, kind: str, of: str, name: str, value: Any, key: Any) -> None:
        """Record an attribute or item of an article."""
        known = self.names.answers.get(key)
        if known is not None and known[0] is value:
            _, answer, reached = known
        else:
            reached = []
            way = [kind, ["=", of], name]
            answer = self.names.described(value, lambda one, path: reached.append((one, ["@", way, path])))
            if len(answer) == len(MISSING):  # any other answer is made as quickly as it is found
                self.names.answers[key] = value, answer, reached or ()
        for one, way in reached:
            self._held.setdefault(id(one), (one, way))
        if type(value) in HELD:
            self._held.setdefault(id(value), (value, (kind, of, name)))
        about = self._abouts.get(of)
        if about is None:
            about = self._abouts[of] = len(self._asked), [], []
            self._asked.append(None)
        about[1].append(f"{SIGNS[kind]}{name}")
        about[2].append(answer)

    def truth(self, name: str) -> None:
        """Record whether a name's value is true, which stays the same whatever else changes in it."""
        key = name, bool((self.root or {}).get(name))
        if not self.is_unseen and ("truth", *key) not in self._seen:
            self._seen.add(("truth", *key))
            self._truths[key] = ["truth", name], TRUE if key[1] else FALSE

    def call(self, question: Question, value: Any) -> None:
        """Record the answer of a function, or what its answer depends on."""
        if self.is_unseen or self.problem:
            return
        key = repr(question)
        is_declared = " " in question[0]
        if key in self._seen and is_declared:
            return
        noted = self._noted(None, question, value)
        first = self.names.calls.setdefault(key, noted)
        if first[1] == noted[1]:
            noted = first
        elif not is_declared:
            # For example a function that counts: asking it again would change its next answer.
            self.names.unsteady.add(id(first))
            raise UnanswerableError("its answer differs each time")
        if key not in self._seen:
            self.ask(key, noted)
            if not is_declared:
                self._group()

    def ask(self, key: str, noted: Noted) -> None:
        """Record a question with its answer, once."""
        if key not in self._seen:
            self._seen.add(key)
            self._asked.append(noted)

    def _noted(self, key: Any, question: Question, value: Any) -> Noted:
        """Describe an answer. One that is the same for each page is described once."""
        known = self.names.answers.get(key) if key is not None else None
        if known is not None and known[0] is value:
            noted: Noted = known[1]
            reached = known[2]
        else:
            reached = []
            noted = (
                question,
                self.names.described(value, lambda one, path: reached.append((one, ["@", question, path]))),
            )
            if key is not None:
                self.names.answers[key] = value, noted, reached or ()
        for one, way in reached:
            self._held.setdefault(id(one), (one, way))
        if type(value) in HELD:
            self._held.setdefault(id(value), (value, ["@", question, []]))
        return noted

    def fail(self, problem: str) -> None:
        """Have the page rendered each time."""
        if not self.is_unseen:
            self.problem = self.problem or problem

    def holds(self, value: Any) -> bool:
        """Return whether a list or mapping is an answer, and so not the template's own."""
        self.end()
        return id(value) in self._held

    def reference(self, value: Any) -> Any:
        """Write an argument in JSON, so that it can be found again."""
        kind = type(value)
        if kind is str and len(value) <= LONGEST:
            return value
        if kind in NUMBERS and (kind is not float or isfinite(value)):  # JSON has no others
            return value
        if self.names.is_content(value):
            return self.names.way(value)
        if kind not in (str, Markup) and id(value) not in self._held:
            self.end()
        if id(value) in self._held:
            way = self._held[id(value)][1]
            if type(way) is not tuple:
                return way
            asked, of, name = way
            return ["@", [asked, ["=", of], name], []]
        if kind is Markup and len(value) <= LONGEST:
            return ["markup", str(value)]
        if kind in (list, tuple) and len(value) <= LONGEST:
            return [kind.__name__, [self.reference(item) for item in value]]
        if kind is dict and all(type(name) is str for name in value):
            return ["dict", {name: self.reference(item) for name, item in value.items()}]
        if isinstance(value, Undefined):
            return ["undefined"]
        raise UnanswerableError(f"a {kind.__qualname__} can't be noted")


@pass_context
def _is_true(context: Any, name: str, is_optional: bool = False) -> bool:
    """Return whether a name's value is true; for an undefined name, the environment decides."""
    value = getattr(context, "resolve_for_truth", context.resolve_or_missing)(name)
    if value is missing:
        return not is_optional and bool(context.environment.undefined(name=name))
    return bool(value)


setattr(_is_true, TRACED, _is_true)  # its question is already recorded


def compile_to_ask(environment: Environment) -> None:
    """Have templates compiled so that they only ask for what they use: for `{% if tags %}`, whether there are any.

    Constant folding is turned off, too: a filter that Jinja applied during compilation would not be asked again.
    """
    base: Any = environment.code_generator_class
    if not hasattr(base, "asks_truth"):

        class AskingCodeGenerator(without_constants(base, nodes.TemplateData, nodes.Impossible)):  # type: ignore[misc]
            """Asks only for the truth of a value if that is all the template needs."""

            asks_truth = 1
            """Incremented when templates are compiled differently, because compiled ones are kept."""

            def visit_Template(self, node: nodes.Template, frame: Any = None) -> None:  # noqa: N802 - Jinja's name
                _ask_truth(node)
                super().visit_Template(node, frame)

        environment.code_generator_class = AskingCodeGenerator
        environment.optimized = False
    environment.tests[TRUTH] = _is_true


def _ask_truth(template: nodes.Template) -> None:
    """Replace each name that is only tested for truth by a test, unless the template may set it."""
    own = GIVEN | {it.name for it in template.find_all(nodes.Name) if it.ctx != "load"}
    own |= {it.name for it in template.find_all(nodes.Macro)} | {it.target for it in template.find_all(nodes.Import)}
    for imported in template.find_all(nodes.FromImport):
        own |= {it if isinstance(it, str) else it[1] for it in imported.names}

    def asked(node: Any) -> Any:
        if isinstance(node, nodes.And | nodes.Or):
            node.left, node.right = asked(node.left), asked(node.right)
        elif isinstance(node, nodes.Not):
            node.node = asked(node.node)
        named, more = node, []
        if isinstance(node, nodes.Filter) and node.name in ("default", "d") and _is_nothing(node):
            named, more = node.node, [nodes.Const(1)]
        if not isinstance(named, nodes.Name) or named.name in own:
            return node
        test = nodes.Test(nodes.Const(named.name), TRUTH, more, [], None, None)
        return test.set_lineno(node.lineno, override=True).set_environment(node.environment)

    branches: list[Any] = [*template.find_all(nodes.If), *template.find_all(nodes.CondExpr)]
    for branch in branches:
        branch.test = asked(branch.test)


def _is_nothing(default: nodes.Filter) -> bool:
    """Return whether the default filter gives a false value for an undefined name."""
    if len(default.args) != 1 or default.kwargs or default.dyn_args or default.dyn_kwargs:
        return False
    (given,) = default.args
    if isinstance(given, nodes.List | nodes.Dict | nodes.Tuple):
        return not given.items
    return isinstance(given, nodes.Const) and not given.value


OF_JINJA = {Macro, BlockReference}
DIRECT = {BlockReference, FunctionType, MethodType, BuiltinFunctionType}
"""The types of what is called with its arguments alone, unless it says otherwise."""
HELD = (str, Markup, list, tuple, dict, set)
"""The types of answers that may be the argument of another question."""


class Tracing:
    """Sees what the templates of some environments ask for, while there is a trace."""

    def __init__(self) -> None:
        self.trace: Trace | None = None
        self.shared: list[Noted] = []
        """The questions of modules that are imported without context, and so made once for all pages."""
        self.problem = ""
        """Why no page at all can be kept, if that is the case."""
        self.foreign = ""
        """The first function or class used by a template that may have unknown side effects, if any."""
        self._plain: dict[type, bool] = dict.fromkeys(IMMUTABLE, True)
        """Whether nothing about the objects of a class has to be asked."""
        self._defined: dict[FunctionType, bool] = {}
        """Whether functions are foreign."""
        self._watched: dict[int, tuple[int, int]] = {}
        self._prepared: dict[int, Environment] = {}

    def sees(self, environment: Environment) -> bool:
        """Return whether an environment is traced: a plugin may have one of its own."""
        return id(environment) in self._prepared

    def prepare(self, environment: Environment) -> None:
        """Have an environment traced, before it loads a template."""
        self._prepared[id(environment)] = environment
        environment.template_class = self._template_of(environment.template_class)
        environment.context_class = self._context_of(environment.context_class)
        environment.getattr = self._seen("attribute", environment.getattr)  # type: ignore[method-assign,assignment]
        environment.getitem = self._seen("item", environment.getitem)  # type: ignore[method-assign,assignment]

    def watch(self, environment: Environment) -> None:
        """Wrap the filters and tests that plugins have added to an environment until now."""
        count = len(environment.filters), len(environment.tests)
        if self._watched.get(id(environment)) == count:
            return
        self._watched[id(environment)] = count
        for kind, own, given in (
            ("filter", FILTERS, environment.filters),
            ("test", TESTS, environment.tests),
        ):
            for name, function in list(given.items()):
                is_known = function is own.get(name) and name not in UNSTEADY
                if not is_known and not hasattr(function, TRACED):
                    given[name] = self._traced(function, [kind, name])

    def _seen(self, kind: str, look: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
        """Wrap the function with which templates get attributes, or items."""
        plain = self._plain

        def seen(value: Any, name: Any) -> Any:
            answer = look(value, name)
            trace = self.trace
            if trace is None or plain.get(type(value)) or trace.is_unseen:
                return answer
            of = type(value)
            if of not in plain:
                plain[of] = _is_builtin(value) or is_settled(value)
                if any(map(is_foreign, of.__mro__)):
                    self.foreign = self.foreign or f"{of.__module__}.{of.__qualname__}"
                if plain[of]:
                    return answer
            try:
                trace.attribute(kind, value, name, answer)
            except UNANSWERABLE as problem:
                trace.fail(f"{name}: {problem}")
            return answer

        return seen

    def _template_of(self, base: type[Template]) -> type[Template]:
        tracing = self

        class TracedTemplate(base):  # type: ignore[misc, valid-type]
            """Sees the questions of a module that is made once for all pages, because no page would see them again."""

            def make_module(self, vars: Any = None, *arguments: Any, **named: Any) -> Any:  # noqa: A002 - Jinja's name
                if vars is not None:
                    return super().make_module(vars, *arguments, **named)
                before, tracing.trace = tracing.trace, Trace(Names({}))
                try:
                    made = super().make_module(vars, *arguments, **named)
                    tracing.trace.end()
                    tracing.shared += [noted for noted in each(tracing.trace.noted) if noted[1] != MISSING]
                    tracing.problem = tracing.problem or tracing.trace.problem
                finally:
                    tracing.trace = before
                return made

        return TracedTemplate

    def _context_of(self, base: type[Context]) -> type[Context]:
        tracing, resolve, call = self, base.resolve_or_missing, base.call
        is_usual: bool = call is Context.call and _passed(Macro.__call__) == "eval_context"

        class TracedContext(base):  # type: ignore[misc, valid-type]
            """Records which names a template takes from the page's context, and what it calls."""

            def __init__(self, *arguments: Any, **named: Any) -> None:
                super().__init__(*arguments, **named)
                trace = tracing.trace
                if trace is not None and trace.root is None:
                    trace.root = self.parent

            def resolve_or_missing(self, key: str) -> Any:
                trace = tracing.trace
                if trace is not None and not trace.is_unseen:
                    trace.looked_up.add(key)
                return resolve(self, key)

            def resolve_for_truth(self, key: str) -> Any:
                """Look up a name only for its truth."""
                if tracing.trace is not None:
                    tracing.trace.truth(key)
                return resolve(self, key)

            def call(__self, __obj: Any, *arguments: Any, **named: Any) -> Any:  # noqa: N805 - as Jinja names them
                trace, kind = tracing.trace, type(__obj)
                given = {name: it for name, it in named.items() if name not in ("_loop_vars", "_block_vars")}
                if trace is None or kind in OF_JINJA or _is_of_template(__obj, trace):
                    if not is_usual or (kind not in DIRECT and kind is not Macro) or _passed(__obj):
                        return call(__self, __obj, *arguments, **named)
                    try:
                        # What Jinja does, without its search for what each of them wants to be passed
                        return __obj(*((__self.eval_ctx,) if kind is Macro else ()), *arguments, **given)
                    except StopIteration:
                        return call(__self, _stop)
                return tracing.called(
                    lambda: call(__self, __obj, *arguments, **named), __obj, ["call"], __self, arguments, given
                )

        return TracedContext

    def _traced(self, function: Any, question: Question) -> Any:
        """Wrap a filter or a test."""

        @wraps(function)
        def traced(*arguments: Any, **named: Any) -> Any:
            if self.trace is None:
                return function(*arguments, **named)
            context, given = None, arguments
            if passes := _passed(function):
                context, given = (arguments[0] if passes == "context" else None), arguments[1:]
            return self.called(lambda: function(*arguments, **named), function, question, context, given, named)

        setattr(traced, TRACED, function)
        return traced

    def called(
        self,
        call: Callable[[], Any],
        function: Any,
        question: Question,
        context: Context | None,
        arguments: Sequence[Any],
        named: Mapping[str, Any],
    ) -> Any:
        """Call a function, and record how to call it again, with its answer; or what its answer depends on."""
        trace = self.trace
        assert trace is not None
        if not self.foreign and (question[-1] in UNSTEADY or self._is_foreign(function)):
            self.foreign = str(question[-1]) if len(question) > 1 else getattr(function, "__qualname__", "a function")
        if trace.is_unseen:
            return call()
        trace.is_unseen = True
        try:
            answer = call()
        finally:
            trace.is_unseen = False
        if trace.problem:
            return answer
        try:
            self._note(trace, function, question, context, arguments, named, answer)
        except UNANSWERABLE as problem:
            trace.fail(f"{question[:2]}: {problem}")
        return answer

    def _is_foreign(self, function: Any) -> bool:
        """Return whether a function is foreign; if it is defined in Python, that is looked up once."""
        defined = function.__func__ if type(function) is MethodType else function
        if type(defined) is not FunctionType or not defined.__module__:
            return is_foreign(function)
        if defined not in self._defined:
            self._defined[defined] = is_foreign(function)
        return self._defined[defined]

    def _note(
        self,
        trace: Trace,
        function: Any,
        question: Question,
        context: Context | None,
        arguments: Sequence[Any],
        named: Mapping[str, Any],
        answer: Any,
    ) -> None:
        told: Asking | None = getattr(function, SAME, None)
        if told is PURE:
            all_given = *arguments, *named.values()
            if IMMUTABLE.issuperset(map(type, all_given)) or all(map(_is_plain, all_given)):
                return
        key = None
        if told is not None and told.is_steady and not named and IMMUTABLE.issuperset(map(type, arguments)):
            key = function, *question, *arguments, *map(type, arguments)
            if known := trace.names.answers.get(key):
                trace.ask(*known[:2])
                return
        if told:
            asked = tuple(arguments)
            if told.asks is not None:
                asked, named = _ask(told.asks, function, context, arguments, named), {}
                if asked is None:
                    raise UnanswerableError("it has to be called each time")
                trace.is_once = trace.is_once or isinstance(asked, EachTime)
            if asked or not told.asks or all(map(_is_plain, arguments)):
                value = _ask(told.answers, function, context, asked, named)
                if value is not None:
                    question = [f"{question[0]} depends", *self._way(question, function, trace)]
                    given = [trace.reference(it) for it in asked]
                    question = [*question, given, {name: trace.reference(it) for name, it in named.items()}]
                    trace.call(question, value)
                    if key is not None:
                        trace.names.answers[key] = repr(question), trace.names.calls[repr(question)], ()
                return
        own = [_own_names(context, trace)] if context is not None and _passed(function) == "context" else []
        question = [question[0], *self._way(question, function, trace)]
        given = [trace.reference(it) for it in arguments]
        trace.call([*question, given, {name: trace.reference(it) for name, it in named.items()}, *own], answer)

    def _way(self, question: Question, function: Any, trace: Trace) -> list[Any]:
        """Return how to find a function again: a filter by its name, a method by its article, others by their place."""
        own = getattr(function, "__self__", None)
        if question[0] != "call":
            return question[1:]
        if own is not None and trace.names.is_content(own):
            return [["method", trace.names.key(own), function.__name__]]
        return [trace.reference(function)]


def _stop() -> None:
    """Have Jinja do what it does if a function that a template calls has nothing to return."""
    raise StopIteration


def _is_plain(value: Any) -> bool:
    """Return whether a value is fully determined by its origin, so that nothing in it can be asked further."""
    if isinstance(value, SCALARS):
        return True
    if type(value) in (list, tuple):
        return all(map(_is_plain, value))
    return type(value) is dict and all(map(_is_plain, value.values()))


def _is_of_template(function: Any, trace: Trace) -> bool:
    """Return whether a called object is the template's own, or depends on nothing but its arguments."""
    if type(function) in OF_JINJA or function is dict or function is range:
        return True
    if type(function).__module__.startswith("jinja2."):
        return True
    own = getattr(function, "__self__", None)
    if own is None or isinstance(own, type | ModuleType):
        return getattr(function, "__module__", "").startswith("jinja2.") and function is not DEFAULT_NAMESPACE["lipsum"]
    kind = type(own)
    if kind not in _known_kinds:
        _known_kinds[kind] = isinstance(own, list | dict | set), _is_builtin(own) or is_settled(own)
    can_change, is_known = _known_kinds[kind]
    if can_change and function.__name__ in CHANGING and trace.holds(own):
        trace.fail(f"a template changes a {kind.__name__} of the site")
    return is_known


_known_kinds: dict[type, tuple[bool, bool]] = {}
"""Whether objects of a class are lists or the like, and whether their methods depend on nothing else."""


def is_foreign(function: Any) -> bool:
    """Return whether a function or class may have side effects: it isn't ours, Jinja's, or Pelican's."""
    while isinstance(function, partial):
        function = function.func
    own = getattr(function, "__self__", None)
    module = getattr(function, "__module__", None) or type(own if own is not None else function).__module__
    if module == "jinja2.utils" and function is DEFAULT_NAMESPACE["lipsum"]:
        return True
    top, _, rest = module.partition(".")
    if f"{module}.".startswith(OURS):
        return False
    return top not in WELL_KNOWN or (top == "pelican" and rest.startswith("plugins") and module not in OF_PLUGINS)


def _passed(function: Any) -> str:
    """Return what Jinja passes to a function before its arguments, if anything: set by `pass_context` and the like."""
    mark = getattr(function, "jinja_pass_arg", None)
    return mark.name if mark is not None else ""


def _ask(
    how: Callable[..., Any], function: Any, context: Any, arguments: Sequence[Any], named: Mapping[str, Any]
) -> Any:
    own = [function.__self__] if hasattr(function, "__self__") else []
    return how(*own, *([context] if _passed(function) == "context" else []), *arguments, **named)


def _own_names(context: Context, trace: Trace) -> dict[str, Any]:
    """Record the names that a template has set, for a function that may look at them."""
    root, known = trace.root or {}, {}
    for name, value in context.get_all().items():
        if root.get(name, missing) is not value:
            try:
                known[name] = trace.reference(value)
            except UNANSWERABLE:
                continue
    return known


class Replay:
    """Asks the questions of a page again, in order."""

    def __init__(self, names: Names, environment: Environment, globals_: MutableMapping[str, Any]) -> None:
        self._names = names
        self._environment = environment
        self._layers = globals_.maps if isinstance(globals_, ChainMap) else [globals_]
        self._texts: dict[str, tuple[Any, str]] = {}
        self._commons: dict[int, tuple[Common, Sequence[Any]]] = {}
        """The names that many pages look up, with the values that have given the same answers."""
        self._steady: dict[object, tuple[dict[int, Record], dict[str, dict[str, str]]]] = {}
        """What holds for all pages, by its id: as it is kept here, no other object gets that. And answers for them."""
        self._kinds: dict[int, bool] = {}
        self._context: tuple[dict[str, Any], Context] | None = None
        """The names of a page, and what functions that declare what they depend on are given of them."""

    def holds(self, asked: Sequence[Record], context: dict[str, Any], are_steady: bool) -> bool:
        """Return whether all answers are the same for a page with this context.

        `are_steady` means that no article changes while pages are written, so that each attribute is asked for once.
        """
        root = self._root(context)
        # The prefix of links may be different on each page.
        steady, answers = self._steady.setdefault(context.get("localsiteurl"), ({}, {}))
        try:
            for noted in asked:
                if noted is steady.get(id(noted)):
                    continue
                if isinstance(noted, Common):
                    if not self._are_same(noted, root, are_steady):
                        return False
                    continue
                if isinstance(noted, About):
                    if not self._is_same(noted, answers if are_steady else {}):
                        return False
                    is_steady = are_steady
                else:
                    question, answer = noted
                    if question[0] == "name":
                        now = self._named(question[1], root.get(question[1], missing), are_steady)
                    else:
                        now = self._names.described(self._value(question, root))
                    if now != answer:
                        return False
                    is_steady = are_steady and self._is_steady(question)
                if is_steady:
                    steady[id(noted)] = noted
        except Exception:  # rendering raises any exception of a theme's function again, and reports its place
            return False
        return True

    def _root(self, context: Mapping[str, Any]) -> dict[str, Any]:
        """Return everything that a template can look up."""
        root: dict[str, Any] = {}
        for layer in reversed(self._layers):
            root.update(layer)  # far quicker than unpacking a ChainMap
        root.update(context)
        return root

    def _is_same(self, about: About, answers: dict[str, dict[str, str]]) -> bool:
        """Return whether the attributes of an article have the same answers; some digests may be known already."""
        content = self._names.content(about.key)
        attribute, item, described = self._environment.getattr, self._environment.getitem, self._names.described
        known = answers.setdefault(about.key, {})
        for name, answer in zip(about.asked, about.answers, strict=True):
            now = known.get(name)
            if now is None:
                now = described((attribute if name[0] == "." else item)(content, name[1:]))
                if len(now) == len(MISSING):
                    known[name] = now
            if now != answer:
                return False
        return True

    def _are_same(self, common: Common, root: Mapping[str, Any], are_steady: bool) -> bool:
        """Return whether names have the same answers; usually they have the same values as on the last page."""
        if common.truths:
            return common.truths == tuple(map(bool, map(root.get, common.names)))
        values: list[Any] = [*map(root.get, common.names, repeat(missing))]
        known = self._commons.get(id(common))
        if are_steady and known and all(map(is_, known[1], values)):
            return True
        pairs = zip(common, values, strict=True)
        if any(self._named(question[1], value, are_steady) != answer for (question, answer), value in pairs):
            return False
        self._commons[id(common)] = common, values
        return True

    def _named(self, name: str, value: Any, are_steady: bool) -> str:
        """Describe the value of a name."""
        known = self._texts.get(name)
        if known is not None and known[0] is value and (are_steady or type(value) is str):
            return known[1]
        self._texts[name] = value, (now := self._names.described(value))
        return now

    def answer(self, question: Question, context: Mapping[str, Any]) -> str:
        """Return the digest of the answer to a single question; raise any exception from asking it."""
        return self._names.described(self._value(question, self._root(context)))

    def function(self, question: Question, context: Mapping[str, Any]) -> Any:
        """Return the function that a question calls."""
        kind, way, *_ = question
        return self._function(kind.partition(" ")[0], way, self._root(context))

    def _is_steady(self, question: Question) -> bool:
        """Return whether a question has one answer for all pages, because it doesn't depend on the page's context."""
        kind, way, *_ = question
        if kind in ("attribute", "item"):
            return bool(way[0] == "=")
        if id(question) not in self._kinds:
            is_named = kind in ("filter depends", "test depends") and "@" not in json.dumps(question)
            self._kinds[id(question)] = is_named and not _passed(self._function(kind.partition(" ")[0], way, {}))
        return self._kinds[id(question)]

    def _value(self, question: Question, root: dict[str, Any]) -> Any:
        kind, *about = question
        if kind == "name":
            return root.get(about[0], missing)
        if kind == "truth":
            return bool(root.get(about[0]))
        if kind == "attribute":
            return self._environment.getattr(self._argument(about[0], root), about[1])
        if kind == "item":
            return self._environment.getitem(self._argument(about[0], root), about[1])
        kind, _, depends = kind.partition(" ")
        way, given, others, *own = about
        function = self._function(kind, way, root)
        arguments = [self._argument(it, root) for it in given]
        named = {name: self._argument(it, root) for name, it in others.items()}
        passes = _passed(function)
        context = None
        if passes == "context" and depends:
            if self._context is None or self._context[0] is not root:
                self._context = root, self._environment.context_class(self._environment, root, None, {})
            context = self._context[1]
        elif passes == "context":
            seen = {name: self._argument(it, root) for name, it in (own[0] if own else {}).items()}
            context = self._environment.context_class(self._environment, {**root, **seen}, None, {})
        if depends:
            return _ask(getattr(function, SAME).answers, function, context, arguments, named)
        if passes:
            first = {"context": context, "environment": self._environment}
            arguments = [first.get(passes) or EvalContext(self._environment), *arguments]
        return function(*arguments, **named)

    def _function(self, kind: str, way: Any, root: dict[str, Any]) -> Any:
        if kind in ("filter", "test"):
            function = (self._environment.filters if kind == "filter" else self._environment.tests)[way]
            return getattr(function, TRACED, function)
        if way[0] == "method":
            return getattr(self._names.content(way[1]), way[2])
        return self._argument(way, root)

    def _argument(self, written: Any, root: dict[str, Any]) -> Any:
        if not isinstance(written, list):
            return written
        kind, *about = written
        if kind == "=":
            return self._names.content(about[0])
        if kind == "@":
            value = self._value(about[0], root)
            for step in about[1]:
                value = value[step]
            return value
        if kind == "markup":
            return Markup(about[0])
        if kind == "undefined":
            return self._environment.undefined()
        if kind == "dict":
            return {name: self._argument(it, root) for name, it in about[0].items()}
        return (tuple if kind == "tuple" else list)(self._argument(it, root) for it in about[0])
