"""How well verdicts can be predicted without the order of their words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from .grammar import Sentence

ROUNDS = 3000
RATE = 1.0
DECAY = 1e-4


def majority(sentences: Sequence[Sentence]) -> float:
    """Return how often the most frequent verdict is right."""
    kind = sum(sentence.kind for sentence in sentences)
    return max(kind, len(sentences) - kind) / len(sentences)


def accuracy(sentences: Sequence[Sentence], is_kind: Callable[[Sentence], bool]) -> float:
    """Return the proportion of correct predictions."""
    return sum(is_kind(sentence) == sentence.kind for sentence in sentences) / len(sentences)


def bag_of_words(train: Sequence[Sentence], vocabulary: Sequence[str]) -> Callable[[Sentence], bool]:
    """Learn a weight for each word by logistic regression; a sentence is kind if the sum over its words is positive."""
    bags = np.stack([_bag(sentence, vocabulary) for sentence in train])
    kind = np.array([sentence.kind for sentence in train], dtype=np.float64)
    weights = np.zeros(bags.shape[1])
    for _ in range(ROUNDS):
        off = 1 / (1 + np.exp(-(bags @ weights))) - kind
        weights -= RATE * (bags.T @ off / len(train) + DECAY * weights)
    return lambda sentence: float(_bag(sentence, vocabulary) @ weights) > 0


def _bag(sentence: Sentence, vocabulary: Sequence[str]) -> NDArray[np.float64]:
    """Count the words of a sentence, with an additional 1 for the bias."""
    counts = Counter(sentence.words)
    return np.array([*(counts[word] for word in vocabulary), 1], dtype=np.float64)


def searched_weights(train: Sequence[Sentence], vocabulary: Sequence[str]) -> Callable[[Sentence], bool]:
    """Find weights that make as many predictions right as possible: change one word's at a time, while that helps.

    Logistic regression lowers a loss instead, and gets fewer right, because few of these verdicts are sums of words.
    """
    bags = np.stack([_bag(sentence, vocabulary) for sentence in train])
    kind = np.array([sentence.kind for sentence in train])
    weights, is_better = np.zeros(bags.shape[1]), True
    while is_better:
        before = weights.copy()
        for word in np.flatnonzero(bags.any(axis=0)):
            has = bags[:, word] > 0
            counts, rest = bags[has, word], bags[has] @ weights - bags[has, word] * weights[word]
            turns = np.unique(-rest / counts)  # where one more sentence changes sides
            tried = np.array([weights[word], turns[0] - 1, *(turns[1:] + turns[:-1]) / 2, turns[-1] + 1])
            right = ((rest + tried[:, None] * counts > 0) == kind[has]).sum(axis=1)
            weights[word] = tried[right.argmax()]
        is_better = bool((weights != before).any())
    return lambda sentence: float(_bag(sentence, vocabulary) @ weights) > 0


def order_blind_bound(sentences: Sequence[Sentence]) -> float:
    """Return the best possible accuracy of a prediction from the words without their order.

    Sentences with the same words must get the same verdict: at best, the more frequent one.
    """
    verdicts: dict[tuple[str, ...], Counter[bool]] = {}
    for sentence in sentences:
        verdicts.setdefault(tuple(sorted(sentence.words)), Counter())[sentence.kind] += 1
    return sum(max(counts.values()) for counts in verdicts.values()) / len(sentences)
