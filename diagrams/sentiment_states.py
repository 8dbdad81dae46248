"""The trained LSTM's answers and memory after each word of two verdicts that consist of the same words."""

from _sentiment import DATA, answers, read
from unrolled import LSTM, Picture, read_keras, reading, weights_from

VERDICTS = ["The movie was good, not bad", "The movie was bad, not good"]
MEANINGS = {"good": "kind", "bad": "unkind", "not": "turning"}


def draw(code: str) -> Picture:
    """Run the trained network on both."""
    model = read_keras(code)
    weights = weights_from(model, DATA / "lstm_2_units.npz")
    sentences = [verdict.replace(",", "").split() for verdict in VERDICTS]
    traces = [read(model, weights, words) for words in sentences]
    memories = [
        trace.trace_of(LSTM).memories[1 : len(words) + 1] for trace, words in zip(traces, sentences, strict=True)
    ]
    found = [answers(trace, words) for trace, words in zip(traces, sentences, strict=True)]
    return reading(sentences, found, memories, ends=("unkind", "kind"), meanings=MEANINGS)
