"""From an image in an article to the files in the output."""

import io
import json
import os
import re
from types import SimpleNamespace

import pytest
from PIL import Image

from tests.conftest import PLAIN, SIMPLE, Site

NARROW = '''
"""A cross."""
import matplotlib.pyplot as plt
from matplotlib.figure import Figure


class Picture:
    """What a kit hands over: words, size, and a narrow form."""

    alt = "A > B"
    description = {"text": "A stands before B.", "head": ["a"], "rows": [["1"]]}
    parts = {"line": {"role": "state", "step": None, "argument": {"name": "units", "line": 1, "column": 2}}}
    steps = ()
    turned = None

    def __init__(self, width):
        self.size_px = (width, 100)

    def figure(self):
        figure = Figure(figsize=(self.size_px[0] / 72, 100 / 72))
        figure.add_subplot().plot([0, 1], gid="line")
        return figure


def draw():
    picture = Picture(600)
    picture.turned = Picture(280)
    return picture
'''


RANDOM = """
import random
import matplotlib.pyplot as plt
import numpy as np

plt.figure(figsize=(2, 1))
plt.plot([random.random(), np.random.random(), np.random.default_rng().random()])
plt.rcParams["figure.facecolor"] = "red"
np.random.seed(9)
plt.savefig("left_behind.png")
plt.show()
"""
CODED = """
from matplotlib.figure import Figure

def draw(code):
    figure = Figure(figsize=(2, 1))
    figure.text(0.1, 0.5, code.strip(), parse_math=False)
    return figure
"""
THEMED = '''
"""A blue line."""
import matplotlib.pyplot as plt

plt.figure(figsize=(2, 1), facecolor="#FFFFFF").add_axes((0, 0, 1, 1)).set_axis_off()
plt.plot([0, 1], [0, 1], color="#1749A6")
'''
PLT = "import matplotlib.pyplot as plt\n"
SCRIPTS = {
    **dict.fromkeys(("line", "risen", "dropped"), PLAIN),
    **dict.fromkeys(("one", "other"), RANDOM),
    "coded": CODED,
    "cross": NARROW,
    "themed": THEMED,
    "data": f"{PLT}plt.plot([float(x) for x in open('content/numbers.txt').read().split()])",
    "_shade": "HEIGHT = 1",
    "shaded": f"{PLT}from _shade import HEIGHT\nplt.plot([0, HEIGHT])",
    "two": f"{PLT}for n in (1, 2):\n    plt.figure(figsize=(n, 1))\n",
}
ARTICLES = {
    "plain": "![](/images/line.png)",
    "own": '![My "words" > all](/images/line.png){.lead width=50}',
    "code": "```python\nunits = 4\n```\n\n![a](/images/coded.png)\n\n![](/images/line.png)",
    "inputs": "![a](/images/data.png) ![b](/images/shaded.png) ![](/images/risen.png)",
    "random": "![a](/images/one.png) ![b](/images/other.png)",
    "narrow": "[![](/images/cross.png)](/)\n\n![](/images/cross.png)",
    "several": "![a](/images/two.png) ![b](/images/two-2.png) ![c](/images/two-3.png)",
    "dropping": "![](/images/dropped.png)",
    "hand": "![](/images/by_hand.png)\n\n![by me](../images/by_hand.png)\n\n![](/images/by_hand.png){.decorative}\n\n"
    "![It is black.](/images/by_hand.webp)",
    "inline": "![](/images/themed.png)\n\n![](/images/line.png)\n\n![](/images/themed.png)",
}
DRAWN = len(SCRIPTS) - 1 + 1  # not the module, but two figures of one script


@pytest.fixture(scope="module")
def zoo(tmp_path_factory, font_list) -> SimpleNamespace:
    """Build a site of these articles; again; edited; and with one script as it was: what was said and written."""
    site = Site(tmp_path_factory.mktemp("figures"), font_list)
    for name, text in SCRIPTS.items():
        site.script(name, text)
    for name, text in ARTICLES.items():
        site.article(name, f"{text}\n")
    site.article("short", "text\n", Summary="![](/images/line.png) short", Date="2026-11-02")
    site.write("content/pages/about.md", "Title: About\n\n![]({static}/images/line.png)\n")
    site.write("content/numbers.txt", "1 2")
    (site.root / "content/images").mkdir()
    for ending in ("png", "webp"):
        Image.new("RGB", (30, 20)).save(site.root / f"content/images/by_hand.{ending}")
    site.write("output/images/own.png", "mine")
    built, outputs = [], []

    def build() -> None:
        built.append(site.build("-e", "DELETE_OUTPUT_DIRECTORY=false"))
        outputs.append(site.output())

    build()
    build()
    code, module, script = (site.root / it for it in ("content/nlp/code.md", "diagrams/_shade.py", "diagrams/risen.py"))
    code.write_text(code.read_text().replace("units = 4", "units = 5") + "\nMore prose.\n")
    site.write("content/numbers.txt", "2 1")
    times = module.stat()
    module.write_text("HEIGHT = 9")
    os.utime(module, ns=(times.st_atime_ns, times.st_mtime_ns))
    script.write_text(PLAIN.replace("[0, 1])", "[1, 0])"))
    site.article("dropping", "no figure")
    build()
    site.script("risen", PLAIN)
    build()
    pages = site.root / "simple"
    place = f"OUTPUT_PATH={json.dumps(str(pages))}"
    simple = site.build(*SIMPLE, place, "FIGURES_INLINE=true")
    return SimpleNamespace(site=site, built=built, outputs=outputs, simple=simple, pages=pages)


def in_simple(zoo, name):
    """Return an article's page in a theme that knows nothing of figures."""
    return (zoo.pages / f"2026/11/{name}/index.html").read_text("utf-8")


def test_a_plain_script_reaches_the_page(zoo):
    """In any theme, the image is complete: sized, described, lazy, and at twice its size for sharp screens."""
    tag = re.search(r"<img[^>]*>", in_simple(zoo, "plain"))[0]
    for attribute in ('alt="A line that rises."', 'width="192"', 'height="96"', 'loading="lazy"', 'decoding="async"'):
        assert attribute in tag
    with Image.open(zoo.pages / "images/line.png") as png:
        assert png.size == (384, 192)
    assert (zoo.pages / "images/line.svg").read_bytes().startswith(b"<svg")


def test_the_author_s_own_alt_text_and_size_are_kept(zoo):
    """What is written in the article isn't overwritten."""
    tag = re.search(r"<img[^>]*>", in_simple(zoo, "own"))[0]
    assert 'alt="My &quot;words&quot; &gt; all"' in tag
    assert 'width="50"' in tag
    assert 'height="25"' in tag, "its proportions are those of the figure, 192 × 96"
    assert 'class="lead diagram"' in tag


def test_a_second_build_draws_nothing(zoo):
    """And its output is identical, byte for byte."""
    assert [it.figures for it in zoo.built[:2]] == [(DRAWN, 0, 1), (0, DRAWN, 1)]
    assert zoo.outputs[1] == zoo.outputs[0]


def test_only_figures_whose_inputs_have_changed_are_drawn_again(zoo):
    """Their script, a file that it reads anywhere, a module, even within the same second, or code, but not prose.

    A script that is as it was has its old bytes, without being drawn.
    """
    before, after, restored = (
        {name: data for name, data in output.items() if re.fullmatch(r"images/.*\.(png|svg)", name)}
        for output in zoo.outputs[1:]
    )
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {f"images/{name}.{it}" for name in ("coded", "data", "shaded", "risen") for it in ("png", "svg")}
    assert b"units = 4" in before["images/coded.svg"]
    assert b"units = 5" in after["images/coded.svg"]
    assert restored == after | {name: before[name] for name in ("images/risen.png", "images/risen.svg")}
    assert [it.figures for it in zoo.built[2:]] == [(4, DRAWN - 5, 1), (0, DRAWN - 1, 1)]


def test_scripts_affect_neither_each_other_nor_the_project(zoo):
    """Each runs in a process of its own, with the same seeds; files that it saves go to scratch."""
    output = zoo.outputs[0]
    assert output["images/one.png"] == output["images/other.png"]
    assert not list(zoo.site.root.glob("**/left_behind.png"))


@pytest.mark.slow
def test_colours_that_are_not_tokens_are_reported_once_per_build(site):
    """Such a figure stays white in dark mode; so it would after a token changes, without a note."""
    colours = '{"paper": {"light": "#FFFFFF", "dark": "#000000"}, "state": {"light": "#1749A6", "dark": "#5AA0FA"}}'
    site.write("theme/tokens.json", colours)
    site.write("theme/figures.mplstyle", 'figure.facecolor: "#FFFFFF"\naxes.facecolor: none\n')
    body = "import matplotlib.pyplot as plt\nplt.figure(figsize=(2, 1)).add_axes((0, 0, 1, 1)).set_axis_off()\n"
    site.script("one", body + 'plt.plot([0, 1], color="#1749A6")')
    site.script("two", body + 'plt.plot([0, 1], color="crimson")\nplt.plot([1, 0], color="#00ff01")')
    site.article("guide", "![a](/images/one.png)\n\n![b](/images/two.png)\n\n![b](/images/two.png)")
    site.article("other", "![b](/images/two.png)")
    said = (
        "1 figure stays white in dark mode, because of colours that are not in theme/tokens.json: "
        "two (#dc143c, #00ff01). Take colours from the style (C0, plt.rcParams)"
    )
    for built in (site.build(), site.build()):
        assert built.code == 0, built.report
        assert built.out.count("colours that are not in") == 1
        assert said in built.out
    assert "data-colours" not in site.page("guide")
    site.write("theme/tokens.json", colours.replace("#1749A6", "#1749A7"))
    assert "2 figures stay white in dark mode" in site.build().out
    (site.root / "theme/tokens.json").unlink()
    assert "colours that are not in" not in site.build().out, "without tokens, there are no colours to follow"


def test_a_narrow_form_is_published_and_used(zoo):
    """Inline in a figure; in a link with `<picture>` and the page's width; other themes have the plain image."""
    page = zoo.site.page("narrow")
    assert re.findall(r'<svg width="([\d.]+)em"[^>]* class="(\w+) on-paper"', page) == [
        ("17.5", "narrow"),
        ("37.5", "wide"),
    ]
    assert 'alt="A &gt; B"' in page
    assert '<source media="(max-width: 639px)" srcset="/images/cross.turned.png" width="280" height="100">' in page
    assert {"images/cross.turned.png", "images/cross.turned.svg"} <= zoo.outputs[0].keys()
    assert "<picture" not in in_simple(zoo, "narrow")
    assert 'width="600"' in in_simple(zoo, "narrow")


def test_one_script_can_draw_several_figures(zoo):
    """`two.png` is the first and `two-2.png` the second; a third is an error that gives the number."""
    (entry,) = (it for it in zoo.built[0].entries if it.startswith("content/nlp/several.md"))
    assert "two.py draws 2 figures, but this image asks for number 3" in entry
    with Image.open(io.BytesIO(zoo.outputs[0]["images/two-2.png"])) as png:
        assert png.size == (384, 192)


def test_unused_files_are_removed(zoo):
    """Those that the last build published; other files stay."""
    left = [{path for path in it if re.match(r"images/(dropped|own)\.", path)} for it in zoo.outputs[1:3]]
    assert left[0] > left[1] == {"images/own.png"}


def test_a_hand_made_picture_is_sized_and_copied(zoo):
    """It is never drawn; without an alt text there is a warning, as for others."""
    report = zoo.built[0].report
    assert re.findall(r"^\d+ (?:error|warning)s?:$", report, re.M) == ["1 error:", "1 warning:"]
    assert report.count("this image has no alt text") == 1
    assert "content/nlp/hand.md:6: /images/by_hand.png" in report.partition("1 warning:")[2]
    tags = re.findall(r"<img[^>]*>", zoo.site.page("hand"))
    sources = [re.search(r' src="/images/(by_hand\.\w+)"', tag)[1] for tag in tags]
    assert sources == [*["by_hand.png"] * 3, "by_hand.webp"]
    assert all('width="30" height="20"' in tag for tag in tags), tags
    for name in {*sources}:
        assert zoo.outputs[0][f"images/{name}"] == (zoo.site.root / f"content/images/{name}").read_bytes()


def test_a_page_and_a_summary_can_show_figures_too(zoo):
    """Everything that Pelican writes is covered, including targets of {static}."""
    assert 'width="192"' in (zoo.pages / "about/index.html").read_text()
    summary = re.search(r"<img [^>]*> short", (zoo.pages / "index.html").read_text())[0]
    assert 'width="192"' in summary


def test_each_list_of_articles_has_its_own_urls_in_a_summary(site):
    """A summary is made once for lists in the same folder; others link from elsewhere."""
    for name in ("one", "two"):
        site.article(name, "![](/images/line.png) One.\n")
    built = site.build(*SIMPLE, "RELATIVE_URLS=true", "DEFAULT_PAGINATION=1")
    assert (built.code, built.figures) == (0, (1, 0, 0)), built.report
    output = site.root / "output"
    sources = {
        path.parent.relative_to(output).as_posix(): (path.parent / source).resolve()
        for path in output.rglob("*.html")
        for source in re.findall(r'<img[^>]* src="([^"]*line[.]png)"', path.read_text())
    }
    assert {".", "page/2", "topics/nlp"} <= sources.keys(), sources
    assert set(sources.values()) == {output / "images/line.png"}, sources


def test_a_drawing_is_inlined_for_a_theme_without_support(zoo):
    """If all of its colours are ours, it is dark when its page is; any other figure stays an image, as everywhere."""
    page = in_simple(zoo, "inline")
    assert page.count("<svg") == page.count('stroke="var(--state)"') == page.count("<title>A blue line.") == 2
    assert page.count("--state:light-dark(#1749a6,#5aa0fa)") == 1
    assert "color-scheme:" not in page, "a theme without dark mode stays light"
    assert page.count("<img") == 1
    assert "colours that are not in" not in zoo.simple.out
