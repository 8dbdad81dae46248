"""The figures in their pages: at the widths of a phone, a tablet and a desktop, light and dark."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import ceil, isclose
from pathlib import Path
from typing import Any

import pytest

from tests.browser.reading import Form, published
from tests.sampling import in_turn

pytestmark = pytest.mark.browser

WIDTHS = (1280, 768, 320)
SCHEMES = ("dark", "light")
HANGING_PX = 20  # the margin of a picture, both sides together, which may extend beyond the text

# All lengths in CSS pixels.
MEASURE = """async () => {
  const images = [...document.querySelectorAll('figure[data-figure] img')];
  for (const image of images) image.loading = 'eager';
  await Promise.all(images.map(image => image.decode()));
  return [...document.querySelectorAll('figure[data-figure]')].map(figure => {
    const drawings = [...figure.querySelectorAll('.scroll > svg, .scroll img')].filter(it => it.checkVisibility());
    const [shown] = drawings, rect = shown.getBoundingClientRect(), box = shown.closest('.scroll');
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16, pixel = shown.viewBox ? rem : 1;
    return {
      figure: figure.dataset.figure, room: figure.clientWidth / rem,
      mid: figure.querySelector('svg.mid')?.viewBox.baseVal.width ?? Infinity,
      forms: drawings.map(it => it.matches('.mid') ? 'mid'
        : it.currentSrc?.includes('.turned.') || it.matches('.narrow') ? 'narrow' : 'wide'),
      units: shown.viewBox ? [shown.viewBox.baseVal.width, shown.viewBox.baseVal.height]
        : [shown.naturalWidth, shown.naturalHeight],
      words: shown.alt ?? shown.querySelector('title').textContent,
      size: [rect.width / pixel, rect.height / pixel], edges: [rect.left, rect.right],
      scrolls: box.scrollWidth > box.clientWidth,
    };
  });
}"""


@pytest.fixture
def forms(built_project: Path) -> dict[tuple[str, str], Form]:
    """Every drawing of the site, by figure and form."""
    return {(form.figure, form.form): form for form in published(built_project)}


def test_every_figure_is_shown_unscaled_in_the_form_that_fits(
    built_project: Path, forms: dict[tuple[str, str], Form], project_address: str, tab: Callable[..., Any]
) -> None:
    """One pixel of the drawing is a sixteenth of a rem, nothing scrolls sideways, and the console is empty."""
    page = tab(1280)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    flaws, shown = [], set()
    # In the gate, a fifth of the pages of diagrams, and half of the others, without the articles
    alone = {*built_project.glob("diagrams/*/**/*.html")}
    others = {*built_project.rglob("*.html")} - alone - {*built_project.glob("20*/**/*.html")}
    skipped = alone - {*in_turn(sorted(alone), one_in=5)} | others - {*in_turn(sorted(others), one_in=2)}
    for number, path in enumerate(sorted({*built_project.rglob("*.html")} - skipped)):
        place = path.relative_to(built_project).as_posix()
        page.goto(project_address + place.removesuffix("index.html"))
        for turn, width in enumerate(WIDTHS):  # on one page, because loading it takes longest
            scheme = SCHEMES[(number + turn) % 2]
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            for image in page.evaluate(MEASURE):
                shown.add(image["figure"])
                flaws += [
                    f"{place}, {width}, {scheme}: {image['figure']}, {' and '.join(image['forms'])}: {flaw}"
                    for flaw in wrong(image, forms, width)
                ]
            if page.evaluate("document.documentElement.scrollWidth") > width:
                flaws.append(f"{place}, {width}, {scheme}: the page scrolls sideways")
    assert not flaws, "\n".join(flaws)
    assert not said, "\n".join(said)
    # A slider replaces its figure with the others, which its own tests cover; covers are shown on cards alone.
    wanted = {figure for figure, _ in forms if not re.search(r"^cover-|[.][a-z-]+-[0-9-]+$", figure)}
    assert shown == wanted or (skipped and shown < wanted)


def wrong(image: dict[str, Any], forms: dict[tuple[str, str], Form], page_width: int) -> list[str]:
    """Return the problems of a figure on a page of that width."""
    figure = image["figure"]
    room = image["room"] + HANGING_PX
    # The style sheet has rules for widths in steps of a rem.
    fits = 16 * ceil(forms[figure, "wide"].width / 16) <= room
    pixel = forms[figure, "wide"].pixel
    mid = image["mid"] * pixel
    form = "wide" if fits or (figure, "narrow") not in forms else "mid" if mid <= room else "narrow"
    left, right = image["edges"]
    is_scaled = not all(
        isclose(size, units * pixel, rel_tol=1e-3) for size, units in zip(image["size"], image["units"], strict=True)
    )
    flaws = {
        f"the {form} form belongs here, and no other": image["forms"] != [form],
        f"scaled from {image['units']} to {image['size']}": is_scaled,
        f"leaves the page: from {left} to {right} of {page_width}": (left < 0 or right > page_width)
        and not image["scrolls"],
        "no words": not image["words"].strip(),
    }
    return [flaw for flaw, is_so in flaws.items() if is_so]


# An A4 page without the margins of the style sheet, at 96 pixels per inch.
PAPER = {"width": 642, "height": 986}


def test_on_paper_no_figure_takes_up_half_a_page(
    built_project: Path, project_address: str, tab: Callable[..., Any]
) -> None:
    """A figure that doesn't fit at the end of a page leaves a gap, so it must not be large; nor must long programs."""
    page = tab(1280)
    flaws, count = [], 0
    for path in sorted((built_project / "2026").rglob("*.html")):
        page.goto(project_address + path.relative_to(built_project).as_posix())
        page.emulate_media(media="print")
        page.set_viewport_size(PAPER)
        for name, width, height in page.evaluate(
            """[...document.querySelectorAll('.prose figure.diagram')].map(figure => {
                 const {width, height} = figure.querySelector('.scroll').getBoundingClientRect();
                 return [figure.id, width, height];
               })"""
        ):
            count += 1
            if width > PAPER["width"] or height > 0.4 * PAPER["height"]:
                flaws.append(f"{path.parent.name}: {name} is {width:.0f} by {height:.0f} px")
        if page.evaluate(
            "[...document.querySelectorAll('pre')].some(it => getComputedStyle(it).breakInside !== 'auto')"
        ):
            flaws.append(f"{path.parent.name}: a program stays whole, however long")
    assert flaws == []
    assert count > 30
