"""`transformer`: pre-norm and post-norm blocks, a causal one, the second of three, and a decoder's."""

from unrolled import Picture, read_keras, transformer

PRE = """
x = words = Input((3, 4))
for _ in range({blocks}):
    normed = LayerNormalization()(x)
    x = x + MultiHeadAttention(2, 2)(normed, normed{options})
    inner = Dense({inner}, activation="relu")(LayerNormalization()(x))
    x = Add()([x, Dense(4)(inner)])
model = Model(words, Dense(2)(LayerNormalization()(x)))
"""
POST = """
x = words = Input((3, 4))
x = LayerNormalization()(x + Dropout(0.1)(MultiHeadAttention(1, 4)(x, x)))
x = LayerNormalization()(x + Dense(4)(Dense(8, activation="relu")(x)))
model = Model(words, x)
"""
BOTH = """
heard, said = Input((4, 4)), Input((2, 4))
x = heard
for _ in range(2):
    x = LayerNormalization()(x + MultiHeadAttention(2, 2)(x, x))
    x = LayerNormalization()(x + Dense(4)(Dense(8)(x)))
y = said
for _ in range(2):
    y = LayerNormalization()(y + MultiHeadAttention(2, 2)(y, y, use_causal_mask=True))
    y = LayerNormalization()(y + MultiHeadAttention(2, 2)(y, x))
    y = LayerNormalization()(y + Dense(4)(Dense(8)(y)))
model = Model([heard, said], y)
"""
LONG = PRE.replace("(3, 4)", "(None, 16)").replace("Dense(4)", "Dense(16)")
WORDS = ["was", "not", "bad"]
SENTENCE = ["the", "quick", "brown", "fox", "jumps", "over", "a", "lazy", "dog", "and", "then", "sleeps"]
PAIR = [["I", "am", "groot", "."], ["je", "suis"]]


def draw() -> list[Picture]:
    """Range from one block to several, and from the encoder to the decoder."""
    causal = ", use_causal_mask=True"
    three = read_keras(PRE.format(blocks=3, options=causal, inner=8))
    return [
        transformer(read_keras(PRE.format(blocks=1, options="", inner=8)), WORDS),
        transformer(read_keras(POST), WORDS),
        transformer(three, WORDS),
        transformer(three, WORDS, step=2, block=2),
        transformer(read_keras(LONG.format(blocks=2, options=causal, inner=64)), SENTENCE, block=2),
        transformer(read_keras(BOTH), PAIR, block=1),
        transformer(read_keras(BOTH), PAIR, block=4),
    ]
