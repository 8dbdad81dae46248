"""The same decoder twice: reading the right words, as in training, and reading its own, as when it translates."""

from typing import NamedTuple

from attention_weights import DATA, LENGTH, vocabularies
from unrolled import (
    Model,
    Picture,
    Thing,
    above,
    arrow,
    block,
    label,
    link,
    read_keras,
    row,
    run_model,
    weights_from,
    word,
)

ENGLISH, FRENCH = "we see the red car", "nous voyons la voiture rouge"
TAUGHT, OWN = "in training, it reads the right word", "when it translates, it reads its own word"
ALT = (
    "The trained decoder, unrolled twice, for “{english}”. In training, it reads “{right}”, one word behind, and its "
    "likeliest words are: {taught}. When it translates, it reads its own words, and says: {own}."
)


class Step(NamedTuple):
    """The word that the decoder reads, the likeliest next one, the right one, and the probabilities of both."""

    read: str
    said: str
    share: float
    wanted: str
    share_of_wanted: float

    @property
    def is_right(self) -> bool:
        """Whether the likeliest word is the right one."""
        return self.said == self.wanted


def draw(code: str) -> Picture:
    """Let the trained network read the right translation, and then its own."""
    model = read_keras(code, model="translator")
    taught, own = _steps(model, is_taught=True), _steps(model, is_taught=False)
    said = [", ".join(f"{each.said} {each.share:.2f}" for each in steps) for steps in (taught, own)]
    alt = ALT.format(english=ENGLISH, right=FRENCH, taught=said[0], own=said[1])
    wide, narrow = (above(form(taught, TAUGHT), form(own, OWN)) for form in (_unrolled, _list))
    return wide.picture(alt, narrow=narrow)


def _steps(model: Model, *, is_taught: bool) -> list[Step]:
    """Take a step for each word of the right translation and its end."""
    weights, (english, french) = weights_from(model, DATA / "lstm.npz"), vocabularies()
    heard, read, steps = [english.index(each) for each in ENGLISH.split()], ["[start]"], []
    for wanted in [*FRENCH.split(), "[end]"]:
        given = heard, [french.index(each) for each in read]
        trace = run_model(model, *(each + [0] * (LENGTH - len(each)) for each in given), weights=weights)
        shares = trace.output[len(read) - 1]
        said = french[int(shares.argmax())]
        steps.append(Step(read[-1], said, float(shares.max()), wanted, float(shares[french.index(wanted)])))
        read.append(wanted if is_taught else said)
    return steps


def _unrolled(steps: list[Step], title: str) -> Thing:
    """Unroll the decoder, with what it says above what it reads."""
    reads, blocks = [word(each.read) for each in steps], [block("decoder") for _ in steps]
    says = [word(each.said) for each in steps]
    pairs = zip((*reads, *blocks, *blocks), (*blocks, *says, *blocks[1:]), strict=False)
    heads = [_answer(each, one) for each, one in zip(steps, says, strict=True)]
    rows = row(*heads, align="bottom"), row(*blocks), row(*reads)
    return above(label(title, "ink", strong=True), *rows, *(link(*pair) for pair in pairs))


def _answer(step: Step, said: Thing) -> Thing:
    """Put the probability above the word, and above that the word that was wanted instead."""
    notes = [f"{step.share:.2f}"]
    if step.read == "[start]":
        notes.insert(0, "probability")
    elif not step.is_right:
        notes[:0] = "wanted:", f"{step.wanted} {step.share_of_wanted:.2f}"
    return above(*map(label, notes), said, core=said)


def _list(steps: list[Step], title: str) -> Thing:
    """List the steps, with what it says beside what it reads."""
    rows = []
    for each in steps:
        said = word(each.said)
        notes = [f"probability {each.share:.2f}" if each.read == "[start]" else f"{each.share:.2f}"]
        if not each.is_right:
            notes.append(f"wanted: {each.wanted} {each.share_of_wanted:.2f}")
        rows.append(row(word(each.read), arrow(), above(said, *map(label, notes), core=said)))
    return above(label(title, "ink", strong=True), *rows)
