"""Where the GRU of the code above can reset: after its recurrent matrix or before it, with the same weights."""

from unrolled import Picture, read_keras, reset


def draw(
    code: str,
    words: list[str] | None = None,
    step: int | None = None,
    layer: int | str | None = None,
    language: str = "en",
) -> Picture:
    """Draw both ways at a `step`, or without one at the last step that is read.

    `words` are what the layer reads, one for each time step; without them the steps have numbers, three if the code
    leaves open how many there are. Of several recurrent layers `layer` chooses one by its number, from 1, or by its
    name. `language` is that of the picture's own words.
    """
    model = read_keras(code)
    steps = model.entries[0].shape[0] or 3
    picture = reset(model, words or [str(number + 1) for number in range(steps)], step=step, layer=layer)
    return picture if language == "en" else picture.in_language(language)
