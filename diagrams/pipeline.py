"""From a text to a prediction: each stage and what it passes on, with trained weights."""

import json
from collections.abc import Callable
from pathlib import Path

from unrolled import Picture, above, block, cells, chain, label, link, read_keras, run_model, weights_from, word

DATA, WORDS = Path("diagrams/data/sentiment"), ["not", "good"]
MODEL = "Sequential([Input((2,)), Embedding(77, 2, mask_zero=True), LSTM(2), Dense(1, activation='sigmoid')])"
ALT = "A text is split into words, which become vectors; an LSTM sums them up, and a Dense layer predicts."


def draw(say: Callable[[str], str] = str) -> Picture:
    """Put the output of each stage below it. `say` supplies the words in another language."""
    model, vocabulary = read_keras(MODEL), json.loads((DATA / "vocabulary.json").read_text(encoding="utf-8"))
    weights = weights_from(model, DATA / "lstm_2_units.npz")
    traces = run_model(model, list(map(vocabulary.index, WORDS)), weights=weights).traces
    vectors, state, prediction = (trace.output for trace in traces)
    embeddings = [cells(vector, "embedding", of=say(one)) for one, vector in zip(WORDS, vectors, strict=True)]
    answer = cells(prediction, "output", name=say("prediction"), decimals=3)
    verdict = label(say("negative" if prediction[0] < 0.5 else "positive"), "ink", strong=True)
    answers = {
        block(say("split")): above(label(say("words")), *map(word, map(say, WORDS))),
        block(say("embed")): above(label(say("embeddings")), *embeddings),
        block("LSTM"): above(label(say("last state")), cells(state, "state")),
        block("Dense", "sigmoid"): above(label(say("prediction")), answer, verdict),
    }
    stages = [above(stage, answer, link(stage, answer), core=stage) for stage, answer in answers.items()]
    return chain(label(say(f"“{' '.join(WORDS)}”"), "ink", strong=True), *stages).picture(ALT).print_only("cells-4")
