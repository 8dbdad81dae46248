"""The same words in two orders: without positions, attention gives each word the same output in both."""

from _panels import framed, panels
from unrolled import Picture, attention, read_keras
from unrolled.description import Description

VOCABULARY = ["[pad]", "dog", "bites", "man"]
ORDERS = ["dog", "bites", "man"], ["man", "bites", "dog"]
ASKS = "bites"
"""The word whose row is framed."""
ALT = "“{}” and “{}”: each word looks at each other word as much in one order as in the other."


def draw(code: str) -> Picture:
    """Run the code's model on both orders."""
    model = read_keras(code)
    forms = [attention(model, words, [VOCABULARY.index(each) for each in words], sums=False) for words in ORDERS]
    forms = [each.with_grounds(forms[0].grounds) for each in forms]
    one, other = (each.description for each in forms)
    forms = [framed(each, words.index(ASKS) + 1) for each, words in zip(forms, ORDERS, strict=True)]
    titles = [(" ".join(words), "") for words in ORDERS]
    alt = ALT.format(*(title for title, _ in titles))
    return panels(forms, titles, Description(alt, one.text, (), one.columns, (*one.rows, *other.rows)))
