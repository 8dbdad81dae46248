"""Only changes are written, and the output is that of a clean build."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from plugins.building.pages import ALONE
from tests import builds
from tests.conftest import SIMPLE, Build, Site
from tests.sampling import some

Edit = Callable[[Site], object]

THEME = "theme-of-its-own"
MACRO = "{% macro said(article) %}<b>{{ article.title }}</b>{% endmacro %}"
ARTICLE = """\
{% extends "!simple/article.html" %}
{% block content %}{% from "macro.html" import said with context %}{{ said(article) }}{{ article.content|loud }}
{% for other in articles if other != article %}{{ other.title }} {{ other.url }}{% endfor %}{% include "part.html" %}
{% include "linked/linked.html" %}
{{ FOOT|default("none") }} {{ now() }}{% if tags and not nothing %}tagged{% endif %}{% endblock %}
"""
PLUGIN = """
from pathlib import Path
from pelican import signals
from pelican.generators import Generator
DATA = Path(__file__).parent / "said.txt"
def loud(html): return html.upper().replace("P>", "p>")
def now(): return DATA.read_text()
def give(generator):
    generator.env.filters["loud"] = loud
    generator.env.globals["now"] = now
def register(): signals.generator_init.connect(give)
"""


@pytest.fixture
def written(site: Site) -> Site:
    """Return a built site, with some of everything."""
    site.write("pelicanconf_here.py", (site.root / "pelicanconf_here.py").read_text("utf-8") + "\nFOOT = 'foot'\n")
    for number, name in enumerate(("one", "two", "three")):
        links = "[Next]({filename}/nlp/two.md) [File]({static}/images/x.txt)"
        body = f"The words of {name}. {links}\n\n## A heading\n\n    x = 1\n"
        site.article(name, body, Tags=f"all, t{number}", Date=f"2026-11-0{number + 1}")
    site.article(
        "four", "```python\nSequential([Input((3, 2)), LSTM(4)])\n```\n\n![](/images/line.png)\n", Date="2026-11-09"
    )
    site.write("content/pages/about.md", "Title: About\n\nWords.\n")
    site.write("content/images/x.txt", "a file")
    site.build()
    return site


def own_theme(site: Site) -> list[str]:
    """Write a theme and a plugin unknown to our code; return the options of a build with them."""
    for name, text in {"macro.html": MACRO, "article.html": ARTICLE, "part.html": "{{ article.date.year }}"}.items():
        site.write(f"{THEME}/templates/{name}", text)
    site.write("shared/linked.html", "linked")
    (site.root / THEME / "templates/linked").symlink_to("../../shared")
    site.write(f"{THEME}/static/x.css", "a {}")
    site.write("strange.py", PLUGIN)
    site.write("said.txt", "said once")
    return ["-t", str(site.root / THEME), "-e", 'DIRECT_TEMPLATES=["index"]', 'PLUGINS=["strange", "plugins.building"]']


def clean(site: Site, *options: str) -> dict[str, bytes]:
    """Build into another folder, without any caches but compiled templates, and read the result."""
    for name in ("output", ".cache"):
        if (site.root / name).exists():
            (site.root / name).rename(site.root / f"kept{name}")
    (site.root / ".cache").mkdir()
    (site.root / "kept.cache/templates").rename(site.root / ".cache/templates")
    site.build(*options)
    found = site.output()
    (site.root / ".cache/templates").rename(site.root / "kept.cache/templates")
    for name in ("output", ".cache"):
        shutil.rmtree(site.root / name, ignore_errors=True)
        if (site.root / f"kept{name}").exists():
            (site.root / f"kept{name}").rename(site.root / name)
    return found


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


def moved(site: Site) -> None:
    """Give an article another file, and another URL."""
    (site.root / "content/nlp/two.md").rename(site.root / "content/nlp/zwei.md")
    edit("content/nlp/zwei.md", "Slug: two", "Slug: zwei")(site)
    for name in ("one", "two", "three"):
        if name != "two":
            edit(f"content/nlp/{name}.md", "two.md", "zwei.md")(site)
    edit("content/nlp/zwei.md", "two.md", "zwei.md")(site)


EDITS: dict[str, Edit] = {
    "body": edit("content/nlp/one.md", "The words", "Other words"),
    "title": edit("content/nlp/two.md", "Title: Two", "Title: Zwei"),
    "nothing": lambda _site: None,
    "tag": edit("content/nlp/three.md", "all, t2", "all, t1, new"),
    "date": edit("content/nlp/three.md", "2026-11-03", "2025-10-03"),
    "summary": edit("content/nlp/one.md", "Title: One", "Title: One\nSummary: In short."),
    "code of a figure": edit("content/nlp/four.md", "LSTM(4)", "LSTM(5)"),
    "script": edit("diagrams/line.py", "[0, 1], [0, 1]", "[0, 1], [1, 0]"),
    "docstring of a script": edit("diagrams/line.py", "rises", "falls"),
    "draft": edit("content/nlp/one.md", "Title: One", "Title: One\nStatus: draft"),
    "setting": edit("pelicanconf_here.py", "FOOT = 'foot'", "SITENAME = 'Another'"),
    "static file": lambda site: site.write("content/images/x.txt", "another"),
    "static file, as large and as old": lambda site: _disguised(site.root / "content/images/x.txt", "b file"),
    "deleted": lambda site: (site.root / "content/nlp/three.md").unlink(),
    "moved": moved,
    "new": lambda site: site.article("five", "Fifth.", Date="2026-11-02"),
    "language": lambda site: site.article("one-de", "Erstens.", Lang="de", Slug="one"),
    "page": edit("content/pages/about.md", "Title: About", "Title: Who"),
    "a page of the output": lambda site: site.write("output/2026/11/two/index.html", "spoilt"),
    "a page of the output, as large and as old": lambda site: _disguised(
        place := site.root / "output/2026/11/two/index.html", place.read_text("utf-8").replace("words", "wards")
    ),
    "a page that is gone": lambda site: (site.root / "output/2026/11/two/index.html").unlink(),
    "a file of the output": lambda site: site.write("output/images/x.txt", "spoilt"),
    "a file of the output, as large and as old": lambda site: _disguised(site.root / "output/images/x.txt", "b file"),
    "what is not of the site": lambda site: site.write("output/2026/old.html", "old"),
    "notes that are damaged": lambda site: _damage(site, lambda text: text[: len(text) // 2]),
    "notes of another shape": lambda site: _damage(site, lambda _: '{"pairs": 3, "pages": [], "key": 1}'),
}


def _disguised(path: Path, text: str) -> None:
    """Write another text with the same size and time, as `cp -p` can."""
    before = path.stat()
    assert path.write_bytes(text.encode()) == before.st_size
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def _damage(site: Site, change: Callable[[str], str]) -> None:
    (notes,) = (site.root / ".cache/written").glob("*.json")
    notes.write_text(change(notes.read_text("utf-8")), "utf-8")


@pytest.mark.parametrize("name", some(EDITS, one_in=12))
def test_an_edit_leads_to_the_same_files_as_a_clean_build(written: Site, name: str) -> None:
    """Byte for byte, and no additional file."""
    EDITS[name](written)
    written.build()
    now = written.output()
    assert now == clean(written)


def test_only_pages_that_show_it_are_rendered_again(written: Site) -> None:
    """A body is in one page; others are neither rendered nor written."""
    assert rendered(written.build("-v")) == set()
    before = {path: path.stat().st_mtime_ns for path in (written.root / "output").rglob("*.html")}
    EDITS["body"](written)
    pages = rendered(written.build("-v"))
    assert "2026/11/one/index.html" in pages
    assert not {"2026/11/two/index.html", "2026/11/three/index.html", "about/index.html", "404.html"} & pages
    (file,) = [path for path in before if path.match("2026/11/two/index.html")]
    assert file.stat().st_mtime_ns == before[file]


def test_a_folder_of_kept_pages_is_moved_as_a_whole(written: Site) -> None:
    """If it holds nothing else: a stray file in it is gone, and the page is kept."""
    folder = written.root / "output/2026/11/two"
    before = folder.stat().st_ino, (folder / "index.html").stat().st_ino
    written.build()
    assert (folder.stat().st_ino, (folder / "index.html").stat().st_ino) == before
    (folder / "stray").write_text("stray", "utf-8")
    written.build()
    assert [it.name for it in folder.iterdir()] == ["index.html"]
    assert (folder / "index.html").stat().st_ino == before[1]


def test_a_file_that_takes_the_place_of_a_page_stays_there(written: Site) -> None:
    """In the build after it comes, and in those that follow."""
    place = 'EXTRA_PATH_METADATA={"extra/about.txt": {"path": "pages/about.html"}}'
    options = [*SIMPLE, 'PLUGINS=["plugins.building"]', 'STATIC_PATHS=["images", "extra"]', place]
    options += ['PAGE_SAVE_AS="pages/{slug}.html"']
    written.build(*options)
    assert "Words." in (written.root / "output/pages/about.html").read_text("utf-8")
    written.write("content/extra/about.txt", "a file")
    for _ in range(3):
        written.build(*options)
        assert (written.root / "output/pages/about.html").read_text("utf-8") == "a file"


def test_a_new_article_costs_the_pages_that_show_it(written: Site) -> None:
    """Its own, the lists, and those of the articles before and after it."""
    EDITS["new"](written)
    pages = rendered(written.build("-v"))
    assert {"2026/11/five/index.html", "index.html"} <= pages
    assert not {"2026/11/four/index.html", "about/index.html", "404.html"} & pages


def _without_tags(site: Site) -> None:
    for name in ("one", "two", "three"):
        text = (site.root / f"content/nlp/{name}.md").read_text("utf-8")
        site.write(f"content/nlp/{name}.md", "".join(it for it in text.splitlines(True) if not it.startswith("Tags:")))


STRANGE: dict[str, Edit] = {
    "macro": edit(f"{THEME}/templates/macro.html", "<b>", "<i>"),
    "what a function reads": lambda site: site.write("said.txt", "said twice"),
    "body": EDITS["body"],
    "nothing": EDITS["nothing"],
    "included": edit(f"{THEME}/templates/part.html", "year", "month"),
    "template": edit(f"{THEME}/templates/article.html", "none", "nothing"),
    "behind a link": edit("shared/linked.html", "linked", "loosened"),
    "plugin": edit("strange.py", "html.upper()", "html.lower()"),
    "title": EDITS["title"],
    "no tags": _without_tags,
    "sheet": lambda site: site.write(f"{THEME}/static/x.css", "b {}"),
    "setting": edit("pelicanconf_here.py", "FOOT = 'foot'", "FOOT = 'feet'"),
}


@pytest.mark.parametrize("name", some(STRANGE, one_in=11))
def test_the_dependencies_of_an_unknown_theme_and_plugin_are_found(written: Site, name: str) -> None:
    """A template, a macro, an included one, a setting, code, and files that a plugin's function reads."""
    options = own_theme(written)
    written.build(*options)
    assert rendered(written.build(*options, "-v")) == set()
    STRANGE[name](written)
    written.build(*options)
    now = written.output()
    assert now == clean(written, *options)


@pytest.mark.slow
def test_pages_of_pelican_s_own_theme_are_kept(written: Site) -> None:
    """With no plugin but this one."""
    options = [*SIMPLE, 'PLUGINS=["plugins.building"]', "RELATIVE_URLS=true"]
    written.build(*options)
    assert rendered(written.build(*options, "-v")) == set()
    EDITS["title"](written)
    written.build(*options)
    now = written.output()
    assert now == clean(written, *options)


REWRITING = """
from pathlib import Path
from pelican import signals
def more(path, context): Path(path).write_text(Path(path).read_text() + "<!-- once -->")
def register(): signals.content_written.connect(more)
"""


def test_a_plugin_that_changes_a_page_does_so_once(written: Site) -> None:
    """Changed pages are written again, and so never changed twice."""
    written.write("rewriting.py", REWRITING)
    options = [*SIMPLE, 'PLUGINS=["plugins.building", "rewriting"]']
    written.build(*options)
    written.build(*options)
    assert written.page("one").count("<!-- once -->") == 1
    now = written.output()
    assert now == clean(written, *options)


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


def test_counters_and_templates_of_a_plugin_s_own_are_written_each_time(written: Site) -> None:
    """Asking a counter again would count once more; and nothing is known about a plugin's own environment."""
    options = own_theme(written)
    options[-1] = 'PLUGINS=["strange", "counting", "plugins.building"]'
    written.write("counting.py", COUNTING)
    written.write("content/said.txt", "one")
    edit(f"{THEME}/templates/part.html", "{{ article.date.year }}", "{{ number() }}")(written)
    written.build(*options)
    for change in (EDITS["title"], EDITS["body"]):
        change(written)
        written.write("content/said.txt", "another")
        written.build(*options)
        now = written.output()
        assert now == clean(written, *options)


def test_a_warning_about_a_page_is_repeated(written: Site) -> None:
    """A kept page would hide it."""
    edit("content/nlp/one.md", "two.md", "gone.md")(written)
    first, second = written.build(), written.build()
    assert "gone.md" in first.report
    assert second.report == first.report


@pytest.mark.slow
def test_without_emptying_the_output_old_files_stay(written: Site) -> None:
    """As the setting says; pages are kept where they are."""
    edit("pelicanconf_here.py", "FOOT = 'foot'", "DELETE_OUTPUT_DIRECTORY = False")(written)
    written.build()
    written.write("output/old.html", "old")
    assert rendered(written.build("-v")) == set()
    EDITS["deleted"](written)
    written.build()
    assert {"old.html", "2026/11/three/index.html"} <= written.output().keys()
    EDITS["title"](written)
    written.build()
    new = clean(written)
    found = {name: data for name, data in written.output().items() if "pagefind" not in name}
    assert found.keys() - new.keys() == {"old.html", "2026/11/three/index.html", "tags/t2/index.html"}
    assert {name: data for name, data in found.items() if name in new} == {
        name: data for name, data in new.items() if "pagefind" not in name
    }


def test_retained_files_stay(written: Site) -> None:
    """OUTPUT_RETENTION lists files that the author keeps there."""
    written.write("output/.git/config", "mine")
    written.write("output/stray", "not mine")
    written.build("-e", 'OUTPUT_RETENTION=[".git"]')
    assert ".git/config" in written.output()
    assert "stray" not in written.output()


def test_a_failed_build_leaves_nothing_old(written: Site) -> None:
    """The next one writes everything again."""
    options = own_theme(written)
    written.build(*options)
    edit(f"{THEME}/templates/part.html", "article.date.year", "1 // 0")(written)
    assert written.build(*options).code
    assert not (written.root / "output/about/index.html").exists()
    edit(f"{THEME}/templates/part.html", "1 // 0", "article.date.year")(written)
    written.build(*options)
    now = written.output()
    assert now == clean(written, *options)


def test_a_failed_build_leaves_the_pages_before_the_error(written: Site) -> None:
    """Whether they were rendered or kept."""
    written.build()
    written.article("last", "Words.", Date="2020-01-01", Template="page")
    assert written.build().code
    left = written.output()
    assert left == clean(written)
    assert any(name.endswith("index.html") for name in left)


def test_commands_that_only_read_leave_the_output_alone(written: Site) -> None:
    """They create generators, too."""
    before = written.output()
    arguments = ["-s", str(written.root / "pelicanconf_here.py")]
    builds.run("plugins.content", arguments, Path(written.root), {})
    assert written.output() == before


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


@pytest.fixture
def many(site: Site) -> Site:
    """Return a site with more pages than one process renders alone, and a warning about one of them."""
    for number in range(1, ALONE + 14):
        link = "[gone]({filename}gone.md)" if number == ALONE + 3 else "[first]({filename}a1.md)"
        tags = f"all, t{number % 3}"
        site.article(f"a{number}", f"Words {number}.\n\n## Heading\n\n{link}\n", Tags=tags, Date="2026-11-01")
    return site


def built(site: Site, workers: int, *options: str) -> tuple[dict[str, bytes], str, str, str]:
    """Build from scratch with a number of workers; return the files, output, reports, and signals seen by a plugin."""
    shutil.rmtree(site.root / "output", ignore_errors=True)
    for place in {*(site.root / ".cache").iterdir()} - {site.root / ".cache/templates"}:
        shutil.rmtree(place) if place.is_dir() else place.unlink()
    heard = site.root / "heard.txt"
    heard.unlink(missing_ok=True)
    done = site.build("-v", *(options or ["-e"]), f"WORKERS={workers}")
    words = done.out.split()
    said = [" ".join(pair) for pair in pairwise(words) if pair[0] in ("Writing", "rendering", "one")]
    return site.output(), "\n".join(said), done.report, heard.read_text() if heard.exists() else ""


def test_children_render_the_same_as_one_process(many: Site) -> None:
    """Bytes and messages are the same and in the same order, and so is what is kept."""
    alone = built(many, 1)
    assert "gone.md" in alone[2]
    for workers in (2, 3):
        assert built(many, workers) == alone
        assert rendered(many.build("-v", "-e", f"WORKERS={workers}")) == {f"2026/11/a{ALONE + 3}/index.html"}


def test_a_plugin_that_listens_hears_of_all_pages_in_order(many: Site) -> None:
    """One by one, as they are written; none is kept, because it might change another one."""
    many.write("listening.py", LISTENING)
    alone = built(many, 1)
    settings = (many.root / "pelicanconf_here.py").read_text("utf-8")
    many.write("pelicanconf_here.py", f"{settings}\nPLUGINS = [*PLUGINS, 'listening']\n")
    heard = [built(many, workers) for workers in (1, 3)]
    assert heard[0] == heard[1]
    assert heard[0][0] == alone[0]
    written = [line.split()[1:] for line in heard[0][3].splitlines() if line.startswith("written ")]
    assert len(written) == alone[1].count("Writing ")
    assert all(int(size) == len(alone[0][name].decode()) for _, size, name in written)


def test_questions_to_an_unknown_plugin_are_asked_by_one_process(many: Site) -> None:
    """A child would count what its parent doesn't, so no page that is rendered after that is taken from one."""
    options = own_theme(many)
    options[-1] = 'PLUGINS=["strange", "counting", "plugins.building"]'
    many.write("counting.py", COUNTING)
    many.write("content/said.txt", "one")
    article = '{{ article.content }}{% if article.slug == "a20" %}{{ number() }}{% endif %}'
    many.write(f"{THEME}/templates/article.html", article)
    many.write(f"{THEME}/templates/tag.html", "{{ tag }} {{ number() }}")
    alone, several = built(many, 1, *options), built(many, 3, *options)
    assert several[0] == alone[0]
    assert several[1].count("one by") == 1
