"""`logits`: one temperature, several, and a choice among the best."""

from unrolled import Picture, logits

WORDS = ["Groot", "here", "tired", "not"]
SCORES = [1.21, 0.51, 0.17, -0.73]


def draw() -> list[Picture]:
    """Go from plain softmax to what a temperature and a limit make of it."""
    return [
        logits(WORDS, SCORES),
        logits(WORDS, SCORES, temperature=[0.5, 1, 2]),
        logits(WORDS, SCORES, temperature=0.7, top_k=2),
    ]
