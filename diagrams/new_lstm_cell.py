"""Inside a new, untrained LSTM, at the last word it reads: what its forget gate keeps of the memory."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from unrolled import Picture, Weights, cell, embed, initial_weights, read_keras
from unrolled.shapes.blocks import Block
from unrolled.shapes.shape import Area, Mark, Shape, Stroke, Text
from unrolled.shapes.text import Label

WORDS = ["I", "am", "groot"]
SHOWN = ("memory-before", "forget-gate", "kept")
"""What the picture is about: the names of these shapes start like this, and all others recede."""
GROUNDS = ("block", "lane", "paper")


@dataclass(frozen=True, kw_only=True)
class Receding(Shape):
    """A shape in grey, without its fill."""

    shape: Shape

    def marks(self) -> Sequence[Mark]:
        """Draw its lines thin and its letters muted."""
        return [_greyed(mark) for mark in self.shape.marks()]


def _greyed(mark: Mark) -> Mark:
    match mark:
        case Stroke():
            return replace(mark, token="rule", width=min(mark.width, 1))
        case Text():
            return replace(mark, token="muted")
        case Area(token=token) if token in GROUNDS:
            return mark
        case Area(token=token):
            return replace(mark, token="block" if token.endswith("-fill") or token.startswith("word") else "rule")


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
    return replace(picture, shapes=_biased(picture, forget_bias), narrow=narrow)


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
    return tuple(shape if shape.name.startswith(SHOWN) else _receding(shape) for shape in shapes)


def _receding(shape: Shape) -> Shape:
    return Receding(name=shape.name, role=shape.role, step=shape.step, argument=shape.argument, shape=shape)
