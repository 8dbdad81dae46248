"""Translating a sentence: an encoder's last states start a decoder, and a Dense layer picks its words."""

import numpy as np

from unrolled import Picture, Weights, embed, read_keras, run_model, unroll

HEARD, READ, SAID = ["I", "am", "groot"], ["[start]", "je", "suis", "groot"], ["je", "suis", "groot", "[end]"]
SHARPNESS = 40
HANDED_OVER = ("layer1-step0-memory", "layer1-step0-state")
"""The states in which the decoder starts, which are all that it gets from the encoder."""


def draw(code: str) -> Picture:
    """Find a Dense layer that picks a word for each state, by which of the decoder's states is closest to it."""
    model = read_keras(code)
    given = [embed(words, entry.shape[1]) for words, entry in zip((HEARD, READ), model.entries, strict=True)]
    trace = run_model(model, *given)
    states = trace.traces[-2].output
    dense = Weights(kernel=SHARPNESS * states.T, bias=-SHARPNESS / 2 * np.square(states).sum(axis=1))
    picture = unroll(model, [HEARD, READ], weights=[*trace.weights[:-1], dense], classes=SAID, spoken=True)
    return picture.print_only(*HANDED_OVER).emphasize(*HANDED_OVER)
