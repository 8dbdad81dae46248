"""The character model, live: its saved weights in Keras and in the kit, its training, and what was measured of it."""

import json

import numpy as np
import pytest

from _characters import read
from tests.against_keras.live import CLOSE
from tools.characters.dataset import FOLDER, Split, indices, read_kept_out
from tools.characters.networks import CODE, WAVES
from unrolled import MultiHeadAttention, read_keras

pytestmark = [pytest.mark.keras, pytest.mark.filterwarnings("ignore")]  # the warnings of Keras and its backends

TEXT = read_kept_out()
RESULTS = json.loads((FOLDER / "results.json").read_text("utf-8"))["seeds"]["1"]


@pytest.fixture(scope="module")
def network():
    """The network in Keras, with the weights that are in the repository."""
    pytest.importorskip("keras", reason="run only where Keras is installed", exc_type=ImportError)
    from tools.characters.train import made

    found = made(1)["model"]
    with np.load(FOLDER / "model.npz") as saved:
        found.set_weights([saved[name].astype(np.float32) for name in saved.files])
    return found


def test_keras_and_the_kit_answer_alike(network):
    """At each of the 64 places: the scores, and how every head shares out its attention."""
    from tools.characters.heads import shares

    row = indices(TEXT[:64])[None]
    trace = read(read_keras(WAVES + CODE), TEXT[:64])
    np.testing.assert_allclose(trace.output, network.predict(row, verbose=0)[0], atol=10 * CLOSE)
    for number, theirs in enumerate(shares(network, row), start=1):
        np.testing.assert_allclose(trace.trace_of(MultiHeadAttention, number).shares, theirs[0], atol=10 * CLOSE)


@pytest.mark.when_changed("tools/characters/", "diagrams/data/characters/", "requirements-verify.txt")
def test_the_measures_come_out_again(network):
    """Bits, where the heads look, and what is lost without the one that looks back."""
    from tools.characters.heads import attentions, bits, looked, without

    whole = bits(network, TEXT)
    assert whole == pytest.approx(RESULTS["bits"], abs=2e-3)
    found = looked(network, TEXT)
    assert found.keys() == RESULTS["looked"].keys()
    for name, rows in found.items():
        for ours, theirs in zip(rows, RESULTS["looked"][name], strict=True):
            assert ours == pytest.approx(theirs, abs=2e-3)
    with without(attentions(network)[0], 3):
        assert bits(network, TEXT) - whole == pytest.approx(RESULTS["lost"][0][3], abs=2e-3)
    assert bits(network, TEXT) == whole


@pytest.mark.when_changed("tools/characters/", "diagrams/data/characters/", "requirements-verify.txt")
def test_who_trains_twice_gets_the_same_weights():
    """With the guide's own lines, on a page of the text."""
    pytest.importorskip("keras", reason="run only where Keras is installed", exc_type=ImportError)
    from tools.characters.train import trained

    parts = Split(TEXT[:5000], TEXT[5000:6000], "")
    (one, curve), (other, _) = (trained(parts, 1, epochs=1) for _ in range(2))
    assert len(curve) == 1
    for ours, theirs in zip(one.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
