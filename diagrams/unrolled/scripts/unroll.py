"""The layers of the code above, unrolled over a sentence: a step for each word, with every state computed."""

from unrolled import Picture, read_keras, unroll


def draw(
    code: str,
    words: list[str] | None = None,
    target: list[str] | None = None,
    tied: list[str] | None = None,
    most_steps: int | None = None,
    values: bool = True,
) -> Picture:
    """Draw the steps, with a lane for each layer.

    `words` are the model's input, one for each time step. Without them, the steps are numbered; there are three if the
    code doesn't set their number. `target` is the second input of an encoder–decoder. `tied` lists arguments of the
    code to connect to the drawing: units, time_steps, features. If there are more than `most_steps` steps, the first
    two and the last are drawn. Without `values`, the numbers of vectors are bars.
    """
    model = read_keras(code)
    steps = model.entries[0].shape[0] or 3
    sentence = words or [str(step + 1) for step in range(steps)]
    unrolled = unroll(model, [sentence, target] if target else sentence, most_steps=most_steps)
    picture = unrolled.tied(*tied) if tied else unrolled
    return picture if values else picture.print_only()
