"""Two heads that read the same sentence: what each word looks at in one, and in the other."""

from _panels import panels
from unrolled import Picture, attention, read_keras
from unrolled.description import Description

WORDS = ["Groot", "was", "not", "bad"]
HEADS = ("head 1", "is it negated?"), ("head 2", "who is it about?")


def draw(code: str) -> Picture:
    """Draw the shares of both heads of the code's layer."""
    model = read_keras(code)
    whole = attention(model, WORDS, sums=False).description
    pictures = [attention(model, WORDS, head=number, sums=False) for number in (1, 2)]
    return panels(pictures, HEADS, Description(whole.alt, whole.text, (), whole.columns, whole.rows))
