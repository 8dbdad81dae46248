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
        twin = make()
        shared = dict(_reached(twin))  # the objects themselves too, or their ids could be reused
        self._made = make()
        self._put_back: list[Callable[[], None]] = []
        for value in list(_reached(self._made, shared).values()):
            self._put_back += _remembered(value)

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
        value = waiting.pop()
        if id(value) not in reached and id(value) not in (known or {}) and not _is_unchanging(value):
            reached[id(value)] = value
            waiting += _led_to(value)
    return reached


def _is_unchanging(value: object) -> bool:
    return isinstance(value, ALONE) or (isinstance(value, UNCHANGING) and not hasattr(value, "__dict__"))


def _led_to(value: Any) -> Iterator[object]:
    if isinstance(value, dict):
        yield from value
        yield from value.values()
    elif isinstance(value, list | tuple | set | frozenset | deque):
        yield from value
    elif isinstance(value, types.FunctionType):
        yield from value.__closure__ or ()
        yield value.__defaults__
        yield value.__kwdefaults__
    elif isinstance(value, types.CellType):
        yield from _contents(value)
    elif isinstance(value, types.MethodType):
        yield value.__self__
    elif isinstance(value, functools.partial):
        yield from (value.func, value.args, value.keywords)
    yield from getattr(value, "__dict__", {}).values()
    yield from (getattr(value, name) for name in _slots(value) if hasattr(value, name))


def _contents(cell: types.CellType) -> list[object]:
    try:
        return [cell.cell_contents]
    except ValueError:  # it is empty
        return []


def _slots(value: object) -> list[str]:
    slots: list[str] = []
    for kind in type(value).__mro__:
        names = vars(kind).get("__slots__", ())
        for name in [names] if isinstance(names, str) else names:
            is_private = name.startswith("__") and not name.endswith("__")
            slots.append(f"_{kind.__name__.lstrip('_')}{name}" if is_private else name)
    return [name for name in slots if name not in ("__dict__", "__weakref__")]


def _remembered(value: Any) -> Iterator[Callable[[], None]]:
    """Remember an object's contents; yield functions that restore them.

    Raise UnrenewableError if that isn't possible.
    """
    if isinstance(value, types.CellType):
        yield _variable(value)
    elif not isinstance(value, FOLLOWED):
        slots = _slots(value)
        if not _is_known(type(value), len(slots)):
            raise UnrenewableError(f"{type(value).__module__}.{type(value).__qualname__}")
        if isinstance(value, dict):
            yield _mapping(value)
        elif isinstance(value, list | deque):
            yield _sequence(value)
        elif isinstance(value, set):
            yield _set(value)
        if hasattr(value, "__dict__"):
            yield _mapping(vars(value))
        if slots:
            yield _attributes(value, slots)


def _is_known(kind: type, slots: int) -> bool:
    """Return whether objects of a class have only known contents: a class in C has space for more."""
    layout = next(base for base in LAYOUTS if issubclass(kind, base))
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


def _mapping(mapping: dict[Any, Any]) -> Callable[[], None]:
    # The methods of a subclass may have side effects.
    kind: Any = OrderedDict if isinstance(mapping, OrderedDict) else dict
    before, clear, update = dict(mapping), kind.clear, kind.update

    def put_back() -> None:
        clear(mapping)
        update(mapping, before)

    return put_back


def _sequence(sequence: list[Any] | deque[Any]) -> Callable[[], None]:
    kind: Any = list if isinstance(sequence, list) else deque
    before, clear, extend = [*sequence], kind.clear, kind.extend

    def put_back() -> None:
        clear(sequence)
        extend(sequence, before)

    return put_back


def _set(members: set[Any]) -> Callable[[], None]:
    before, clear, update = {*members}, set.clear, set.update

    def put_back() -> None:
        clear(members)
        update(members, before)

    return put_back


def _attributes(instance: object, slots: list[str]) -> Callable[[], None]:
    before = {name: getattr(instance, name) for name in slots if hasattr(instance, name)}

    def put_back() -> None:
        for name in slots:
            if name in before:
                object.__setattr__(instance, name, before[name])
            elif hasattr(instance, name):
                object.__delattr__(instance, name)

    return put_back
