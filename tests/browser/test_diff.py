"""The page of changes, on a phone, a tablet and a desktop, light and dark."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from plugins.commands.comparison import Output, compare, differing_files
from plugins.commands.diff import Side, page

pytestmark = pytest.mark.browser

CODE = "model.add(SimpleRNN({units}, input_shape=(3, 2), return_sequences=True, name='{name}'))"
TEXT = (
    "<h1>A layer</h1><p>It has {units} units, " + "and a long sentence follows, " * 20 + "</p><pre>" + CODE + "</pre>"
)


@pytest.fixture
def address(tmp_path: Path) -> str:
    """Write the page that compares two small sites."""
    sides = []
    for name, units in (("before", 4), ("after", 5)):
        folder = tmp_path / name
        (folder / "images").mkdir(parents=True)
        (folder / "index.html").write_text(f"<main>{TEXT.format(units=units, name=name * 20)}</main>")
        (folder / f"{name}.html").write_text("<main><h1>Only here</h1><p>Words.</p></main>")
        for form, size in (("wide", (1600, 400)), ("small.turned", (400, 600)), ("small", (700, 300))):
            picture = Image.new("RGB", size, "white")
            ImageDraw.Draw(picture).line((0, 0, 50 * units, 200), fill="black", width=4)
            picture.save(folder / f"images/{form}.png")
        sides.append(Side(f"{name}, a name that is long enough for two lines on a phone", Output(folder)))
    place = tmp_path / "diff.html"
    one, other = (side.output for side in sides)
    place.write_text(page(compare(one, other, differing_files(one, other)), *sides), "utf-8")
    return place.as_uri()


@pytest.mark.takes_turns(one_in=3)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 768, 1280])
def test_it_fits_every_screen_and_axe_finds_nothing(
    address: str, tab: Callable[..., Any], width: int, scheme: str
) -> None:
    """Nothing is wider than the page, pictures keep their aspect ratio, texts are side by side where they fit."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    shown = tab(width, scheme)
    problems: list[str] = []
    shown.on("console", lambda message: problems.append(message.text))
    shown.goto(address)
    assert shown.evaluate("document.documentElement.scrollWidth") == width
    for picture in shown.query_selector_all("img"):
        ratio = picture.evaluate("it => it.clientWidth / it.clientHeight * it.naturalHeight / it.naturalWidth")
        assert ratio == pytest.approx(1, abs=0.02)
    sides = [shown.query_selector(f".row:not(.same) .{side}-side").bounding_box() for side in ("del", "ins")]
    assert (sides[0]["y"] == sides[1]["y"]) == (width >= 768)
    assert axe.run(shown).response["violations"] == []
    assert problems == []
