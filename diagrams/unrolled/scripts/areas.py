"""The weights of the code above, layer by layer, as areas to scale, and the shapes that pass between the layers."""

from unrolled import Picture, areas, read_keras


def draw(code: str) -> Picture:
    """Draw a square for each layer that has weights."""
    return areas(read_keras(code))
