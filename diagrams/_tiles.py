"""The weights of a recurrent layer as tiles: a column for each unit, a row for each input and each bias."""

from collections.abc import Sequence

from unrolled.geometry import Frame
from unrolled.layers.recurrent import Recurrent
from unrolled.shapes.cells import Tiles
from unrolled.shapes.shape import Shape

PARTS = (("kernel", "embedding"), ("recurrent_kernel", "state"), ("bias", "ink"))
"""The arrays of weights, and their colours."""
PARTS_APART = 5


def rows_of(layer: Recurrent, features: int, steps: int = 3) -> list[int]:
    """Count the rows of each array; a GRU has two rows of biases by default."""
    shapes = layer.weight_shapes((steps, features))
    return [1 if len(shapes[name]) == 1 else shapes[name][0] for name, _ in PARTS]


def sets_of(layer: Recurrent, features: int, steps: int = 3) -> int:
    """Count the sets of weights side by side in each array: one for each gate, and one for the candidate."""
    return int(layer.weight_shapes((steps, features))["kernel"][-1]) // layer.units


def tiles(name: str, units: int, rows: Sequence[int], tile: float) -> list[Shape]:
    """Put the arrays of one set below one another, about the middle of their columns, from the origin down."""
    shapes: list[Shape] = []
    top = 0.0
    for (part, role), high in zip(PARTS, rows, strict=True):
        frame = Frame(-units * tile / 2, top, units * tile, high * tile)
        shapes.append(Tiles(name=f"{name}-{part}", role=role, frame=frame, count=units * high, columns=units))
        top = frame.bottom + PARTS_APART
    return shapes
