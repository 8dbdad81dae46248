"""Equal values have equal digests, in any process; a function's digest changes with everything that it refers to."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import partial
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from plugins.building.values import Names, UncomparableError

NUMBER = 1


@dataclass(frozen=True)
class Frozen:
    """A value with a property."""

    number: int

    @property
    def twice(self) -> int:
        """Return what is computed from it."""
        return self.number * NUMBER


class Colour(Enum):
    """A value with a name."""

    RED = 1


class Own:
    """An object with a state."""

    def __init__(self, number: int) -> None:
        self.number = number

    def method(self) -> int:
        """Return its state."""
        return self.number


def add(number: int, other: int = 0) -> int:
    """Refer to a global."""
    return number + other + NUMBER


def closing_over(number: int) -> Callable[[], int]:
    """Return a function that refers to an argument."""
    return lambda: number


def with_attribute(number: int) -> Callable[[], int]:
    """Return a function with an attribute."""

    def function() -> int:
        return 0

    function.number = number  # type: ignore[attr-defined]
    return function


VALUES: dict[str, Callable[[int], Any]] = {
    "a list": lambda number: [number],
    "a set": lambda number: {"a", "b", number},
    "an object": Own,
    "a method": lambda number: Own(number).method,
    "a method of a built-in type": lambda number: {"a": number}.get,
    "a frozen dataclass": Frozen,
    "a partial": lambda number: partial(add, number),
    "a partial by name": lambda number: partial(add, other=number),
    "a partial of an object": lambda number: partial(add, Own(number)),
    "a closure": closing_over,
    "a default": lambda number: eval(f"lambda it={number}: it"),
    "an attribute of a function": with_attribute,
    "a class": lambda number: type("Made", (), {"number": number}),
    "a nested one": lambda number: {"a": [(closing_over(number),)]},
    "a path": lambda number: Path(f"{number}"),
}


@pytest.mark.parametrize("name", VALUES)
def test_other_values_have_other_digests(name: str) -> None:
    """And equal ones have the same."""
    one, same, other = (Names().described(VALUES[name](number)) for number in (1, 1, 2))
    assert one == same != other


@pytest.mark.parametrize("value", [add, Frozen(1), Frozen, partial(add, 1)])
def test_the_globals_of_a_function_count(value: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that its code names."""
    before = Names().described(value)
    monkeypatch.setattr(sys.modules[__name__], "NUMBER", 2)
    assert Names().described(value) != before


def test_the_environment_counts_for_its_methods(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without what only describes a terminal."""
    before = Names().described(os.environ.get)
    monkeypatch.setenv("COLUMNS", "77")
    assert Names().described(os.environ.get) == before
    monkeypatch.setenv("ADV", "2")
    assert Names().described(os.environ.get) != before


@pytest.mark.parametrize("value", [threading.Lock(), sys.modules[__name__], (it for it in ())])
def test_what_has_no_digest_is_refused(value: Any) -> None:
    """A lock, a module with a state of its own, a generator."""
    with pytest.raises(UncomparableError, match="can't be compared"):
        Names().described([value])


@pytest.mark.slow
def test_digests_are_the_same_in_each_process() -> None:
    """Whatever the order of its sets."""
    code = """
        from datetime import date
        from enum import Enum
        from plugins.building.values import Names
        class Colour(Enum):
            RED = 1
        value = {"a": {"x", "y", "z"}, "b": [date.today, dict.fromkeys, len], "c": Colour.RED, "d": date(2026, 1, 2)}
        print(Names().described(value))
    """
    command = [sys.executable, "-c", dedent(code)]
    found = {
        subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True).stdout
        for seed in ("1", "2", "3")
    }
    assert len(found) == 1
    assert Names().described([date.today, Colour.RED])
