"""Pictures of a cell that an article writes itself."""

import numpy as np
import pytest

from tests.diagrams.cases import Code
from unrolled import cell, embed, formulation, gradient, model_shapes, read_keras, rolled, run_model, unroll
from unrolled.errors import NumbersError, PictureError
from unrolled.numbers.gradients import gradients_of

WORDS = ["I", "am", "groot"]
PEEPHOLE = """
from keras import layers, ops
class PeepholeCell(layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.units = units
        self.state_size = [units, units]
    def build(self, shape):
        self.kernel = self.add_weight(shape=(shape[-1], 3 * self.units))
        self.recurrent = self.add_weight(shape=(self.units, 3 * self.units))
        self.peek = self.add_weight(shape=(self.units,))
    def call(self, x, states):
        h, c = states
        sums = ops.matmul(x, self.kernel) + ops.matmul(h, self.recurrent)
        f, draft, o = ops.split(sums, 3, axis=-1)
        f = ops.sigmoid(f + c * self.peek)
        c = f * c + (1 - f) * ops.tanh(draft)
        h = ops.sigmoid(o) * ops.tanh(c)
        return h, [h, c]
model = keras.Sequential([keras.Input((3, 2)), layers.RNN(PeepholeCell(2), name="peephole")])
"""


@pytest.fixture(scope="module")
def model():
    """Read the peephole cell once."""
    return read_keras(Code(PEEPHOLE))


def test_a_ledger_has_a_row_for_each_name_in_the_order_of_the_code(model):
    """Its formulas go down to the names before, and its numbers are those of the run."""
    picture = cell(model, WORDS)
    rows = [[str(each.text) for each in row.cells] for row in picture.description.rows]
    assert [row[0] for row in rows] == ["x₃", "h₂", "c₂", "sums", "f", "draft", "o", "f′", "c₃", "h₃"]
    assert rows[3][1] == "x₃ · kernel + h₂ · recurrent"
    assert rows[-1][1] == "sigmoid(o) × tanh(c₃)"
    state = run_model(model, embed(WORDS)).output
    assert rows[-1][2] == ", ".join(f"{number:.2f}".replace("-", "−") for number in state)
    assert picture.asks is not None
    assert len(picture.description.steps) == len(rows) - 2  # what is given appears together


@pytest.mark.parametrize("view", [unroll, gradient, cell])
def test_views_with_words_draw_it(model, view):
    """They say something of its steps."""
    assert "step" in str(view(model, WORDS).description.alt)


@pytest.mark.parametrize("view", [rolled, formulation, model_shapes])
def test_views_without_words_draw_it(model, view):
    """They need no numbers."""
    assert view(model).shapes


def test_its_gradients_are_those_of_its_operations(model):
    """Small changes of the inputs move the last state as much as the derivatives say."""
    words, weights = np.array(embed(WORDS), dtype=np.float64), run_model(model, embed(WORDS)).weights
    slopes = gradients_of(run_model(model, words, weights=weights).traces[0]).of_inputs
    for step, feature in np.ndindex(words.shape):
        up, down = words.copy(), words.copy()
        up[step, feature] += 1e-6
        down[step, feature] -= 1e-6
        after, before = (run_model(model, each, weights=weights).output for each in (up, down))
        np.testing.assert_allclose((after - before) / 2e-6, slopes[step, :, feature], atol=1e-7)


def test_the_output_is_h_wherever_it_stands_among_the_states():
    """It's the state of the picture, and the memory is handed on in Keras's order; Keras's masks don't know it."""
    code = PEEPHOLE.replace("h, c = states", "c, h = states").replace("[h, c]", "[c, h]")
    handed = """
x, words = keras.Input((3, 2)), keras.Input((2, 2))
_, *states = layers.RNN(PeepholeCell(2), return_state=True)(x)
model = keras.Model([x, words], layers.RNN(PeepholeCell(2))(words, initial_state=states))
"""
    turned, usual = (cell(read_keras(Code(each)), WORDS).description.rows[-1] for each in (code, PEEPHOLE))
    assert turned == usual
    whole = code.rpartition("model =")[0] + handed
    assert "encoder" in str(unroll(read_keras(Code(whole)), [WORDS, WORDS[:2]]).description.alt)
    with pytest.raises(PictureError, match="takes the states in a different order"):
        unroll(read_keras(Code(whole.replace("=states)", "=states[::-1])"))), [WORDS, WORDS[:2]])
    masked = read_keras(Code(code.replace("layers.RNN", "layers.Masking(), layers.RNN")))
    with pytest.raises(NumbersError, match="at a masked step"):
        run_model(masked, np.array([[0.5, 0.4], [0.0, 0.0], [0.2, -0.3]]))


def test_a_masked_step_passes_its_states_on():
    """Such a step has no ledger, since the code of the cell isn't run."""
    code = PEEPHOLE.replace("keras.Input((3, 2)),", "keras.Input((3, 2)), layers.Masking(),")
    picture = cell(read_keras(Code(code)), WORDS, np.array([[0.5, 0.4], [0.0, 0.0], [0.2, -0.3]]), step=2)
    assert "masked" in str(picture.description.alt)
