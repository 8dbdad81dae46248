"""Compiled templates are kept, and never used for another or a newer one."""

import os
import shutil
from pathlib import Path

import pytest

from tests.builds import run
from tests.tables import blocks

(SETTINGS,) = blocks(__file__).values()
TEMPLATE = '{% if true %}\n{{ "word"|shouted }} {{ SITENAME }}\n{% endif %}\n'


def build(site: Path, more: str = "") -> tuple[str, list[str]]:
    """Build; return the page, and the names of compiled templates."""
    with (site / "settings.py").open("a", encoding="utf-8") as file:
        file.write(more)
    (site / "compiled").write_text("", "utf-8")
    code, out, errors = run("pelican", ["-s", "settings.py"], site, os.environ)
    assert code == 0, out + errors
    return (site / "output/index.html").read_text("utf-8"), (site / "compiled").read_text("utf-8").split()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a site of one page, whose template applies a filter of the author's own."""
    written = {
        "settings.py": SETTINGS.format(repository=str(Path(__file__).resolve().parents[3])),
        "mine.py": "def shouted(text):\n    return text.upper()\n",
        "theme/templates/index.html": TEMPLATE,
        "theme/static/style.css": "",
        "content/extra": "",
    }
    site = tmp_path_factory.mktemp("templates")
    for name, text in written.items():
        path = site / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    assert build(site) == ("WORD Mine\n", ["index.html"])
    shutil.copytree(site, site.with_name("as_built"))
    return site


@pytest.fixture
def site(built: Path) -> Path:
    """Return that site, as it was built."""
    shutil.rmtree(built)
    return Path(shutil.copytree(built.with_name("as_built"), built))


def test_a_template_is_compiled_once(site: Path) -> None:
    """The next build only reads what the first one stored, and writes the same page."""
    assert build(site) == ("WORD Mine\n", [])


def test_an_edited_template_is_compiled_again(site: Path) -> None:
    """And after a change of the options for parsing it."""
    (site / "theme/templates/index.html").write_text(TEMPLATE.replace("word", "other"), "utf-8")
    assert build(site) == ("OTHER Mine\n", ["index.html"])
    options = 'JINJA_ENVIRONMENT = {"trim_blocks": False, "lstrip_blocks": True, "extensions": []}\n'
    assert build(site, options) == ("\nOTHER Mine\n", ["index.html"])


def test_an_edited_filter_is_applied_again_to_constants(site: Path) -> None:
    """Jinja would evaluate `"word"|shouted` while compiling, and the next build would show the old result."""
    (site / "mine.py").write_text("def shouted(text):\n    return text + '!'\n", "utf-8")
    assert build(site) == ("word! Mine\n", [])


@pytest.mark.parametrize("damage", [b"", b"j2\x05\x00", None])
def test_a_damaged_file_counts_as_missing(site: Path, damage: bytes | None) -> None:
    """Truncated, empty, or with its end overwritten."""
    for kept in (site / "cache/templates").iterdir():
        whole = kept.read_bytes()
        kept.write_bytes(damage if damage is not None else whole[: len(whole) // 2] + b"\xff" * 20)
    assert build(site) == ("WORD Mine\n", ["index.html"])
    assert build(site) == ("WORD Mine\n", [])


def test_if_nothing_can_be_stored_the_site_is_built_anyway(site: Path) -> None:
    """The folder can't be created, because a file has its name."""
    shutil.rmtree(site / "cache")
    (site / "cache").write_text("", "utf-8")
    for _ in range(2):
        assert build(site) == ("WORD Mine\n", ["index.html"])


def test_with_an_extension_nothing_is_stored(site: Path) -> None:
    """It may compile anything, so the source doesn't show whether the code is still valid."""
    more = 'JINJA_ENVIRONMENT = {"trim_blocks": True, "lstrip_blocks": True, "extensions": ["jinja2.ext.do"]}\n'
    for _ in range(2):
        assert build(site, more) == ("WORD Mine\n", ["index.html"])
