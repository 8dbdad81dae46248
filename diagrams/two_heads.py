"""Two heads that read the same sentence: what each word looks at in one, and in the other."""

from dataclasses import replace

from _panels import panels
from unrolled import Picture, attention, read_keras
from unrolled.description import Description
from unrolled.fonts import NAME
from unrolled.geometry import Frame
from unrolled.layout import wrapped
from unrolled.picture import in_two_forms
from unrolled.shapes.shape import Shape
from unrolled.shapes.text import Word
from unrolled.views.pieces import text

WORDS = ["Groot", "was", "not", "bad"]
HEADS = ("head 1", "is it negated?"), ("head 2", "who is it about?")
ASKS = 4
"""The row that shows what each head asks."""
NOTE = f"Each row is a word that looks, and each column one that it looks at. Framed: “{WORDS[ASKS - 1]}”."
TO_NOTE, LEADING = 26, 20


def draw(code: str) -> Picture:
    """Draw the shares of both heads of the code's layer, with a frame around one row of each."""
    model = read_keras(code)
    whole = attention(model, WORDS, sums=False).description
    pictures = [_framed(attention(model, WORDS, head=number, sums=False), f"asks-{number}") for number in (1, 2)]
    both = panels(pictures, HEADS, Description(whole.alt, whole.text, (), whole.columns, whole.rows))
    narrow = both.narrow or both
    return in_two_forms([_noted(both.shapes, 640)], [_noted(narrow.shapes, 250)], both.description)


def _framed(picture: Picture, name: str) -> Picture:
    row = next(shape for shape in picture.shapes if shape.name == f"shares-{ASKS}")
    frame = Word(name=name, text="", frame=row.bounds.grown(2), rim="solid")
    return replace(picture, shapes=(*picture.shapes, frame), narrow=picture.narrow and _framed(picture.narrow, name))


def _noted(shapes: tuple[Shape, ...], room: float) -> tuple[Shape, ...]:
    """Say below the panels who looks at whom."""
    whole = Frame.around(shape.bounds for shape in shapes)
    lines = [
        text(said, name=f"looks-{at}", x=whole.left, y=whole.bottom + TO_NOTE + at * LEADING, anchor="start")
        for at, said in enumerate(wrapped(NOTE, NAME, room))
    ]
    return (*shapes, *(shape for line in lines for shape in line))
