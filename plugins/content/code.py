"""What a block of code says, read without running it, and words of the prose that repeat it: `[4]{param=units}`."""

from __future__ import annotations

import ast
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..catalogues import SOURCE, Language, decimal_sign, language_of, number_words
from ..figures.markdown import Block
from ..figures.page.mentions import TIED, claims_in
from .findings import NOTE, WARNING, Finding
from .sources import Read

FIRST_ARGUMENTS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("SimpleRNN", "LSTM", "GRU", "Dense"), ("units", "activation")),
    "Conv1D": ("filters", "kernel_size"),
    "Dropout": ("rate",),
    "Embedding": ("input_dim", "output_dim"),
    "Input": ("shape",),
    "Masking": ("mask_value",),
    "RepeatVector": ("n",),
}
"""The first arguments of Keras's layers, in order."""
SHAPES = ("shape", "input_shape")
"""The arguments that give the shape of a sample: its time steps, then its features."""


UNREADABLE = re.compile(r"invalid (?:non-printable )?character .*?U\+([0-9A-F]+)")
"""What Python says of a character that can't be in code."""


@dataclass(frozen=True)
class Call:
    """A call: the last part of its name, and the arguments that are plain values."""

    name: str
    arguments: Mapping[str, object]


def calls_in(code: str) -> list[Call]:
    """Find the calls in a block of code; none if it can't be parsed."""
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError):
        return []
    constants = _constants(tree)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    named = [(getattr(call.func, "attr", getattr(call.func, "id", "")), call) for call in calls]
    return [Call(name, dict(_arguments(name, call, constants))) for name, call in named]


def values_in(code: str, argument: str) -> list[object]:
    """List the values that calls in a block give an argument; `time_steps` and `features` are parts of a shape."""
    pairs = [(name, value) for call in calls_in(code) for name, value in call.arguments.items()]
    shapes = [value for name, value in pairs if name in SHAPES and isinstance(value, tuple)]
    axes = [pair for shape in shapes for pair in zip(("time_steps", "features"), shape, strict=False)]
    return [value for name, value in (*pairs, *axes) if name == argument]


def _constants(tree: ast.Module) -> dict[str, object]:
    """Read names that are set once, to a plain value."""
    values: dict[str, object] = {}
    seen: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            if node.id in seen:
                values.pop(node.id, None)
            seen.add(node.id)
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            try:
                values[node.targets[0].id] = ast.literal_eval(node.value)
            except ValueError:
                continue
    return {name: value for name, value in values.items() if name in seen}


def _arguments(name: str, call: ast.Call, constants: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    first = FIRST_ARGUMENTS.get(name, ())
    for argument, node in [*zip(first, call.args, strict=False), *((word.arg, word.value) for word in call.keywords)]:
        try:
            yield str(argument), ast.literal_eval(_Known(constants).visit(node))
        except ValueError:
            continue


class _Known(ast.NodeTransformer):
    """Replaces the names of constants by their values."""

    def __init__(self, constants: Mapping[str, object]) -> None:
        self._constants = constants

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Return the value's own tree; ast prescribes the method's name."""
        known = node.id in self._constants
        return ast.parse(repr(self._constants[node.id]), mode="eval").body if known else node


def check_tied_words(article: Read) -> Iterator[Finding]:
    """Compare each word of an article that repeats an argument in the code with the code."""
    for line, tied in claims_in(article.source.prose, TIED):
        problem = _said_otherwise(article, line, tied)
        if problem:
            yield Finding(WARNING, article.file, line, *problem)


def check_characters(article: Read) -> Iterator[Finding]:
    """Find characters in Python blocks that Python can't read: the kit reads such code, but a reader can't run it."""
    for block in article.source.blocks:
        if not block.is_drawn_from or block.text.isascii():
            continue
        try:
            ast.parse(block.text)
        except SyntaxError as error:
            if match := UNREADABLE.match(error.msg):
                name = unicodedata.name(chr(int(match[1], 16)), "a control character").lower()
                message = f"Python can't read the {name} (U+{match[1]}) in this code, so readers can't run it"
                line = block.line + (error.lineno or 1) - 1
                yield Finding(
                    NOTE, article.file, line, message, "type the character that is on a keyboard, here and below"
                )
        except (ValueError, RecursionError):
            continue


def _said_otherwise(article: Read, line: int, tied: re.Match[str]) -> tuple[str, str] | None:
    """Return what is wrong with a tied word, and what to do."""
    words, argument, name = tied["words"], tied["param"], tied["code"]
    if name and article.source.named(name) is None:
        return f"no Python block has the id {name}", f"give it to the block you mean: ```python {{#{name}}}"
    block = article.source.named(name) if name else _nearest(article, line, argument)
    values = values_in(block.text, argument) if block else []
    if block is None or not values:
        where = f"the block {name}" if name else "no Python block"
        says = f"{where} {'does not set' if name else 'sets'} {argument}"
        return says, "name an argument that it sets, or a block that sets it: {param=units code=ID}"
    content = article.content
    if value_of(words, language_of(content.lang, content.settings)) in values:
        return None
    listed = " and ".join(map(str, dict.fromkeys(values)))
    return (
        f"“{words}” is linked to {argument}, but the code in line {block.line} has {listed}",
        f"write {listed} here, too",
    )


def _nearest(article: Read, line: int, argument: str) -> Block | None:
    """Find the block that is meant: the nearest above with the argument, or else the next below."""
    saying = [block for block in article.source.blocks if values_in(block.text, argument)]
    above = [block for block in saying if block.end < line]
    return above[-1] if above else next(iter(saying), None)


def value_of(words: str, language: Language) -> object:
    """Read words as a value: a number in digits or in words of a language, True, a string without its quotes."""
    plain = words.strip("`*_ ")
    for number, forms in enumerate(number_words(language)):
        if plain.lower() in forms:
            return number
    sign = "." if language.tag == SOURCE else decimal_sign(language.tag)
    is_decimal = re.fullmatch(rf"-?\d+{re.escape(sign)}\d+", plain)
    try:
        value: object = ast.literal_eval(plain.replace(sign, ".") if is_decimal else plain)
    except (ValueError, SyntaxError):
        return plain
    return value
