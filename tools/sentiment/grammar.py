"""A small grammar of verdicts on films: sentences whose meaning depends on the order of their words."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

# {right} agrees with the verdict of the whole sentence, {wrong} doesn't; the same is true of {liked} and {hated}.
FORMS = {
    "plain": (
        "the {thing} {was} {very}{right}",
        "the {thing} {was} {very}{right}",
        "it {was} {very}{right}",
        "{who} {liked} the {thing}",
        "{who} {really}{liked} it",
        "{who} found the {thing} {very}{right}",
        "{who} thought that the {thing} was {very}{right}",
        "everybody who saw the {thing} {when} found it {very}{right}",
    ),
    "negated": (
        "the {thing} {was} not {very}{wrong}",
        "the {thing} was never {very}{wrong}",
        "{who} did not {hate} the {thing}",
        "{who} did not {hate} it",
        "nobody {hated} the {thing}",
    ),
    "distant": (
        "{who} did not find the {thing} {very}{wrong}",
        "nobody found the {thing} {very}{wrong}",
        "{who} never thought that the {thing} was {very}{wrong}",
        "{who} did not think that anybody found the {thing} {very}{wrong}",
        "nobody who saw the {thing} {when} found it {very}{wrong}",
    ),
    "contrast": (
        "the {thing} {was} {wrong} but {right}",
        "the {thing} {was} {wrong}, but the {other} {was} {very}{right}",
        "the {thing} {was} {very}{wrong}, but {who} {liked} the {other}",
        "although the {thing} {was} {wrong}, the {other} {was} {very}{right}",
        "the {thing} {was} {very}{right}, although the {other} {was} {wrong}",
        "the {thing} was not {right}, but the {other} {was} {right2}",
        "the {thing} {was} {wrong}, but the {other} was not {wrong2}",
    ),
    "correction": (
        "the {thing} {was} {right}, not {wrong}",
        "the {thing} {was} not {wrong} but {right}",
    ),
}
GOOD = ["good", "great", "funny", "clever", "moving", "charming", "lovely", "fresh", "brilliant", "wonderful"]
BAD = ["bad", "dull", "boring", "slow", "weak", "silly", "flat", "poor", "awful", "terrible"]
LIKED = {"liked": "like", "loved": "love", "enjoyed": "enjoy"}
HATED = {"hated": "hate", "disliked": "dislike", "regretted": "regret"}
THINGS = ["movie", "film", "story", "plot", "acting", "cast", "music", "ending", "dialogue", "beginning"]
SHARED = {
    "who": ["I", "we", "they"],
    "was": ["was", "is", "seemed", "felt"],
    "very": ["", "", "very ", "really ", "so ", "quite "],
    "really": ["", "really "],
    "when": ["yesterday", "last week", "with us", "with us yesterday"],
}


@dataclass(frozen=True)
class Sentence:
    """A sentence, whether its verdict is kind, and its form."""

    text: str
    kind: bool
    form: str

    @property
    def words(self) -> tuple[str, ...]:
        """The words that a network receives."""
        return words_of(self.text)


def words_of(text: str) -> tuple[str, ...]:
    """Split a text into words in lower case, without commas and full stops."""
    return tuple(text.lower().replace(",", " ").replace(".", " ").split())


def twins(form: str, chance: random.Random) -> tuple[Sentence, Sentence]:
    """Generate a kind sentence and its unkind twin, with good and bad words swapped."""
    template = _one(FORMS[form], chance)
    filling = {slot: _one(words, chance) for slot, words in SHARED.items()}
    filling["thing"], filling["other"] = _two(THINGS, chance)
    praise = _verdict(_two(GOOD, chance), _one(list(LIKED), chance))
    blame = _verdict(_two(BAD, chance), _one(list(HATED), chance))
    return (
        Sentence(_written(template, filling | _agreeing(praise, blame)), kind=True, form=form),
        Sentence(_written(template, filling | _agreeing(blame, praise)), kind=False, form=form),
    )


def _verdict(adjectives: tuple[str, str], verb: str) -> tuple[str, ...]:
    return (*adjectives, verb, (LIKED | HATED)[verb])


def _agreeing(right: tuple[str, ...], wrong: tuple[str, ...]) -> dict[str, str]:
    """Fill the slots that agree with the verdict with one side's words, the others with the other's."""
    return dict(zip(("right", "right2", "liked", "like"), right, strict=True)) | dict(
        zip(("wrong", "wrong2", "hated", "hate"), wrong, strict=True)
    )


def _written(template: str, filling: dict[str, str]) -> str:
    text = template.format(**filling)
    return f"{text[0].upper()}{text[1:]}."


def _one(choices: Sequence[str], chance: random.Random) -> str:
    """Choose with `random()`, whose numbers Python promises not to change, unlike those of `choice`."""
    return choices[int(chance.random() * len(choices))]


def _two(choices: Sequence[str], chance: random.Random) -> tuple[str, str]:
    first = _one(choices, chance)
    return first, _one([choice for choice in choices if choice != first], chance)
