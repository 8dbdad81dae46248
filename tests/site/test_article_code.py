"""Figures of the kit in a whole site: from an article's blocks, run by Python, to its pages."""

from __future__ import annotations

import re
import shutil
from html import unescape
from pathlib import Path

import pytest

from tests.conftest import SIMPLE, Site

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def kit(site: Site) -> Site:
    """Create a site with the kit and its scripts, and without a script of its own."""
    shutil.copytree(
        REPOSITORY / "diagrams/unrolled", site.root / "diagrams/unrolled", ignore=shutil.ignore_patterns("__pycache__")
    )
    return site


def python(code: str, info: str = "python") -> str:
    """Fence a block of code."""
    return f"```{info}\n{code}\n```\n\n"


def alt(site: Site) -> str:
    """Return the alt text of the only figure in the guide."""
    (found,) = re.findall(r'<img[^>]* alt="([^"]*)"', site.page("guide"))
    return unescape(found)


def test_blocks_run_in_order_except_skipped_ones(kit):
    """Like a notebook's cells; functions, loops and names from above all work."""
    kit.article(
        "guide",
        python("units = 2\ndef layers(n):\n    return [LSTM(units, return_sequences=True) for _ in range(n)]")
        + python("units = 9", "{.python .skip}")
        + python("model = Sequential([Input((3, 2)), *layers(2), Dense(1)])")
        + '![](/images/unroll.png){words="a b c"}\n',
    )
    build = kit.build(*SIMPLE)
    assert build.figures == (1, 0, 0), build.report
    assert "layer 1 LSTM(2), layer 2 LSTM(2), Dense(1)" in alt(kit)


def test_an_edit_of_a_block_above_redraws_the_figure(kit):
    """The code's inputs there count like any other."""
    above, below = python("units = {}"), python("LSTM(units, input_shape=(3, 2))") + "![](/images/unroll.png)\n"
    kit.article("guide", above.format(2) + below)
    assert kit.build(*SIMPLE).figures == (1, 0, 0)
    assert "2 units" in alt(kit)
    kit.article("guide", above.format(5) + below)
    assert kit.build(*SIMPLE).figures == (1, 0, 0)
    assert "5 units" in alt(kit)
    assert kit.build(*SIMPLE).figures == (0, 1, 0)


def test_values_that_the_code_cannot_know_can_be_given(kit):
    """In the header for all, or on the image for one."""
    code = python("text = open('corpus.txt').read()\nvocabulary = len(set(text))\nLSTM(vocabulary, input_shape=(3, 2))")
    kit.article("guide", code + "![](/images/unroll.png)\n")
    (entry,) = kit.build(*SIMPLE).entries
    assert "vocabulary" in entry
    assert '{given="vocabulary=…"}' in entry
    kit.article("guide", code + '![](/images/unroll.png){given="vocabulary=4"}\n')
    assert kit.build(*SIMPLE).figures == (1, 0, 0)
    assert "4 units" in alt(kit)


def test_an_error_in_a_block_above_is_reported_at_its_own_line(kit):
    """The block below needs a name from it, so the author must look above."""
    kit.article(
        "guide",
        "Text.\n\n"
        + python("def f():\n    return LSTM(0)")
        + python("m = Sequential([Input((3, 2)), f()])")
        + "![](/images/unroll.png)\n",
    )
    (entry,) = kit.build(*SIMPLE).entries
    lines = (kit.root / "content/nlp/guide.md").read_text().split("\n")
    number = int(re.search(r"guide\.md:(\d+)", entry)[1])
    assert "LSTM(0)" in lines[number - 1]
    assert "units must be a whole number, 1 or more, not 0" in entry


@pytest.mark.slow
def test_code_that_hangs_in_one_call_is_stopped_with_its_line(kit):
    """Python can't handle a signal there; the system ends the child, and the other figures are drawn."""
    kit.article(
        "guide",
        python("import itertools\nsum(itertools.repeat(0))\nLSTM(4, input_shape=(3, 2))")
        + "![](/images/unroll.png)\n\n"
        + '![](/images/tokens.png){words="a b c"}\n',
    )
    build = kit.build(*SIMPLE)
    assert build.figures == (1, 0, 1)
    (entry,) = build.entries
    lines = (kit.root / "content/nlp/guide.md").read_text().split("\n")
    number = int(re.search(r"guide\.md:(\d+)", entry)[1])
    assert "itertools.repeat" in lines[number - 1]
    assert "never ends" in entry


@pytest.mark.slow
def test_a_file_that_the_code_reads_is_an_input_of_the_figure(kit):
    """Traced like those that scripts read."""
    kit.write("data/sizes.json", '{"units": 3}')
    code = python("import json\nsizes = json.load(open('data/sizes.json'))\nLSTM(sizes['units'], input_shape=(3, 2))")
    kit.article("guide", code + "![](/images/unroll.png)\n")
    assert kit.build(*SIMPLE).figures == (1, 0, 0)
    assert "3 units" in alt(kit)
    assert kit.build(*SIMPLE).figures == (0, 1, 0)
    kit.write("data/sizes.json", '{"units": 5}')
    assert kit.build(*SIMPLE).figures == (1, 0, 0)
    assert "5 units" in alt(kit)


def test_code_in_an_article_cannot_write_files(kit):
    """Not even where the script could."""
    kit.article("guide", python("open('made.txt', 'w')\nLSTM(4, input_shape=(3, 2))") + "![](/images/unroll.png)\n")
    (entry,) = kit.build(*SIMPLE).entries
    assert "writes" in entry
    assert not list(kit.root.rglob("made.txt"))


@pytest.mark.slow
def test_a_figure_above_its_code_and_on_the_cover(kit):
    """In an article that shows the picture first."""
    kit.article(
        "guide",
        '![](/images/rnn-default-keras.png){script=unroll code=next words="I am groot"}\n\n'
        + python("model = Sequential()\nmodel.add(SimpleRNN(4, input_shape=(3, 2)))"),
        Cover="/images/rnn-default-keras.png",
    )
    assert kit.build(*SIMPLE).figures == (1, 0, 0)
    assert "SimpleRNN with 4 units" in alt(kit)


def test_forbidden_actions_of_code_are_reported_at_their_line(kit):
    """With the kit's message, which can say what to do in an article, even if the code catches the error."""
    model = "LSTM(2, input_shape=(3, 2))"
    kit.article("plain", python(f"open('x.txt', 'w')\n{model}") + "![](/images/unroll.png)\n")
    kit.article(
        "passed",
        python(f"try:\n    open('x', 'w')\nexcept Exception:\n    pass\n{model}") + "![](/images/unroll.png){#b}\n",
    )
    build = kit.build(*SIMPLE)
    assert build.figures == (0, 0, 2), build.report
    for place in ("content/nlp/plain.md:7: /images", "content/nlp/passed.md:8: /images"):
        entry = next(entry for entry in build.entries if place in entry)
        assert "isn't allowed while it is read for a figure: remove it, or skip the whole block" in entry
        assert "allow = " not in entry
    assert not list(kit.root.glob("**/x*"))
