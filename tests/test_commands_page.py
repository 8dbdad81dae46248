"""The reference of the commands lists exactly those that exist."""

import argparse
import re
import subprocess
from collections.abc import Iterator
from typing import Any

from plugins import commands
from plugins.figures import export
from tests.conftest import REPOSITORY
from unrolled import __main__ as kit

PAGE = (REPOSITORY / "docs/commands.md").read_text("utf-8")


def parsers() -> dict[str, argparse.ArgumentParser]:
    """Return the parser of each `unrolled` command."""
    added: Any = argparse.ArgumentParser().add_subparsers()
    kit._add_draw(added)
    commands.add(added)
    return dict(added.choices)


def options(parser: argparse.ArgumentParser) -> Iterator[str]:
    """Return the options of a command by their longest names."""
    for action in parser._actions:
        longest = max(action.option_strings, key=len, default="")
        if longest not in ("", "--help", "--settings", "--turned"):
            yield longest


def test_every_command_and_option_of_unrolled_is_listed() -> None:
    """In the row of the command."""
    rows = {name: row for row in PAGE.splitlines() for name in re.findall(r"^\| `unrolled (\w+)", row)[:1]}
    known = parsers()
    assert rows.keys() == known.keys()
    for name, parser in known.items():
        missing = [option for option in options(parser) if f"`{option}" not in rows[name]]
        assert not missing, f"name {', '.join(missing)} in the row of `unrolled {name}` in docs/commands.md"


def test_every_option_of_export_is_listed() -> None:
    """Those for slides and papers."""
    parser = argparse.ArgumentParser()
    export.add_arguments(parser)
    names = {max((it for it in action.option_strings if it != "--turned"), key=len) for action in parser._actions[2:]}
    assert [name for name in names if f"`{name}" not in PAGE] == []


def test_exactly_the_targets_of_make_are_listed() -> None:
    """All that `make` lists, and none that the Makefile lacks."""
    said = subprocess.run(["make"], cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout
    there = set(re.findall(r"^  make ([\w-]+)", said, re.M))
    named = set(re.findall(r"`make ([\w-]+)", PAGE))
    targets = set(re.findall(r"^\.PHONY: (.*)", (REPOSITORY / "Makefile").read_text("utf-8"), re.M)[0].split())
    assert len(there) == 12
    assert there <= named <= targets, f"docs/commands.md lacks {sorted(there - named)}, has {sorted(named - targets)}"
