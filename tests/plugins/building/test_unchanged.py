"""When a build that has nothing to do may be skipped."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace

from plugins.building.unchanged import due

DAY_S = 24 * 60 * 60


def test_an_article_that_became_due_during_a_build_ends_the_skipping() -> None:
    """What counts is the time at which the build began; the day of a later article begins first."""
    began = datetime(2026, 11, 25, 8, 30).timestamp()
    dates = [datetime.fromtimestamp(began + seconds) for seconds in (-1, 5, 2 * DAY_S)]
    generator = SimpleNamespace(articles=[SimpleNamespace(date=date) for date in dates])
    assert list(due([generator], began)) == [began + 5, datetime(2026, 11, 27).timestamp()]
