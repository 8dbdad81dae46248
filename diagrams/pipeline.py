"""From a text to a prediction: each stage, and what it hands on to the next."""

from unrolled import Picture, above, beside, block, cells, chain, embed, label, link, read_keras, row, run_model, word

WORDS = ["not", "good"]
MODEL = "Sequential([SimpleRNN(3, input_shape=(2, 2)), Dense(1, activation='sigmoid')])"
ALT = "A text is split into words, which become vectors; an RNN sums them up, and a Dense layer predicts."


def draw() -> Picture:
    """Stand what each stage answers under it; in a narrow box the stages go down."""
    vectors = embed(WORDS)
    state, prediction = (trace.output for trace in run_model(read_keras(MODEL), vectors).traces)
    embeddings = [cells(vector, "embedding", of=one) for one, vector in zip(WORDS, vectors, strict=True)]
    answers = {
        block("split"): above(label("words"), row(*map(word, WORDS))),
        block("embed"): above(label("embeddings"), row(*embeddings)),
        block("RNN"): above(label("last state"), cells(state, "state")),
        block("Dense", "sigmoid"): above(label("prediction"), cells(prediction, "output", decimals=2)),
    }
    text = label(f"“{' '.join(WORDS)}”", "ink", strong=True)
    wide = [above(stage, answer, link(stage, answer), core=stage) for stage, answer in answers.items()]
    narrow = [beside(stage, answer, link(stage, answer), core=stage) for stage, answer in answers.items()]
    return chain(text, *wide).picture(ALT, turned=chain(text, *narrow, towards="down"))
