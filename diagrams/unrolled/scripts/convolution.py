"""A convolution in the code above, over words or an image: one of its kernels, or what a stack of layers sees."""

from unrolled import Picture, convolution, read_keras


def draw(
    code: str,
    words: list[str] | None = None,
    image: list[str] | None = None,
    kernel: int = 1,
    layer: int | str | None = None,
    receptive_field: bool = False,
    place: int | None = None,
    language: str = "en",
) -> Picture:
    """Draw every place of a kernel: the words that it covers, the sum, and what the activation makes of that.

    `words` are what the model reads; for a Conv2D `image` is, as rows of digits: `image="010 110 010"`, and of several
    channels the rows of one after those of another. `kernel` chooses one of the layer's kernels by its number, from 1.
    Of several layers `layer` chooses one by its number, from 1, or by its name. With `receptive_field` all layers up to
    that one, or to the last, are drawn, and which words lead to one output: `place` chooses it by its number, from 1,
    or where the window lies on an image, counted along the rows. `language` is that of the picture's own words.
    """
    model = read_keras(code)
    rows = [[int(digit) for digit in row] for row in image or ()]
    high = model.entries[0].shape[0] if len(model.entries[0].shape) == 3 else None
    pixels = [list(zip(*rows[at::high], strict=True)) for at in range(high)] if high and len(rows) > high else rows
    picture = convolution(
        model,
        pixels or words or [],
        kernel=kernel,
        layer=layer,
        receptive_field=receptive_field,
        place=place,
    )
    return picture if language == "en" else picture.in_language(language)
