"""The kit's own scripts, drawn with attributes as on an image."""

from __future__ import annotations

import re

import pytest

from plugins.figures.markdown import Block
from plugins.figures.report import ArgumentError
from plugins.figures.requests import Request
from plugins.figures.routing import shipped_scripts
from plugins.figures.signature import Signature
from tests.conftest import REPOSITORY
from tests.diagrams.asked import SETTINGS, drawn
from tests.diagrams.pictures import check_picture, check_told

SCRIPTS = {script.stem: script for script in shipped_scripts(SETTINGS)}
LAYER = "model = Sequential([Input((3, 2)), SimpleRNN(4)])"
LSTM = "model = Sequential([Input((3, 2)), LSTM(2), Dense(1)])"
STACK = "model = Sequential([Input((3, 2)), GRU(2, return_sequences=True), LSTM(2)])"
PAIR = """
a, b = Input((3, 2)), Input((2, 2))
_, h = GRU(2, return_state=True)(a)
model = Model([a, b], GRU(2, return_sequences=True)(b, initial_state=h))
"""
CONVOLUTION = "model = Sequential([Input((4, 2)), Conv1D(2, 3, activation='relu')])\n"
CONVOLUTIONS = "model = Sequential([Input((4, 2)), Conv1D(2, 2, activation='relu'), Conv1D(1, 2)])\n"
IMAGE = "model = Sequential([Input((4, 4, 1)), Conv2D(2, 3, activation='relu')])\n"
DENSE = "model = Sequential([Input((3,)), Dense(4, 'tanh'), Dense(2, 'softmax')])\n"
ATTENTION = """
words = Input((3, 4))
model = Model(words, MultiHeadAttention(2, 2)(words, words, use_causal_mask=True))
"""
BLOCKS = """
x = words = Input((3, 4))
for _ in range(2):
    normed = LayerNormalization()(x)
    x = x + MultiHeadAttention(2, 2)(normed, normed, use_causal_mask=True)
    x = x + Dense(4)(Dense(8, activation="relu")(LayerNormalization()(x)))
model = Model(words, x)
"""
CROSSED = """
english, french = Input((3,)), Input((2,))
model = Model([english, french], Attention()([Embedding(6, 2)(french), Embedding(6, 2)(english)]))
"""
WAVES = """
def waves(places, units):
    angles = np.arange(places)[:, None] / 100 ** (np.arange(0, units, 2) / units)
    return np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(places, units)
"""
PLACED = f"{WAVES}words = Input((5,))\nmodel = Model(words, Embedding(9, 4)(words) + waves(5, 4))\n"
COLOURS = "Sequential([Input((2, 3, 2)), Conv2D(3, 2, activation='relu')])"
USES = [
    ("unroll", LSTM, {}),
    ("unroll", LAYER, {"words": "I am groot", "tied": "units time_steps features"}),
    ("unroll", LAYER, {"words": "ich bin groot", "language": "de"}),
    ("unroll", LSTM, {"most_steps": "3"}),
    ("unroll", PAIR, {"words": "I am groot", "target": "je suis"}),
    ("cell", LSTM, {}),
    ("cell", LSTM, {"words": "I am groot", "step": "2"}),
    ("cell", STACK, {"words": "I am groot", "layer": "1", "emphasis": "update-gate kept"}),
    ("attention", ATTENTION, {"words": "was not bad"}),
    ("attention", ATTENTION, {"words": "was not bad", "head": "2", "layer": "1", "sums": "no"}),
    ("attention", ATTENTION, {"words": "was not bad", "query": "3", "language": "de"}),
    (
        "attention",
        CROSSED,
        {"words": "a black cat", "target": "chat noir", "vocabulary": "[PAD] black cat a noir chat"},
    ),
    ("transformer", BLOCKS, {"words": "was not bad"}),
    (
        "transformer",
        BLOCKS,
        {"words": "was not bad", "step": "2", "block": "2", "emphasis": "branch-1", "language": "de"},
    ),
    ("heads", ATTENTION, {"words": "was not bad"}),
    ("heads", ATTENTION, {"words": "was not bad", "head": "2", "least": "0.4", "titles": "'Who is bad?'"}),
    ("heads", ATTENTION, {"words": "was not bad", "alike": "not bad", "layer": "1", "language": "de"}),
    ("heads", ATTENTION, {"words": "was not bad", "shown": "1 3"}),
    ("convolution", CONVOLUTION, {"words": "we did not go", "kernel": "2", "layer": "1", "language": "de"}),
    ("convolution", CONVOLUTIONS, {"words": "we did not go", "receptive_field": "yes", "place": "2"}),
    ("convolution", IMAGE, {"image": "0100 1100 0100 1110", "place": "2"}),
    ("convolution", COLOURS, {"image": "010 110 111 001", "kernel": "2"}),
    ("positions", "", {}),
    ("positions", PLACED, {"waves": "1, 2", "layer": "1"}),
    ("positions", WAVES, {"array": "waves(5, 4)", "place": "1", "language": "de"}),
    ("positions", "", {"places": "5", "units": "4", "base": "50", "place": "1", "waves": "1, 2", "language": "de"}),
    ("reset", STACK, {"layer": "1"}),
    ("reset", STACK, {"words": "I am groot", "step": "2", "layer": "1", "language": "de"}),
    ("rolled", LSTM, {}),
    ("rolled", LSTM, {"words": "I am groot"}),
    ("shapes", STACK, {}),
    ("formulation", LSTM, {}),
    ("gradient", LSTM, {}),
    ("gradient", STACK, {"words": "I am groot", "layer": "2", "scale": "log", "weights": "initial"}),
    ("tensor", LSTM, {"sentences": "I am groot, You are kind"}),
    ("tensor", LSTM, {"sentences": "I am groot, You are kind", "sample": "2"}),
    ("logits", "", {"words": "Groot here not", "scores": "1.2 0.5 -0.7"}),
    ("logits", "", {"words": "a b", "scores": "1 2", "temperature": "0.5", "top_k": "1", "language": "de"}),
    ("logits", "", {"words": "a b", "scores": "1 2", "temperatures": "0.5 1 2", "shown": "b"}),
    ("lookup", "", {"words": "am", "vocabulary": "I am groot"}),
    ("lookup", "", {"words": "I am"}),
    ("network", DENSE, {}),
    ("network", DENSE, {"inputs": "0.5 -0.2 0.8", "node": "2", "layer": "2", "language": "de"}),
    ("table", "", {"words": "I am groot"}),
    ("tokens", "", {"words": "I am groot"}),
]


def request(name: str, code: str, attributes: dict[str, str]) -> Request:
    """Request a script as an image with attributes does."""
    script, language = SCRIPTS[name], attributes.get("language", "en")
    attributes = {key: value for key, value in attributes.items() if key != "language"}
    signature = Signature.of(script.read_bytes())
    arguments = signature.arguments(attributes, script.name)
    assert signature.blocks(arguments) == (["code"] if code and name != "positions" else [])
    blocks = {"code": Block(code)} if code else {}
    return Request(script, blocks, name=name, arguments=arguments, language=language)


@pytest.mark.parametrize(("name", "code", "attributes"), USES, ids=lambda it: it if isinstance(it, str) else str(it))
def test_each_script_draws_with_and_without_its_arguments(name, code, attributes):
    """Following the rules for all pictures, in both layouts."""
    (picture,) = drawn(request(name, code, attributes))
    assert picture.alt
    if attributes.get("language", "en") == "en":
        check_told(picture)
    for form in filter(None, (picture, picture.narrow)):
        check_picture(form)


def test_every_script_is_tested():
    """With each of its arguments, which its docstring documents."""
    tried: dict[str, set[str]] = {}
    for name, code, attributes in USES:
        tried.setdefault(name, set()).update(attributes, ["code"] if code else [])
    missing = sorted(SCRIPTS.keys() - tried.keys())
    assert not missing, f"add rows for {', '.join(missing)} to USES in {__file__}"
    assert tried.keys() == SCRIPTS.keys()
    for name, script in SCRIPTS.items():
        names = {it.name for it in Signature.of(script.read_bytes()).parameters}
        left = sorted(names - tried[name])
        assert not left, f"no row of USES in {__file__} gives {name} an argument for {', '.join(left)}"
        text = script.read_text("utf-8")
        untold = sorted(it for it in names - {"code"} if f"`{it}" not in text)
        assert not untold, f"the docstring of {script.name} doesn't say what `{'`, `'.join(untold)}` is"


def test_the_docs_list_every_script():
    """And no others."""
    before = "## Scripts that come with the kit"
    page = (REPOSITORY / "docs/figures.md").read_text("utf-8")
    paragraph = page.partition(f"\n{before}\n\n")[2].partition("\n\n")[0]
    assert paragraph, f"docs/figures.md has no paragraph after {before}"
    named, there = set(re.findall(r"`(\w+)`", paragraph)), set(SCRIPTS)
    assert named == there, (
        f'docs/figures.md, below "{before}": add {sorted(there - named)}, remove {sorted(named - there)}'
    )


def test_a_missing_argument_is_requested():
    """Words can't be guessed."""
    with pytest.raises(ArgumentError, match="draw\\(\\) needs `words`: words"):
        request("table", "", {})
