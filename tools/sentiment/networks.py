"""The networks for the short verdicts, as the code that makes them: Keras runs it, and the kit reads it."""

from __future__ import annotations

CODE = """\
from keras import Input, Sequential
from keras.layers import {layer}, Dense, Embedding

model = Sequential([
    Input((12,)),
    Embedding(77, 2, mask_zero=True),
    {layer}({units}),
    Dense(1, "sigmoid"),
])
"""
NETWORKS = {
    "simple_rnn": CODE.format(layer="SimpleRNN", units=4),
    "gru": CODE.format(layer="GRU", units=4),
    "lstm": CODE.format(layer="LSTM", units=4),
    "lstm_2_units": CODE.format(layer="LSTM", units=2),
}
"""By the name of the file that holds their weights."""
