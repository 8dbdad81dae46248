"""A site with cached articles, or articles read in parallel, is the same as one read serially."""

import shutil
import sqlite3
from base64 import b64decode
from typing import Any

import pytest

from tests.conftest import Build, Site

BODIES = [
    "Words[^1] and GRU.\n\n[^1]: A note.\n\n*[GRU]: Gated recurrent unit\n",
    "GRU and [one][link], ![](/images/line.png), and a [file]({static}/extra/a.txt).\n\n[link]: {filename}a0.md\n",
    "```python\nunits = 4\n```\n\n[4]{param=units} is not there, nor {figure:none}. ![]({static}/missing.png)\n",
    "> [!NOTE]\n> A callout.\n\n$x^2$\n\n/// caption\nNever closed.\n",
]
PLAIN = ["-e", "WORKERS=1", 'READING_CACHE=""']


@pytest.fixture
def articles(site: Site) -> Site:
    """Return a site of articles with something to report, some of them with errors."""
    site.write("content/extra/a.txt", "A file.")
    for number in range(20):
        more = {"Tags": "one, two"} | ({"Summary": "*Short* GRU"} if number % 3 else {})
        site.article(f"a{number}", BODIES[number % len(BODIES)], **more)
    site.article("twice", "Words.\n", Tags="a\nTags: b", Author="Ada; Bob")
    site.article("bad", "Words.\n", Date="never")
    return site


def told(build: Build) -> tuple[int, list[str]]:
    """Return a build's messages about the articles."""
    return build.code, build.entries


def of(site: Site, *options: str) -> tuple[Any, dict[str, bytes]]:
    """Build; return the messages, and everything that was written."""
    shutil.rmtree(site.root / "output", ignore_errors=True)
    return told(site.build(*options)), site.output()


def known(site: Site) -> int:
    """Count the cached entries."""
    with sqlite3.connect(site.root / ".cache/reading.sqlite3") as database:
        (count,) = database.execute("SELECT count(*) FROM entries").fetchone()
    database.close()
    return int(count)


@pytest.mark.slow
def test_pages_and_reports_are_the_same_as_when_read_serially(articles: Site) -> None:
    """Cold and in parallel, from the cache, after edits, and when a linked file is removed."""
    first = of(articles, *PLAIN)
    (code, entries), _ = first
    assert code == 1
    assert any("twice.md" in entry and "Duplicate definition" in entry for entry in entries)
    assert any("bad.md:2" in entry and "never" in entry for entry in entries)
    assert of(articles, "-e", "WORKERS=2") == first
    assert known(articles) == 21
    assert of(articles) == first
    assert known(articles) == 21
    articles.article("a1", "Other words.\n")
    articles.article("bad", "Words again.\n")
    (articles.root / "content/nlp/a2.md").unlink()
    (articles.root / "content/extra/a.txt").unlink()
    kept = of(articles)
    assert kept != first
    assert kept == of(articles, *PLAIN)


PICTURE = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==")
VAIN = """\
from pelicanconf_here import *
MARKDOWN = {{"extensions": ["pymdownx.snippets", "pymdownx.b64", "meta"], "extension_configs": {{
    "pymdownx.snippets": {{"base_path": [{near!r}, {far!r}], "check_paths": False}},
    "pymdownx.b64": {{"base_path": {far!r}}}}}}}
"""


@pytest.mark.slow
def test_a_file_that_was_looked_for_in_vain_appears(site: Site) -> None:
    """An included text, one in a folder that is searched first, and a picture, outside of the project."""
    outside = site.root.parent / f"{site.root.name}-outside"
    near, far = outside / "near", outside / "far"
    for folder in (near, far):
        folder.mkdir(parents=True)
    (far / "shared.txt").write_text("Far.\n")
    site.write("vain.py", VAIN.format(near=str(near), far=str(far)))
    for name, text in {"some": '--8<-- "some.txt"', "shared": '--8<-- "shared.txt"', "image": "![A](a.png)"}.items():
        site.article(name, f"{text}\n")
    for _ in range(2):
        site.build(settings="vain.py")
    (near / "some.txt").write_text("Some.\n")
    (near / "shared.txt").write_text("Near.\n")
    (far / "a.png").write_bytes(PICTURE)
    site.build(settings="vain.py")
    now = site.output()
    pages = [site.page(name) for name in ("some", "shared", "image")]
    assert [text in page for text, page in zip(("Some.", "Near.", "base64"), pages, strict=True)] == [True] * 3
    for name in ("output", ".cache"):
        shutil.rmtree(site.root / name)
    site.build(settings="vain.py")
    assert site.output() == now


LISTENER = """
from pelican import signals

def tell(what):
    def receiver(sender=None, metadata=None, **more):
        print("heard", what, (metadata or {}).get("title", type(sender).__name__), flush=True)
    return receiver

names = ("article_generator_preread", "article_generator_context", "content_object_init")
receivers = {name: tell(name) for name in names}

def register():
    for name, receiver in receivers.items():
        getattr(signals, name).connect(receiver)
"""


@pytest.mark.slow
def test_signals_are_sent_once_and_by_the_build_itself(articles: Site) -> None:
    """In the order of serial reading, whatever the number of workers, and even if nothing is read."""
    articles.write("listener.py", LISTENER)
    articles.write("listening.py", "from pelicanconf_here import *\nPLUGINS = [*PLUGINS, 'listener']\n")

    def heard(*options: str) -> list[str]:
        # Pelican reads files in the order of a set, which is the same in all forks of a process.
        out = articles.build(*options, settings="listening.py").out
        return [line for line in out.splitlines() if line.startswith("heard")]

    one_by_one = heard(*PLAIN)
    assert one_by_one.count("heard article_generator_preread ArticlesGenerator") == 22
    assert len([line for line in one_by_one if "article_generator_context" in line]) == 21
    assert heard("-e", "WORKERS=2") == one_by_one
    assert heard() == one_by_one


def test_an_invalid_number_of_workers_is_reported(site: Site) -> None:
    """At once."""
    site.article("guide", "Words.\n")
    done = site.build("-e", "WORKERS=0")
    assert done.code == 1
    assert "WORKERS is 0" in done.out + done.report
