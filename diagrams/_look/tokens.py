"""`tokens`: one to three words."""

from unrolled import Picture, tokens


def draw() -> list[Picture]:
    """Draw short words and a long one."""
    return [tokens(["I"]), tokens(["I", "am"]), tokens(["I", "am", "internationalisation"])]
