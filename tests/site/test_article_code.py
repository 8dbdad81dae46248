"""Figures of the kit in a whole site: from an article's blocks, run by Python, to its pages."""

import json
import re
import shutil
from html import unescape
from pathlib import Path

import pytest

from tests.conftest import SIMPLE, Build, Site, python

REPOSITORY = Path(__file__).parents[2]


UNKNOWN = python("text = open('corpus.txt').read()\nvocabulary = len(set(text))\nLSTM(vocabulary, input_shape=(3, 2))")
MODEL = "LSTM(2, input_shape=(3, 2))"
DRAWN = {
    "order": python("units = 2\ndef layers(n):\n    return [LSTM(units, return_sequences=True) for _ in range(n)]")
    + python("units = 9", "{.python .skip}")
    + python("model = Sequential([Input((3, 2)), *layers(2), Dense(1)])")
    + '![](/images/unroll.png){#order words="a b c"}\n',
    "above": python("units = 2") + python("LSTM(units, input_shape=(3, 2))") + "![](/images/unroll.png){#above}\n",
    "given": UNKNOWN + '![](/images/unroll.png){#given given="vocabulary=4"}\n',
    "file": python("import json\nsizes = json.load(open('data/sizes.json'))\nLSTM(sizes['units'], input_shape=(3, 2))")
    + "![](/images/unroll.png){#file}\n",
    "below": '![](/images/rnn-default-keras.png){script=unroll code=next words="I am groot"}\n\n'
    + python("model = Sequential()\nmodel.add(SimpleRNN(4, input_shape=(3, 2)))"),
}
FAILING = {
    "unknown": (UNKNOWN, "LSTM(vocabulary", '{given="vocabulary=…"}'),
    "wrong": (
        "Text.\n\n" + python("def f():\n    return LSTM(0)") + python("m = Sequential([Input((3, 2)), f()])"),
        "LSTM(0)",
        "units must be a whole number, 1 or more, not 0",
    ),
    "writing": (
        python(f"open('made.txt', 'w')\n{MODEL}"),
        "made.txt",
        "isn't allowed while it is read for a figure: remove it, or skip the whole block",
    ),
    "passed": (
        python(f"try:\n    open('made.txt', 'w')\nexcept Exception:\n    pass\n{MODEL}"),
        "made.txt",
        "isn't allowed while it is read for a figure: remove it, or skip the whole block",
    ),
}
"""Articles whose figures can't be drawn, the line at which that is reported, and what is said."""


class Coded(Site):
    """A site of the kit with these articles, built; and after edits; and again."""

    builds: list[Build]
    before: dict[str, str]

    def line(self, entry: str) -> str:
        """Return the line of an article that an entry names."""
        path, number, _ = entry.split(":", 2)
        return (self.root / path).read_text("utf-8").split("\n")[int(number) - 1]


def alt(page: str) -> str:
    """Return the alt text of the only figure on a page."""
    (found,) = re.findall(r'<img[^>]* alt="([^"]*)"', page)
    return unescape(found)


def with_kit(root: Path, font_list: Path) -> Coded:
    """Create a site with the kit and its scripts, and without a script of its own."""
    site = Coded(root, font_list)
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(REPOSITORY / "diagrams/unrolled", site.root / "diagrams/unrolled", ignore=ignored)
    return site


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory, font_list: Path) -> Coded:
    """Build the articles, edit a block above another and a file, and build them; and again without those that fail."""
    site = with_kit(tmp_path_factory.mktemp("coded"), font_list)
    for name, text in DRAWN.items():
        site.article(name, text, **({"Cover": "/images/rnn-default-keras.png"} if name == "below" else {}))
    for name, (text, *_) in FAILING.items():
        site.article(name, f"{text}![](/images/unroll.png){{#{name}}}\n")
    site.write("data/sizes.json", '{"units": 3}')
    site.builds = [site.build(*SIMPLE)]
    site.before = {name: alt(site.page(name)) for name in DRAWN}
    site.article("above", DRAWN["above"].replace("units = 2", "units = 5"))
    site.write("data/sizes.json", '{"units": 5}')
    without = f"IGNORE_FILES={json.dumps([f'{name}.md' for name in FAILING])}"
    site.builds += [site.build(*SIMPLE), site.build(*SIMPLE, without)]
    return site


def test_only_figures_whose_code_has_changed_are_drawn_again(kit):
    """Also if it is in a block above, or reads a file; each of the others is as it was."""
    drawn, failing = len(DRAWN), len(FAILING)
    assert [it.figures for it in kit.builds] == [(drawn, 0, failing), (2, drawn - 2, failing), (0, drawn, 0)]
    for name in ("above", "file"):
        assert "5 units" in alt(kit.page(name))
    assert {name for name in DRAWN if alt(kit.page(name)) != kit.before[name]} == {"above", "file"}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("order", "layer 1 LSTM(2), layer 2 LSTM(2), Dense(1)"),  # without the block that is skipped
        ("above", "2 units"),
        ("given", "4 units"),
        ("file", "3 units"),
        ("below", "SimpleRNN with 4 units"),
    ],
)
def test_blocks_run_in_order_like_a_notebook_s_cells(kit, name, said):
    """Functions, loops and names from above all work; so do given values, files, and code below the figure."""
    assert said in kit.before[name]


@pytest.mark.parametrize("name", FAILING)
def test_an_error_in_a_block_is_reported_at_its_own_line(kit, name):
    """Even if the block below needs a name from it, or if the code catches the error."""
    for built in kit.builds[:2]:
        (entry,) = (it for it in built.entries if it.startswith(f"content/nlp/{name}.md:"))
        _, line, said = FAILING[name]
        assert line in kit.line(entry)
        assert said in entry
        assert "allow = " not in entry


def test_code_in_an_article_cannot_write_files(kit):
    """Not even where the script could."""
    (entry,) = (it for it in kit.builds[0].entries if it.startswith("content/nlp/writing.md:"))
    assert "writes" in entry
    assert not list(kit.root.rglob("made.txt"))


@pytest.mark.slow
def test_code_that_hangs_in_one_call_is_stopped_with_its_line(tmp_path, font_list):
    """Python can't handle a signal there; the system ends the child, and the other figures are drawn."""
    kit = with_kit(tmp_path, font_list)
    kit.article(
        "guide",
        python("import itertools\nsum(itertools.repeat(0))\nLSTM(4, input_shape=(3, 2))")
        + "![](/images/unroll.png)\n\n"
        + '![](/images/tokens.png){words="a b c"}\n',
    )
    build = kit.build(*SIMPLE)
    assert build.figures == (1, 0, 1)
    (entry,) = build.entries
    assert "itertools.repeat" in kit.line(entry)
    assert "never ends" in entry
