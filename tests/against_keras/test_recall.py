"""The experiment on recalling a token, live: who runs the script gets as far as the results that are stored."""

import pytest

from tools.recall.experiment import Task, read

train = pytest.importorskip("tools.recall.train", reason="JAX is installed by make verify alone")
pytestmark = [pytest.mark.keras, pytest.mark.filterwarnings("ignore")]  # the warnings of Keras and its backends


@pytest.mark.when_changed("tools/recall/", "diagrams/data/recall/", "requirements-verify.txt")
def test_who_trains_it_again_gets_as_far(monkeypatch):
    """The first 400 of the updates over 10 steps, from two seeds: a few seconds."""
    monkeypatch.setattr(train, "UPDATES", 400)
    monkeypatch.setattr(train, "SEEDS", (1, 2))
    again = train.trained(Task("LSTM", 10, "anywhere"))
    (stored,) = (run for run in read() if (run.layer, run.lag, run.place) == ("LSTM", 10, "anywhere"))
    for accuracy, before in zip(again.accuracy, stored.accuracy, strict=False):
        assert accuracy[0] == pytest.approx(before[0], abs=0.02)
        assert accuracy[-1] > 0.99
