"""Step sequences: `until`, `focus` and `without`, for views and for diagrams of building blocks."""

from unrolled import LSTM, Picture, above, block, cell, cells, embed, link, read_keras, row, stack, tokens, unroll, word

WORDS = ["I", "am", "groot"]


def columns() -> Picture:
    """Draw a diagram of building blocks that have steps."""
    standing = []
    for step, (text, vector) in enumerate(zip(WORDS, embed(WORDS), strict=True), start=1):
        layer, numbers = block("RNN", step=step), cells(vector, "embedding", of=text, step=step)
        standing.append(above(layer, numbers, word(text, step=step), link(numbers, layer, step=step)))
    return row(*standing).picture("Words go into blocks.")


def draw() -> list[Picture]:
    """Draw every step of one view, and one step of others."""
    whole = unroll(read_keras("SimpleRNN(4, input_shape=(3, 2))"), WORDS).tied("units", "time_steps", "features")
    inside = cell(stack(LSTM(2), shape=(3, 2)), WORDS)
    return [
        *(whole.focus(step) for step in (1, 2, 3)),
        whole.until(0),
        whole.without("state"),
        whole.without("embedding").until(2),
        inside.focus(3),
        inside.until(2),
        tokens(WORDS).focus(2),
        columns().focus(2),
    ]
