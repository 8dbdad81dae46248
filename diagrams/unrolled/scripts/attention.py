"""Attention in the code above: how much each word looks at every other, or all that is computed for one of them."""

from unrolled import Picture, attention, read_keras


def draw(
    code: str,
    words: list[str],
    query: int | None = None,
    head: int | None = None,
    layer: int | str | None = None,
    language: str = "en",
) -> Picture:
    """Draw the shares of every word, or with `query` the computation for the word at that step.

    `words` are what the layer reads, one for each time step. `head` chooses one of several heads by its number, from 1.
    Of several attention layers `layer` chooses one by its number, from 1, or by its name. `language` is that of the
    picture's own words.
    """
    picture = attention(read_keras(code), words, query=query, head=head, layer=layer)
    return picture if language == "en" else picture.in_language(language)
