"""Random models whose cells an article writes: what the kit replays is what Keras computes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.against_keras.live import Largest, answers, calm, fill, real_model, tried
from unrolled import read_keras, run_model, weights_from

pytestmark = [pytest.mark.keras, pytest.mark.filterwarnings("ignore")]  # the warnings of Keras and its backends

START = """
class Cell(layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.units = units
        self.state_size = {size}
    def build(self, shape):
        self.kernel = self.add_weight(shape=(shape[-1], {many} * self.units), name="kernel")
        self.recurrent = self.add_weight(shape=(self.units, {many} * self.units), name="recurrent")
        self.bias = self.add_weight(shape=({many} * self.units,), initializer="zeros", name="bias")
{more}
    def call(self, x, states):
{call}
"""
KINDS = {
    "peephole": (
        2,
        4,
        "self.peek = self.add_weight(shape=(self.units,))\nself.look = self.add_weight(shape=(self.units,))",
        """
        h, c = states
        i, f, g, o = ops.split(ops.matmul(x, self.kernel) + ops.matmul(h, self.recurrent) + self.bias, 4, axis=-1)
        f = ops.sigmoid(f + c * self.peek)
        c = f * c + ops.sigmoid(i) * ops.tanh(g)
        h = ops.sigmoid(o + c * self.look) * ops.tanh(c)
        return h, [h, c]
        """,
    ),
    "highway": (
        1,
        2,
        "",
        """
        h = states[0]
        sums = x @ self.kernel + h @ self.recurrent + self.bias
        new, gate = ops.tanh(sums[:, :self.units]), ops.sigmoid(sums[:, self.units:])
        h = gate * new + (1 - gate) * h
        return h, [h]
        """,
    ),
    "normalised": (
        1,
        1,
        "self.norm = layers.LayerNormalization()\nself.norm.build((None, self.units))",
        """
        h = ops.tanh(self.norm(ops.matmul(x, self.kernel) + ops.matmul(states[0], self.recurrent)) + self.bias)
        return h, h
        """,
    ),
    "minimal gated unit": (
        1,
        2,
        "",
        """
        (before,) = states
        of_x, of_h = ops.matmul(x, self.kernel), ops.matmul(before, self.recurrent)
        f = ops.sigmoid(of_x[:, :self.units] + of_h[:, :self.units] + self.bias[:self.units])
        new = ops.tanh(of_x[:, self.units:] + f * of_h[:, self.units:])
        after = before - f * before + f * new
        return after, [after]
        """,
    ),
    "leaky": (
        1,
        1,
        "",
        """
        h = 0.7 * states[0] + ops.relu(ops.dot(x, self.kernel) + ops.dot(states[0], self.recurrent) + self.bias) / 4
        return h, [h]
        """,
    ),
    "layers": (
        1,
        1,
        "self.gate = layers.Dense(self.units, 'sigmoid')\nself.new = layers.Dense(self.units, 'tanh', use_bias=False)",
        """
        both = ops.concatenate([x, states[0]], axis=-1)
        z = self.gate(both)
        h = z * states[0] + (1.0 - z) * self.new(both)
        return h, [h]
        """,
    ),
    "coupled": (
        2,
        3,
        "",
        """
        h, c = states
        sums = ops.add(ops.add(ops.matmul(x, self.kernel), ops.matmul(h, self.recurrent)), self.bias)
        f, g, o = ops.split(sums, 3, axis=-1)
        f = ops.sigmoid(f)
        c = f * c + ops.subtract(1, f) * ops.tanh(g)
        return (h := ops.sigmoid(o) * ops.tanh(c)), [h, c]
        """,
    ),
    "memory first": (
        2,
        2,
        "",
        """
        c, h = states
        f, g = ops.split(ops.matmul(x, self.kernel) + ops.matmul(h, self.recurrent) + self.bias, 2, axis=-1)
        c = ops.sigmoid(f) * c + ops.tanh(g)
        h = ops.tanh(c) * ops.sigmoid(g)
        return h, [c, h]
        """,
    ),
    "squared": (
        1,
        1,
        "",
        """
        total = ops.matmul(x, self.kernel) + self.bias
        h = total / ops.sqrt(1 + ops.square(total)) + ops.clip(ops.matmul(states[0], self.recurrent), -0.5, 0.5)
        return h, [h]
        """,
    ),
}
"""Of each kind the states, the sums beside each other, more of `build`, and the `call`."""
LARGEST = Largest()


def cell_of(kind: str) -> str:
    """Write the class of a cell."""
    states, many, more, call = KINDS[kind]
    size = "units" if states == 1 else "[units, units]"
    lines = "\n".join(f"        {line}" for line in more.splitlines())
    return START.format(size=size, many=many, more=lines, call=call.strip("\n"))


@st.composite
def models(draw: st.DrawFn) -> str:
    """Draw a model with a cell of each kind, between other layers."""
    kind, units = draw(st.sampled_from([*KINDS])), draw(st.integers(1, 4))
    flags = [each for each in ("go_backwards", "unroll", "zero_output_for_mask") if draw(st.integers(0, 3)) == 0]
    whole = draw(st.booleans())
    said = "".join(f", {each}=True" for each in [*flags, *(["return_sequences"] if whole else [])])
    masked = draw(st.booleans()) and kind != "memory first"
    before = "Masking(), " if masked else ""
    after = draw(st.sampled_from(["", ", Dense(2)", ", SimpleRNN(2)" if whole else "", ", Dropout(0.5)"]))
    model = f"Sequential([Input((4, 3)), {before}RNN(Cell({units}){said}){after}])"
    return f"from keras import ops\n{cell_of(kind)}\nm = {model}"


@settings(calm, max_examples=tried(80))
@given(models(), st.integers(0, 2**32 - 1))
def test_a_cell_of_the_articles_own_computes_what_keras_does(code, seed):
    """Its weights are in Keras's order, and masks, directions and layers around it act as they do in Keras."""
    random = np.random.default_rng(seed)
    vectors = np.round(random.normal(size=(4, 3)), 2)
    vectors[random.integers(0, 4)] = 0
    real, ours = real_model(code), read_keras(code)
    answers(real, [vectors])  # layers in a cell without a `build` get their weights only when they are used
    assert real.count_params() == ours.parameter_count
    assert [tuple(each.shape[1:]) for each in real.outputs] == list(ours.output_shapes)
    fill(real, random)
    trace = run_model(ours, vectors, weights=weights_from(ours, real.get_weights()))
    LARGEST.compare("outputs", trace.output, *answers(real, [vectors]))
