"""The accuracies of all networks and of order-blind baselines; computed by the kit from the saved weights.

PYTHONPATH=.:diagrams .venv/bin/python -m tools.sentiment.scores
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache

from unrolled import read_keras, run_model, weights_from

from .baselines import accuracy, bag_of_words, majority, order_blind_bound, searched_weights
from .dataset import FOLDER, PAIRS, indices, read, read_vocabulary, read_written
from .grammar import Sentence
from .networks import NETWORKS


def network(name: str) -> Callable[[Sentence], float]:
    """Load a network; return a function that gives the probability that a sentence is kind, from 0 to 1."""
    model, vocabulary = read_keras(NETWORKS[name]), read_vocabulary()
    weights = weights_from(model, FOLDER / f"{name}.npz")
    return lambda sentence: float(run_model(model, indices(sentence.text, vocabulary), weights=weights).output[0])


def _judge(name: str) -> Callable[[Sentence], bool]:
    """Return a network's verdicts as a function that evaluates each sentence only once."""
    tell = cache(network(name))
    return lambda sentence: tell(sentence) > 0.5


def scores() -> dict[str, list[float]]:
    """Measure everything: on all held-out sentences, on each form of them, and on those written one by one."""
    dataset, written = read(), read_written()
    forms = [[sentence for sentence in dataset.kept_out if sentence.form == form] for form in PAIRS]
    groups: list[Sequence[Sentence]] = [dataset.kept_out, *forms, written]
    bag = bag_of_words(dataset.train, dataset.vocabulary)
    searched = searched_weights(dataset.train, dataset.vocabulary)
    shares = {
        "always the same verdict": [majority(group) for group in groups],
        "bag of words": [accuracy(group, bag) for group in groups],
        "the best weights found": [accuracy(group, searched) for group in groups],
        "the best without order": [order_blind_bound(group) for group in groups],
    }
    for name in NETWORKS:
        is_kind = _judge(name)
        shares[name] = [accuracy(group, is_kind) for group in groups]
    return shares


def windows() -> list[str]:
    """Format the results of the convolutions as the lines of a Markdown table: means, with the worst and the best."""
    right = json.loads((FOLDER / "windows.json").read_text("utf-8"))["right"]
    head = ["", *next(iter(right.values()))]
    rows = [[name, *map(_spread, forms.values())] for name, forms in right.items()]
    return _lines(head, rows)


def _spread(shares: Sequence[float]) -> str:
    mean, *ends = (100 * share for share in (sum(shares) / len(shares), min(shares), max(shares)))
    return f"{mean:.0f} ({ends[0]:.0f}–{ends[1]:.0f})"


def _lines(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return ["| " + " | ".join(row) + " |" for row in (head, ["---", *["---:"] * (len(head) - 1)], *rows)]


def table(measured: Mapping[str, Sequence[float]]) -> list[str]:
    """Format the scores as the lines of a Markdown table."""
    head = ["", "kept out", *PAIRS, "written"]
    rows = [[name, *(f"{100 * share:.1f}" for share in shares)] for name, shares in measured.items()]
    return _lines(head, rows)


if __name__ == "__main__":
    print("\n".join([*table(scores()), "", *windows()]))
