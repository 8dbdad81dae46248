"""Design tokens: contrast, simulated colour blindness, and the background colours of words."""

import json
import shutil
import subprocess
import sys
from itertools import combinations, product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import unrolled
from unrolled import PictureError
from unrolled.palette import NEUTRAL, WORD_FILLS, colour, ink, tokens, word_fills
from unrolled.shapes.cells import HEAT, SHADE
from unrolled.views.network import FAINT

KIT = Path(unrolled.__file__).parent
THEMES = ["light", "dark"]
ROLES = ["state", "embedding", "steps", "output", "memory"]
TEXTS = [*ROLES, "ink", "muted", "flow"]
GROUNDS = ["paper", "lane", "block"]
FILLS = [*(f"{role}-fill" for role in ROLES), *WORD_FILLS, NEUTRAL]

# Machado, Oliveira and Fernandes 2009, deuteranopia, on linear light.
DEUTERANOPIA = np.array(
    [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
)
TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
TO_OKLAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def linear(value):
    """Convert a hex colour to linear light."""
    parts = np.array([int(value[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    """Compute the WCAG contrast ratio."""
    lights = sorted(linear(value) @ [0.2126, 0.7152, 0.0722] for value in (one, other))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def distance_to_deuteranopes(one, other):
    """Measure in OKLab how different two colours look to someone without green cones."""
    seen = [TO_OKLAB @ np.cbrt(TO_CONES @ np.clip(DEUTERANOPIA @ linear(value), 0, 1)) for value in (one, other)]
    return float(np.linalg.norm(seen[0] - seen[1]))


LEGIBLE = [
    pytest.param(TEXTS, GROUNDS, 4.5, id="text on every background, as WCAG requires"),
    pytest.param(["rule"], GROUNDS, 3, id="lines on every background, as WCAG requires of meaningful ones"),
    pytest.param(["ink"], FILLS, 7, id="words and numbers on coloured backgrounds"),
    pytest.param(["embedding"], WORD_FILLS, 3.4, id="the line of a vector on the background of its word"),
    pytest.param(["paper"], ROLES, 4.5, id="the winner's cell and a highlighted tie, which are solid"),
]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("inks", "grounds", "least"), LEGIBLE)
def test_what_is_drawn_stands_out_from_its_background(inks, grounds, least, theme):
    """In both themes, by this contrast to 1."""
    for token, ground in product(inks, grounds):
        assert contrast(colour(token, theme), colour(ground, theme)) >= least, (token, ground)


def mixed(token, share, theme, ground="paper"):
    """Blend this much of a colour into the paper or another background."""
    ends = [np.array([int(colour(name, theme)[at : at + 2], 16) for at in (1, 3, 5)]) for name in (ground, token)]
    return "#" + "".join(f"{round(part):02X}" for part in ends[0] + share * (ends[1] - ends[0]))


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("token", ["plus", "minus"])
def test_a_number_is_readable_on_a_fill_of_any_value(token, theme):
    """From paper, at zero, to the strongest."""
    shares = np.linspace(0, 1, 21)
    assert min(contrast(colour("ink", theme), mixed(token, share, theme)) for share in shares) >= 5.8


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(
    ("ground", "token", "strongest"), [("paper", "heat", HEAT), ("lane", "heat", HEAT), ("block", "flow", SHADE)]
)
def test_a_number_is_readable_on_any_share(ground, token, strongest, theme):
    """Of attention, and of light in a pixel of an image."""
    assert contrast(colour("ink", theme), mixed(token, strongest, theme, ground)) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("token", ["state", "output"])
def test_the_faintest_weight_is_visible(token, theme):
    """The line of a weight near zero is pale, but visible."""
    assert contrast(colour("paper", theme), mixed(token, FAINT, theme)) >= 3


@pytest.mark.parametrize("theme", THEMES)
def test_fills_of_opposite_values_differ_for_deuteranopes(theme):
    """From each other and from zero; the number is printed as well."""
    plus, minus, paper = (colour(token, theme) for token in ("plus", "minus", "paper"))
    assert distance_to_deuteranopes(plus, minus) >= 0.18
    assert min(distance_to_deuteranopes(each, paper) for each in (plus, minus)) >= 0.15


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("role", ["state", "memory"])
def test_a_closed_gate_is_darker_than_an_open_one(role, theme):
    """In both themes; in dark mode, a shutter of ink was the brightest thing in the picture."""
    shutter, opening = colour("shutter", theme), colour(ink(role).opening, theme)
    assert sum(linear(shutter)) < sum(linear(opening))
    assert contrast(shutter, opening) >= 3.5
    assert contrast(colour("ink", theme), opening) >= 3.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("one", "other"), [*combinations(ROLES, 2), *combinations(WORD_FILLS, 2)])
def test_roles_and_words_differ_for_deuteranopes(one, other, theme):
    """Pale backgrounds are more similar, but distinct; the last four, which few pictures need, a little less so."""
    least = 0.09 if one in ROLES else 0.06 if other in WORD_FILLS[:4] else 0.045
    assert distance_to_deuteranopes(colour(one, theme), colour(other, theme)) >= least


def test_the_background_of_a_word_is_seen_in_the_dark():
    """On the page, as something lighter than it."""
    for word in WORD_FILLS:
        assert contrast(colour(word, "dark"), colour("paper", "dark")) >= 1.55
        assert sum(linear(colour(word, "dark"))) > sum(linear(colour("paper", "dark")))


def test_each_light_value_belongs_to_one_token():
    """The page finds the token by its colour."""
    light = [values["light"].upper() for values in tokens().values()]
    assert len(set(light)) == len(light)


def test_an_unknown_role_suggests_similar_ones():
    """So that typos are fixed quickly."""
    with pytest.raises(PictureError, match=r"stat.*state"):
        ink("stat")


@given(st.lists(st.sampled_from("abcdefghijk"), min_size=1))
def test_the_same_word_always_has_the_same_fill(words):
    """Distinct words get the eight colours in order, then start over."""
    distinct = list(dict.fromkeys(words))
    assert word_fills(words) == {word: WORD_FILLS[place % 8] for place, word in enumerate(distinct)}
    assert len(set(word_fills(words).values())) == min(8, len(distinct))


@pytest.mark.parametrize("mark", ["[PAD]", "<start>", "…", "."])
def test_markers_are_neutral(mark):
    """They don't use up a colour of the words around them."""
    assert word_fills(["I", mark, "am"]) == {"I": "word-1", mark: "paper", "am": "word-2"}


@pytest.mark.slow
def test_the_kit_draws_in_the_same_colours_without_the_theme(tmp_path):
    """It can be copied to another project, and needs no file of this one."""
    shutil.copytree(KIT, tmp_path / "unrolled", ignore=shutil.ignore_patterns("__pycache__"))
    code = "from unrolled import *; from unrolled.palette import tokens as colours\n"
    code += "picture = unroll(stack(SimpleRNN(2), shape=(3, 2)), ['I', 'am', 'groot'])\n"
    code += "picture.figure(); import json; print(json.dumps(colours()))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == tokens()
