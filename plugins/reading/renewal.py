"""Objects that are as good as new each time they are used, because all changes to them are undone."""

from __future__ import annotations

import functools
import logging
import re
import struct
import types
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

Made = TypeVar("Made")

UNCHANGING = (
    str,
    bytes,
    int,
    float,
    complex,
    range,
    slice,
    types.BuiltinFunctionType,
    types.CodeType,
    types.EllipsisType,
    types.GenericAlias,
    types.GetSetDescriptorType,
    types.MemberDescriptorType,
    types.MethodDescriptorType,
    types.MethodWrapperType,
    types.NoneType,
    types.NotImplementedType,
    types.WrapperDescriptorType,
)
"""Types that can't change; their subclasses in Python can."""

ALONE = (type, types.ModuleType, property, re.Pattern, logging.Logger)
"""Objects that aren't followed, because everyone shares them."""

FOLLOWED = (types.FunctionType, types.MethodType, functools.partial, staticmethod, classmethod)
"""Objects that lead to others, and don't change themselves."""

LAYOUTS = (OrderedDict, defaultdict, dict, list, set, frozenset, tuple, str, bytes, int, float, deque, object)
"""C types with contents that are known here; their subclasses in Python have attributes, too."""


class UnrenewableError(Exception):
    """A created object keeps something that can't be restored, for example an iterator or a tree of a C library."""


class Renewable(Generic[Made]):
    """Creates an object once, and returns it as good as new each time.

    Everything that only this object leads to is restored: attributes, lists, dictionaries, sets, variables of its
    functions. Whatever a second object leads to as well was given to both of them, and would be given to any other, so
    it is left alone. The object isn't asked to reset itself, because not all extensions can, and some forget a part.
    Raises UnrenewableError.
    """

    def __init__(self, make: Callable[[], Made]) -> None:
        other = make()
        shared = dict(_reached(other))  # the objects themselves too, or their ids could be reused
        self._made = make()
        self._put_back: list[Callable[[], None]] = []
        for each in list(_reached(self._made, shared).values()):
            self._put_back += _remembered(each)

    def renewed(self) -> Made:
        """Return the object in its original state; it is the same one each time."""
        for put_back in self._put_back:
            put_back()
        return self._made


def _reached(root: object, known: dict[int, object] | None = None) -> dict[int, object]:
    """Follow everything that an object leads to, except known objects; return it by id."""
    reached: dict[int, object] = {}
    waiting = [root]
    while waiting:
        each = waiting.pop()
        if id(each) not in reached and id(each) not in (known or {}) and not _is_unchanging(each):
            reached[id(each)] = each
            waiting += _led_to(each)
    return reached


def _is_unchanging(each: object) -> bool:
    return isinstance(each, ALONE) or (isinstance(each, UNCHANGING) and not hasattr(each, "__dict__"))


def _led_to(each: Any) -> Iterator[object]:
    if isinstance(each, dict):
        yield from each
        yield from each.values()
    elif isinstance(each, list | tuple | set | frozenset | deque):
        yield from each
    elif isinstance(each, types.FunctionType):
        yield from each.__closure__ or ()
        yield each.__defaults__
        yield each.__kwdefaults__
    elif isinstance(each, types.CellType):
        yield from _contents(each)
    elif isinstance(each, types.MethodType):
        yield each.__self__
    elif isinstance(each, functools.partial):
        yield from (each.func, each.args, each.keywords)
    yield from getattr(each, "__dict__", {}).values()
    yield from (getattr(each, name) for name in _slots(each) if hasattr(each, name))


def _contents(cell: types.CellType) -> list[object]:
    try:
        return [cell.cell_contents]
    except ValueError:  # it is empty
        return []


def _slots(each: object) -> list[str]:
    found: list[str] = []
    for kind in type(each).__mro__:
        names = vars(kind).get("__slots__", ())
        for name in [names] if isinstance(names, str) else names:
            is_private = name.startswith("__") and not name.endswith("__")
            found.append(f"_{kind.__name__.lstrip('_')}{name}" if is_private else name)
    return [name for name in found if name not in ("__dict__", "__weakref__")]


def _remembered(each: Any) -> Iterator[Callable[[], None]]:
    """Remember an object's contents; yield functions that restore them.

    Raise UnrenewableError if that isn't possible.
    """
    if isinstance(each, types.CellType):
        yield _variable(each)
    elif not isinstance(each, FOLLOWED):
        slots = _slots(each)
        if not _is_known(type(each), len(slots)):
            raise UnrenewableError(f"{type(each).__module__}.{type(each).__qualname__}")
        if isinstance(each, dict):
            yield _mapping(each)
        elif isinstance(each, list | deque):
            yield _sequence(each)
        elif isinstance(each, set):
            yield _set(each)
        if hasattr(each, "__dict__"):
            yield _mapping(vars(each))
        if slots:
            yield _attributes(each, slots)


def _is_known(kind: type, slots: int) -> bool:
    """Return whether objects of a class have only known contents: a class in C has space for more."""
    layout = next(each for each in LAYOUTS if issubclass(kind, each))
    pointers = bool(kind.__dictoffset__) + bool(kind.__weakrefoffset__) + slots
    return kind.__basicsize__ <= layout.__basicsize__ + pointers * _POINTER


_POINTER = struct.calcsize("P")


def _variable(cell: types.CellType) -> Callable[[], None]:
    contents = _contents(cell)

    def put_back() -> None:
        if contents:
            cell.cell_contents = contents[0]
        elif _contents(cell):
            del cell.cell_contents

    return put_back


def _mapping(each: dict[Any, Any]) -> Callable[[], None]:
    # The methods of a subclass may have side effects.
    kind: Any = OrderedDict if isinstance(each, OrderedDict) else dict
    before, clear, update = dict(each), kind.clear, kind.update

    def put_back() -> None:
        clear(each)
        update(each, before)

    return put_back


def _sequence(each: list[Any] | deque[Any]) -> Callable[[], None]:
    kind: Any = list if isinstance(each, list) else deque
    before, clear, extend = [*each], kind.clear, kind.extend

    def put_back() -> None:
        clear(each)
        extend(each, before)

    return put_back


def _set(each: set[Any]) -> Callable[[], None]:
    before, clear, update = {*each}, set.clear, set.update

    def put_back() -> None:
        clear(each)
        update(each, before)

    return put_back


def _attributes(each: object, slots: list[str]) -> Callable[[], None]:
    before = {name: getattr(each, name) for name in slots if hasattr(each, name)}

    def put_back() -> None:
        for name in slots:
            if name in before:
                object.__setattr__(each, name, before[name])
            elif hasattr(each, name):
                object.__delattr__(each, name)

    return put_back
