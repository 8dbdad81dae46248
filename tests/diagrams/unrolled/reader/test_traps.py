"""Code that is easily misread as another model, compared with what the real Keras built from it."""

import copy

import pytest

from tests.against_keras.same import difference
from tests.against_keras.traps import is_drawn, recorded, verdict
from tests.diagrams.unrolled.reader.traps import outcome, traps

TRAPS, RECORD = traps(), recorded()
DRAWN = "stacks: A generator"


def test_what_keras_builds_is_recorded_for_every_trap():
    """After adding or renaming a trap, record its model: see tests/against_keras/traps.py."""
    assert list(RECORD) == list(TRAPS)


@pytest.mark.parametrize("name", TRAPS)
def test_a_trap_is_drawn_as_keras_builds_it_or_raises_an_error(name):
    """Never as another model; and the error names what isn't known."""
    judged, why = verdict(TRAPS[name], outcome(TRAPS[name].code), RECORD[name])
    assert judged in ("drawn right", "refused as meant"), f"{judged}: {why}"


def test_keras_builds_every_trap_that_should_be_drawn():
    """So that there is a model to compare with, usually including numbers."""
    drawn = [RECORD[name] for name, trap in TRAPS.items() if is_drawn(trap)]
    assert not [each for each in drawn if "fails" in each]
    assert sum("answers" in each for each in drawn) > len(drawn) * 0.9


def altered(**changes):
    """Read a generator with two LSTMs, and replace part of Keras's recorded model."""
    real = copy.deepcopy(RECORD[DRAWN])
    real["nodes"][1] |= changes
    return difference(outcome(TRAPS[DRAWN].code).model, real)


def test_the_comparison_finds_what_differs():
    """In the type of a layer, its options, its connections, its shapes and its numbers."""
    node = RECORD[DRAWN]["nodes"][1]
    assert altered() is None
    assert altered(layer="GRU") == "LSTM where Keras has GRU"
    assert "go_backwards" in altered(options=node["options"] | {"go_backwards": True})
    assert "computes in float16" in altered(options=node["options"] | {"dtype": "float16"})
    assert "input 0" in altered(inputs=[[None, 0]])
    assert "returns" in altered(returned=[[3, 5]])
    assert "training=True" in altered(training=True)
    assert altered(place=0)
    assert altered(weights=[[4, 9]])


def test_the_comparison_finds_different_numbers():
    """Even if everything that has a name is the same."""
    real = copy.deepcopy(RECORD[DRAWN])
    real["answers"][0][0][0] += 0.001
    assert difference(outcome(TRAPS[DRAWN].code).model, real) == "its answers are other numbers than Keras's"
