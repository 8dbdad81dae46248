"""Reads the models in strangers' notebooks, of Keras or PyTorch, and prints why some can't be drawn.

    python -m benchmarks.strangers FOLDER [--each] [--most 300]

A notebook's cells, a Markdown file's Python blocks, and a script's parts between top-level strings are the blocks of an
article. Each block with layers is read with those above it, in a child process with a time limit.
"""

from __future__ import annotations

import argparse
import ast
import json
import multiprocessing
import re
import sys
import traceback
from collections import defaultdict
from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import product
from multiprocessing.connection import Connection
from pathlib import Path
from time import process_time
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "diagrams"))
from unrolled import KitError, model_shapes, read_keras

KINDS = {
    "attention": r"\b(\w*Attention|Transformer)\w*\(",
    "recurrent": r"\b(SimpleRNN|LSTM|GRU|Bidirectional|(\w+\.)?RNN)\(",
    "convolutions": r"\b(Separable|Depthwise)?Conv\w*\d[Dd]\w*\(",
    "dense": r"\b(Dense|Linear)\(",
}
"""The kinds of blocks; a block is of the first kind that it has a layer of."""
WRITTEN, GIVEN = "drawn as written", "drawn with what the error asks for"
CRASH, SLOW = "a crash of ours", "ended by the time limit"
REASONS = {
    "not Python": r"is not Python",
    "defined and never used": r"never used|never called|without using any",
    "no input shape": r"doesn't say what goes in",
    "a layer or an option that isn't read": r"isn't supported|aren't supported|isn't one that can be read|isn't read",
    "several inputs": r"there are shapes for",
    "tensor arithmetic": r"computes with tensors directly|computes with .* alone",
    "Keras rejects it": r"\(Keras:|^\w+Error: |isn't a Keras layer",
    "a value from data that isn't there": r"isn't known|isn't run here|isn't there|isn't set|aren't known|given=",
    "no model": r"builds no model|no layers",
}
"""What errors say, by reason: the first that fits counts."""
SIZES = ("8", "(8, 4)")
SHAPES = ("(8,)", "(8, 4)", "(32, 32, 3)", "[(8,), (8,)]", "[(8, 4), (8, 4)]")
"""The values and shapes that are tried where an error asks for one."""
SECONDS = 20


class Code(str):
    """A block with those above it, and what the author gives on the image."""

    before: tuple[str, ...] = ()
    given = model = ""


class Found(NamedTuple):
    """What reading a block leads to."""

    reason: str
    message: str
    seconds: float
    """Processor time."""


def blocks(file: Path) -> list[str]:
    """Return the blocks of Python code in a file."""
    text = file.read_text("utf-8", errors="replace")
    if file.suffix == ".ipynb":
        cells = json.loads(text).get("cells", [])
        return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    if file.suffix == ".md":
        return re.findall(r"^```\s*\{?\.?python\b[^\n]*\n(.*?)^```", text, re.M | re.S)
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError):
        return [text]
    lines, begun, pieces = text.splitlines(), 0, []
    for node in body:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            pieces.append("\n".join(lines[begun : node.lineno - 1]))
            begun = node.end_lineno or node.lineno
    return [*pieces, "\n".join(lines[begun:])]


def samples(folder: Path, most: int) -> Iterator[tuple[str, str, Code]]:
    """Yield the place, kind and code of each different block with layers; some of them, if there are more than most."""
    by_hash: dict[str, tuple[str, str, Code]] = {}
    for file in sorted(path for path in folder.rglob("*") if path.suffix in (".ipynb", ".md", ".py")):
        above: list[str] = []
        for number, text in enumerate(blocks(file), 1):
            kind = next((kind for kind, layers in KINDS.items() if re.search(layers, text)), None)
            if kind is not None:
                code = Code(text)
                code.before = tuple(above)
                by_hash.setdefault(
                    sha256(text.encode()).hexdigest(), (f"{file.relative_to(folder)}:{number}", kind, code)
                )
            above.append(text)
    chosen = {by_hash[key][0] for key in sorted(by_hash)[:most]}
    yield from (sample for sample in by_hash.values() if sample[0] in chosen)


def drawn(code: Code) -> str:
    """Return why a block can't be drawn; an empty text if it can."""
    try:
        model_shapes(read_keras(code))
    except KitError as error:
        return f"line {error.lineno}: {error}" if code == error.block else f"above: {error}"
    return ""


def attempt(code: Code) -> tuple[str, str]:
    """Return the reason for which a block isn't drawn, and the error; it may be drawn with what the error asks for."""
    message = drawn(code)
    if not message:
        return WRITTEN, ""
    match = re.search(r'\{(input="[^"]*" ?)?(?:given="([^"]*)")?\}', message)
    named = match and re.findall(r"(\w+)=…", match[2] or "")
    for size, shape in product(SIZES if named else [""], SHAPES if match and match[1] else [""]):
        code.given = ", ".join([*(f"{name}={size}" for name in named or ()), *([f"input={shape}"] if shape else [])])
        if code.given and not drawn(code):
            return GIVEN, f"{code.given}: {message}"
    code.given = ""
    if name := re.search(r"\{model=(\w+)", message):
        code.model = name[1]
        return (GIVEN if not drawn(code) else "defined and never used"), message
    text = message.partition(": ")[2]
    return next((reason for reason, says in REASONS.items() if re.search(says, text)), "another error"), message


def child(code: Code, answer: Connection) -> None:
    """Read a block in a process of its own."""
    begun = process_time()
    try:
        reason, message = attempt(code)
    except BaseException:
        reason, message = CRASH, traceback.format_exc()
    answer.send(Found(reason, message, process_time() - begun))


def read_apart(code: Code) -> Found:
    """Read a block in a child process that may take SECONDS."""
    mine, theirs = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(target=child, args=(code, theirs))
    process.start()
    theirs.close()
    try:
        return mine.recv() if mine.poll(SECONDS) else Found(SLOW, f"{SECONDS} s", SECONDS)
    except EOFError:
        return Found(CRASH, "the process ended", 0)
    finally:
        process.kill()
        process.join()


def table(results: Sequence[tuple[str, Found]]) -> Iterator[str]:
    """Yield the lines of a table: how many blocks of each kind, and their processor time, by reason."""
    by_reason = defaultdict[str, list[tuple[str, float]]](list)
    for kind, (reason, _, seconds) in results:
        by_reason[reason].append((kind, seconds))
    yield f"| | {' | '.join(KINDS)} | all | CPU, s |"
    yield f"|---|{'---:|' * (len(KINDS) + 2)}"
    rows = sorted(by_reason.items(), key=lambda row: (row[0] not in (WRITTEN, GIVEN), -len(row[1])))
    for reason, read in (*rows, ("all", [pair for _, pairs in rows for pair in pairs])):
        counts = [sum(kind == block_kind for block_kind, _ in read) for kind in KINDS]
        yield f"| {reason} | {' | '.join(map(str, counts))} | {len(read)} | {sum(cpu for _, cpu in read):.1f} |"


def main() -> None:
    """Read all blocks and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--most", type=int, default=1_000, help="how many blocks to read at most, always the same ones")
    parser.add_argument("--each", action="store_true", help="print a line for each block, too")
    options = parser.parse_args()
    results: list[tuple[str, Found]] = []
    for place, kind, code in samples(options.folder, options.most):
        results.append((kind, read_apart(code)))
        if options.each:
            print(f"{place}\t{kind}\t{results[-1][1].reason}\t{results[-1][1].message}", flush=True)
    print(*table(results), sep="\n")


if __name__ == "__main__":
    main()
