"""What is broken: an entry of the report, as file, line, what is wrong and what to do, and the lines around."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PLACE = re.compile(r"(?P<file>[^\s:][^:\n]*?)(?::(?P<line>[0-9]{1,9}))?: (?P<said>.*)")
COULD_NOT = "Could not process "
AROUND = 2
"""How many lines of a file are shown before and after the one that is told."""

IN_A_PREVIEW = {"fix the script, and build again": "fix the script", ", and build again": ", and save again"}
"""What the advice for a build says otherwise where saving is enough."""

LONGEST = 400
"""How much of a line is shown: one may hold a whole picture."""


@dataclass(frozen=True)
class Problem:
    """One error or warning: where it was found, in what, what is wrong and what to do, with the lines of the file."""

    level: str
    place: str
    about: str
    said: str
    details: Sequence[str] = ()
    file: str = ""
    line: int = 0
    excerpt: Sequence[tuple[int, str]] = ()


def problem(level: str, text: str) -> Problem:
    """Read an entry of the report: `file:line: what`, then indented lines that say more."""
    for words, instead in IN_A_PREVIEW.items():
        text = text.replace(words, instead)
    head, *more = text.splitlines() or [""]
    details = [line.removeprefix("    ").rstrip() for line in more]
    found = PLACE.fullmatch(head)
    named = found if found and file_named(found["file"]) else None
    place = head[: named.start("said") - 2] if named else ""
    about, said = "", named["said"] if named else head
    if details and (" " not in said or said.startswith(COULD_NOT)):  # an address: what is wrong with it comes next
        about, said, *details = "" if said.startswith(COULD_NOT) else said, *details
    # The innermost place is the one to mend: a script's line, rather than the article's that asked for the figure.
    for match in (*(PLACE.fullmatch(line.strip()) for line in (said, *details)), named):
        if match and match["line"] and (path := file_named(match["file"])):
            line = int(match["line"])
            excerpt = excerpt_of(path, line)
            known = [text.strip() for number, text in excerpt if number == line]
            others = [detail for detail in details if detail.strip() not in known]
            return Problem(level, place, about, said, others, str(path), line, excerpt)
    return Problem(level, place, about, said, details)


def shown(path: str) -> str:
    """Name a path as the author would."""
    return str(Path(path).relative_to(Path.cwd())) if Path(path).is_relative_to(Path.cwd()) else path


def excerpt_of(path: Path, line: int) -> list[tuple[int, str]]:
    """Return some lines of a file, numbered."""
    try:
        lines = path.read_text("utf-8-sig", errors="replace").splitlines()
    except OSError:
        return []
    first = max(1, line - AROUND)
    return [(number, text[:LONGEST]) for number, text in enumerate(lines[first - 1 : line + AROUND], start=first)]


def file_named(named: str) -> Path | None:
    """Return a file by the name that it has in a message; None if it is none, or can be none."""
    try:
        path = Path.cwd() / named
        return path if path.is_file() else None
    except (OSError, ValueError):
        return None


def file_in(text: str) -> str:
    """Find the file that a message of Pelican's names, if not at its beginning."""
    return next((word for word in re.split(r"[\s,:'\"]+", text) if "/" in word and file_named(word)), "")
