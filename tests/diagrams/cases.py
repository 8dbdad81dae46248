"""Cases of a test in a Markdown file next to it: a heading, indented code, and lines with what is expected of it.

    # Slips

    ## A slip in a layer
        model = Sequential()
        model.add(SimpleRNNN(4))
    > 2: did you mean `SimpleRNN`

A section may begin with code, in which `…` is the code of each case, and with what is expected of cases that don't say.
Short cases may be rows of a table, `| A slip in case | `n = 4↵simplernn(n)` | 2: did you mean `SimpleRNN` |`, in which
`↵` is the end of a line; if the section says what is expected, without it or as items of a list, `- `simplernn(4)``.
A line `---` ends a block of the article, and the last block is the figure's. Below `--- data` is code that only the
real Keras runs, with what the article can't know; `--- data: mine(n=4)` is a module with such names. `Given: ` and
`Model: ` are attributes of the image. What can be expected of code that is read as a model:

- `> 2: WORDS`: an error in line 2, with these words in its message, where ` … ` stands for any words between;
- `> 2 of block 1: WORDS`: the same in a block above; `> nowhere: WORDS`: an error of no line; `> WORDS?`: of any;
- `> LSTM(4), Dense(1)`: these layers; `> 112 parameters`: so many;
- `> [1.0, 2.0] gives [3.0]`: this output for an input.

Code that draws is an expression, with statements before it; in it, `model` is that of the blocks above.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any

import numpy as np
import pytest

import unrolled
from tests.diagrams.running import run
from unrolled import Initializer, Model, Picture, Weights, initial_weights, read_keras, run_model
from unrolled.errors import CodeError, KitError
from unrolled.geometry import Point
from unrolled.layers import known
from unrolled.numbers.run import answered
from unrolled.shapes.blocks import Operator

ROW = re.compile(r"^\| (?:([^`|]+) \| )?`([^`]+)` \|(?: (.+) \|)?$", re.M)
MODULE = r'import sys, types\nsys.modules["\1"] = types.SimpleNamespace(\2)\n'
ERROR = re.compile(r"(?:(\d+|nowhere)(?: of block (\d+))?: )?(.*?)(\?)?")


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
class Case:
    """Code, what the author gives on the image, and what is expected, line by line."""

    name: str
    text: str
    expected: tuple[str, ...]
    given: str = ""
    model: str = ""

    @property
    def blocks(self) -> list[str]:
        """The blocks of the article, of which the last is the figure's."""
        return re.split("^---\n", self.text.partition("--- data")[0], flags=re.M)

    @property
    def data(self) -> str:
        """The code that only the real Keras runs."""
        line, _, code = self.text.partition("--- data")[2].partition("\n")
        return re.sub(r": (\w+)\((.*)\)", MODULE, line) + code

    @property
    def code(self) -> Code:
        """The figure's block, with everything that is known about it."""
        *above, code = self.blocks
        return Code(code, tuple(above), self.given, self.model)

    def read(self) -> Model:
        """Read the figure's block."""
        return read_keras(self.code)

    def draw(self, **given: Any) -> Picture:
        """Draw what the last block asks for, of the model of those above it or of what is given."""
        *above, code = self.blocks
        names = {**{name: getattr(unrolled, name) for name in unrolled.EXPORTS}, **known(), **GIVEN, **given}
        if above:
            names["model"] = read_keras(Code(above[-1], tuple(above[:-1])))
        *statements, last = ast.parse(code).body
        exec(compile(ast.Module(statements, []), self.name, "exec"), names)
        return eval(compile(ast.Expression(last.value), self.name, "eval"), names)


def new_weights(model: Model) -> list[Weights]:
    """Return weights of new layers, since readable ones would take long to find."""
    return [initial_weights(node.layer, node.shape, seed=3) for node in model.first_uses]


GIVEN = {
    "WORDS": ["I", "am", "groot"],
    "answered": answered,
    "np": np,
    "run": run,
    "new_weights": new_weights,
    "Operator": Operator,
    "Point": Point,
}
"""What code that draws may use beside the kit's names."""


def cases(file: Path, section: str = "") -> list[Any]:
    """Return the cases of a file, or of one of its sections, as parameters of a test."""
    sections = re.split("^# ", file.read_text("utf-8"), flags=re.M)[1:]
    found = []
    for head, *pieces in [re.split("^## ", text, flags=re.M) for text in sections if text.startswith(section)]:
        rows = [
            Case(name or code, code.replace("↵", "\n") + "\n", tuple(expected.split("↵")) if expected else ())
            for name, code, expected in ROW.findall(head)
        ]
        assert len(rows) == max(head.count("\n|") - 2, 0), f"{file}: a row of the table in {head!r} isn't a case"
        rows += [Case(code, f"{code}\n", ()) for code in re.findall("^- `(.+)`$", head, re.M)]
        whole = _case(re.sub(r"^(\||- ).*\n", "", head, flags=re.M))
        for case in [*rows, *map(_case, pieces)]:
            code, *data = re.split("^(?=--- data)", case.text, flags=re.M)
            text = whole.text.replace("…", code.removesuffix("\n")) or code
            own = Case(case.name, "".join([text, *data]), case.expected or whole.expected, case.given, case.model)
            found.append(pytest.param(own, id=case.name))
    assert found, f"{file} has no section {section!r}"
    return found


def _case(piece: str) -> Case:
    name, *lines = piece.rstrip().split("\n")
    said = [line for line in lines if line and not line.startswith("    ")]
    code = dedent("".join(f"{line}\n" for line in lines if line not in said))
    given = {key.lower(): value for key, value in re.findall(r"^(Given|Model): (.*)$", "\n".join(said), re.M)}
    expected = tuple(line[2:] for line in said if line.startswith("> "))
    assert len(given) + len(expected) == len(said), f"what does the case {name!r} say in {said}?"
    return Case(name, code.lstrip("\n") if code.strip() else "", expected, **given)


def says(message: str, words: str) -> bool:
    """Return whether a message has some words; ` … ` stands for any between them."""
    return bool(re.search(".*".join(map(re.escape, words.split(" … "))), " ".join(message.split())))


def check_error(case: Case, call: Callable[[], object], article: list[str], kind: type[KitError] = KitError) -> None:
    """Check that a call raises the error that a case expects, at a line of one of the article's blocks."""
    (expected,) = case.expected
    line, block, words, _ = ERROR.fullmatch(expected).groups()
    with pytest.raises(kind) as caught:
        call()
    assert says(str(caught.value), words), caught.value
    if line == "nowhere":
        assert caught.value.lineno is None
    elif line:
        assert (caught.value.block, caught.value.lineno) == (article[int(block or 0) - 1], int(line))


def check_reading(case: Case) -> None:
    """Check that a case's code is the error that it expects, or a model with these layers, parameters and outputs."""
    line, _, _, anywhere = ERROR.fullmatch(case.expected[0]).groups()
    if line or anywhere:
        check_error(case, case.read, case.blocks, CodeError)
        return
    model = case.read()
    for expected in case.expected:
        given, gives, output = expected.partition(" gives ")
        if gives:
            found = run_model(model, eval(given, GIVEN)).output
            np.testing.assert_allclose(found, eval(output, GIVEN), atol=1e-6)
        elif expected.endswith(" parameters"):
            assert model.parameter_count == int(expected.split()[0])
        else:
            assert model.layers == eval(f"({expected},)", {"Initializer": Initializer}, known())
