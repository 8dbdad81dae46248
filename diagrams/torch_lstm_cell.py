"""A step of PyTorch's LSTM in the code, with the weights of an LSTM of Keras of the same size, copied."""

from unrolled import LSTM, Model, Picture, Weights, cell, embed, read_keras, run_model, stack
from unrolled.layers.torch import TorchLSTM

WORDS = ["I", "am", "groot"]


def draw(code: str, step: int = 3) -> Picture:
    """Draw the step with the numbers that Keras's layer has at it."""
    model = read_keras(code).sized(len(WORDS))
    return cell(model, WORDS, step=step, weights=[copied(model)])


def copied(model: Model) -> Weights:
    """Return the weights of Keras's layer, turned round, with a second bias of zeros."""
    layer = model.recurrent.layer
    assert isinstance(layer, TorchLSTM)
    keras = stack(LSTM(layer.hidden_size), shape=(len(WORDS), layer.input_size))
    weights = run_model(keras, embed(WORDS)).weights[0]
    return Weights(
        weight_ih_l0=weights.kernel.T,
        weight_hh_l0=weights.recurrent_kernel.T,
        bias_ih_l0=weights.bias,
        bias_hh_l0=0 * weights.bias,
    )
