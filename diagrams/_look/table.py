"""`table`: one word and many, two numbers and many."""

from unrolled import Picture, embed, table

WORDS = ["I", "am", "groot", "internationalisation", "I"]


def draw() -> list[Picture]:
    """Range from one row to five, and from one number to more than are shown."""
    return [table(WORDS[:1]), table(WORDS[:3]), *(table(WORDS, embed(WORDS, count)) for count in (1, 4, 16))]
