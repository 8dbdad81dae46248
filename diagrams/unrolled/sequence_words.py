"""What a picture of a sequence says: no more than it shows."""

import re
from collections.abc import Callable, Sequence

from .shapes.staged import is_number

ROLES = {
    "state": "the states",
    "embedding": "the embeddings",
    "steps": "the line of steps",
    "output": "the outputs",
    "memory": "the memory",
    "flow": "the arrows",
    "muted": "the notes",
}
"""What the shapes of a role are called."""
STEP_COLUMNS = ("time step", "step", "stage")
"""What the column of a table is called that says each row's step."""
SENTENCE_END = re.compile(r"(?<=[.!?;]) ")
IN_BRACKETS = re.compile(r" \([^()]*\d\.\d[^()]*\)")
ANY_NUMBER = re.compile(r"[−-]?\d+\.\d+")


def said_until(step: int, last: int, marked: bool, called: str) -> str:
    """Say how far a picture goes."""
    later = " What comes later is outlined, without numbers." if step < last else ""
    if marked:
        return f"{called.capitalize()} {step} of {last} is marked.{later}"
    if step == 0:
        return f"Shown is how it begins.{later}"
    return f"Shown is what has come about up to {called} {step} of {last}.{later}"


def said_without(role: str) -> str:
    """Say what has been left out."""
    return f"Left out: {ROLES.get(role, f'the parts of the role {role}')}."


def silent(text: str, hidden: set[str]) -> str:
    """Take the numbers that are not shown out of a text: brackets that hold any, else the whole sentence."""
    kept = []
    for sentence in SENTENCE_END.split(text):
        plain = IN_BRACKETS.sub(lambda found: "" if _holds(found[0], hidden) else found[0], sentence)
        if not _holds(plain, hidden):
            kept.append(plain)
    return " ".join(kept)


def rows_until(
    head: Sequence[str], rows: Sequence[Sequence[str]], cell_steps: Sequence[Sequence[int]], step: int, hidden: set[str]
) -> list[list[str]]:
    """Empty the cells of a table whose numbers are not shown yet."""
    if cell_steps:
        return [
            ["" if later > step and _holds_a_number(cell) else cell for cell, later in zip(row, steps, strict=True)]
            for row, steps in zip(rows, cell_steps, strict=True)
        ]
    at = next((place for place, name in enumerate(head) if name in STEP_COLUMNS), None)
    if at is None:
        return rows_without(rows, hidden)

    def is_later(row: Sequence[str]) -> bool:
        return row[at].isdigit() and int(row[at]) > step

    return [_emptied(row, _holds_a_number, at) if is_later(row) else list(row) for row in rows]


def rows_without(rows: Sequence[Sequence[str]], hidden: set[str]) -> list[list[str]]:
    """Empty the cells that hold a number which is no longer shown."""
    return [_emptied(row, lambda cell: _holds(cell, hidden)) for row in rows]


def columns_without(
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    cell_steps: Sequence[Sequence[int]],
    role: str,
    hidden: set[str],
) -> tuple[list[str], list[list[str]], tuple[tuple[int, ...], ...]]:
    """Leave out the columns and the rows that are named after a role, then empty what else is no longer shown."""
    what = head.index("what") if "what" in head else None
    kept_rows = [place for place, row in enumerate(rows) if what is None or role not in row[what].split()]
    kept = [place for place, name in enumerate(head) if role not in name.split()]
    rows = [[rows[row][place] for place in kept] for row in kept_rows]
    steps = tuple(tuple(cell_steps[row][place] for place in kept) for row in kept_rows) if cell_steps else ()
    return [head[place] for place in kept], rows_without(rows, hidden), steps


def _emptied(row: Sequence[str], is_hidden: Callable[[str], bool], keep: int | None = None) -> list[str]:
    return ["" if place != keep and is_hidden(cell) else cell for place, cell in enumerate(row)]


def _holds(text: str, hidden: set[str]) -> bool:
    """Tell whether a text holds a number with decimals that is hidden."""
    return any(number in hidden for number in ANY_NUMBER.findall(text))


def _holds_a_number(cell: str) -> bool:
    return bool(cell) and all(is_number(part) or part == "…" for part in re.split(r"[,;] ", cell))
