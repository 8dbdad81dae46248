"""Sliders, `{vary="n=2..6"}`: a figure for each value, drawn when the site is built."""

import json
import os
import re
import shutil
from typing import Any

import pytest

from tests import builds
from tests.conftest import REPOSITORY, SIMPLE, Build, Site, python

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
    "scale=2, 3": ["leaves out 1.0, the value the page starts with (draw() in diagrams/wrong.py)"],
    "count=1.5, 2": ['count="1.5": draw() in diagrams/wrong.py takes a whole number'],
    "count=0..101": ["has 102 values, but a slider can have at most 101"],
    "count=1, 2": ["draw() in diagrams/wrong.py doesn't say which count the page starts with"],
}
ARTICLES = {
    "wave": '![](/images/wave.png){vary="n=8, 16, 32"}\n\n[As a PDF](/images/wave.n-8.pdf)\n',
    "units": python("from keras.layers import LSTM\nlayer = LSTM(4)")
    + "Every state has [four]{param=units} cells, and [4]{param=units} is yours.\n\n"
    + '![](/images/units.png){vary="units=3..6"}\n',
    "above": python("units = 4") + python("layer = LSTM(units)") + '![](/images/above.png){vary="units=3, 4"}\n',
    "chosen": python("LSTM(units=4); LSTM(units=3)") + '![](/images/chosen.png){vary="units@1=3, 4"}\n',
    "failing": python("LSTM(4)") + '![](/images/failing.png){vary="units=4, 6, 9, 10"}\n',
    "vain": python("LSTM(4)\nseed = 1") + '![](/images/vain.png){vary="seed=1, 2"}\n',
    "no-number": '![](/images/plain.png){.decorative vary="n=8, 32"}\n\n'
    '| a |\n|---|\n| ![](/images/plain.png){vary="n=8, 32"} |\n',
    "german": python("LSTM(4)") + '![](/images/german.png){vary="units=1, 4, 7"}\n',
    "many": '![](/images/many.png){vary="n=20..40"}\n',
    "restless": '![](/images/restless.png){vary="n=20..40"}\n',
    "linked": 'Look.\n\n![](/images/linked.png "A wave."){vary="n=8, 32"}\n',
} | {
    f"wrong-{number}": python("first = LSTM(units=4); drop = Dropout(rate=0.5)\nother = Dropout(rate=0.5)")
    + f'![](/images/wrong.png){{vary="{vary}"}}\n'
    for number, vary in enumerate(ERRORS)
}
SCRIPTS = {
    **dict.fromkeys(("wave", "plain", "linked", "many"), PLAIN),
    "restless": PLAIN.replace("{n} points", "{plt.gcf().number} points"),
    **dict.fromkeys(("units", "above", "chosen", "failing", "vain", "german"), CODE),
    "wrong": CODE.replace("scale: float = 1.0", "scale: float = 1.0, count: int | None = None"),
}


class Sliders(Site):
    """A site with an article for each case, built."""

    built: Build
    listed: str

    def pictures(self, name: str = r"\w+") -> set[str]:
        """Return the published pictures of a script, or of all."""
        found = (re.fullmatch(rf"images/({name}(\..*)?\.png)", path) for path in self.output())
        return {it[1] for it in found if it}

    def told(self, name: str) -> list[str]:
        """Return the files of an article's sliders."""
        return re.findall(r'data-frames="/([^"]+)"', self.page(name))

    def frames(self, name: str) -> Any:
        """Read the file of its only slider."""
        (path,) = self.told(name)
        return json.loads(self.output()[path])

    def entries(self, name: str) -> list[str]:
        """Return what the build reported about it."""
        return [entry for entry in self.built.entries if entry.startswith(f"content/nlp/{name}.md:")]

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """Run a command of the figure plugin."""
        command = ["-s", str(self.root / "pelicanconf_here.py"), *arguments]
        return builds.run("plugins.figures", command, self.root, {**os.environ, "COLUMNS": "400"})


@pytest.fixture(scope="module")
def sliders(tmp_path_factory, font_list) -> Sliders:
    """Build them."""
    site = Sliders(tmp_path_factory.mktemp("sliders"), font_list)
    site.write("diagrams/unrolled/reader/keras.json", KERAS.read_text("utf-8"))
    for name, text in SCRIPTS.items():
        site.script(name, text)
    for name, text in ARTICLES.items():
        site.article(name, text, **({"Lang": "de"} if name == "german" else {}))
    site.built = site.build()
    assert (site.built.code, site.built.figures) == (1, (33, 0, 3)), site.built.report
    code, site.listed, _ = site.run("list")
    assert code == 0
    return site


@pytest.mark.parametrize("name", ["wave", "units", "above", "chosen", "german", "linked", "many"])
def test_a_slider_that_works_is_not_reported(sliders, name):
    """Nor are its figures."""
    assert sliders.entries(name) == []


def test_an_argument_of_a_plain_script_is_drawn_for_each_value(sliders):
    """The page shows the default; each of the others is a figure with a URL, and a frame of the slider."""
    assert sliders.pictures("wave") == {"wave.png", "wave.n-8.png", "wave.n-16.png"}
    assert "images/wave.n-8.pdf" in sliders.output()
    page = sliders.page("wave")
    assert "32 points" in page
    assert "16 points" not in page
    slider = re.search(r'<div class="param".*?</div>', page)[0]
    (path,) = sliders.told("wave")
    assert f'data-frames="/{path}"' in slider
    assert 'min="0" max="2" value="2" autocomplete="off" aria-valuetext="32"' in slider
    assert re.findall(r"<a href=\"([^\"]+)\">(\d+)</a>", slider) == [
        ("/images/wave.n-8.png", "8"),
        ("/images/wave.n-16.png", "16"),
    ]
    said = sliders.frames("wave")
    assert said["values"] == ["8", "16", "32"]
    assert said["words"] == ["eight", "16", "32"]
    for at, points in enumerate(("8 points", "16 points")):
        assert points in said["frames"][at]["drawing"]
        # Its own alt text doesn't mention it
        assert f"A wave of some points. (n = {points[:-7]})" in said["frames"][at]["drawing"]
    assert "<title>A wave of some points.</title>" in said["frames"][2]["drawing"]

    assert re.findall(r"^(wave\S*)  fresh", sliders.listed, re.M) == ["wave", "wave.n-16", "wave.n-8"]
    assert "    diagrams/wave.py, for content/nlp/wave.md:6" in sliders.listed
    assert sliders.run("why", "wave.n-8")[1] == "wave.n-8 is fresh: nothing it depends on has changed\n"
    assert sliders.run("prune")[1] == "0 stored files removed\n"


def test_a_number_in_the_code_is_drawn_for_each_value(sliders):
    """By its position in the call, which Keras names; code, words and picture are one tie, as for its parts."""
    assert sliders.pictures("units") == {"units.png", "units.units-3.png", "units.units-5.png", "units.units-6.png"}
    page = sliders.page("units")
    assert re.findall(r'<a (?:id="tie-1" )?class="tie of-ink" data-arg="units" data-tie="1"[^>]*>(.*?)</a>', page) == [
        "4",
        "four",
        "4",
    ]
    assert re.search(
        r'<div class="param of-ink" [^>]*data-tie="1"><label for="fig-units-units-slider">units</label>', page
    )
    said = sliders.frames("units")
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


def test_an_argument_with_many_values_has_one_file_of_what_changes(sliders):
    """It is drawn in one run; only the ends, the quarters and the page's own value are pictures with an address."""
    linked = [20, 25, 30, 35, 40]
    assert sliders.pictures("many") == {"many.png", *(f"many.n-{n}.png" for n in linked)}
    (path,) = sliders.told("many")
    assert re.fullmatch(r"images/many\.vary-[0-9a-f]{16}\.json", path)
    told = json.loads(sliders.output()[path])
    assert {"wide"} <= told["forms"].keys()
    assert ["alt", "A wave of some points.", [0] * 20] in told["words"]
    slider = re.search(r'<div class="param".*?</div>', sliders.page("many"))[0]
    assert f'data-values="{" ".join(map(str, range(20, 41)))}"' in slider
    assert 'min="0" max="20" value="12" autocomplete="off" aria-valuetext="32"' in slider
    assert re.findall(r'<a href="/images/many\.n-(\d+)\.png">\1</a>', slider) == [*map(str, linked)]
    assert '<b class="now">32</b>' in slider
    assert "Play</button>" in slider


def test_a_run_that_leaves_something_behind_is_an_error(sliders):
    """Its pictures would depend on what was drawn before them."""
    assert "draw() has drawn another picture when it was called again" in sliders.entries("restless")[0]


def test_a_number_can_be_in_a_block_above(sliders):
    """If the figure's own block doesn't have it; the block that does is tied to the figure."""
    assert sliders.pictures("above") == {"above.png", "above.units-3.png"}
    assert "3 units" in sliders.frames("above")["frames"][0]["drawing"]
    assert re.search(r'<a id="tie-1" class="tie[^>]*>4</a>', sliders.page("above"))


def test_of_several_numbers_with_a_name_one_can_be_chosen(sliders):
    """By its index; the others are unchanged."""
    assert sliders.pictures("chosen") == {"chosen.png", "chosen.units-1-3.png"}
    assert "3 units" in sliders.frames("chosen")["frames"][0]["drawing"]


@pytest.mark.parametrize("number", range(len(ERRORS)), ids=list(ERRORS))
def test_an_error_is_reported_at_the_line_of_the_image(sliders, number):
    """The figure is still shown, without its slider."""
    (entry,) = sliders.entries(f"wrong-{number}")
    assert entry.startswith(f"content/nlp/wrong-{number}.md:11: /images/wrong.png\n")
    for said in [*ERRORS.values()][number]:
        assert said in entry
    assert sliders.told(f"wrong-{number}") == []
    assert "<svg" in sliders.page(f"wrong-{number}")
    assert sliders.pictures("wrong") == {"wrong.png"}
    assert f"    no slider, for content/nlp/wrong-{number}.md" in sliders.listed


def test_a_slider_without_effect_is_a_warning(sliders):
    """For example if the number is in a line that the figure doesn't show."""
    (entry,) = sliders.entries("vain")
    assert entry.startswith("content/nlp/vain.md:11: /images/vain.png\n")
    assert 'vary="seed=1, 2" has no effect: the figure is the same for each value' in entry


def test_an_image_without_a_number_has_no_slider(sliders):
    """There is no space in a table, and a decorative one has no meaning."""
    entries = sliders.entries("no-number")
    assert len(entries) == 2
    assert all('vary="n=8, 32" works only for numbered figures' in entry for entry in entries)
    assert sliders.told("no-number") == []


def test_number_words_are_in_the_page_s_language(sliders):
    """From two to twelve, where a word has no gender; others are digits."""
    assert sliders.frames("german/de")["words"] == ["1", "vier", "sieben"]


def test_in_feeds_and_other_themes_the_values_are_links(sliders):
    """To their pictures, absolute in a feed; a summary has none."""
    other = sliders.root / "other"
    sliders.publish("-t", "simple", "-o", str(other), "-e", 'DIRECT_TEMPLATES=["index"]')
    link = '<a href="/repo/images/linked.n-8.png">8</a>'
    page = (other / "2026/11/linked/index.html").read_text("utf-8")
    assert f'<p class="vary" data-vary="n=8, 32">n: {link}, <b>32</b></p>' in page
    feed = next(path.read_text("utf-8") for path in other.rglob("*.atom.xml"))
    assert "https://example.org/repo/images/linked.n-8.png" in feed
    assert "linked.n-8.png" not in (other / "index.html").read_text("utf-8")


def test_a_value_that_fails_affects_only_itself(sliders):
    """The error names the value at the image's line; the page has the figure, and a slider of the others."""
    nine, ten = sliders.entries("failing")
    assert nine.startswith("content/nlp/failing.md:10: /images/failing.png with units=9\n")
    assert "9 units do not fit" in nine
    assert ten.startswith("content/nlp/failing.md:10: /images/failing.png with units=10\n")
    assert sliders.frames("failing")["values"] == ["4", "6"]
    assert "4 units" in sliders.page("failing")
    sliders.script("failing", CODE.replace('"""Says', "oops\n"))
    sliders.built = sliders.build()
    assert sliders.built.code == 1
    assert len(sliders.entries("failing")) == 1, "an error of all frames is reported once"


@pytest.mark.slow
def test_only_frames_with_changed_inputs_are_drawn_and_the_build_is_the_clean_one(tmp_path, font_list):
    """A frame is a figure like any other. Unused ones are removed from the output."""
    site = Sliders(tmp_path, font_list)
    site.script("units", CODE)
    site.write("diagrams/unrolled/reader/keras.json", KERAS.read_text("utf-8"))
    options = (*SIMPLE, "-e", "DELETE_OUTPUT_DIRECTORY=false")

    def article(units: int, vary: str) -> None:
        site.article("guide", python(f"layer = LSTM(units={units})") + f"![](/images/units.png){vary}\n")

    article(4, '{vary="units=2..6"}')
    assert site.build().figures == (5, 0, 0)
    assert site.build().figures == (0, 5, 0)
    article(5, '{vary="units=2..6"}')
    assert site.build().figures == (2, 3, 0)  # the figure itself, and its former value
    grown = site.output()
    for path in ("records", "store"):
        (site.root / ".figures" / path).rename(site.root / f"{path}-before")
    assert site.build().figures == (5, 0, 0)
    assert site.output() == grown
    site.build("-e", "DELETE_OUTPUT_DIRECTORY=false")
    (before,) = site.told("guide")
    article(5, '{vary="units=4, 5"}')
    site.build("-e", "DELETE_OUTPUT_DIRECTORY=false")
    (now,) = site.told("guide")
    assert before not in site.output()
    assert now in site.output()
    article(5, "")
    site.build(*options)
    assert site.pictures() == {"units.png"}
    assert now not in site.output()


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
def test_the_kit_s_views_are_drawn_for_each_value(tmp_path, font_list):
    """Each view, by an argument of its script or a number in the code: other numbers, texts and steps."""
    site = Sliders(tmp_path, font_list)
    kit = REPOSITORY / "diagrams/unrolled"
    shutil.copytree(kit, site.root / "diagrams/unrolled", ignore=shutil.ignore_patterns("__pycache__"))
    parts = [python("from keras import *\nfrom keras.layers import *")]
    for name, (code, asked, _) in VIEWS.items():
        parts.append((python(CODES[code]) if code else "") + f"![](/images/{name}.png){{{asked}}}\n\n")
    site.article("guide", "".join(parts))
    built = site.build()
    assert (built.code, built.report) == (0, ""), built.report
    assert built.figures[0] == sum(len(values) for *_, values in VIEWS.values())
    read = [json.loads(site.output()[path]) for path in site.told("guide")]
    by_view = {re.match(r"/images/([a-z]+)", one["frames"][0]["stem"])[1]: one for one in read}
    assert by_view.keys() == VIEWS.keys()
    for name, (_, _, values) in VIEWS.items():
        assert by_view[name]["values"] == values, name
        drawings = [frame["drawing"] for frame in by_view[name]["frames"]]
        assert len({*drawings}) == len(values), name
        assert all("<title>" in drawing and "data-step" in drawing for drawing in drawings), name
        assert len({frame["data"] for frame in by_view[name]["frames"]}) == len(values), name
