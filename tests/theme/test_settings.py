"""What a site must set, what it may set, and how it overrides parts of the theme."""

import ast
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment, meta
from pelican.settings import DEFAULT_CONFIG

from plugins import publishing
from plugins import settings as ours
from plugins.diagrams.hooks import DEFAULTS
from plugins.figures.settings import NAMES
from plugins.repository import SETTINGS as ADDRESSES
from tests import builds
from tests.theme.conftest import REPOSITORY
from tests.theme.reading import Site

LONG = "Donaudampfschifffahrt" * 15
ARTICLES = {
    "html": 'Title: A <em>gate</em> & "more" <script>\nDate: 2026-11-01\nSlug: html\n\nWords.\n',
    "long": f"Title: {LONG}\nDate: 2026-11-02\nSlug: long\n\n{LONG}\n",
    "empty": "Title: Empty\nDate: 2026-11-03\nSlug: empty\n\n",
    "one": "Title: One\nDate: 2026-11-04\nTags: Keras\n\nWords.\n",
    "two": "Title: Two\nDate: 2026-11-05\nTags: keras\n\nWords.\n",
    "pages/about": "Title: About\n\nWords.\n",
}


def built(root: Path, settings: str, *names: str) -> Site:
    """Build a site with these settings and articles."""
    for name in names:
        path = root / "content" / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(ARTICLES[name], "utf-8")
    (root / "pelicanconf.py").write_text(settings, "utf-8")
    arguments = ["content", "-s", "pelicanconf.py", "--fatal", "errors"]
    code, out, errors = builds.run("pelican", arguments, root, os.environ)
    assert code == 0, out + errors
    return Site(root / "output")


TEMPLATES = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
MINIMAL = f"SITENAME = 'Mine'\nTHEME = {str(REPOSITORY / 'theme')!r}\nPLUGINS = []\n"


@pytest.fixture(scope="module")
def minimal(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Build a site with no setting but its name."""
    return built(tmp_path_factory.mktemp("minimal"), MINIMAL, *ARTICLES)


def test_a_site_with_no_setting_but_its_name_works(minimal: Site) -> None:
    """Every page that Pelican writes by default is there, with the name; "None" isn't printed anywhere."""
    lists = {f"{name}.html" for name in ("index", "archives", "categories", "tags", "authors")}
    assert lists | {"one.html"} <= minimal.pages.keys()
    for name, page in minimal.pages.items():
        assert page.all("a", class_="brand")[0].text == "Mine", name
        assert not re.search(r"\b(None|Undefined)\b", page.html), name
        assert len(page.all("h1")) == 1, name


@pytest.mark.parametrize(
    ("parent", "has_brand"), [("!simple/base.html", False), ("!theme/base.html", True), ("base.html", True)]
)
def test_a_site_can_override_one_block(tmp_path: Path, parent: str, has_brand: bool) -> None:
    """Of this theme, or of Pelican's simple theme, which has the same blocks."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/page.html").write_text(
        f'{{% extends "{parent}" %}}{{% block title %}}My title{{% endblock %}}'
        "{% block content %}<h1>My {{ page.title }}</h1>{{ page.content }}{% endblock %}",
        "utf-8",
    )
    site = built(tmp_path, f"{MINIMAL}THEME_TEMPLATES_OVERRIDES = ['mine']\n", "one", "pages/about")
    page = site.page("pages/about.html")
    assert [heading.text for heading in page.all("h1") if heading.text.startswith("My")] == ["My About"]
    assert page.all("title")[0].text == "My title"
    assert bool(page.all("a", class_="brand")) == has_brand


def test_the_blocks_of_the_simple_theme_are_there() -> None:
    """So that an override written for it works with this theme."""
    theme, simple = REPOSITORY / "theme/templates", DEFAULT_CONFIG["THEME"]

    def blocks(file: Path) -> set[str]:
        return set(re.findall(r"{%-? block (\w+)", file.read_text("utf-8")))

    asked = blocks(Path(simple, "templates/base.html"))
    assert asked - blocks(theme / "base.html") == set()


PAGE = REPOSITORY / "docs/settings.md"
ROW = re.compile(r"^\| `(?P<name>\w+)` \| (?P<default>[^|]*) \| [^|]+ \|$", re.M)
CODE = {path: path.read_text("utf-8") for path in (REPOSITORY / "plugins").rglob("*.py")}
IN_LISTS = {*NAMES, *DEFAULTS, *ADDRESSES}
"""Settings that are read by a name from a list."""


def rows() -> dict[str, str]:
    """Return the default of each setting, as the page states it."""
    found = [row.groups() for row in ROW.finditer(PAGE.read_text("utf-8"))]
    assert len(dict(found)) == len(found), "a setting has two rows in docs/settings.md"
    return dict(found)


def defaults() -> Iterator[tuple[str, object]]:
    """Yield the defaults that code and templates write next to a setting's name."""
    yield from DEFAULTS.items()
    for text in CODE.values():
        tree = ast.parse(text)
        known = {
            name.id: value
            for node in tree.body
            if isinstance(node, ast.Assign)
            for target in node.targets
            for name, value in zip(*_paired(target, node.value), strict=True)
            if isinstance(name, ast.Name)
        }
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            names = [it.value for it in call.args if isinstance(it, ast.Constant) and isinstance(it.value, str)]
            default = call.args[-1] if len(call.args) > 1 else None
            if isinstance(default, ast.Constant) and names and default.value == names[0]:
                continue  # it takes a setting's name last
            default = known.get(default.id) if isinstance(default, ast.Name) else default
            if names and names[0].isupper() and isinstance(default, ast.Constant):
                yield names[0], default.value
    for path in (REPOSITORY / "theme/templates").glob("*.html"):
        yield from re.findall(r"\b([A-Z_]+)\|default\(\"(.+?)\"\)", path.read_text("utf-8"))


def _paired(target: ast.expr, value: ast.expr) -> tuple[list[ast.expr], list[ast.expr]]:
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        return target.elts, value.elts
    return [target], [value]


def written(value: object) -> str:
    """Format a value as the page does."""
    return f"`{json.dumps(value)}`" if isinstance(value, str) else f"`{value!r}`"


def test_the_table_lists_exactly_the_settings() -> None:
    """Once, in docs/settings.md."""
    told = rows().keys()
    templates = used_in_templates(REPOSITORY / "theme/templates")
    code = "".join(CODE.values())
    asked = set(re.findall(r"(?:settings|context)(?:\.get\(|\[)[\"']([A-Z_]+)[\"']", code))
    asked |= {name for name in templates if name.isupper()} | IN_LISTS
    settings = {name for name in asked if name not in DEFAULT_CONFIG and name not in PELICANS}
    assert settings <= told, f"add a row for {sorted(settings - told)} to a table in docs/settings.md"
    gone = {name for name in told - asked if f'"{name}"' not in code and not name.endswith("_SAVE_AS")}
    assert not gone, f"no template and no plugin has the settings {sorted(gone)} of docs/settings.md"


def test_the_table_has_the_defaults_of_the_code() -> None:
    """And the values in our own settings and in those for publishing."""
    told = rows()
    for name, default in defaults():
        if name in told and default not in (
            None,
            "",
            ".",
        ):  # the last is that of FIGURES_ROOT, from the folder it names
            assert written(default) in told[name], f"{name} is {default!r} without the setting"
    for module, word in ((ours, "ours"), (publishing, "published")):
        for name in vars(module).keys() & told.keys() - {"FIGURES_STYLE", "FIGURES_TOKENS"}:
            value = getattr(module, name)
            expected = f"{word} {written(value)}"
            assert expected in told[name] or told[name].startswith(written(value)), f"{name}: {expected}"
    said = {name for name, default in told.items() if re.search("ours `|published `", default)}
    assert not said - vars(ours).keys() - vars(publishing).keys()


def test_every_plugin_is_listed_with_what_it_adds() -> None:
    """In docs/plugins.md, by its name in the package."""
    page = (REPOSITORY / "docs/plugins.md").read_text("utf-8")
    assert sorted(re.findall(r"^\| `([\w.]+)` \|", page, re.M)) == sorted(it.partition(".")[2] for it in ours.PLUGINS)


def used_in_templates(folder: Path) -> set[str]:
    """Return the names that templates use but don't set: among them settings, of one word or of several."""
    found: set[str] = set()
    for path in folder.glob("*.html"):
        found |= meta.find_undeclared_variables(TEMPLATES.parse(path.read_text("utf-8")))
    return found


def test_a_setting_of_one_word_is_found_in_a_template(tmp_path: Path) -> None:
    """But not in a comment, in a text, or in the name of something else."""
    (tmp_path / "one.html").write_text(
        "{# NOT_THIS #}{% if MOTTO is defined %}<p>NOR_THIS {{ MOTTO|e }} {{ page.NOR_THAT }}</p>{% endif %}", "utf-8"
    )
    assert used_in_templates(tmp_path) == {"MOTTO", "page"}


KINDS = ("AUTHOR", "CATEGORY", "TAG", "TRANSLATION")
"""The kinds of pages with feeds of their own."""

PELICANS = {
    *("FEED_ALL_ATOM_URL", "FEED_ALL_RSS", "FEED_ALL_RSS_URL", "RELATIVE_URLS", "STYLESHEET_URL"),
    *(f"{kind}_FEED_{form}{ending}" for kind in KINDS for form in ("ATOM", "RSS") for ending in ("", "_URL")),
    *("DEFAULT_DATE", "FEED_DOMAIN", "MENUITEMS", "SITESUBTITLE", "TIMEZONE"),
    *("INDEX_SAVE_AS", "ARCHIVES_SAVE_AS", "AUTHORS_SAVE_AS", "CATEGORIES_SAVE_AS", "TAGS_SAVE_AS", "OUTPUT_PATH"),
    *("RSS_FEED_SUMMARY_ONLY", "FEED_MAX_ITEMS", "YEAR_ARCHIVE_URL", "YEAR_ARCHIVE_SAVE_AS"),
}
"""Settings of Pelican that have no default, and those of every direct template."""


def test_unusual_titles_and_texts_work(minimal: Site) -> None:
    """HTML in a title is markup in the heading and plain text in the head; an empty article is an empty page."""
    page = minimal.page("html.html")
    assert "<em>gate</em>" in page.html.partition("<h1>")[2].partition("</h1>")[0]
    assert "A gate" in page.all("title")[0].text
    assert LONG in minimal.page("long.html").all("h1")[0].text
    assert minimal.page("empty.html").all("h1")[0].text == "Empty"


def test_tags_that_differ_only_by_case_are_one(minimal: Site) -> None:
    """One page, with both articles; no page is lost or overwritten."""
    assert [name for name in minimal.pages if name.startswith("tag/")] == ["tag/keras.html"]
    assert {"One", "Two"} <= {link.text for link in minimal.page("tag/keras.html").all("a")}
    assert next(row.text for row in minimal.page("tags.html").all("ul", class_="rows")).casefold() == "keras 2 guides"
