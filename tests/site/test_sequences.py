"""A script that draws several pictures: one figure for each, in the engine and on the page."""

import re
import shutil
from xml.etree import ElementTree

import pytest

from tests.conftest import REPOSITORY, Site

SCRIPT = """
from unrolled import Picture, above, block, cells, embed, link, row, word

WORDS = ["I", "am", "groot"]


def draw() -> list[Picture]:
    columns = []
    for step, (text, vector) in enumerate(zip(WORDS, embed(WORDS), strict=True), start=1):
        layer, numbers = block("RNN", step=step), cells(vector, "embedding", of=text, step=step)
        columns.append(above(layer, numbers, word(text, step=step), link(numbers, layer, step=step)))
    whole = row(*columns).picture("Words go into blocks.", turned=above(*columns))
    return [whole.focus(step) for step in (1, 2, 3)]
"""
NAMES = ["steps.png", "steps-2.png", "steps-3.png"]


@pytest.fixture(scope="module")
def sequence(tmp_path_factory, font_list) -> Site:
    """Create a site with the kit, and an article that shows all three pictures of one script."""
    site = Site(tmp_path_factory.mktemp("sequence"), font_list)
    shutil.copytree(REPOSITORY / "diagrams/unrolled", site.root / "diagrams/unrolled")
    (site.root / "theme").mkdir()
    shutil.copy2(REPOSITORY / "theme/tokens.json", site.root / "theme/tokens.json")
    site.script("steps", SCRIPT)
    site.article("guide", "\n\n".join(f"![](/images/{name})" for name in NAMES))
    build = site.build()
    assert (build.code, build.figures) == (0, (3, 0, 0)), build.out + build.report
    return site


def test_each_picture_is_published_with_its_narrow_form(sequence):
    """All with the same size, so that nothing moves from one to the next."""
    output = sequence.output()
    sizes = set()
    for name in NAMES:
        svg = ElementTree.fromstring(output[f"images/{name.removesuffix('.png')}.svg"])
        sizes.add(svg.get("viewBox"))
        assert output[f"images/{name}"][:4] == b"\x89PNG"
        assert f"images/{name.removesuffix('.png')}.turned.svg" in output
    assert len(sizes) == 1


def test_each_picture_describes_its_own_step(sequence):
    """In its alt text, without numbers that aren't shown yet."""
    page = sequence.page("guide")
    figures = re.findall(r"<figure.*?</figure>", page, re.S)
    assert len(figures) == 3
    for step, figure in enumerate(figures, start=1):
        assert f"Step {step} of 3 is marked." in figure
        shown = {number for number in ("−0.6", "−0.7") if number in figure}
        assert shown == {1: set(), 2: {"−0.6"}, 3: {"−0.6", "−0.7"}}[step]


def test_the_second_build_draws_none_again(sequence):
    """Several pictures of one script are as fresh as one."""
    assert sequence.build().figures == (0, 3, 0)
