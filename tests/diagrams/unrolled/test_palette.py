"""Tokens: contrasts, simulated colour blindness, and the fills of words."""

import json
import shutil
import subprocess
import sys
from itertools import combinations
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
    """Turn a hex colour into amounts of light."""
    parts = np.array([int(value[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    """Compute the contrast ratio of WCAG."""
    lights = sorted(linear(value) @ [0.2126, 0.7152, 0.0722] for value in (one, other))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def distance_to_deuteranopes(one, other):
    """Measure in OKLab how far two colours lie apart for someone without green cones."""
    seen = [TO_OKLAB @ np.cbrt(TO_CONES @ np.clip(DEUTERANOPIA @ linear(value), 0, 1)) for value in (one, other)]
    return float(np.linalg.norm(seen[0] - seen[1]))


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("token", TEXTS)
def test_text_in_every_token_is_readable_on_every_ground(token, theme):
    """At least 4.5 to 1, as WCAG asks of text."""
    assert min(contrast(colour(token, theme), colour(ground, theme)) for ground in GROUNDS) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
def test_rules_are_visible_on_every_ground(theme):
    """At least 3 to 1, as WCAG asks of lines that mean something."""
    assert min(contrast(colour("rule", theme), colour(ground, theme)) for ground in GROUNDS) >= 3


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("fill", FILLS)
def test_ink_is_readable_on_every_fill(fill, theme):
    """Words and numbers stand on coloured grounds."""
    assert contrast(colour("ink", theme), colour(fill, theme)) >= 7


def mixed(token, share, theme, ground="paper"):
    """Lay so much of a colour over paper, or another ground."""
    ends = [np.array([int(colour(name, theme)[at : at + 2], 16) for at in (1, 3, 5)]) for name in (ground, token)]
    return "#" + "".join(f"{round(part):02X}" for part in ends[0] + share * (ends[1] - ends[0]))


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("token", ["plus", "minus"])
def test_a_number_is_readable_on_a_fill_of_any_value(token, theme):
    """From paper, which is nought, to the strongest."""
    shares = np.linspace(0, 1, 21)
    assert min(contrast(colour("ink", theme), mixed(token, share, theme)) for share in shares) >= 5.8


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("ground", "strongest"), [("paper", HEAT), ("block", SHADE)])
def test_a_number_is_readable_on_any_grey(ground, strongest, theme):
    """On a share of attention, and on a pixel of an image."""
    assert contrast(colour("ink", theme), mixed("flow", strongest, theme, ground)) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("token", ["state", "output"])
def test_the_faintest_weight_shows(token, theme):
    """The line of a weight near nought is pale, but seen."""
    assert contrast(colour("paper", theme), mixed(token, FAINT, theme)) >= 3


@pytest.mark.parametrize("theme", THEMES)
def test_fills_of_opposite_values_differ_for_deuteranopes(theme):
    """From each other and from nought; the number is printed besides."""
    plus, minus, paper = (colour(token, theme) for token in ("plus", "minus", "paper"))
    assert distance_to_deuteranopes(plus, minus) >= 0.18
    assert min(distance_to_deuteranopes(each, paper) for each in (plus, minus)) >= 0.15


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("fill", WORD_FILLS)
def test_the_embedding_line_shows_on_every_word(fill, theme):
    """A word's vector has the word's ground and the embedding's line."""
    assert contrast(colour("embedding", theme), colour(fill, theme)) >= 3.4


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("role", ROLES)
def test_paper_is_readable_on_a_solid_role(role, theme):
    """A winner's cell and a lit tie are solid."""
    assert contrast(colour("paper", theme), colour(role, theme)) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("one", "other"), list(combinations(ROLES, 2)))
def test_roles_differ_for_deuteranopes(one, other, theme):
    """Not the only difference between them, but one that holds."""
    assert distance_to_deuteranopes(colour(one, theme), colour(other, theme)) >= 0.09


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("one", "other"), list(combinations(WORD_FILLS, 2)))
def test_word_fills_differ_for_deuteranopes(one, other, theme):
    """Soft grounds are nearer to each other, yet apart; the last four, which few pictures need, a little less."""
    least = 0.06 if other in WORD_FILLS[:4] else 0.045
    assert distance_to_deuteranopes(colour(one, theme), colour(other, theme)) >= least


def test_a_light_value_names_one_token():
    """The page finds the token by the colour that was painted."""
    light = [values["light"].upper() for values in tokens().values()]
    assert len(set(light)) == len(light)


def test_an_unknown_role_offers_near_ones():
    """A slip of the pen is quickly mended."""
    with pytest.raises(PictureError, match=r"stat.*state"):
        ink("stat")


@given(st.lists(st.sampled_from("abcdefghijk"), min_size=1))
def test_the_same_word_always_has_the_same_fill(words):
    """Distinct words take the fills in order, eight of them, then from the first again."""
    distinct = list(dict.fromkeys(words))
    assert word_fills(words) == {word: WORD_FILLS[place % 8] for place, word in enumerate(distinct)}
    assert len(set(word_fills(words).values())) == min(8, len(distinct))


@pytest.mark.parametrize("mark", ["[PAD]", "<start>", "…", "."])
def test_what_is_no_word_is_neutral(mark):
    """It takes no fill from the words around it."""
    assert word_fills(["I", mark, "am"]) == {"I": "word-1", mark: "hair", "am": "word-2"}


def test_a_kit_without_the_theme_draws_in_the_same_colours(tmp_path):
    """It is copied into another project, and needs no file of this one."""
    shutil.copytree(KIT, tmp_path / "unrolled", ignore=shutil.ignore_patterns("__pycache__"))
    code = "from unrolled import *; from unrolled.palette import tokens as colours\n"
    code += "picture = unroll(stack(SimpleRNN(2), shape=(3, 2)), ['I', 'am', 'groot'])\n"
    code += "picture.figure(); import json; print(json.dumps(colours()))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == tokens()
