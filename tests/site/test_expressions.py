"""Whatever a template asks for, its page is that of a clean build."""

import shutil
import time
from collections.abc import Sequence

import pytest

from tests.conftest import Build, Site

SETTINGS = """
import enum, os, sys, threading, time
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from pelicanconf_here import PATH, OUTPUT_PATH, CACHE_PATH

ROOT = Path({root!r})
THEME, PLUGINS = str(ROOT / "theme"), ["plugins.reading", "plugins.building"]
DIRECT_TEMPLATES, ARTICLE_SAVE_AS, PAGE_SAVE_AS = [], "{{slug}}.html", "{{slug}}.html"
AUTHOR_SAVE_AS = CATEGORY_SAVE_AS = TAG_SAVE_AS = ""
FEED_ALL_ATOM = CATEGORY_FEED_ATOM = TRANSLATION_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None
TEMPLATE_PAGES = {{it.name: it.name for it in (ROOT / "theme/templates").glob("x-*.html")}}
NOTE = ROOT / "note.txt"

class Said:
    def __str__(self): return NOTE.read_text()
    def __iter__(self): return iter(NOTE.read_text().split())
    def __eq__(self, other): return NOTE.read_text() == other
    def __hash__(self): return 0
    def __contains__(self, word): return word in NOTE.read_text()
    def __getitem__(self, name): return f"{{name}} {{NOTE.read_text()}}"
    def method(self, sign): return sign + NOTE.read_text()
    @classmethod
    def of_class(cls): return NOTE.read_text()

@dataclass(frozen=True)
class Frozen:
    place: Path
    @property
    def text(self): return self.place.read_text()

class Place(enum.Enum):
    NOTE = "note.txt"
    @property
    def text(self): return (ROOT / self.value).read_text()

class Ticking:
    @property
    def time(self): return time.time_ns()

def note(place, sign=""): return sign + place.read_text()
def size(place): return os.stat(place).st_size
def is_there(name): return os.path.exists(ROOT / name)
def titles(articles): return ", ".join(it.title for it in articles)

SAID, SAID_CLASS, FROZEN, PLACE, PLACES, LISTED = Said(), Said, Frozen(NOTE), Place.NOTE, Place, [[Said()]]
TICKING = Ticking()
JINJA_GLOBALS = {{
    "env": os.environ.get, "now": datetime.now, "today": date.today, "fromkeys": dict.fromkeys,
    "size": size, "is_there": is_there, "ticks": lambda: time.time_ns(), "note": partial(note, NOTE),
}}
JINJA_FILTERS = {{"noted": partial(note, sign="!"), "titles": titles}}
JINJA_TESTS = {{"in_note": lambda word: word in NOTE.read_text()}}
"""

OF_NOTE = {
    "a method of a path": "{{ NOTE.read_text() }}",
    "a method of a path, by name": "{{ (NOTE|attr('read_text'))() }}",
    "a method": "{{ SAID.method('!') }}",
    "a class method": "{{ SAID_CLASS.of_class() }}",
    "an object of a class": "{{ SAID_CLASS() }}",
    "__str__": "{{ SAID }}{{ '%s' % SAID }}",
    "__iter__": "{% for word in SAID %}{{ word }};{% endfor %}",
    "__eq__": "{{ SAID == 'one note' }}",
    "__contains__": "{{ 'one' in SAID }}",
    "__getitem__": "{{ SAID['x'] }}",
    "a nested object": "{{ LISTED[0][0] }}",
    "format of an object": "{{ '{0}'.format(SAID) }}",
    "a property of a frozen dataclass": "{{ FROZEN.text }}",
    "a property of an enum": "{{ PLACE.text }}",
    "a property of an enum's member": "{{ PLACES.NOTE.text }}",
    "an article's settings": "{% for it in articles %}{{ it.settings.SAID }}{% endfor %}",
    "a filter with arguments": "{{ NOTE|noted }}",
    "a function with arguments": "{{ note() }}{{ note(sign='?') }}",
    "a filter by name": "{{ [NOTE]|map('noted')|list }}",
    "a test": "{{ 'one' is in_note }}",
    "a file's size": "{{ size(NOTE) }}",
    "a file that isn't there": "{{ is_there('new.txt') }}",
    "imported without context": "{% from 'module.html' import noted %}{{ noted }}",
    "imported without context, again": "{% import 'module.html' as it %}{{ it.noted }}",
    "behind a link": "{% include 'partials/part.html' %}",
}
"""Templates that show what is in `note.txt`, that there is a new file, or a template in a linked folder."""
OF_ARTICLE = {
    "format": "{% for it in articles %}{{ '{0.title}'.format(it) }}{% endfor %}",
    "format_map": "{% for it in articles %}{{ '{it.title}'.format_map({'it': it}) }}{% endfor %}",
    "format of a filter": "{% for it in articles %}{{ '%s'|format(it.title) }}{% endfor %}",
    "a filter of a list": "{{ articles|titles }}",
    "attributes of a list": "{{ articles|map(attribute='title')|join }}",
    "groups": "{% for title, them in articles|groupby('title') %}{{ title }}{% endfor %}",
    "sorted": "{{ (articles|sort(attribute='title')|first).slug }}",
    "all of an article": "{% for it in articles %}{{ it.__dict__.title }}{{ it.metadata.title }}{% endfor %}",
    "a category's articles": "{% for category, them in categories %}{{ them[0].title }}{% endfor %}",
    "text of an article": "{% for it in articles %}{{ it.content }}{{ it.summary }}{% endfor %}",
}
"""Templates that show an article's title or text."""
EACH_TIME = {
    "now": "{{ now().microsecond }}",
    "an own function": "{{ ticks() }}",
    "a property": "{{ TICKING.time }}",
    "chance": "{{ range(1000000000)|random }}",
}
"""Templates that show something else in each build."""
STEADY = {"fromkeys": "{{ fromkeys('ab', 1) }}", "the day": "{{ today().year }}", "env": "{{ env('ADV', 'no') }}"}


def write(site: Site, templates: dict[str, str], settings: str = "") -> Sequence[str]:
    """Write a site of such templates, each for a page of its own; return their files in the order of the table."""
    names = [f"x-{number}.html" for number in range(len(templates))]
    for name, text in zip(names, templates.values(), strict=True):
        site.write(f"theme/templates/{name}", text)
    site.write("theme/templates/article.html", "{{ article.title }}")
    site.write("theme/templates/page.html", "{{ page.title }}")
    site.write("theme/templates/module.html", "{% set noted = NOTE_OF.read_text() %}{% set own = env('ADV', '1') %}")
    site.write("theme/static/x.css", "a {}")
    site.write("shared/part.html", "first")
    (site.root / "theme/templates/partials").symlink_to("../../shared")
    site.write("note.txt", "one note")
    more = 'JINJA_GLOBALS["NOTE_OF"] = NOTE\n'
    site.write("strange.py", f"{SETTINGS.format(root=str(site.root))}{more}{settings}")
    site.article("one", "Words of one.")
    site.article("two", "Words of two.")
    return names


def built(site: Site, **environment: str) -> Build:
    """Build some time after whatever was written."""
    time.sleep(0.1)
    done = site.build("-v", settings="strange.py", PYTEST_CURRENT_TEST="", **environment)
    assert done.code == 0, done.report + done.out
    return done


def clean(site: Site, **environment: str) -> dict[str, bytes]:
    """Build without anything that earlier builds left, and read the result."""
    for name in ("output", ".cache"):
        shutil.rmtree(site.root / name)
    built(site, **environment)
    return site.output()


@pytest.mark.slow
def test_each_expression_is_evaluated_again_if_its_value_may_have_changed(site: Site) -> None:
    """A file that code of the site's own reads, or an article: as in a clean build, and nothing else is rendered.

    Only what shows the time, or chance, is rendered in each build, and no build with it is skipped.
    """
    changing = OF_NOTE | OF_ARTICLE
    templates = changing | EACH_TIME | STEADY
    names = dict(zip(templates, write(site, templates), strict=True))
    built(site)
    before = site.output()
    again = built(site)
    assert "Done: " in again.out
    assert [name for name, file in names.items() if f"rendering {file}" in again.out] == [*EACH_TIME, "the day"]
    now = site.output()
    assert [name for name, file in names.items() if now[file] != before[file]] == [*EACH_TIME]
    site.write("note.txt", "another note, longer")
    site.write("new.txt", "new")
    site.write("shared/part.html", "second")
    site.article("one", "Other words.", Title="Zone")
    built(site)
    now = site.output()
    assert [name for name, file in names.items() if now[file] == before[file]] == [*STEADY]
    expected = clean(site)
    assert now.keys() == expected.keys()
    assert {path for path, data in now.items() if data != expected[path]} == {names[name] for name in EACH_TIME}
    built(site, ADV="2")
    assert site.output()[names["env"]] == b"2"


@pytest.mark.slow
def test_a_module_that_asks_the_environment_is_imported_by_all_pages(site: Site) -> None:
    """It is evaluated once for all of them, without their contexts."""
    write(site, {}, "WORKERS = 2\n")
    site.write("theme/templates/article.html", "{% from 'module.html' import own %}{{ own }}")
    for number in range(40):
        site.article(f"a{number}", "Words.")
    built(site)
    built(site)
    built(site, ADV="2")
    now = site.output()
    assert now["a1.html"] == b"2"
    assert now == clean(site, ADV="2")


def test_a_setting_that_cannot_be_compared_has_all_pages_written(site: Site) -> None:
    """Nobody knows what an article shows of it."""
    text = "LOCK = threading.Lock()\nclass Kept:\n    lock, note = LOCK, NOTE.read_text()\nKEPT = Kept()\n"
    write(site, {"an article's settings": "{% for it in articles %}{{ it.settings.KEPT.note }}{% endfor %}"}, text)
    built(site)
    site.write("note.txt", "another")
    said = built(site)
    assert site.output()["x-0.html"] == b"anotheranother"
    assert "the setting KEPT" in said.out
