"""Links to figures, and the formats that an article uses."""

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


def test_a_link_requests_its_format(site):
    """One run makes all the requested ones, and unused ones are removed."""
    links = "[for print](/images/line.pdf) and [large]({static}/images/line.svg)"
    site.article("guide", f"![](/images/line.png)\n\n{links}")
    assert site.build().figures == (1, 0, 0)
    assert site.output()["images/line.pdf"].startswith(b"%PDF")
    assert re.findall(r'<a href="([^"]*images[^"]*)">', site.page("guide")) == ["/images/line.pdf", "/images/line.svg"]
    assert site.build().figures == (0, 1, 0)
    site.article("guide", "![](/images/line.png)")
    assert site.build().figures == (1, 0, 0)
    assert "images/line.pdf" not in site.output()


def test_a_link_works_under_a_path_and_in_another_article(site):
    """It is written like Pelican's own links, so it includes the site's URL."""
    site.article("guide", "[for print](/images/line.pdf)")
    published = site.publish()
    assert (published.code, published.figures) == (0, (1, 0, 0)), published.report
    assert 'href="/repo/images/line.pdf"' in site.page("guide")


def test_a_link_to_a_hand_made_picture_works_too(site):
    """It isn't drawn, but its URL is corrected."""
    (site.root / "content/images").mkdir(parents=True)
    (site.root / "content/images/seen.txt").write_text("text")
    site.article("guide", "[the numbers](/images/seen.txt)")
    assert site.publish().code == 0
    assert 'href="/repo/images/seen.txt"' in site.page("guide")
    assert site.output()["images/seen.txt"] == b"text"


def test_an_attached_file_is_next_to_the_page(site):
    """No plugin uses its path before the link has moved it."""
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
def test_a_broken_link_is_an_error_with_its_line(site, written, says):
    """Like a broken image."""
    site.article("guide", f"One line.\n\n{written}")
    build = site.build()
    assert build.code == 1
    assert build.entries[0].startswith("content/nlp/guide.md:8: /images/")
    assert re.search(says, build.report), build.report


def test_an_animation_moves_where_a_gif_is_requested(site):
    """There is also a still image, for feeds and print."""
    site.script("moving", MOVING)
    site.article("guide", "![It moves.](/images/moving.gif)")
    build = site.build()
    assert build.figures == (1, 0, 0), build.report
    assert site.output()["images/moving.gif"].startswith(b"GIF89a")
    assert '<img alt="It moves." src="/images/moving.gif"' in site.page("guide")
    assert 'width="192" height="96"' in site.page("guide")
    assert "first frame" not in build.out


def test_a_still_of_an_animation_shows_its_first_frame_with_a_note(site):
    """Once, when it is drawn."""
    site.script("moving", MOVING)
    site.article("guide", "![It moves.](/images/moving.png)")
    assert re.search(r"^diagrams/moving\.py: .*first frame", site.build().out, re.M)
    assert "first frame" not in site.build().out


def test_a_figure_without_an_animation_cannot_be_a_gif(site):
    """The message says what to write."""
    site.article("guide", "![](/images/line.gif)")
    build = site.build()
    assert build.figures == (0, 0, 1)
    assert "animation" in build.report


def test_an_unused_script_is_listed(site):
    """It isn't an error: it may be used tomorrow."""
    site.script("other", "1 / 0")
    site.article("guide", "![](/images/line.png)")
    build = site.build()
    assert (build.code, build.report) == (0, "")
    assert "no article shows the figures of diagrams/other.py\n" in build.out


@pytest.mark.slow
def test_a_script_with_the_name_of_another_one_s_second_figure_is_an_error(site):
    """Only if that one draws a second figure."""
    site.script("line_2", (site.root / "diagrams/line.py").read_text())
    site.article("guide", "![](/images/line.png)\n\n![](/images/line-2.png)")
    assert site.build().figures == (2, 0, 0)
    with (site.root / "diagrams/line.py").open("a") as script:
        script.write("plt.figure()\n")
    build = site.build()
    assert build.figures == (0, 1, 1)
    assert "diagrams/line.py draws 2 figures, and number 2 has the same URL as diagrams/line_2.py" in build.report
