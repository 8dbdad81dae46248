"""`model_shapes`: a single layer, many layers, wide layers."""

from unrolled import LSTM, Bidirectional, Dense, Embedding, Picture, SimpleRNN, model_shapes, stack


def draw() -> list[Picture]:
    """Range from the shortest model to one with a wrapped layer."""
    return [
        model_shapes(stack(SimpleRNN(4), shape=(3, 2))),
        model_shapes(stack(LSTM(128, return_sequences=True), LSTM(32), Dense(1), shape=(12, 300))),
        model_shapes(stack(Embedding(10_000, 8), Bidirectional(LSTM(16)), Dense(1, "sigmoid"), shape=(20,))),
    ]
