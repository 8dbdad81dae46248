"""Attention in the code above: how much each word looks at every other, or all that is computed for one of them."""

from unrolled import Picture, PictureError, attention, read_keras


def draw(
    code: str,
    words: list[str],
    target: list[str] | None = None,
    vocabulary: list[str] | None = None,
    query: int | None = None,
    head: int | None = None,
    layer: int | str | None = None,
    language: str = "en",
) -> Picture:
    """Draw the shares of every word, or with `query` the computation for the word at that step.

    `words` are what the model reads, one for each time step, and `target` what its second input reads. Words that are
    looked up in an Embedding have the rows that they have in the `vocabulary`, which begins with row 0; without one
    they get rows in their order. `head` chooses one of several heads by its number, from 1. Of several attention layers
    `layer` chooses one by its number, from 1, or by its name. `language` is that of the picture's own words.
    """
    read = [words, target] if target else [words]
    for word in (each for sentence in read for each in sentence if vocabulary and each not in vocabulary):
        raise PictureError(f"“{word}” is not in the vocabulary: {', '.join(vocabulary or ())}")
    rows = [[vocabulary.index(word) for word in sentence] for sentence in read] if vocabulary else None
    picture = attention(
        read_keras(code),
        read if target else words,
        rows if target or rows is None else rows[0],
        query=query,
        head=head,
        layer=layer,
    )
    return picture if language == "en" else picture.in_language(language)
