"""A figure read from only the lines above it that can matter is the same as from all lines above it."""

from __future__ import annotations

import ast
import random
from collections.abc import Sequence
from typing import Any

import hypothesis
import pytest
from hypothesis import strategies as st

from plugins.figures.child.main import Code
from plugins.figures.slicing import needed
from tests.diagrams.unrolled.reader.traps import Trap, traps
from tests.sampling import sampled, some
from unrolled import read_keras
from unrolled.errors import KitError

MODELS = ("model", "m", "other")
START = (
    "from keras import Input, Sequential\nfrom keras.layers import Dense, GRU, LSTM, SimpleRNN\n",
    "from keras import Input, Sequential, layers\nfrom keras.layers import *\n",
    "import keras\nfrom keras import Input, Sequential\nfrom keras.layers import Dense, GRU, LSTM, SimpleRNN\n",
)
NAMES = """units = 4
model = Sequential([Input((3, 2)), LSTM(4, return_sequences=True)])
other = Sequential([Input((3, 2)), GRU(units, return_sequences=True)])
m = model
kinds = [LSTM]
layer = SimpleRNN(3, return_sequences=True)
box = {"it": other}
add = later = lambda layer=layer: model.add(layer)


def build(units=2):
    return Sequential([Input((3, 2)), GRU(units, return_sequences=True)])


def grow():
    other.add(LSTM(units, return_sequences=True))


class Maker:
    made = m

    def grow(self):
        self.made.add(GRU(units, return_sequences=True))


"""
STATEMENTS = (
    "{a} = Sequential([Input((3, 2)), {kind}({n}, return_sequences=True)])",
    "{a} = Sequential()\n{a}.add(Input((3, 2)))\n{a}.add({kind}(units, return_sequences=True))",
    "{a}.add({kind}({n}, return_sequences=True))",
    "{a}.add(layer)",
    "{a}.pop()",
    "{a} = {b}",
    "{a}, {b} = {b}, {a}",
    "layer = {kind}({n}, return_sequences=True)",
    "layer = {a}.layers[-1]",
    "layer.units = {n}",
    "units = {n}",
    "units += 1",
    "kinds = [SimpleRNN, {kind}]",
    "kinds.append({kind})",
    "kinds.reverse()",
    "for kind in kinds:\n    {a}.add(kind(units, return_sequences=True))",
    "box = {{'it': {a}}}",
    "box['it'].add(Dense({n}))",
    "box['it'] = {a}",
    "{a} = box['it']",
    "def build(units={n}):\n    made = Sequential([Input((3, 2))])\n    made.add({kind}(units))\n    return made",
    "def build():\n    return {a}",
    "def grow():\n    {a}.add({kind}(units, return_sequences=True))",
    "def grow():\n    global {a}\n    {a} = Sequential([Input((3, 2)), {kind}({n}, return_sequences=True)])",
    "def grow(model=None):\n    global units\n    units = {n}",
    "grow()",
    "box = {{'it': grow}}\nbox['it']()",
    "{a} = build()",
    "[build() for _ in range(2)]",
    "class Maker:\n    model = None\n\n    def __init__(self):\n        self.made = {a}\n\n    def grow(self):\n"
    "        self.made.add({kind}(units, return_sequences=True))",
    "box = Maker()\nbox.grow()",
    "Maker.made = {a}",
    "Maker().grow()",
    "if units > 3:\n    {a} = {b}",
    "try:\n    {a}.pop()\nexcept Exception as units:\n    {a} = Sequential([Input((3, 2)), {kind}({n})])",
    "print({a}.output_shape, units)",
    "{a}.compile('adam', 'mse')",
    "history = {a}.fit(x, y)",
    "add = {a}.add",
    "(lambda: {a}.add({kind}({n}, return_sequences=True)))()",
    "later = lambda: {a}.add({kind}(units, return_sequences=True))",
    "steps = ({a}.add(kind({n}, return_sequences=True)) for kind in kinds)",
    "assert {a}.layers",
    "x = [*{a}.layers]\nx[0].units = {n}",
    "(units := {n})",
    "for {a} in [{b}]:\n    pass",
)

RARE = (
    "del {a}",
    "del units",
    "with open('nowhere') as {a}:\n    units = {n}",
    "{kind} = {other}",
    "boom()",
    "units = unheard_of",
    "from keras import mixed_precision\nmixed_precision.set_global_policy('mixed_float16')",
    "from keras.mixed_precision import set_global_policy as units_of\nunits_of('float32')",
    "import keras\nkeras.config.set_floatx('float64')",
    "import keras\nboxed = [keras.mixed_precision]\nboxed[0].set_global_policy('mixed_float16')",
    "def setup():\n    from keras import mixed_precision\n    mixed_precision.set_global_policy('mixed_float16')",
    "setup()",
    "globals()['{a}'] = {b}",
    "exec('{a} = {b}')",
    "raise ValueError",
    "LSTM = GRU",
    "{a} = Sequential()",
    "{a}.add(Input((3, 2)))",
    "add({kind}({n}, return_sequences=True))",
    "later()",
    "next(steps)",
    "{a} = Sequential([Input((3, 2)), {kind}({n}, return_sequences=True, name='same')])",
)
"""Statements that usually end in an error, or require all blocks."""


def article(chance: random.Random) -> list[str]:
    """Generate an article of two to eight blocks, the last of which builds, changes or names a model."""

    def statement() -> str:
        kinds = chance.sample(("LSTM", "GRU", "SimpleRNN"), 2)
        a, b = chance.choice(MODELS), chance.choice(MODELS)
        said = {"a": a, "b": b, "kind": kinds[0], "other": kinds[1], "n": chance.randint(2, 5)}
        return chance.choice(RARE if chance.random() < 0.06 else STATEMENTS).format(**said) + "\n"

    first = chance.choice(START) + (NAMES if chance.random() < 0.8 else "")
    blocks = ["".join(statement() for _ in range(chance.randint(1, 4))) for _ in range(chance.randint(1, 7))]
    own = "".join(statement() for _ in range(chance.randint(0, 2)))
    a = chance.choice(MODELS)
    last = (f"{a}\n", f"{a}.add(Dense(3))\n", f"{a}.summary()\n", f"{a} = build()\n{a}.add(Dense(2))\n", "")
    return [first, *blocks, own + chance.choice(last)]


class Above(str):
    """A figure's own block with those above it, without information on what it needs of them."""

    before: tuple[str, ...]
    given = model = ""


def outcome(code: str) -> Any:
    """Read the code; return its model, or the error's message and position."""
    try:
        return read_keras(code)
    except KitError as error:
        return str(error), error.block, error.lineno


def read(blocks: Sequence[str], before: Sequence[str], given: str = "", model: str = "") -> Any:
    """Read an article's last block below blocks other than the article's own."""
    code = Above(blocks[-1])
    code.before, code.given, code.model = tuple(before), given, model  # type: ignore[misc]
    return outcome(code)


def check(blocks: Sequence[str], given: str = "", model: str = "") -> str:
    """Read a figure from everything above it and from what is needed; return the result, and fail if the two differ."""
    *above, own = blocks
    needs = needed(above, own, given, model)
    whole = read(blocks, above, given, model)
    sliced = whole if needs == tuple(above) else read(blocks, needs, given, model)
    shown = "\n--\n".join([*above, own]) + "\n== needed ==\n" + "\n--\n".join(needs)
    if not isinstance(sliced, tuple):
        assert sliced == whole, f"{whole if isinstance(whole, tuple) else 'another model'}\n{shown}"
    code = Code(own, tuple(above), needs, given, model)
    assert outcome(code) == whole, shown
    if isinstance(whole, tuple):
        return "an error"
    assert not isinstance(sliced, tuple), f"{sliced}\n{shown}"
    return "less" if needs != tuple(above) else "all"


@sampled(1000, at_once=20)
@hypothesis.given(seed=st.integers(0, 10**9), wanted=st.sampled_from(["", "", "", *MODELS]))
def test_a_figure_is_the_same_without_what_cannot_matter(seed, wanted):
    """Or the same error on the same line, whatever is assigned, shared, changed, called or deleted."""
    check(article(random.Random(seed)), model=wanted)


@pytest.mark.slow
def test_such_articles_can_be_read_and_often_need_less():
    """So that the property means something."""
    found = [check(article(random.Random(seed))) for seed in range(60)]
    assert found.count("less") > 5
    assert found.count("all") > 12
    assert found.count("an error") < 38


def in_blocks(trap: Trap) -> list[list[str]]:
    """Spread a trap's code over blocks: unchanged, one statement each, and with the last two in the figure's own."""
    try:
        trees = [ast.parse(text) for text in trap.blocks]
    except SyntaxError:
        return [[*trap.blocks]]
    pieces: list[str] = []
    for text, tree in zip(trap.blocks, trees, strict=True):
        lines, begun = text.splitlines(keepends=True), 0
        for end in sorted({each.end_lineno or 0 for each in tree.body}):
            pieces.append("".join(lines[begun:end]))
            begun = end
    ways = [trap.blocks, pieces, [*pieces[:-2], "".join(pieces[-2:])], ["".join(pieces[:-2]), "".join(pieces[-2:])]]
    return [list(blocks) for blocks in dict.fromkeys(map(tuple, ways))]


@pytest.mark.parametrize("trap", some(traps(), one_in=6), ids=str)
def test_a_trap_gives_the_same_result(trap):
    """However its code is divided into blocks."""
    for blocks in in_blocks(trap):
        if blocks:
            check(blocks, trap.given, trap.model)


def test_an_error_is_based_on_all_blocks():
    """Even if it is caused by a line that was left out, since the code fails without it too."""
    above = ("units = 4\n", "import torch\n", "history = units\n")
    own = "nothing = 1\n"
    assert outcome(Code(own, above, needed(above, own))) == read([*above, own], above)
    assert "PyTorch" in read([*above, own], above)[0]


def test_a_model_named_only_by_the_script_is_read_from_all_blocks():
    """The plugin can't know about it."""
    above = ("a = Sequential([Input((3, 2)), LSTM(4)])\nb = 1\n", "a.add(Dense(2))\n")
    own = "c = Sequential([Input((3, 2)), LSTM(b)])\n"
    assert len(read_keras(Code(own, above, needed(above, own)), "a").layers) == 2
