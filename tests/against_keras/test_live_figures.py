"""Unrolled figures beside a live Keras: random layers, weights of the kit, digits read back from the SVG."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.against_keras.live import keras, real_model, real_names, tried
from tests.against_keras.reading import cells_of, check_cells
from tests.diagrams.cases import cases
from unrolled import embed, initial_weights, read_keras, run_model, unroll

pytestmark = [pytest.mark.keras, pytest.mark.filterwarnings("ignore")]  # the warnings of Keras and its backends

WORDS = ["I", "am", "groot", "too"]
KINDS = ("SimpleRNN", "GRU", "LSTM")


@settings(max_examples=tried(15), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kinds=st.lists(st.sampled_from(KINDS), min_size=1, max_size=3),
    units=st.integers(1, 8),
    steps=st.integers(1, 4),
    backwards=st.booleans(),
    seed=st.integers(0, 99),
)
def test_every_state_of_a_stack_is_the_one_that_keras_has(kinds, units, steps, backwards, seed, tmp_path):
    """At every step, of every layer, and what a shared Dense makes of the last of them."""
    first = ", go_backwards=True" if backwards else ""
    calls = [f"{kind}({units}, return_sequences=True{'' if at else first})" for at, kind in enumerate(kinds)]
    code = f"m = Sequential([Input(({steps}, 2)), {', '.join(calls)}, TimeDistributed(Dense(3, 'softmax'))])"
    model, real = read_keras(code), real_model(code)
    weights = [initial_weights(node.layer, node.shape, seed=seed) for node in model.first_uses]
    real.set_weights([values for each in weights for values in each.values()])
    picture = unroll(model, WORDS[:steps], weights=weights)
    cells = cells_of(picture, tmp_path / "figure.svg")
    inside = keras.Model(real.inputs, [layer.output for layer in real.layers])
    vectors = keras.ops.convert_to_tensor(embed(WORDS[:steps])[None], dtype="float32")
    found = inside(vectors)
    for node, theirs in enumerate(found if isinstance(found, list | tuple) else [found]):
        for step, values in enumerate(np.asarray(keras.ops.convert_to_numpy(theirs))[0], start=1):
            if f"layer{node}-step{step}-output" in cells:
                check_cells(cells[f"layer{node}-step{step}-output"], values, (node, step))
            if step < steps and node < len(kinds) and f"layer{node}-step{step}-state" in cells:
                check_cells(cells[f"layer{node}-step{step}-state"], values, (node, step))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("units", [2, 4, 6])
def test_the_last_states_are_those_that_keras_returns(kind, units, tmp_path):
    """Memory included, with the weights that the kit finds by itself."""
    code = f"m = Sequential([Input((3, 2)), {kind}({units}, return_sequences=True, return_state=True)])"
    real, picture = real_model(code), unroll(read_keras(code), WORDS[:3])
    (weights,) = picture.scene.trace.weights
    real.set_weights(list(weights.values()))
    cells = cells_of(picture, tmp_path / "figure.svg")
    vectors = keras.ops.convert_to_tensor(embed(WORDS[:3])[None], dtype="float32")
    sequence, *states = (np.asarray(keras.ops.convert_to_numpy(each))[0] for each in real(vectors))
    if "output-1" not in cells:  # down the page, a state that is an output, too, is drawn once
        cells |= {f"output-{step}": cells[f"state-{step}"] for step in range(1, len(sequence))}
        cells["last-state"] = cells[f"output-{len(sequence)}"]
    for step, values in enumerate(sequence, start=1):
        check_cells(cells[f"output-{step}"], values, step)
    for name, values in zip(("last-state", "last-memory"), states, strict=False):
        check_cells(cells[name], values, name)


@pytest.mark.parametrize("case", cases(Path(__file__).with_name("live_figures.md")))
def test_weights_that_code_sets_are_those_that_keras_has(case):
    """In the same order, and so with the same answer; also in a layer of the article's own that looks positions up."""
    real, ours = real_names(case.text)["model"], case.read()
    rows = [3, 1, 0, 5][: real.input_shape[1]]
    theirs = np.asarray(keras.ops.convert_to_numpy(real(np.array([rows]))))[0]
    assert run_model(ours, rows).output == pytest.approx(theirs, abs=1e-5)
    assert ours.parameter_count == real.count_params()
