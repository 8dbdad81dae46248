"""The cover of the guide to the Transformer: a head that looks at the character just before."""

from _characters import row, shown, weights_of_model
from _covers import LARGE, Drawn, cover, said, square
from unrolled import MultiHeadAttention, Picture, read_keras, run_model
from unrolled.geometry import Frame, Point
from unrolled.shapes.text import Label

TEXT, HEAD = "it is a truth", 4
LETTERS, CELL, LEFT, TOP = 8, 16.5, 84, 7


def draw(writer: str) -> Picture:
    """Draw what each character of the first block's head looks at, in a line of its own."""
    model = read_keras(writer)
    trace = run_model(model, row(model, TEXT), weights=weights_of_model(model)).trace_of(MultiHeadAttention)
    shares = trace.shares[HEAD - 1]
    cells = [
        mark
        for asks in range(LETTERS)
        for place in range(asks + 1)
        for mark in square(
            Frame(LEFT + CELL * place, TOP + CELL * asks, CELL - 1.5, CELL - 1.5), "state", float(shares[asks, place])
        )
    ]
    letters = [
        Label(
            name="letter",
            text=shown(TEXT[place]),
            at=Point(LEFT + CELL * (place + 1) + 9, TOP + CELL * (place + 0.45)),
            style=LARGE.sized(17),
        )
        for place in range(LETTERS)
    ]
    return cover(
        f"A triangle of cells: head {HEAD} of the first block looks mostly at the character just before.",
        Drawn(name="cells", drawn=tuple(cells)),
        letters,
        said(f"head {HEAD}", 12, 26, 15, weight=600),
    )
