"""Links to figures, and the formats that an article uses."""

import re
from pathlib import Path

import pytest

from plugins.figures.formats import FORMATS, one_of
from tests.conftest import PLAIN, Build, Site
from tests.zoo import check

MOVING = """
import matplotlib.pyplot as plt
from matplotlib.animation import FuncAnimation

fig, ax = plt.subplots(figsize=(2, 1))
(line,) = ax.plot([0, 1], [0, 0])
moving = FuncAnimation(fig, lambda frame: line.set_ydata([0, frame]), frames=3)
"""


LINKS = "[for print](/images/line.pdf) and [large]({static}/images/line.svg)"
ARTICLES = {
    "guide": f"![](/images/line.png)\n\n{LINKS}",
    "elsewhere": "[for print](/images/other.pdf)",
    "by-hand": "[the numbers](/images/seen.txt)",
    "attached": "[the numbers]({attach}data/numbers.csv)",
    "moving": "![It moves.](/images/moving.gif)",
    "still": "![It moves.](/images/still.png)",
}
BROKEN = {
    "lime": ("One line.\n\n[x](/images/lime.pdf)", "8: /images/lime.pdf | did you mean /images/line.png"),
    "doc": (
        "One line.\n\n[x](/images/line.doc)",
        f"8: /images/line.doc | can link to a figure only as {one_of(FORMATS)}, not as doc",
    ),
    "pdf": ("One line.\n\n![x](/images/line.pdf)", "8: /images/line.pdf | or link to it: [words](/images/line.pdf)"),
    "gif": ("![](/images/unmoved.gif)", "6: /images/unmoved.gif | animation"),
}
SCRIPTS = {"line": PLAIN, "other": PLAIN, "unmoved": PLAIN, "moving": MOVING, "still": MOVING, "unused": "1 / 0"}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, font_list: Path) -> tuple[Site, list[Build]]:
    """Publish a site of such links under a path, twice."""
    site = Site(tmp_path_factory.mktemp("links"), font_list)
    for name, body in {**ARTICLES, **{name: body for name, (body, _) in BROKEN.items()}}.items():
        site.article(name, body)
    for name, text in SCRIPTS.items():
        site.script(name, text)
    site.write("content/images/seen.txt", "text")
    site.write("content/nlp/data/numbers.csv", "1,2")
    return site, [site.publish(), site.publish()]


@pytest.mark.slow
def test_each_figure_is_drawn_once_with_all_of_its_formats(published):
    """Although several articles link to one; all other links are correct."""
    site, builds = published
    assert [(it.code, it.figures) for it in builds] == [(1, (4, 0, 4)), (1, (0, 4, 4))]
    assert len(builds[0].entries) == 4
    assert site.output()["images/line.pdf"].startswith(b"%PDF")


@pytest.mark.parametrize(
    ("name", "links"),
    [
        pytest.param("guide", ["/repo/images/line.pdf", "/repo/images/line.svg"], id="to other formats of a figure"),
        pytest.param("elsewhere", ["/repo/images/other.pdf"], id="to a figure that no article shows"),
        pytest.param("by-hand", ["/repo/images/seen.txt"], id="to a hand-made file"),
        pytest.param(
            "attached", ["/repo/2026/11/attached/data/numbers.csv"], id="to a file that moves next to its page"
        ),
    ],
)
def test_a_link_is_written_like_pelican_s_own_links(published, name, links):
    """It includes the site's URL, and leads to a file."""
    site, _ = published
    assert re.findall(r'<a href="([^"]*\.(?:pdf|svg|txt|csv))">', site.page(name)) == links
    assert {it.removeprefix("/repo/") for it in links} <= site.output().keys()


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_link_is_an_error_with_its_line(published, name):
    """Like a broken image; and a figure without an animation can't be a GIF."""
    check(published[1][0], name, BROKEN[name][1:], "error")


def test_an_animation_moves_where_a_gif_is_requested(published):
    """There is also a still image, for feeds and print."""
    site, builds = published
    assert site.output()["images/moving.gif"].startswith(b"GIF89a")
    assert '<img alt="It moves." src="/repo/images/moving.gif"' in site.page("moving")
    assert 'width="192" height="96"' in site.page("moving")
    assert not re.search(r"^diagrams/moving\.py: ", builds[0].out, re.M)


def test_a_still_of_an_animation_shows_its_first_frame_with_a_note(published):
    """Once, when it is drawn."""
    first, again = published[1]
    assert re.search(r"^diagrams/still\.py: .*first frame", first.out, re.M)
    assert "first frame" not in again.out


def test_an_unused_script_is_listed(published):
    """It isn't an error: it may be used tomorrow."""
    assert "no article shows the figures of diagrams/unused.py\n" in published[1][0].out


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
