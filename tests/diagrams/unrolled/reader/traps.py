"""Code from articles that is easily misread as another model: cases whose model Keras has built and recorded.

They are in the directory next to this file. Each is expected to be `drawn` as the model that Keras builds, `drawn with
its weights`, that is with the numbers of all weights that the code assigns, or an error, as in `tests.diagrams.cases`.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.diagrams.cases import Case, cases
from unrolled import read_keras
from unrolled.errors import KitError

FOLDER = Path(__file__).parent / "traps"


@dataclass(frozen=True)
class Outcome:
    """The reader's result for a code: a model, or an error's message with its block and line."""

    model: Any = None
    message: str = ""
    where: tuple[int, int] | None = None


def traps() -> dict[str, Case]:
    """Read all traps, by their files and names."""
    found = [(f"{file.stem}: {it.id}", it.values[0]) for file in sorted(FOLDER.glob("*.md")) for it in cases(file)]
    assert len(dict(found)) == len(found), "two traps of one file have the same name"
    return dict(found)


def outcome(code: str) -> Outcome:
    """Read a code; one of the kit's errors is a result, but any other is a bug in the reader."""
    try:
        return Outcome(read_keras(code))
    except KitError as error:
        blocks = [*getattr(code, "before", ()), str(code)]
        at = max((number for number, block in enumerate(blocks, 1) if block == error.block), default=None)
        return Outcome(None, str(error), (at, error.lineno) if at and error.lineno else None)
