"""Sentences from real reviews, and what the trained network answers after each of their words."""

from typing import Any

from _reviews import examples, read
from unrolled import Model, Picture, above, cells, label, read_keras, word
from unrolled.floor.picture import Thing

LETTERS = 26
"""So many letters stand in a line on a phone, if all words are as long as the longest."""
ALT = "After its last word the network finds “{}” {} with {:.2f}; people rated it {:+.1f}."


def draw(code: str, right: bool = True) -> Picture:
    """Draw those that it judges rightly, or the others."""
    model = read_keras(code)
    judged = [(each, read(model, each["text"])) for each in examples()]
    shown = [(each, found) for each, found in judged if ((found[1][-1] > 0.5) == (each["rating"] > 0)) == right]
    said = [_said(each, found[1][-1]) for each, found in shown]
    forms = (above(*(_sentence(model, each, most) for each, _ in shown), align="left") for most in (100, LETTERS))
    wide, narrow = forms
    return wide.picture(" ".join(said), narrow=narrow)


def _said(example: dict[str, Any], answer: float) -> str:
    called = "positive" if answer > 0.5 else "negative"
    return ALT.format(example["text"], called, answer, example["rating"]).replace("-", "−")


def _sentence(model: Model, example: dict[str, Any], letters: int) -> Thing:
    """Set a number under each word, in lines of at most so many letters."""
    words, answers, _ = read(model, example["text"])
    called = "positive" if example["rating"] > 0 else "negative"
    people = f"people: {called}, {example['rating']:+.1f}".replace("-", "−")
    lines, start = [label(people)], 0
    while start < len(words):
        end = start + 1
        while end < len(words) and (end + 1 - start) * max(map(len, words[start : end + 1])) <= letters:
            end += 1
        columns = [word(each, plain=True) for each in words[start:end]]
        called = " ".join(words[start:end])
        lines.append(cells(answers[start:end], "output", name=called, decimals=2, levels=True, columns=columns))
        start = end
    return above(*lines, align="left")
