"""A lookup in shapes: one-hot vectors, the matrix with the rows that are picked, and what comes out."""

from __future__ import annotations

from collections.abc import Iterator

from ...fonts import CODE_TURNED, NAME, NUMBER, WORD_TURNED
from ...geometry import Frame, Point
from ...i18n import gettext, ngettext
from ...shapes.cells import CELL, Vector
from ...shapes.shape import Shape
from ...shapes.text import Label, Phrase, Run, Word
from .setting import Setting

HEAD_OVER, INDEX_OVER, SHAPE_UNDER = 22, 13, 22
"""How far heads and places stand over the first row, and a shape under the last one."""
OVER_PLACES = 14
"""How much higher a head stands that has places under it."""
SIGN_UNDER = 56
SIGN = NAME.bold().sized(20)
GAP_TEXT = "…"


def shapes_of(setting: Setting) -> list[Shape]:
    """Draw the factors from left to right, or from top to bottom, then the result."""
    return [*_one_hot(setting), *_matrix(setting), *_results(setting)]


def _one_hot(setting: Setting) -> Iterator[Shape]:
    product, first = setting.product, setting.one_hot(0)
    yield from _head("one-hot", gettext("one-hot"), first, "ink", first.top - HEAD_OVER - OVER_PLACES)
    for place, row in enumerate(setting.shown):
        if row is not None:
            at = Point(first.left + (place + 0.5) * CELL, first.top - INDEX_OVER)
            yield Label(name=f"place-{row}", role="muted", text=str(row), at=at, style=NUMBER)
    for number, word in enumerate(product.words):
        frame = setting.word(number)
        yield Word(name=f"word-{number + 1}", text=word, frame=frame, fill=product.fills[word], style=WORD_TURNED)
        picked = product.picked[number]
        yield Vector(
            name=f"one-hot-{number + 1}",
            frame=setting.one_hot(number),
            cells=tuple(GAP_TEXT if row is None else f"{product.one_hot[number, row]:.0f}" for row in setting.shown),
            fill="block",
            winner=setting.shown.index(picked),
        )
    last = setting.one_hot(len(product.words) - 1)
    yield _shape("one-hot-shape", setting.product.one_hot.shape, last, "ink")


def _matrix(setting: Setting) -> Iterator[Shape]:
    """Only the rows that are picked have their words' colours."""
    product = setting.product
    yield from _sign(setting, "times", "×", setting.one_hot(0), setting.known(0), len(product.words))
    yield from _head("matrix", gettext("embeddings"), setting.row(0), "embedding", setting.row(0).top - HEAD_OVER)
    for place, row in enumerate(setting.shown):
        known, vector = setting.known(place), setting.row(place)
        if row is None:
            left_out = _left_out(setting, place)
            at = Point(known.left, known.centre)
            yield Label(name=f"more-{place}", role="muted", text=left_out, at=at, style=NAME.bold(), anchor="start")
            continue
        word = product.vocabulary[row]
        fill = product.fills[word] if row in product.picked else None
        index = Point(setting.matrix_left, known.centre)
        yield Label(name=f"index-{row}", role="muted", text=str(row), at=index, anchor="start")
        yield Word(name=f"known-{row}", text=word, frame=known, fill=fill, style=WORD_TURNED)
        yield Vector(
            name=f"row-{row}", role="embedding", frame=vector, cells=setting.row_cells(row), fill=fill or "block"
        )
    last = setting.row(len(setting.shown) - 1)
    yield _shape("matrix-shape", product.matrix.shape, last, "embedding")


def _left_out(setting: Setting, place: int) -> str:
    before, after = setting.shown[place - 1], setting.shown[place + 1]
    assert before is not None
    assert after is not None
    return ngettext("%(num)s more word", "%(num)s more words", after - before - 1)


def _results(setting: Setting) -> Iterator[Shape]:
    product, first = setting.product, setting.result(0)
    yield from _sign(setting, "equals", "=", setting.row(0), first, len(setting.shown))
    text = ngettext("row", "rows", len(product.words))
    yield from _head("result", text, first, "embedding", first.top - HEAD_OVER)
    for number, word in enumerate(product.words):
        frame = setting.result(number)
        if setting.stacked:
            ground = Frame(setting.left, frame.top, setting.words_width, CELL)
            yield Word(
                name=f"result-word-{number + 1}", text=word, frame=ground, fill=product.fills[word], style=WORD_TURNED
            )
        yield Vector(
            name=f"result-{number + 1}",
            role="embedding",
            frame=frame,
            cells=setting.result_cells(number),
            fill=product.fills[word],
        )
    yield _shape("result-shape", product.rows.shape, setting.result(len(product.words) - 1), "embedding")


def _head(name: str, text: str, over: Frame, role: str, y: float) -> Iterator[Shape]:
    yield Label(name=f"{name}-head", role=role, text=text, at=Point(over.middle, y), style=NAME.bold())


def _sign(setting: Setting, name: str, text: str, left: Frame, right: Frame, rows: int) -> Iterator[Shape]:
    """Put a sign between two factors, at the height of the words, or half way down."""
    if setting.stacked:
        top = setting.words_height if name == "times" else setting.matrix_top + setting.matrix_height
        at = Point((setting.left + setting.row(0).right) / 2, top + SIGN_UNDER)
    else:
        across = setting.matrix_left if name == "times" else right.left
        at = Point((left.right + across) / 2, setting.words_top + setting.words_height / 2)
    yield Label(name=name, role="muted", text=text, at=at, style=SIGN)


def _shape(name: str, shape: tuple[int, ...], over: Frame, token: str) -> Shape:
    rows, columns = shape
    runs = Run(f"({rows}, "), Run(str(columns), token), Run(")")
    at = Point(over.middle, over.bottom + SHAPE_UNDER)
    return Phrase(name=name, role=token, runs=runs, at=at, style=CODE_TURNED, anchor="middle")
