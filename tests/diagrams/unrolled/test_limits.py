"""Models that are too large to compute: sizes that would take too long, and numbers beyond Keras's float32."""

import time

import numpy as np
import pytest

from tests.diagrams.running import run
from unrolled import (
    LSTM,
    Bidirectional,
    CodeError,
    Dense,
    Embedding,
    KitError,
    NumbersError,
    SimpleRNN,
    Weights,
    cell,
    embed,
    formulation,
    gradient,
    initial_weights,
    model_shapes,
    read_keras,
    readable_weights,
    rolled,
    run_model,
    stack,
    unroll,
)
from unrolled.arrays import MOST_NUMBERS
from unrolled.layers.recurrent import MOST_STEPS
from unrolled.model import MOST_LAYERS

WORDS = ["I", "am", "groot"]
MUCH = 10**9
SOON_S = 0.5
"""The processor time within which an error must be raised."""


def code(*layers, shape="(3, 2)"):
    """Write a model with each layer on its own line, starting on the third."""
    lines = [f"    Input({shape}),", *(f"    {layer}," for layer in layers)]
    return "\n".join(["model = Sequential([", *lines, "])"])


def refusal(draw):
    """Return the error raised by drawing, which must come soon."""
    began = time.process_time()
    with pytest.raises(KitError) as caught:
        draw()
    assert time.process_time() - began < SOON_S
    return caught.value


TOO_LARGE = {
    "units of an LSTM": (code(f"LSTM({MUCH})"), 3, "4,000,000,012,000,000,000 weights"),
    "units of a Dense": (code("LSTM(2)", f"Dense({MUCH})"), 4, "3,000,000,000 weights"),
    "rows of an Embedding": (code(f"Embedding({MUCH}, 2)", "LSTM(2)", shape="(3,)"), 3, "2,000,000,000 weights"),
    "features": (code("LSTM(2)", shape=f"(3, {MUCH})"), 2, "weights"),
    "steps that are made": (code("LSTM(2)", f"RepeatVector({MUCH})", "LSTM(2)"), 4, "2,000,000,000 numbers"),
    "both directions": (code(f"Bidirectional(LSTM({MUCH}))"), 3, "weights"),
    "units on a line of their own": (f"m = Sequential([Input((3, 2)),\nLSTM(\n{MUCH}\n)])", 3, "weights"),
}


@pytest.mark.parametrize("draw", [unroll, cell, lambda model, words: gradient([model], words)])
@pytest.mark.parametrize("name", TOO_LARGE)
def test_a_size_that_would_take_too_long_is_an_error_at_once_and_at_its_line(name, draw):
    """Before any weights are sought; with the size, the limit, and what to do."""
    text, line, size = TOO_LARGE[name]
    error = refusal(lambda: draw(read_keras(text), WORDS))
    assert (error.block, error.lineno) == (text, line)
    assert size in str(error)
    assert f"the limit is {MOST_NUMBERS:,}: use smaller" in str(error)


def test_a_million_steps_are_an_error_at_once():
    """Whether there are words for three of them or for all."""
    text = code("LSTM(2)", shape="(1000000, 2)")
    model, words = read_keras(text), ["word"] * 10**6
    assert "the code says 1000000 time steps" in str(refusal(lambda: unroll(model, WORDS)))
    for draw in (unroll, cell, rolled):
        error = refusal(lambda draw=draw: draw(model, words))
        assert (error.block, error.lineno) == (text, 2)
        assert f"would read 1,000,000 time steps, but the limit is {MOST_STEPS:,}: use fewer" in str(error)
    both = code("Bidirectional(GRU(2))", shape="(1000000, 2)")
    assert "1,000,000 time steps" in str(refusal(lambda: unroll(read_keras(both), words)))


@pytest.mark.parametrize(
    "make",
    [
        lambda: readable_weights(SimpleRNN(MUCH), embed(WORDS)),
        lambda: initial_weights(Dense(MUCH), (3, 2)),
        lambda: initial_weights(Bidirectional(LSTM(MUCH)), (3, 2)),
        lambda: run(LSTM(MUCH), Weights(), embed(WORDS)),
        lambda: embed(WORDS, MUCH),
        lambda: run_model(stack(Embedding(MUCH, 2), shape=(3,)), [1, 2, 3]),
    ],
    ids=["readable", "initial", "both directions", "run", "embed", "a model of a script"],
)
def test_a_script_s_own_sizes_are_an_error_at_once(make):
    """There is no line of an article to name, but the error has the size and the limit."""
    error = refusal(make)
    assert isinstance(error, NumbersError)
    assert f"{MOST_NUMBERS:,}" in str(error)


@pytest.mark.parametrize("draw", [model_shapes, rolled, formulation])
def test_pictures_without_numbers_work_for_any_size(draw):
    """The errors above recommend a picture of shapes."""
    for text in (code(f"LSTM({MUCH})"), code("LSTM(2)", f"Dense({MUCH})"), code("LSTM(2)", shape=f"({MUCH}, 2)")):
        assert draw(read_keras(text)).alt


LARGE = {
    "a list": "m = Sequential([Input((3, 2)), LSTM(2), " + "Dense(2), " * 1999 + "])",
    "one by one": "m = Sequential()\nm.add(Input((3, 2)))\n" + "m.add(Dense(2))\n" * 2000,
    "functions": "i = x = Input((3, 2))\n" + "x = Dense(2)(x)\n" * 2000 + "m = Model(i, x)",
    "one layer again and again": "i = x = Input((3, 2))\nd = Dense(2)\n" + "x = d(x)\n" * 2000 + "m = Model(i, x)",
}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow if name == "one by one" else ()) for name in LARGE]
)
def test_a_chain_of_2000_layers_is_an_error(name):
    """Not a RecursionError, and not a minute of silence."""
    began = time.process_time()
    with pytest.raises(CodeError, match=f"layers, but the limit for one model is {MOST_LAYERS}: draw a part of it"):
        read_keras(LARGE[name])
    assert time.process_time() - began < 5


@pytest.mark.slow
def test_models_at_the_limit_are_drawn():
    """As columns of boxes; a script's model has the same limit."""
    both = "Bidirectional(LSTM(2, return_sequences=True)), "
    picture = model_shapes(read_keras(f"m = Sequential([Input((3, 2)), {both * MOST_LAYERS}])"))
    for form in (picture, picture.narrow):
        assert MOST_LAYERS * 20 < form.size_px[1] < 2**16 / 2  # matplotlib's limit, for a PNG of twice the size
    with pytest.raises(CodeError, match="101 layers, but the limit for one model is 100"):
        stack(*[Dense(2)] * (MOST_LAYERS + 1), shape=(3, 2))


GROWING = Weights(kernel=[[1.0, 1.0], [1.0, 1.0]], recurrent_kernel=[[2e9, 1.0], [1.0, 2e9]], bias=[1.0, 1.0])


@pytest.mark.parametrize("activation", ["relu", "linear"])
def test_states_beyond_float32_are_an_error_that_names_the_step(activation):
    """Keras returns inf there; float64 would continue for three hundred steps and print a number."""
    text = code(f"SimpleRNN(2, activation='{activation}')", shape="(9, 2)")
    with pytest.raises(NumbersError, match=r"at step 6, the limit of float32: Keras returns inf") as caught:
        unroll(read_keras(text), WORDS * 3, embeddings=np.ones((9, 2)), weights=[GROWING])
    assert (caught.value.block, caught.value.lineno) == (text, 3)
    shorter = read_keras(text.replace("9, 2", "3, 2"))
    assert unroll(shorter, WORDS, embeddings=np.ones((3, 2)), weights=[GROWING]).alt


def test_an_intermediate_overflow_is_an_error_too():
    """Keras adds both directions before it halves the sum, and squares a number for squareplus."""
    both = Bidirectional(SimpleRNN(1, "linear"), merge_mode="ave")
    each = {"kernel": [[3e38]], "recurrent_kernel": [[0.0]], "bias": [0.0]}
    weights = Weights(**{f"{way}_{name}": values for way in ("forward", "backward") for name, values in each.items()})
    with pytest.raises(NumbersError, match=r"Bidirectional exceed 3\.4e\+38"):
        run(both, weights, [[1.0]])
    with pytest.raises(NumbersError, match="Dense exceed"):
        run(Dense(1, "squareplus", use_bias=False), Weights(kernel=[[1e20]]), [1.0])
    assert run(Dense(1, "relu6", use_bias=False), Weights(kernel=[[1e20]]), [1.0]).output == [6.0]


def test_a_gradient_beyond_float32_is_an_error():
    """A fraction of a number that Keras can't represent is meaningless."""
    weights = Weights(kernel=[[1e-5]], recurrent_kernel=[[1e13]], bias=[0.0])
    layer = SimpleRNN(1, "linear")
    with pytest.raises(NumbersError, match="gradient of SimpleRNN grows beyond the range of float32"):
        gradient([stack(layer, shape=(4, 1))], ["a", "b", "c", "d"], [[0.0]] * 4, [weights])
