"""The networks that read reviews, as shown in the guide: the code is run for training, and read by the kit."""

from __future__ import annotations

CODE = """\
from keras import Input, Sequential
from keras.layers import LSTM, Dense, Dropout, Embedding

model = Sequential()
model.add(Input((40,)))
model.add(Embedding({words}, 32, mask_zero=True))
model.add(Dropout(0.5))
model.add(LSTM(32))
model.add(Dropout(0.5))
model.add(Dense(1, activation="sigmoid"))
"""
FIT = """\
from keras.callbacks import EarlyStopping

model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
stop = EarlyStopping(patience=2, restore_best_weights=True)
history = model.fit(
    x_train, y_train, batch_size=128, epochs=20,
    validation_data=(x_validation, y_validation), callbacks=[stop],
)
"""
"""Adam's learning rate is Keras's default, 0.001."""
LAYERS = {
    "SimpleRNN": "SimpleRNN(32)",
    "GRU": "GRU(32)",
    "LSTM": "LSTM(32)",
    "Bidirectional": "Bidirectional(LSTM(32))",
}
"""The recurrent layers to be compared, each in place of the LSTM."""


def code(layer: str = "LSTM", words: int = 0, *, dropout: bool = True, time_steps: int = 40) -> str:
    """Return the code of a network; without dropout, both of its lines are left out."""
    text = CODE.format(words=words).replace("LSTM,", f"{', '.join(_imports(layer))},")
    text = text.replace("LSTM(32)", LAYERS[layer]).replace("(40,)", f"({time_steps},)")
    return text if dropout else text.replace("model.add(Dropout(0.5))\n", "")


def _imports(layer: str) -> list[str]:
    return ["LSTM", layer] if layer == "Bidirectional" else [layer]
