"""`lookup`: one word and several, small and larger vocabularies."""

from unrolled import Picture, embed, lookup

WORDS = ["I", "am", "groot", "you", "are", "kind", "we", "like", "trees"]


def draw() -> list[Picture]:
    """Range from one row to three, and from three words to nine."""
    return [
        lookup("am", WORDS[:3]),
        lookup(WORDS[:3]),
        lookup(["I", "trees"], WORDS, embed(WORDS, 4)),
    ]
