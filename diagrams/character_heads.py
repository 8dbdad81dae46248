"""Which characters the heads of the trained network attend to, as arcs over a text."""

from _characters import row, shown, weights_of_model
from unrolled import Picture, heads, read_keras


def draw(
    code: str,
    text: str,
    layer: int = 1,
    head: list[int] | None = None,
    least: float = 0.3,
    marked: list[str] | None = None,
) -> Picture:
    """Draw heads of a block reading a `text`, which must be as long as the input of the model in the code above.

    Without `head`, draws all of them. Weights under `least` aren't drawn. Only `marked` characters have a colour.
    """
    model = read_keras(code)
    words, weights = [*map(shown, text)], weights_of_model(model)
    return heads(model, words, row(model, text), weights, head=head, layer=layer, least=least, alike=marked or ())
