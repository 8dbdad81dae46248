"""From a text to a prediction: what each stage makes of what it gets, with trained weights."""

import json
from collections.abc import Callable
from pathlib import Path

from unrolled import Picture, above, beside, cells, label, link, read_keras, run_model, weights_from, word

DATA, WORDS = Path("diagrams/data/sentiment"), ["not", "good"]
MODEL = "Sequential([Input((2,)), Embedding(77, 2, mask_zero=True), LSTM(2), Dense(1, activation='sigmoid')])"
ALT = "A text is split into words, which become vectors; an LSTM sums them up, and a Dense layer predicts."


def draw(say: Callable[[str], str] = str) -> Picture:
    """Put what is passed on in a row, with the stages on the arrows. `say` supplies the words in another language."""
    model, known = read_keras(MODEL), json.loads((DATA / "vocabulary.json").read_text(encoding="utf-8"))
    traces = run_model(model, [*map(known.index, WORDS)], weights=weights_from(model, DATA / "lstm_2_units.npz")).traces
    vectors, state, prediction = (trace.output for trace in traces)
    embeddings = [cells(row, "embedding", of=say(one), large=True) for one, row in zip(WORDS, vectors, strict=True)]
    answer = cells(prediction, "output", name=say("prediction"), decimals=3, large=True)
    verdict = label(say("negative" if prediction[0] < 0.5 else "positive"), "ink", strong=True)
    passed = [
        label(say(f"“{' '.join(WORDS)}”"), "ink", strong=True),
        above(label(say("words")), *map(word, map(say, WORDS))),
        above(label(say("embeddings")), *embeddings),
        above(label(say("last state")), cells(state, "state", large=True)),
        above(label(say("prediction")), answer, verdict),
    ]
    stages = zip(passed[:-1], passed[1:], (say("split"), say("embed"), "LSTM", "Dense"), strict=True)
    return beside(*passed, *(link(*stage) for stage in stages)).picture(ALT)
