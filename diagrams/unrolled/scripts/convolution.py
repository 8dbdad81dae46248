"""A convolution in the code above, over words or an image: one of its kernels, or the receptive field of a stack."""

from unrolled import Picture, convolution, read_keras


def draw(
    code: str,
    words: list[str] | None = None,
    image: list[str] | None = None,
    kernel: int = 1,
    layer: int | str | None = None,
    receptive_field: bool = False,
    place: int | None = None,
    values: bool = True,
) -> Picture:
    """Draw every position of a kernel: the words it covers, the sum, and the activation.

    `words` are the model's input. For a Conv2D, use `image` with rows of digits, `image="010 110 010"`; with several
    channels, list the rows of one channel after another. `kernel` selects a kernel by number, from 1. `layer` selects a
    layer by number, from 1, or by name. With `receptive_field`, all layers up to that one, or to the last, are drawn,
    with the words that one output depends on; without `values`, their outputs have no numbers. `place` selects that
    output by number, from 1, or the position of the window on an image, counted row by row.
    """
    model = read_keras(code)
    rows = [[int(digit) for digit in row] for row in image or ()]
    high = model.entries[0].shape[0] if len(model.entries[0].shape) == 3 else None
    pixels = [list(zip(*rows[at::high], strict=True)) for at in range(high)] if high and len(rows) > high else rows
    return convolution(
        model,
        pixels or words or [],
        kernel=kernel,
        layer=layer,
        receptive_field=receptive_field,
        place=place,
        values=values,
    )
