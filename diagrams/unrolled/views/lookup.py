"""Looking words up: one-hot vector times matrix is a row of the matrix."""

from __future__ import annotations

from collections.abc import Sequence

from numpy.typing import ArrayLike

from ..description import Description, TableColumn, TableRow
from ..i18n import Clauses, Paragraph, gettext, ngettext, numbers, pgettext, quoted
from ..layout import snug_box
from ..numbers import Illustrative, opened
from ..picture import Picture
from .picked.drawn import shapes_of
from .picked.product import product_of
from .picked.setting import Setting


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
    narrow = _picture(Setting(product, stacked=True), is_invented)
    return _picture(Setting(product), is_invented, turned=narrow)


def _picture(setting: Setting, is_invented: bool, turned: Picture | None = None) -> Picture:
    shapes = tuple(shapes_of(setting))
    return Picture(shapes, snug_box(shapes), _description(setting), turned=turned, illustrative=is_invented)


def _description(setting: Setting) -> Description:
    """Say what is picked; the rows that are multiplied by 0 follow in the table, as far as they are shown."""
    product = setting.product
    size = len(product.vocabulary)
    picked = list(zip(product.words, product.picked, product.rows.tolist(), strict=True))
    products = Clauses(
        *(
            gettext(
                "%(word)s has the index %(index)s, and its product is %(numbers)s",
                word=quoted(word),
                index=index,
                numbers=numbers(row),
            )
            for word, index, row in picked
        )
    )
    alt = ngettext(
        "One-hot vector times matrix is a row: in a vocabulary of %(num)s word, %(products)s.",
        "One-hot vector times matrix is a row: in a vocabulary of %(num)s words, %(products)s.",
        size,
        products=products,
    )
    text = [
        ngettext(
            "A one-hot vector has a place for the %(num)s word of the vocabulary: 1 at the word’s own, 0 at all "
            "others.",
            "A one-hot vector has a place for each of the %(num)s words of the vocabulary: 1 at the word’s own, 0 at "
            "all others.",
            size,
        ),
        gettext(
            "Multiplied by the matrix that holds a row for each word, it leaves the word’s row as it is and takes "
            "every other row 0 times."
        ),
        gettext("So a layer looks the row up, without multiplying."),
    ]
    rows = [
        TableRow.of(word, str(index), numbers(one_hot), numbers(row))
        for (word, index, row), one_hot in zip(picked, product.one_hot.tolist(), strict=True)
    ]
    others = [row for row in setting.shown if row is not None and row not in product.picked]
    rows += [
        TableRow.of(product.vocabulary[row], str(row), "", numbers(product.matrix[row].tolist())) for row in others
    ]
    heads = (
        pgettext("in a table", "word"),
        pgettext("in a table", "index"),
        pgettext("in a table", "one-hot"),
        pgettext("in a table", "row"),
    )
    return Description(alt=alt, text=Paragraph(*text), columns=tuple(map(TableColumn, heads)), rows=tuple(rows))
