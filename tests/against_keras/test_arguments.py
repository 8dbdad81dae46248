"""Each argument that Keras's layers take is computed as Keras does, or refused by its name."""

import inspect
import re
from collections import Counter
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from tests.against_keras.live import Largest, both, keras, real_model
from unrolled import CodeError, initial_weights, read_keras

pytestmark = [pytest.mark.keras, pytest.mark.filterwarnings("ignore")]  # the warnings of Keras and its backends

RECURRENT = ("SimpleRNN", "GRU", "LSTM")
# What a layer takes beside what its signature names, through **kwargs.
BY_NAME = ("name", "dtype", "trainable")
VALUES = {
    name: re.findall("`(.*?)`", values)
    for names, values in re.findall(
        r"^- (.*): (.*)$", Path(__file__).with_name("arguments.md").read_text("utf-8"), re.M
    )
    for name in names.split(", ")
}
# Those that a forward pass hangs on: tried by itself, after a mask, and with given states.
NUMBERS = {name for name in VALUES if not name.endswith(("initializer", "regularizer", "constraint"))}
NUMBERS -= {"seed", "noise_shape", "use_cudnn", "implementation", "name", "dtype", "trainable"}
REFUSED = {
    "weights": "[1.0]",
    "lora_rank": "2",
    "lora_alpha": "2",
    "quantization_config": "'int8'",
    "dtype": "'float16'",
}
# What a layer must be given, and around which layer a wrapper stands.
NEEDED = {
    **{kind: {"units": "4"} for kind in RECURRENT},
    "Bidirectional": {"layer": "GRU(4, return_sequences=True)"},
    "TimeDistributed": {"layer": "Dense(3)"},
    "Dense": {"units": "4"},
    "Embedding": {"input_dim": "9", "output_dim": "3"},
    "Masking": {},
    "Activation": {"activation": "'tanh'"},
    "RepeatVector": {"n": "3"},
    "Dropout": {"rate": "0.5"},
    "Flatten": {},
}
WRAPPED = {
    "Bidirectional": ("SimpleRNN(4)", "GRU(4, return_state=True)", "LSTM(2, return_sequences=True, return_state=True)"),
    "TimeDistributed": ("Dense(3, 'relu')", "Dropout(0.5)", "Activation('softmax')"),
}
STATES = {"SimpleRNN": 1, "GRU": 1, "LSTM": 2}


def said(kind, /, **arguments):
    """Write a call."""
    written = [f"{name}={value}" for name, value in {**NEEDED[kind], **arguments}.items()]
    return f"{kind}({', '.join(written)})"


def codes(layer, call, units="4"):
    """Write models around a call: by itself, after a mask, and with given states; with inputs for each."""
    random = np.random.default_rng(5)
    words, vectors = np.array([1.0, 0, 3, 5]), random.uniform(-1, 1, (4, 2))
    padded = vectors.copy()
    padded[[0, 2]] = 0
    if layer == "Embedding":
        yield f"m = Sequential([Input(batch_shape=(1, 4)), {call}])", [words]
        yield f"m = Sequential([Input(batch_shape=(1, 4)), {call}, LSTM(2, return_sequences=True)])", [words]
    elif layer == "RepeatVector":
        yield f"m = Sequential([Input(batch_shape=(1, 2)), {call}])", [vectors[0]]
    elif layer == "Masking":
        padded[1] = -1.5
        yield f"m = Sequential([Input(batch_shape=(1, 4, 2)), {call}, GRU(3, return_sequences=True)])", [padded]
    else:
        yield f"m = Sequential([Input(batch_shape=(1, 4, 2)), {call}])", [vectors]
        yield f"m = Sequential([Input(batch_shape=(1, 4, 2)), Masking(), {call}])", [padded]
    if layer in RECURRENT:
        names = [f"s{number}" for number in range(STATES[layer])]
        states = "".join(f"{name} = Input(batch_shape=(1, {units}))\n" for name in names)
        listed = ", ".join(names)
        for before in ("x", "Masking()(x)"):
            code = (
                f"x = Input(batch_shape=(1, 4, 2))\n{states}y = {call}({before}, initial_state=[{listed}])\n"
                f"m = Model([x, {listed}], y)"
            )
            yield code, [padded, *(random.uniform(-1, 1, int(units)) for _ in names)]


def arguments_of(layer):
    """List what the real layer takes."""
    names = inspect.signature(getattr(keras.layers, layer).__init__).parameters
    more = [*BY_NAME, *(["zero_output_for_mask"] if layer in RECURRENT else [])]
    more += ["implementation"] if layer in ("GRU", "LSTM") else []
    return [*(name for name in names if name not in ("self", "kwargs")), *more]


@pytest.mark.parametrize("layer", NEEDED)
def test_each_argument_is_computed_as_keras_does_or_refused_by_name(layer, say):
    """The list is Keras's own; an argument without a case fails."""
    computed, refused, largest = Counter(), Counter(), Largest()
    for name in arguments_of(layer):
        values = WRAPPED[layer] if name == "layer" else VALUES.get(name, ())
        for value in values:
            call, units = said(layer, **{name: value}), value if name == "units" else "4"
            for code, inputs in islice(codes(layer, call, units), None if name in NUMBERS else 1):
                both(code, inputs, seed=len(code), largest=largest)
                computed[name] += 1
        if value := REFUSED.get(name):
            with pytest.raises(CodeError, match=f"`{name}=.*isn't supported: \\w+|computes in .* leave the {name} out"):
                read_keras(next(codes(layer, said(layer, **{name: value})))[0])
            refused[name] += 1
    cells = [f"{name} {computed[name] or 'refused'}" for name in arguments_of(layer)]
    say(f"{layer}: {', '.join(cells)}; largest differences: {largest}")
    assert [name for name in arguments_of(layer) if not computed[name] + refused[name]] == []


def test_every_activation_of_keras_is_computed_or_refused_by_name(say):
    """The list is Keras's own."""
    from keras.src.activations import ALL_OBJECTS_DICT

    largest, refused = Largest(), []
    for name in sorted(ALL_OBJECTS_DICT):
        for call in (
            f"SimpleRNN(4, activation='{name}')",
            f"LSTM(4, recurrent_activation='{name}')",
            f"Dense(4, '{name}')",
        ):
            code = f"m = Sequential([Input(batch_shape=(1, 4, 2)), {call}])"
            if name in ("glu", "threshold", "sparsemax"):
                with pytest.raises(CodeError, match=f"'{name}' isn't supported: "):
                    read_keras(code)
                refused.append(name)
            else:
                both(code, [np.random.default_rng(3).uniform(-3, 3, (4, 2))], seed=1, largest=largest)
    say(f"{len(ALL_OBJECTS_DICT)} activations, refused: {', '.join(sorted(set(refused)))}; {largest}")


@pytest.mark.parametrize("layer", [*RECURRENT, "Dense", "Embedding"])
def test_what_keras_fills_without_chance_is_filled_alike(layer):
    """And what it draws has the same shape; its spread is compared below."""
    names = [name for name in arguments_of(layer) if name.endswith("initializer")]
    for name in names:
        for value in (*VALUES[name], *(("'identity'",) if name == "kernel_initializer" else ())):
            code, _ = next(codes(layer, said(layer, **{name: value})))
            (node,) = read_keras(code).nodes
            ours, real = initial_weights(node.layer, node.shape), real_model(code).get_weights()
            for theirs, (weight, values) in zip(real, ours.items(), strict=True):
                assert values.shape == theirs.shape
                mine = getattr(node.layer, f"{weight.replace('recurrent_kernel', 'recurrent')}_initializer")
                if str(mine) in ("zeros", "ones", "identity") or "constant" in str(mine):
                    np.testing.assert_allclose(values, theirs, atol=1e-7)
                else:
                    assert values.std() > 0


SPREADS = ("glorot_uniform", "glorot_normal", "he_uniform", "he_normal", "lecun_uniform", "lecun_normal", "orthogonal")


@pytest.mark.parametrize("kind", [*SPREADS, "random_uniform", "random_normal", "truncated_normal"])
def test_a_random_initializer_draws_from_keras_s_distribution(kind):
    """Forty thousand numbers have the same mean, spread and largest size."""
    from unrolled import Initializer

    keras.utils.set_random_seed(5)
    shape = (160, 250)
    ours = Initializer(kind).values(shape, "seed")
    theirs = np.asarray(keras.initializers.get(kind)(shape))
    assert ours.std() == pytest.approx(theirs.std(), rel=0.03)
    assert abs(ours.mean()) < 0.05 * ours.std()
    if kind not in ("orthogonal", "random_normal"):  # the others have a largest size
        assert np.abs(ours).max() == pytest.approx(np.abs(theirs).max(), rel=0.02)
    assert np.quantile(ours, 0.8) == pytest.approx(np.quantile(theirs, 0.8), rel=0.05)


@pytest.mark.parametrize("layer", RECURRENT)
def test_a_stateful_layer_goes_on_where_it_stopped(layer):
    """The next sequence begins with the trace's last states."""
    from tests.diagrams.running import run

    code = f"m = Sequential([Input(batch_shape=(1, 4, 2)), {said(layer, stateful='True', return_sequences='True')}])"
    random, largest = np.random.default_rng(8), Largest()
    first, second = random.uniform(-1, 1, (2, 4, 2))
    trace, real = both(code, [first], seed=8, largest=largest)
    real.layers[-1].reset_state()
    real(first[None].astype("float32"))
    ours = run(trace.traces[0].layer, trace.weights[0], second, initial_state=trace.traces[0].final)
    largest.compare("states", ours.outputs, np.asarray(real(second[None].astype("float32")))[0])


@pytest.mark.parametrize("options", ["", "unroll=True", "zero_output_for_mask=True", "go_backwards=True"])
@pytest.mark.parametrize("layer", RECURRENT)
def test_a_mask_and_given_states_go_together_where_both_are_handed_over(layer, options):
    """A model's own mask is dropped where states are given; one that is handed to the layer is not."""
    from tests.diagrams.running import run

    code = f"m = Sequential([Input((4, 2)), {layer}(3, return_sequences=True, return_state=True, {options})])"
    random, largest = np.random.default_rng(4), Largest()
    for mask in ([False, True, False, True], [True, True, False, False], [False] * 4):
        inputs, states = random.uniform(-1, 1, (4, 2)), list(random.uniform(-1, 1, (STATES[layer], 3)))
        trace, real = both(code, [inputs], seed=4, largest=largest)
        given = [each[None].astype("float32") for each in states]
        theirs = real.layers[-1](inputs[None].astype("float32"), initial_state=given, mask=np.array([mask]))
        ours = run(trace.traces[0].layer, trace.weights[0], inputs, initial_state=states, mask=mask)
        for mine, each in zip(ours.returned, theirs, strict=True):
            largest.compare("masked", mine, np.asarray(each)[0])
