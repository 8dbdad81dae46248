"""`cell`: the three recurrent layers, one to four units, first and last steps, a stage, a masked step."""

from unrolled import GRU, LSTM, Masking, Picture, SimpleRNN, cell, stack

WORDS = ["I", "am", "groot"]


def draw() -> list[Picture]:
    """Draw every layer at the last step, and one of them at other steps and sizes."""
    kinds = [SimpleRNN(2), LSTM(2), GRU(2), GRU(2, reset_after=False), SimpleRNN(1), LSTM(1), GRU(3), LSTM(4)]
    return [
        *(cell(stack(layer, shape=(3, 2)), WORDS, step=3) for layer in kinds),
        cell(stack(LSTM(2), shape=(3, 2)), WORDS, step=1),
        cell(stack(LSTM(2), shape=(3, 2)), WORDS).focus(3),
        cell(stack(GRU(128), shape=(2, 2)), ["a", "internationalisation"]),
        cell(stack(Masking(), LSTM(2), shape=(2, 2)), ["I", "am"], [[0.5, 0.4], [0.0, 0.0]]),
    ]
