"""A finding: its place, what is wrong, and what to do."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

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


def near(wrong: str, names: Iterable[str], otherwise: str) -> str:
    """Suggest names that are similar to a wrong one, or return `otherwise` if there are none."""
    alike = get_close_matches(wrong, names, n=3, cutoff=0.8)
    return f"did you mean {' or '.join(alike)}?" if alike else otherwise


def slip_of(word: str, known: Iterable[str]) -> str | None:
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
