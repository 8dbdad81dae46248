"""`space`: few points and many, close ones, vectors with two numbers and with more."""

from unrolled import Picture, embed, space

ROYAL = {"man": (0.2, 0.1), "king": (0.3, 0.8), "woman": (0.7, 0.1), "queen": (0.8, 0.8)}
WORDS = ["I", "am", "groot", "you", "are", "kind", "we", "like", "trees", "they", "grow", "slowly"]


def draw() -> list[Picture]:
    """Draw the kit's own vectors, given ones, and vectors with eight numbers."""
    return [space(WORDS[:3]), space(ROYAL), space(WORDS), space(WORDS, embed(WORDS, 8))]
