"""Samples from the docstrings of the installed Keras: drawn as Keras builds them, or refused for a reason."""

import pytest

from tests.against_keras.docstrings import DRAWN, ERRORS, SAMPLES, judged, listed
from tests.conftest import REPOSITORY


@pytest.mark.keras
@pytest.mark.filterwarnings("ignore")  # the warnings of Keras and its backends
@pytest.mark.parametrize("name", [*DRAWN, *ERRORS])
def test_a_sample_of_a_docstring_is_drawn_or_refused_as_listed(name, tmp_path, monkeypatch):
    """Never as another model."""
    pytest.importorskip("keras", reason="the samples are those of the installed Keras", exc_type=ImportError)
    monkeypatch.chdir(tmp_path)  # some save the model
    kind, why = judged(name)
    assert kind == ("refused" if name in ERRORS else "drawn"), why
    assert listed(why) == ERRORS.get(name, "")


def test_there_are_enough_samples():
    """At least sixty, of which fifty are drawn; none is listed twice."""
    assert len({*DRAWN, *ERRORS}) == len(DRAWN) + len(ERRORS) >= 60
    assert len(DRAWN) >= 50


def test_the_docs_count_the_samples():
    """And what becomes of them."""
    every, drawn = len(DRAWN) + len(ERRORS), len(DRAWN)
    assert f"takes {every} samples" in SAMPLES
    assert f"{drawn} are drawn" in SAMPLES
    assert f"{len(ERRORS)} raise errors" in SAMPLES
    docs = (REPOSITORY / "docs/truth.md").read_text("utf-8")
    assert f"Of {every} samples from Keras's docstrings, {drawn} are drawn" in docs
