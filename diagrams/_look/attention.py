"""`attention`: every word, several heads, a causal mask, two sentences, one query, and a long sentence."""

from unrolled import Picture, attention, read_keras

SELF = """
words = Input((3, 4))
model = Model(words, MultiHeadAttention({})(words, words{}))
"""
CROSS = """
heard, said = Input((4, 2)), Input((2, 2))
model = Model([said, heard], Attention()([said, heard]))
"""
LONG = SELF.replace("(3, 4)", "(None, 8)")
WORDS = ["was", "not", "bad"]
SENTENCE = ["the", "quick", "brown", "fox", "jumps", "over", "a", "lazy", "dog", "and", "then", "sleeps"]


def draw() -> list[Picture]:
    """Range from one head to two, from three words to twelve, and show the computation of one of them."""
    heads = read_keras(SELF.format("2, 4, value_dim=2", ", use_causal_mask=True"))
    one = read_keras(SELF.format("1, 4, value_dim=2", ""))
    long = read_keras(LONG.format("2, 8", ""))
    return [
        attention(one, WORDS),
        attention(heads, WORDS),
        attention(read_keras(CROSS), [["je", "suis"], ["I", "am", "groot", "."]]),
        attention(long, SENTENCE, head=2),
        attention(one, WORDS, query=3),
        attention(heads, WORDS, query=2, head=2),
        attention(long, SENTENCE, query=12),
    ]
