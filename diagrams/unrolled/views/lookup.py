"""Looking words up: one-hot vector times matrix is a row of the matrix."""

from __future__ import annotations

from collections.abc import Sequence

from numpy.typing import ArrayLike

from ..layout import snug_box
from ..numbers import Illustrative, counted, opened, text_of
from ..picture import Description, Picture
from .picked.drawn import shapes_of
from .picked.product import Product, product_of
from .picked.setting import Setting

MOST_NUMBERS = 12
"""A longer vector is told by its first three numbers and its last."""


def lookup(
    words: str | Sequence[str],
    vocabulary: Sequence[str] | None = None,
    embeddings: ArrayLike | Illustrative | None = None,
) -> Picture:
    """Draw words as one-hot vectors, times the embeddings (words, features) of a vocabulary.

    Without embeddings each word of the vocabulary gets the kit's own vector; without a vocabulary it is the words.

    >>> lookup("am", ["I", "am", "groot"])
    >>> lookup(["I", "am"], ["I", "am", "groot"], [[0.5, 0.4], [0.2, -0.6], [-0.7, 0.3]])
    """
    product = product_of(words, vocabulary, opened(embeddings))
    is_invented = isinstance(embeddings, Illustrative)
    narrow = _picture(product, Setting(product, stacked=True), is_invented)
    return _picture(product, Setting(product), is_invented, turned=narrow)


def _picture(product: Product, setting: Setting, is_invented: bool, turned: Picture | None = None) -> Picture:
    shapes = tuple(shapes_of(setting))
    return Picture(
        shapes, snug_box(shapes), _alt(product), _description(setting), turned=turned, illustrative=is_invented
    )


def _alt(product: Product) -> str:
    said = "; ".join(
        f"“{word}” has the index {index}, and its product is {_vector(row)}"
        for word, index, row in zip(product.words, product.picked, product.rows.tolist(), strict=True)
    )
    size = counted(len(product.vocabulary), "word")
    return f"One-hot vector times matrix is a row: in a vocabulary of {size}, {said}."


def _description(setting: Setting) -> Description:
    """Tell what is picked, then the other rows of the matrix that are shown, which are multiplied by 0."""
    product = setting.product
    text = (
        f"A one-hot vector has a place for each of the {counted(len(product.vocabulary), 'word')} of the vocabulary: 1 "
        "at the word’s own, 0 at all others. Multiplied by the matrix that holds a row for each word, it leaves the "
        "word’s row as it is and takes every other row 0 times. So a layer looks the row up, without multiplying."
    )
    rows = [
        [word, str(index), _vector(one_hot), _vector(row)]
        for word, index, one_hot, row in zip(
            product.words, product.picked, product.one_hot.tolist(), product.rows.tolist(), strict=True
        )
    ]
    others = [row for row in setting.shown if row is not None and row not in product.picked]
    rows += [[product.vocabulary[row], str(row), "", _vector(product.matrix[row].tolist())] for row in others]
    return {"text": text, "head": ["word", "index", "one-hot", "row"], "rows": rows}


def _vector(values: Sequence[float]) -> str:
    texts = [text_of(value) for value in values]
    return ", ".join(texts if len(texts) <= MOST_NUMBERS else [*texts[:3], "…", texts[-1]])
