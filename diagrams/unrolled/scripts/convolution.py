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

    `words` are what the model reads; for a Conv2D `image` is, as rows of digits: `image="010 110 010"`. `kernel`
    chooses one of the layer's kernels by its number, from 1. Of several Conv1D layers `layer` chooses one by its
    number, from 1, or by its name. With `receptive_field` all layers up to that one, or to the last, are drawn, and
    which words lead to one output: `place` chooses it by its number, from 1, or where the window lies on an image,
    counted along the rows. `language` is that of the picture's own words.
    """
    pixels = [[int(digit) for digit in row] for row in image or ()]
    picture = convolution(
        read_keras(code),
        pixels or words or [],
        kernel=kernel,
        layer=layer,
        receptive_field=receptive_field,
        place=place,
    )
    return picture if language == "en" else picture.in_language(language)
