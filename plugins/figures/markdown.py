"""A document's code blocks, its images, and their order, kept while Markdown converts it."""

from __future__ import annotations

import html
import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import takewhile
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.codehilite import CodeHilite
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

from ..front_matter import end_of
from ..html import Node
from ..html import read as read_html
from ..private import put_superfences_store, superfences_store
from .attributes import Braces

PYTHON = frozenset({"python", "py", "python3"})
SKIP = "skip"
"""The class of a block that figures don't use: ```` ``` {.python .skip} ````."""
SUFFIXES = (".md", ".markdown", ".mkd", ".mdown")
"""The file name extensions that Pelican reads with Markdown."""
Source = tuple[Sequence[str], Sequence[int]]
"""The lines of a document's Markdown, and the number of each line in its file."""
SOURCES: dict[str, Callable[[Path], Source]] = {}
"""How to read the Markdown of other files, by extension: a plugin that reads such files registers itself here."""
NOTE = "template"
"""The element, invisible anywhere, that a document contains after each code block, with a note about the block.

The note is part of the document, so it stays with the block, no matter what stores, cuts, joins or moves it in the
meantime: Pelican's cache, another plugin, an index of all articles. It is removed when the article's references are
collected.
"""
CODE = "data-code-block"
"""The note's attribute: the block, encoded so that no filter for links, quotes or dashes changes it."""

_OPENED = f'<{NOTE} {CODE}="'
_INSIDE = " \t>"
"""The characters that can come before the lines of a block in a list or a quotation."""


@dataclass(frozen=True)
class Block:
    """A document's code block: its text, and the contents of its fence; an indented block has no fence.

    `line` is the 1-based line of its first line of code, `end` that of its end; both are 0 if the source doesn't have
    it in this form, for example if it was included. `before` is the text before each of its lines.
    """

    text: str
    language: str = ""
    id: str | None = None
    classes: tuple[str, ...] = ()
    fence: str = ""
    before: str = ""
    line: int = 0
    end: int = 0

    @property
    def is_python(self) -> bool:
        """Return whether it is Python."""
        return self.language.lower() in PYTHON

    @property
    def is_drawn_from(self) -> bool:
        """Return whether figures can use it: Python, and without the class `skip`."""
        return self.is_python and SKIP not in self.classes

    @property
    def begun(self) -> int:
        """The line of its fence, or else its first line."""
        return self.line - 1 if self.fence and self.line else self.line

    def note(self) -> str:
        """Encode the block for its note in the document."""
        fields = self.text, self.language, self.id, self.classes, self.fence, self.before
        return b64encode(json.dumps(fields).encode()).decode()

    @classmethod
    def of(cls, note: str) -> Block:
        """Decode such a note; if it isn't ours, return an empty block."""
        try:
            text, language, id_, classes, fence, before = json.loads(b64decode(note))
        except (ValueError, TypeError):
            return cls("")
        return cls(text, language, id_, tuple(classes), fence, before)


def _marked(converted: Any, block: Block) -> Any:
    """Append the note to a converted block, unless an extension has made something other than text of it."""
    return f'{converted}{_OPENED}{block.note()}"></{NOTE}>' if isinstance(converted, str) else converted


def without_notes(document: str) -> str:
    """Remove the notes from a document."""
    first, *rest = document.split(_OPENED)
    return first + "".join(piece.partition(f'"></{NOTE}>')[2] for piece in rest)


class Reading:
    """A converted document: its code blocks in document order, and the source, to look up their lines."""

    def __init__(self, document: str = "", source: Path | str = "") -> None:
        self._source = source
        is_markdown = not isinstance(source, Path) or source.suffix.lower() in (*SUFFIXES, *SOURCES)
        self._mark = f"{NOTE}[{CODE}]" if is_markdown else "pre:not(pre pre)"
        """The selector for a block in the tree."""
        if is_markdown:
            self._noted = _notes(document)
        else:
            blocks = read_html(document).css(self._mark) if "<pre" in document else []
            self._noted = [(_preformatted(pre), True) for pre in blocks]

    def placed(self, root: Node, *names: str) -> Iterator[tuple[Node, int]]:
        """Go through the elements of some names in the document, each with the number of blocks above it."""
        place = 0
        for node in root.css(", ".join((self._mark, *names))):
            if node.tag in names:
                yield node, place
            else:
                place += 1

    def block_above(self, place: int) -> Block | None:
        """Return the nearest Python block above a place, except skipped ones."""
        return next((block for block in self._above(place) if block.is_drawn_from), None)

    def block_below(self, place: int) -> Block | None:
        """Return the nearest Python block below a place, except skipped ones."""
        return next((block for block in self.all_blocks[place:] if block.is_drawn_from), None)

    def blocks_before(self, block: Block) -> tuple[Block, ...]:
        """Return the Python blocks above one of the document's blocks, in order, except skipped ones."""
        before = takewhile(lambda above: above is not block, self.blocks)
        return tuple(above for above in before if above.is_drawn_from)

    def other_above(self, place: int) -> Block | None:
        """Return the nearest block above a place that figures don't use, because it isn't Python, or is skipped."""
        return next((block for block in self._above(place) if not block.is_drawn_from), None)

    def named(self, name: str) -> Block | None:
        """Return the Python block with an id: ```` ```python {#name} ````."""
        return next((block for block in self.blocks if block.id == name), None)

    @property
    def fenced(self) -> int:
        """The number of fenced blocks that were read, shown or not."""
        return sum(bool(block.fence) for block, _ in self._noted)

    def holds_id(self, name: str) -> bool:
        """Return whether a block has an id, without looking for the block in the source."""
        return any(block.id == name for block, _ in self._noted)

    def holds(self, sign: str) -> bool:
        """Return whether a block contains a character, without looking for the block in the source."""
        return any(sign in block.text for block, _ in self._noted)

    @property
    def blocks(self) -> list[Block]:
        """The Python blocks that the document shows."""
        return [block for block in self.all_blocks if block.is_python]

    @property
    def all_blocks(self) -> list[Block]:
        """The blocks that the document shows, in any language."""
        return [block for block, (_, is_shown) in zip(self._kept, self._noted, strict=True) if is_shown]

    @property
    def shown(self) -> tuple[Block, ...]:
        """The same, without looking for them in the source, so that none has a line."""
        return tuple(block for block, is_shown in self._noted if is_shown)

    @cached_property
    def prose(self) -> list[tuple[int, str]]:
        """The numbered lines of the source, except the header and blocks."""
        inside = {line for block in self._found if block.line for line in range(block.begun, block.end + 1)}
        lines = enumerate(self._lines[self._header :], start=self._header + 1)
        return [(self._numbers[number - 1], line) for number, line in lines if number not in inside]

    def lines_of(self, address: str) -> list[int]:
        """Return the line of each occurrence of a URL, in order: inline, by reference, or as HTML."""
        lines: list[int] = []
        for number, line in self.prose:
            count = len(list(places_of(address, line))) if address in line else 0
            if count and (label := _label(line)):
                lines += [place for place, text in self.prose for _ in range(_uses(label, text))]
            else:
                lines += [number] * count
        return sorted(lines)

    def line_in_header(self, text: str) -> int:
        """Return the line of the header that contains a text, such as `Cover:`; 1 if there is none."""
        header = zip(self._numbers, self._lines[: self._header or None], strict=False)
        return next((number for number, line in header if text.lower() in line.lower()), 1)

    def line_of_field(self, name: str) -> int:
        """Return the first line that begins with the name of a field, as in Markdown or reStructuredText; or else 1."""
        lines = zip(self._numbers, self._lines, strict=True)
        return next((number for number, line in lines if line.lower().lstrip(" :\"'").startswith(f"{name}:")), 1)

    def _above(self, place: int) -> Iterator[Block]:
        return reversed(self.all_blocks[:place])

    @cached_property
    def _kept(self) -> list[Block]:
        """All blocks, with their lines in the file if found."""
        at = self._numbers
        return [
            replace(block, line=at[block.line - 1], end=at[block.end - 1]) if block.line else block
            for block in self._found
        ]

    @cached_property
    def _found(self) -> list[Block]:
        """The same with lines in the Markdown: a hidden block may have the same text as a visible one."""
        blocks: list[Block] = []
        taken: set[int] = set()
        start = self._header
        for block, _ in self._noted:
            body = block.text.removesuffix("\n").split("\n")
            # A footnote is shown below the text that follows it in the source.
            line = _line_of(block, body, self._lines, start, taken) or _line_of(
                block, body, self._lines, self._header, taken
            )
            if line:
                start = line + len(body) - 1
                taken.add(line)
                block = replace(block, line=line, end=line + len(body) - (not block.fence))
            blocks.append(block)
        return blocks

    @cached_property
    def _lines(self) -> Sequence[str]:
        return self._read[0]

    @property
    def _numbers(self) -> Sequence[int]:
        return self._read[1]

    @cached_property
    def _read(self) -> Source:
        source = self._source
        if isinstance(source, Path) and source.suffix.lower() in SOURCES:
            return SOURCES[source.suffix.lower()](source)
        text = source.read_text("utf-8-sig", errors="replace") if isinstance(source, Path) else source
        lines = text.split("\n")
        return lines, range(1, len(lines) + 1)

    @cached_property
    def _header(self) -> int:
        """Count the lines of the header: Markdown's fields, or the text between lines of hyphens."""
        if end := end_of(self._lines):
            return end
        first = self._lines[0]
        if not (first.startswith("---") or first.partition(":")[0].strip().replace("-", "").replace("_", "").isalnum()):
            return 0
        is_fenced = first.startswith("---")
        for number, line in enumerate(self._lines[1:], start=2):
            if not line.strip() or (is_fenced and line.startswith(("---", "..."))):
                return number
        return len(self._lines)


def _line_of(block: Block, body: Sequence[str], lines: Sequence[str], start: int, taken: set[int]) -> int:
    """Look up the first line of a block, starting at a line; 0 if there is no such block."""
    wanted = [text.strip() for text in body]
    for at in range(start, len(lines) - len(body) + 1):
        if at + 1 in taken or (block.fence and not (at and _opens(block, lines[at - 1]))):
            continue
        if block.fence and not (at + len(body) < len(lines) and _closes(block, lines[at + len(body)])):
            continue
        if all(line.strip(_INSIDE) == text.strip(_INSIDE) for line, text in zip(lines[at:], wanted, strict=False)):
            return at + 1
    return 0


def _opens(block: Block, line: str) -> bool:
    """Return whether a line may be the fence of a block, at its own indentation."""
    spaced = line.expandtabs(4)
    return spaced.startswith(block.before) and spaced[len(block.before) :].startswith(block.fence)


def _closes(block: Block, line: str) -> bool:
    return line.strip(_INSIDE).startswith(block.fence) and not line.strip(_INSIDE).strip(block.fence[0])


def places_of(address: str, text: str) -> Iterator[int]:
    """Yield the places where a text contains a URL, except as part of a longer one."""
    place = text.find(address)
    while place >= 0:
        end = place + len(address)
        before, after = text[max(place - 12, 0) : place], text[end : end + 1]
        for prefix in ("{static}", "{attach}", "{filename}"):
            before = before.removesuffix(prefix)
        is_longer = (before and (before[-1].isalnum() or before[-1] in "_/.-"), after.isalnum() or after in [*"_/-"])
        if not any(is_longer):
            yield place
        place = text.find(address, end)


def _label(line: str) -> str:
    """Return the label of a line that defines a reference, `[label]: url`; empty for any other line."""
    label, is_defined, _ = line.strip().partition("]:")
    return label[1:] if is_defined and label.startswith("[") and "]" not in label else ""


def _uses(label: str, line: str) -> int:
    """Count the images of a line that use a reference: `![alt][label]`, `![label][]`, `![label]`."""
    plain = line.lower()
    wanted = f"[{label.lower()}]"
    count, place = 0, plain.find(wanted)
    while place >= 0:
        end = place + len(wanted)
        is_image = plain[:place].endswith("!") and plain[end : end + 1] not in ("(", ":")
        is_image = is_image and (plain[end : end + 1] != "[" or plain[end : end + 2] == "[]")
        is_labelled = plain[:place].endswith("]") and plain[: plain.rfind("[", 0, place)].endswith("!")
        count += is_image or is_labelled
        place = plain.find(wanted, end)
    return count


def _notes(document: str) -> list[tuple[Block, bool]]:
    """Read the notes of a document in order, each with whether the document shows its block.

    A block in a comment isn't shown, but its lines are looked for in the source all the same.
    """
    if _OPENED not in document:
        return []
    root = read_html(document)
    elements = root.css(f"{NOTE}[{CODE}]")
    if len(elements) == document.count(_OPENED):
        return [(Block.of(node.attributes[CODE] or ""), True) for node in elements]
    notes: list[tuple[Block, bool]] = []
    for node in root.traverse(include_text=True):
        if not node.is_element_node:
            pieces = (node.comment_content or node.text_content or "").split(_OPENED)[1:]
            notes += [(Block.of(piece.partition('"')[0]), False) for piece in pieces]
        elif node.tag == NOTE and CODE in node.attributes:
            notes.append((Block.of(node.attributes[CODE] or ""), True))
    return notes


def _preformatted(pre: Node) -> Block:
    """Read the code of a document that isn't Markdown: `<pre>`, if the HTML names the language.

    HTML uses `language-python`, and docutils `code python`.
    """
    text = pre.text().removesuffix("\n") + "\n"
    classes = [
        name for node in (pre, *pre.css("pre pre, code")) for name in (node.attributes.get("class") or "").split()
    ]
    languages = [name.partition("-")[2] for name in classes if name.startswith(("language-", "lang-"))]
    if "code" in classes:
        languages += [name for name in classes if name.lower() in PYTHON]
    return Block(text, languages[0] if languages else "", pre.id or None, tuple(classes))


class WrapFences(Preprocessor):
    """Wraps the processor of fenced blocks, which any extension may have registered by now, to note what it reads."""

    def run(self, lines: list[str]) -> list[str]:
        """Return the lines as they are."""
        if "fenced_code_block" in self.md.preprocessors:
            fenced: Any = self.md.preprocessors["fenced_code_block"]
            if not hasattr(fenced, "notes_blocks"):
                fenced.notes_blocks = True
                if hasattr(fenced, "process_nested_block"):
                    _note_superfences(fenced)
                else:
                    _note_fenced_code(fenced, self.md)
        return lines


def _note_superfences(fenced: Any) -> None:
    """Wrap pymdownx's superfences to note each block that it reads; it removes false ones again itself."""
    process, store = fenced.process_nested_block, superfences_store(fenced)
    read: list[Block] = []

    def processing(ws: str, content: str, start: int, end: int) -> None:
        text = fenced.rebuild_block(fenced.code) + "\n"
        # A formatter may add classes of its own.
        attributes = fenced.lang or "", fenced.id or None, tuple(fenced.classes)
        read[:] = [Block(text, *attributes, fenced.fence, fenced.ws)]
        process(ws, content, start, end)

    def storing(source: str, code: Any, start: int, end: int) -> None:
        store(source, _marked(code, read[0]), start, end)

    fenced.process_nested_block = processing
    put_superfences_store(fenced, storing)


class _LastMatch:
    """Wraps a pattern, and remembers its last match."""

    def __init__(self, pattern: Any) -> None:
        self._pattern = pattern
        self.found: Any = None

    def search(self, text: str, place: int = 0) -> Any:
        """Search like the pattern."""
        self.found = self._pattern.search(text, place)
        return self.found


def _note_fenced_code(fenced: Any, md: Markdown) -> None:
    """Wrap Markdown's own fenced_code to note each block that it reads."""
    noting = fenced.FENCED_BLOCK_RE = _LastMatch(fenced.FENCED_BLOCK_RE)
    stash: Any = md.htmlStash
    run, handle_attrs, store = fenced.run, fenced.handle_attrs, stash.store
    attributes: list[tuple[str | None, tuple[str, ...]]] = []

    def handling(attrs: Any) -> Any:
        read_attributes = handle_attrs(attrs)
        attributes[:] = [(read_attributes[0] or None, tuple(read_attributes[1]))]
        return read_attributes

    def storing(converted: Any) -> str:
        noted = noting.found
        id_, classes = attributes[0] if noted["attrs"] and attributes else (None, (noted["lang"] or "",))
        language, *more_classes = classes or ("",)
        code = noted["code"].removesuffix("\n") + "\n"
        stored: str = store(_marked(converted, Block(code, language, id_, tuple(more_classes), noted["fence"])))
        return stored

    def running(lines: list[str]) -> list[str]:
        stash.store = storing  # only while nobody else stores anything
        try:
            done: list[str] = run(lines)
        finally:
            stash.store = store
        return done

    fenced.run, fenced.handle_attrs = running, handling


class Indented(Treeprocessor):
    """Notes the indented code blocks, before an extension highlights them."""

    def run(self, root: Element) -> None:
        """Put the notes into the tree."""
        if next(root.iter("pre"), None) is None:
            return
        for parent in list(root.iter()):
            for place, element in reversed(list(enumerate(parent))):
                if element.tag == "pre" and len(element) == 1 and element[0].tag == "code":
                    block = self._block(html.unescape(element[0].text or ""))
                    parent.insert(place + 1, Element(NOTE, {CODE: block.note()}))

    def _block(self, text: str) -> Block:
        """Read the language where codehilite does: in a first line such as `:::python`, which it removes."""
        if "hilite" not in self.md.treeprocessors or not text.lstrip().startswith((":::", "#!")):
            return Block(text)
        code = CodeHilite(text, guess_lang=False, use_pygments=False)
        code.hilite()
        return Block(f"{code.src}\n", code.lang or "")


class CodeBlocks(Extension):
    """Keeps every code block in the converted document, in invisible notes; reads images' braces."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - python-markdown's name
        """Register before all others, before code is highlighted, and before attributes are parsed."""
        md.treeprocessors.register(Braces(md), "figures_braces", 8.5)
        md.preprocessors.register(WrapFences(md), "figures_begin", 1000)
        md.treeprocessors.register(Indented(md), "figures_indented_code", 45)


def makeExtension(**options: object) -> CodeBlocks:  # noqa: N802 - python-markdown's name
    """Return the extension; python-markdown looks for this name."""
    return CodeBlocks(**options)


def read(text: str, extensions: Sequence[Any] = ("markdown.extensions.extra",), **more: Any) -> tuple[str, Reading]:
    """Convert a Markdown text that isn't an article, with its notes; `extensions` and the rest are for Markdown."""
    document = Markdown(extensions=[*extensions, CodeBlocks()], **more).convert(text)
    return document, Reading(document, text)
