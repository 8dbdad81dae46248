"""The character model and its training, as shown in the guide: the code is run for training, and read by the kit."""

from __future__ import annotations

WAVES = """\
import numpy as np


def waves(places, units):
    \"\"\"Give each place its numbers on the waves.\"\"\"
    speeds = 10000 ** (-np.arange(0, units, 2) / units)
    angles = np.arange(places)[:, None] * speeds
    both = [np.sin(angles), np.cos(angles)]
    pairs = np.stack(both, axis=-1)
    return pairs.reshape(places, units).astype("float32")
"""
CODE = """\
from keras import Input, Model
from keras.layers import Dense, Embedding
from keras.layers import LayerNormalization
from keras.layers import MultiHeadAttention


def block(x):
    \"\"\"Let attention and feed-forward add to the belt.\"\"\"
    normed = LayerNormalization()(x)
    read = MultiHeadAttention(4, 12)
    x = x + read(normed, normed, use_causal_mask=True)
    normed = LayerNormalization()(x)
    wide = Dense(192, activation="relu")(normed)
    return x + Dense(48)(wide)


def writer(places):
    \"\"\"Make a network that reads so many characters.\"\"\"
    given = Input((places,), dtype="int32")
    x = Embedding(36, 48)(given) + waves(places, 48)
    x = block(block(x))
    scores = Dense(36)(LayerNormalization()(x))
    return Model(given, scores)


model = writer(64)
"""
FIT = """\
from keras.losses import SparseCategoricalCrossentropy
from keras.optimizers import Adam
from keras.optimizers.schedules import CosineDecay

epochs = 3
rate = CosineDecay(0.003, epochs * len(x_train) // 32)
loss = SparseCategoricalCrossentropy(from_logits=True)
model.compile(Adam(rate), loss)
model.fit(x_train, y_train, batch_size=32, epochs=epochs)
"""
