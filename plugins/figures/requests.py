"""References -> requests: one for each figure, with the code above it."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from .markdown import Block, Reading
from .report import CodeError, FigureError, RenderError
from .routing import Route

_DRAW = re.compile(rb"\bdef[\s\\]+draw\b")
"""A sign that a script may define `draw`: a plain one need not be parsed."""


@dataclass(frozen=True)
class Reference:
    """An article's image that a script draws: where it stands, and the document around it."""

    route: Route
    address: str
    article: Path
    line: int
    reading: Reading = field(default_factory=Reading, compare=False)
    place: int = 0
    """How many blocks of code the document has above it."""
    code_id: str | None = None
    published: bool = True
    number: int = field(default=0, compare=False)
    """Its number in the article; 0 where it has none."""
    caption: str = field(default="", compare=False)
    is_in_header: bool = field(default=False, compare=False)

    @property
    def is_for_itself(self) -> bool:
        """Say whether no article asks, so that the script stands in its place, and all that it draws is wanted."""
        return self.article == self.route.script

    def numbered(self, index: int, folder: str) -> Reference:
        """Ask for another of the script's figures instead of its first."""
        name = f"{self.route.name}-{index}"
        found = replace(self.route, name=name, index=index)
        return replace(self, route=found, address=f"/{folder}/{found.path}")

    def block(self, parameter: str) -> Block:
        """Return the Python block that a parameter of `draw` asks for; raise CodeError where there is none."""
        if parameter != "code":
            found = self.reading.named(parameter)
            missing = f"no Python block has the id {parameter!r}: write ```python {{#{parameter}}} above its code"
        elif self.code_id:
            found = self.reading.named(self.code_id)
            missing = f"no Python block has the id {self.code_id!r}, which the image asks for"
        else:
            found = self.reading.block_above(self.place)
            missing = self._nothing_above()
        if found is None:
            raise CodeError(f"the script's draw() is given the article's code by its parameter {parameter!r}", missing)
        return found

    def _nothing_above(self) -> str:
        if self.is_in_header:
            return "the article does not show this figure; show it below its code, or name one that the article shows"
        other = self.reading.other_above(self.place)
        if other is None:
            return "no Python block stands above this image; write one, fenced as ```python"
        language = f"is {other.language!r}" if other.language else "names no language"
        named = f"the block of line {other.begun}" if other.line else "the block there"
        return f"no Python block stands above this image: {named} {language}, not python"


def for_itself(found: Route, address: str) -> Reference:
    """Ask for a figure that no article asks for."""
    assert found.script
    return Reference(found, address, found.script, 1, published=False)


@dataclass(frozen=True)
class Saving:
    """How a figure is saved: its formats by ending, pixels to a CSS pixel, colours exchanged, and its ground.

    `outlined` makes shapes of an SVG's letters, for programs that lack the fonts. `themed` keeps an SVG for the page
    itself too.
    """

    formats: tuple[str, ...] = ("png", "svg")
    scale: float = 2
    colours: Mapping[str, str] = field(default_factory=dict)
    transparent: bool = False
    outlined: bool = False
    themed: bool = False


@dataclass(frozen=True)
class Request:
    """A script asked for, with the blocks that its `draw` takes, by parameter, and how it is to be saved."""

    script: Path
    blocks: Mapping[str, Block] = field(default_factory=dict)
    article: Path | None = None
    saving: Saving = Saving()

    @property
    def code(self) -> dict[str, str]:
        """The text of each block, by parameter: what the render depends on."""
        return {parameter: block.text for parameter, block in self.blocks.items()}


def parameters(text: bytes) -> list[str]:
    """Read, without running anything, the names of the parameters of a script's `draw`."""
    if b"draw" not in text or not _DRAW.search(text):
        return []
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return []  # the render reports it, with the line
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == "draw":
            defaulted = len(node.args.defaults)
            required = [*node.args.posonlyargs, *node.args.args]
            return [argument.arg for argument in required[: len(required) - defaulted]]
    return []


def request(
    script: Path, wanted: Sequence[str], references: Collection[Reference], root: Path
) -> tuple[Request | None, dict[Reference, FigureError]]:
    """Make the one request for a script from all that refer to it, and tell which of them cannot be served.

    `wanted` are the parameters of its `draw`. What is published goes before drafts. Others may ask with blocks that
    differ in comments and spacing only.
    """
    chosen: Request | None = None
    first: Reference | None = None
    failed: dict[Reference, FigureError] = {}
    formats = Saving().formats
    endings = (*formats, *sorted({reference.route.ending for reference in references} - set(formats)))
    saving = Saving(endings, themed=True)
    for reference in sorted(references, key=lambda it: (not it.published, str(it.article), it.line)):
        try:
            asked = Request(script, {name: reference.block(name) for name in wanted}, reference.article, saving)
        except CodeError as problem:
            failed[reference] = problem
            continue
        if chosen is None or first is None:
            chosen, first = asked, reference
            continue
        for name in wanted:
            if _meaning(asked.blocks[name].text) != _meaning(chosen.blocks[name].text):
                failed[reference] = CodeError(
                    f"{os.path.relpath(first.article, root)}:{first.line} asks for the same figure with other code "
                    f"above it ({_lines_of(chosen.blocks[name], asked.blocks[name])})",
                    "make the two blocks say the same, or give each article a script of its own",
                )
    return chosen, failed


def _lines_of(its: Block, here: Block) -> str:
    places = [f"{whose} line {block.line}" for whose, block in (("its", its), ("here", here)) if block.line]
    return ", ".join(places) or "none of it is in their own files"


def _meaning(code: str) -> str:
    """Return what a block says, without comments and spacing."""
    try:
        return ast.dump(ast.parse(code))
    except SyntaxError:
        return "\n".join(line.rstrip() for line in code.splitlines() if line.strip())


def line_of(problem: FigureError, asked: Request) -> int | None:
    """Return the article's line that is to blame, where the kit has said which block and line of it."""
    if isinstance(problem, RenderError) and problem.block_line is not None:
        for block in asked.blocks.values():
            if block.text == problem.block and block.line:
                return block.line + problem.block_line - 1
    return None
