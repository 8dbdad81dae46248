"""The colours of the style sheet are those of theme/tokens.json."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
SHEET = Path("theme/static/css/main.css")
TOKENS = Path("theme/tokens.json")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the three files that belong together."""
    for name in (SHEET, TOKENS, Path("tools/tokens.py")):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(REPOSITORY / name, tmp_path / name)
    return tmp_path


def tokens(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the tool as make does."""
    command = [sys.executable, str(project / "tools" / "tokens.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)


def recolour(project: Path, name: str, **values: str) -> None:
    """Give a token other values."""
    colours = json.loads((project / TOKENS).read_text(encoding="utf-8"))
    colours[name] = values
    (project / TOKENS).write_text(json.dumps(colours), encoding="utf-8")


def test_the_style_sheet_holds_every_token_with_both_values(project: Path) -> None:
    """Kit, figures and pages have one set of colours."""
    assert tokens(project, "--check").returncode == 0
    sheet = (project / SHEET).read_text(encoding="utf-8")
    for name, value in json.loads((project / TOKENS).read_text(encoding="utf-8")).items():
        assert f"--{name}: light-dark({value['light']}, {value['dark']});".lower() in sheet


def test_a_changed_token_fails_the_check_in_one_line_and_changes_nothing(project: Path) -> None:
    """The gate says what to do, and leaves the files to the author."""
    recolour(project, "ink", light="#000001", dark="#FFFFFD")
    before = (project / SHEET).read_bytes()
    done = tokens(project, "--check")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "make tokens" in done.stderr
    assert (project / SHEET).read_bytes() == before


def test_writing_brings_the_sheet_up_to_date_and_touches_only_the_block(project: Path) -> None:
    """A new value stands in the sheet, once, and the rest stays as it was."""
    before = (project / SHEET).read_text(encoding="utf-8").splitlines()
    recolour(project, "ink", light="#000001", dark="#FFFFFD")
    assert tokens(project).returncode == 0
    after = (project / SHEET).read_text(encoding="utf-8").splitlines()
    changed = [new for old, new in zip(before, after, strict=True) if old != new]
    assert changed == ["  --ink: light-dark(#000001, #fffffd);"]
    assert tokens(project, "--check").returncode == 0


def test_a_sheet_without_its_markers_and_a_token_without_a_value_are_told_in_one_line(project: Path) -> None:
    """Nothing is written where the tool cannot know what it would overwrite."""
    recolour(project, "ink", light="#000001")
    assert tokens(project).stderr == "theme/tokens.json: a token has no 'dark' value\n"
    shutil.copy(REPOSITORY / TOKENS, project / TOKENS)
    (project / SHEET).write_text("a { color: red }\n", encoding="utf-8")
    done = tokens(project)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert (project / SHEET).read_text(encoding="utf-8") == "a { color: red }\n"


def test_the_kit_s_own_colours_are_written_and_checked_with_the_sheet(project: Path) -> None:
    """A kit that is used without the theme draws in the same colours."""
    kit = project / "diagrams/unrolled/palette.json"
    kit.parent.mkdir(parents=True)
    assert "palette.json differs" in tokens(project, "--check").stderr
    recolour(project, "ink", light="#000001", dark="#FFFFFD")
    assert tokens(project).returncode == 0
    assert json.loads(kit.read_text(encoding="utf-8"))["ink"]["light"] == "#000001"
    assert tokens(project, "--check").returncode == 0
    kit.write_text("{}", encoding="utf-8")
    assert "make tokens" in tokens(project, "--check").stderr
