"""A site's own face: which icons, colours and fonts its settings make."""

import io
import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from plugins.branding import FAMILIES, GROUNDS, READABLE, Face, contrast, face_of, readable
from plugins.files import theme_folder
from tests.conftest import REPOSITORY

ROUND = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30 10"><circle fill="{}" cx="5" cy="5" r="5"/></svg>'


def face(folder: Path, **settings: object) -> Face:
    """Return the face of a site whose content is in a folder."""
    return face_of({"SITENAME": "<b>“gates”</b>", "PATH": str(folder), "THEME": str(theme_folder()), **settings})


def png(path: Path, size: tuple[int, int], colour: str) -> str:
    """Write a picture of one colour; return its name."""
    Image.new("RGB", size, colour).save(path)
    return path.name


def icon(made: Face, name: str) -> Image.Image:
    """Return an icon."""
    return Image.open(io.BytesIO(made.files[f"icons/{name}"])).convert("RGBA")


def test_a_site_without_a_logo_wears_the_first_letter_of_its_name(tmp_path: Path) -> None:
    """As a path, which is no text that a screen reader would read before the name; on icons, it is white on ink."""
    made = face(tmp_path)
    drawing = ElementTree.fromstring(made.told["drawing"])
    assert "".join(drawing.itertext()) == ""
    assert made.told["drawing"] == face(tmp_path, SITENAME="Gates").told["drawing"]
    assert made.told["drawing"] != face(tmp_path, SITENAME="Bates").told["drawing"]
    colours = {colour for _, colour in icon(made, "icon-192.png").getcolors(2**16) or ()}
    assert {(255, 255, 255, 255), (27, 36, 48, 255), (0, 0, 0, 0)} <= colours
    assert not made.findings


@pytest.mark.parametrize("name", ["漢字", "1 & 2", "!", "Über"])
def test_any_name_has_icons(tmp_path: Path, name: str) -> None:
    """Even if the font doesn't have its letter: a box would be no letter either."""
    made = face(tmp_path, SITENAME=name)
    assert made.favicon
    letter = ElementTree.fromstring(made.told["drawing"]).find(".//{*}text")
    assert (letter is not None and letter.text == "漢") == (name == "漢字")


def test_a_picture_becomes_every_icon(tmp_path: Path) -> None:
    """With the declared sizes, opaque where phones cut them; a wide one is in the middle, and nothing is distorted."""
    made = face(tmp_path, SITE_ICON=png(tmp_path / "icon.png", (600, 300), "#aa0000"))
    for name, size in {"icon-192": 192, "icon-512": 512, "apple-touch-icon": 180, "maskable-512": 512}.items():
        drawn = icon(made, f"{name}.png")
        assert drawn.size == (size, size)
        assert drawn.getpixel((size // 2, size // 2)) == (170, 0, 0, 255)
        assert drawn.getpixel((size // 2, size // 8))[3] == (0 if name.startswith("icon") else 255)
    with Image.open(io.BytesIO(made.favicon)) as favicon:
        assert favicon.info["sizes"] == {(16, 16), (32, 32), (48, 48)}


def test_a_logo_has_its_own_colours_or_those_of_the_text(tmp_path: Path) -> None:
    """In the page itself if it says `currentColor`; of another, the page has the sides, so that nothing moves."""
    (tmp_path / "mark.svg").write_text(ROUND.format("currentColor"))
    (tmp_path / "red.svg").write_text(ROUND.format("red"))
    png(tmp_path / "wide.png", (300, 100), "#aa0000")
    told = face(tmp_path, SITE_LOGO="mark.svg").told
    assert ElementTree.fromstring(told["drawing"]).attrib["class"] == "mark"
    assert "logo" not in told
    made = face(tmp_path, SITE_LOGO="red.svg")
    assert made.told == {"logo": "logo.svg", "width": 30, "height": 10}
    assert made.files["logo.svg"] == (tmp_path / "red.svg").read_bytes()
    made = face(tmp_path, SITE_LOGO="wide.png")
    assert made.told == {"logo": "logo.png", "width": 300, "height": 100}
    assert icon(made, "icon-192.png").getpixel((96, 96)) == (170, 0, 0, 255)


COLOURS = st.tuples(*[st.integers(0, 255)] * 3).map(lambda it: "#{:02x}{:02x}{:02x}".format(*it))


@given(COLOURS, st.sampled_from(["#ffffff", "#f2f4f7", "#12161c", "#1b212a"]))
def test_the_proposed_colour_can_be_read(colour: str, ground: str) -> None:
    """And is the same colour if that one can be read already."""
    proposed = readable(colour, [ground])
    assert contrast(proposed, ground) >= READABLE
    assert (proposed == colour) == (contrast(colour, ground) >= READABLE)


@given(COLOURS)
def test_an_accent_can_be_read_in_both_modes(colour: str) -> None:
    """Whatever colour the author names."""
    made = face(REPOSITORY, SITE_ACCENT=colour)
    tokens = json.loads((theme_folder() / "tokens.json").read_text("utf-8"))
    sheet = made.files["css/face.css"].decode()
    for mode, written in zip(("light", "dark"), re.findall(r"#\w{6}", sheet.partition("}")[0]), strict=True):
        assert all(contrast(written, tokens[name][mode]) >= READABLE for name in GROUNDS)


def test_a_colour_that_is_hard_to_read_is_reported_with_one_that_will_do(tmp_path: Path) -> None:
    """One of two, or one that is neither dark nor light; the only colour of a site may be wrong for one mode."""
    assert not face(tmp_path, SITE_ACCENT="#a3195b").findings
    assert not face(tmp_path, SITE_ACCENT=("#1749a6", "#5aa0fa")).findings
    (finding,) = face(tmp_path, SITE_ACCENT=("#ffcc00", "#5aa0fa")).findings
    assert finding.what == (
        "SITE_ACCENT is hard to read in light mode: #ffcc00 has a contrast of 1.4 to the page, and letters need 4.5"
    )
    light, dark = re.findall(r"#\w{6}", finding.advice)
    assert dark == "#5aa0fa"
    assert contrast(light, "#ffffff") >= READABLE
    (finding,) = face(tmp_path, SITE_ACCENT="#808080").findings
    assert "hard to read" in finding.what


def test_fonts_come_from_the_site_with_weight_and_style_from_their_names(tmp_path: Path) -> None:
    """And a font of the system is shown until they are there."""
    for name in ("own-600-italic", "own"):
        (tmp_path / f"{name}.woff2").write_bytes(name.encode())
    made = face(tmp_path, SITE_FONTS={"prose": ["own-600-italic.woff2", "own.woff2"]})
    sheet = made.files["css/face.css"].decode()
    assert re.findall(r"font-weight: ([^;]+); font-style: (\w+)", sheet) == [("600", "italic"), ("100 900", "normal")]
    assert '--prose: "Site prose", Palatino' in sheet
    assert made.files["fonts/own.woff2"] == b"own"


def test_the_fonts_that_wait_are_those_of_the_theme() -> None:
    """Otherwise, a site's own font would change what is shown before it is there."""
    sheet = (REPOSITORY / "theme/static/css/main.css").read_text("utf-8")
    assert all(f"--{role}: {fonts};" in sheet for role, fonts in FAMILIES.items())


@pytest.mark.parametrize(
    ("settings", "what", "advice"),
    [
        ({"SITE_LOGO": "gone.svg"}, "SITE_LOGO is gone.svg, which can't be read: No such file", "put the file into"),
        ({"MARK": "a.svg"}, "MARK is the old name of a setting", "write SITE_LOGO = 'a.svg'"),
        ({"SITE_LOGO": "a.gif"}, "SITE_LOGO is a.gif", "ends in .svg or .png"),
        ({"SITE_LOGO": "bad.svg"}, "SITE_LOGO is bad.svg, which isn't an SVG", "save it again"),
        ({"SITE_ICON": "bad.png"}, "SITE_ICON is bad.png, which isn't a picture", "save it again as a PNG"),
        ({"SITE_ACCENT": "red"}, "SITE_ACCENT is 'red'", "write a colour such as"),
        ({"SITE_ACCENT": ("#fff", "#000")}, "SITE_ACCENT is ('#fff', '#000')", "write a colour such as"),
        ({"SITE_FONTS": {"prose": "a.ttf"}}, "SITE_FONTS is a.ttf", "ends in .woff2"),
        ({"SITE_FONTS": {"titles": "a.woff2"}}, "SITE_FONTS has no 'titles'", "the names are prose, label, code"),
    ],
)
def test_what_is_wrong_is_said_and_left_out(
    tmp_path: Path, settings: dict[str, object], what: str, advice: str
) -> None:
    """The site has the letter, and the theme's own colours and fonts."""
    for name in ("bad.svg", "bad.png"):
        (tmp_path / name).write_text("<no")
    made = face(tmp_path, **settings)
    (finding,) = made.findings
    assert what in finding.what
    assert advice in finding.advice
    assert made.files == face(tmp_path).files
    assert made.told == face(tmp_path).told
