"""Count which parts of the kept-out sentences each network of the guide translates rightly, and save the counts.

KERAS_BACKEND=jax .venv-verify/bin/python -m tools.translation.parts
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from .dataset import FOLDER
from .grammar import ADJECTIVES, ARTICLES, BEING, NOUNS, SUBJECTS, VERBS, sentences
from .train import TRAININGS, blocks, run

NETWORKS = ("translator", "attentive")
BE, GROOT = "be", "groot"
WORDS = {
    "person": {pronoun: pronoun for pronoun in SUBJECTS.values()},
    "verb": {**{form: verb for verb, forms in VERBS.items() for form in forms}, **dict.fromkeys(BEING, BE)},
    "negation": {"pas": "not"},
    "article": {"l’": "the"} | {form: article for article, forms in ARTICLES.items() for form in forms},
    "noun": {GROOT: GROOT} | {french: noun for noun, (french, _) in NOUNS.items()},
    "adjective": {form: adjective for adjective, (*forms, _) in ADJECTIVES.items() for form in forms},
}
"""For each part of a French sentence, the words that say it, and what they say in any form."""


def parts(french: str) -> dict[str, str | None]:
    """Return what a sentence says in each of its parts, whatever the form; None if it doesn't have one."""
    tokens = french.split()
    return {part: next((words[token] for token in tokens if token in words), None) for part, words in WORDS.items()}


def counted(right: Sequence[str], answers: Sequence[str]) -> dict[str, Any]:
    """Count the sentences with each part, and those in which a network says it; and those that are correct French."""
    expected, hit = Counter[str](), Counter[str]()
    for target, answer in zip(right, answers, strict=True):
        answered = parts(answer)
        for part, meant in parts(target).items():
            if meant is not None or part == "negation":
                expected[part] += 1
                hit[part] += meant == answered[part]
    correct = {pair.french for pair in sentences()}
    return {
        "asked": dict(expected),
        "right": dict(hit),
        "sentences": len(answers),
        "correct French": sum(text in correct for text in answers),
        "all right": sum(map(str.__eq__, right, answers)),
    }


def main() -> None:
    """Run the guide once, with the weights that it loads, and count what its networks say."""
    names: dict[str, Any] = {"__name__": "__main__"}
    for block in blocks():
        if block.id not in TRAININGS:
            run(block.text, names)
    counts: Mapping[str, Any] = {
        network: counted(names["right"], names["translate"](names["questions"], names[network])) for network in NETWORKS
    }
    (FOLDER / "parts.json").write_text(json.dumps(counts, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
