"""The reviews network's answer after each word of a real sentence, with all 32 numbers of its memory."""

from dataclasses import replace

import numpy as np

from _reviews import examples, read
from unrolled import Picture, gettext, read_keras, reading
from unrolled.geometry import Point
from unrolled.shapes.cells import Patch
from unrolled.shapes.plots import Region

AROUND = 5
"""The distance of the dashed outline from the memory."""


def draw(code: str, number: int = 1746, turning: str = "miss") -> Picture:
    """Read the sentence with this number in the source, and outline the memory at the word that ought to turn it."""
    (text,) = [each["text"] for each in examples() if each["number"] == number]
    words, answers, memory = read(read_keras(code), text)
    picture = reading(words, answers, memory, ends=("negative", "positive"))
    step = words.index(turning) + 1
    flips = int(np.sum(np.sign(memory[step - 1]) != np.sign(memory[step - 2])))
    said = f"At “{turning}”, {flips} of the {memory.shape[1]} numbers change their sign."
    told = picture.description.noted(gettext(said))
    wide, narrow = (replace(_outlined(form, step), description=told) for form in (picture, picture.narrow or picture))
    return replace(wide, narrow=narrow)


def _outlined(picture: Picture, step: int) -> Picture:
    (patch,) = (shape for shape in picture.shapes if isinstance(shape, Patch) and shape.step == step)
    frame = patch.frame.grown(AROUND)
    corners = tuple(
        Point(x, y)
        for x, y in (
            (frame.left, frame.top),
            (frame.right, frame.top),
            (frame.right, frame.bottom),
            (frame.left, frame.bottom),
        )
    )
    region = Region(name="outlined", role="ink", step=step, corners=corners, fill=None)
    return replace(picture, shapes=(*picture.shapes, region))
