"""The figures where readers meet them: at the widths of a phone, a tablet and a desk, in light and dark."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.reading import Form, published

pytestmark = pytest.mark.browser

PHONE_PX = 288  # what a page of 320 px leaves for a figure
MARGINS_PX = 40  # what a page keeps free beside its text, both sides together

# Everything in CSS pixels; the files have two pixels for each. The ground around a figure is its border.
MEASURE = """async () => {
  const images = [...document.querySelectorAll('img[data-figure]')];
  for (const image of images) image.loading = 'eager';
  await Promise.all(images.map(image => image.decode()));
  return images.map(image => {
    const ground = parseFloat(getComputedStyle(image).borderLeftWidth), rect = image.getBoundingClientRect();
    const box = image.closest('p');
    return {
      figure: image.dataset.figure, form: image.currentSrc.endsWith('.turned.png') ? 'turned' : 'wide', alt: image.alt,
      size: [rect.width - 2 * ground, rect.height - 2 * ground],
      natural: [image.naturalWidth / 2, image.naturalHeight / 2],
      edges: [rect.left + ground, rect.right - ground], scrolls: box.scrollWidth > box.clientWidth,
    };
  });
}"""


@pytest.fixture
def forms(built_project: Path) -> dict[tuple[str, str], Form]:
    """Every drawing of the site, by figure and form."""
    return {(form.figure, form.form): form for form in published(built_project)}


def test_every_figure_fits_a_phone_in_one_of_its_forms(forms: dict[tuple[str, str], Form]) -> None:
    """An image cannot scroll, so one form is narrow enough."""
    narrowest: dict[str, int] = {}
    for form in forms.values():
        narrowest[form.figure] = min(form.width, narrowest.get(form.figure, form.width))
    assert narrowest
    wide = [f"{figure}: {width} px" for figure, width in narrowest.items() if width > PHONE_PX]
    assert not wide, "\n".join(wide)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 768, 1280])
def test_every_figure_stands_unscaled_in_the_page_in_the_form_that_fits(
    built_project: Path,
    forms: dict[tuple[str, str], Form],
    project_address: str,
    tab: Callable[..., Any],
    width: int,
    scheme: str,
) -> None:
    """A pixel of the drawing is a pixel of the page, nothing scrolls sideways, and the browser has no complaint."""
    page = tab(width, scheme)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    flaws, shown = [], set()
    for path in sorted(built_project.rglob("*.html")):
        place = path.relative_to(built_project).as_posix()
        page.goto(project_address + place.removesuffix("index.html"))
        for image in page.evaluate(MEASURE):
            shown.add(image["figure"])
            flaws += [f"{place}: {image['figure']}, {image['form']}: {flaw}" for flaw in wrong(image, forms, width)]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            flaws.append(f"{place}: the page scrolls sideways")
    assert not flaws, "\n".join(flaws)
    assert not said, "\n".join(said)
    assert shown == {figure for figure, _ in forms}


def wrong(image: dict[str, Any], forms: dict[tuple[str, str], Form], page_width: int) -> list[str]:
    """Tell what is wrong with a figure on a page of that width."""
    figure = image["figure"]
    fits = forms[figure, "wide"].width + MARGINS_PX <= page_width
    form = forms[figure, "wide" if fits or (figure, "turned") not in forms else "turned"]
    left, right = image["edges"]
    flaws = {
        f"the {form.form} form belongs here": image["form"] != form.form,
        f"{image['natural']} px, its SVG {form.width} by {form.height}": image["natural"] != [form.width, form.height],
        f"scaled from {image['natural']} to {image['size']}": image["size"] != pytest.approx(image["natural"], abs=0.1),
        f"leaves the page: from {left} to {right} of {page_width}": left < 0 or right > page_width,
        "wider than its box, which scrolls": image["scrolls"],
        "no alt text": not image["alt"].strip(),
    }
    return [flaw for flaw, is_so in flaws.items() if is_so]
