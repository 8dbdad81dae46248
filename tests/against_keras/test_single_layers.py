"""Each layer of the kit beside the real Keras's, with random options, over random shapes."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.against_keras import single_cases
from tests.against_keras.live import Largest, calm
from tests.against_keras.single_cases import LAYERS, cases, shape, wrapped
from tests.against_keras.single_layers import Case, ours, sample, theirs
from unrolled import KitError
from unrolled.layers import known

pytestmark = [pytest.mark.keras, pytest.mark.filterwarnings("ignore")]  # the warnings of Keras and its backends

LARGEST = Largest()
MET: Counter[str] = Counter()
COMPARED: Counter[str] = Counter()
"""How many cases of a layer had numbers on both sides."""
FEW = 8
MANY = {"MultiHeadAttention": 100, "Attention": 50, "AdditiveAttention": 50, "Dense": 60, "Conv1D": 60, "Conv2D": 60}
MANY |= {"LayerNormalization": 40, "Embedding": 30, "Concatenate": 40, "Add": 30, "Dropout": 20}
MANY |= {f"{kind}{axes}D": 30 for kind in ("MaxPooling", "AveragePooling") for axes in (1, 2)}
MANY |= {f"Global{kind}Pooling{axes}D": 15 for kind in ("Max", "Average") for axes in (1, 2)}
"""How often a layer is tried from which attention, Transformers, convolutions and dense networks are made."""
random_layers = settings(calm, max_examples=FEW)
UNCHANGED = ("Cropping1D", "UpSampling1D", "ZeroPadding1D")
"""Where these have nothing to do, JAX answers with the very array that goes in, and so with its mask."""
STRICTER = ("mix the samples of a batch", "doesn't fit the last axes")
"""What the kit says of the few options that Keras takes, and that no figure of one sample could show."""


def check(case: Case, seed: int = 0, *, is_opened: bool = True) -> None:
    """Hold the kit's layer against Keras's: shapes, counts, numbers and masks, and what neither takes.

    `is_opened` compares it once more over any number of steps.
    """
    inputs = sample(case, seed)
    try:
        real, weights = theirs(case, inputs, seed)
        numbers = all(np.isfinite(each).all() for each in real.outputs or ())
    except Exception as error:  # Keras raises whatever its backends raise
        real, refusal = None, error
    try:
        own = ours(case, inputs, None if real is None else weights, seed)
    except KitError as error:
        MET["both refused" if real is None or not numbers else "only Keras built"] += 1
        if real is not None and numbers and not any(said in str(error) for said in STRICTER):
            raise
        return
    assert real is not None, f"{case} is drawn, but Keras raises {refusal}"
    assert own.shapes == real.shapes, case
    assert own.weights == real.weights, case
    assert own.parameters == real.parameters, case
    if own.outputs is not None:
        for one, other in zip(own.outputs, real.outputs, strict=True):
            LARGEST.compare(str(case), one, other, among=case.name)
        COMPARED[case.name] += 1
        if case.name not in UNCHANGED:
            assert (own.mask is None) == (real.mask is None), case
        if own.mask is not None:
            assert own.mask.tolist() == real.mask.tolist(), case
    MET["both built"] += 1
    if is_opened:
        check_open(case, real.shapes)


def check_open(case: Case, shapes: list) -> None:
    """With any number of steps, Keras and the kit leave the same lengths open."""
    opened = Case(case.name, case.options, tuple((None, *each[1:]) for each in case.shapes))
    inputs = sample(case, 1)
    try:
        real = theirs(opened, inputs)[0]
    except Exception:  # Keras raises whatever its backends raise
        with pytest.raises(KitError):
            ours(opened, inputs)
        return
    own = ours(opened, inputs)
    assert own.shapes == real.shapes, opened
    assert own.parameters == real.parameters, opened


@pytest.mark.parametrize("name", sorted(LAYERS))
def test_a_layer_is_the_one_of_keras(name):
    """Its shapes, its weights' shapes, its count, its numbers and its mask; what Keras refuses, the kit refuses."""
    before = MET.total()

    @settings(random_layers, max_examples=MANY.get(name, FEW))
    @given(cases(name))
    def compared(case):
        check(case, is_opened=MET.total() - before < FEW)

    compared()


@random_layers
@given(st.data())
def test_a_layer_at_every_step_is_the_one_of_keras(data):
    """TimeDistributed around layers of all kinds."""
    inside = wrapped(data.draw)
    check(Case("TimeDistributed", {"layer": inside}, (data.draw(st.integers(2, 4).flatmap(shape)),)))


def test_every_layer_was_compared(say):
    """A layer that is added here without a comparison is noticed; and good and bad options were met."""
    elsewhere = {"SimpleRNN", "GRU", "LSTM", "Bidirectional", "Masking", "TimeDistributed", "ConvLSTM3D"}
    missing = sorted(set(known()) - {*LAYERS, *elsewhere})
    assert not missing, f"draw random options for {', '.join(missing)}: add a row to LAYERS in {single_cases.__file__}"
    assert set(known()) == {*LAYERS, *elsewhere}
    say(f"single layers: {dict(MET)}; largest difference {max(LARGEST.found.values(), default=0):.1e}")


def test_attention_convolution_and_what_goes_with_them_were_compared_often(say):
    """Five hundred cases and more with numbers on both sides, and each layer among them; told layer by layer."""
    assert sum(COMPARED[name] for name in MANY) >= 500, COMPARED
    assert min(COMPARED[name] for name in MANY) >= 10, COMPARED
    rows = [f"{name:24}{COMPARED[name]:5} cases, at most {LARGEST.found[name]:.1e} apart" for name in sorted(MANY)]
    say("\n".join(rows))
