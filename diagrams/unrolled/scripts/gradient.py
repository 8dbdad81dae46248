"""How much each step still moves the last state of the recurrent layer of the code above."""

from typing import Literal

from unrolled import Picture, gradient, read_keras


def draw(
    code: str,
    words: list[str] | None = None,
    layer: int | str | None = None,
    scale: Literal["linear", "log"] = "linear",
    weights: Literal["readable", "initial"] = "readable",
    language: str = "en",
) -> Picture:
    """Draw a bar for each step; with `scale=log` small ones can be told apart.

    `words` are what the layer reads; without them the steps have numbers, three if the code leaves open how many there
    are. `weights` are the kit's own, which read well, or those of a new layer of Keras. Of several recurrent layers
    `layer` chooses one by its number, from 1, or by its name. `language` is the language of the picture's own words.
    """
    model = read_keras(code)
    fresh = weights if weights == "initial" else None
    steps = model.entries[0].shape[0] or 3
    picture = gradient(model, words or steps, weights=fresh, scale=scale, layer=layer)
    return picture if language == "en" else picture.in_language(language)
