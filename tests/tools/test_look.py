"""`make look`: the contact sheets."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from PIL import Image

from tests.conftest import REPOSITORY
from tests.sampling import sampled
from tools.look.sheets import MARGIN, MOST_HEIGHT, WIDTH, Titled, packed

TAKES_CODE = '''
"""As wide as the code says."""
from matplotlib.figure import Figure


def draw(code):
    figure = Figure(figsize=(len(code), 1), facecolor="#ffffff")
    figure.add_subplot().plot([0, 1], color="#1b2430")
    figure.axes[0].set_axis_off()
    figure.axes[0].patch.set_visible(False)
    return [figure, figure]
'''


@pytest.mark.slow
def test_every_figure_is_there_in_both_themes(site):
    """With the code of its article, or of an example; figures that can't be drawn are reported, the rest is there."""
    site.script("asked", TAKES_CODE)
    site.script("unasked", TAKES_CODE)
    site.script("nowhere", TAKES_CODE)
    site.script("_look/option", "import matplotlib.pyplot as plt\nplt.plot([0, 1])")
    site.script("_words/parts", "import matplotlib.pyplot as plt\nplt.plot([1, 0])")
    site.script("broken", "1 / 0")
    site.article("guide", "```python\n1\n```\n\n![a](/images/asked.png)")
    site.write("diagrams/_look/unasked.md", "```python\n12\n```\n")
    tokens = (REPOSITORY / "theme/tokens.json").read_text("utf-8")
    site.write("theme/tokens.json", tokens)
    done = subprocess.run(
        [sys.executable, "-m", "tools.look", "pelicanconf_here.py"],
        cwd=site.root,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout == "look/index.html\nlook/light-1.png\nlook/dark-1.png\n"
    assert "diagrams/nowhere.py: no article shows it, and diagrams/_look/nowhere.md: " in done.stderr
    assert "ZeroDivisionError" in done.stderr
    page = (site.root / "look/index.html").read_text("utf-8")
    for title in ("asked", "unasked", "line", "view: option", "examples: parts", "broken"):
        assert f"<h2>{title}</h2>" in page
    files = {path.stem: path for path in (site.root / "look/figures").iterdir()}
    drawn = {f"{name}-{number}" for name in ("asked", "unasked") for number in (1, 2)} | {
        "line",
        "view-option",
        "examples-parts",
    }
    assert files.keys() == {f"{name}-{theme}" for name in drawn for theme in ("light", "dark")}
    assert corner(files["asked-1-light"]) == ((2 * 2 * 96, 192), (255, 255, 255))
    assert corner(files["unasked-2-dark"]) == ((3 * 2 * 96, 192), (0x12, 0x16, 0x1C))
    assert corner(site.root / "look/dark-1.png")[1] == (0x12, 0x16, 0x1C)


def corner(file: Path) -> tuple[tuple[int, int], tuple[int, ...]]:
    """The size of an image, and the colour of its first pixel."""
    with Image.open(file) as image:
        return image.size, image.convert("RGB").getpixel((0, 0))


@sampled(100, suppress_health_check=[HealthCheck.too_slow])  # tests running in parallel may slow it down
@given(st.lists(st.tuples(st.integers(20, 2 * WIDTH), st.integers(20, 2 * MOST_HEIGHT)), max_size=30))
def test_pictures_on_a_sheet_do_not_overlap_and_none_is_missing(sizes):
    """Whatever their sizes; one that is larger than a sheet has a row, or a sheet, of its own."""
    named = {Titled(str(number), Path()): size for number, size in enumerate(sizes)}
    sheets = list(packed(named))
    assert [it.picture for sheet in sheets for it in sheet] == list(named)
    for sheet in sheets:
        for number, one in enumerate(sheet):
            width, height = named[one.picture]
            assert one.left == MARGIN or one.left + width + MARGIN <= WIDTH
            assert one is sheet[0] or one.top + height + MARGIN <= MOST_HEIGHT
            for other in sheet[:number]:
                before, over = named[other.picture]
                assert other.left + before + MARGIN <= one.left or other.top + over + MARGIN <= one.top
