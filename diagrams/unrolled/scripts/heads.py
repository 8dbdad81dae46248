"""Heads of attention in the code above, as arcs over a sentence from each word to those at which it looks."""

from unrolled import Picture, heads, read_keras


def draw(
    code: str,
    words: list[str],
    head: list[int] | None = None,
    least: float = 0.25,
    titles: list[str] | None = None,
    alike: list[str] | None = None,
    layer: int | str | None = None,
    language: str = "en",
) -> Picture:
    """Draw the arcs of every head, or of those that `head` chooses by their numbers, from 1.

    `words` are what the layer reads, one for each time step. Weights under `least` are not drawn. `titles` names the
    heads, and the words in `alike` share a ground. Of several attention layers `layer` chooses one by its number, from
    1, or by its name. `language` is that of the picture's own words.
    """
    picture = heads(read_keras(code), words, head=head, least=least, titles=titles, alike=alike, layer=layer)
    return picture if language == "en" else picture.in_language(language)
