"""Inside a new, untrained LSTM, at the last word it reads: what its forget gate keeps of the memory."""

from dataclasses import replace

import numpy as np

from unrolled import Picture, Weights, cell, embed, initial_weights, read_keras
from unrolled.shapes.blocks import Block
from unrolled.shapes.shape import Shape
from unrolled.shapes.text import Label

WORDS = ["I", "am", "groot"]
SHOWN = ("memory-before", "forget-gate", "kept")
"""What the picture is about."""


def draw(code: str, forget_bias: float = 1) -> Picture:
    """Use Keras's initial weights for a new layer, setting only the bias of its forget gates."""
    model = read_keras(code)
    (layer,) = model.layers
    fresh = initial_weights(layer, embed(WORDS).shape)
    bias = np.array(fresh["bias"])
    bias[len(bias) // 4 : len(bias) // 2] = forget_bias  # input, forget, candidate, output
    picture = cell(model, WORDS, weights=Weights(**{**fresh, "bias": bias}), step=len(WORDS))
    # The reader changes the bias here, and everything that depends on it should be visible from the start.
    picture = replace(picture, description=replace(picture.description, steps=()))
    narrow = picture.narrow and replace(picture.narrow, shapes=_biased(picture.narrow, forget_bias))
    return replace(picture, shapes=_biased(picture, forget_bias), narrow=narrow).emphasize(*SHOWN)


def _biased(picture: Picture, bias: float) -> tuple[Shape, ...]:
    """Add the bias to the label of the forget gate: in its block, or on a phone, beside its letter."""
    said = f"bias {bias:g}"
    shapes: list[Shape] = []
    for shape in picture.shapes:
        if isinstance(shape, Block) and shape.name == "forget-gate-block":
            shapes.append(replace(shape, second=said))
        elif isinstance(shape, Label) and shape.name == "forget-gate-title":
            shapes.append(replace(shape, text=f"{shape.text}, {said}"))
        else:
            shapes.append(shape)
    return tuple(shapes)
