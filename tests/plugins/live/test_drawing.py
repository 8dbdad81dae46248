"""How long drawing is waited for while something else was saved, and when it is told of."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import pytest

from plugins.figures.workers import Children
from plugins.live.drawing import Drawing, OvertakenError


class Drawn:
    """A process that draws, and a clock, as a test has them go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        self.told: list[Sequence[str]] = []
        self.is_overtaken = False
        self._news: list[dict[str, Any]] = []
        self._jobs = 0
        monkeypatch.setattr(time, "monotonic", lambda: self.now)
        monkeypatch.setattr(Children, "hear", lambda _, timeout_s: self._news)
        monkeypatch.setattr(Children, "send", lambda _, message: None)
        self.drawing = Drawing(self.told.append, lambda: self.is_overtaken)

    def begins(self, name: str = "line") -> int:
        """Give a job, of which a child takes hold; return its number."""
        self._jobs += 1
        self.drawing.send({"id": self._jobs, "script": f"/site/diagrams/{name}.py", "name": name})
        self._hear({"id": self._jobs, "pid": 1})
        return self._jobs

    def ends(self, job: int, code: int = 0) -> None:
        """End a job."""
        self._hear({"id": job, "exit": code})

    def passes(self, seconds: float) -> None:
        """Have time go on, with nothing new."""
        self.now += seconds
        self._hear()

    def _hear(self, *news: dict[str, Any]) -> None:
        self._news = [*news]
        self.drawing.hear(0.1)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> Drawn:
    """Return a process that draws."""
    return Drawn(monkeypatch)


def test_drawing_that_holds_up_a_save_is_given_up_after_a_second(drawn):
    """Not before, and not if nothing was saved."""
    drawn.begins()
    drawn.passes(60)
    drawn.drawing.begin()
    drawn.begins()
    drawn.is_overtaken = True
    drawn.passes(0.9)
    with pytest.raises(OvertakenError):
        drawn.passes(0.2)


def test_drawing_that_takes_no_longer_than_ever_is_not_given_up(drawn):
    """Else many saves would keep a page from ever being shown."""
    slow = drawn.begins("slow")
    drawn.passes(5)
    drawn.ends(slow)
    drawn.drawing.begin()
    drawn.is_overtaken = True
    drawn.begins("slow")
    drawn.passes(5.9)
    with pytest.raises(OvertakenError):
        drawn.passes(0.2)


def test_a_script_that_failed_says_nothing_of_how_long_it_takes(drawn):
    """It may have hung until its time was up."""
    hung = drawn.begins()
    drawn.passes(60)
    drawn.ends(hung, code=1)
    drawn.drawing.begin()
    drawn.is_overtaken = True
    drawn.begins()
    with pytest.raises(OvertakenError):
        drawn.passes(1.1)


def test_what_is_done_is_remembered_before_anything_is_given_up(drawn):
    """So that only what was under way is for nothing."""
    done = drawn.begins("done")
    drawn.begins("slow")
    drawn.is_overtaken = True
    drawn.now += 2
    drawn.ends(done)
    with pytest.raises(OvertakenError):
        drawn.passes(0)


def test_what_takes_long_is_told_ever_more_seldom(drawn):
    """By the names of what is at work."""
    done = drawn.begins("done")
    drawn.begins("nested/slow")
    drawn.passes(1.5)
    drawn.ends(done)
    for _ in range(58):
        drawn.passes(1)
    assert drawn.told[0] == ["done", "nested/slow"]
    assert set(map(tuple, drawn.told[1:])) == {("nested/slow",)}
    assert 4 <= len(drawn.told) <= 6
    drawn.drawing.begin()
    drawn.begins("quick")
    drawn.passes(0.5)
    assert len(drawn.told) <= 6
