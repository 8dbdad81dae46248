"""Attention in the code above: how much each word attends to every other, or the full computation for one of them."""

from unrolled import Picture, PictureError, attention, read_keras


def draw(
    code: str,
    words: list[str],
    target: list[str] | None = None,
    vocabulary: list[str] | None = None,
    query: int | None = None,
    head: list[int] | None = None,
    layer: int | str | None = None,
    sums: bool = True,
    values: bool = True,
) -> Picture:
    """Draw the attention weights of every word, or with `query`, the computation for the word at that step.

    `words` are the model's input, one for each time step, and `target` those of a second input. Words looked up in an
    Embedding have their row in the `vocabulary`, which starts with row 0; without one, they get rows in order. `head`
    selects one or several heads by number, from 1. `layer` selects an attention layer by number, from 1, or by name.
    Without `sums`, nothing after the shares is drawn, and without `values`, the numbers of vectors are bars.
    """
    read = [words, target] if target else [words]
    for word in (each for sentence in read for each in sentence if vocabulary and each not in vocabulary):
        raise PictureError(f"“{word}” isn't in the vocabulary, which is {', '.join(vocabulary or ())}")
    rows = [[vocabulary.index(word) for word in sentence] for sentence in read] if vocabulary else None
    picture = attention(
        read_keras(code),
        read if target else words,
        rows if target or rows is None else rows[0],
        query=query,
        head=head,
        layer=layer,
        sums=sums,
    )
    return picture if values else picture.print_only()
