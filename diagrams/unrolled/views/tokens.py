"""A sentence as tokens, one for each time step, over which something grows."""

from collections.abc import Sequence

from ..description import Description, TableColumn, TableRow
from ..errors import PictureError
from ..fonts import NAME, width
from ..geometry import Frame, Point
from ..i18n import Paragraph, Series, gettext, ngettext, pgettext, quoted
from ..layout import snug_box
from ..palette import word_fills
from ..picture import Picture
from ..shapes.arrows import CLEAR, Arrow
from ..shapes.plant import AGES, GROUND_WIDTH, Plant
from ..shapes.shape import Shape
from ..shapes.text import WORD_HEIGHT, Label, Word, word_width

PITCH, NARROW_PITCH = 130, 92
NARROWEST = 288
ARROW_HEIGHT = 30
GROUND_TO_WORD, WORD_TO_STEP = 19, 19
LEAST_GAP = 14
GROWTH = (
    gettext("Over them a plant grows: a seedling with two leaves."),
    gettext("Over them a plant grows: a seedling with two leaves, then a sapling."),
    gettext("Over them a plant grows: a seedling with two leaves, then a sapling, then a little tree."),
)


def tokens(words: Sequence[str]) -> Picture:
    """Draw up to three words as tokens in the order of their steps; over each, a plant has grown a little.

    >>> tokens(WORDS)
    """
    if not 1 <= len(words) <= len(AGES):
        raise PictureError(
            f"tokens are drawn for 1 to {len(AGES)} words, with a plant over each; given are {len(words)}"
        )
    wide, narrow = (tuple(_across(words, pitch)) for pitch in (PITCH, NARROW_PITCH))
    if snug_box(narrow).width > NARROWEST:
        narrow = tuple(_down(words))
    description = _description(words)
    turned = Picture(narrow, snug_box(narrow), description)
    return Picture(wide, snug_box(wide), description, turned=turned)


def _across(words: Sequence[str], least_pitch: float) -> list[Shape]:
    """Time runs to the right."""
    widest = max(word_width(word) for word in words)
    pitch = max(least_pitch, widest + LEAST_GAP, GROUND_WIDTH + LEAST_GAP)
    shapes: list[Shape] = []
    for step in range(1, len(words) + 1):
        token = _token(words, step, Point(step * pitch, 0))
        shapes += token
        if step < len(words):
            said = token[-1].at
            start = said.x + width(_step(step), NAME) / 2 + 2 * CLEAR
            end = said.x + pitch - width(_step(step + 1), NAME) / 2 - 2 * CLEAR
            shapes.append(_arrow(step, Point(start, said.y), Point(end, said.y)))
    return shapes


def _down(words: Sequence[str]) -> list[Shape]:
    """Time runs down, as where words are long."""
    shapes: list[Shape] = []
    top = 0.0
    for step in range(1, len(words) + 1):
        token = _token(words, step, Point(0, top - _rise(step)))
        shapes += token
        if step < len(words):
            start = token[-1].at.y + NAME.size / 2 + CLEAR
            shapes.append(_arrow(step, Point(0, start), Point(0, start + ARROW_HEIGHT)))
            top = start + ARROW_HEIGHT + CLEAR
    return shapes


def _token(words: Sequence[str], step: int, foot: Point) -> tuple[Plant, Word, Label]:
    word = words[step - 1]
    frame = Frame.about(foot.x, foot.y + GROUND_TO_WORD + WORD_HEIGHT / 2, word_width(word), WORD_HEIGHT)
    said = Point(foot.x, frame.bottom + WORD_TO_STEP)
    return (
        Plant(name=f"plant-{step}", step=step, age=step - 1, foot=foot),
        Word(name=f"word-{step}", step=step, text=word, frame=frame, fill=word_fills(words)[word]),
        Label(name=f"step-{step}", role="muted", step=step, text=_step(step), at=said),
    )


def _rise(step: int) -> float:
    """How high a plant reaches, seen from its foot; y runs down."""
    return Plant(name="plant", age=step - 1, foot=Point(0, 0)).bounds.top


def _arrow(step: int, start: Point, end: Point) -> Shape:
    """Lead from one step's name to what comes next."""
    return Arrow(name=f"step-{step}-arrow", step=step, points=(start, end))


def _step(step: int) -> str:
    return gettext("step %(number)s", number=step)


def _description(words: Sequence[str]) -> Description:
    placed = (
        gettext("%(word)s at step %(step)s", word=quoted(word), step=step) for step, word in enumerate(words, start=1)
    )
    alt = ngettext(
        "The sentence %(sentence)s as %(num)s token, one for each time step: %(words)s.",
        "The sentence %(sentence)s as %(num)s tokens, one for each time step: %(words)s.",
        len(words),
        sentence=quoted(" ".join(words)),
        words=Series(*placed),
    )
    text = gettext("The words come one after another, each at its own time step.")
    return Description(
        alt=alt,
        text=Paragraph(text, GROWTH[len(words) - 1]),
        columns=(TableColumn(pgettext("in a table", "time step")), TableColumn(pgettext("in a table", "word"))),
        rows=tuple(TableRow.of(str(step), word, step=step) for step, word in enumerate(words, start=1)),
    )
