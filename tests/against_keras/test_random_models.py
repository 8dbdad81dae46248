"""Random models, good and bad ones: what the kit draws, Keras builds; what Keras refuses, the kit refuses."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.against_keras.live import Largest, answers, check_outputs, real_model
from unrolled import KitError, model_shapes, read_keras, run_model

pytestmark = [pytest.mark.keras, pytest.mark.filterwarnings("ignore")]  # the warnings of Keras and its backends

KINDS = ("SimpleRNN", "GRU", "LSTM")
STATES = {"SimpleRNN": 1, "GRU": 1, "LSTM": 2}
MERGES = ("'concat'", "'sum'", "'ave'", "'mul'", "None")
LARGEST = Largest()
MET: Counter[str] = Counter()
"""How many models both built, both refused, and only Keras built."""
random_models = settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),  # whoever sees one fail sees its code
    suppress_health_check=list(HealthCheck),
)


def seldom(draw: st.DrawFn, of: int = 5) -> bool:
    """Draw True once in a while."""
    return draw(st.integers(1, of)) == of


@st.composite
def options(draw: st.DrawFn, *, backwards: bool | None = None, alike: str = "") -> str:
    """Draw options of a recurrent layer, some of which do not go together with what is around it."""
    said = [alike] if alike else []
    if not alike:
        said += ["return_sequences=True"] if draw(st.booleans()) else []
        said += ["return_state=True"] if seldom(draw) else []
        said += ["stateful=True"] if seldom(draw) else []
    back = seldom(draw) if backwards is None else backwards
    said += ["go_backwards=True"] if back else []
    said += [draw(st.sampled_from(SILENT))] if seldom(draw) else []
    said += [each for each in ("unroll=True", "use_bias=False", "zero_output_for_mask=True") if seldom(draw)]
    return "".join(f", {each}" for each in said)


@st.composite
def recurrent(draw: st.DrawFn) -> str:
    """Draw the call of a recurrent layer."""
    return f"{draw(st.sampled_from(KINDS))}({draw(st.integers(1, 4))}{draw(options())})"


@st.composite
def bidirectional(draw: st.DrawFn) -> str:
    """Draw two directions, which often do not fit each other."""
    kind, units = draw(st.sampled_from(KINDS)), draw(st.integers(1, 3))
    kept = [f"{name}=True" for name, of in (("return_sequences", 2), ("return_state", 4), ("stateful", 4))]
    alike = ", ".join(each for each, of in zip(kept, (2, 4, 4), strict=True) if seldom(draw, of))
    said = f"{kind}({units}{draw(options(backwards=seldom(draw, 8), alike=alike or 'use_bias=True'))})"
    said += f", merge_mode={draw(st.sampled_from(MERGES))}" if draw(st.booleans()) else ""
    if draw(st.booleans()):
        other = kind if draw(st.booleans()) else draw(st.sampled_from(KINDS))
        size = units if draw(st.booleans()) else draw(st.integers(1, 3))
        back = draw(options(backwards=not seldom(draw, 8), alike=alike or "use_bias=True"))
        if "use_bias=True" not in back or "use_bias=False" not in back:
            said += f", backward_layer={other}({size}{back})"
    return f"Bidirectional({said})".replace("use_bias=True, use_bias=False", "use_bias=False")


SILENT = (
    *("name='a'", "name='b'", "name='a/b'", "kernel_regularizer='l2'", "kernel_regularizer='l3'", "dropout=0.5"),
    *("bias_constraint='max_norm'", "bias_constraint='norm'", "seed=3", "seed=1.5", "dropout='half'", "trainable=1"),
    *("use_cudnn=False", "use_cudnn='no'", "trainable=False", "dtype='float32'"),
)
"""Options that change no number, and some that Keras does not take."""
PLAIN = (
    *(
        "Dense(2)",
        "Dense(3, 'relu')",
        "Dense(1, use_bias=False)",
        "Dense(2, name='a')",
        "Activation('tanh')",
        "Dropout(0.5)",
        "Flatten()",
    ),
    *("Dropout(0.5, seed=-1)", "Dropout(0.5, noise_shape=(None, 1, 2))", "Dropout(1.5)", "Dense(2, activation='tahn')"),
    *("Masking()", "RepeatVector(2)", "TimeDistributed(Dense(2))", "TimeDistributed(Dropout(0.5))"),
    *("TimeDistributed(Activation('relu'))", "Embedding(5, 2)", "Embedding(5, 2, mask_zero=True)"),
)
layers = st.one_of(recurrent(), bidirectional(), st.sampled_from(PLAIN))
ENDS = (
    "",
    "",
    "",
    "",
    ", name='m'",
    ", 'm'",
    ", True",
    ", False, 'm'",
    ", trainable=False",
    ", titel='m'",
    ", True, 'm', 1",
)

MODEL_ENDS = ("", "", "", "", ", name='m'", ", 'm'", ", name=1")


@st.composite
def stacked(draw: st.DrawFn) -> str:
    """Draw a Sequential model of up to four layers."""
    shape = draw(st.sampled_from(["(4, 2)", "(4, 2)", "(4, 2)", "(4,)", "(1, 1)"]))
    batch = ", batch_size=1" if draw(st.booleans()) else ""
    batch += draw(st.sampled_from(["", "", "", ", name='a'", ", dtype='float'"]))
    first = ["Embedding(5, 2, mask_zero=True)"] if shape == "(4,)" and not seldom(draw) else []
    held = [*first, *draw(st.lists(layers, min_size=1, max_size=4 - len(first)))]
    return f"m = Sequential([Input({shape}{batch}), {', '.join(held)}]{draw(st.sampled_from(ENDS))})"


@st.composite
def functional(draw: st.DrawFn) -> str:
    """Draw an encoder and a decoder, whose states often do not fit."""
    kind, units = draw(st.sampled_from(KINDS)), draw(st.integers(1, 3))
    wrapped = seldom(draw, 3)
    count = STATES[kind] * (2 if wrapped else 1)
    names = [f"s{number}" for number in range(count)]
    first = f"{kind}({units}, return_state=True{', return_sequences=True' if draw(st.booleans()) else ''})"
    same = not seldom(draw, 4)
    other = kind if same else draw(st.sampled_from(KINDS))
    size = units if same and not seldom(draw) else draw(st.integers(1, 3))
    second = f"{other}({size}{draw(options())})"
    if wrapped:
        back = f", backward_layer={kind}({draw(st.integers(1, 3))}, return_state=True, go_backwards=True)"
        first = f"Bidirectional({first}{back if seldom(draw, 3) else ''})"
        second = f"Bidirectional({second})" if not seldom(draw, 3) else second
    given = names if not seldom(draw) else draw(st.permutations(names))[: draw(st.integers(1, count))]
    batch = ", batch_size=1" if draw(st.booleans()) else ""
    before = draw(st.sampled_from(["a", "Masking()(a)", "Dense(2)(a)"]))
    got = ["y", *names]
    got = got if not seldom(draw, 8) else got[:-1]
    ends = draw(st.sampled_from(["z", "[z, y]", "Dense(2)(z)", "[Dense(1)(z), s0]"]))
    return (
        f"a = Input((4, 2){batch})\nb = Input((3, 2){batch})\n{', '.join(got)} = {first}({before})\n"
        f"z = {second}(b, initial_state=[{', '.join(given)}])\n"
        f"m = Model([a, b], {ends}{draw(st.sampled_from(MODEL_ENDS))})"
    )


def inputs_of(real):
    """Make numbers for each input: whole ones where words are looked up."""
    random = np.random.default_rng(7)
    words = any(type(layer).__name__ == "Embedding" for layer in real.layers)
    shapes = [tuple(each.shape[1:]) for each in real.inputs]
    return [random.integers(0, 5, shape).astype(float) if words else random.uniform(-1, 1, shape) for shape in shapes]


def check(code: str) -> None:
    """Let Keras and the kit build one model and answer; the kit with numbers only where Keras has them."""
    refusal = real = None
    try:
        real = real_model(code)
        inputs = inputs_of(real)
        answers(real, inputs)
    except Exception as error:  # Keras raises whatever its backends raise
        refusal = error
    try:
        ours = read_keras(code)
        model_shapes(ours)
        given = inputs if real is not None else [np.ones(entry.shape) for entry in ours.entries]
        trace = run_model(ours, *given)
    except KitError as error:
        MET["both refused" if refusal else f"only Keras built: {str(error)[:90]}"] += 1
        return
    assert refusal is None, f"{code}\nis drawn, and Keras says {refusal}"
    assert real.count_params() == ours.parameter_count
    for layer in real.layers:
        if getattr(layer, "stateful", False):
            layer.reset_state()
    real.set_weights([values for weights in trace.weights for values in weights.values()])
    check_outputs(trace, answers(real, inputs), LARGEST)
    MET["both built"] += 1


@random_models
@given(stacked())
def test_what_the_kit_draws_of_a_stack_keras_builds(code):
    """And answers the same numbers, with the weights that the kit chooses."""
    check(code)


@random_models
@given(functional())
def test_what_the_kit_draws_of_an_encoder_and_its_decoder_keras_builds(code):
    """And answers the same numbers, with the weights that the kit chooses."""
    check(code)


def test_good_and_bad_models_were_met(say):
    """Over all of the above: a generator of nothing but bad ones would prove little."""
    assert min(MET["both built"], MET["both refused"]) >= 60, MET
    say(f"random models: {dict(MET)}; {LARGEST}")
