"""Random layers, options, weights, inputs, masks and states: the kit beside the real Keras."""

import numpy as np
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from tests.against_keras import by_hand
from tests.against_keras.live import Largest, answers, both, calm, check_answers
from unrolled import read_keras, run_model, weights_from

pytestmark = [pytest.mark.keras, pytest.mark.filterwarnings("ignore")]  # the warnings of Keras and its backends

KINDS = ("SimpleRNN", "GRU", "LSTM")
LARGEST = Largest()


@st.composite
def recurrent(draw, *, sequences=None, units=None):
    """Draw the call of a recurrent layer; answer its kind, its units and the text."""
    kind = draw(st.sampled_from(KINDS))
    units = units or draw(st.integers(1, 5))
    options = {"activation": repr(draw(st.sampled_from(sorted(by_hand.ACTIVATIONS))))}
    flags = ["use_bias", "go_backwards", "unroll", "zero_output_for_mask"]
    if kind != "SimpleRNN":
        options["recurrent_activation"] = repr(draw(st.sampled_from(["sigmoid", "hard_sigmoid", "tanh"])))
    flags += {"GRU": ["reset_after"], "LSTM": ["unit_forget_bias"]}.get(kind, [])
    options |= {name: str(draw(st.booleans())) for name in flags}
    options["return_sequences"] = str(draw(st.booleans()) if sequences is None else sequences)
    return kind, units, f"{kind}({units}, {', '.join(f'{name}={value}' for name, value in options.items())})"


@st.composite
def numbers(draw, steps, features):
    """Draw inputs of which some steps are nought, so that a mask skips them."""
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    inputs = random.uniform(-1, 1, (steps, features))
    inputs[np.array(draw(st.lists(st.booleans(), min_size=steps, max_size=steps)))] = 0
    return inputs


@calm
@given(st.data())
def test_a_recurrent_layer_answers_and_remembers_as_keras_does(data):
    """Outputs and states, with and without a mask, and every gate by an independent loop over `get_weights()`."""
    _, _, call = data.draw(recurrent())
    steps, features = data.draw(st.integers(1, 6)), data.draw(st.integers(1, 4))
    masking = data.draw(st.sampled_from(["", "Masking(), "]))
    call = call.replace("return_sequences", "return_state=True, return_sequences")
    code = f"m = Sequential([Input(({steps}, {features})), {masking}{call}])"
    inputs = data.draw(numbers(steps, features))
    trace, real = both(code, [inputs], data.draw(st.integers(0, 999)), LARGEST)
    check_gates(trace.traces[-1], real.layers[-1].get_weights())


def check_gates(trace, weights):
    """Hold states and gates, turn by turn, against the textbook's loop."""
    layer, state = trace.layer, np.zeros(trace.layer.units)
    memory = state
    for turn, step in enumerate(trace.order):
        if trace.mask is not None and not trace.mask[step]:
            assert all(np.isnan(values[turn]).all() for values in trace.gates.values())
        elif trace.memories is not None:
            state, memory, gates = by_hand.lstm(layer, weights, trace.inputs[step], state, memory)
        elif trace.gates:
            state, gates = by_hand.gru(layer, weights, trace.inputs[step], state)
        else:
            state, gates = by_hand.simple_rnn(layer, weights, trace.inputs[step], state), {}
        LARGEST.compare("states", trace.states[turn + 1], state)
        if trace.memories is not None:
            LARGEST.compare("cell states", trace.memories[turn + 1], memory)
        if trace.mask is None or trace.mask[step]:
            for name, values in gates.items():
                LARGEST.compare(f"{name} gate", trace.gates[name][turn], values)


@st.composite
def masked_calls(draw):
    """Draw the code of a model that is given masks as arrays, and one sample that goes in."""
    queries, keys, wide = draw(st.integers(1, 4)), draw(st.integers(1, 4)), draw(st.integers(1, 3))
    heads, whole = draw(st.integers(1, 3)), draw(st.booleans())
    flags = st.lists(st.booleans(), min_size=queries, max_size=queries)
    of_queries = [True, *draw(flags)][:queries]  # of no step at all, there is no average
    of_values = draw(st.lists(st.booleans(), min_size=keys, max_size=keys))
    of_values[draw(st.integers(0, keys - 1))] = True  # with nothing to look at, backends differ
    rows = [
        [a or at == 0 for at, a in enumerate(draw(st.lists(st.booleans(), min_size=keys, max_size=keys)))]
        for _ in of_queries
    ]
    kind = draw(st.sampled_from(["bool", "int", "float"]))
    array = lambda values: f"np.array({values}, {kind!r})"  # noqa: E731
    said = [
        "import numpy as np",
        f"a = Input(({queries}, {wide}))\nb = Input(({keys}, {wide}))",
        f"q = {draw(st.sampled_from(['a', 'Masking()(a)']))}",
    ]
    causal = draw(st.booleans())
    match draw(st.sampled_from(["scores", "lists", "by query", "steps", "states", "triangle"])):
        case "scores":
            axes = draw(st.sampled_from(["", "[None]", "[None, None]"]))
            more = f"return_attention_scores={whole}, use_causal_mask={causal}"
            call = f"layers.MultiHeadAttention({heads}, 2)(a, b, attention_mask={array(rows)}{axes}, {more})"
        case "triangle":
            triangle = draw(st.sampled_from([f"np.tri({queries}, {keys})", f"keras.ops.tri({queries}, {keys})[None]"]))
            call = f"layers.MultiHeadAttention({heads}, 2)(a, b, attention_mask={triangle})"
        case "lists":
            masks = [draw(st.sampled_from(["None", array([of_queries])])), array([of_values])]
            attends = draw(st.sampled_from(["Attention(use_scale=True)", "AdditiveAttention()"]))
            call = f"layers.{attends}([q, b], mask=[{', '.join(masks)}], return_attention_scores={whole})"
        case "by query":
            call = f"layers.Attention()([a, b], mask=[None, {array([rows])}])"
        case "steps":
            _, _, call = draw(recurrent(sequences=whole))
            call = draw(
                st.sampled_from([call, f"Bidirectional({call.replace('go_backwards=True', 'go_backwards=False')})"])
            )
            call = f"{call}(q, mask={array([of_queries])})"
        case "states":
            call = f"GRU(2, return_sequences={whole})(q, mask={array([of_queries])}, initial_state=GRU(2)(b))"
    ends = f"y = {call}\ny = y[0] if isinstance(y, (list, tuple)) else y\n"
    ends += draw(st.sampled_from(["", "y = layers.Dropout(0.1)(y)\n"]))
    if draw(st.booleans()) and "_scores=True" not in call and "return_sequences=False" not in call:
        ends += f"y = {draw(st.sampled_from(['LSTM(2)(y)', 'GlobalAveragePooling1D()(y)']))}\n"  # what the mask reaches
    return "\n".join([*said, f"{ends}m = Model([a, b], y)"]), queries, keys, wide


@settings(calm, max_examples=120)
@given(st.data())
def test_masks_given_in_a_call_hide_what_they_hide_in_keras(data):
    """Of scores, of queries and values, of steps; instead of the masks that come with the inputs, or beside them."""
    code, queries, keys, wide = data.draw(masked_calls())
    seed = data.draw(st.integers(0, 999))
    inputs = [data.draw(numbers(queries, wide)), np.random.default_rng(seed).uniform(-1, 1, (keys, wide))]
    real = check_answers(code, inputs, seed, LARGEST, "masks in calls")
    live = read_keras(real)
    trace = run_model(live, *inputs, weights=weights_from(live, real.get_weights()))
    LARGEST.compare("masks in calls", trace.output, *answers(real, inputs))


STEPS_OF_OWN = {
    "scale": ("self.add_weight(shape=({width},), name='scale')", "x * self.{name}"),
    "shift": ("keras.Variable(np.ones({width}), name='shift')", "self.{name} - x"),
    "places": ("self.add_weight((1, {steps}, {width}), 'zeros')", "x + self.{name}[:, :keras.ops.shape(x)[1]]"),
    "kernel": ("self.add_weight(shape=({width}, {width}), initializer='ones')", "keras.ops.matmul(x, self.{name})"),
    "turned": ("keras.Variable('zeros', shape=({width}, {width}))", "x @ keras.ops.transpose(self.{name})"),
    "between": ("self.add_weight(shape=({steps}, {steps}), trainable=False)", "keras.ops.matmul(self.{name}, x)"),
    "only": ("self.add_weight()", "x * self.{name}"),
    "dense": ("layers.Dense({width}, 'tanh')", "self.{name}(x)"),
    "unused": ("self.add_weight(shape=(2, {width}))", "x * 0.5"),
    "fixed": (
        "keras.Variable(np.arange({width}), dtype='float32', trainable=False)",
        "keras.ops.subtract(x, self.{name})",
    ),
    "bent": ("None", "keras.ops.tanh(x)"),
}
"""What a layer of one's own makes of a weight, or of a layer: how it is set, and how it is used."""


@st.composite
def own_layers(draw):
    """Draw the code of layers and a model with weights of their own, used in another order than they are made."""
    steps, width = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    said, made = ["import numpy as np"], []
    for number in range(draw(st.integers(1, 3))):
        kinds = draw(st.lists(st.sampled_from(sorted(STEPS_OF_OWN)), min_size=1, max_size=4))
        names = [f"{kind}_{at}" for at, kind in enumerate(kinds)]
        rows = {True: [], False: []}
        for kind, name in zip(kinds, names, strict=True):
            value = STEPS_OF_OWN[kind][0].format(steps=steps, width=width)
            rows[draw(st.booleans())].append(f"        self.{name} = {value}")
        inside = [
            *rows[False],
            *[f"        self.inner_{at} = {each}()" for at, each in enumerate(made) if draw(st.booleans())],
        ]
        base = draw(st.sampled_from(["layers.Layer", "keras.Model"]))
        said += [f"class Own{number}({base}):", "    def __init__(self):", "        super().__init__()", *inside]
        said += ["    def build(self, shape):", *rows[True], "        self.built = True"] if rows[True] else []
        said += ["    def call(self, x):"]
        used = draw(st.permutations([*zip(kinds, names, strict=True)]))
        said += [f"        x = {STEPS_OF_OWN[kind][1].format(name=name)}" for kind, name in used]
        said += [f"        x = {line.strip().split(' ')[0]}(x)" for line in inside if "inner_" in line]
        said += ["        return x"]
        made.append(f"Own{number}")
    ends = draw(st.sampled_from(["m = Model(i, {}()(i))", "m = {}()\nm(i)"])).format(made[-1])
    if ends.startswith("m = Own") and "Model" not in said[[each[:10] for each in said].index(f"class {made[-1]}")]:
        ends = f"m = Sequential([i, {made[-1]}(), layers.Dense(2)])"
    return "\n".join([*said, f"i = Input(({steps}, {width}))", ends]), steps, width


@settings(calm, max_examples=100)
@given(st.data())
def test_weights_of_layers_of_ones_own_compute_and_count_as_in_keras(data):
    """Made in `__init__`, in `build`, or as Variables; in Keras's order, whatever the order in which they are used."""
    code, steps, width = data.draw(own_layers())
    seed = data.draw(st.integers(0, 999))
    try:
        check_answers(code, [data.draw(numbers(steps, width))], seed, LARGEST, "layers of one's own")
    except ValueError as problem:
        if "stateless scope" not in str(problem):
            raise
        reject()  # with JAX, an inner layer can't make a Variable in its own `build` while the outer one is traced


PLACES = {
    "none": (),
    "learnt": ("p = Input(({steps},))", "x = Add()([x, Embedding({steps}, {width})(p)])"),
    "waves": (
        "turns = np.arange({steps})[:, None] / {base} ** (np.arange(0, {width}, 2) / {width})",
        "x = x + np.concatenate([np.sin(turns), np.cos(turns)], axis=1)",
    ),
}
"""What the code says of the places of its words, line by line."""


@st.composite
def transformers(draw, places):
    """Draw the code of up to two Transformer blocks over words, the norms before or after, masks of both kinds."""
    width, steps, words = 2 * draw(st.integers(1, 3)), draw(st.integers(2, 5)), draw(st.integers(3, 6))
    many = {"width": width, "steps": steps, "base": draw(st.sampled_from([50, 10000]))}
    add = st.sampled_from(["x + {}", "Add()([x, {}])"])
    said = [
        *("import numpy as np", f"w = Input(({steps},))"),
        f"x = Embedding({words}, {width}, mask_zero={draw(st.booleans())})(w)",
        *(line.format(**many) for line in PLACES[places]),
    ]
    for _ in range(draw(st.integers(1, 2))):
        is_before = draw(st.booleans())
        heads, each, causal = draw(st.integers(1, 3)), draw(st.integers(1, 3)), draw(st.booleans())
        value = draw(st.sampled_from([None, 2]))
        dropout = draw(st.sampled_from(["0", "0.1"])) if value in (None, each) else "0.1"
        of_words = f"MultiHeadAttention({heads}, {each}, value_dim={value}, dropout={dropout})"
        of_words += f"({{0}}, {{0}}, use_causal_mask={causal})"
        of_one = f"Dense({width})(Dense({2 * width}, {draw(st.sampled_from(['relu', 'gelu']))!r})({{0}}))"
        for branch in (of_words, of_one):
            said += ["n = LayerNormalization()(x)" if is_before else "n = x"]
            said += [f"y = Dropout(0.1)({branch.format('n')})", f"x = {draw(add).format('y')}"]
            said += [] if is_before else ["x = LayerNormalization()(x)"]
    ends = ("LayerNormalization()(x)", "Dense(2, 'softmax')(x)", "GlobalAveragePooling1D()(x)", "Concatenate()([x, n])")
    given = "[w, p]" if places == "learnt" else "w"
    code = "\n".join([*said, f"m = Model({given}, {draw(st.sampled_from(ends))})"])
    rows = np.array(draw(st.lists(st.integers(0, words - 1), min_size=steps, max_size=steps)), dtype=float)
    return code, [rows, np.arange(steps, dtype=float)] if places == "learnt" else [rows]


@pytest.mark.parametrize("places", PLACES)
def test_transformer_blocks_over_words_answer_as_in_keras(places):
    """With positions that are learnt, and with those that the code works out by itself."""

    @calm
    @given(transformers(places), st.integers(0, 999))
    def compared(drawn, seed):
        check_answers(*drawn, seed, LARGEST, f"Transformer blocks, positions {places}")

    compared()


def test_the_largest_differences_are_told(say):
    """Over all of the above."""
    assert LARGEST.found
    say(f"largest differences over random layers: {LARGEST}")
