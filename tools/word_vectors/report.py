"""An evaluation of the word vectors: neighbours, topics, and analogies.

.venv/bin/python -m tools.word_vectors.report
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations

import numpy as np

from .vectors import Pair, WordVectors, read, relations, topics

RELATIONS = relations()
KNOWN = [
    ("man", "king", "woman"),
    ("man", "brother", "woman"),
    ("uncle", "aunt", "brother"),
    ("father", "mother", "son"),
    ("he", "his", "she"),
    ("day", "days", "year"),
    ("hand", "hands", "eye"),
    ("go", "went", "come"),
    ("say", "said", "ask"),
    ("three", "third", "four"),
    ("good", "better", "great"),
    ("old", "young", "rich"),
]


def asked(vectors: WordVectors) -> list[str]:
    """Return the words whose neighbours are reported: by rule, the most frequent of each topic, and the four rarest."""
    count = dict(zip(vectors.words, vectors.counts.tolist(), strict=True))
    frequent = [max(words, key=lambda word: count[word]) for words in topics().values()]
    rest = [word for word in vectors.words if word not in frequent]
    return frequent + sorted(rest, key=lambda word: (count[word], word))[:4]


def topic_share(vectors: WordVectors, topic: str) -> tuple[float, float]:
    """Return how many of the three nearest words have the same topic, on average; and how many would by chance."""
    words = topics()[topic]
    share = np.mean([word in words for center in words for word in vectors.neighbours(center, 3)])
    return float(share), (len(words) - 1) / (len(vectors.words) - 1)


def relation_scores(vectors: WordVectors, relation: str) -> tuple[float, float, float]:
    """Return how often the difference of one pair leads to the partner in another.

    With the first guess, within five guesses, and without the difference: as the word nearest to the third.
    """

    def hits(guesses: Callable[[Pair, Pair], list[str]]) -> float:
        return float(np.mean([second[1] in guesses(first, second) for first, second in tried]))

    tried = [(first, second) for first, second in permutations(RELATIONS[relation], 2) if not {*first} & {*second}]
    return (
        hits(lambda first, second: vectors.analogy(*first, second[0], count=1)),
        hits(lambda first, second: vectors.analogy(*first, second[0], count=5)),
        hits(lambda first, second: vectors.nearest(vectors[second[0]], 1, but=(*first, second[0]))),
    )


def report() -> str:
    """Format all of it as Markdown."""
    vectors = read()
    count = dict(zip(vectors.words, vectors.counts.tolist(), strict=True))
    neighbours = [[word, f"{count[word]:,}", ", ".join(vectors.neighbours(word))] for word in asked(vectors)]
    shares = [[topic, str(len(words)), *_percent(topic_share(vectors, topic))] for topic, words in topics().items()]
    relations = [
        [relation, str(len(pairs)), *_percent(relation_scores(vectors, relation))]
        for relation, pairs in RELATIONS.items()
    ]
    analogies = [[f"{a} : {b} = {c} : ?", ", ".join(vectors.analogy(a, b, c))] for a, b, c in KNOWN]
    return "\n\n".join(
        [
            _table(["word", "occurs", "nearest words"], neighbours),
            _table(["topic", "words", "of the 3 nearest", "by chance"], shares),
            _table(["relation", "pairs", "first guess", "in five guesses", "without the difference"], relations),
            _table(["difference", "answers, the best first"], analogies),
        ]
    )


def _percent(shares: tuple[float, ...]) -> list[str]:
    return [f"{100 * share:.0f} %" for share in shares]


def _table(head: list[str], rows: list[list[str]]) -> str:
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *rows))


if __name__ == "__main__":
    print(report())
