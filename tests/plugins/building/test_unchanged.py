"""When a build that has nothing to do may be skipped."""

from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

from plugins.building.unchanged import Looking, due, state_of

DAY_S = 24 * 60 * 60


def test_an_article_that_became_due_during_a_build_ends_the_skipping() -> None:
    """What counts is the time at which the build began; the day of a later article begins first."""
    began = datetime(2026, 11, 25, 8, 30).timestamp()
    dates = [datetime.fromtimestamp(began + seconds) for seconds in (-1, 5, 2 * DAY_S)]
    generator = SimpleNamespace(articles=[SimpleNamespace(date=date) for date in dates])
    assert list(due([generator], began)) == [began + 5, datetime(2026, 11, 27).timestamp()]


def test_bytecode_that_another_process_writes_is_no_change(tmp_path: Path) -> None:
    """Neither in a folder that a build has listed, nor in the one for bytecode, which it may have found there."""
    looking = Looking({}, (), [])
    before = state_of(str(tmp_path), ())
    (tmp_path / "__pycache__").mkdir()
    assert state_of(str(tmp_path), ()) == before
    looking.hear("os.scandir", (str(tmp_path),))
    looking.hear("os.scandir", (str(tmp_path / "__pycache__"),))
    looking.hear("open", (str(tmp_path / "__pycache__/module.pyc"), "r", 0))
    assert looking.files == {str(tmp_path): before}
    (tmp_path / "module.py").touch()
    assert state_of(str(tmp_path), ()) != before
