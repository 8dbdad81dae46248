"""A finding: its place, what is wrong, and what to do."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from ..files import from_root

log = logging.getLogger(__name__)

ERROR, WARNING, NOTE = logging.ERROR, logging.WARNING, logging.INFO
"""Certain errors; likely mistakes; mere information."""


@dataclass(frozen=True)
class Finding:
    """One finding in the content."""

    level: int
    file: str
    line: int
    what: str
    advice: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}\n    {self.advice}"


def tell(findings: Iterable[Finding]) -> list[Finding]:
    """Log errors and warnings for the report; return the notes, which are reported elsewhere."""
    notes = []
    for finding in findings:
        if finding.level == NOTE:
            notes.append(finding)
        else:
            log.log(finding.level, "%s", finding)
    return notes


def place_of(settings: Mapping[str, Any], name: str = "") -> tuple[str, int]:
    """Return the file and the line that give a setting its value: the settings file in use, or one it imports from.

    That is line 1 of the settings file for a setting that has its value from elsewhere, such as the command line.
    """
    files, root = settings_files(settings), Path(settings["PATH"]).resolve().parent
    for file, values in files.items():
        if name not in values or values[name] != settings.get(name):
            continue
        try:
            text = file.read_text("utf-8")
        except (OSError, ValueError):
            continue
        if matches := [*re.finditer(rf"^{re.escape(name)}\b[^=\n]*=(?!=)", text, re.MULTILINE)]:
            return from_root(file.resolve(), root), 1 + text.count("\n", 0, matches[-1].start())
    return (from_root(next(iter(files)).resolve(), root) if files else "pelicanconf.py"), 1


def settings_files(settings: Mapping[str, Any]) -> dict[Path, Mapping[str, Any]]:
    """Return the modules that hold settings, by file: the one in use first, which has most of their values."""
    candidates = {}
    for module in [*sys.modules.values()]:  # Pelican puts its settings file there before running it
        values = getattr(module, "__dict__", {})
        if isinstance(file := values.get("__file__"), str):
            shared = 0
            with suppress(Exception):  # of any kind: values that no settings file has may not compare
                shared = sum(name.isupper() and name in settings and values[name] == settings[name] for name in values)
            if shared:
                candidates[Path(file)] = (shared, values)
    ordered = sorted(candidates.items(), key=lambda pair: -pair[1][0])
    return {file: module_values for file, (_, module_values) in ordered}


def near(wrong: str, names: Iterable[str], otherwise: str) -> str:
    """Suggest names that are similar to a wrong one, or return `otherwise` if there are none."""
    alike = get_close_matches(wrong, names, n=3, cutoff=0.8)
    return f"did you mean {' or '.join(alike)}?" if alike else otherwise


def typo_of(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that differs by one typo: an extra, missing, wrong or swapped letter."""
    return next((right for right in known if right != word and _is_one_slip(word, right)), None)


def _is_one_slip(one: str, other: str) -> bool:
    if abs(len(one) - len(other)) > 1:
        return False
    same = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    rest, rest_of_other = one[same:], other[same:]
    return (
        rest[1:] == rest_of_other
        or rest == rest_of_other[1:]
        or rest[1:] == rest_of_other[1:]
        or (rest[1::-1] == rest_of_other[:2] and rest[2:] == rest_of_other[2:])
    )
