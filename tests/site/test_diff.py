"""The changes between two builds, on one page."""

import os
import random
import re
import shutil
import subprocess

import pytest
from PIL import Image

from plugins.commands.comparison import Output, Passage, compare, differing_files, hunks, passages
from plugins.html import document, text_of
from tests import builds
from tests.conftest import PLAIN, REPOSITORY, SIMPLE, Build, Site

THEMED = """
'''A line that rises.'''
import matplotlib.pyplot as plt

plt.figure(figsize=(2, 1), facecolor="#FFFFFF")
plt.axis("off")
plt.plot([0, 1], [0, 1], color="#1749A6")
"""
STEEPER = PLAIN.replace("[0, 1])\n", "[0, 2])\n").replace("rises", "rises faster")


def diff(site: Site, *options: str, **environment: str) -> Build:
    """Run the command in a site."""
    arguments = ["-s", str(site.root / "pelicanconf_here.py"), *options]
    return Build(*builds.run("plugins.commands.diff", arguments, site.root, {**os.environ, **environment}))


def read(site: Site):
    """Parse the written page."""
    return document((site.root / "diff.html").read_text("utf-8"))


def words(text: str) -> list[Passage]:
    """Return a passage for each line."""
    return [Passage("p", line) for line in text.splitlines()]


def test_two_builds_are_shown_side_by_side(site):
    """Figures with the pixels that differ, texts by words, new and removed pages; all in one file."""
    site.article("guide", "## A layer\n\nIt has 4 units.\n\n![](/images/line.png)\n\nThe end.")
    site.article("old", "It will be removed.\n\n![](/images/other.png)")
    site.script("other", PLAIN)
    assert site.build(*SIMPLE).code == 0
    shutil.copytree(site.root / "output", site.root / "before")
    site.article("guide", "## A layer\n\nIt has 5 units.\n\n![](/images/line.png)\n\nThe end.")
    site.script("line", STEEPER)
    (site.root / "content/nlp/old.md").unlink()
    site.article("fresh", "Some new words.")
    assert site.build(*SIMPLE).code == 0

    said = diff(site, "--from", "before", "--to", "output")
    assert (said.code, said.report) == (0, "")
    assert said.out == "diff.html  figures: 1 changed, 1 removed; pages: 4 changed, 1 new, 1 removed\n"
    page = read(site)
    changed = page.css_first("#changed-figures")
    assert text_of(changed.css_first("h3")) == "images/line changed"
    pixels = re.search(r"([\d,]+) of ([\d,]+) pixels changed", text_of(changed))
    assert 0 < int(pixels[1].replace(",", "")) < int(pixels[2].replace(",", ""))
    assert [text_of(it) for it in changed.css("figcaption")] == ["Before", "After", "Difference"]
    assert text_of(page.css_first("#removed-figures h3")) == "images/other removed"
    guide = next(it for it in page.css("#changed-pages article") if "/2026/11/guide/" in text_of(it))
    assert [text_of(it) for it in guide.css("del")][:1] == ["4"]
    assert [text_of(it) for it in guide.css("ins")][:1] == ["5"]
    assert "A line that rises faster." in text_of(guide)
    assert "The end." not in [text_of(it) for it in guide.css("ins, del")]
    assert text_of(page.css_first("#new-pages .address")) == "/2026/11/fresh/"
    assert text_of(page.css_first("#removed-pages .address")) == "/2026/11/old/"
    addresses = [it.attributes[name] for name in ("src", "href") for it in page.css(f"[{name}]")]
    assert {address.partition(":")[0] for address in addresses if not address.startswith("#")} == {"data"}
    assert not page.css("script, link")
    assert {address for address in addresses if address.startswith("#")} <= {f"#{it.id}" for it in page.css("[id]")}


def test_without_differences_the_page_says_so(tmp_path):
    """What a reader doesn't see, such as a script's name or the search index, isn't a change of a page."""
    for name in ("one", "other"):
        (tmp_path / name / "pagefind").mkdir(parents=True)
        for ending in ("js", "webp"):  # the search shows thumbnails
            (tmp_path / name / f"pagefind/index.{ending}").write_text(name)
        head = f"<head><script src='{name}.js'></script></head>"
        (tmp_path / name / "index.html").write_text(f"<html>{head}<main><p>The same.</p></main>")
    sides = Output(tmp_path / "one"), Output(tmp_path / "other")
    difference = compare(*sides, differing_files(*sides))
    assert difference == ([], [], {})


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("a 0.70, b", "a −0.90, b", [("0.70", "−0.90")]),
        ("1 guide", "2 guides", [("1 guide", "2 guides")]),
        ("the cat sat down here", "the old dog sat down here", [("cat", "old dog")]),
        ("one\ntwo words here\nthree", "one\nthree", [("two words here", "")]),
        ("one", "one\nand a new line", [("", "and a new line")]),
        ("x\nalpha beta gamma", "alpha beta delta\ny", [("x", ""), ("gamma", "delta"), ("", "y")]),
    ],
)
def test_changed_words_are_marked_and_others_are_not(before, after, said):
    """A number is one word; an edited passage is next to its previous version, wherever it has moved."""
    rows = [row for hunk in hunks(words(before), words(after)) for row in hunk.changes]
    sides = [
        tuple("".join(text for text, new in side or () if new) for side in (row.before, row.after)) for row in rows
    ]
    assert sides == said


def test_any_two_texts_are_distinguished_and_complete():
    """Whatever changed, both texts can be read from their rows; even a page that was rewritten."""
    chance = random.Random(7)
    vocabulary = ["a state", "two units", "the cell forgets", "x = 1", "a gate", "long " * 20]
    for size in (0, 1, 5, 30, 400):
        before, after = (words("\n".join(chance.choices(vocabulary, k=length))) for length in (size, size + 3))
        for hunk in hunks(before, after):
            for row in hunk.rows:
                for side, texts in ((row.before, before), (row.after, after)):
                    assert side is None or "".join(text for text, _ in side) in {it.text for it in texts}
        changed = [row for hunk in hunks(before, after) for row in hunk.changes]
        assert changed


def test_a_page_is_read_passage_by_passage():
    """Code line by line, tables row by row, a picture by its words, once; no navigation or scripts."""
    html = """<nav>Menu</nav><main><h1>Title</h1><p>Some <b>bold</b>\n words</p><pre><code>a = 1\n\nb = 2\n</code></pre>
    <table><tr><th>x</th><td>1</td></tr></table><svg><title>A layer</title><text>no</text></svg>
    <svg><title>A layer</title></svg><img alt="A photo"><img alt=""><ul><li>one<ul><li>two</li></ul></li></ul></main>"""
    assert [(it.kind, it.text) for it in passages(html)] == [
        ("h1", "Title"),
        ("p", "Some bold words"),
        ("code", "a = 1"),
        ("code", "b = 2"),
        ("tr", "x · 1"),
        ("picture", "A layer"),
        ("picture", "A photo"),
        ("li", "one"),
        ("li", "two"),
    ]


def test_pictures_are_compared_pixel_by_pixel(tmp_path):
    """Different bytes may be the same picture; a larger size, a file that isn't a picture, and an SVG without a PNG."""
    for side, colour, size in (("one", "red", (20, 10)), ("other", "blue", (20, 12))):
        images = tmp_path / side / "images"
        images.mkdir(parents=True)
        Image.new("RGB", (10, 10), "white").save(images / "same.png", compress_level=1 if side == "one" else 9)
        (images / "same.svg").write_text(side)
        Image.new("RGB", size, colour).save(images / "grown.png")
        (images / "broken.png").write_text(side)
        (images / "sketch.svg").write_text(f"<svg>{side}</svg>")
    sides = Output(tmp_path / "one"), Output(tmp_path / "other")
    difference = compare(*sides, differing_files(*sides))
    shown = {figure.name: figure.views[0] for figure in difference.figures}
    assert [figure.name for figure in difference.figures_that("same")] == ["images/same"]
    assert (shown["images/grown"].changed, shown["images/grown"].pixels) == (240, 240)
    assert shown["images/grown"].before.height, shown["images/grown"].after.height == (10, 12)
    assert "broken.png can't be compared" in shown["images/broken"].note
    assert shown["images/sketch"].note == "an SVG, whose pixels aren't compared"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "isn't in a git repository, so there is nothing to compare with: name two built sites"),
        (("--from", "nowhere", "--to", "content"), "FROM=nowhere is neither a folder nor a commit"),
        (("--from", "content", "--to", "content"), "FROM=content is a folder without a page"),
        (("-s", "none.py"), "no none.py in this folder"),
    ],
)
def test_an_impossible_comparison_is_an_error_in_one_line(site, options, said):
    """And nothing is written."""
    told = diff(site, *options)
    assert told.code == 1
    assert said in told.report
    assert len(told.report.splitlines()) == 1
    assert not (site.root / "diff.html").exists()


@pytest.fixture
def kept(site: Site) -> Site:
    """Return a site in a repository, with its article and figure committed on main."""
    site.write(
        "pelicanconf_here.py",
        (site.root / "pelicanconf_here.py")
        .read_text("utf-8")
        .replace(repr(str(site.root)), "__import__('os').path.dirname(__file__)")
        + 'THEME = "simple"\nDIRECT_TEMPLATES = ["index"]\n',
    )
    shutil.copy(REPOSITORY / "theme/tokens.json", site.root)
    site.write(
        "pelicanconf_here.py",
        (site.root / "pelicanconf_here.py").read_text("utf-8") + 'FIGURES_TOKENS = "tokens.json"\n',
    )
    site.write(".gitignore", ".figures/\n.cache/\noutput/\ndiff.html\n__pycache__/\n")
    site.article("guide", "It has 4 units.\n\n![](/images/line.png)")
    site.script("line", THEMED)
    git(site, "init", "--quiet", "--initial-branch=main")
    git(site, "add", ".")
    git(site, "commit", "--quiet", "--message", "Begin")
    return site


def git(site: Site, *arguments: str) -> str:
    """Run git in a site, with some identity."""
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    return subprocess.run(["git", *who, *arguments], cwd=site.root, capture_output=True, text=True, check=True).stdout


@pytest.mark.slow
def test_by_default_the_main_branch_is_compared_with_the_current_files(kept):
    """Both are built separately, drawings are reused, dark forms are shown, and the author's files aren't touched."""
    kept.article("guide", "It has 5 units.\n\n![](/images/line.png)")
    kept.script("line", THEMED.replace("[0, 1], color", "[1, 0], color"))
    said = diff(kept, PYTHONPATH=str(REPOSITORY))  # the site's own folder has no plugins
    assert said.code == 0, said.report
    assert said.out == "diff.html  figures: 1 changed; pages: 3 changed\n"
    page = read(kept)
    assert re.fullmatch("main at [0-9a-f]{10}: Begin", text_of(page.css_first("dd")))
    assert len(page.css("#changed-figures .light img")) == len(page.css("#changed-figures .dark img")) == 3
    assert git(kept, "status", "--short").splitlines() == [" M content/nlp/guide.md", " M diagrams/line.py"]
    assert not (kept.root / "output").exists()
    git(kept, "checkout", "--quiet", ".")
    again = diff(kept)
    assert again.out == "diff.html  no figure and no page text has changed\n"


@pytest.mark.slow
def test_a_side_that_cannot_be_built_is_reported_and_the_rest_is_shown(kept):
    """The command fails, and the page is written; two commits can be compared, too."""
    kept.script("line", "1 / 0")
    git(kept, "commit", "--quiet", "--all", "--message", "Break it")
    kept.script("line", STEEPER)
    said = diff(kept)
    assert said.code == 1
    assert "Break it couldn't be built completely:" in said.report
    assert "ZeroDivisionError" in text_of(read(kept).css_first(".problem"))
    said = diff(kept, "--from", "HEAD~1", "--to", "HEAD~1")
    assert (said.code, said.out) == (0, "diff.html  no figure and no page text has changed\n")
