"""Sentences from real reviews, and the trained network's answer after each of their words, as a curve."""

from collections.abc import Collection
from dataclasses import replace
from itertools import pairwise
from typing import Any

from _reviews import answer_to_nothing, examples, read
from unrolled import Model, Picture, Thing, above, label, read_keras, reading

PUSH = 0.05
"""A word that moves the answer this much gets a background, wherever it is in the sentence."""
TOGETHER = ("no reason to miss", "not once", "never once")
"""Phrases that mean something else than their words one by one."""
ALT = "After the last word of “{}”, the network’s answer is {} ({:.2f}); people rated it {:+.1f}."


def draw(code: str, right: bool = True) -> Picture:
    """Draw the sentences it judges correctly, or the others."""
    model = read_keras(code)
    judged = [(each, read(model, each["text"])) for each in examples()]
    shown = [(each, found) for each, found in judged if ((found[1][-1] > 0.5) == (each["rating"] > 0)) == right]
    said = [_said(each, found[1][-1]) for each, found in shown]
    widest = max(_line(model, each["text"], right=right).box.width for each, _ in shown)
    read_out = [(each, _line(model, each["text"], right=right, wide=widest)) for each, _ in shown]
    if right:
        notes = [label("Marked: words that move the answer up (blue)"), label(f"or down (orange) by {PUSH} or more.")]
    else:
        notes = [label("Marked: words that have to be taken together.")]
    wide = above(*(_sentence(each, line, right=right) for each, line in read_out), *notes, align="left")
    narrow = above(
        *(_sentence(each, line.narrow or line, right=right) for each, line in read_out), *notes, align="left"
    )
    return wide.picture(" ".join(said), narrow=narrow)


def _said(example: dict[str, Any], answer: float) -> str:
    called = "positive" if answer > 0.5 else "negative"
    return ALT.format(example["text"], called, answer, example["rating"]).replace("-", "−")


def _line(model: Model, text: str, *, right: bool, wide: float = 0) -> Picture:
    """Draw the answers over a sentence, highlighting words that move them, or phrases."""
    words, answers, _ = read(model, text)
    if right:
        # Compare printed values: from 0.27 to 0.22 is 0.05.
        printed = [round(each, 2) for each in (answer_to_nothing(model), *answers)]
        moves = [round(after - before, 2) for before, after in pairwise(printed)]
        pushes = [(one, by) for one, by in zip(words, moves, strict=True) if abs(by) >= PUSH]
        meanings = {one: "kind" if by > 0 else "unkind" for one, by in pushes}
    else:
        (together,) = (each for each in TOGETHER if each in text.lower())
        meanings = {one: "turning" for one in words if one.lower() in together.split()}
    picture = reading(words, answers, ends=("negative", "positive"), meanings=meanings, wide=wide)
    shown = {1, len(words)} | {step for step, one in enumerate(words, start=1) if one in meanings}
    return _numbered(picture, {f"answer-{step}-value" for step in range(1, len(words) + 1) if step not in shown})


def _numbered(picture: Picture, left_out: Collection[str]) -> Picture:
    """Leave out the numbers that neither begin nor end the curve, nor belong to a marked word."""
    shapes = tuple(shape for shape in picture.shapes if shape.name not in left_out)
    return replace(picture, shapes=shapes, narrow=picture.narrow and _numbered(picture.narrow, left_out))


def _sentence(example: dict[str, Any], line: Picture, *, right: bool) -> Thing:
    """Put the readers' rating and the network's final answer above the sentence."""
    people, network = ("positive" if is_praise else "negative" for is_praise in _verdicts(example, right=right))
    return above(label(f"people: {people}, network: {network}", "ink", strong=True), line, align="left")


def _verdicts(example: dict[str, Any], *, right: bool) -> tuple[bool, bool]:
    is_praise = example["rating"] > 0
    return is_praise, is_praise == right
