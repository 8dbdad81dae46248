"""A Transformer block in the code above: the belt that carries a word through it, and what each branch adds."""

from unrolled import Picture, read_keras, transformer


def draw(
    code: str,
    words: list[str],
    step: int | None = None,
    block: int | None = None,
    emphasis: list[str] | None = None,
    values: bool = True,
) -> Picture:
    """Draw the path of the word at a `step`, by default the last one.

    `words` are the model's input, one for each time step. `block` selects a block by number, from 1; the others are
    collapsed. The parts named in `emphasis` have more weight. Without `values`,
    the numbers of vectors are bars.
    """
    picture = transformer(read_keras(code), words, step=step, block=block)
    picture = picture.emphasize(*emphasis) if emphasis else picture
    return picture if values else picture.print_only()
