"""The same words in two orders: without positions, attention gives each word the same output in both."""

from unrolled import Picture, above, attention, beside, read_keras

VOCABULARY = ["[pad]", "dog", "bites", "man"]
ORDERS = ["dog", "bites", "man"], ["man", "bites", "dog"]
ALT = "“{}” and “{}”: each word looks at each other word as much in one order as in the other."


def draw(code: str) -> Picture:
    """Run the code's model on both orders."""
    model = read_keras(code)
    forms = [attention(model, words, [VOCABULARY.index(each) for each in words]) for words in ORDERS]
    forms = [each.with_grounds(forms[0].grounds) for each in forms]
    alt = ALT.format(*map(" ".join, ORDERS))
    return beside(*forms).picture(alt, narrow=above(*(each.narrow or each for each in forms)))
