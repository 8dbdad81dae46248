"""Two heads that read the same sentence: what each word looks at in one, and in the other."""

from _panels import framed, panels
from unrolled import Picture, attention, read_keras
from unrolled.description import Description
from unrolled.geometry import Frame
from unrolled.picture import in_two_forms
from unrolled.shapes.shape import Shape
from unrolled.views.pieces import text

WORDS = ["Groot", "was", "not", "bad"]
HEADS = ("head 1", "is it negated?"), ("head 2", "who is it about?")
ASKS = 4
"""The row that shows what each head asks."""
NOTE = f"Framed: what “{WORDS[ASKS - 1]}” looks at."
TO_NOTE = 26


def draw(code: str) -> Picture:
    """Draw the shares of both heads of the code's layer, with a frame around one row of each."""
    model = read_keras(code)
    whole = attention(model, WORDS, sums=False).description
    pictures = [framed(attention(model, WORDS, head=number, sums=False), ASKS) for number in (1, 2)]
    both = panels(pictures, HEADS, Description(whole.alt, whole.text, (), whole.columns, whole.rows))
    wide, narrow = (_noted(form.shapes) for form in (both, both.narrow or both))
    return in_two_forms([wide], [narrow], both.description)


def _noted(shapes: tuple[Shape, ...]) -> tuple[Shape, ...]:
    """Say below the panels whose row is framed."""
    whole = Frame.around(shape.bounds for shape in shapes)
    return (*shapes, *text(NOTE, name="framed", x=whole.left, y=whole.bottom + TO_NOTE, anchor="start"))
