"""From a text to a prediction: each stage, and what it hands on to the next."""

from collections.abc import Callable

from unrolled import Picture, above, block, cells, chain, embed, label, link, read_keras, row, run_model, word

WORDS = ["not", "good"]
MODEL = "Sequential([SimpleRNN(3, input_shape=(2, 2)), Dense(1, activation='sigmoid')])"
ALT = "A text is split into words, which become vectors; an RNN sums them up, and a Dense layer predicts."


def draw(say: Callable[[str], str] = str) -> Picture:
    """Stand what each stage answers under it. `say` gives the words of another language."""
    vectors = embed(words := [say(one) for one in WORDS])
    state, prediction = (trace.output for trace in run_model(read_keras(MODEL), vectors).traces)
    embeddings = [cells(vector, "embedding", of=one) for one, vector in zip(words, vectors, strict=True)]
    answers = {
        block(say("split")): above(label(say("words")), row(*map(word, words))),
        block(say("embed")): above(label(say("embeddings")), row(*embeddings)),
        block("RNN"): above(label(say("last state")), cells(state, "state")),
        block("Dense", "sigmoid"): above(label(say("prediction")), cells(prediction, "output", decimals=2)),
    }
    text = label(say(f"“{' '.join(WORDS)}”"), "ink", strong=True)
    stages = [above(stage, answer, link(stage, answer), core=stage) for stage, answer in answers.items()]
    return chain(text, *stages).picture(ALT)
