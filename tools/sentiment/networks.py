"""The networks for the short verdicts, as the code that creates them: Keras runs it, and the kit reads it."""

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
"""By the name of the file with their weights."""

OVER_WINDOWS = """\
from keras import Input, Sequential
from keras.layers import Conv1D, Dense, Embedding, GlobalMaxPooling1D

model = Sequential()
model.add(Input((12,)))
model.add(Embedding(77, 2))
{layers}model.add(GlobalMaxPooling1D())
model.add(Dense(1, activation="sigmoid"))
"""
CONVOLUTION = 'model.add(Conv1D(8, {options}, padding="same", activation="relu"))\n'
STACKS = {
    "1 word": ("1",),
    "3 words": ("3",),
    "5 words": ("3", "3"),
    "15 words": ("3", "3, dilation_rate=2", "3, dilation_rate=4"),
}
WINDOWS = {
    name: OVER_WINDOWS.format(layers="".join(CONVOLUTION.format(options=options) for options in layers))
    for name, layers in STACKS.items()
}
"""Convolutions, by the number of words that one of their outputs depends on."""
