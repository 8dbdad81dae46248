"""Stand-ins for the libraries an article imports: some results are unknown, and some calls are forbidden."""

from __future__ import annotations

import builtins
import datetime
import importlib
import importlib.util
import random
import sys
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from random import Random
from typing import Any

import numpy as np

from .places import CodeBlock
from .unknown import (
    Session,
    current_session,
    derived,
    holds_unknown,
    is_a,
    is_unknown,
    revealed,
    shuffled,
    text_of,
    unknown,
    unknown_of,
)

NONDETERMINISTIC: Mapping[str, tuple[str, ...]] = {
    "secrets": ("*",),
    "uuid": ("*",),
    "getpass": ("*",),
    "platform": ("*",),
    "time": (
        *("time", "time_ns", "perf_counter", "perf_counter_ns", "monotonic", "monotonic_ns", "process_time"),
        *("process_time_ns", "thread_time", "thread_time_ns", "ctime", "asctime", "localtime", "gmtime", "strftime"),
    ),
    "os": ("getpid", "getppid", "urandom", "getrandom", "cpu_count", "getlogin", "times", "getloadavg", "uname"),
    "socket": ("gethostname", "getfqdn"),
    "multiprocessing": ("cpu_count",),
}
"""Functions whose results vary between runs or machines; `*` means everything in the module."""
REFUSED_NAMES: Mapping[str, tuple[str, ...]] = {
    "os": ("_exit", "abort", "nice", "setpgid", "setsid", "umask", "close", "dup2", "closerange"),
    "signal": ("signal", "alarm", "setitimer", "raise_signal", "pause", "set_wakeup_fd", "pthread_sigmask"),
    "resource": ("setrlimit",),
    "faulthandler": ("enable", "disable", "register", "dump_traceback_later"),
    "gc": ("disable", "set_threshold", "freeze", "get_objects", "get_referrers"),
    "atexit": ("register",),
    "sys": ("settrace", "setprofile", "addaudithook", "_getframe"),
    "inspect": ("currentframe", "stack", "getouterframes"),
    "ctypes": ("CDLL", "PyDLL", "cdll", "pythonapi", "memmove", "memset", "string_at", "cast"),
}
"""Functions that would end or change the process, which no article may do."""
VARIES = "differs each time, or from machine to machine"


class Libraries:
    """The import system as an article sees it.

    `modules` maps full names to stand-ins; `names` are the built-in names as the article sees them.
    """

    def __init__(self, modules: Callable[[str], Any], session: Session, names: Mapping[str, Any]) -> None:
        self._modules = modules
        self._session = session
        self._names = names
        self._deciding: dict[str, set[int]] = {}
        self._random = _RandomNumbers()
        self._untouched: dict[str, tuple[types.ModuleType, dict[str, Any]]] = {}
        self.star: str | None = None
        """The library, if any, that isn't run here and was imported by `from … import *`."""

    def watch(self, block: CodeBlock, deciding: set[int]) -> None:
        """Note the lines of a block where something depends on whether an import succeeds."""
        self._deciding[block.filename] = deciding

    def restore(self) -> None:
        """Undo the article's changes to the modules it was given."""
        for module, names in self._untouched.values():
            for name, value in names.items():
                if vars(module).get(name) is not value:
                    setattr(module, name, value)

    @contextmanager
    def drawing(self) -> Iterator[None]:
        """Make the standard library draw from the article's random generator instead of Python's own.

        `statistics.NormalDist().samples(3)` draws from the hidden generator of `random`, which is controlled by the
        article's seed.
        """
        vars(random).update({name: getattr(self._random, name) for name in _OF_PYTHON})
        try:
            yield
        finally:
            vars(random).update(_OF_PYTHON)

    def load(
        self,
        name: str,
        globals: Any = None,  # noqa: A002  (Python's own names: this is `__import__`)
        locals: Any = None,  # noqa: A002
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> Any:
        """Import a module for the article, as `__import__` does."""
        top = name.partition(".")[0]
        if globals is not None and globals.get("__builtins__") is not self._names:
            return builtins.__import__(name, globals, locals, fromlist or (), level)  # an import made by a library
        if level:
            name = top = "." * level + name  # a relative import from the author's own package, which isn't there
        stand_in = self._modules(name)
        if stand_in is not None:
            for imported in fromlist or ():
                if imported != "*":
                    _imported_from(stand_in, imported)
            return stand_in if fromlist else self._modules(top)
        if top in ("numpy", "__future__") or (top in sys.stdlib_module_names and top != "antigravity"):
            module = self._real(name)
            for imported in fromlist or ():
                self._submodule(module, imported)
            return self._known_module(module if fromlist else sys.modules[top])
        if self._decides_here():
            self._session.stop(f"`import {name}` isn't run here, but whether it works decides what is built")
        if fromlist and "*" in fromlist:
            self.star = name
            return types.ModuleType(name)
        return unknown(name if fromlist else top, "isn't run here", remedy=_meant_module(top))

    def _import_module(self, name: Any, package: Any = None) -> Any:
        if holds_unknown(name, package):
            return unknown_of("import_module(…)", name, package)
        return self.load(name, None, None, ("",), 0)

    def _real(self, name: str) -> types.ModuleType:
        """Import a real module. Names it takes from `random` stay bound after the reading."""
        if name in sys.modules:
            return sys.modules[name]
        vars(random).update(_OF_PYTHON)
        try:
            return importlib.import_module(name)
        finally:
            vars(random).update({function: getattr(self._random, function) for function in _OF_PYTHON})

    def _submodule(self, module: types.ModuleType, name: str) -> None:
        if name not in ("", "*") and not hasattr(module, name):
            try:
                self._real(f"{module.__name__}.{name}")
            except ImportError:
                return  # `from … import name` gives a better message

    def _known_module(self, module: types.ModuleType) -> Any:
        name = module.__name__
        if name.partition(".")[0] == "numpy":
            return _numpy(module, self._missing_file)
        if name == "random":
            return self._random
        if name == "builtins":
            return _Module(name, dict(self._names))
        if name == "datetime":
            return _Module(name, vars(datetime) | {"datetime": _DateTime, "date": _Date})
        if name == "importlib":
            return _Module(
                name,
                vars(module)
                | {"import_module": self._import_module, "util": _Nondeterministic(importlib.util, ("find_spec",))},
            )
        if name in NONDETERMINISTIC or name in REFUSED_NAMES:
            return _Nondeterministic(module, NONDETERMINISTIC.get(name, ()))
        self._untouched.setdefault(name, (module, dict(vars(module))))
        return module

    def open(self, file: Any, *args: Any, **kwargs: Any) -> Any:
        """Open a file as `open` does; if it doesn't exist, its contents are unknown."""
        if holds_unknown(file, args, kwargs):
            return unknown_of("open(…)", file, args, kwargs)
        try:
            return builtins.open(file, *args, **kwargs)  # noqa: PTH123  (the file may be a number, as for `open`)
        except FileNotFoundError:
            return self._missing_file(f"open({file!r})")

    def _missing_file(self, call: str) -> Any:
        """Return the unknown contents of a missing file."""
        if self._decides_here():
            self._session.stop(f"whether `{call}` finds its file decides what is built, but the file isn't there")
        return unknown(call, "reads a file that isn't there")

    def _decides_here(self) -> bool:
        """Return whether the current line is in a `try` that goes on when it fails."""
        site = self._session.site()
        return site.lineno in self._deciding.get(site.block.filename, ())


def _meant_module(name: str) -> str:
    """Suggest a library that can be run here, if a name looks like a misspelling of it."""
    libraries = ("keras", "tensorflow", "numpy", *sys.stdlib_module_names)
    near = get_close_matches(name, libraries, n=1, cutoff=0.8)
    return f"did you mean `{near[0]}`?" if near and len(near[0]) == len(name) else ""


def _imported_from(module: Any, name: str) -> None:
    """Say what is missing; the error of `from … import` itself would lose the reason."""
    try:
        getattr(module, name)
    except AttributeError as problem:
        raise ImportError(str(problem)) from None


def do_nothing(*_: object, **__: object) -> None:
    """Do nothing, since nobody reads what is printed."""


class _Module(types.ModuleType):
    """A module with some of its names replaced."""

    def __init__(self, name: str, names: Mapping[str, Any]) -> None:
        super().__init__(name)
        self.__dict__.update({key: value for key, value in names.items() if key not in ("__name__", "__spec__")})


class _Nondeterministic(types.ModuleType):
    """A standard library module some of whose results are unknown because they vary between runs.

    Functions that would end the process, or change how it is notified of its limits, are forbidden.
    """

    def __init__(self, module: types.ModuleType, names: Sequence[str]) -> None:
        super().__init__(module.__name__)
        self.__dict__.update(_module=module, _names=names)
        if hasattr(module, "__all__"):
            self.__all__ = module.__all__

    def __getattr__(self, name: str) -> Any:
        module, names = self.__dict__["_module"], self.__dict__["_names"]
        if name in ("sleep", "setrecursionlimit"):
            return do_nothing
        real = getattr(module, name)
        if isinstance(real, types.ModuleType):
            return real
        if name in REFUSED_NAMES.get(module.__name__, ()):
            return lambda *_, **__: current_session().stop(
                f"{module.__name__}.{name} isn't allowed while code is read for a figure: remove it, or skip the whole "
                "block with ```{.python .skip}"
            )
        if name in names or "*" in names:
            full_name = f"{module.__name__}.{name}"
            if callable(real):
                return lambda *args, **_: unknown(f"{full_name}({', '.join(map(text_of, args))})", VARIES)
            return unknown(full_name, VARIES)
        return real


_OF_PYTHON = {name: getattr(random, name) for name in random.__all__ if name != "SystemRandom"}
"""Functions that draw from the shared generator, or create one that may not be seeded."""


class _RandomNumbers(types.ModuleType):
    """Python's `random` and its generators; the numbers are known if the code sets a seed.

    They come from a generator of the article's own, whose state carries over from block to block. Whatever can't be
    seeded, such as `SystemRandom`, is unknown.
    """

    def __init__(self, *seed: Any) -> None:
        super().__init__("random")
        self.__dict__.update(_generator=Random(), _is_seeded=False)
        self.__all__ = random.__all__
        self.seed(*seed)

    def seed(self, a: Any = None, version: Any = 2) -> None:
        """Start a sequence of random numbers, the same on every machine if the seed is known."""
        self.__dict__["_is_seeded"] = a is not None and not holds_unknown(a, version)
        if self.__dict__["_is_seeded"]:
            self.__dict__["_generator"].seed(a, version)

    def __getattr__(self, name: str) -> Any:
        if name == "Random":
            return _RandomNumbers
        real, method = getattr(random, name), getattr(self.__dict__["_generator"], name, None)
        if not callable(real):
            return real

        def draw(*args: Any, **kwargs: Any) -> Any:
            if any(map(is_unknown, (*args, *kwargs.values()))):
                self.seed()  # it's unknown how many numbers this draws
            elif method is not None and self.__dict__["_is_seeded"]:
                return method(*args, **kwargs)
            answer = unknown(f"random.{name}({', '.join(map(text_of, args))})", VARIES)
            if name == "shuffle":
                shuffled(args[0], answer)
            return None if name in ("shuffle", "setstate") else answer

        return draw


class _DateTime(datetime.datetime):
    """Real dates, with a clock that nothing may depend on."""

    @classmethod
    def now(cls, tz: object = None) -> Any:
        return unknown("datetime.now()", "differs each time")

    today = utcnow = now


class _Date(datetime.date):
    @classmethod
    def today(cls) -> Any:
        return unknown("date.today()", "differs each time")


# NumPy is real, but only the shapes of random numbers are known.

_SIZE_AT = {"normal": 2, "uniform": 2, "randint": 2, "integers": 2, "choice": 1, "binomial": 2, "poisson": 1}
_SIZE_AT |= {"exponential": 1, "gamma": 2, "beta": 2, "laplace": 2, "lognormal": 2, "multinomial": 2}


def _numpy(module: types.ModuleType, missing: Callable[[str], Any]) -> Any:
    """Wrap NumPy's functions to pass unknown values on; `missing` handles files that don't exist."""
    return _Random() if module.__name__.startswith("numpy.random") else _NumPy(module, missing)


class _NumPy(types.ModuleType):
    def __init__(self, module: types.ModuleType, missing: Callable[[str], Any]) -> None:
        super().__init__(module.__name__)
        self.__dict__.update(_module=module, _missing=missing)
        self.__all__ = getattr(module, "__all__", [])

    def __getattr__(self, name: str) -> Any:
        if name == "random" and self.__name__ == "numpy":
            return _Random()
        attribute = getattr(self.__dict__["_module"], name)
        if isinstance(attribute, types.ModuleType):
            return _numpy(attribute, self._missing)
        if isinstance(attribute, type) or not callable(attribute) or isinstance(attribute, np.ufunc):
            return attribute

        def call(*args: Any, **kwargs: Any) -> Any:
            args, kwargs = revealed(args), revealed(kwargs)
            if (
                name in ("ones_like", "zeros_like")
                and is_unknown(args[0] if args else None)
                and args[0]._shape is not None
            ):
                args = (_dummy(args[0]), *args[1:])
            if holds_unknown(args, kwargs):
                return _of_numpy(name, attribute, args, kwargs)
            try:
                return attribute(*args, **kwargs)
            except FileNotFoundError:
                return self._missing(f"np.{name}({text_of(args[0]) if args else ''})")

        return call


def _of_numpy(name: str, function: Any, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
    """Return the result of a NumPy function for something unknown; for random numbers, at least its shape."""
    answer = unknown_of(f"np.{name}(…)", args, kwargs)
    arrays = [value for value in _flat(args) if is_unknown(value)]
    if any(array._shape is None for array in arrays) or holds_unknown(kwargs):
        return answer
    try:
        shape = np.shape(function(*(_dummy(value) for value in args), **kwargs))
    except Exception:  # zeros may not be valid input
        return answer
    return derived(answer, f"np.{name}(…)", shape) if name in SHAPED else answer


SHAPED = {
    "array",
    "asarray",
    "expand_dims",
    "reshape",
    "transpose",
    "concatenate",
    "stack",
    "vstack",
    "hstack",
    "squeeze",
}
SHAPED |= {"zeros_like", "ones_like", "repeat", "tile", "broadcast_to", "moveaxis", "swapaxes", "copy", "ravel", "pad"}


def _flat(value: Any) -> Iterator[Any]:
    if type(value) in (list, tuple):
        for item in value:
            yield from _flat(item)
    else:
        yield value


def _dummy(value: Any) -> Any:
    if is_unknown(value):
        return np.broadcast_to(np.float32(0), value._shape or ())
    return type(value)(map(_dummy, value)) if type(value) in (list, tuple) else value


class _Random(types.ModuleType):
    """`numpy.random` and its generators."""

    def __init__(self) -> None:
        super().__init__("numpy.random")

    def __getattr__(self, name: str) -> Any:
        if name in ("seed", "set_state"):
            return do_nothing
        if name in ("default_rng", "RandomState", "Generator", "PCG64"):
            return lambda *_, **__: _Random()

        def draw(*args: Any, **kwargs: Any) -> Any:
            call = f"np.random.{name}(…)"
            if name in ("shuffle", "permuted") or name == "permutation":
                array = args[0] if args else None
                answer = unknown(call, "differs each time", array.shape if is_a(array, np.ndarray) else None)
                if name == "shuffle":
                    shuffled(array, answer)
                return None if name == "shuffle" else answer
            if name in ("rand", "randn"):
                size: Any = args
            else:
                at = _SIZE_AT.get(name, 0)
                size = kwargs.get("size", args[at] if len(args) > at else None)
            if holds_unknown(size) or size is None:
                return unknown(call, "differs each time")
            return unknown(call, "differs each time", tuple(size) if isinstance(size, list | tuple) else (int(size),))

        return draw
