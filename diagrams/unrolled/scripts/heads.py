"""Attention heads in the code above, as arcs over a sentence from each word to those it attends to."""

from unrolled import Picture, heads, read_keras


def draw(
    code: str,
    words: list[str],
    head: list[int] | None = None,
    least: float = 0.25,
    titles: list[str] | None = None,
    alike: list[str] | None = None,
    shown: list[int] | None = None,
    layer: int | str | None = None,
) -> Picture:
    """Draw the arcs of every head, or of those that `head` selects by number, from 1.

    `words` are the layer's input, one for each time step. Weights under `least` aren't drawn. `titles` names the heads,
    and the words in `alike` share a background. `shown` selects the words to draw by their steps, from 1. `layer`
    selects an attention layer by number, from 1, or by name.
    """
    return heads(read_keras(code), words, head=head, least=least, titles=titles, alike=alike, shown=shown, layer=layer)
