"""One step inside the recurrent layer of the code above: every gate, product and sum, with its numbers."""

from unrolled import Picture, cell, read_keras


def draw(
    code: str,
    words: list[str] | None = None,
    step: int | None = None,
    layer: int | str | None = None,
    emphasis: list[str] | None = None,
    values: bool = True,
) -> Picture:
    """Draw what happens at a `step`, by default the last one that is read.

    `words` are the layer's input, one for each time step. Without them, the steps are numbered; there are three if the
    code doesn't set their number. `layer` selects a recurrent layer by number, from 1, or by name. The
    parts named in `emphasis` have more weight. Without `values`,
    the numbers of vectors are bars.
    """
    model = read_keras(code)
    steps = model.entries[0].shape[0] or 3
    picture = cell(model, words or [str(number + 1) for number in range(steps)], step=step, layer=layer)
    picture = picture.emphasize(*emphasis) if emphasis else picture
    return picture if values else picture.print_only()
