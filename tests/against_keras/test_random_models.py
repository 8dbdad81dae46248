"""Random models, good and bad ones: what the kit draws, Keras builds; what Keras refuses, the kit refuses."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.against_keras.live import Largest, answers, calm, check_outputs, fill, real_model
from tests.diagrams.answers import check_recorded
from unrolled import KitError, NumbersError, model_shapes, read_keras, record, run_model, weights_of

pytestmark = [pytest.mark.keras, pytest.mark.filterwarnings("ignore")]  # the warnings of Keras and its backends

KINDS = ("SimpleRNN", "GRU", "LSTM")
STATES = {"SimpleRNN": 1, "GRU": 1, "LSTM": 2}
MERGES = ("'concat'", "'sum'", "'ave'", "'mul'", "None")
LARGEST = Largest()
MET: Counter[str] = Counter()
"""How many models both built, both refused, and only Keras built."""
random_models = settings(calm, max_examples=200)


def seldom(draw: st.DrawFn, of: int = 5) -> bool:
    """Draw True once in a while."""
    return draw(st.sampled_from([True, *[False] * (of - 1)]))


SILENT = (
    *("name='a'", "kernel_regularizer='l2'", "dropout=0.5", "bias_constraint='max_norm'", "seed=3", "use_cudnn=False"),
    *("trainable=False", "dtype='float32'"),
)
"""Options that change no number."""
SLIPS = (
    *("name='a/b'", "kernel_regularizer='l3'", "bias_constraint='norm'", "seed=1.5", "dropout='half'", "trainable=1"),
    *("use_cudnn='no'", "units=3", "activation='tahn'", "bias_initializer='zeroes'"),
)
"""What Keras does not take."""


@st.composite
def options(draw: st.DrawFn, kept: list[str], *, backwards: bool, loose: bool) -> str:
    """Draw options of a recurrent layer beside those that are given."""
    said = [*kept, *(["go_backwards=True"] if backwards else [])]
    said += [draw(st.sampled_from(SILENT))] if seldom(draw) else []
    said += [draw(st.sampled_from(SLIPS))] if loose and seldom(draw, 12) else []
    said += [each for each in ("unroll=True", "use_bias=False", "zero_output_for_mask=True") if seldom(draw)]
    return "".join(f", {each}" for each in said)


@st.composite
def flags(draw: st.DrawFn, *, whole: bool, loose: bool) -> list[str]:
    """Draw what a layer returns and keeps; loose ones do not go together with what comes after."""
    said = ["return_sequences=True"] if (draw(st.booleans()) if loose else whole) else []
    said += [each for each in ("return_state=True", "stateful=True") if loose and seldom(draw, 6)]
    return said


@st.composite
def recurrent(draw: st.DrawFn, *, whole: bool, loose: bool) -> str:
    """Draw the call of a recurrent layer."""
    kept = draw(flags(whole=whole, loose=loose))
    said = draw(options(kept, backwards=seldom(draw), loose=loose))
    return f"{draw(st.sampled_from(KINDS))}({draw(st.integers(1, 4))}{said})"


@st.composite
def bidirectional(draw: st.DrawFn, *, whole: bool, loose: bool) -> str:
    """Draw two directions, which do not always fit each other."""
    kind, units = draw(st.sampled_from(KINDS)), draw(st.integers(1, 3))
    kept = draw(flags(whole=whole, loose=loose))
    said = f"{kind}({units}{draw(options(kept, backwards=loose and seldom(draw, 8), loose=loose))})"
    merges = MERGES if loose else MERGES[:-1]
    said += f", merge_mode={draw(st.sampled_from(merges))}" if draw(st.booleans()) else ""
    if draw(st.booleans()):
        other = kind if draw(st.booleans()) else draw(st.sampled_from(KINDS))
        size = units if draw(st.booleans()) else draw(st.integers(1, 3))
        back = draw(options(kept, backwards=not (loose and seldom(draw, 8)), loose=loose))
        said += f", backward_layer={other}({size}{back})"
    return f"Bidirectional({said})"


STEPWISE = (
    *("Dense(2)", "Dense(3, 'relu')", "Dense(1, use_bias=False)", "Activation('tanh')", "Dropout(0.5)", "Masking()"),
    *("TimeDistributed(Dense(2))", "TimeDistributed(Dropout(0.5))", "TimeDistributed(Activation('relu'))"),
)
"""What leaves the steps of a sequence as they are."""
OTHERS = (
    *("Flatten()", "RepeatVector(2)", "Embedding(5, 2)", "Embedding(5, 2, mask_zero=True)", "Dense(2, name='a')"),
    *("Dropout(0.5, seed=-1)", "Dropout(0.5, noise_shape=(None, 1, 2))", "Dropout(1.5)", "Dense(2, 'tahn')"),
)
ENDS = ("", "", ", name='m'", ", True", ", False, 'm'", ", trainable=False")
SLIPS_OF_A_MODEL = (*[""] * 12, ", 'm'", ", titel='m'", ", True, 'm', 1", ", name='a/b'")


@st.composite
def stacked(draw: st.DrawFn) -> str:
    """Draw a Sequential model of up to four layers; half of the models may hold what does not fit."""
    loose = draw(st.booleans())
    shape = draw(st.sampled_from(["(4, 2)", "(4, 2)", "(4, 2)", "(4,)", "(1, 1)"]))
    said = ", batch_size=1" if draw(st.booleans()) else ""
    said += draw(st.sampled_from(["", "", ", name='a'", ", dtype='float'"])) if loose else ""
    held = ["Embedding(5, 2, mask_zero=True)"] if shape == "(4,)" and not (loose and seldom(draw)) else []
    depth = draw(st.integers(1, 3))
    for number in range(depth):
        whole = number < depth - 1 or draw(st.booleans())
        several = [recurrent(whole=whole, loose=loose), bidirectional(whole=whole, loose=loose)]
        plain = st.sampled_from((*STEPWISE, *OTHERS) if loose else STEPWISE)
        held.append(draw(st.one_of(*several, plain)))
    held += (
        [draw(st.sampled_from(("Dense(2, 'softmax')", "Flatten()", "Dense(1, name='b')")))] if seldom(draw, 2) else []
    )
    ends = draw(st.sampled_from(SLIPS_OF_A_MODEL if loose else ENDS))
    return f"m = Sequential([Input({shape}{said}), {', '.join(held)}]{ends})"


@st.composite
def functional(draw: st.DrawFn) -> str:
    """Draw an encoder and a decoder; half of the models may hold what does not fit."""
    loose = draw(st.booleans())
    kind, units = draw(st.sampled_from(KINDS)), draw(st.integers(1, 3))
    wrapped = seldom(draw, 3)
    count = STATES[kind] * (2 if wrapped else 1)
    names = [f"s{number}" for number in range(count)]
    kept = ["return_state=True", *(["return_sequences=True"] if draw(st.booleans()) else [])]
    first = f"{kind}({units}{draw(options(kept, backwards=not wrapped and seldom(draw), loose=loose))})"
    other = draw(st.sampled_from(KINDS)) if loose and seldom(draw) else kind
    size = draw(st.integers(1, 3)) if loose and seldom(draw) else units
    own = draw(flags(whole=draw(st.booleans()), loose=loose))
    second = f"{other}({size}{draw(options(own, backwards=not wrapped and seldom(draw), loose=loose))})"
    if wrapped:
        back = f", backward_layer={kind}({draw(st.integers(1, 3))}, {', '.join(kept)}, go_backwards=True)"
        first = f"Bidirectional({first}{back if loose and seldom(draw, 3) else ''})"
        second = second if loose and seldom(draw) else f"Bidirectional({second})"
    given = draw(st.permutations(names))[: draw(st.integers(1, count))] if loose and seldom(draw) else names
    got = ["y", *names][: -1 if loose and seldom(draw, 8) else None]
    batch = ", batch_size=1" if draw(st.booleans()) else ""
    before = draw(st.sampled_from(["a", "Masking()(a)", "Dense(2)(a)"]))
    ends = draw(st.sampled_from(["z", "[z, y]", "Dense(2)(z)", "[Dense(1)(z), s0]"] if loose else ["z", "[z, y]"]))
    more = draw(st.sampled_from(("", "", "", ", 'm'", ", name=1") if loose else ("", ", name='m'")))
    return (
        f"a = Input((4, 2){batch})\nb = Input((3, 2){batch})\n{', '.join(got)} = {first}({before})\n"
        f"z = {second}(b, initial_state=[{', '.join(given)}])\nm = Model([a, b], {ends}{more})"
    )


UNARY = (
    *("Masking()", "Dense(4)", "LayerNormalization()", "Dropout(0.5)", "SpatialDropout1D(0.2)", "Activation('linear')"),
    *("Activation('tanh')", "TimeDistributed(Dense(4))", "BatchNormalization()", "Conv1D(4, 2, padding='same')"),
    *("Softmax()", "GRU(4, return_sequences=True)", "LSTM(4, return_sequences=True, go_backwards=True)"),
    *("Bidirectional(GRU(2, return_sequences=True))", "SimpleRNN(4, return_sequences=True, zero_output_for_mask=True)"),
    *("Sequential([Dense(4), GRU(4, return_sequences=True)])", "Sequential([Masking(), Dropout(0.5)])"),
)
"""Layers of a sequence (4, 4) that return one."""
BINARY = ("Add", "Multiply", "Average", "Maximum", "Minimum", "Subtract", "Attention", "AdditiveAttention")
LAST = ("GRU(2)", "GlobalAveragePooling1D()", "GlobalMaxPooling1D()", "Bidirectional(LSTM(1))", "Flatten()", "Dense(2)")
INNER = "n = Input((4, 4))\nown = Model(n, Add()([n, MultiHeadAttention(1, 2)(n, n)]))"
OWN_MASKS = (
    "",
    "    def compute_mask(self, inputs, mask=None):\n        return mask\n\n",
    "    def compute_mask(self, inputs, mask=None):\n        return self.masking.compute_mask(inputs, mask)\n\n",
    "    def compute_mask(self, inputs, mask=None):\n        return None\n\n",
)


@st.composite
def lines(draw: st.DrawFn, usable: list[str], count: int, kept: list[str] | None, mask: str = "") -> list[str]:
    """Draw lines that compute with sequences and add to their names; in a `call`, its layers are kept as attributes."""
    found = []

    def layer(call: str) -> str:
        if kept is None:
            return call
        kept.append(f"self.l{len(kept)} = {call}")
        return f"self.l{len(kept) - 1}"

    own = [each for each in usable if each.startswith("own")]
    usable[:] = [each for each in usable if each not in own]
    for number in range(count):
        one, other, third = (draw(st.sampled_from(usable[-4:])) for _ in range(3))
        name = f"{'y' if kept is not None else 'v'}{number}"
        match draw(st.sampled_from(["unary", "unary", "heads", "heads", "merge", "sign", "concat", "own", "mask"])):
            case "heads":
                call = layer(f"MultiHeadAttention({draw(st.sampled_from(['1, 2', '2, 1', '1, 2, use_gate=True']))})")
                more = draw(st.sampled_from(["", "", "", f", {third}", ", use_causal_mask=True"]))
                said = f"{call}({one}, {draw(st.sampled_from([one, other]))}{more})"
            case "merge":
                said = f"{layer(f'{draw(st.sampled_from(BINARY))}()')}([{one}, {other}])"
            case "concat":
                axis = draw(st.sampled_from(["", "axis=1"]))
                whole = f"{layer(f'Concatenate({axis})')}([{one}, {other}])"
                said = f"{layer('Cropping1D((1, 3))' if axis else 'Dense(4)')}({whole})"
            case "sign":
                said = draw(st.sampled_from([f"{one} + {other}", f"{one} * 2.0", f"{one} * {other}", f"{one} - 1.0"]))
            case "own" if own:
                called = draw(st.sampled_from(own))
                said = f"{called}({one}, {other})" if called.endswith("2") else f"{called}({one})"
            case "mask" if mask:
                said = draw(
                    st.sampled_from(
                        [
                            f"{layer('GRU(4, return_sequences=True)')}({one}, mask={mask})",
                            f"{layer('MultiHeadAttention(1, 2)')}({one}, {other}, attention_mask={{}})".format(
                                f"None if {mask} is None else {mask}[:, None, :]"
                            ),
                            f"{layer('MultiHeadAttention(1, 2)')}({one}, {other}, value_mask={mask})",
                            f"{one} * 2.0 if {mask} is None else {layer('Dense(4)')}({one})",
                        ]
                    )
                )
            case _:
                said = f"{layer(draw(st.sampled_from(UNARY)))}({one})"
        found.append(f"{name} = {said}")
        usable.append(name)
    return found


@st.composite
def own_layer(draw: st.DrawFn, name: str, has_two: bool) -> str:
    """Draw a class of the article's own, which may look at its mask and may pass it on."""
    asks = draw(st.booleans())
    words = ("x", "z") if has_two else ("x",)
    masks = ["x_mask", "z_mask"] if has_two else ["mask"]
    given = [*words, *(f"{each}=None" for each in masks if asks)]
    kept: list[str] = []
    body = draw(lines([*words], draw(st.integers(1, 3)), kept, draw(st.sampled_from(masks)) if asks else ""))
    kept += ["self.supports_masking = True"] if draw(st.booleans()) else []
    made = "".join(f"        {each}\n" for each in (*kept, "self.masking = Masking()"))
    own = "" if has_two else draw(st.sampled_from((*OWN_MASKS[:1] * 3, *OWN_MASKS)))
    called = "".join(f"        {each}\n" for each in (*body, f"return {draw(st.sampled_from(['y0', *['y'] * 4]))}"))
    called = called.replace("return y\n", f"return y{len(body) - 1}\n")
    return (
        f"class {name}(Layer):\n    def __init__(self):\n        super().__init__()\n{made}\n{own}"
        f"    def call(self, {', '.join(given)}):\n{called}\n"
    )


@st.composite
def masked(draw: st.DrawFn) -> str:
    """Draw a model in which masks are made, read, merged, passed on and lost."""
    classes = [draw(own_layer("One", False)), draw(own_layer("Two", True))] if draw(st.booleans()) else []
    zero = draw(st.sampled_from(["True", "True", "False"]))
    head = [f"i = Input((4,))\nj = Input((4, 4))\ne = Embedding(9, 4, mask_zero={zero})(i)"]
    head += [draw(st.sampled_from(["f = Masking()(j)", "f = Masking()(Dense(4)(j))", "f = Dense(4)(j)"]))]
    usable = ["e", "f"]
    if classes:
        head += ["own1 = One()\nown2 = Two()"]
        usable += ["own1", "own2"]
    if draw(st.booleans()):
        head += [INNER]
        usable += ["own"]
    body = draw(lines(usable, draw(st.integers(1, 5)), None))
    ends = [draw(st.sampled_from(usable)) for _ in range(draw(st.integers(0, 1)))] + [usable[-1]]
    called = ", ".join(f"{draw(st.sampled_from(LAST))}({each})" for each in ends)
    return "".join(classes) + "\n".join([*head, *body, f"m = Model([i, j], [{called}, Flatten()(f), Flatten()(e)])"])


def inputs_of(real):
    """Make numbers for each input: whole ones where words are looked up; the second step is 0."""
    random = np.random.default_rng(7)
    words = any(type(layer).__name__ == "Embedding" for layer in real.layers)
    found = []
    for shape in (tuple(each.shape[1:]) for each in real.inputs):
        is_whole = words and len(shape) == 1
        found.append(random.integers(1, 5, shape).astype(float) if is_whole else random.uniform(-1, 1, shape))
        found[-1][1:2] = 0
    return found


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
    assert refusal is None, f"{code}\nis drawn, but Keras raises {refusal}"
    assert real.count_params() == ours.parameter_count
    for layer in real.layers:
        if getattr(layer, "stateful", False):
            layer.reset_state()
    if ours.idle:
        fill(real, np.random.default_rng(7))
        real.set_weights([abs(each) for each in real.get_weights()])  # among them are variances
        trace = run_model(ours, *inputs, weights=weights_of(ours, real))
    else:
        real.set_weights([values for weights in trace.weights for values in weights.values()])
    check_outputs(trace, answers(real, inputs), LARGEST)
    check_recorded(trace.outputs, run_model(ours, *map(record, inputs), weights=trace.weights).outputs)
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


@random_models
@given(masked())
def test_masks_are_those_of_keras(code):
    """Wherever they are made, read, merged, passed on and lost, and in whatever order Keras runs the layers."""
    check(code)


OUTGROWN: Counter[bool] = Counter()
"""How often Keras answered with numbers only, and how often not."""
UNBOUNDED = ("relu", "linear", "exponential", "squareplus", "selu", "softplus", "mish", "gelu", "tanh")


@settings(random_models, max_examples=80)
@given(st.data())
def test_where_keras_answers_inf_the_kit_answers_no_number(data):
    """Large weights and inputs, every state looked at; and where Keras has numbers, so has the kit."""
    kind, activation = data.draw(st.sampled_from(KINDS)), data.draw(st.sampled_from(UNBOUNDED))
    said = f"{kind}(2, activation='{activation}', return_sequences=True, return_state=True)"
    if seldom(data.draw, 3):
        said = f"Bidirectional({said}, merge_mode={data.draw(st.sampled_from(MERGES))})"
    code = f"m = Sequential([Input((6, 2)), {said}])"
    random = np.random.default_rng(data.draw(st.integers(0, 999)))
    real, size = real_model(code), 10.0 ** data.draw(st.integers(0, 22))
    real.set_weights([random.uniform(-size, size, each.shape) for each in real.get_weights()])
    inputs = random.uniform(-1, 1, (6, 2)) * 10.0 ** data.draw(st.integers(0, 6))
    finite = all(np.isfinite(each).all() for each in answers(real, [inputs]))
    OUTGROWN[finite] += 1
    ours = read_keras(code)
    if finite:
        run_model(ours, inputs, weights=weights_of(ours, real))
    else:
        with pytest.raises(NumbersError, match="the limit of float32: Keras returns inf or nan"):
            run_model(ours, inputs, weights=weights_of(ours, real))


def test_good_and_bad_models_were_met(say):
    """Over all of the above: a generator of nothing but bad ones would prove little."""
    assert min(MET["both built"], MET["both refused"]) >= 60, MET
    assert min(OUTGROWN[True], OUTGROWN[False]) >= 15, OUTGROWN
    say(f"random models: {dict(MET)}; {LARGEST}")
