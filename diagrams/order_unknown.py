"""The same words in two orders: without positions, attention gives each word the same output in both."""

from dataclasses import replace

from unrolled import Picture, above, attention, beside, read_keras
from unrolled.palette import word_fills

VOCABULARY = ["[pad]", "dog", "bites", "man"]
ORDERS = ["dog", "bites", "man"], ["man", "bites", "dog"]
ALT = "“{}” and “{}”: each word looks at each other word as much in one order as in the other."


def draw(code: str) -> Picture:
    """Run the code's model on both orders."""
    model = read_keras(code)
    forms = [_alike(attention(model, words, [VOCABULARY.index(each) for each in words]), words) for words in ORDERS]
    alt = ALT.format(*map(" ".join, ORDERS))
    return beside(*forms).picture(alt, narrow=above(*(each.narrow or each for each in forms)))


def _alike(picture: Picture, words: list[str]) -> Picture:
    """Give each word the background colour it has in the first order, wherever it is."""
    wanted, own = word_fills(ORDERS[0]), word_fills(words)
    fills = {own[word]: wanted[word] for word in words}
    shapes = tuple(
        replace(shape, fill=fills[shape.fill]) if getattr(shape, "fill", None) in fills else shape  # type: ignore[attr-defined, call-arg]
        for shape in picture.shapes
    )
    return replace(picture, shapes=shapes, narrow=None if picture.narrow is None else _alike(picture.narrow, words))
