"""Samples from the docstrings of the installed Keras: drawn as Keras builds them, or refused for a reason."""

import re
from pathlib import Path

import pytest

from tests.against_keras.docstrings import DRAWN, REFUSED, judged, listed, sample_of
from tests.conftest import REPOSITORY

TABLE = Path(__file__).with_name("samples.md").read_text("utf-8")
ERRORS = dict(re.findall(r"^\| `(\S+)` \| (.*) \|$", TABLE, re.M))


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
    assert listed(why) == ERRORS.get(name, "")


def test_there_are_enough_samples():
    """At least sixty, of which fifty are drawn; none is listed twice."""
    assert len({*DRAWN, *REFUSED}) == len(DRAWN) + len(REFUSED) >= 60
    assert len(DRAWN) >= 50


def test_the_docs_count_the_samples():
    """And the table has each that is refused."""
    assert ERRORS.keys() == REFUSED.keys()
    every, drawn = len(DRAWN) + len(REFUSED), len(DRAWN)
    assert f"takes {every} samples" in TABLE
    assert f"{drawn} are drawn" in TABLE
    assert f"{len(REFUSED)} raise errors" in TABLE
    docs = (REPOSITORY / "docs/truth.md").read_text("utf-8")
    assert f"Of {every} samples from Keras's docstrings, {drawn} are drawn" in docs
