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
    "person": {each: each for each in SUBJECTS.values()},
    "verb": {**{form: verb for verb, forms in VERBS.items() for form in forms}, **dict.fromkeys(BEING, BE)},
    "negation": {"pas": "not"},
    "article": {"l’": "the"} | {form: article for article, forms in ARTICLES.items() for form in forms},
    "noun": {GROOT: GROOT} | {french: noun for noun, (french, _) in NOUNS.items()},
    "adjective": {form: each for each, (*forms, _) in ADJECTIVES.items() for form in forms},
}
"""For each part of a French sentence, the words that say it, and what they say in any form."""


def parts(french: str) -> dict[str, str | None]:
    """Return what a sentence says in each of its parts, whatever the form; None if it doesn't have one."""
    said = french.split()
    return {part: next((words[each] for each in said if each in words), None) for part, words in WORDS.items()}


def counted(right: Sequence[str], said: Sequence[str]) -> dict[str, Any]:
    """Count the sentences with each part, and those in which a network says it; and those that are correct French."""
    asked, hit = Counter[str](), Counter[str]()
    for one, other in zip(right, said, strict=True):
        found = parts(other)
        for part, meant in parts(one).items():
            if meant is not None or part == "negation":
                asked[part] += 1
                hit[part] += meant == found[part]
    known = {each.french for each in sentences()}
    return {
        "asked": dict(asked),
        "right": dict(hit),
        "sentences": len(said),
        "correct French": sum(each in known for each in said),
        "all right": sum(map(str.__eq__, right, said)),
    }


def main() -> None:
    """Run the guide once, with the weights that it loads, and count what its networks say."""
    names: dict[str, Any] = {"__name__": "__main__"}
    for block in blocks():
        if block.id not in TRAININGS:
            run(block.text, names)
    found: Mapping[str, Any] = {
        network: counted(names["right"], names["translate"](names["questions"], names[network])) for network in NETWORKS
    }
    (FOLDER / "parts.json").write_text(json.dumps(found, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
