"""When a page is shown before the rest of the site is built, and when drawing is announced or given up."""

import time
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from plugins.figures.workers import Children
from plugins.live.site import Drawing, OvertakenError, SavedFirst
from tests.tables import table


@table(__file__, "A page waits for pictures and styles saved with it")
def test_a_page_waits_for_pictures_and_styles_saved_with_it(tmp_path, saved, is_early):
    """Pelican copies them after all pages are written; a new folder may be reported without its contents."""
    real = tmp_path / "real"
    for path in ("content/nlp/guide.md", "content/images/dot.svg", "theme/static/css/new.css"):
        (real / path).parent.mkdir(parents=True, exist_ok=True)
        (real / path).write_text("Words.")
    (tmp_path / "site").symlink_to(real)  # saved files are reported with their real paths, whatever the settings have
    static = SimpleNamespace(
        path=str(tmp_path / "site/content"),
        theme=str(tmp_path / "site/theme"),
        settings={"THEME_STATIC_PATHS": ["static"]},
        staticfiles=[SimpleNamespace(source_path=str(tmp_path / "site/content/images/dot.svg"))],
    )
    shown: list[str] = []
    early = SavedFirst(lambda: shown.append("shown"))
    early.begin([str(Path(real, path)) for path in saved])
    early.order([static])
    early.written("guide/index.html", None)
    early.written("other/index.html", None)
    assert shown == ["shown"] * is_early


class Drawn:
    """A drawing process and a clock, controlled by a test."""

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
        """Send a job, and have a child start it; return its number."""
        self._jobs += 1
        self.drawing.send({"id": self._jobs, "script": f"/site/diagrams/{name}.py", "name": name})
        self._hear({"id": self._jobs, "pid": 1})
        return self._jobs

    def ends(self, job: int, code: int = 0) -> None:
        """End a job."""
        self._hear({"id": job, "exit": code})

    def passes(self, seconds: float) -> None:
        """Let time pass without any events."""
        self.now += seconds
        self._hear()

    def _hear(self, *news: dict[str, Any]) -> None:
        self._news = [*news]
        self.drawing.hear(0.1)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> Drawn:
    """Return a drawing process."""
    return Drawn(monkeypatch)


def test_a_drawing_that_delays_a_save_is_given_up_after_a_second(drawn):
    """Not earlier, and not if nothing was saved."""
    drawn.begins()
    drawn.passes(60)
    drawn.drawing.begin()
    drawn.begins()
    drawn.is_overtaken = True
    drawn.passes(0.9)
    with pytest.raises(OvertakenError):
        drawn.passes(0.2)


def test_a_drawing_that_takes_no_longer_than_usual_is_not_given_up(drawn):
    """Otherwise frequent saves could keep a page from ever being shown."""
    slow = drawn.begins("slow")
    drawn.passes(5)
    drawn.ends(slow)
    drawn.drawing.begin()
    drawn.is_overtaken = True
    drawn.begins("slow")
    drawn.passes(5.9)
    with pytest.raises(OvertakenError):
        drawn.passes(0.2)


def test_the_time_of_a_failed_script_is_not_recorded(drawn):
    """It may have hung until its time was up."""
    hung = drawn.begins()
    drawn.passes(60)
    drawn.ends(hung, code=1)
    drawn.drawing.begin()
    drawn.is_overtaken = True
    drawn.begins()
    with pytest.raises(OvertakenError):
        drawn.passes(1.1)


def test_finished_figures_are_recorded_before_the_rest_is_given_up(drawn):
    """So that only unfinished work is lost."""
    done = drawn.begins("done")
    drawn.begins("slow")
    drawn.is_overtaken = True
    drawn.now += 2
    drawn.ends(done)
    with pytest.raises(OvertakenError):
        drawn.passes(0)


def test_a_long_drawing_is_reported_less_and_less_often(drawn):
    """With the names of the figures in progress."""
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
