"""The weights of the code above, layer by layer, as areas to scale, and the shapes that pass between the layers."""

from unrolled import Picture, areas, read_keras


def draw(code: str, shapes: bool = True) -> Picture:
    """Draw a square for each layer that has weights; without `shapes`, nothing else."""
    return areas(read_keras(code), shapes=shapes)
