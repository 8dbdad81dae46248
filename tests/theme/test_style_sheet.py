"""What can be checked in style sheets and scripts without a browser."""

import gzip
import re
from pathlib import Path

import rcssmin
import rjsmin

from tests.tables import table

SHEET = Path(__file__).resolve().parents[2] / "theme" / "static" / "css" / "main.css"
CSS = SHEET.read_text(encoding="utf-8")
EVERY = "\n".join(
    [CSS, *(SHEET.with_name(f"{it}.css").read_text("utf-8") for it in ("figures", "gallery", "lists", "search"))]
)


@table(__file__, "Style sheets and scripts are small")
def test_style_sheets_and_scripts_are_small(names: list[str], most_kb: float) -> None:
    """As transferred: gzipped, without the comments and spaces that plugins.assets removes."""
    least = {".css": rcssmin.cssmin, ".js": rjsmin.jsmin}
    files = [SHEET.parents[1] / name for name in names]
    sizes = [len(gzip.compress(least[file.suffix](file.read_text("utf-8")).encode())) for file in files]
    print(dict(zip(names, sizes, strict=True)))
    assert sum(sizes) <= most_kb * 1024


def test_hiding_a_link_does_not_hide_a_block_of_code() -> None:
    """Authors may give fences the class `skip`, which the link to the text has too."""
    assert re.findall(r"[^\w-]\.skip\b", EVERY) == []


def test_every_file_that_the_sheet_names_is_there() -> None:
    """Fonts come from the site itself."""
    named = re.findall(r'url\("([^"]+)"\)', CSS)
    assert len(named) == 3
    for name in named:
        assert (SHEET.parent / name).is_file(), name


def test_every_property_follows_the_direction_of_the_text() -> None:
    """A right-to-left page needs no rules of its own."""
    assert (
        re.findall(r"\b(?:margin|padding|border|inset)-(?:left|right)\b|\b(?:left|right):|align: (?:left|right)", EVERY)
        == []
    )


def test_every_colour_is_a_token() -> None:
    """Outside the generated block, no colour is written as a number, except for a mask's black, which is no colour."""
    rest = EVERY.partition("/* end of tokens */")[2]
    assert set(re.findall(r"#[0-9a-fA-F]{3,8}\b", rest)) <= {"#000"}
    used = set(re.findall(r"var\((--[\w-]+)\)", rest))
    assert {name for name in used if f"{name}:" not in EVERY and f"@property {name} " not in EVERY} == set()
