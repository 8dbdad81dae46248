"""A baseline from words without their order: logistic regression on bags of words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from .dataset import Review, Split

PENALTIES = (0.1, 0.3, 1.0, 3.0, 10.0)
Numbers = NDArray[np.float64]


class Baseline(NamedTuple):
    """A weight for each word of a vocabulary, a bias, and the chosen penalty."""

    weights: Numbers
    penalty: float

    def positive(self, reviews: Sequence[Review], vocabulary: Sequence[str]) -> NDArray[np.bool_]:
        """Classify sentences: positive if the weights of the words add up to more than 0."""
        is_positive: NDArray[np.bool_] = bags(reviews, vocabulary) @ self.weights > 0
        return is_positive

    def accuracy(self, reviews: Sequence[Review], vocabulary: Sequence[str]) -> float:
        """Return the proportion of correct predictions."""
        kind = np.array([review.kind for review in reviews])
        return float(np.mean(self.positive(reviews, vocabulary) == kind))


def tuned(split: Split, vocabulary: Sequence[str]) -> Baseline:
    """Train with each penalty; keep the one that is best on the validation part, the strongest if several are."""
    tried = [Baseline(_learnt(split.train, vocabulary, penalty), penalty) for penalty in reversed(PENALTIES)]
    return max(tried, key=lambda baseline: baseline.accuracy(split.validation, vocabulary))


def bags(reviews: Sequence[Review], vocabulary: Sequence[str]) -> Any:
    """Return which known words each sentence contains, and a 1 for the bias: a sparse matrix (reviews, words)."""
    index = {word: number for number, word in enumerate(vocabulary) if number > 1}
    places = [
        (row, column)
        for row, review in enumerate(reviews)
        for column in {0, *(index.get(word, 0) for word in review.words)}
    ]
    rows, columns = zip(*sorted(places), strict=True)
    return csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(reviews), len(vocabulary)))


def _learnt(reviews: Sequence[Review], vocabulary: Sequence[str], penalty: float) -> Numbers:
    """Find the weights with the least loss, including the penalty on the squares of the words' weights."""
    bag, sign = bags(reviews, vocabulary), np.array([1.0 if review.kind else -1.0 for review in reviews])
    is_word = np.arange(len(vocabulary)) > 0

    def loss(weights: Numbers) -> tuple[float, Numbers]:
        margin, own = sign * (bag @ weights), weights * is_word
        wrong = 1 / (1 + np.exp(margin))
        return float(np.logaddexp(0, -margin).sum() + penalty / 2 * own @ own), penalty * own - bag.T @ (sign * wrong)

    learnt: Numbers = minimize(loss, np.zeros(len(vocabulary)), jac=True, method="L-BFGS-B").x
    return learnt
