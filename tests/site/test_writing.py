"""Only changes are written, and the output is that of a clean build."""

import os
import shutil
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from plugins.building.pages import ALONE
from tests import builds
from tests.conftest import PLAIN, SIMPLE, Build, Site
from tests.rebuilding import difference
from tests.sampling import some

Edit = Callable[[Site], object]

THEME = "theme-of-its-own"
MACRO = "{% macro said(article) %}<b>{{ article.title }}</b>{% endmacro %}"
ARTICLE = """\
{% extends "!simple/article.html" %}
{% block content %}{% from "macro.html" import said with context %}{{ said(article) }}{{ article.content|loud }}
{% for other in articles if other != article %}{{ other.title }} {{ other.url }}{% endfor %}{% include "part.html" %}
{{ FOOT|default("none") }} {{ now() }}{% if tags and not nothing %}tagged{% endif %}{% endblock %}
"""
PLUGIN = """
from pathlib import Path
from pelican import signals
DATA = Path(__file__).parent / "said.txt"
def loud(html): return html.upper().replace("P>", "p>")
def now(): return DATA.read_text()
def give(generator):
    generator.env.filters["loud"] = loud
    generator.env.globals["now"] = now
def register(): signals.generator_init.connect(give)
"""
STRANGE = ("-e", 'DIRECT_TEMPLATES=["index"]', 'PLUGINS=["strange", "plugins.building"]')
TOLD = """
from types import SimpleNamespace
from matplotlib.figure import Figure
def draw(code): return SimpleNamespace(figure=Figure, alt=code.strip())
"""
SAME = {"PYTEST_CURRENT_TEST": ""}
"""A function of a plugin may read any variable, and pytest sets this one for each test."""
CODE = "```python\nSequential([Input((3, 2)), LSTM(4)])\n```\n\n"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory, font_list: Path) -> Site:
    """Return a built site, with an article for each edit."""
    site = Site(tmp_path_factory.mktemp("written"), font_list)
    for number, name in enumerate(("body", "title", "tag", "date", "summary", "draft", "deleted", "moved", "last"), 1):
        links = "[Next]({filename}/nlp/moved.md) [File]({static}/images/x.txt)"
        body = f"The words of {name}. {links}\n\n## A heading\n\n    x = 1\n"
        site.article(name, body, Tags=f"all, t{number}", Date=f"2026-11-0{number}")
    for name in ("line", "falling", "told"):
        site.script(name, PLAIN if name != "told" else TOLD)
        site.article(name, f"{CODE * (name == 'told')}![](/images/{name}.png)\n", Date="2026-11-20")
    site.write("content/pages/about.md", "Title: About\n\nWords.\n")
    for name in "xyz":
        site.write(f"content/images/{name}.txt", "a file")
    assert site.build().code == 0
    return site


@pytest.fixture(scope="module")
def strange(tmp_path_factory: pytest.TempPathFactory, font_list: Path) -> Site:
    """Return a site with a theme and a plugin unknown to our code, built with them."""
    site = Site(tmp_path_factory.mktemp("strange"), font_list)
    for number, name in enumerate(("one", "two", "three")):
        site.article(name, f"The words of {name}.\n", Tags=f"all, t{number}", Date=f"2026-11-0{number + 1}")
    site.write("content/pages/about.md", "Title: About\n\nWords.\n")
    own_theme(site)
    site.build(*STRANGE, **SAME)
    return site


def own_theme(site: Site) -> None:
    """Write a theme and a plugin of the site's own."""
    for name, text in {"macro.html": MACRO, "article.html": ARTICLE, "part.html": "{{ article.date.year }}"}.items():
        site.write(f"{THEME}/templates/{name}", text)
    site.write(f"{THEME}/static/x.css", "a {}")
    site.write("strange.py", PLUGIN)
    site.write("said.txt", "said once")
    text = (site.root / "pelicanconf_here.py").read_text("utf-8")
    site.write("pelicanconf_here.py", f"{text}\nTHEME = {str(site.root / THEME)!r}\n")


def forget(site: Site) -> None:
    """Remove the output and all caches but compiled templates."""
    shutil.rmtree(site.root / "output", ignore_errors=True)
    for place in {*(site.root / ".cache").iterdir()} - {site.root / ".cache/templates"}:
        shutil.rmtree(place) if place.is_dir() else place.unlink()


def assert_clean(site: Site, *options: str, **environment: str) -> None:
    """Check that the output is that of a clean build, which it leaves there."""
    ours = site.output()
    forget(site)
    site.build(*options, **environment)
    assert not (wrong := difference(ours, site.output())), wrong


def rendered(built: Build) -> set[str]:
    """Return the pages that a build has rendered, according to `-v`."""
    words = built.out.split()
    return {after for word, after in pairwise(words) if word == "rendering"}


def edit(path: str, old: str, new: str) -> Edit:
    """Return an edit of a file."""

    def edited(site: Site) -> None:
        text = (site.root / path).read_text("utf-8")
        assert old in text
        site.write(path, text.replace(old, new))

    return edited


def of_article(name: str, old: str, new: str) -> Edit:
    """Return an edit of an article."""
    return edit(f"content/nlp/{name}.md", old, new)


def all_of(*edits: Edit) -> Edit:
    """Return an edit that does several things."""
    return lambda site: [it(site) for it in edits]


def moved(site: Site) -> None:
    """Give an article another file, and another URL."""
    (site.root / "content/nlp/moved.md").rename(site.root / "content/nlp/there.md")
    for path in (site.root / "content/nlp").iterdir():
        text = path.read_text("utf-8")
        path.write_text(text.replace("moved.md", "there.md").replace("Slug: moved", "Slug: there"), "utf-8")


LISTS = "index.html", "archive"
FAR = "line", "search", "404.html"
EDITS: dict[str, tuple[Edit, Sequence[str], Sequence[str]]] = {
    "body": (of_article("body", "The words", "Other words"), ["body"], ["title", "tag", "last", *FAR]),
    "title": (of_article("title", "Title: Title", "Title: Titel"), ["title", "body", "tag", *LISTS], FAR),
    "tag": (of_article("tag", "t3", "t1, new"), ["tag", "tags/new", "tags/t1"], FAR),
    "date": (of_article("date", "2026-11-04", "2025-10-04"), ["2025/10/date", *LISTS], FAR),
    "summary": (of_article("summary", "Title:", "Summary: In short.\nTitle:"), ["summary", "index.html"], FAR),
    "draft": (of_article("draft", "Title:", "Status: draft\nTitle:"), ["drafts/draft", *LISTS], FAR),
    "deleted": (lambda site: (site.root / "content/nlp/deleted.md").unlink(), LISTS, FAR),
    "moved": (moved, ["there", "title", "last", *LISTS], FAR),
    "new": (lambda site: site.article("new", "New.", Date="2026-11-02"), ["new", *LISTS], FAR),
    "language": (lambda site: site.article("de", "Letztens.", Lang="de", Slug="last"), ["last", "last/de"], []),
    "page": (edit("content/pages/about.md", "Title: About", "Title: Who"), ["who"], []),
    "figures": (
        all_of(
            of_article("told", "LSTM(4)", "LSTM(5)"),
            edit("diagrams/line.py", "[0, 1], [0, 1]", "[0, 1], [1, 0]"),
            edit("diagrams/falling.py", "rises", "falls"),
        ),
        ["line", "falling", "told", "index.html"],
        ["title", "search", "404.html"],
    ),
    "setting": (edit("pelicanconf_here.py", "DIAGRAMS_SAVE_AS", "SITENAME = 'Another'\nDIAGRAMS_SAVE_AS"), FAR, []),
}
"""Edits, with pages that they change, and others that they don't."""


@pytest.mark.parametrize("name", some(EDITS, one_in=24))
def test_an_edit_leads_to_the_same_files_as_a_clean_build(written: Site, name: str) -> None:
    """Byte for byte, and no additional file; a page that doesn't show what was edited isn't rendered."""
    done, changed, kept = EDITS[name]
    done(written)
    pages = {it.removeprefix("2026/11/").removesuffix("/index.html") for it in rendered(written.build("-v"))}
    assert not {*changed} - pages
    assert not {*kept} & pages
    assert_clean(written)


def disguised(path: Path, old: str, new: str) -> None:
    """Change a file but not its size and its time, as `cp -p` can."""
    before, text = path.stat(), path.read_text("utf-8")
    assert old in text
    assert path.write_bytes(text.replace(old, new).encode()) == before.st_size
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def state(path: Path) -> tuple[int, int]:
    """Return which file it is, and when it was written."""
    return path.stat().st_ino, path.stat().st_mtime_ns


@pytest.mark.slow
def test_what_is_damaged_in_the_output_is_mended(written: Site) -> None:
    """Whatever the size and the time of the file; what isn't of the site is gone, and all else is left where it is."""
    before, output = written.output(), written.root / "output"
    folder = output / "2026/11/last"
    kept = folder.stat().st_ino, state(folder / "index.html")
    assert rendered(written.build("-v")) == set()
    assert (folder.stat().st_ino, state(folder / "index.html")) == kept, "a folder is moved as a whole"
    pages = [f"2026/11/{name}/index.html" for name in ("body", "title", "tag")]
    written.write(f"output/{pages[0]}", "spoilt")
    disguised(output / pages[1], "words", "wards")
    (output / pages[2]).unlink()
    written.write("output/images/x.txt", "spoilt")
    disguised(output / "images/y.txt", "a file", "b file")
    for stray in ("2026/old.html", "2026/11/last/stray"):
        written.write(f"output/{stray}", "old")
    assert rendered(written.build("-v")) == {*pages}
    assert not (wrong := difference(written.output(), before)), wrong
    assert state(folder / "index.html") == kept[1]


@pytest.mark.parametrize(
    "harm", some([lambda text: text[: len(text) // 2], lambda _: '{"pairs": 3, "pages": [], "key": 1}'], one_in=2)
)
def test_damaged_notes_cost_only_time(written: Site, harm: Callable[[str], str]) -> None:
    """Whether they are cut, or of another shape."""
    before = written.output()
    (notes,) = (written.root / ".cache/written").glob("*.json")
    notes.write_text(harm(notes.read_text("utf-8")), "utf-8")
    assert "404.html" in rendered(written.build("-v"))
    assert not (wrong := difference(written.output(), before)), wrong


def test_a_static_file_that_has_changed_is_copied(written: Site) -> None:
    """Even one that is as large and as old as before."""
    before = written.output()
    written.write("content/images/x.txt", "another")
    disguised(written.root / "content/images/y.txt", "a file", "b file")
    assert rendered(written.build("-v")) == set()
    expected = before | {"images/x.txt": b"another", "images/y.txt": b"b file"}
    assert not (wrong := difference(written.output(), expected)), wrong


def test_commands_that_only_read_leave_the_output_alone(written: Site) -> None:
    """They create generators, too."""
    before = written.output()
    builds.run("plugins.content", ["-s", str(written.root / "pelicanconf_here.py")], Path(written.root), {})
    assert written.output() == before


def without_tags(site: Site) -> None:
    """Remove the tags of all articles."""
    for path in (site.root / "content/nlp").iterdir():
        lines = path.read_text("utf-8").splitlines(True)
        path.write_text("".join(it for it in lines if not it.startswith("Tags:")), "utf-8")


STRANGELY: dict[str, Edit] = {
    "macro": all_of(
        edit(f"{THEME}/templates/macro.html", "<b>", "<i>"), lambda site: site.write(f"{THEME}/static/x.css", "b {}")
    ),
    "what a function reads": lambda site: site.write("said.txt", "said twice"),
    "body": of_article("one", "The words", "Other words"),
    "title": of_article("two", "Title: Two", "Title: Zwei"),
    "no tags": without_tags,
}


@pytest.mark.parametrize("name", some(STRANGELY, one_in=5))
def test_the_dependencies_of_an_unknown_theme_and_plugin_are_found(strange: Site, name: str) -> None:
    """More of them are in tests/plugins/building/test_pages.py."""
    assert rendered(strange.build(*STRANGE, "-v", **SAME)) == set()
    STRANGELY[name](strange)
    strange.build(*STRANGE, **SAME)
    assert_clean(strange, *STRANGE, **SAME)


def test_a_failed_build_leaves_nothing_old(strange: Site) -> None:
    """The next one writes everything again."""
    edit(f"{THEME}/templates/part.html", "article.date.year", "1 // 0")(strange)
    assert strange.build(*STRANGE, **SAME).code
    assert not (strange.root / "output/about/index.html").exists()
    edit(f"{THEME}/templates/part.html", "1 // 0", "article.date.year")(strange)
    strange.build(*STRANGE, **SAME)
    assert_clean(strange, *STRANGE, **SAME)


COUNTING = """
from itertools import count
from jinja2 import Environment
from pelican import signals
from pelican.generators import Generator
numbers = count(1)
class Own(Generator):
    def generate_context(self): pass
    def generate_output(self, writer):
        template = Environment().from_string("{{ SITENAME }} {{ said }}")
        words = (self.settings["PATH"] + "/said.txt")
        writer.write_file("own.html", template, {**self.context, "said": open(words).read()})
def give(generator): generator.env.globals["number"] = lambda: next(numbers)
def register():
    signals.generator_init.connect(give)
    signals.get_generators.connect(lambda _: Own, weak=False)
"""
WITH_COUNTING = (*STRANGE[:2], 'PLUGINS=["strange", "counting", "plugins.building"]')


def test_counters_and_templates_of_a_plugin_s_own_are_written_each_time(strange: Site) -> None:
    """Asking a counter again would count once more; and nothing is known about a plugin's own environment."""
    strange.write("counting.py", COUNTING)
    strange.write("content/said.txt", "one")
    strange.write(f"{THEME}/templates/part.html", "{{ article.date.year }}{{ number() }}")
    strange.build(*WITH_COUNTING)
    of_article("three", "The words", "Other words")(strange)
    strange.write("content/said.txt", "another")
    strange.build(*WITH_COUNTING)
    assert_clean(strange, *WITH_COUNTING)
    strange.write(f"{THEME}/templates/part.html", "{{ article.date.year }}")
    strange.build(*STRANGE, **SAME)


@pytest.fixture
def simple(site: Site) -> Site:
    """Return a site of three articles and a page, to be built with Pelican's own theme."""
    for number, name in enumerate(("one", "two", "three"), 1):
        site.article(name, "Words. [Two]({filename}two.md)\n", Tags=f"all, t{number}")
    site.write("content/pages/about.md", "Title: About\n\nWords.\n")
    return site


def test_a_file_that_takes_the_place_of_a_page_stays_there(simple: Site) -> None:
    """In the build after it comes, and in those that follow."""
    place = 'EXTRA_PATH_METADATA={"extra/about.txt": {"path": "pages/about.html"}}'
    options = [*SIMPLE, 'PLUGINS=["plugins.building"]', 'STATIC_PATHS=["images", "extra"]', place]
    options += ['PAGE_SAVE_AS="pages/{slug}.html"']
    simple.build(*options)
    assert "Words." in (simple.root / "output/pages/about.html").read_text("utf-8")
    simple.write("content/extra/about.txt", "a file")
    for _ in range(3):
        simple.build(*options)
        assert (simple.root / "output/pages/about.html").read_text("utf-8") == "a file"


REWRITING = """
from pathlib import Path
from pelican import signals
def more(path, context): Path(path).write_text(Path(path).read_text() + "<!-- once -->")
def register(): signals.content_written.connect(more)
"""


def test_a_plugin_that_changes_a_page_does_so_once(simple: Site) -> None:
    """Changed pages are written again, and so never changed twice."""
    simple.write("rewriting.py", REWRITING)
    options = [*SIMPLE, 'PLUGINS=["plugins.building", "rewriting"]']
    for _ in range(2):
        simple.build(*options)
        assert simple.page("one").count("<!-- once -->") == 1
    assert_clean(simple, *options)


@pytest.mark.slow
def test_without_emptying_the_output_old_files_stay(simple: Site) -> None:
    """As the setting says; pages are kept where they are."""
    options = [*SIMPLE, "DELETE_OUTPUT_DIRECTORY=false"]
    simple.build(*options)
    simple.write("output/old.html", "old")
    assert rendered(simple.build(*options, "-v")) == set()
    (simple.root / "content/nlp/three.md").unlink()
    of_article("two", "Title: Two", "Title: Zwei")(simple)
    simple.build(*options)
    ours = simple.output()
    forget(simple)
    simple.build(*options)
    assert ours.keys() - simple.output().keys() == {"old.html", "2026/11/three/index.html", "tags/t3/index.html"}
    assert not (wrong := difference({it: ours[it] for it in ours if it in simple.output()}, simple.output())), wrong


def test_retained_files_stay(simple: Site) -> None:
    """OUTPUT_RETENTION lists files that the author keeps there."""
    simple.write("output/.git/config", "mine")
    simple.write("output/stray", "not mine")
    simple.build(*SIMPLE, 'OUTPUT_RETENTION=[".git"]')
    assert ".git/config" in simple.output()
    assert "stray" not in simple.output()


def test_a_failed_build_leaves_the_pages_before_the_error(simple: Site) -> None:
    """Whether they were rendered or kept."""
    simple.build(*SIMPLE)
    simple.article("last", "Words.", Date="2020-01-01", Template="page")
    assert simple.build(*SIMPLE).code
    assert any(name.endswith("index.html") for name in simple.output())
    assert_clean(simple, *SIMPLE)


LISTENING = """
from pathlib import Path
from pelican import signals
FILE = Path(__file__).parent / "heard.txt"
def hear(text):
    with FILE.open("a") as file: file.write(text + "\\n")
def wrote(path, context): hear(f"written {path} {len(Path(path).read_text())} {context['output_file']}")
def writes(generator, content): hear(f"writes {content.save_as}")
def register():
    signals.content_written.connect(wrote)
    signals.article_generator_write_article.connect(writes)
"""
Told = tuple[dict[str, bytes], str, str, str]


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory, font_list: Path) -> Site:
    """Return a site with more pages than one process renders alone, and a warning about one of them."""
    site = Site(tmp_path_factory.mktemp("many"), font_list)
    for number in range(1, ALONE + 14):
        link = "[gone]({filename}gone.md)" if number == ALONE + 3 else "[first]({filename}a1.md)"
        tags = f"all, t{number % 3}"
        site.article(f"a{number}", f"Words {number}.\n\n## Heading\n\n{link}\n", Tags=tags, Date="2026-11-01")
    return site


def built(site: Site, workers: int, *options: str) -> Told:
    """Build from scratch with a number of workers; return the files, output, reports, and signals seen by a plugin."""
    forget(site)
    heard = site.root / "heard.txt"
    heard.unlink(missing_ok=True)
    done = site.build("-v", *(options or ["-e"]), f"WORKERS={workers}")
    words = done.out.split()
    said = [" ".join(pair) for pair in pairwise(words) if pair[0] in ("Writing", "rendering", "one")]
    return site.output(), "\n".join(said), done.report, heard.read_text() if heard.exists() else ""


@pytest.fixture(scope="module")
def alone(many: Site) -> Told:
    """Return what one process does."""
    return built(many, 1)


@pytest.mark.slow
def test_children_render_the_same_as_one_process(many: Site, alone: Told) -> None:
    """Bytes and messages are the same and in the same order, and so is what is kept; warnings are repeated."""
    assert "gone.md" in alone[2]
    assert built(many, 3) == alone
    again = many.build("-v", "-e", "WORKERS=3")
    assert (rendered(again), again.report) == ({f"2026/11/a{ALONE + 3}/index.html"}, alone[2])


@pytest.mark.slow
def test_a_plugin_that_listens_hears_of_all_pages_in_order(many: Site, alone: Told) -> None:
    """One by one, as they are written; none is kept, because it might change another one."""
    many.write("listening.py", LISTENING)
    plugins = "PLUGINS = [*PLUGINS, 'listening']\n"
    settings = (many.root / "pelicanconf_here.py").read_text("utf-8")
    many.write("pelicanconf_here.py", f"{settings}\n{plugins}")
    heard = [built(many, workers) for workers in (1, 3)]
    many.write("pelicanconf_here.py", settings)
    assert heard[0] == heard[1]
    assert heard[0][0] == alone[0]
    written = [line.split()[1:] for line in heard[0][3].splitlines() if line.startswith("written ")]
    assert len(written) == alone[1].count("Writing ")
    assert all(int(size) == len(alone[0][name].decode()) for _, size, name in written)


@pytest.mark.slow
def test_questions_to_an_unknown_plugin_are_asked_by_one_process(many: Site) -> None:
    """A child would count what its parent doesn't, so no page that is rendered after that is taken from one."""
    own_theme(many)
    many.write("counting.py", COUNTING)
    many.write("content/said.txt", "one")
    article = '{{ article.content }}{% if article.slug == "a20" %}{{ number() }}{% endif %}'
    many.write(f"{THEME}/templates/article.html", article)
    many.write(f"{THEME}/templates/tag.html", "{{ tag }} {{ number() }}")
    alone, several = built(many, 1, *WITH_COUNTING), built(many, 3, *WITH_COUNTING)
    assert several[0] == alone[0]
    assert several[1].count("one by") == 1
