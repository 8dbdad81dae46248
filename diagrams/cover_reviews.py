"""The cover of the guide to a trained network: the weights of its table of words beside those of its LSTM, to scale."""

from math import sqrt

from _covers import area, cover, said
from unrolled import LSTM, Embedding, Picture, read_keras
from unrolled.geometry import Frame

SIDE, BOTTOM = 118, 130


def draw(reviews: str) -> Picture:
    """Give each weight the same area."""
    counts = {type(node.layer): node.layer.parameter_count(*node.shapes) for node in read_keras(reviews).nodes}
    table, lstm = counts[Embedding], counts[LSTM]
    side = SIDE * sqrt(lstm / table)
    return cover(
        f"Two squares: {table:,} weights for the words, and {lstm:,} for the LSTM.",
        area(Frame(10, BOTTOM - SIDE, SIDE, SIDE), "embedding"),
        said(f"{table:,}", 10 + SIDE / 2, 62, 19, "ink", "middle", weight=600),
        said("weights for words", 10 + SIDE / 2, 83, 13, "muted", "middle"),
        area(Frame(152, BOTTOM - side, side, side), "state"),
        said("LSTM", 152, 89, 13, "muted"),
        said(f"{lstm:,}", 152 + side + 10, BOTTOM - side / 2, 19, weight=600),
    )
