"""The cover of the guide to convolutions: the same six weights, three times, each time a word further."""

import numpy as np

from _covers import NUMBER, cover
from unrolled import Conv1D, Picture, read_keras, run_model
from unrolled.geometry import Frame
from unrolled.shapes.cells import Vector
from unrolled.shapes.cells import cells as printed

PLACES, CELL, ASIDE = 3, 30, 25


def draw(window: str) -> Picture:
    """Fill the weights according to their values."""
    model = read_keras(window)
    trace = run_model(model, np.zeros(model.entries[0].shape)).trace_of(Conv1D)
    kernel = trace.weights["kernel"].ravel().tolist()
    most = max(map(abs, kernel))
    rows = [
        Vector(
            name="kernel",
            role="flow",
            frame=Frame(12 + ASIDE * place, 18 + 39 * place, CELL * len(kernel), 30),
            cells=printed(kernel, len(kernel)),
            style=NUMBER,
            heat=tuple(each / most for each in kernel),
        )
        for place in range(PLACES)
    ]
    return cover("One row of six weights, three times, each time further to the right.", rows)
