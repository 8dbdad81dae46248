"""The touch matrix: each change redraws exactly the figures that depend on it."""

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from tests.conftest import PLAIN, Build, Site
from tests.sampling import some

PYPLOT = "import matplotlib.pyplot as plt\n"
CODED = """
from matplotlib.figure import Figure


def draw(code):
    figure = Figure()
    figure.text(0, 0, code)
    return figure
"""
TRYING = """
try:
    import _extra
except ImportError:
    pass
plt.plot([0, 1])
"""
SCRIPTS = {
    "plain": PLAIN,
    "shaded": f"{PYPLOT}from _shade import HEIGHT\nplt.plot([0, HEIGHT])\n",
    "packed": f"{PYPLOT}from pack.view import HEIGHT\nplt.plot([0, HEIGHT])\n",
    "data": f"{PYPLOT}plt.plot([float(x) for x in open('diagrams/data/n.txt').read().split()])\n",
    "styled": f"{PYPLOT}plt.style.use('diagrams/data/own.mplstyle')\nplt.plot([0, 1])\n",
    "coded": CODED,
    "weighing": f"{PYPLOT}import os\nplt.plot([0, os.stat('diagrams/data/weighed.txt').st_size])\n",
    "looking": f"{PYPLOT}import os\nplt.plot([0, os.path.exists('diagrams/data/x.txt')])\n",
    "trying": f"{PYPLOT}{TRYING}",
    "listing": f"{PYPLOT}import os\nplt.plot([0, len(os.listdir('diagrams/data/many'))])\n",
    "globbing": f"{PYPLOT}import glob\nplt.plot([0, len(glob.glob('diagrams/data/many/*'))])\n",
    "base": f"{PYPLOT}import sqlite3\nsqlite3.connect('diagrams/data/b.db').close()\nplt.plot([0])\n",
    "depending": f"{PYPLOT}depends = ['diagrams/data/unseen.txt']\nplt.plot([0, 1])\n",
    "tokens": f"{PYPLOT}import json\nplt.title(json.load(open('theme/tokens.json'))['ink']['light'])\n",
    "picture": f"{PYPLOT}plt.imshow(plt.imread('diagrams/data/dot.png'))\n",
    "library": f"{PYPLOT}import sys\nsys.path.insert(0, 'vendor')\nimport vended\nplt.plot([0, 1])\n",
}
ALL = set(SCRIPTS)
SMALL = "figure.figsize: 1.5, 1\n"  # quick to draw
METADATA = "vendor/vended-1.0.dist-info/METADATA"

FIGURES = (f'![the figure {name}](/images/{name}.png "a caption")' for name in SCRIPTS if name != "coded")
ARTICLE = "\n\n".join(["Words of prose.", *FIGURES])
BLOCKS = "\n```python\nunits = 4\n```\n\n![four](/images/coded.png)\n\n```python\nother = 1\n```\n"


def write(path: str, text: str) -> Callable[[Site], object]:
    """Return a change that writes a file."""
    return lambda site: site.write(path, text)


def edit(path: str, old: str, new: str) -> Callable[[Site], object]:
    """Return a change that replaces a part of a file."""

    def replace(site: Site) -> None:
        text = (site.root / path).read_text()
        assert old in text
        site.write(path, text.replace(old, new))

    return replace


def dot(site: Site, colour: str) -> None:
    """Draw the picture of a figure."""
    Image.new("RGB", (2, 2), colour).save(site.root / "diagrams/data/dot.png")


def later(site: Site) -> None:
    """Change the time of every file of the site."""
    for path in site.root.rglob("*"):
        if path.is_file() and ".figures" not in path.parts:
            os.utime(path, (2_000_000_000, 2_000_000_000))


def checked_out(site: Site) -> None:
    """Rewrite every file of the site."""
    for path in site.root.rglob("*"):
        if path.is_file() and ".figures" not in path.parts:
            text = path.read_bytes()
            path.unlink()
            path.write_bytes(text)


TOKENS = '{"ink": {"light": "#1b2430", "dark": "#e9edf2"}}'
REDRAW = {
    "script": (edit("diagrams/plain.py", "[0, 1])", "[1, 0])"), {"plain"}),
    "a module beside it": (write("diagrams/_shade.py", "HEIGHT = 2"), {"shaded"}),
    "kit module": (write("diagrams/pack/view.py", "HEIGHT = 2"), {"packed"}),
    "data file": (write("diagrams/data/n.txt", "3 1"), {"data"}),
    "picture that it shows": (lambda site: dot(site, "blue"), {"picture"}),
    "its own style": (write("diagrams/data/own.mplstyle", "lines.linewidth: 5"), {"styled"}),
    "style": (write("theme/figures.mplstyle", f"{SMALL}lines.linewidth: 3"), ALL),
    "option": (lambda site: site.write("here.mplstyle", f"{SMALL}lines.linewidth: 9"), ALL),
    "code block": (edit("content/nlp/coded.md", "units = 4", "units = 5"), {"coded"}),
    "library version": (edit(METADATA, "Version: 1.0", "Version: 2.0"), {"library"}),
    "tokens": (write("theme/tokens.json", TOKENS.replace("#1b2430", "#000000")), ALL),
    "a file looked for that appears": (write("diagrams/data/x.txt", ""), {"looking"}),
    "a file whose length it asked": (write("diagrams/data/weighed.txt", "1000"), {"weighing"}),
    "a module looked for that appears": (write("diagrams/_extra.py", ""), {"trying"}),
    "a folder it listed": (write("diagrams/data/many/3.txt", ""), {"listing", "globbing"}),
    "a database": (write("diagrams/data/b.db", "\0"), {"base"}),
    "what it depends on": (write("diagrams/data/unseen.txt", "2"), {"depending"}),
}
APART = [name for name, (_, names) in REDRAW.items() if names != ALL]
KEEP = {
    "prose": edit("content/nlp/all.md", "Words of prose.", "Other words of prose."),
    "alt text in the article": edit("content/nlp/all.md", "the figure plain", "the figure plain, said otherwise"),
    "caption": edit("content/nlp/all.md", "a caption", "another caption"),
    "another code block": edit("content/nlp/coded.md", "other = 1", "other = 2"),
    "prose between code and figure": edit("content/nlp/coded.md", "![four]", "More prose.\n\n![four]"),
    "another article": lambda site: site.article("another", "Words."),
    "the order of articles": edit("content/nlp/all.md", "Date: 2026-11-01", "Date: 2020-01-01"),
    "file times": later,
    "a fresh checkout": checked_out,
    "a script that nobody asks for": write("diagrams/unused.py", "x = 1"),
}


@pytest.fixture(scope="module")
def base(tmp_path_factory, font_list) -> Site:
    """Build a site with a figure for each way to read something."""
    root = tmp_path_factory.mktemp("matrix")
    site = Site(root, font_list)
    for name, text in SCRIPTS.items():
        site.script(name, text)
    for path, text in {
        "diagrams/_shade.py": "HEIGHT = 1",
        "diagrams/pack/__init__.py": "",
        "diagrams/pack/view.py": "HEIGHT = 1",
        "diagrams/data/n.txt": "1 2",
        "diagrams/data/own.mplstyle": "lines.linewidth: 1",
        "diagrams/data/many/1.txt": "",
        "diagrams/data/b.db": "",
        "diagrams/data/unseen.txt": "1",
        "diagrams/data/weighed.txt": "1",
        "theme/figures.mplstyle": f"{SMALL}lines.linewidth: 2",
        "theme/tokens.json": TOKENS,
        "vendor/vended.py": "",
        METADATA: "Metadata-Version: 2.1\nName: vended\nVersion: 1.0\n",
        "vendor/vended-1.0.dist-info/top_level.txt": "vended\n",
    }.items():
        site.write(path, text)
    dot(site, "red")
    site.article("all", ARTICLE)
    site.article("coded", BLOCKS)
    built = build(site)
    assert (built.code, drawn(built)) == (0, ALL), built.report
    return site


def build(site: Site, more: str = "", **environment: str) -> Build:
    """Build with the reasons logged, and with the site's own style if it has one."""
    vendor = f"import sys\nsys.path.append({str(site.root / 'vendor')!r})\n"
    option = "FIGURES_STYLE = 'here.mplstyle'\n" if (site.root / "here.mplstyle").exists() else ""
    theme = "THEME = 'simple'\nDIRECT_TEMPLATES = ['index']\n"
    settings = (site.root / "pelicanconf_here.py").read_text()
    site.write("conf.py", settings + vendor + option + theme + more)
    return site.build("-v", settings="conf.py", **environment)


def drawn(built: Build) -> set[str]:
    """Return the names of the scripts that ran."""
    return set(re.findall(r"drew diagrams/(\w+)\.py", built.out))


def copy(site: Site, root, *, clean: bool = False) -> Site:
    """Return the same site in another folder, with its store, or without."""
    left_out = ("records", "store", "published.json") if clean else ()
    shutil.copytree(site.root, root, ignore=shutil.ignore_patterns(*left_out, "output"))
    return Site(root)


def images(site: Site) -> dict[str, bytes]:
    """Return the published figures."""
    return {path: data for path, data in site.output().items() if path.startswith("images/")}


def touch(site: Site, *names: str) -> Site:
    """Make the changes of these cells of the table."""
    for name in names:
        REDRAW[name][0](site)
    return site


@pytest.fixture(scope="module")
def apart(base, tmp_path_factory) -> Site:
    """Return the clean build after all changes that concern only some figures; no two concern the same."""
    assert sum(len(REDRAW[name][1]) for name in APART) == len(set.union(*(REDRAW[name][1] for name in APART)))
    site = touch(copy(base, tmp_path_factory.mktemp("apart") / "site", clean=True), *APART)
    assert drawn(build(site)) == ALL
    return site


QUICK = {"script"}
"""The others that concern only some figures are made together in `make test`, by the next test."""


@pytest.mark.parametrize(
    "touched", [pytest.param(name, marks=() if name in QUICK else pytest.mark.slow) for name in REDRAW]
)
def test_a_change_redraws_what_depends_on_it(base, apart, tmp_path, touched, say):
    """Exactly these, with the bytes of a clean build, and with the reason."""
    names = REDRAW[touched][1]
    site = touch(copy(base, tmp_path / "site"), touched)
    clean = copy(site, tmp_path / "clean", clean=True)
    built = build(site)
    assert drawn(built) == names, built.out
    if names == ALL:
        assert drawn(build(clean)) == ALL
        assert site.output() == clean.output()
    else:
        redrawn = {path: data for path, data in images(apart).items() if Path(path).stem in names}
        assert {Path(path).stem for path in redrawn} == names
        assert images(site) == images(base) | redrawn
    say(f"touched, {touched}: redraws {'all' if names == ALL else ', '.join(sorted(names))}")


def test_all_changes_at_once_give_the_clean_build(base, apart, tmp_path):
    """Including its pages, byte for byte."""
    site = touch(copy(base, tmp_path / "site"), *APART)
    assert drawn(build(site)) == set.union(*(REDRAW[name][1] for name in APART))
    assert site.output() == apart.output()


@pytest.mark.parametrize("touched", some(KEEP, one_in=2))
def test_changes_that_nothing_depends_on_redraw_nothing(base, tmp_path, touched, say):
    """Prose doesn't matter; nor does a checkout in another folder, which each of these is."""
    site = copy(base, tmp_path / "site")
    KEEP[touched](site)
    built = build(site)
    assert drawn(built) == set(), built.out
    assert images(site) == images(base)
    say(f"touched, {touched}: redraws none")


@pytest.mark.slow
def test_a_build_in_any_order_with_any_number_of_workers_gives_the_same_bytes(base, tmp_path):
    """Even with another hash seed, in another folder."""
    for number, (workers, seed) in enumerate([(1, "1"), (4, "2")]):
        site = copy(base, tmp_path / str(number), clean=True)
        assert drawn(build(site, f"FIGURES_WORKERS = {workers}\n", PYTHONHASHSEED=seed)) == ALL
        assert site.output() == base.output()
