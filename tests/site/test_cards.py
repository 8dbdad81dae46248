"""The pictures for link previews, drawn by the figure engine."""

import re
import shutil
import struct
import time
from pathlib import Path

import numpy as np
import pytest
from matplotlib.image import imread, imsave

from tests.conftest import REPOSITORY, TICK_S, Site

CARD = '<meta property="og:image" content="https://example.org/repo/cards/'


@pytest.fixture
def carded(site: Site) -> Site:
    """Create a site with the project's own script for cards, and the kit, which it uses to measure text."""
    shutil.copy(REPOSITORY / "diagrams/unrolled/scripts/_card.py", site.root / "diagrams")
    shutil.copytree(
        REPOSITORY / "diagrams/unrolled", site.root / "diagrams/unrolled", ignore=shutil.ignore_patterns("__pycache__")
    )
    site.article("guide", "![](/images/line.png)\n", Title="What a <em>gate</em> lets through & keeps")
    return site


def size(path: Path) -> tuple[int, int]:
    """Read the size of a PNG from its header."""
    width, height = struct.unpack(">II", path.read_bytes()[16:24])
    return width, height


@pytest.mark.slow
def test_a_published_article_has_a_card(carded: Site) -> None:
    """With the usual size of previews; a second build has nothing to do, although topic pages name their cards."""
    time.sleep(TICK_S)
    assert carded.publish().code == 0
    card = carded.root / "output/cards/guide.png"
    assert size(card) == (1200, 630)
    page = carded.page("guide")
    assert f'{CARD}guide.png">' in page
    assert '<meta name="twitter:card" content="summary_large_image">' in page
    before = {path: path.stat().st_mtime_ns for path in (carded.root / ".figures/store").iterdir()}
    time.sleep(TICK_S)
    assert "Nothing has changed" in carded.publish().out
    assert {path: path.stat().st_mtime_ns for path in (carded.root / ".figures/store").iterdir()} == before


@pytest.mark.slow
def test_every_page_has_a_picture_for_previews(carded: Site) -> None:
    """Articles, pages and topics have their own cards, lists that of the site; each has its declared size."""
    carded.article("bild", "Ein Bild.\n", Slug="guide", Lang="de")
    carded.write("content/pages/about.md", "Title: About us\nSlug: about\n\nWords.\n")
    carded.write("content/pages/about.de.md", "Title: Wir\nSlug: about\nLang: de\n\nWorte.\n")
    carded.article("guide", "![](/images/line.png)\n", Title="Gates", Tags="state", Series="One", Authors="A. Reader")
    build = carded.publish("-e", 'DIAGRAMS_SAVE_AS="diagrams/index.html"', 'DIAGRAMS_WORDS=""')
    assert build.code == 0, build.report
    output = carded.root / "output"
    said: dict[str, tuple[str, str]] = {}
    about: dict[str, list[str]] = {}
    for page in output.rglob("*.html"):
        told = dict(re.findall(r'<meta property="og:image(:?\w*)" content="([^"]*)"', page.read_text("utf-8")))
        picture = output / told[""].removeprefix("https://example.org/repo/")
        assert picture.is_file(), page
        (described,) = re.findall(r'<meta property="og:description" content="([^"]*)"', page.read_text("utf-8"))
        about.setdefault(described, []).append(page.relative_to(output).as_posix())
        if ":width" in told:
            assert size(picture) == (int(told[":width"]), int(told[":height"]))
        said[page.relative_to(output).as_posix()] = picture.relative_to(output).as_posix(), told[":alt"]
    assert [pages for pages in about.values() if len(pages) > 1] == []
    assert said["diagrams/line/index.html"] == ("images/line.png", "A line that rises.")
    assert about["Gates"] == ["2026/11/guide/index.html"]
    (diagram,) = (text for text, pages in about.items() if pages == ["diagrams/line/index.html"])
    assert diagram == "A line that rises."
    assert said["2026/11/guide/index.html"] == ("cards/guide.png", "Gates")
    assert said["2026/11/guide/de/index.html"] == ("cards/guide-de.png", "Bild")
    assert said["about/index.html"] == ("cards/pages/about.png", "About us")
    assert said["about/de/index.html"] == ("cards/pages/about-de.png", "Wir")
    assert said["topics/nlp/index.html"] == ("cards/topics/nlp.png", "Language")
    site = "cards/site/lists.png", "Machine learning, drawn from the code that runs it"
    for name in ("", "archive/", "tags/", "tags/state/", "authors/a-reader/", "series/", "search/", "2026/", "topics/"):
        assert said[f"{name}index.html"] == site
    assert said["404.html"] == site


@pytest.mark.slow
def test_a_card_shows_the_current_title_and_first_figure(carded: Site) -> None:
    """An edit of either redraws the card; the prose isn't part of it."""
    cards = []
    for change in (
        lambda: None,
        lambda: carded.article(
            "guide", "![](/images/line.png)\n\nMore words.\n", Title="What a <em>gate</em> lets through & keeps"
        ),
        lambda: carded.article("guide", "![](/images/line.png)\n", Title="Gates"),
        lambda: carded.script("line", '"""A line that falls."""\nimport matplotlib.pyplot as plt\nplt.plot([1, 0])\n'),
    ):
        change()
        build = carded.publish()
        assert build.code == 0, build.report
        cards.append((carded.root / "output/cards/guide.png").read_bytes())
    assert cards[0] == cards[1]
    assert len(set(cards)) == 3


@pytest.mark.slow
def test_a_card_shows_the_cover_if_there_is_one(carded: Site) -> None:
    """As lists do, instead of the first figure."""
    carded.script("other", '"""A line that falls."""\nimport matplotlib.pyplot as plt\nplt.plot([1, 0])\n')
    cards = []
    for headers in ({}, {"Cover": "/images/line.png"}, {"Cover": "/images/other.png"}):
        carded.article("guide", "![](/images/line.png)\n\n![](/images/other.png)\n", Title="Gates", **headers)
        build = carded.publish()
        assert build.code == 0, build.report
        cards.append((carded.root / "output/cards/guide.png").read_bytes())
    assert cards[0] == cards[1]
    assert cards[1] != cards[2]


@pytest.mark.slow
@pytest.mark.parametrize("address", ["/images/by%20hand.png", "{static}/images/by%20hand.png", "../images/by hand.png"])
def test_a_hand_made_picture_is_shown_too(carded: Site, address: str) -> None:
    """An edit of it redraws the card; a decorative one, which comes first here, isn't shown."""
    picture = carded.root / "content/images/by hand.png"
    picture.parent.mkdir(exist_ok=True)
    imsave(picture, [[0.0, 1.0], [1.0, 0.0]])
    line = f"![](/images/line.png){{.decorative}}\n\n![A grid](<{address}>)\n"
    cards = []
    for change in (
        lambda: carded.article("guide", "Words.\n", Title="Gates"),
        lambda: carded.article("guide", line, Title="Gates"),
        lambda: imsave(picture, [[1.0, 1.0], [1.0, 0.0]]),
    ):
        change()
        build = carded.publish()
        assert build.code == 0, build.report
        cards.append((carded.root / "output/cards/guide.png").read_bytes())
    assert len(set(cards)) == 3


@pytest.mark.slow
@pytest.mark.parametrize(("across", "height", "is_beside"), [(450, 350, True), (900, 200, False)])
def test_a_picture_is_placed_where_it_is_largest(carded: Site, across: int, height: int, is_beside: bool) -> None:
    """Next to its title, or below: labels that are small in an article must be legible in its preview."""
    picture = carded.root / "content/images/red.png"
    picture.parent.mkdir(exist_ok=True)
    imsave(picture, np.full((2 * height, 2 * across, 3), (1.0, 0.0, 0.0)))
    carded.article("guide", "![A field](/images/red.png)\n", Title="Wie die Abbildungen dieser Seite entstehen")
    build = carded.publish()
    assert build.code == 0, build.report
    card = imread(carded.root / "output/cards/guide.png")
    rows, columns = np.nonzero((card[..., 0] > 0.9) & (card[..., 1] < 0.1))
    assert (columns.min() > 400) == is_beside
    assert np.ptp(rows) / height == pytest.approx(np.ptp(columns) / across, rel=0.02)
    assert np.ptp(rows) / height > 1.15


@pytest.mark.slow
def test_the_card_of_a_deleted_article_is_removed(carded: Site) -> None:
    """Even if the output is kept from build to build; other people's files stay."""
    carded.article("other", "Words.\n")
    keep = ("-e", "DELETE_OUTPUT_DIRECTORY=false")
    assert carded.publish(*keep).code == 0
    cards = carded.root / "output/cards"
    (cards / "mine.png").write_bytes(b"mine")
    assert {path.name for path in cards.iterdir() if path.is_file()} == {"guide.png", "other.png", "mine.png"}
    (carded.root / "content/nlp/other.md").unlink()
    assert carded.publish(*keep).code == 0
    assert {path.name for path in cards.iterdir() if path.is_file()} == {"guide.png", "mine.png"}


def test_no_card_is_drawn_while_writing_or_for_a_draft(carded: Site) -> None:
    """Nothing can link to a site without a URL."""
    carded.article("thought", "Not yet.\n", Status="draft")
    assert carded.build().code == 0
    assert not (carded.root / "output/cards").exists()
    assert "og:image" not in carded.page("guide")
    assert carded.publish().code == 0
    assert [path.name for path in (carded.root / "output/cards").glob("*.png")] == ["guide.png"]


@pytest.mark.slow
@pytest.mark.parametrize("title", ["A" * 300, "$5 or $6 \\frac", "Why " * 60, "نص قصير"])
def test_any_title_fits(carded: Site, title: str) -> None:
    """A word wider than the card is broken, a title that is too long is cut; nothing is parsed as mathematics."""
    carded.article("guide", "Words.\n", Title=title)
    build = carded.publish()
    assert build.code == 0, build.report
    assert size(carded.root / "output/cards/guide.png") == (1200, 630)


@pytest.mark.slow
def test_a_card_that_fails_is_reported_with_its_article(carded: Site) -> None:
    """As for a figure; the page is still written."""
    carded.script("_card", 'def draw(code):\n    raise ValueError("no paper")\n')
    build = carded.publish()
    assert build.code == 1
    said = "\n    diagrams/_card.py:2: ValueError: no paper"
    assert {entry.partition("\n    the ")[0].partition(said)[0] for entry in build.entries} == {
        "content/nlp/guide.md: /cards/guide.png",
        "diagrams/_card.py: /cards/topics/nlp.png",
        "diagrams/_card.py: /cards/site/lists.png",
    }
    assert all(said in entry for entry in build.entries)
    assert carded.page("guide")


@pytest.mark.slow
def test_a_missing_script_in_the_settings_is_an_error(carded: Site) -> None:
    """It isn't silently ignored; an empty name means no cards."""
    build = carded.publish("-e", 'CARD_SCRIPT="diagrams/_crad.py"')
    assert build.code == 1
    assert "diagrams/_crad.py" in build.report
    assert carded.publish("-e", 'CARD_SCRIPT=""').code == 0
    assert not (carded.root / "output/cards").exists()
