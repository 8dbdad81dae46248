"""A script's settings for saving, and how animations are saved."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
from html import unescape
from importlib.metadata import version
from xml.etree import ElementTree

import matplotlib as mpl
import numpy as np
import pytest
from fontTools.ttLib import TTFont
from PIL import Image

from tests import builds
from tests.conftest import PLAIN, REPOSITORY, SIMPLE, Site
from tests.site.test_figures import NARROW

LINE = """
plt.plot([0, 1, 3], label="a line")
plt.title("of two parts")
"""
SAYING = {
    "trimmed": f'plt.rcParams["savefig.bbox"] = "tight"{LINE}',
    "trimmed_far": f'plt.rcParams.update({{"savefig.bbox": "tight", "savefig.pad_inches": 0.7}}){LINE}'
    'plt.text(3, 2, "far outside", rotation=40)',
    "trimmed_panels": 'plt.rcParams["savefig.bbox"] = "tight"\n'
    'fig, axes = plt.subplots(1, 2, layout="constrained", figsize=(4, 2))\naxes[0].set_ylabel("high")\n'
    'fig.legend(axes[1].plot([2, 1], label="a line"), ["a line"], loc="outside right upper")',
    "grounded": f'plt.rcParams["savefig.facecolor"] = "#ffeecc"{LINE}',
    "transparent": f'plt.rcParams["savefig.transparent"] = True{LINE}',
    "dense": f'plt.rcParams["savefig.dpi"] = 50{LINE}',
    "outlined": f'plt.rcParams["svg.fonttype"] = "path"{LINE}',
}
WAVE = """
from matplotlib.animation import FuncAnimation

fig, ax = plt.subplots()
(line,) = ax.plot([])
ax.set(xlim=(0, 3), ylim=(0, 9))


def update(frame):
    line.set_data([0, 1, 2, 3], [frame, 8, frame, 8])


"""
MOVING = {
    "moving": f"{WAVE}ani = FuncAnimation(fig, update, frames=range(4, 8))",
    "empty": f"{WAVE}ani = FuncAnimation(fig, update, frames=0, init_func=lambda: None)",
}
LINKED = '''
"""Points that lead somewhere."""
import matplotlib.pyplot as plt

LINKS = {links!r}
fig, ax = plt.subplots(figsize=(2, 2))
for place, link in enumerate(LINKS):
    ax.text(place, place, "a", url=link)
points = ax.scatter(range(len(LINKS)), range(len(LINKS)))
points.set_urls(LINKS)
ax.plot([0, 1], url=LINKS[0])
'''
SAFE = [
    "https://keras.io/a?b=c:d",
    "http://example.org",
    "mailto:me@example.org",
    "../other/",
    "#place",
    "//host/x",
    "a/b:c",
]
UNSAFE = [
    *("javascript:alert(1)", "JavaScript:alert(1)", " javascript:alert(1)", "java\tscript:alert(1)", "vbscript:x"),
    *("data:text/html,<script>alert(1)</script>", "file:///etc/passwd"),
]
FAILING = {
    "ten_metres": "plt.figure(figsize=(394, 394))\nplt.plot([0, 1])",
    "far": 'plt.rcParams["savefig.bbox"] = "tight"\nplt.plot([0, 1])\nplt.figtext(80, -80, "far")',
    "long": "plt.figure(figsize=(90, 0.1))",
}
ARTICLES = {
    "failing": "![a](/images/ten-metres.png) ![a](/images/far.png) ![a](/images/long.webp)",
    "narrow": "[![](/images/cross.webp)](/)",
    "moving": "![It moves.](/images/moving.webp)",
    "linked": "![](/images/linked.png) [SVG](/images/linked.svg)",
}
SETTINGS = 'FIGURES_STYLE = None\nSITEURL = "https://example.org"\nFEED_ALL_ATOM = "feed.xml"\n'
PLT = "import matplotlib.pyplot as plt\n"
BARE = """
import runpy
import matplotlib.pyplot as plt

for name in {names}:
    with plt.rc_context():
        state = runpy.run_path(name + ".py", run_name="__main__")
        if name == "moving":
            state["update"](4)
        plt.savefig("../" + name + ".png", dpi=192)
        plt.close("all")
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory, font_list) -> Site:
    """Build one site of all scripts, without a style, and let each save itself with matplotlib alone."""
    site = Site(tmp_path_factory.mktemp("formats"), font_list)
    site.add(SETTINGS)
    scripts = SAYING | MOVING
    more = {"cross": NARROW, "linked": LINKED.format(links=[*UNSAFE, *SAFE])}
    for name, text in {**{name: PLT + text for name, text in (scripts | FAILING).items()}, **more}.items():
        site.script(name, text)
    site.article("all", "\n\n".join(f"![a](/images/{name.replace('_', '-')}.png)" for name in scripts))
    for name, text in ARTICLES.items():
        site.article(name, text)
    site.built = site.build()
    assert site.built.figures == (len(scripts | more), 0, len(FAILING)), site.built.report
    subprocess.run(
        [sys.executable, "-W", "ignore", "-c", BARE.format(names=list(scripts))],
        cwd=site.root / "diagrams",
        env={"PATH": os.environ["PATH"], "MPLCONFIGDIR": str(font_list), "MPLBACKEND": "agg"},
        check=True,
    )
    return site


@pytest.mark.parametrize("name", [*SAYING, *MOVING])
def test_a_script_s_settings_for_saving_apply(site, name):
    """Pixel for pixel; an animation shows its first frame, if it has one that the script didn't draw."""
    with Image.open(site.root / "output/images" / f"{name.replace('_', '-')}.png") as ours:
        shown = np.asarray(ours.convert("RGBA"))
    with Image.open(site.root / f"{name}.png") as theirs:
        drawn = np.asarray(theirs.convert("RGBA"))
    assert shown.shape == drawn.shape
    assert (shown == drawn).all()


@pytest.mark.parametrize("name", SAYING)
def test_a_figure_is_shown_at_the_size_it_was_saved(site, name):
    """The page in em, the feed, the PNG with two pixels per CSS pixel, and the SVG agree, trimmed or not."""
    address = name.replace("_", "-")
    with Image.open(site.root / "output/images" / f"{address}.png") as saved:
        size = saved.size
    told = re.search(rf'<img [^>]*/images/{address}\.png"[^>]*>', unescape(site.output()["feed.xml"].decode()))
    shown = re.search(rf'<figure[^>]* data-figure="{address}">.*?(<svg [^>]*>)', site.page("all"), re.DOTALL)
    for tag, unit, px in ((told[0], "", 1), (shown[1], "em", 16)):
        sides = [px * float(re.search(rf' {side}="([\d.]+){unit}"', tag)[1]) for side in ("width", "height")]
        assert sides == pytest.approx((size[0] / 2, size[1] / 2), abs=1)
    root = ElementTree.parse(site.root / "output/images" / f"{address}.svg").getroot()
    across, down = float(root.get("width")), float(root.get("height"))
    assert (across, down) == pytest.approx((size[0] / 2, size[1] / 2), abs=0.6)
    assert [float(side) * 96 / 72 for side in root.get("viewBox").split()] == pytest.approx([0, 0, across, down], 0.001)


def test_text_stays_text(site):
    """Whatever matplotlib's default, or the script, sets: a reader can search and copy it."""
    for name in ("grounded", "outlined"):
        root = ElementTree.parse(site.root / f"output/images/{name}.svg").getroot()
        assert "of two parts" in [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]


def test_a_figure_of_absurd_size_is_reported_without_trying(site):
    """Ten metres, or a label ten metres away; or longer than a webp can be, although a PNG could."""
    entries = [it for it in site.built.entries if not it.startswith("content/nlp/all.md")]
    far, long, metres = sorted(entries)
    assert re.search(r"diagrams/far.py: the figure is \d+\.?\d* × \d+\.?\d* inches", far)
    assert "17280 × 19 pixels, but a webp can have at most 16383 per side" in long
    assert "diagrams/ten_metres.py: the figure is 394 × 394 inches, or 75648 × 75648 pixels" in metres


def pixels(data: bytes) -> np.ndarray:
    """Return the pixels of a picture, with their transparency."""
    with Image.open(io.BytesIO(data)) as opened:
        return np.asarray(opened.convert("RGBA"))


def test_a_webp_is_shown_and_linked_and_has_the_pixels_of_the_png(tmp_path, font_list):
    """Lossless, and smaller; an unused one is removed, and comes back with the same bytes."""
    site, text = Site(tmp_path, font_list), "![](/images/line.webp)\n\n[another](/images/cross.webp)"
    site.script("line", PLAIN)
    site.script("cross", NARROW)
    site.article("guide", text)
    built = site.build()
    assert (built.code, built.figures, built.report) == (0, (2, 0, 0), "")
    page, output = site.page("guide"), site.output()
    assert '<a href="/images/line.webp">WEBP</a>' in re.sub(r' aria-label="[^"]*"', "", page)
    assert 'href="/images/cross.webp"' in page
    for name in ("line", "cross", "cross.turned"):
        png, webp = output[f"images/{name}.png"], output[f"images/{name}.webp"]
        assert webp[8:12] == b"WEBP"
        assert (pixels(webp) == pixels(png)).all()
        assert len(webp) < len(png)
    site.article("guide", text.replace("line.webp", "line.png"))
    assert site.build().code == 0
    assert "images/line.webp" not in site.output()
    shutil.rmtree(site.root / ".figures/store")
    shutil.rmtree(site.root / ".figures/records")
    site.article("guide", text)
    assert site.build().figures == (2, 0, 0)
    assert site.output() == output


def test_a_webp_works_in_other_themes_and_in_links_like_any_image(site):
    """With its size; and in our theme with its narrow form, in the same format."""
    assert '<source media="(max-width: 639px)" srcset="/images/cross.turned.webp" width="280" height="100">' in (
        site.page("narrow")
    )
    assert "images/cross.turned.webp" in site.output()
    site.build(*SIMPLE, f"OUTPUT_PATH={json.dumps(str(site.root / 'simple'))}")
    shown = re.search(r"<img [^>]*cross[^>]*>", (site.root / "simple/2026/11/narrow/index.html").read_text("utf-8"))[0]
    assert 'src="/images/cross.webp"' in shown
    assert 'width="600" height="100"' in shown


def test_an_animation_moves_in_a_webp_with_all_its_colours(site):
    """The page shows that file, because an inline drawing is still; there is also a still image."""
    assert "first frame" not in site.built.out
    output = site.output()
    with Image.open(io.BytesIO(output["images/moving.webp"])) as moving:
        assert (moving.n_frames, moving.info["loop"]) == (4, 0)
        first = np.asarray(moving.convert("RGBA"))
        moving.seek(3)
        last = np.asarray(moving.convert("RGBA"))
        assert moving.info["duration"] == 200
    assert (first == pixels(output["images/moving.png"])).all()
    assert (first != last).any()
    assert re.search(r'<img alt="It moves\." src="/images/moving\.webp"', site.page("moving"))
    still = site.page("all").partition('data-figure="moving"')[2].partition("</figure>")[0]
    assert "<svg" in still
    assert "<img" not in still


@pytest.mark.slow
def test_the_recipe_for_an_output_format_works(tmp_path, font_list):
    """A row in the table is all that CONTRIBUTING requires: URLs, publishing, and export follow from it."""
    text = (REPOSITORY / "CONTRIBUTING.md").read_text("utf-8")
    row = re.search(r"\*\*An output format\.\*\*.*?```python\n(.*?)```", text, re.DOTALL)[1]
    for name in ("plugins", "theme"):
        shutil.copytree(REPOSITORY / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pelicanconf.py", "publishconf.py"):
        shutil.copy(REPOSITORY / name, tmp_path / name)
    formats = tmp_path / "plugins/figures/formats.py"
    before, table, after = formats.read_text("utf-8").partition("FORMATS: Mapping[str, Format] = {\n")
    assert table
    shown = '    "jpg": Format(pillow={"format": "jpeg", "quality": 95}, opaque=True),\n'
    formats.write_text(before + table + row + shown + after, "utf-8")

    site = Site(tmp_path / "site", font_list)
    settings = (site.root / "pelicanconf_here.py").read_text("utf-8")
    site.write("pelicanconf_here.py", settings.replace(repr(str(REPOSITORY)), repr(str(tmp_path))))
    site.script("line", PLAIN)
    nameless = TTFont(mpl.get_data_path() + "/fonts/ttf/DejaVuSans.ttf")
    nameless["post"].formatType = 3.0
    nameless["name"].names = []
    for what, text in ((1, "Nameless"), (2, "Regular"), (4, "Nameless"), (6, "Nameless-Regular")):
        nameless["name"].setName(text, what, 3, 1, 0x409)
    nameless.save(site.root / "diagrams/nameless.ttf")
    site.script(
        "nameless",
        "import matplotlib.pyplot as plt\nfrom matplotlib.font_manager import fontManager\n"
        'fontManager.addfont("diagrams/nameless.ttf")\nplt.figtext(0, 0, "a word", family="Nameless")\n',
    )
    links = "[for print](/images/line.tiff) [of old](/images/line.eps) [with letters](/images/nameless.eps)"
    site.article("guide", f"![](/images/line.jpg)\n\n{links}")
    built = site.build(PYTHONPATH=str(tmp_path))
    assert (built.code, built.figures, built.report) == (0, (2, 0, 0), "")
    output = site.output()
    assert (pixels(output["images/line.tiff"]) == pixels(output["images/line.png"])).all()
    assert pixels(output["images/line.jpg"]).shape == pixels(output["images/line.png"]).shape
    eps = output["images/line.eps"].decode("latin-1")
    assert eps.startswith("%!PS-Adobe-3.0 EPSF-3.0\n")
    assert "%%Creator: Unrolled\n" in eps
    assert version("matplotlib") not in eps
    assert re.findall(r"/FontType (\d+)", eps) == ["42"]
    # A font without names for its glyphs is embedded in another way, under the names by which they are drawn.
    eps = output["images/nameless.eps"].decode("latin-1")
    shown = set(re.findall(r"/(\S+) glyphshow", eps))
    assert len(shown) == len(set("a word"))
    assert shown <= set(re.findall(r"^/(\w+)\{", eps, re.MULTILINE))
    shutil.rmtree(site.root / ".figures/store")
    assert site.build(PYTHONPATH=str(tmp_path)).figures == (2, 0, 0)
    assert site.output() == output

    arguments = ["-s", "pelicanconf_here.py", "export", "line", "--format", "tiff,svg,eps"]
    variables = {**os.environ, "PYTHONPATH": str(tmp_path)}
    code, said, errors = builds.run("plugins.figures", arguments, site.root, variables)
    assert (code, errors) == (0, "")
    assert {"exports/line.tiff  384 × 192 pixels", "exports/line.eps  144 × 72 points"} <= set(said.splitlines())
    site.article("guide", "![](/images/line.tiff)")
    report = site.build(PYTHONPATH=str(tmp_path)).report
    assert "not as tiff\n    write /images/line.png, or link to it: [words](/images/line.tiff)" in report


def test_a_link_in_a_drawing_can_only_lead_where_a_page_may(site):
    """In the page and in the published SVG: URLs that a browser would run are left out, and the build says so."""
    told = "only http, https, mailto and relative links are safe on a page: javascript:alert(1)\n"
    assert told in site.built.out
    published = ElementTree.fromstring(site.output()["images/linked.svg"])
    for root in (published, ElementTree.fromstring(drawn_in(site.page("linked")))):
        hrefs = {it.get("href") for it in root.iter() if it.tag.rpartition("}")[2] == "a"}
        assert hrefs >= {*SAFE} - {"#place"}
        assert not [href for href in hrefs if re.match(r"[\x00-\x20]*[\w\s]*script:|data:|file:", href, re.I)]
        assert "alert" not in "".join(filter(None, (it.get("href") for it in root.iter())))


def drawn_in(page):
    """Return the inline drawing of a page."""
    return re.search(r"<figure class=.diagram.*?(<svg.*?</svg>)", page, re.DOTALL)[1]
