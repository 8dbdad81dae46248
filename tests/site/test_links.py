"""Links to figures, and the formats that an article asks for."""

from __future__ import annotations

import re

import pytest

from plugins.figures.formats import FORMATS, one_of

MOVING = """
import matplotlib.pyplot as plt
from matplotlib.animation import FuncAnimation

fig, ax = plt.subplots(figsize=(2, 1))
(line,) = ax.plot([0, 1], [0, 0])
moving = FuncAnimation(fig, lambda frame: line.set_ydata([0, frame]), frames=3)
"""


def test_a_link_asks_for_its_format(site):
    """One run makes all that are asked for, and what nobody asks for any more goes."""
    links = "[for print](/images/line.pdf) and [large]({static}/images/line.svg)"
    site.article("guide", f"![](/images/line.png)\n\n{links}")
    assert site.build().figures == (1, 0, 0)
    assert site.output()["images/line.pdf"].startswith(b"%PDF")
    assert re.findall(r'<a href="([^"]*images[^"]*)">', site.page("guide")) == ["/images/line.pdf", "/images/line.svg"]
    assert site.build().figures == (0, 1, 0)
    site.article("guide", "![](/images/line.png)")
    assert site.build().figures == (1, 0, 0)
    assert "images/line.pdf" not in site.output()


def test_a_link_holds_below_a_path_and_in_another_article(site):
    """It is written as Pelican's own links are, so it follows the site's address."""
    site.article("guide", "[for print](/images/line.pdf)")
    published = site.publish()
    assert (published.code, published.figures) == (0, (1, 0, 0)), published.report
    assert 'href="/repo/images/line.pdf"' in site.page("guide")


def test_a_link_to_a_hand_made_picture_holds_too(site):
    """It is not drawn, but its address is mended."""
    (site.root / "content/images").mkdir(parents=True)
    (site.root / "content/images/seen.txt").write_text("text")
    site.article("guide", "[the numbers](/images/seen.txt)")
    assert site.publish().code == 0
    assert 'href="/repo/images/seen.txt"' in site.page("guide")
    assert site.output()["images/seen.txt"] == b"text"


def test_a_file_that_is_attached_is_beside_the_page(site):
    """No plugin asks where it is before the link has moved it."""
    site.write("content/nlp/data/numbers.csv", "1,2")
    site.article("guide", "[the numbers]({attach}data/numbers.csv)")
    build = site.build()
    assert (build.code, build.report) == (0, "")
    assert 'href="/2026/11/guide/data/numbers.csv"' in site.page("guide")
    assert site.output()["2026/11/guide/data/numbers.csv"] == b"1,2"


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("[x](/images/lime.pdf)", "did you mean /images/line.png"),
        ("[x](/images/line.doc)", f"can link to a figure only as {one_of(FORMATS)}, not as doc"),
        ("![x](/images/line.pdf)", r"or link to it: \[words\]\(/images/line.pdf\)"),
    ],
)
def test_a_link_that_leads_nowhere_is_an_error_with_its_line(site, written, says):
    """As an image that leads nowhere is."""
    site.article("guide", f"One line.\n\n{written}")
    build = site.build()
    assert build.code == 1
    assert build.entries[0].startswith("content/nlp/guide.md:8: /images/")
    assert re.search(says, build.report), build.report


def test_an_animation_moves_where_a_gif_is_asked_for(site):
    """Its still stands beside it, for feeds and print."""
    site.script("moving", MOVING)
    site.article("guide", "![It moves.](/images/moving.gif)")
    build = site.build()
    assert build.figures == (1, 0, 0), build.report
    assert site.output()["images/moving.gif"].startswith(b"GIF89a")
    assert '<img alt="It moves." src="/images/moving.gif"' in site.page("guide")
    assert 'width="192" height="96"' in site.page("guide")
    assert "first frame" not in build.out


def test_a_still_of_an_animation_shows_its_first_frame_and_that_is_said(site):
    """Once, when it is drawn."""
    site.script("moving", MOVING)
    site.article("guide", "![It moves.](/images/moving.png)")
    assert re.search(r"^diagrams/moving\.py: .*first frame", site.build().out, re.M)
    assert "first frame" not in site.build().out


def test_a_figure_that_does_not_move_cannot_be_shown_as_a_gif(site):
    """The message says what to write."""
    site.article("guide", "![](/images/line.gif)")
    build = site.build()
    assert build.figures == (0, 0, 1)
    assert "animation" in build.report


def test_a_script_that_nobody_asks_for_is_named(site):
    """It is no error: it may be asked for tomorrow."""
    site.script("other", "1 / 0")
    site.article("guide", "![](/images/line.png)")
    build = site.build()
    assert (build.code, build.report) == (0, "")
    assert "no article shows the figures of diagrams/other.py\n" in build.out


@pytest.mark.slow
def test_a_script_whose_name_is_another_ones_second_figure_is_an_error(site):
    """Only if that one draws a second figure."""
    site.script("line_2", (site.root / "diagrams/line.py").read_text())
    site.article("guide", "![](/images/line.png)\n\n![](/images/line-2.png)")
    assert site.build().figures == (2, 0, 0)
    with (site.root / "diagrams/line.py").open("a") as script:
        script.write("plt.figure()\n")
    build = site.build()
    assert build.figures == (0, 1, 1)
    assert "diagrams/line.py draws 2 figures, and number 2 has the same URL as diagrams/line_2.py" in build.report
