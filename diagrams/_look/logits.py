"""`logits`: one temperature, several, and top-k, with words on their own backgrounds."""

from unrolled import Picture, logits

WORDS = ["Groot", "here", "tired", "not"]
SCORES = [1.21, 0.51, 0.17, -0.73]


def draw() -> list[Picture]:
    """Range from plain softmax to the effect of a temperature and a limit."""
    return [
        logits(WORDS, SCORES),
        logits(WORDS, SCORES, temperature=[0.5, 1, 2]),
        logits(WORDS, SCORES, temperature=0.7, top_k=2, neutral=False),
    ]
