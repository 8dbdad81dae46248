"""The parts of a project that are sent to other machines."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from plugins.figures.cache import Present
from plugins.figures.manifest import EMPTY, Project, engine_files
from plugins.figures.observations import hash_of
from plugins.figures.settings import Settings

SENT_AT_ONCE = {
    "diagrams/line.py",
    "diagrams/kit/__init__.py",
    "diagrams/kit/deep/colours.py",
    "theme/figures.mplstyle",
    "theme/tokens.json",
}
KEPT = [
    *(".env", ".git/config", ".venv/lib/module.py", ".figures/store/x.png", "data/rows.csv"),
    *("diagrams/.hidden.py", "diagrams/__pycache__/line.py", "diagrams/env/lib/site.py"),
    *("diagrams/env/pyvenv.cfg", "diagrams/rows.csv", "output/index.html", "content/article.md"),
]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Return the initial manifest of a small project."""
    for path in (*SENT_AT_ONCE, *KEPT):
        place = tmp_path / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(path, "utf-8")
    (tmp_path / "linked").symlink_to("data")
    (tmp_path / "away").symlink_to(tmp_path.parent)
    settings = Settings.of({"PATH": tmp_path / "content", "OUTPUT_PATH": tmp_path / "output"})
    return Project(settings, Present(settings))


def test_only_modules_and_shared_files_are_sent_at_first(project):
    """A folder of scripts may contain anything: files that can't be imported are sent when they are read."""
    assert project.entries.keys() == SENT_AT_ONCE
    _, content, _ = project.entries["diagrams/line.py"]
    assert content == hash_of(project.places[content])


def test_files_that_were_read_are_sent(project):
    """From then on they are known, whoever reads them next."""
    before = project.digest
    project.supply("data/rows.csv", "content")
    assert project.entries["data/rows.csv"][1] == hash_of(project.root / "data/rows.csv")
    assert project.digest != before


def test_for_a_listing_only_the_names_are_sent(project):
    """The contents are private until they are read."""
    project.supply("diagrams", "listing")
    assert project.entries["diagrams/rows.csv"][1] == EMPTY
    assert project.entries["diagrams/env"] == ["folder"]
    assert project.entries["diagrams/line.py"][1] != EMPTY


def test_a_link_is_sent_with_its_target(project):
    """A script may ask for the target."""
    project.supply("linked/rows.csv", "content")
    assert project.entries["linked"] == ["link", "data"]
    assert project.entries["data/rows.csv"][1] == hash_of(project.root / "data/rows.csv")


@pytest.mark.parametrize(
    "path",
    [
        *(".env", ".git/config", ".venv/lib/module.py", ".figures/store/x.png", "output/index.html"),
        *("diagrams/env/lib/site.py", "diagrams/__pycache__/line.py", "/etc/hostname", "../other", "away/other"),
    ],
)
def test_some_files_are_never_sent(project, path):
    """A script that reads them is drawn at home."""
    before = dict(project.entries)
    project.supply(path, "content")
    assert {name for name in project.entries.keys() - before.keys() if project.entries[name][0] == "file"} == set()


def test_the_whole_engine_is_sent_with_its_imports():
    """Workers have none of our packages installed."""
    sent = engine_files().entries
    assert {"plugins/__init__.py", "plugins/files.py", "plugins/figures/remote.py"} <= sent.keys()
    assert {"plugins/figures/server.py", "plugins/figures/child/main.py"} <= sent.keys()


def test_what_draws_can_be_imported_from_the_files_sent(tmp_path):
    """A module that the engine imports from beside it has to come along."""
    manifest = engine_files()
    for path, (kind, *entry) in manifest.entries.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        if kind == "file":
            shutil.copy(manifest.places[entry[0]], tmp_path / path)
    imports = "import plugins.figures.child.main, plugins.figures.child.saving, plugins.figures.remote"
    subprocess.run([sys.executable, "-c", imports], cwd=tmp_path, env={}, check=True)
