"""python -m plugins.figures export: files for slides and papers."""

import json
import os
import re
import zlib
from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from plugins.figures.formats import FORMATS, one_of
from tests import builds
from tests.conftest import PLAIN, REPOSITORY, Site

TOKENS = json.loads((REPOSITORY / "theme/tokens.json").read_text("utf-8"))
DARK = {token["dark"].lower() for token in TOKENS.values()}
TEXT = "{http://www.w3.org/2000/svg}text"

# One of each kind of artist, all in light values of tokens.
MANY = """
import matplotlib.patheffects as effects
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.colors import ListedColormap

fig, axes = plt.subplots(2, 3, figsize=(8, 5))
lines, bars, dots, cells, fields, bands = axes.flat
x = np.linspace(0, 6, 40)
lines.plot(x, np.sin(x), "o-", markerfacecolor="#E3ECFB", label="sine")
lines.plot(x, np.cos(x), "--", gapcolor="#FBE3EC", label=r"$x^2$")
lines.fill_between(x, np.sin(x), alpha=0.3, color="#0C7A73")
lines.legend(frameon=True, facecolor="#F2F4F7", edgecolor="#D8DDE4")
lines.grid(True)
bars.bar([0, 1], [3, 1], color=["#1749A6", "#AD5506"], edgecolor="#1B2430", hatch="//")
bars.text(0, 2, "a note", bbox={"facecolor": "#FDE396", "edgecolor": "#7B8694", "boxstyle": "round"})
bars.axhspan(0, 1, facecolor="#D8DDE4", edgecolor="black", linewidth=0)
bars.set_facecolor("#F2F4F7")
dots.scatter(x, x * 1e7, c=["#1749A6", "#86093F"] * 20, alpha=0.6, edgecolors="#1B2430")
dots.annotate("here", (3, 0), (4, 3e7), arrowprops={"arrowstyle": "->", "color": "#46515F"})
table = cells.table([["1", "2"]], colLabels=["p", "q"], cellColours=[["#E3ECFB"] * 2], colColours=["#FFFFFF"] * 2)
for cell in table.get_celld().values():
    cell.set_edgecolor("#7B8694")
fields.quiver([0, 1], [0, 1], [1, -1], [1, 1], color="#7F4BD8")
fields.add_collection(LineCollection([[(0, 0), (2, 1)]], colors="#AD5506"))
fields.errorbar([0, 1], [0, 1], yerr=0.3, capsize=3)
bands.contourf(np.add.outer(x, x), levels=[0, 6, 12], colors=["#E3ECFB", "#FDE396"])
bands.pcolormesh([[1, 2]], cmap=ListedColormap(["#DDF2EE", "#CFD3FA"]))
bands.text(5, 20, "rimmed", path_effects=[effects.withStroke(linewidth=3, foreground="#FFFFFF")])
fig.suptitle("Many")
"""
RED = """
import matplotlib.pyplot as plt
plt.plot([0, 1], color="#ff0000")
"""
PIXELS = """
from matplotlib.figure import Figure


def draw():
    ax = Figure().add_subplot()
    ax.imshow([[0, 1]], cmap="gray")
    return ax
"""
WAVE = """
import matplotlib.pyplot as plt
from matplotlib.animation import FuncAnimation

fig, ax = plt.subplots(figsize=(3, 2))
(line,) = ax.plot([])
ax.set(xlim=(0, 3), ylim=(0, 9))


def update(frame):
    line.set_data([0, 1, 2, 3], [frame, 8, frame, 8])


ani = FuncAnimation(fig, update, frames=range(4, 8), interval=120)
"""
RETURNED = """
from matplotlib.animation import ArtistAnimation
from matplotlib.figure import Figure


def draw():
    fig = Figure(figsize=(2, 1))
    ax = fig.add_subplot()
    return ArtistAnimation(fig, [ax.plot([0, slope]) for slope in range(3)], interval=7)
"""
SIZED = """
from matplotlib.figure import Figure


class Sized:
    def __init__(self, width, height, turned=None):
        self.size_px, self.turned, self.alt = (width, height), turned, "A box."

    def figure(self):
        figure = Figure(figsize=(self.size_px[0] / 72, self.size_px[1] / 72))
        figure.text(0.1, 0.5, "boxed", color="#1749A6")
        return figure


def draw():
    return Sized(200, 100, Sized(80, 160))
"""
SCRIPTS = {"line": PLAIN, "many": MANY, "red": RED, "pixels": PIXELS, "wave": WAVE, "returned": RETURNED}
SCRIPTS |= {"boxes/sized": SIZED}


@pytest.fixture(scope="module")
def site(tmp_path_factory, font_list) -> Site:
    """Create a site with the theme's style and tokens that uses all scripts."""
    site = Site(tmp_path_factory.mktemp("exports"), font_list)
    for name in ("tokens.json", "figures.mplstyle"):
        site.write(f"theme/{name}", (REPOSITORY / "theme" / name).read_text("utf-8"))
    for name, text in SCRIPTS.items():
        site.script(name, text)
    site.article("guide", "\n\n".join(f"![](/images/{name}.png)" for name in SCRIPTS))
    return site


def export(site: Site, *arguments: object) -> tuple[int, list[str], str]:
    """Run the command in the site's folder; return the exit code, its output lines, and its errors."""
    words = ["-s", "pelicanconf_here.py", "export", *map(str, arguments)]
    code, out, report = builds.run("plugins.figures", words, site.root, os.environ)
    return code, out.splitlines(), report


def contents(folder: Path) -> dict[str, bytes]:
    """Read the written files."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def colours_of_svg(svg: bytes) -> set[str]:
    """Return the colours of an SVG."""
    return set(re.findall(r"#[0-9a-f]{6}", svg.decode().lower()))


def colours_of_pdf(pdf: bytes) -> set[str]:
    """Return the colours that a PDF sets for lines and areas, wherever it does."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.S)
    texts = [zlib.decompressobj().decompress(stream).decode("latin-1") for stream in streams if stream[:1] == b"x"]
    seen = re.sub(r"\s0 w\s+(?:[\d.]+\s+)+(?:G|RG)\b", "", "\n".join(texts))  # a line without width has a colour, too
    set_rgb = re.findall(r"([\d.]+) ([\d.]+) ([\d.]+) (?:rg|RG)\b", seen)
    grey = re.findall(r"(?:^|\s)([\d.]+) [gG]\s", seen)
    return {_hex(values) for values in set_rgb} | {_hex([value] * 3) for value in grey}


def _hex(values: Iterable[str]) -> str:
    return "#" + "".join(f"{round(float(value) * 255):02x}" for value in values)


def _rgb(value: str) -> list[int]:
    return [int(value[place : place + 2], 16) for place in (1, 3, 5)]


@pytest.mark.slow
def test_files_are_written_and_listed_with_their_sizes(site):
    """Into the project's folder for exports, all formats from one run, nothing else; the same bytes each time."""
    code, said, err = export(site, "line", "boxes/sized", "--format", "pdf,png svg", "--scale", 3)
    assert (code, err) == (0, "")
    assert said == [
        "exports/line.png  576 × 288 pixels",
        "exports/line.svg  192 × 96 pixels",
        "exports/line.pdf  144 × 72 points",
        "exports/boxes/sized.png  600 × 300 pixels",
        "exports/boxes/sized.svg  200 × 100 pixels",
        "exports/boxes/sized.pdf  200 × 100 points",
    ]
    written = contents(site.root / "exports")
    assert sorted(f"exports/{name}" for name in written) == sorted(line.split("  ")[0] for line in said)
    export(site, "--to", "again", "boxes/sized", "line", "--format", "svg,pdf,png", "--scale", "3.0")
    assert contents(site.root / "again") == written
    with Image.open(site.root / "exports/line.png") as png:
        assert png.size == (576, 288)
    assert b"CreationDate" not in written["line.pdf"]
    assert b"/Type3" not in written["line.pdf"]
    assert b"/FontFile2" in written["line.pdf"]


@pytest.fixture(scope="module")
def dark(site) -> tuple[Path, list[str]]:
    """Return the folder of figures in dark colours without a background, and the output."""
    arguments = ("--format", "png,svg,pdf", "--theme", "dark", "--turned", "--to", "dark")
    code, said, err = export(site, "many", "red", "pixels", "boxes/sized", *arguments)
    assert (code, err) == (0, "")
    return site.root / "dark", said


@pytest.mark.slow
def test_every_artist_changes_its_colour_in_every_format(site, dark):
    """Everything drawn in values of tokens has their dark ones, on the dark background."""
    folder, _ = dark
    drawn = colours_of_svg((folder / "many-dark.svg").read_bytes())
    assert drawn <= DARK
    assert len(drawn) >= 16
    in_pdf = colours_of_pdf((folder / "many-dark.pdf").read_bytes())
    assert in_pdf - {"#000000"} == drawn  # black is a PDF's initial colour, not one that is drawn
    export(site, "many", "--to", "light")
    with Image.open(folder / "many-dark.png") as ours, Image.open(site.root / "light/many.png") as theirs:
        shown, light = np.asarray(ours.convert("RGB")), np.asarray(theirs.convert("RGB"))
    assert "#{:02x}{:02x}{:02x}".format(*shown[0, 0]) == TOKENS["paper"]["dark"].lower()
    seen = 0
    for token in TOKENS.values():
        where = (light == _rgb(token["light"])).all(axis=2)
        if where.sum() > 100:  # fewer may belong to a soft edge that happens to have this value
            seen += 1
            assert (shown[where] == _rgb(token["dark"])).all(axis=1).mean() > 0.95, token
    assert seen > 8


@pytest.mark.slow
def test_a_figure_with_a_colour_of_its_own_stays_light(site, dark):
    """It would fit no background; a note says so, and names the colour."""
    folder, said = dark
    export(site, "red", "pixels", "--to", "light")
    export(site, "red", "--theme", "dark", "--transparent", "--to", "clear")
    assert (site.root / "clear/red-dark.png").read_bytes() == (site.root / "light/red.png").read_bytes()
    for name in ("red", "pixels"):
        assert (folder / f"{name}-dark.png").read_bytes() == (site.root / f"light/{name}.png").read_bytes()
    assert "    red: uses colours that aren't design tokens (#ff0000), so it stays light in dark mode" in said
    assert any(line.startswith("    pixels: uses colours that aren't design tokens (an image") for line in said)
    assert not any(line.startswith("    many: uses colours") for line in said)


def test_the_narrow_form_is_written_if_there_is_one(dark):
    """And only on request."""
    folder, said = dark
    with Image.open(folder / "boxes/sized-dark.turned.png") as turned:
        assert turned.size == (160, 320)
    assert not list(folder.glob("many*turned*"))
    assert "    many: it has no narrow form" in said


@pytest.mark.slow
def test_transparent_leaves_out_the_background(site):
    """Everything on it stays, including a panel of another colour."""
    export(site, "many", "red", "--format", "png,svg", "--transparent", "--to", "clear")
    with Image.open(site.root / "clear/many.png") as png:
        alpha = np.asarray(png.convert("RGBA"))[..., 3]
    with Image.open(site.root / "clear/red.png") as png:
        assert np.asarray(png.convert("RGBA"))[0, 0, 3] == 0
    assert alpha[0, 0] == 0
    assert 0.2 < (alpha == 255).mean() < 0.8
    svg = (site.root / "clear/many.svg").read_text("utf-8").lower()
    assert TOKENS["lane"]["light"].lower() in svg


@pytest.mark.slow
def test_letters_are_shapes_unless_text_is_requested(site):
    """A program without the fonts shows the same; the words are in the metadata, and no style is needed."""
    export(site, "line", "many", "--format", "svg", "--to", "shapes")
    export(site, "many", "--format", "svg", "--text", "text", "--to", "letters")
    shapes, letters = ((site.root / folder / "many.svg").read_text("utf-8") for folder in ("shapes", "letters"))
    assert not list(ElementTree.fromstring(shapes).iter(TEXT))
    assert "a note" in [text.text for text in ElementTree.fromstring(letters).iter(TEXT)]
    assert not re.search(r"<style|\sstyle=|var\(|url\(http|font-face", shapes + letters)
    assert " href=" not in shapes
    assert "<title>A line that rises.</title>" in (site.root / "shapes/line.svg").read_text("utf-8")


@pytest.mark.slow
def test_an_animation_moves_in_a_gif_and_is_still_elsewhere(site):
    """Every frame has the pixels of the PNG, which is the first; it repeats forever, at the script's speed."""
    code, said, _ = export(site, "wave", "returned", "--format", "gif,png", "--theme", "dark", "--to", "moving")
    assert code == 0
    assert not any("still" in line for line in said)
    with Image.open(site.root / "moving/wave-dark.gif") as gif, Image.open(site.root / "moving/wave-dark.png") as png:
        assert (gif.n_frames, gif.info["loop"], gif.info["duration"]) == (4, 0, 120)
        assert gif.size == png.size == (576, 384)
        first, still = (np.asarray(image.convert("RGB")).astype(int) for image in (gif, png))
        gif.seek(3)
        last = np.asarray(gif.convert("RGB")).astype(int)
    assert np.abs(first - still).max() < 24
    assert (np.abs(last - first).max(axis=2) > 100).sum() > 500
    with Image.open(site.root / "moving/returned-dark.gif") as gif:
        assert (gif.n_frames, gif.info["duration"]) == (3, 20)
    moving = contents(site.root / "moving")
    export(site, "returned", "wave", "--format", "png,gif", "--theme", "dark", "--to", "moving")
    assert contents(site.root / "moving") == moving
    _, said, _ = export(site, "wave", "--to", "still")
    assert said[1] == "    wave: is an animation, so a still image of it shows the first frame"


@pytest.mark.slow
def test_failures_are_reported_and_the_others_are_written(site):
    """A figure without an animation can't be a GIF; nothing is written for it."""
    code, said, err = export(site, "red", "wave", "--format", "png,gif", "--to", "half")
    assert (code, [line.split("  ")[0] for line in said]) == (1, ["half/wave.png", "half/wave.gif"])
    assert err.startswith("content/nlp/guide.md:10: red\n    diagrams/red.py: a gif needs an animation, but")
    assert sorted(contents(site.root / "half")) == ["wave.gif", "wave.png"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--format", "png,doc"), f"--format doc: write {one_of(FORMATS)}\n"),
        (("--format", ","), f"--format is empty: write {one_of(FORMATS)}\n"),
        (("--scale", "0"), "--scale 0: write a number above 0, such as 3, for the PNG pixels per CSS pixel\n"),
        (("--scale", "nan"), "--scale nan: write a number above 0, such as 3, for the PNG pixels per CSS pixel\n"),
        (("--scale", "2x"), "--scale 2x: write a number above 0, such as 3, for the PNG pixels per CSS pixel\n"),
        (("--theme", "sepia"), "--theme sepia: write light or dark\n"),
        (("--text", "none"), "--text none: write paths or text\n"),
        (("lime",), "no article shows a figure named 'lime'\ndid you mean line?\n"),
        (
            ("--to", "theme/tokens.json"),
            "can't write theme/tokens.json: File exists\nchoose another folder with --to, or TO= if you use make\n",
        ),
    ],
)
def test_invalid_arguments_are_reported_before_anything_is_drawn(site, arguments, says):
    """In one line that says what to write."""
    assert export(site, *arguments) == (1, [], says)


def test_dark_needs_tokens(site):
    """The message shows their format."""
    tokens = site.root / "theme/tokens.json"
    text = tokens.read_text("utf-8")
    try:
        tokens.write_text('{"ink": "#000000"}', "utf-8")
        code, _, err = export(site, "line", "--theme", "dark")
        assert (code, err.splitlines()[0][:48]) == (1, "theme/tokens.json doesn't contain valid tokens: ")
        tokens.unlink()
        code, _, err = export(site, "line", "--theme", "dark")
        assert (code, err.splitlines()[0]) == (1, "dark colours are unknown, because theme/tokens.json doesn't exist")
    finally:
        tokens.write_text(text, "utf-8")


@pytest.mark.slow
def test_make_exports(part):
    """With the command's options as variables."""
    made = part.make("export", NAME="tanh rnn-necessity", FORMAT="pdf,svg", THEME="dark", TRANSPARENT="1")
    assert made.code == 0, made.report
    names = {path.name for path in (part.root / "exports").iterdir()}
    assert names == {"tanh-dark.pdf", "tanh-dark.svg", "rnn-necessity-dark.pdf", "rnn-necessity-dark.svg"}
