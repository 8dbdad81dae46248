"""A scene: pieces in their places and the arrows between them, as a picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..geometry import Frame
from ..layout import snug_box
from ..palette import word_fills
from ..picture import Description, Picture
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
        alt=alt,
        description=_description(standing, description),
        steps=steps,
        turned=turned,
        illustrative=any(_is_illustrative(one.piece) for one in standing),
    )


def _pieces(standing: Sequence[Standing], fills: Mapping[str, str]) -> Iterator[Shape]:
    counted = Counter[str]()
    for one in standing:
        counted[one.piece.kind] += 1
        yield from one.piece.shapes(f"{one.piece.kind}-{counted[one.piece.kind]}", one.frame, fills)


def _description(standing: Sequence[Standing], text: str) -> Description:
    """The author's text, and all numbers by what they are called."""
    rows: list[tuple[int | None, str, str]] = []
    texts = [text] if text else []
    for one in standing:
        if isinstance(one.piece, Cells):
            rows.append((one.piece.step, _called(one.piece, one.called, len(rows) + 1), one.piece.printed))
        elif isinstance(one.piece, Drawn):
            told = one.piece.picture.description
            texts.append(told["text"])
            rows += [(None, ", ".join(row[:-1]), row[-1]) for row in told["rows"]]
    if any(step is not None for step, _, _ in rows):
        stepped = [["" if step is None else str(step), called, numbers] for step, called, numbers in rows]
        return {"text": " ".join(texts), "head": ["time step", "what", "numbers"], "rows": stepped}
    plain = [[called, numbers] for _, called, numbers in rows]
    return {"text": " ".join(texts), "head": ["what", "numbers"] if plain else [], "rows": plain}


def _called(piece: Cells, note: str, number: int) -> str:
    """Call numbers by their name, or by the note beside them and the word that they are of."""
    of = f"“{piece.of}”" if piece.of else ""
    return piece.called or ", ".join(part for part in (note, of) if part) or f"numbers {number}"


def _is_illustrative(piece: Piece) -> bool:
    if isinstance(piece, Drawn):
        return piece.picture.illustrative
    return isinstance(piece, Cells) and piece.illustrative
