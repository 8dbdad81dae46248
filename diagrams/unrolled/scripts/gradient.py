"""How strongly each step influences the last state of the recurrent layer in the code above."""

from typing import Literal

from unrolled import Picture, gradient, read_keras


def draw(
    code: str,
    words: list[str] | None = None,
    layer: int | str | None = None,
    scale: Literal["linear", "log"] = "linear",
    weights: Literal["readable", "initial"] = "readable",
) -> Picture:
    """Draw a bar for each step; use `scale=log` to tell small ones apart.

    `words` are the layer's input. Without them, the steps are numbered; there are three if the code doesn't set their
    number. `weights` are the kit's own, which read well, or those of a new Keras layer. `layer` selects a recurrent
    layer by number, from 1, or by name.
    """
    model = read_keras(code)
    fresh = weights if weights == "initial" else None
    steps = model.entries[0].shape[0] or 3
    return gradient(model, words or steps, weights=fresh, scale=scale, layer=layer)
