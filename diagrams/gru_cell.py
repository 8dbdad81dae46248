"""Inside the GRU of the code above, at the last word: how its update gate divides between the old state and the new."""

from unrolled import Picture, cell, read_keras

WORDS = ["I", "am", "groot"]
DIVIDING = ("update-gate", "rest", "kept", "written", "formula-1")
PRINTED = ("state-before", "candidate", "kept", "written", "state-after")
"""What the first formula is about; how the candidate comes about matters less here."""


def draw(code: str) -> Picture:
    """Give the update gate and what it lets through more weight."""
    return cell(read_keras(code), WORDS, step=len(WORDS)).print_only(*PRINTED).emphasize(*DIVIDING)
