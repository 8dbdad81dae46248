"""A sentence as tokens, one for each time step, over which something grows."""

from collections.abc import Sequence

from ..errors import PictureError
from ..fonts import NAME, width
from ..geometry import Frame, Point
from ..layout import snug_box
from ..palette import word_fills
from ..picture import Description, Picture
from ..shapes.arrow import CLEAR, Arrow
from ..shapes.label import Label
from ..shapes.plant import AGES, GROUND_WIDTH, Plant
from ..shapes.shape import Shape
from ..shapes.word import HEIGHT, Word, word_width

PITCH, NARROW_PITCH = 130, 92
GROUND_TO_WORD, WORD_TO_STEP = 19, 19
LEAST_GAP = 14
GROWTH = ("a seedling with two leaves", "a sapling", "a little tree")


def tokens(words: Sequence[str]) -> Picture:
    """Draw up to three words as tokens in the order of their steps; over each, a plant has grown a little."""
    if not 1 <= len(words) <= len(AGES):
        raise PictureError(
            f"tokens are drawn for 1 to {len(AGES)} words, with a plant over each; given are {len(words)}"
        )
    wide, narrow = (tuple(_shapes(words, pitch)) for pitch in (PITCH, NARROW_PITCH))
    alt, description = _alt(words), _description(words)
    turned = Picture(narrow, snug_box(narrow), alt, description)
    return Picture(wide, snug_box(wide), alt, description, turned=turned)


def _shapes(words: Sequence[str], least_pitch: float) -> list[Shape]:
    fills = word_fills(words)
    widest = max(word_width(word) for word in words)
    pitch = max(least_pitch, widest + LEAST_GAP, GROUND_WIDTH + LEAST_GAP)
    shapes: list[Shape] = []
    for step, word in enumerate(words, start=1):
        x = step * pitch
        frame = Frame.about(x, GROUND_TO_WORD + HEIGHT / 2, word_width(word), HEIGHT)
        said = Point(x, frame.bottom + WORD_TO_STEP)
        shapes += [
            Plant(name=f"plant-{step}", step=step, age=step - 1, foot=Point(x, 0)),
            Word(name=f"word-{step}", step=step, text=word, frame=frame, fill=fills[word]),
            Label(name=f"step-{step}", role="muted", step=step, text=_step(step), at=said),
        ]
        if step < len(words):
            shapes.append(_arrow(step, said, pitch))
    return shapes


def _arrow(step: int, said: Point, pitch: float) -> Shape:
    """Lead from one step's name to the next."""
    start = said.x + width(_step(step), NAME) / 2 + 2 * CLEAR
    end = said.x + pitch - width(_step(step + 1), NAME) / 2 - 2 * CLEAR
    return Arrow(name=f"step-{step}-arrow", step=step, points=(Point(start, said.y), Point(end, said.y)))


def _step(step: int) -> str:
    return f"step {step}"


def _alt(words: Sequence[str]) -> str:
    said = ", ".join(f"“{word}” at step {step}" for step, word in enumerate(words, start=1))
    return f"The sentence “{' '.join(words)}” as {len(words)} tokens, one for each time step: {said}."


def _description(words: Sequence[str]) -> Description:
    plants = ", then ".join(GROWTH[: len(words)])
    rows = [[str(step), word] for step, word in enumerate(words, start=1)]
    text = f"The words come one after another, each at its own time step. Over them a plant grows: {plants}."
    return {"text": text, "head": ["time step", "word"], "rows": rows}
