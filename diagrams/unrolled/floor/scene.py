"""A scene: pieces in their places and the arrows between them, as a picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..description import Description, TableCell, TableColumn, TableRow, sentences
from ..geometry import Frame
from ..i18n import Series, gettext, pgettext, quoted
from ..layout import snug_box
from ..palette import word_fills
from ..picture import Picture
from ..shapes.shape import Shape
from .joints import Joint, arrows
from .numbers_in_cells import Cells
from .pieces import Drawn, Piece


@dataclass(frozen=True)
class Standing:
    """A piece in its place, and what a note beside it calls it."""

    piece: Piece
    frame: Frame
    called: str = ""


def picture_of(
    standing: Sequence[Standing],
    joined: Sequence[Joint],
    alt: str,
    description: str,
    steps: tuple[str, ...],
    turned: Picture | None,
) -> Picture:
    """Draw all pieces, then the arrows, which keep clear of them and of one another."""
    fills = word_fills([one.piece.word for one in standing if one.piece.word is not None])
    shapes = [*_pieces(standing, fills), *arrows([one.frame for one in standing], joined)]
    return Picture(
        shapes=tuple(shapes),
        box=snug_box(shapes),
        description=_description(standing, alt, description, steps),
        turned=turned,
        illustrative=any(_is_illustrative(one.piece) for one in standing),
    )


def _pieces(standing: Sequence[Standing], fills: Mapping[str, str]) -> Iterator[Shape]:
    counted = Counter[str]()
    for one in standing:
        counted[one.piece.kind] += 1
        yield from one.piece.shapes(f"{one.piece.kind}-{counted[one.piece.kind]}", one.frame, fills)


def _description(standing: Sequence[Standing], alt: str, text: str, steps: tuple[str, ...]) -> Description:
    """The author's text, and all numbers by what they are called."""
    rows: list[tuple[int | None, TableRow]] = []
    texts = [text] if text else []
    for one in standing:
        if isinstance(one.piece, Cells):
            called = _called(one.piece, one.called, len(rows) + 1)
            rows.append(
                (one.piece.step, TableRow.of(called, one.piece.printed, step=one.piece.step, role=one.piece.role))
            )
        elif isinstance(one.piece, Drawn):
            inner = one.piece.picture.description
            texts.append(inner.text)
            rows += [(None, _joined(row)) for row in inner.rows]
    columns: tuple[TableColumn, ...] = (
        TableColumn(pgettext("in a table", "what")),
        TableColumn(pgettext("in a table", "numbers")),
    )
    if any(step is not None for step, _ in rows):
        columns = (TableColumn(pgettext("in a table", "time step")), *columns)
        stepped = [(TableCell("" if step is None else str(step)), row) for step, row in rows]
        rows = [(None, TableRow((cell, *row.cells), row.role)) for cell, row in stepped]
    return Description(alt, sentences(*texts), steps, columns if rows else (), tuple(row for _, row in rows))


def _joined(row: TableRow) -> TableRow:
    """Take the cells of another picture's row as what its last cell is called."""
    *names, last = row.cells
    return TableRow((TableCell(Series(*(name.text for name in names))), last), row.role)


def _called(piece: Cells, note: str, number: int) -> str:
    """Call numbers by their name, or by the note beside them and the word that they are of."""
    of = quoted(piece.of) if piece.of else ""
    named = [part for part in (note, of) if part]
    return piece.called or (Series(*named) if named else gettext("numbers %(number)s", number=number))


def _is_illustrative(piece: Piece) -> bool:
    if isinstance(piece, Drawn):
        return piece.picture.illustrative
    return isinstance(piece, Cells) and piece.illustrative
