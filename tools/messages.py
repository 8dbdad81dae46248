"""Print every message in the code, to be read one after the other: `make messages`."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from jinja2 import Environment
from jinja2.ext import extract_from_ast

ROOT = Path(__file__).resolve().parents[1]
PLACES = (
    "Makefile",
    "plugins/**/*.py",
    "plugins/**/*.html",
    "plugins/**/*.template",
    "diagrams/unrolled/**/*.py",
    "theme/templates/**/*.html",
    "tools/*.py",
)
SENTENCE = re.compile(r"(?:[^\W\d_][\w’'-]*[,:;.)”`}]* +){2,}[(“`{]*[^\W\d_]")
"""Three words in a row."""
NO_SENTENCE = re.compile(r"\s*(?:SELECT|INSERT|REPLACE|UPDATE|DELETE|CREATE|PRAGMA|BEGIN) ")
TRANSLATED = ("gettext", "ngettext", "pgettext", "npgettext")
SELECTED = ("css", "css_first", "drop", "compile")
"""Functions whose texts are selectors and patterns."""
ECHO = re.compile(r"@echo '(.*)'$|\$\((?:error|info|eval) ([^)]+)\)", re.MULTILINE)


def sentences() -> Iterator[tuple[str, str]]:
    """Iterate over errors, warnings, notes, help, and the words of the interface, each with its file; once per file."""
    for path in sorted({path for place in PLACES for path in ROOT.glob(place)}):
        for text in dict.fromkeys(sentences_of(path)):
            yield path.relative_to(ROOT).as_posix(), " ⏎ ".join(text.splitlines())


def sentences_of(path: Path) -> Iterator[str]:
    """Yield the messages of a file, in order."""
    text = path.read_text("utf-8")
    if path.suffix == ".py":
        yield from _of_code(ast.parse(text))
    elif path.suffix == ".html":
        for _, _, message in extract_from_ast(Environment(extensions=["jinja2.ext.do"]).parse(text)):
            yield from filter(None, message if isinstance(message, tuple) else (message,))
    else:
        yield from (echoed or called for echoed, called in ECHO.findall(text))


def _of_code(node: ast.AST, *, is_translated: bool = False) -> Iterator[str]:
    """Yield the texts in a piece of code, in order, except for docstrings."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in SELECTED:
            return
        is_translated = name in TRANSLATED
    if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str)):
        text = _text(node)
        if (SENTENCE.search(text) and not NO_SENTENCE.match(text)) or (is_translated and text):
            yield text
    for child in ast.iter_child_nodes(node):
        if not (isinstance(node, ast.JoinedStr) and isinstance(child, ast.Constant)):
            yield from _of_code(child, is_translated=is_translated and not isinstance(child, ast.keyword))


def _text(node: ast.JoinedStr | ast.Constant) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    return "".join(map(_part, node.values))


def _part(node: ast.expr) -> str:
    """Return a part of an f-string; a value as its name or an ellipsis, since Python versions differ in unparsing."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    value = node.value if isinstance(node, ast.FormattedValue) else node
    return f"{{{getattr(value, 'attr', getattr(value, 'id', '…'))}}}"


def main() -> int:
    """Print them below the names of their files; values are names in braces."""
    for path, texts in groupby(sentences(), key=itemgetter(0)):
        print(f"# {path}", *(text for _, text in texts), "", sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
