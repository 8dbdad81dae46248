"""Sliders, `{vary="n=2..6"}`: a figure for each value, drawn when the site is built."""

from __future__ import annotations

import json
import os
import re
import shutil
from typing import Any

import pytest

from tests import builds
from tests.conftest import REPOSITORY, SIMPLE, Site

KERAS = REPOSITORY / "diagrams/unrolled/reader/keras.json"

PLAIN = '''
"""A wave of some points."""
import matplotlib.pyplot as plt

def draw(n: int = 32):
    figure, axes = plt.subplots(figsize=(2, 1))
    axes.plot(range(n), [at % 5 for at in range(n)])
    axes.set_title(f"{n} points")
    return figure
'''
CODE = '''
"""Says how many units its code has, and breaks beyond 8."""
import re
from types import SimpleNamespace
import matplotlib.pyplot as plt
from matplotlib.figure import Figure

def draw(code: str, scale: float = 1.0):
    everything = "".join([*code.before, code])
    units = int(re.search(r"(?:units *= *|LSTM\\()(\\d+)", everything)[1])
    if units > 8:
        raise ValueError(f"{units} units do not fit")
    def figure():
        drawn = Figure(figsize=(units / 2, 1))
        drawn.text(0.1, 0.5, f"{units} units")
        return drawn
    rows = [[str(at), "0.5"] for at in range(units)]
    said = {"text": f"There are {units} units.", "head": ["unit", "value"], "rows": rows}
    return SimpleNamespace(figure=figure, alt=f"{units} units", description=said)
'''


@pytest.fixture
def waves(site: Site) -> Site:
    """Create a site with a plain script, and one that draws code."""
    site.script("wave", PLAIN)
    site.script("units", CODE)
    site.write("diagrams/unrolled/reader/keras.json", KERAS.read_text("utf-8"))
    return site


def python(code: str, info: str = "python") -> str:
    """Fence some code."""
    return f"```{info}\n{code}\n```\n\n"


def pictures(site: Site) -> set[str]:
    """Return the published pictures."""
    return {path.removeprefix("images/") for path in site.output() if re.fullmatch(r"images/.*\.png", path)}


def told(site: Site) -> list[str]:
    """Return the files of sliders."""
    return [path for path in site.output() if path.startswith("images/") and path.endswith(".json")]


def frames(site: Site) -> Any:
    """Read the file of the only slider."""
    (path,) = told(site)
    return json.loads(site.output()[path])


def run(site: Site, *arguments: str) -> tuple[int, str, str]:
    """Run a command of the figure plugin."""
    command = ["-s", str(site.root / "pelicanconf_here.py"), *arguments]
    return builds.run("plugins.figures", command, site.root, {**os.environ, "COLUMNS": "400"})


def test_an_argument_of_a_plain_script_is_drawn_for_each_value(waves):
    """The page shows the default; each of the others is a figure with a URL, and a frame of the slider."""
    waves.article("guide", '![](/images/wave.png){vary="n=8, 16, 32"}\n\n[As a PDF](/images/wave.n-8.pdf)\n')
    built = waves.build()
    assert (built.code, built.figures, built.report) == (0, (3, 0, 0), "")
    assert pictures(waves) == {"wave.png", "wave.n-8.png", "wave.n-16.png"}
    assert "images/wave.n-8.pdf" in waves.output()
    page = waves.page("guide")
    assert "32 points" in page
    assert "16 points" not in page
    slider = re.search(r'<div class="param".*?</div>', page)[0]
    (path,) = told(waves)
    assert f'data-frames="/{path}"' in slider
    assert 'min="0" max="2" value="2" autocomplete="off" aria-valuetext="32"' in slider
    assert re.findall(r"<a href=\"([^\"]+)\">(\d+)</a>", slider) == [
        ("/images/wave.n-8.png", "8"),
        ("/images/wave.n-16.png", "16"),
    ]
    said = frames(waves)
    assert said["values"] == ["8", "16", "32"]
    assert said["words"] == ["eight", "16", "32"]
    for at, points in enumerate(("8 points", "16 points")):
        assert points in said["frames"][at]["drawing"]
        # Its own alt text doesn't mention it
        assert f"A wave of some points. (n = {points[:-7]})" in said["frames"][at]["drawing"]
    assert "<title>A wave of some points.</title>" in said["frames"][2]["drawing"]

    code, out, _ = run(waves, "list")
    assert code == 0
    assert re.findall(r"^(\S+)  fresh", out, re.M) == ["wave", "wave.n-16", "wave.n-8"]
    assert "    diagrams/wave.py, for content/nlp/guide.md:6" in out
    assert run(waves, "why", "wave.n-8")[1] == "wave.n-8 is fresh: nothing it depends on has changed\n"
    assert run(waves, "prune")[1] == "0 stored files removed\n"


def test_a_number_in_the_code_is_drawn_for_each_value(waves):
    """By its position in the call, which Keras names; code, words and picture are one tie, as for its parts."""
    waves.article(
        "guide",
        python("from keras.layers import LSTM\nlayer = LSTM(4)") + "Every state has [four]{param=units} cells, "
        'and [4]{param=units} is yours.\n\n![](/images/units.png){vary="units=3..6"}\n',
    )
    built = waves.build()
    assert (built.code, built.report) == (0, "")
    assert pictures(waves) == {"units.png", "units.units-3.png", "units.units-5.png", "units.units-6.png"}
    page = waves.page("guide")
    assert re.findall(r'<a (?:id="tie-1" )?class="tie of-ink" data-arg="units" data-tie="1"[^>]*>(.*?)</a>', page) == [
        "4",
        "four",
        "4",
    ]
    assert re.search(
        r'<div class="param of-ink" [^>]*data-tie="1"><label for="fig-units-units-slider">units</label>', page
    )
    said = frames(waves)
    assert said["words"] == ["three", "four", "five", "six"]
    assert [re.findall(r"(\d) units</text>", frame["drawing"]) for frame in said["frames"]] == [[it] for it in "3456"]
    assert "<title>6 units</title>" in said["frames"][3]["drawing"]
    assert "There are 6 units." in said["frames"][3]["data"]
    assert said["frames"][3]["data"].count("<tr>") == 7
    assert [frame["stem"] for frame in said["frames"]] == [
        "/images/units.units-3",
        "/images/units",
        "/images/units.units-5",
        "/images/units.units-6",
    ]


def test_a_number_can_be_in_a_block_above(waves):
    """If the figure's own block doesn't have it; the block that does is tied to the figure."""
    waves.article(
        "guide",
        python("units = 4") + python("layer = LSTM(units)") + '![](/images/units.png){vary="units=3, 4"}\n',
    )
    built = waves.build()
    assert (built.code, built.figures, built.report) == (0, (2, 0, 0), "")
    assert "3 units" in frames(waves)["frames"][0]["drawing"]
    assert re.search(r'<a id="tie-1" class="tie[^>]*>4</a>', waves.page("guide"))


def test_of_several_numbers_with_a_name_one_can_be_chosen(waves):
    """By its index; the others are unchanged."""
    waves.article("guide", python("LSTM(units=4); LSTM(units=3)") + '![](/images/units.png){vary="units@1=3, 4"}\n')
    assert waves.build().report == ""
    assert pictures(waves) == {"units.png", "units.units-1-3.png"}
    assert "3 units" in frames(waves)["frames"][0]["drawing"]


@pytest.mark.slow
def test_only_frames_with_changed_inputs_are_drawn_and_the_build_is_the_clean_one(waves):
    """A frame is a figure like any other. Unused ones are removed from the output."""
    options = (*SIMPLE, "-e", "DELETE_OUTPUT_DIRECTORY=false")

    def article(units: int, vary: str) -> None:
        waves.article("guide", python(f"layer = LSTM(units={units})") + f"![](/images/units.png){vary}\n")

    article(4, '{vary="units=2..6"}')
    assert waves.build().figures == (5, 0, 0)
    assert waves.build().figures == (0, 5, 0)
    article(5, '{vary="units=2..6"}')
    assert waves.build().figures == (2, 3, 0)  # the figure itself, and its former value
    grown = waves.output()
    for path in ("records", "store"):
        (waves.root / ".figures" / path).rename(waves.root / f"{path}-before")
    assert waves.build().figures == (5, 0, 0)
    assert waves.output() == grown
    waves.build("-e", "DELETE_OUTPUT_DIRECTORY=false")
    (before,) = told(waves)
    article(5, '{vary="units=4, 5"}')
    waves.build("-e", "DELETE_OUTPUT_DIRECTORY=false")
    assert before not in told(waves)
    assert len(told(waves)) == 1
    article(5, "")
    waves.build(*options)
    assert pictures(waves) == {"units.png"}
    assert told(waves) == []


def test_a_value_that_fails_affects_only_itself(waves):
    """The error names the value at the image's line; the page has the figure, and a slider of the others."""
    waves.article("guide", python("LSTM(4)") + '![](/images/units.png){vary="units=4, 6, 9, 10"}\n')
    built = waves.build()
    assert (built.code, built.figures) == (1, (2, 0, 2))
    (nine, ten) = built.entries
    assert nine.startswith("content/nlp/guide.md:10: /images/units.png with units=9\n")
    assert "9 units do not fit" in nine
    assert ten.startswith("content/nlp/guide.md:10: /images/units.png with units=10\n")
    assert frames(waves)["values"] == ["4", "6"]
    assert "4 units" in waves.page("guide")
    waves.script("units", CODE.replace('"""Says', "oops\n"))
    built = waves.build()
    assert built.code == 1
    assert len(built.entries) == 1  # an error of all frames is reported once


ERRORS = {
    "units": ['can\'t read vary="units": it needs a name and its values', 'write vary="units=2..6"'],
    "units=two": ["can't read vary=\"units=two\": 'two' is not a number"],
    "units=2,,3": ["a value is missing"],
    "units=6..2": ["the range 6..2 in vary is backwards", "write 2..6"],
    "units=1.5..3": ["'1.5..3' is not a number"],
    "units=4": ["lists one value, but a slider needs at least two"],
    "units=4, 4.0": ["lists a value twice"],
    "units=1..13": ["has 13 values, but a slider can have at most 12"],
    "units=0..999999999": ["has 1000000000 values"],
    "units=2, 3": [
        "leaves out 4, the value the page starts with (line 7: first = LSTM(units=4); drop = Dropout(rate=0.5))",
        "add 4 to the values",
    ],
    "unit=2..6": ["has no argument `unit`, and the code has no number with that name. Did you mean `units`?"],
    "rate=0.5, 1": ["the code has `rate` 2 times", "rate@1 is line 7", "rate@2 is line 8", 'choose one: vary="rate@2'],
    "rate@3=0.5, 1": ["the code has `rate` 2 times", "rate@1 is line 7"],
    "scale=wide, 1": ["'wide' is not a number"],
    "scale=2, 3": ["leaves out 1.0, the value the page starts with (draw() in diagrams/units.py)"],
    "count=1.5, 2": ['count="1.5": draw() in diagrams/units.py takes a whole number'],
    "count=1, 2": ["draw() in diagrams/units.py doesn't say which count the page starts with"],
}


@pytest.fixture(scope="module")
def wrong(tmp_path_factory, font_list) -> dict[str, str]:
    """Return the reports of one build in which each article has another error."""
    site = Site(tmp_path_factory.mktemp("wrong"))
    site.write(".figures/cache/none", "")
    site.script("units", CODE.replace("scale: float = 1.0", "scale: float = 1.0, count: int | None = None"))
    for number, vary in enumerate(ERRORS):
        code = python("first = LSTM(units=4); drop = Dropout(rate=0.5)\nother = Dropout(rate=0.5)")
        site.article(f"guide-{number}", f'{code}![](/images/units.png){{vary="{vary}"}}\n')
    built = site.build(*SIMPLE)
    assert (built.code, built.figures) == (1, (1, 0, 0))
    assert pictures(site) == {"units.png"}
    code, out, _ = run(site, "list")
    assert code == 0
    assert out.count("    no slider, for content/nlp/guide-") == len(ERRORS)
    return {entry.partition(":")[0]: entry for entry in built.entries}


@pytest.mark.parametrize("vary", ERRORS)
def test_an_error_is_reported_at_the_line_of_the_image(wrong, vary):
    """The figure is still shown, without its slider."""
    number = list(ERRORS).index(vary)
    entry = wrong[f"content/nlp/guide-{number}.md"]
    assert entry.startswith(f"content/nlp/guide-{number}.md:11: /images/units.png\n")
    for said in ERRORS[vary]:
        assert said in entry


def test_a_slider_without_effect_is_a_warning(waves):
    """For example if the number is in a line that the figure doesn't show."""
    waves.article("guide", python("LSTM(4)\nseed = 1") + '![](/images/units.png){vary="seed=1, 2"}\n')
    built = waves.build(*SIMPLE)
    assert "content/nlp/guide.md:11: /images/units.png" in built.report
    assert 'vary="seed=1, 2" has no effect: the figure is the same for each value' in built.report


def test_an_image_without_a_number_has_no_slider(waves):
    """There is no space in a table, and a decorative one has no meaning."""
    waves.article(
        "guide",
        '![](/images/wave.png){.decorative vary="n=8, 32"}\n\n'
        '| a |\n|---|\n| ![](/images/wave.png){vary="n=8, 32"} |\n',
    )
    built = waves.build(*SIMPLE)
    assert built.report.count('vary="n=8, 32" works only for numbered figures') == 2
    assert told(waves) == []


def test_in_feeds_and_other_themes_the_values_are_links(waves):
    """To their pictures, absolute in a feed; a summary has none."""
    waves.article("guide", 'Look.\n\n![](/images/wave.png "A wave."){vary="n=8, 32"}\n')
    waves.publish("-t", "simple", "-e", 'DIRECT_TEMPLATES=["index"]')
    page = waves.page("guide")
    link = '<a href="/repo/images/wave.n-8.png">8</a>'
    assert f'<p class="vary" data-vary="n=8, 32">n: {link}, <b>32</b></p>' in page
    feed = next(text.decode() for path, text in waves.output().items() if path.endswith(".atom.xml"))
    assert "https://example.org/repo/images/wave.n-8.png" in feed
    index = waves.output()["index.html"].decode()
    assert "wave.n-8.png" not in index


def test_number_words_are_in_the_page_s_language(waves):
    """From two to twelve, where a word has no gender; others are digits."""
    waves.article("guide", python("LSTM(4)") + '![](/images/units.png){vary="units=1, 4, 7"}\n', Lang="de")
    assert waves.build().report == ""
    assert frames(waves)["words"] == ["1", "vier", "sieben"]


CODES = {
    "heads": "x = Input((3, 4))\nmodel = Model(x, MultiHeadAttention(2, 3)(x, x))",
    "kernels": "model = Sequential([Input((4, 2)), Conv1D(3, 2, activation='relu')])",
    "dense": "model = Sequential([Input((3,)), Dense(4, 'relu'), Dense(2)])",
    "blocks": (
        "words = x = Input((3, 4))\n"
        "x = LayerNormalization()(x + MultiHeadAttention(2, 3)(x, x))\n"
        "model = Model(words, x)"
    ),
}
VIEWS = {
    "attention": ("heads", 'words="was not bad" query=1 vary="query=1..3"', ["1", "2", "3"]),
    "heads": ("heads", 'words="was not bad" vary="num_heads=1..3"', ["1", "2", "3"]),
    "logits": ("", 'words="Groot here not" scores="1.2 0.5 -0.7" vary="temperature=0.5, 1, 2"', ["0.5", "1", "2"]),
    "positions": ("", 'places=5 units=4 vary="base=10, 10000"', ["10", "10000"]),
    "convolution": ("kernels", 'words="we did not go" vary="kernel=1..3"', ["1", "2", "3"]),
    "network": ("dense", 'inputs="0.5 -0.2 0.8" vary="units@1=2..4"', ["2", "3", "4"]),
    "transformer": ("blocks", 'words="was not bad" step=1 vary="step=1..3"', ["1", "2", "3"]),
    "shapes": ("blocks", 'vary="key_dim=2..4"', ["2", "3", "4"]),
}


@pytest.mark.slow
def test_the_kit_s_views_are_drawn_for_each_value(site):
    """Each view, by an argument of its script or a number in the code: other numbers, texts and steps."""
    kit = REPOSITORY / "diagrams/unrolled"
    shutil.copytree(kit, site.root / "diagrams/unrolled", ignore=shutil.ignore_patterns("__pycache__"))
    parts = [python("from keras import *\nfrom keras.layers import *")]
    for name, (code, asked, _) in VIEWS.items():
        parts.append((python(CODES[code]) if code else "") + f"![](/images/{name}.png){{{asked}}}\n\n")
    site.article("guide", "".join(parts))
    built = site.build()
    assert (built.code, built.report) == (0, ""), built.report
    assert built.figures[0] == sum(len(values) for *_, values in VIEWS.values())
    read = [json.loads(site.output()[path]) for path in told(site)]
    by_view = {re.match(r"/images/([a-z]+)", one["frames"][0]["stem"])[1]: one for one in read}
    assert by_view.keys() == VIEWS.keys()
    for name, (_, _, values) in VIEWS.items():
        assert by_view[name]["values"] == values, name
        drawings = [frame["drawing"] for frame in by_view[name]["frames"]]
        assert len({*drawings}) == len(values), name
        assert all("<title>" in drawing and "data-step" in drawing for drawing in drawings), name
        assert len({frame["data"] for frame in by_view[name]["frames"]}) == len(values), name
