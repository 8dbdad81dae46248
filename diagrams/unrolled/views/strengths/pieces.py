"""The pieces of the chart that look the same in both forms."""

from ...fonts import NAME, NUMBER, width
from ...geometry import Frame, Point
from ...i18n import gettext
from ...layout import wrapped
from ...shapes.shape import Shape
from ...shapes.text import Label, Word
from .scene import WORD, Scene

WORD_HEIGHT, WORD_PADDING = 23, 7
NOTE_LINE = 18
STEP = gettext("step")


def word_width(scene: Scene, step: int) -> float:
    """Measure a step's word with its ground, or its number."""
    if scene.word(step):
        return width(scene.said(step), WORD) + 2 * WORD_PADDING
    return width(scene.said(step), NUMBER)


def step_name(scene: Scene, step: int, at: Point, prefix: str = "") -> Shape:
    """Write the word of a step on its ground, or its number; an empty word is padding."""
    text = scene.said(step)
    if not scene.word(step):
        return Label(name=f"{prefix}number-{step}", role="muted", step=step, text=text, at=at, style=NUMBER)
    frame = Frame.about(at.x, at.y, word_width(scene, step), WORD_HEIGHT)
    return Word(name=f"{prefix}word-{step}", step=step, text=text, frame=frame, fill=scene.fill(step), style=WORD)


def note(scene: Scene, left: float, top: float, most: float) -> list[Shape]:
    """Say under the chart what it shows."""
    return [
        Label(name=f"note-{row}", role="muted", text=line, at=Point(left, top + row * NOTE_LINE), anchor="start")
        for row, line in enumerate(wrapped(scene.note, NAME, most))
    ]


def key(run: int, step: int) -> str:
    """Name the value of a step in the SVG."""
    return f"layer{run}-step-{step}"
