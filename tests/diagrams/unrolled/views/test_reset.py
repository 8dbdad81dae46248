"""Where a GRU resets: both candidates, with the same weights."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.diagrams.pictures import check_rules
from tests.sampling import sampled
from unrolled import GRU, Weights, reset, run_model, stack
from unrolled.i18n import text_of

WORDS = ["I", "am", "groot", "transformers", "x"]


@sampled(60)
@given(
    st.integers(1, 6),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.sampled_from(["tanh", "relu", "sigmoid"]),
    st.lists(st.sampled_from(WORDS), min_size=2, max_size=5),
    st.data(),
)
def test_each_variant_is_the_gru_that_resets_there(units, is_after, use_bias, backwards, activation, said, data):
    """Run separately, for the one step and from the state that is drawn."""
    options = {"use_bias": use_bias, "activation": activation, "go_backwards": backwards}
    layer = GRU(units, reset_after=is_after, **options)
    generator = np.random.default_rng(units)
    vectors = generator.uniform(-1, 1, (len(said), 3))
    shapes = layer.weight_shapes(vectors.shape)
    weights = Weights(**{name: generator.uniform(-1, 1, shape) for name, shape in shapes.items()})
    step = data.draw(st.integers(1, len(said)))
    picture = reset(layer, said, vectors, weights, step=step)
    trace = run_model(stack(layer, shape=vectors.shape), vectors, weights=[weights]).traces[0]
    turn = trace.order.index(step - 1)
    forms = check_rules(picture)
    for way, after in (("after", True), ("before", False)):
        own = dict(weights.items())
        if use_bias and after is not is_after:
            both = own["bias"].sum(axis=0) if is_after else np.stack([own["bias"], np.zeros(3 * units)])
            own["bias"] = both
        twin = GRU(units, reset_after=after, **options)
        found = twin.run(Weights(**own), vectors[step - 1 : step], initial_state=[trace.states[turn]])
        for form in forms:
            shapes = {shape.name: shape for shape in form.shapes}
            for name, values in (("candidate", found.gates["candidate"]), ("gate", found.gates["reset"])):
                drawn = shapes[f"{way}-{name}"].cells
                assert drawn[0] == text_of(float(values[0, 0]), 2)
                assert drawn[-1] == text_of(float(values[0, -1]), 2)


def test_a_long_word_fits_a_phone():
    """Beside three numbers, it takes the tightest layout."""
    layer = GRU(3, reset_after=False, use_bias=False, activation="sigmoid")
    generator = np.random.default_rng(3)
    vectors = generator.uniform(-1, 1, (1, 3))
    weights = {name: generator.uniform(-1, 1, shape) for name, shape in layer.weight_shapes(vectors.shape).items()}
    check_rules(reset(layer, ["transformers"], vectors, Weights(**weights), step=1))


def test_corresponding_stages_of_both_variants_are_aligned():
    """Only the reset and the matrix are swapped."""
    shapes = {shape.name: shape for shape in reset(GRU(2), ["I", "am", "groot"]).shapes}
    for name in ("state", "first", "second", "plus", "squash", "candidate"):
        assert shapes[f"after-{name}"].frame.centre == pytest.approx(shapes[f"before-{name}"].frame.centre)
    assert shapes["after-matrix"].frame.centre == pytest.approx(shapes["before-times"].frame.centre)
    assert shapes["after-times"].frame.centre == pytest.approx(shapes["before-matrix"].frame.centre)
