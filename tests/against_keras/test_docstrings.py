"""Samples from the docstrings of the installed Keras: drawn as Keras builds them, or refused for a reason."""

import pytest

from tests.against_keras.docstrings import DRAWN, REFUSED, judged, sample_of


@pytest.mark.keras
@pytest.mark.filterwarnings("ignore")  # the warnings of Keras and its backends
@pytest.mark.parametrize("name", [*DRAWN, *REFUSED])
def test_a_sample_of_a_docstring_is_drawn_or_refused_as_listed(name, tmp_path, monkeypatch):
    """Never as another model."""
    pytest.importorskip("keras", reason="the samples are those of the installed Keras", exc_type=ImportError)
    monkeypatch.chdir(tmp_path)  # some save the model
    sample = sample_of(name)
    kind, why = judged(sample)
    assert kind == sample.expected, why


def test_there_are_enough_samples():
    """At least sixty, of which fifty are drawn; none is listed twice."""
    assert len({*DRAWN, *REFUSED}) == len(DRAWN) + len(REFUSED) >= 60
    assert len(DRAWN) >= 50
