"""What all pages of a site depend on: when it changes, none is kept."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader
from pelican.settings import DEFAULT_CONFIG

from plugins.building.pages import key_of
from plugins.building.values import Names

FILES = {
    "theme/templates/article.html": "{{ article.title }}",
    "shared/linked.html": "linked",
    "theme/translations/de/LC_MESSAGES/messages.po": 'msgid "Tags"\nmsgstr "Schlagwörter"\n',
    "theme/static/x.css": "a {}",
    "strange.py": "def loud(html): return html.upper()\n",
    "strange_parts/__init__.py": "",
    "strange_parts/beside.html": "beside",
}
"""A site's own theme, with a folder of templates behind a link, and code that it imports."""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a folder with those files; the code is imported."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "theme/templates/linked").symlink_to("../../shared")
    monkeypatch.syspath_prepend(tmp_path)
    for name in ("strange", "strange_parts"):
        importlib.import_module(name)
    yield tmp_path
    del sys.modules["strange"], sys.modules["strange_parts"]


def key(site: Path, **settings: Any) -> str:
    """Return it, as it is now."""
    here = FileSystemLoader(str(site / "theme/templates"))
    environment = Environment(loader=ChoiceLoader([here, PrefixLoader({"!theme": here})]))
    environment.filters["loud"] = sys.modules["strange"].loud
    return key_of({**DEFAULT_CONFIG, "THEME": str(site / "theme"), **settings}, [environment], Names())


@pytest.mark.parametrize("name", [it for it in FILES if not it.endswith("__init__.py")])
def test_no_page_is_kept_if_a_file_of_the_theme_or_of_the_code_changes(name: str, site: Path) -> None:
    """A template, even behind a link, a translation, a module, or what lies beside it."""
    before = key(site, HASHED_NAMES=True)
    assert key(site, HASHED_NAMES=True) == before
    (site / name).write_text(f"{FILES[name]}\n", "utf-8")
    assert key(site, HASHED_NAMES=True) != before


def test_no_page_is_kept_if_a_setting_or_a_function_changes(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even one that no template seems to use; but a style sheet counts only where its name depends on its contents."""
    before = key(site)
    assert key(site, FOOT="feet") != before
    (site / "theme/static/x.css").write_text("b {}", "utf-8")
    assert key(site) == before
    monkeypatch.setattr(sys.modules["strange"], "loud", lambda html: html.lower())
    assert key(site) != before
