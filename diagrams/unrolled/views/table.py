"""A table of embeddings: a row for each word."""

from collections.abc import Sequence

from numpy.typing import ArrayLike

from ..arrays import input_vectors
from ..description import Description, TableColumn, TableRow
from ..errors import PictureError
from ..fonts import NAME, NUMBER_IN_TABLE
from ..geometry import Frame, Point
from ..i18n import Clauses, Series, gettext, ngettext, numbers, pgettext, quoted
from ..layout import snug_box
from ..numbers import Illustrative, counted, opened
from ..numbers.embedding import embed
from ..palette import word_fills
from ..picture import Picture
from ..shapes.arrows import INSET, Bracket
from ..shapes.cells import Vector, cells
from ..shapes.shape import Shape
from ..shapes.text import Label, Word, word_width

CELL_WIDTH, ROW_HEIGHT, ROW_GAP = 40, 34, 8
INDEX, INDEX_TO_WORD, WORD_TO_VECTOR = 34, 16, 24
HEAD_TO_BRACKET, BRACKET_TO_ROW = 17, 13
WORD_PADDING = 10
MOST_FEATURES = 4


def table(words: Sequence[str], embeddings: ArrayLike | Illustrative | None = None) -> Picture:
    """Draw each word beside its vector (words, features), by default the kit's own of two numbers.

    >>> table(["I", "am", "groot"])
    >>> table(["cat", "dog"], illustrative([[0.9, 0.1], [0.8, 0.2]]))
    """
    vectors = input_vectors(embed(words) if embeddings is None else opened(embeddings)).tolist()
    if len(vectors) != len(words):
        given = f"{counted(len(words), 'word')} and {counted(len(vectors), 'embedding')}"
        raise PictureError(f"the table is given {given}: give one for each word")
    shapes = (*_head(words, vectors), *_rows(words, vectors))
    return Picture(
        shapes,
        snug_box(shapes),
        _description(words, vectors),
        illustrative=isinstance(embeddings, Illustrative),
    )


def _columns(words: Sequence[str], vectors: Sequence[Sequence[float]]) -> tuple[Frame, Frame]:
    """Place the words and the vectors of the first row."""
    widest = max(word_width(word, padding=WORD_PADDING, least=76) for word in words)
    word = Frame(INDEX + INDEX_TO_WORD, 0, widest, ROW_HEIGHT)
    count = len(cells(vectors[0], MOST_FEATURES, ahead=1))
    return word, Frame(word.right + WORD_TO_VECTOR, 0, count * CELL_WIDTH, ROW_HEIGHT)


def _head(words: Sequence[str], vectors: Sequence[Sequence[float]]) -> list[Shape]:
    word, vector = _columns(words, vectors)
    bracket = -BRACKET_TO_ROW
    y = bracket - HEAD_TO_BRACKET
    whole = len(vectors[0]) <= MOST_FEATURES
    embedding: str = gettext("embedding")
    if not whole:
        embedding = Series(embedding, len(vectors[0]))
    labels = [
        (gettext("index"), "muted", INDEX / 2, NAME),
        (gettext("word"), "muted", word.middle, NAME),
        (embedding, "embedding", vector.middle, NAME.bold()),
    ]
    names = ("head-index", "head-word", "head-embedding")
    heads: list[Shape] = [
        Label(name=name, role=role, text=text, at=Point(x, y), style=style)
        for name, (text, role, x, style) in zip(names, labels, strict=True)
    ]
    start, to = Point(vector.left + INSET, bracket), Point(vector.right - INSET, bracket)
    return [*heads, Bracket(name="bracket", role="embedding", start=start, to=to)]


def _rows(words: Sequence[str], vectors: Sequence[Sequence[float]]) -> list[Shape]:
    fills = word_fills(words)
    word_frame, vector_frame = _columns(words, vectors)
    shapes: list[Shape] = []
    for row, (word, values) in enumerate(zip(words, vectors, strict=True)):
        y = row * (ROW_HEIGHT + ROW_GAP)
        number = row + 1
        shapes += [
            Label(name=f"index-{number}", role="muted", text=str(row), at=Point(INDEX / 2, y + ROW_HEIGHT / 2)),
            Word(
                name=f"word-{number}",
                text=word,
                frame=Frame(word_frame.left, y, word_frame.width, ROW_HEIGHT),
                fill=fills[word],
            ),
            Vector(
                name=f"embedding-{number}",
                role="embedding",
                frame=Frame(vector_frame.left, y, vector_frame.width, ROW_HEIGHT),
                cells=cells(values, MOST_FEATURES, ahead=1),
                fill=fills[word],
                style=NUMBER_IN_TABLE,
            ),
        ]
    return shapes


def _description(words: Sequence[str], vectors: Sequence[Sequence[float]]) -> Description:
    rows = list(zip(words, [numbers(values, most=len(values)) for values in vectors], strict=True))
    alt = gettext(
        "A table that gives each word %(numbers)s: %(vectors)s.",
        numbers=ngettext("%(num)s number", "%(num)s numbers", len(vectors[0])),
        vectors=Clauses(
            *(gettext("%(word)s is %(numbers)s", word=quoted(word), numbers=values) for word, values in rows)
        ),
    )
    return Description(
        alt=alt,
        text=gettext("Each row of the table is a word’s embedding: the vector that stands for it wherever it occurs."),
        columns=(
            TableColumn(pgettext("in a table", "index")),
            TableColumn(pgettext("in a table", "word")),
            TableColumn(pgettext("in a table", "embedding"), "embedding"),
        ),
        rows=tuple(TableRow.of(str(index), *row) for index, row in enumerate(rows)),
    )
