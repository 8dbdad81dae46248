"""The images that an article asks for, and where its Markdown source asks for them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

FENCE = re.compile(
    r"^(?P<indent>[ \t>]*)(?P<fence>`{3,}|~{3,})[ \t]*(?P<info>[^`\n]*)$",
)
PYTHON = frozenset({"python", "py", "python3"})
_DEFINITION = re.compile(r"^ {0,3}\[(?P<label>[^\]]+)\]:")
_BEFORE = re.compile(r"(?<![\w/.-])(?:\{(?:static|attach|filename)\})?\Z")
_AFTER = re.compile(r"[\w/-]")


@dataclass(frozen=True)
class Tag:
    """An `<img>` or `<a>` in an article's HTML: where it stands and what it says."""

    name: str
    start: int
    end: int
    attributes: tuple[tuple[str, str], ...]

    def get(self, name: str) -> str:
        """Return an attribute's value, unescaped; empty where it is not there."""
        return dict(self.attributes).get(name, "")

    def having(self, **changes: str) -> Tag:
        """Return the tag with some attributes set; a `_` in a name stands for `-`."""
        changed = {name.replace("_", "-"): value for name, value in changes.items()}
        return replace(self, attributes=tuple((dict(self.attributes) | changed).items()))

    def without(self, *names: str) -> Tag:
        """Return the tag without some attributes."""
        return replace(self, attributes=tuple(pair for pair in self.attributes if pair[0] not in names))

    def with_attributes(self, **changes: str) -> str:
        """Write the tag anew with some attributes set; a `_` in a name stands for `-`."""
        written = (f' {name}="{html.escape(value)}"' for name, value in self.having(**changes).attributes)
        return f"<{self.name}{''.join(written)}>"


# HTMLParser finds the same, as a test holds, and takes five times as long: it parses every tag of every article.
_MARKUP = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(?P<raw>script|style|textarea|title|xmp|iframe|noembed|noframes)\b.*?(?:</(?P=raw)\s*>|\Z)"
    r"""|<(?P<name>[a-z][^\s/>]*)(?P<attributes>(?:[^>"']|"[^"]*"|'[^']*')*)>""",
    re.DOTALL | re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r"""([^\s"'>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")


def tags(text: str, *names: str) -> list[Tag]:
    """Find the tags of some names in a piece of HTML, in order: not those in comments, scripts or another's value."""
    whole = text.lower()
    if not any(f"<{name}" in whole for name in names):
        return []
    return [
        Tag(name, found.start(), found.end(), tuple(_attributes(found["attributes"])))
        for found in _MARKUP.finditer(text)
        if found["name"] and (name := found["name"].lower()) in names
    ]


def _attributes(text: str) -> Iterator[tuple[str, str]]:
    for name, *values in _ATTRIBUTE.findall(text):
        yield name.lower(), html.unescape("".join(values))


@dataclass(frozen=True)
class Block:
    """A fenced Python block of a Markdown source. `line` is the 1-based line of its first line of code."""

    text: str
    line: int
    end: int
    id: str | None
    classes: tuple[str, ...] = ()
    """Those of its braces, its language left out."""


@dataclass(frozen=True)
class Fence:
    """A fenced block that is not Python: its line, the language that it names, and what stands in it."""

    line: int
    language: str
    text: str


@dataclass(frozen=True)
class Source:
    """A Markdown source: its Python blocks, the other fenced blocks, and its other lines."""

    blocks: tuple[Block, ...]
    others: tuple[Fence, ...]
    prose: tuple[tuple[int, str], ...]

    def lines_of(self, address: str) -> list[int]:
        """Return the line of each place that shows an address, in order: inline, by reference, or as HTML."""
        lines: list[int] = []
        for number, line in self.prose:
            count = _count(address, line)
            label = _DEFINITION.match(line) if count else None
            if label:
                lines.extend(self._uses(label["label"]))
            else:
                lines.extend([number] * count)
        return sorted(lines)

    def _uses(self, label: str) -> list[int]:
        use = re.compile(
            r"!\[[^\]]*\]\[" + re.escape(label) + r"\]|!\[" + re.escape(label) + r"\](?:\[\])?(?![\[(:])", re.I
        )
        return [number for number, line in self.prose for _ in use.findall(line)]

    def above(self, line: int) -> Block | None:
        """Return the nearest Python block that ends above a line."""
        return next((block for block in reversed(self.blocks) if block.end < line), None)

    def named(self, name: str) -> Block | None:
        """Return the Python block with an id: ```` ```python {#name} ````."""
        return next((block for block in self.blocks if block.id == name), None)


def _count(address: str, line: str) -> int:
    """Count where a line shows an address whole. Without a pattern for each address: to compile it takes longer."""
    count, place = 0, line.find(address)
    while place >= 0:
        end = place + len(address)
        count += bool(_BEFORE.search(line, 0, place)) and not _AFTER.match(line, end)
        place = line.find(address, end)
    return count


def read(text: str) -> Source:
    """Split a Markdown source into fenced Python blocks, other fenced blocks, and the lines outside of any fence."""
    fenced: list[Block | Fence] = []
    prose: list[tuple[int, str]] = []
    lines = text.splitlines()
    place = 0
    while place < len(lines):
        opened = FENCE.match(lines[place])
        end = _end(opened, lines, place) if opened else None
        if opened and end is not None:
            body = [line.removeprefix(opened["indent"]) for line in lines[place + 1 : end]]
            fenced.append(_fenced(opened["info"].strip(), body, place + 2, end + 1))
            place = end
        else:
            prose.append((place + 1, lines[place]))
        place += 1
    blocks = tuple(one for one in fenced if isinstance(one, Block))
    return Source(blocks, tuple(one for one in fenced if isinstance(one, Fence)), tuple(prose))


def _end(opened: re.Match[str], lines: Sequence[str], place: int) -> int | None:
    """Return where a fence is closed; None for one that never is, which is no fence: it may stand in a comment."""
    for end in range(place + 1, len(lines)):
        fence = FENCE.match(lines[end]) if opened["fence"] in lines[end] else None
        if fence and not fence["info"] and fence["fence"].startswith(opened["fence"]):
            return end
    return None


def _fenced(info: str, body: list[str], begun: int, end: int) -> Block | Fence:
    language = re.match(r"\{?\s*\.?(?P<name>[\w+-]+)", info)
    name = language["name"] if language else ""
    if name.lower() not in PYTHON:
        return Fence(begun - 1, name, "\n".join(body) + "\n")
    id_ = re.search(r"#(?P<id>[\w-]+)", info)
    classes = tuple(found for found in re.findall(r"(?<=[\s{])\.([\w-]+)", info) if found.lower() not in PYTHON)
    return Block("\n".join(body) + "\n", begun, end, id_["id"] if id_ else None, classes)
