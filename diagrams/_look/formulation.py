"""`formulation`: stacks, long sequences, an encoder whose last state is repeated, a layer that reads backwards."""

from unrolled import Picture, formulation, read_keras

STACKED = "m = Sequential([Input((9,)), Embedding(100, 16), GRU(128, return_sequences=True), GRU(4), Dense(70)])"
REPEATED = "m = Sequential([Input((3, 2)), GRU(4), RepeatVector(5), GRU(4, return_sequences=True), Dense(7)])"
BACKWARDS = "m = Sequential([Input((4, 2)), LSTM(3, go_backwards=True)])"


def draw() -> Picture:
    """Draw all of them in one picture."""
    return formulation(*map(read_keras, (STACKED, REPEATED, BACKWARDS)))
