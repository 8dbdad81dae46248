"""The same words in two orders: without positions, attention gives each word the same answer in both."""

from unrolled import Picture, above, attention, beside, read_keras

VOCABULARY = ["[pad]", "dog", "bites", "man"]
ORDERS = ["dog", "bites", "man"], ["man", "bites", "dog"]
ALT = "“{}” and “{}”: each word looks at each other word as much in the one order as in the other."


def draw(code: str) -> Picture:
    """Run the code's model over both orders."""
    model = read_keras(code)
    forms = [attention(model, words, [VOCABULARY.index(each) for each in words]) for words in ORDERS]
    alt = ALT.format(*map(" ".join, ORDERS))
    return beside(*forms).picture(alt, narrow=above(*(each.narrow or each for each in forms)))
