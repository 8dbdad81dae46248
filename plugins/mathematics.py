r"""Formulas in `$…$`, `$$…$$`, `\(…\)` and `\[…\]`, converted to MathML during the build: no script, no font."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from re import Match
from xml.etree.ElementTree import Element, ParseError, fromstring

from markdown import Markdown
from markdown.blockprocessors import BlockProcessor
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.postprocessors import Postprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from .messages import ContentError

NAMESPACE = "http://www.w3.org/1998/Math/MathML"
ALIGNED = re.compile(r"\{aligned\}")
"""The library only knows its other name, split."""
ARGUMENTS = {"mfrac": 2, "msub": 2, "msup": 2, "mroot": 2, "mover": 2, "munder": 2, "msubsup": 3, "munderover": 3}
SHORT = 8
"""How many characters fit every line, even in large text; a longer formula gets a box that scrolls if necessary."""

SIGN = re.compile(
    r"`+|<!--.*?-->|</?[A-Za-z][\w-]*(?:\s[^<>]*)?>|\\begin\{(?P<environment>[a-z]+\*?)\}|\\.|\$+", re.DOTALL
)
"""The next start of code, a tag, an escaped character or a formula."""
BODY = {
    "$": re.compile(r"(?!\s)(?P<latex>(?:\\.|[^\\$`])+?)(?<!\s)\$(?!\d)", re.DOTALL),
    "$$": re.compile(r"(?P<latex>(?:\\.|[^\\$]|\$(?!\$))+?)\$\$", re.DOTALL),
    r"\(": re.compile(r"(?P<latex>(?:\\[^)]|[^\\])+?)\\\)"),
    r"\[": re.compile(r"(?P<latex>(?:\\[^\]]|[^\\])+?)\\\](?![(\[])"),
}
"""What follows each delimiter. A dollar before a digit doesn't end a formula, nor one after a space: both are prices.

And `\\[words\\](address)` is a link that the author wants to show as source.
"""
AMOUNT = re.compile(r"[^\W\d_]\$\d|.?\$\d[\d.,]*\s+[A-Za-z]{2}", re.DOTALL)
"""The dollar sign of an amount, with the text before it: US$5, $5 or more."""
DISPLAYED = ("$$", r"\[")

LATEX = re.compile(r"\\[A-Za-z]|[_^={]")
"""Signs that a formula was meant."""
BEGUN = re.compile(
    r"\\[A-Za-z]|[A-Za-z](?![A-Za-z])|[({|]|[A-Za-z]+\s*[=+*^_<>{(]|\s[^$]*[\\_^][^$]*\$"
    r"|[\d.]+(?:[\^_]|\\[A-Za-z])"
    # A bracket, or a number in an operation, and a LaTeX character before any word.
    r"|(?:\[|[\d.]+\s*[-+=*/<>])[^$A-Za-z]*(?:[A-Za-z](?![A-Za-z])[^$A-Za-z]*)*[\\_^]"
)
"""What follows a dollar that starts a formula: not a price, a name such as $HOME, or an amount such as $5k."""
BRACKETS = {r"\(": ")", r"\[": "]"}

OPEN, CLOSE = "\ue001", "\ue002"
"""Around the number of a formula while Markdown parses its blocks; private use characters."""
HELD = re.compile(f"{OPEN}(\\d+){CLOSE}")
QUOTED = re.compile(r"^ {0,3}>", re.MULTILINE)
LISTED = re.compile(r" {0,3}(?:[*+-]|\d+\.)\s")
RULED = re.compile(r"[ |:-]*-[ |:-]*")
"""The second line of a table."""
SOURCE = "formula"
"""The element of a formula's source until its whole document is a tree."""


class FormulaError(ContentError):
    """A formula that isn't valid LaTeX."""


@dataclass(frozen=True)
class Formula:
    """A formula in a text: its place, and its source."""

    start: int
    end: int
    latex: str
    is_displayed: bool


@dataclass(frozen=True)
class Unclosed:
    """A delimiter without a partner."""

    start: int
    sign: str


def formulas(text: str) -> list[Formula]:
    """Find the formulas in a block of Markdown: neither in code nor after a backslash."""
    return [found for found in _signs(text) if isinstance(found, Formula)]


def unclosed(text: str) -> list[Unclosed]:
    """Find the delimiters in a block of Markdown that start a formula which is never closed."""
    return [found for found in _signs(text) if isinstance(found, Unclosed) and _is_meant(text, found)]


def is_table(lines: Sequence[str]) -> bool:
    """Return whether the lines of a block are the rows of a table, in which a formula ends with its row."""
    return len(lines) > 1 and "|" in lines[0] and bool(RULED.fullmatch(lines[1]))


def _signs(text: str) -> Iterator[Formula | Unclosed]:
    at = 0
    while found := SIGN.search(text, at):
        sign, at = found[0], found.end()
        if sign.startswith("`"):
            ends = re.compile(f"(?<!`){sign}(?!`)").search(text, at)
            at = ends.end() if ends else at
            continue
        body = _body(text, found)
        if body is not None:
            at = body.end()
            is_environment = bool(found["environment"])
            latex = text[found.start() : at] if is_environment else body["latex"]
            yield Formula(found.start(), at, latex.strip(), is_environment or sign in DISPLAYED)
        elif found["environment"] or sign in BODY:
            yield Unclosed(found.start(), sign)


def _body(text: str, begun: Match[str]) -> Match[str] | None:
    """Return the match from a delimiter to its partner; None if it has none, or if nothing is between them."""
    if environment := begun["environment"]:
        return re.compile(rf"\\end\{{{re.escape(environment)}\}}").search(text, begun.end())
    if begun[0] not in BODY or (begun[0] == "$" and AMOUNT.match(text, max(begun.start() - 1, 0))):
        return None
    body = BODY[begun[0]].match(text, begun.end())
    return body if body and body["latex"].strip() and not set(body["latex"]) & {"\x02", OPEN} else None


def _is_meant(text: str, found: Unclosed) -> bool:
    """Return whether a delimiter without a partner is a mistake, rather than a price, a name or an escaped bracket."""
    after = text[found.start + len(found.sign) :]
    if found.sign == "$":
        before = text[: found.start][-1:]
        return not before.isalnum() and bool(BEGUN.match(after))
    if found.sign in BRACKETS:
        return bool(LATEX.search(after.partition(BRACKETS[found.sign])[0]))
    return True


class Held(BlockProcessor):
    """Replaces each formula by a number, so that none of its characters looks like a table, a list or a quotation."""

    def __init__(self, md: Markdown) -> None:
        super().__init__(md.parser)
        self.formulas: list[tuple[str, Formula]] = []

    def test(self, _parent: Element, block: str) -> bool:
        """Accept blocks that may have formulas; list items become blocks of their own a little later."""
        return ("$" in block or "\\" in block) and not LISTED.match(block)

    def run(self, _parent: Element, blocks: list[str]) -> bool:
        """Change the block, and leave it to the processors after this one."""
        lines = blocks[0].split("\n")
        if is_table(lines):
            blocks[0] = "\n".join(map(self._held, lines))
        else:
            blocks[0] = self._held(blocks[0])
        return False

    def _held(self, text: str) -> str:
        held, at = "", 0
        for formula in formulas(text):
            if QUOTED.search(text, at, formula.start):
                break  # a quotation becomes a block of its own, without its marks
            source = text[formula.start : formula.end]
            held += f"{text[at : formula.start]}{OPEN}{len(self.formulas)}{CLOSE}"
            self.formulas.append((source, formula))
            at = formula.end
        return held + text[at:]

    def given_back(self, text: str) -> str:
        """Return a text with its formulas restored."""
        return HELD.sub(lambda held: self.formulas[int(held[1])][0], text)


class InLines(InlineProcessor):
    """Makes an element of each formula: of those replaced by numbers, and of those in titles, which are in no block."""

    def __init__(self, md: Markdown, held: Held) -> None:
        super().__init__(rf"{HELD.pattern}|\$+|\\[(\[]", md)
        self._held = held

    def handleMatch(  # type: ignore[override]  # python-markdown's types are of another time
        self, m: Match[str], data: str
    ) -> tuple[Element, int, int] | tuple[None, None, None]:
        """Return the formula's source in an element; python-markdown prescribes the method's name."""
        if m[1]:
            _, formula = self._held.formulas[int(m[1])]
            return _source(formula), m.start(0), m.end(0)
        for formula in formulas(data):
            if formula.start == m.start(0):
                return _source(formula), formula.start, formula.end
        return None, None, None


def _source(formula: Formula) -> Element:
    element = Element(SOURCE, {"display": "block" if formula.is_displayed else "inline"})
    element.text = AtomicString(formula.latex)
    return element


class InCode(Treeprocessor):
    """Restores dollar signs in indented code in a quotation; runs before it is highlighted."""

    def __init__(self, md: Markdown, held: Held) -> None:
        super().__init__(md)
        self._held = held

    def run(self, root: Element) -> None:
        """Change the tree in place."""
        for code in root.iter("code"):
            if code.text:
                code.text = AtomicString(self._held.given_back(code.text))


class ToMathML(Treeprocessor):
    """Converts the source of formulas to MathML. Wide ones get a scrolling box, with the class `formula`."""

    def run(self, root: Element) -> None:
        """Change the tree in place."""
        parents = {child: parent for parent in root.iter() for child in parent}
        for place in list(root.iter(SOURCE)):
            is_displayed = place.attrib.pop("display") == "block"
            formula, parent = mathml(place.text or "", is_displayed), parents[place]
            formula.attrib |= place.attrib
            if is_displayed and _is_alone(place, parent):
                parent.tag, parent.text = "div", None
                parent.set("class", " ".join(["formula", *parent.get("class", "").split()]))
                parent[:] = [formula]
                continue
            tail = place.tail
            place.clear()
            place.tail = tail
            if is_displayed or len("".join(formula.itertext())) > SHORT:
                place.tag = "span"
                place.set("class", "formula" if is_displayed else "formula inline")
                place.append(formula)
            else:
                place.tag, place.text = formula.tag, formula.text
                place.attrib |= formula.attrib
                place.extend(formula)


def _is_alone(place: Element, parent: Element) -> bool:
    return parent.tag == "p" and len(parent) == 1 and not f"{parent.text or ''}{place.tail or ''}".strip()


class InHtml(Postprocessor):
    """Restores formulas in raw HTML: an attribute, for example, can't contain one."""

    def __init__(self, md: Markdown, held: Held) -> None:
        super().__init__(md)
        self._held = held

    def run(self, text: str) -> str:
        """Return the document; the numbers start again for the next one."""
        made = HELD.sub(lambda held: escape(self._held.formulas[int(held[1])][0]), text)
        self._held.formulas.clear()
        return made


def mathml(latex: str, is_displayed: bool) -> Element:
    """Return a formula as an element; raise FormulaError if it can't be converted."""
    try:
        formula = fromstring(_converted(latex, is_displayed))
    except ParseError as problem:
        raise FormulaError(f"can't read the formula {latex}: & is outside of a table", latex) from problem
    except Exception as problem:  # the library has a dozen kinds, and raises built-in ones, too
        what = f"{type(problem).__name__.removesuffix('Error')} {problem}".strip()
        raise FormulaError(f"can't read the formula {latex}: {what}", latex) from problem
    for flaw in _flaws(formula):
        raise FormulaError(f"can't read the formula {latex}: {flaw}", latex)
    formula.set("alttext", latex)  # for programs without MathML, such as a notebook
    return formula


def _flaws(formula: Element) -> Iterator[str]:
    """Find errors that the library lets through, and that a browser would show as source, or not at all."""
    for element in formula.iter():
        text = element.text or ""
        if element.tag == "mi" and text.startswith("\\"):
            yield f"unknown command {text}"
        elif element.tag == "mi" and text in ("{", "}"):
            yield f"{text} has no counterpart"
        elif len(element) < ARGUMENTS.get(element.tag, 0):
            yield "a command is missing its argument"


@cache
def _converted(latex: str, is_displayed: bool) -> str:
    from latex2mathml.converter import convert  # sites without formulas don't need it

    text = ALIGNED.sub(r"{split}", latex)
    # HTML needs no namespace, and ElementTree would write it into every tag.
    return convert(text, display="block" if is_displayed else "inline").replace(f' xmlns="{NAMESPACE}"', "")


class Mathematics(Extension):
    """Replaces formulas after indented code is found, before all else; writes them before headings are listed."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Register the processors; python-markdown prescribes the method's name."""
        held = Held(md)
        md.ESCAPED_CHARS = [*md.ESCAPED_CHARS, "$"]
        md.parser.blockprocessors.register(held, "formulas", 79.95)  # before pymdownx.arithmatex, if it is used
        md.treeprocessors.register(InCode(md, held), "formulas_in_code", 60)
        md.inlinePatterns.register(InLines(md, held), "formulas", 189.95)
        md.treeprocessors.register(ToMathML(md), "formulas", 7)
        md.postprocessors.register(InHtml(md, held), "formulas", 5)


def makeExtension(**options: object) -> Mathematics:
    """Return the extension; python-markdown looks for this name."""
    return Mathematics(**options)
