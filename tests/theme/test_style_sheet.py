"""What can be said of the style sheet without a browser."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import rcssmin

SHEET = Path(__file__).resolve().parents[2] / "theme" / "static" / "css" / "main.css"
CSS = SHEET.read_text(encoding="utf-8")
EVERY = "\n".join([CSS, *(SHEET.with_name(f"{it}.css").read_text(encoding="utf-8") for it in ("search", "gallery"))])


def test_the_sheet_is_small() -> None:
    """At most 7 KB reach the reader, who is sent no comments and no blanks: plugins.minify takes them out."""
    assert len(gzip.compress(rcssmin.cssmin(CSS).encode())) <= 7 * 1024


def test_every_file_that_the_sheet_names_is_there() -> None:
    """Fonts come from the site itself."""
    named = re.findall(r'url\("([^"]+)"\)', CSS)
    assert len(named) == 4
    for name in named:
        assert (SHEET.parent / name).is_file(), name


def test_every_property_follows_the_direction_of_the_text() -> None:
    """A page that runs from right to left needs no rules of its own."""
    assert (
        re.findall(r"\b(?:margin|padding|border|inset)-(?:left|right)\b|\b(?:left|right):|align: (?:left|right)", EVERY)
        == []
    )


def test_every_colour_is_a_token() -> None:
    """Outside the written block no colour has a number; a mask's black is no colour."""
    rest = EVERY.partition("/* end of tokens */")[2]
    assert set(re.findall(r"#[0-9a-fA-F]{3,8}\b", rest)) <= {"#000"}
    used = set(re.findall(r"var\((--[\w-]+)\)", rest))
    assert {name for name in used if f"{name}:" not in CSS and f"@property {name} " not in CSS} == set()
