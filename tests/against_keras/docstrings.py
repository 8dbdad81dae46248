"""Samples of code from the docstrings of the installed Keras, and what the reader makes of them: see `main`.

Keras's text is not kept here: a sample is the name of an object and the number of a block in its docstring. The blocks
above it in the same docstring are the article's blocks above the figure.
"""

import inspect
import re
import sys
import textwrap
from collections import Counter
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path
from typing import Any

from tests.against_keras.same import difference
from tests.diagrams.cases import Code
from tests.diagrams.unrolled.reader.traps import outcome

SAMPLES = Path(__file__).with_name("samples.md").read_text("utf-8")
DRAWN = re.findall(r"^- `(\S+)`$", SAMPLES, re.M)
ERRORS = dict(re.findall(r"^\| `(\S+)` \| [^|]+ \| (.*) \|$", SAMPLES, re.M))
"""What is said of the samples that are refused."""
DATA = {
    "": "from keras.optimizers import SGD",
    "callbacks.Callback[0]": "from keras.callbacks import Callback",
    "device[1]": "import contextlib; keras.device = lambda name: contextlib.nullcontext()",
}
"""What the code leaves unsaid, for the run under the real Keras."""


def _blocks(name: str) -> tuple[str, ...]:
    from tests.against_keras.built import keras

    path, _, number = name.removesuffix("]").partition("[")
    found: Any = keras
    for part in path.split("."):
        found = getattr(found, part)
    blocks = tuple(_code_of(inspect.cleandoc(found.__doc__)))
    return blocks[: int(number) + 1]


def _code_of(text: str) -> Iterator[str]:
    """List what stands in fences, and what is typed at a prompt without what it answers."""
    lines = iter(text.splitlines())
    for line in lines:
        bare = line.strip()
        if bare.startswith("```"):
            yield textwrap.dedent("".join(f"{each}\n" for each in takewhile(_is_inside, lines)))
        elif bare.startswith(">>>"):
            typed = []
            while bare:
                if bare.startswith((">>>", "...")):
                    typed.append(bare[4:])
                bare = next(lines, "").strip()
            yield "\n".join(typed) + "\n"


def _is_inside(line: str) -> bool:
    return not line.strip().startswith("```")


def judged(name: str) -> tuple[str, str]:
    """Hold what the reader makes of a sample against what Keras builds: in two words, and in a sentence."""
    from tests.against_keras.built import run

    blocks = _blocks(name)
    found = outcome(Code(blocks[-1], blocks[:-1]))
    if found.model is None:
        return "refused", found.message
    other = difference(found.model, run(blocks, DATA.get(name, "")))
    return ("WRONG", other) if other else ("drawn", "")


def listed(message: str) -> str:
    """Write a message as a cell of a table in Markdown."""
    return " ".join(message.split()).replace("|", "¦")


def main(arguments: list[str]) -> None:
    """Print the table of the samples and their outcomes, in Markdown.

    KERAS_BACKEND=jax PYTHONPATH=.:diagrams .venv-verify/bin/python -m tests.against_keras.docstrings [part of a name]
    """
    counts = Counter[str]()
    print("| sample | outcome | reason |\n|---|---|---|")
    for name in (*DRAWN, *ERRORS):
        if arguments and not any(each in name for each in arguments):
            continue
        try:
            kind, why = judged(name)
        except Exception as error:
            kind, why = "CRASH", f"{type(error).__name__}: {error}"
        counts[kind] += 1
        print(f"| `{name}` | {kind} | {listed(why)} |", flush=True)
    print("\n" + ", ".join(f"{count} {kind}" for kind, count in counts.most_common()))


if __name__ == "__main__":
    main(sys.argv[1:])
