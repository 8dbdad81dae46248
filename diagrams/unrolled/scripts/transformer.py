"""A Transformer block in the code above: the belt that carries a word through, and what each branch adds to it."""

from unrolled import Picture, read_keras, transformer


def draw(
    code: str,
    words: list[str],
    step: int | None = None,
    block: int | None = None,
    language: str = "en",
) -> Picture:
    """Draw the way of the word at a `step`, or without one of the last word.

    `words` are what the model reads, one for each time step. Of several blocks `block` chooses one by its number, from
    1; the others are folded. `language` is that of the picture's own words.
    """
    picture = transformer(read_keras(code), words, step=step, block=block)
    return picture if language == "en" else picture.in_language(language)
