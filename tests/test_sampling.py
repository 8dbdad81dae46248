"""Which tests run is what their marks say: a file that is new is never overlooked."""

import os
import subprocess
from pathlib import Path

import pytest

from tests import sampling
from tests.sampling import DAY_S, changed_files

NOW = 1_800_000_000


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Return a repository with an old commit, a merge of today of an old branch, and a commit of today."""
    root = tmp_path / "clone"
    root.mkdir()
    git(root, "init", "-q", "-b", "main")
    commit(root, "old.md", NOW - 3 * DAY_S)
    git(root, "switch", "-q", "-c", "branch")
    commit(root, "merged.md", NOW - 2 * DAY_S)
    git(root, "switch", "-q", "main")
    commit(root, "long-ago.md", NOW - 2 * DAY_S)
    git(root, "merge", "-q", "-m", "Merge", "branch", when=NOW - DAY_S // 2)
    commit(root, "new ä.md", NOW)
    return root


def git(root: Path, *command: str, when: int = NOW) -> None:
    """Run Git as somebody, at some time."""
    dates = {f"GIT_{who}_DATE": f"@{when} +0000" for who in ("AUTHOR", "COMMITTER")}
    names = {f"GIT_{who}_{what}": "a@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    subprocess.run(["git", *command], cwd=root, env={**os.environ, **dates, **names}, check=True)


def commit(root: Path, name: str, when: int) -> None:
    """Add a file."""
    (root / name).write_text("words")
    git(root, "add", ".", when=when)
    git(root, "commit", "-q", "-m", name, when=when)


def test_a_file_is_new_if_a_commit_or_a_merge_of_the_last_day_or_nobody_yet_has_committed_it(clone):
    """Also if its branch is older, or if it was moved away, or only staged."""
    assert changed_files(clone) == {"merged.md", "long-ago.md", "new ä.md"}  # a merge is compared with both parents
    (clone / "untracked.md").touch()
    git(clone, "mv", "old.md", "moved.md")
    changed_files.cache_clear()
    assert changed_files(clone) == {"merged.md", "long-ago.md", "new ä.md", "untracked.md", "old.md", "moved.md"}


def test_where_git_cannot_tell_everything_is_new(clone, tmp_path, monkeypatch):
    """In a shallow clone, and in a folder that is none."""
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{clone}", "shallow")
    assert changed_files(tmp_path / "shallow") == {"old.md", "merged.md", "long-ago.md", "new ä.md"}
    (tmp_path / "copy").mkdir()
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    assert changed_files(tmp_path / "copy") is None
    monkeypatch.setattr(sampling, "REPOSITORY", tmp_path / "copy")
    assert sampling.are_new("anything")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_in_the_gate_a_share_of_the_cases_takes_turns(monkeypatch, seed):
    """Those whose source is new run each time; outside of the gate, all do."""
    assert sampling.in_turn("abcdef", one_in=3) == [*"abcdef"]
    monkeypatch.setattr(sampling, "CHOSEN", "gate")
    monkeypatch.setattr(sampling, "SEED", seed)
    monkeypatch.setattr(sampling, "changed_files", lambda _: frozenset({"docs/e.md"}))
    assert sampling.in_turn("abcdef", one_in=3) == [["c", "f"], ["b", "e"], ["a", "d"]][seed - 1]
    assert "e" in sampling.in_turn("abcdef", one_in=3, source=lambda case: f"docs/{case}.md")


class Item:
    """A test with its marks."""

    def __init__(self, name: str, at: int, **marks: pytest.Mark) -> None:
        self.path = sampling.REPOSITORY / f"tests/test_{name}.py"
        self.name = f"{name}[{at}]"
        self.originalname = name
        self.get_closest_marker = marks.get


def test_marked_tests_run_when_their_files_are_new_or_in_turn(monkeypatch):
    """Also when only the file of the test is new."""
    new, turns = pytest.mark.when_changed("docs/").mark, pytest.mark.takes_turns(one_in=3).mark
    items = [Item("plain", 0), Item("new", 0, when_changed=new)]
    items += [Item("turns", at, takes_turns=turns) for at in range(6)]
    items += [Item("both", at, when_changed=new, takes_turns=turns) for at in range(6)]

    def ran(*changed: str) -> list[str]:
        monkeypatch.setattr(sampling, "changed_files", lambda _: frozenset(changed))
        due = sampling.due(items)
        return [item.name for item in items if item in due]

    assert ran() == [item.name for item in items]
    monkeypatch.setattr(sampling, "CHOSEN", "gate")
    monkeypatch.setattr(sampling, "SEED", 7)
    assert ran() == ["plain[0]", "turns[2]", "turns[5]", "both[2]", "both[5]"]
    assert ran("docs/a.md") == ["plain[0]", "new[0]", "turns[2]", "turns[5]", *(f"both[{at}]" for at in range(6))]
    assert ran("tests/test_both.py") == ["plain[0]", "turns[2]", "turns[5]", *(f"both[{at}]" for at in range(6))]
