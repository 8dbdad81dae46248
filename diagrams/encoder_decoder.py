"""An encoder whose last states are the first ones of a decoder."""

from unrolled import Picture, read_keras, unroll

HEARD, READ = ["I", "am", "groot"], ["[start]", "je", "suis", "groot"]


def draw(code: str) -> Picture:
    """Draw both sentences, and the states that go from one to the other."""
    return unroll(read_keras(code), [HEARD, READ])
