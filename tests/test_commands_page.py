"""The reference of commands names all that there are, and no others."""

from __future__ import annotations

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
    """Return the parser of each command of `unrolled`."""
    added: Any = argparse.ArgumentParser().add_subparsers()
    kit._add_draw(added)
    commands.add(added)
    return dict(added.choices)


def options(parser: argparse.ArgumentParser) -> Iterator[str]:
    """Name the options of a command by their longest names."""
    for action in parser._actions:
        longest = max(action.option_strings, key=len, default="")
        if longest not in ("", "--help", "--settings", "--turned"):
            yield longest


def test_every_command_and_option_of_unrolled_is_there() -> None:
    """In the row of the command."""
    rows = {name: row for row in PAGE.splitlines() for name in re.findall(r"^\| `unrolled (\w+)", row)[:1]}
    known = parsers()
    assert rows.keys() == known.keys()
    for name, parser in known.items():
        missing = [option for option in options(parser) if f"`{option}" not in rows[name]]
        assert not missing, f"name {', '.join(missing)} in the row of `unrolled {name}` in docs/commands.md"


def test_every_option_of_export_is_there() -> None:
    """As slides and papers need them."""
    parser = argparse.ArgumentParser()
    export.add_arguments(parser)
    names = {max((it for it in action.option_strings if it != "--turned"), key=len) for action in parser._actions[2:]}
    assert [name for name in names if f"`{name}" not in PAGE] == []


def test_every_target_of_make_is_there_and_no_other() -> None:
    """As `make` alone lists them."""
    said = subprocess.run(["make"], cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout
    there = set(re.findall(r"^  make ([\w-]+)", said, re.M))
    named = set(re.findall(r"`make ([\w-]+)", PAGE))
    assert len(there) > 20
    assert named == there, f"docs/commands.md lacks {sorted(there - named)}, and has {sorted(named - there)}"
