"""Articles' codes that are easily read as another model, and what must come of each.

They are in the folder beside this file. A trap is a heading, then the article's Python blocks, of which the last is
the figure's own; a block of the class `data` is what only the run under the real Keras sees, for what the article
cannot know. `Given:` and `Model:` are what the image's attributes say. The last line says what must come:

- `Drawn.`: the model that Keras builds.
- `Refused in line 3: `word`.` or `Refused: `word`.`: an error, with each of the words in its message. The line is that
  of the figure's own block; `in line 3 of block 1` is one of an earlier block.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

from unrolled import read_keras
from unrolled.errors import KitError

FOLDER = Path(__file__).parent / "traps"
FENCE = "```"


class Code(str):
    """A figure's own block, as the plugin hands it over."""

    before: tuple[str, ...]
    given: str
    model: str

    def __new__(cls, text: str, before: tuple[str, ...] = (), given: str = "", model: str = "") -> Code:
        """Make the block, with what the article says above it."""
        code = super().__new__(cls, text)
        code.before, code.given, code.model = before, given, model
        return code


@dataclass(frozen=True)
class Trap:
    """One of them."""

    name: str
    file: str
    line: int
    blocks: tuple[str, ...]
    data: str = ""
    given: str = ""
    model: str = ""
    drawn: bool = True
    words: tuple[str, ...] = ()
    """What the message of the error says."""
    where: tuple[int, int] | None = None
    """The block, from 1, and the line in it at which the error stands."""

    @property
    def code(self) -> Code:
        """The figure's own block, with all that is known of it."""
        return Code(self.blocks[-1], self.blocks[:-1], self.given, self.model)

    def __str__(self) -> str:
        return f"{self.file.removesuffix('.md')}: {self.name}"


@dataclass(frozen=True)
class Outcome:
    """What the reader makes of a code: a model, or an error's message and its block and line."""

    model: Any = None
    message: str = ""
    where: tuple[int, int] | None = None


def traps() -> list[Trap]:
    """Read all traps, in the order of their files."""
    return [trap for file in sorted(FOLDER.glob("*.md")) for trap in _read(file)]


def _read(file: Path) -> list[Trap]:
    found: list[Trap] = []
    said: dict[str, Any] = {}
    lines = enumerate(file.read_text("utf-8").splitlines(), 1)
    for number, line in lines:
        if line.startswith("## "):
            said = {"name": line[3:], "file": file.name, "line": number, "blocks": ()}
        elif line.startswith(FENCE):
            text = "".join(f"{each}\n" for _, each in takewhile(lambda pair: pair[1] != FENCE, lines))
            said |= {"data": text} if ".data" in line else {"blocks": (*said["blocks"], text)}
        elif line.startswith(("Given: ", "Model: ")):
            key, _, value = line.partition(": ")
            said[key.lower()] = value.strip("`")
        elif line == "Drawn.":
            found.append(Trap(**said))
        elif line.startswith("Refused"):
            found.append(Trap(**said, **_refusal(line, len(said["blocks"]))))
        elif line.strip() and not line.startswith("# "):
            raise ValueError(f"{file}:{number}: a trap does not say {line!r}")
    return found


def _refusal(line: str, blocks: int) -> dict[str, Any]:
    place, _, said = line.partition(": ")
    numbers = [int(each) for each in place.split() if each.isdigit()]
    where = (numbers[1] if len(numbers) > 1 else blocks, numbers[0]) if numbers else None
    return {"drawn": False, "where": where, "words": tuple(said.split("`")[1::2])}


def outcome(code: str) -> Outcome:
    """Read a code; an error of the kit's is an outcome, and any other is the reader's fault."""
    try:
        return Outcome(read_keras(code))
    except KitError as error:
        blocks = [*getattr(code, "before", ()), str(code)]
        at = max((number for number, block in enumerate(blocks, 1) if block == error.block), default=None)
        return Outcome(None, str(error), (at, error.lineno) if at and error.lineno else None)
