"""Which characters the heads of the trained network look at, as arcs over a text."""

from _characters import row, shown, weights_of_model
from unrolled import Picture, heads, read_keras


def draw(code: str, text: str, layer: int = 1, head: list[int] | None = None, least: float = 0.3) -> Picture:
    """Draw heads of a block while it reads a `text`, which is as long as the model in the code above.

    Without `head`, all of them. Weights under `least` are not drawn.
    """
    model = read_keras(code)
    words, weights = [*map(shown, text)], weights_of_model(model)
    return heads(model, words, row(model, text), weights, head=head, layer=layer, least=least)
