"""The colours of the style sheet, and of plain matplotlib figures, are those of theme/tokens.json."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sampling import some

REPOSITORY = Path(__file__).resolve().parents[2]
SHEET = Path("theme/static/css/main.css")
TOKENS = Path("theme/tokens.json")
STYLE = Path("theme/figures.mplstyle")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the files that must agree."""
    for name in (SHEET, TOKENS, STYLE, Path("tools/tokens.py")):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(REPOSITORY / name, tmp_path / name)
    return tmp_path


def tokens(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the tool as make does."""
    command = [sys.executable, str(project / "tools" / "tokens.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def recolour(project: Path, name: str, **values: str) -> None:
    """Give a token other values."""
    colours = json.loads((project / TOKENS).read_text(encoding="utf-8"))
    colours[name] = values
    (project / TOKENS).write_text(json.dumps(colours), encoding="utf-8")


def test_the_style_sheet_holds_every_token_with_both_values(project: Path) -> None:
    """Kit, figures and pages use one set of colours."""
    assert tokens(project, "--check").returncode == 0
    sheet = (project / SHEET).read_text(encoding="utf-8")
    for name, value in json.loads((project / TOKENS).read_text(encoding="utf-8")).items():
        assert f"--{name}: light-dark({value['light']}, {value['dark']});".lower() in sheet


def test_a_changed_token_fails_the_check_in_one_line_and_changes_nothing(project: Path) -> None:
    """The check says what to do, and leaves the files to the author."""
    recolour(project, "ink", light="#000001", dark="#FFFFFD")
    before = (project / SHEET).read_bytes(), (project / STYLE).read_bytes()
    done = tokens(project, "--check")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "make tokens" in done.stderr
    assert ((project / SHEET).read_bytes(), (project / STYLE).read_bytes()) == before


def test_writing_updates_only_the_block_of_the_style_sheet(project: Path) -> None:
    """The new value appears in it once, and everything else is as before."""
    before = (project / SHEET).read_text(encoding="utf-8").splitlines()
    recolour(project, "ink", light="#000001", dark="#FFFFFD")
    assert tokens(project).returncode == 0
    after = (project / SHEET).read_text(encoding="utf-8").splitlines()
    changed = [new for old, new in zip(before, after, strict=True) if old != new]
    assert changed == ["  --ink: light-dark(#000001, #fffffd);"]
    assert tokens(project, "--check").returncode == 0


def test_missing_markers_and_values_are_reported_in_one_line(project: Path) -> None:
    """Nothing is written if the tool can't know what it would overwrite."""
    recolour(project, "ink", light="#000001")
    assert tokens(project).stderr == "theme/tokens.json: a token has no 'dark' value\n"
    shutil.copy(REPOSITORY / TOKENS, project / TOKENS)
    (project / SHEET).write_text("a { color: red }\n", encoding="utf-8")
    done = tokens(project)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert (project / SHEET).read_text(encoding="utf-8") == "a { color: red }\n"


@pytest.mark.parametrize("name", some(json.loads((REPOSITORY / TOKENS).read_text(encoding="utf-8")), one_in=6))
def test_plain_figures_follow_each_token(project: Path, name: str) -> None:
    """Otherwise the old colour would no longer be a token, and the figure a white box in dark mode."""
    old = json.loads((project / TOKENS).read_text(encoding="utf-8"))[name]["light"]
    before = (project / STYLE).read_text(encoding="utf-8")
    recolour(project, name, light="#000001", dark="#FFFFFD")
    assert tokens(project).returncode == 0
    after = (project / STYLE).read_text(encoding="utf-8")
    assert after == before.replace(old, "#000001")
    assert tokens(project, "--check").returncode == 0


def test_the_check_names_only_the_style_if_only_that_is_out_of_date(project: Path) -> None:
    """An author may have changed a colour there."""
    style = (project / STYLE).read_text(encoding="utf-8")
    (project / STYLE).write_text(style.replace("#1749A6", "#FF0000"), encoding="utf-8")
    done = tokens(project, "--check")
    assert done.returncode == 1
    assert done.stderr == "theme/figures.mplstyle differs from theme/tokens.json: run `make tokens`\n"
    assert tokens(project).returncode == 0
    assert (project / STYLE).read_text(encoding="utf-8") == style


def test_a_colour_of_the_style_without_a_token_is_reported_with_its_line(project: Path) -> None:
    """It couldn't follow a token; after a setting without a colour, any comment is allowed."""
    style = (project / STYLE).read_text(encoding="utf-8")
    lines = style.count("\n")
    (project / STYLE).write_text(f'{style}lines.marker: o  # as round as it gets\nhatch.color: "#FF0000"\n', "utf-8")
    done = tokens(project)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert f"theme/figures.mplstyle:{lines + 2} sets #FF0000 and names no token" in done.stderr
    (project / STYLE).write_text(f'{style}hatch.color: "#FF0000"  # inc\n', encoding="utf-8")
    assert "names 'inc', which isn't a token of theme/tokens.json" in tokens(project).stderr


def test_two_tokens_with_the_same_light_value_are_reported(project: Path) -> None:
    """Figures' colours are mapped to tokens by their light values; one of the two would be wrong in dark mode."""
    recolour(project, "hair", light="#1b2430", dark="#FFFFFD")
    done = tokens(project, "--check")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "ink and hair are both #1b2430" in done.stderr


def test_the_kit_s_own_colours_are_written_and_checked_with_the_sheet(project: Path) -> None:
    """A kit that is used without the theme draws with the same colours."""
    kit = project / "diagrams/unrolled/palette.json"
    kit.parent.mkdir(parents=True)
    assert "palette.json differs" in tokens(project, "--check").stderr
    recolour(project, "ink", light="#000001", dark="#FFFFFD")
    assert tokens(project).returncode == 0
    assert json.loads(kit.read_text(encoding="utf-8"))["ink"]["light"] == "#000001"
    assert tokens(project, "--check").returncode == 0
    kit.write_text("{}", encoding="utf-8")
    assert "make tokens" in tokens(project, "--check").stderr
