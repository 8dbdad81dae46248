"""The order in which the real Keras lists layers and their weights, where it isn't the one in which they are used."""

import numpy as np
import pytest

from tests.against_keras.live import Largest, answers, fill, keras, real_model
from tests.diagrams.unrolled.reader.listed import CASES
from unrolled import read_keras, run_model, weights_from

pytestmark = [pytest.mark.keras, pytest.mark.filterwarnings("ignore")]  # the warnings of Keras and its backends

LARGEST = Largest()


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_is_recorded_is_what_keras_lists(case):
    """Weights by the names of their layers, and `model.layers`."""
    keras.utils.clear_session()
    real = real_model(case.code)
    assert list(dict.fromkeys(each.path.split("/")[-2] for each in real.weights)) == case.weights.split()
    assert [each.name for each in real.layers] == case.layers.split()


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_weights_that_keras_saved_make_the_same_numbers(case, tmp_path):
    """From an npz file, as `np.savez(path, *model.get_weights())` writes it."""
    real, ours = real_model(case.code), read_keras(case.code)
    random = np.random.default_rng(len(case.code))
    fill(real, random)
    np.savez(tmp_path / "weights.npz", *real.get_weights())
    assert ours.parameter_count == real.count_params()
    looks_up = "Embedding" in case.code
    inputs = [
        random.integers(0, 7, entry.shape) if looks_up else random.uniform(-1, 1, entry.shape) for entry in ours.entries
    ]
    trace = run_model(ours, *inputs, weights=weights_from(ours, tmp_path / "weights.npz"))
    for number, (mine, theirs) in enumerate(zip(trace.outputs, answers(real, inputs), strict=True), start=1):
        LARGEST.compare(f"output {number}", mine, theirs)
