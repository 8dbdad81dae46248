"""The softmax of six random scores: unscaled, and divided by the square root of the length of a key."""

from dataclasses import replace

import numpy as np

from unrolled import Picture, above, logits
from unrolled.shapes.shape import Shape
from unrolled.shapes.text import Label, Word

LONGEST, KEYS, SEED = 256, 6, 0
ALT = (
    "One query and six keys of {length} numbers: from the scores as they are, softmax gives the best key a share of "
    "{plain:.2f}; from the scores divided by {divisor:g}, a share of {divided:.2f}."
)
TOLD = "The numbers of the query and of the keys are drawn at random, with mean 0 and standard deviation 1."


def draw(key_dim: int = 64) -> Picture:
    """Compare one query with six keys of `key_dim` numbers, the first of those drawn at random."""
    random = np.random.default_rng(SEED)
    query, keys = random.normal(size=LONGEST)[:key_dim], random.normal(size=(KEYS, LONGEST))[:, :key_dim]
    scores, divisor = keys @ query, key_dim**0.5
    picture = logits([f"key {number + 1}" for number in range(KEYS)], scores, temperature=[1, divisor])
    picture = _named(picture, key_dim, divisor)
    plain, divided = (np.exp(each).max() / np.exp(each).sum() for each in (scores, scores / divisor))
    alt = ALT.format(length=key_dim, divisor=divisor, plain=plain, divided=divided)
    return above(picture).picture(alt, TOLD, narrow=above(picture.narrow or picture))


def _named(picture: Picture, key_dim: int, divisor: float) -> Picture:
    """Call the numbers scores, and say where the divisor comes from: the view is about logits and temperatures."""
    heads = dict.fromkeys(("logit", "1-logit", "2-logit"), "score")
    heads |= dict.fromkeys(("temperature-1", "1-temperature-1"), "softmax")
    heads |= {
        "temperature-2": f"÷ {divisor:g} (root of {key_dim}), softmax",
        "2-temperature-1": f"÷ {divisor:g}, softmax",  # a phone has no room for more
    }

    def named(shape: Shape) -> Shape:
        if isinstance(shape, Word):
            return Label(name=shape.name, role="ink", text=shape.text, at=shape.frame.midpoint)
        head = heads.get(shape.name)
        return replace(shape, text=head) if isinstance(shape, Label) and head else shape

    narrow = picture.narrow and _named(picture.narrow, key_dim, divisor)
    return replace(picture, shapes=tuple(map(named, picture.shapes)), narrow=narrow)
