"""The texts of every published SVG, inline in a page, as Chromium draws them in the site's own fonts."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import combinations, groupby
from pathlib import Path
from typing import Any

import pytest
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextToPath

from tests.browser.reading import Text, published, texts

pytestmark = pytest.mark.browser

SMALLEST_PX = 11.5
FONTS = Path(__file__).resolve().parents[2] / "diagrams/unrolled/fonts"

# `check` returns true for an undeclared family, so the faces are checked as well.
LOADED = """async fonts => {
  await Promise.all(fonts.map(([font, words]) => document.fonts.load(font, words)));
  await document.fonts.ready;
  return {
    status: document.fonts.status,
    missing: fonts.filter(([font, words]) => !document.fonts.check(font, words)).map(([font]) => font),
    faces: [...document.fonts].filter(face => face.status === 'loaded').map(face => face.family.replace(/["']/g, '')),
  };
}"""


@pytest.fixture(scope="module")
def wanted(built_project: Path, project_address: str, chromium: Any) -> set[tuple[str, int, str]]:
    """Every text of every form, with its family and weight, before any font has loaded."""
    page = chromium.new_page()
    page.goto(f"{project_address}archive/")
    found = {(text.family, text.weight, text.words) for text in texts(page, published(built_project))}
    page.close()
    return found


@pytest.fixture(scope="module", params=[320, 768, 1280])
def drawn(
    request: pytest.FixtureRequest,
    built_project: Path,
    project_address: str,
    chromium: Any,
    wanted: set[tuple[str, int, str]],
) -> list[Text]:
    """Every text of every form, measured in a page of that width once its fonts have loaded."""
    page = chromium.new_page(viewport={"width": request.param, "height": 900})
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{project_address}archive/")
    fonts = page.evaluate(LOADED, [(f'{weight} 12px "{family}"', words) for family, weight, words in sorted(wanted)])
    assert fonts["status"] == "loaded"
    assert fonts["missing"] == []
    assert {family for family, _, _ in wanted} <= set(fonts["faces"])
    measured = list(texts(page, published(built_project)))
    assert {(text.family, text.weight, text.words) for text in measured} == wanted
    page.close()
    assert not said, "\n".join(said)
    return measured


@cache
def matplotlib_width(words: str, family: str, weight: int, size_px: float) -> float:
    """Measure a text as matplotlib does, from the font file that it draws with."""
    file = FONTS / f"{family.lower().replace(' ', '-')}-{weight}.ttf"
    font = FontProperties(fname=str(file), size=size_px)
    width, _, _ = TextToPath().get_text_width_height_descent(words, font, ismath=False)
    return float(width)


@pytest.mark.takes_turns(one_in=3)
def test_every_text_is_as_wide_as_matplotlib_measured_it(drawn: list[Text], say: Callable[[str], None]) -> None:
    """A text that fitted when it was drawn fits in the browser."""
    widths = [(text, matplotlib_width(text.words, text.family, text.weight, text.size_px)) for text in drawn]
    flaws = [
        f"{text}: {text.width_px:.2f} px, by matplotlib {width:.2f}"
        for text, width in widths
        if abs(text.width_px - width) > 1
    ]
    most = max(abs(text.width_px - width) for text, width in widths)
    say(f"{len(widths)} texts compared with matplotlib, at most {most:.2f} px apart")
    assert not flaws, "\n".join(flaws)
    assert len(widths) >= 100


@pytest.mark.takes_turns(one_in=3)
def test_no_two_texts_overlap(drawn: list[Text]) -> None:
    """No letters of two texts overlap; the space around them may, by half a pixel."""
    pairs = [pair for _, those in groupby(drawn, lambda text: text.form) for pair in combinations(those, 2)]
    flaws = [f"{one} meets {other}" for one, other in pairs if one.ink.meets(other.ink, slack_px=0.5)]
    assert not flaws, "\n".join(flaws)


@pytest.mark.takes_turns(one_in=3)
def test_no_text_overflows_its_shape(drawn: list[Text]) -> None:
    """A number stays in its cell, a name in its block, a word on its fill."""
    shaped = [(text, text.shape) for text in drawn if text.shape]
    flaws = [f"{text}: {text.ink}, {shape}" for text, shape in shaped if not shape.holds(text.ink)]
    assert not flaws, "\n".join(flaws)
    assert {text.part.partition("-")[0] for text, _ in shaped} >= {"state", "output", "embedding", "block", "word"}


@pytest.mark.takes_turns(one_in=3)
def test_no_text_overflows_the_picture(drawn: list[Text]) -> None:
    """Nothing is cut off at an edge."""
    flaws = [f"{text}: {text.line}, {text.picture}" for text in drawn if not text.picture.holds(text.line)]
    assert not flaws, "\n".join(flaws)


@pytest.mark.takes_turns(one_in=3)
def test_no_text_is_too_small_to_read(drawn: list[Text]) -> None:
    """A figure is never scaled down, so its smallest text is as large as it was drawn."""
    flaws = [f"{text}: {text.size_px} px" for text in drawn if text.size_px < SMALLEST_PX - 0.01]
    assert not flaws, "\n".join(flaws)
