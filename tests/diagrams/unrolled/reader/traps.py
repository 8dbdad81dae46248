"""Code from articles that is easily misread as another model, with the expected result for each.

The traps are in the directory next to this file. Each is a heading, followed by the article's Python blocks, the last
of which is the figure's own. A block with the class `data` is only run under the real Keras, and supplies what the
article can't know. `Given:` and `Model:` are attributes of the image. The last line is the expected result:

- `Drawn.`: the model that Keras builds.
- `Drawn with its weights.`: the same, with the numbers of all weights that the code assigns.
- `Refused in line 3: `word`.` or `Refused: `word`.`: an error, with each of the words in its message. The line refers
  to
  the figure's own block; `in line 3 of block 1` refers to an earlier block.
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
    """A figure's own block, as the plugin passes it on."""

    before: tuple[str, ...]
    given: str
    model: str

    def __new__(cls, text: str, before: tuple[str, ...] = (), given: str = "", model: str = "") -> Code:
        """Create the block, including what the article has above it."""
        code = super().__new__(cls, text)
        code.before, code.given, code.model = before, given, model
        return code


@dataclass(frozen=True)
class Trap:
    """A single trap."""

    name: str
    file: str
    line: int
    blocks: tuple[str, ...]
    data: str = ""
    given: str = ""
    model: str = ""
    drawn: bool = True
    with_weights: bool = False
    """Whether all weights that the code assigns are known."""
    words: tuple[str, ...] = ()
    """Words in the error message."""
    where: tuple[int, int] | None = None
    """The block, from 1, and the line in it at which the error is reported."""

    @property
    def code(self) -> Code:
        """The figure's own block, with everything known about it."""
        return Code(self.blocks[-1], self.blocks[:-1], self.given, self.model)

    def __str__(self) -> str:
        return f"{self.file.removesuffix('.md')}: {self.name}"


@dataclass(frozen=True)
class Outcome:
    """The reader's result for a code: a model, or an error's message with its block and line."""

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
        elif line in ("Drawn.", "Drawn with its weights."):
            found.append(Trap(**said, with_weights=line != "Drawn."))
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
    """Read a code; one of the kit's errors is a result, but any other is a bug in the reader."""
    try:
        return Outcome(read_keras(code))
    except KitError as error:
        blocks = [*getattr(code, "before", ()), str(code)]
        at = max((number for number, block in enumerate(blocks, 1) if block == error.block), default=None)
        return Outcome(None, str(error), (at, error.lineno) if at and error.lineno else None)
