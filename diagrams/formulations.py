"""The four forms of a recurrent model, and the two kinds of many to many, each determined from the code."""

from unrolled import Picture, formulation, read_keras

ONE_TO_MANY = "model = Sequential([Input((2,)), RepeatVector(3), SimpleRNN(4, return_sequences=True), Dense(1)])"
MANY_TO_ONE = "model = Sequential([Input((3, 2)), SimpleRNN(4), Dense(1)])"
ALIGNED = "model = Sequential([Input((3, 2)), SimpleRNN(4, return_sequences=True), TimeDistributed(Dense(1))])"
ONE_TO_ONE = "model = Sequential([Input((2,)), Dense(1)])"
ENCODER_DECODER = """
words = Input((2, 2))
_, h = SimpleRNN(4, return_state=True)(words)
translated = Input((3, 2))
decoded = SimpleRNN(4, return_sequences=True)(translated, initial_state=h)
model = Model([words, translated], TimeDistributed(Dense(1))(decoded))
"""
FORMS = {
    "a picture, its name": ONE_TO_ONE,
    "a picture, a sentence": ONE_TO_MANY,
    "a review, a verdict": MANY_TO_ONE,
    "words, a tag for each": ALIGNED,
    "a sentence, translated": ENCODER_DECODER,
}


def draw() -> Picture:
    """Draw them from the simplest to the most complex, each with an example of use."""
    return formulation(*map(read_keras, FORMS.values()), examples=list(FORMS))
