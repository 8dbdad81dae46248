"""Position encodings: sinusoidal, or those the code adds to its words, and which places they make similar."""

from unrolled import Picture, PictureError, positions, read_array, read_keras


def draw(
    code: str | None = None,
    places: int = 8,
    units: int = 6,
    base: float = 10000,
    place: int | None = None,
    waves: list[int] | None = None,
    array: str | None = None,
    layer: int | str | None = None,
    values: bool = True,
) -> Picture:
    """Draw this many `places` with `units` numbers each; the formula is that of Vaswani et al., with their `base`.

    With `{code=…}` on the image, they are those that the model of a block adds to its words, learned or computed;
    `layer` selects a layer that adds some by number, from 1, or by name. With `array` as well, the name of an array in
    the code or a call such as `waves(8, 6)`, that array is drawn, and the code needs no model. `place` is the place,
    from 0, that the others are compared to, and `waves` selects the two numbers, from 1, that are drawn as waves.
    Without `values`, the numbers of vectors are bars.
    """
    if code is not None and (places, units, base) != (8, 6, 10000):
        raise PictureError("places, units and base come from the code here: remove them, or remove code=")
    if code is None:
        picture = positions(places, units, base=base, place=place, waves=waves)
    else:
        source = read_array(code, array) if array else read_keras(code)
        picture = positions(source, layer=layer, place=place, waves=waves)
    return picture if values else picture.print_only()
