r"""Formulas in `$…$`, `$$…$$`, `\(…\)` and `\[…\]`, converted to MathML during the build: no script, no font.

`$$…$$ {#eq:cell}` has a number, and so has a formula with LaTeX's `\label{eq:cell}` or `\tag{A}`. `\eqref{eq:cell}`, in
the text or in a formula, is a link to it, like `{equation:cell}` of the figure plugin, which writes its words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from html import escape, unescape
from itertools import count, zip_longest
from re import Match
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.blockprocessors import BlockProcessor
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.postprocessors import Postprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from .messages import ContentError

ENVIRONMENTS = {"{aligned}": "{split}", "{align}": "{align*}"} | {
    rf"\{sign}{{eqnarray{star}}}": rf"\{sign}{{array}}{columns}"
    for star in ("", "*")
    for sign, columns in (("begin", "{rcl}"), ("end", ""))
}
"""What the library knows them as; it would number each line of the second."""
ARGUMENTS = {"mfrac": 2, "msub": 2, "msup": 2, "mroot": 2, "mover": 2, "munder": 2, "msubsup": 3, "munderover": 3}
SHORT = 8
"""How many characters fit every line, even in large text; a longer formula gets a box that scrolls if necessary."""
LINE_EM = 26
"""The width that a line of text has for a formula; a wider one also uses the margin, as a figure does."""

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

NAMED = re.compile(r"[ \t]*\n?[ \t]*\{#(?P<label>eq[:-][^\s{}]+)\}")
"""What an author writes after a displayed formula to refer to it."""
LABEL = re.compile(r"\\label\s*\{(?P<label>[^{}]*)\}")
TAG = re.compile(r"\\tag\s*(?P<bare>\*?)\s*\{(?P<tag>[^{}]*)\}")
UNNUMBERED = re.compile(r"\\(?:notag|nonumber)(?![A-Za-z])")
UNSHOWN = re.compile(rf"\s*(?:{LABEL.pattern}|{TAG.pattern}|{UNNUMBERED.pattern})")
"""The commands that are about a formula's number, and no part of it."""
ESCAPED = re.compile(r"\\([&%$#_{}])")
"""A character that means something to LaTeX, in the text of a formula."""
REFERENCE = r"\\(?:eq)?ref\s*\{(?P<name>[^{}\n]+)\}"
EQUATION = "eq-"
"""The start of the id of a formula with a number."""
WRITTEN = "data-mention"
"""The attribute of an empty link that holds what the author wrote, until the words of the link are known."""

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
FIRST_LINK, LAST_LINK = "\ue200", "\ue2ff"
"""Characters for the references in a formula while the library converts it."""
LINK = re.compile(f"([{FIRST_LINK}-{LAST_LINK}])")
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
    label: str = ""


@dataclass(frozen=True)
class Unclosed:
    """A delimiter without a partner."""

    start: int
    sign: str


def formulas(text: str) -> list[Formula]:
    """Find the formulas in a block of Markdown: neither in code nor after a backslash."""
    return [sign for sign in _signs(text) if isinstance(sign, Formula)]


def unclosed(text: str) -> list[Unclosed]:
    """Find the delimiters in a block of Markdown that start a formula which is never closed."""
    return [sign for sign in _signs(text) if isinstance(sign, Unclosed) and _is_meant(text, sign)]


def is_table(lines: Sequence[str]) -> bool:
    """Return whether the lines of a block are the rows of a table, in which a formula ends with its row."""
    return len(lines) > 1 and "|" in lines[0] and bool(RULED.fullmatch(lines[1]))


def _signs(text: str) -> Iterator[Formula | Unclosed]:
    at = 0
    while match := SIGN.search(text, at):
        sign, at = match[0], match.end()
        if sign.startswith("`"):
            ends = re.compile(f"(?<!`){sign}(?!`)").search(text, at)
            at = ends.end() if ends else at
            continue
        body = _body(text, match)
        if body is not None:
            at = body.end()
            is_environment = bool(match["environment"])
            latex = text[match.start() : at] if is_environment else body["latex"]
            is_displayed = is_environment or sign in DISPLAYED
            named = NAMED.match(text, at) if is_displayed else None
            at = named.end() if named else at
            yield Formula(match.start(), at, latex.strip(), is_displayed, named["label"] if named else "")
        elif match["environment"] or sign in BODY:
            yield Unclosed(match.start(), sign)


def _body(text: str, begun: Match[str]) -> Match[str] | None:
    """Return the match from a delimiter to its partner; None if it has none, or if nothing is between them."""
    if environment := begun["environment"]:
        return re.compile(rf"\\end\{{{re.escape(environment)}\}}").search(text, begun.end())
    if begun[0] not in BODY or (begun[0] == "$" and AMOUNT.match(text, max(begun.start() - 1, 0))):
        return None
    body = BODY[begun[0]].match(text, begun.end())
    return body if body and body["latex"].strip() and not set(body["latex"]) & {"\x02", OPEN} else None


def _is_meant(text: str, delimiter: Unclosed) -> bool:
    """Return whether a delimiter without a partner is a mistake, rather than a price, a name or an escaped bracket."""
    after = text[delimiter.start + len(delimiter.sign) :]
    if delimiter.sign == "$":
        before = text[: delimiter.start][-1:]
        return not before.isalnum() and bool(BEGUN.match(after))
    if delimiter.sign in BRACKETS:
        return bool(LATEX.search(after.partition(BRACKETS[delimiter.sign])[0]))
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
    element = Element(SOURCE, {"display": "block" if formula.is_displayed else "inline", "label": formula.label})
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


class References(InlineProcessor):
    """Makes an empty link of each reference to a formula in the text, as LaTeX writes it."""

    def handleMatch(  # type: ignore[override]  # python-markdown's types are of another time
        self, m: Match[str], data: str
    ) -> tuple[Element, int, int]:
        """Return the link; python-markdown prescribes the method's name."""
        return reference(place_of(m["name"]), m[0]), m.start(0), m.end(0)


def reference(place: str, written: str) -> Element:
    """Return an empty link to a place in the page, which says how the author wrote it."""
    return Element("a", {"href": f"#{place}", WRITTEN: written})


def place_of(label: str) -> str:
    """Return the id of a numbered formula in its page: `eq-cell` for `eq:cell`, `eq-cell` or `cell`."""
    return EQUATION + re.sub(r"^eq[:-]", "", label.strip()).replace(" ", "_")


def bare_number(number: str) -> str:
    """Return a formula's number without its parentheses; a tag with a star has none."""
    return number[1:-1] if number.startswith("(") else number


class ToMathML(Treeprocessor):
    """Converts the source of formulas to MathML. Wide ones get a scrolling box, with the class `formula`.

    A formula with a number is, with its box, in an element of the class `equation`, which has its id.
    """

    def run(self, root: Element) -> None:
        """Change the tree in place."""
        parents = {child: parent for parent in root.iter() for child in parent}
        numbers, taken = count(1), set[str]()
        for place in list(root.iter(SOURCE)):
            is_displayed, label = place.attrib.pop("display") == "block", place.attrib.pop("label")
            latex, parent = _with_tags_in_rows(place.text or ""), parents[place]
            formula, number = mathml(latex, is_displayed), ""
            label, tag = _label_and_tag(latex, label, is_displayed)
            if label and place_of(label) in taken:
                raise FormulaError(f"two formulas have the label {label}: give one of them another", latex)
            if label or tag:
                number = tag or f"({next(numbers)})"
                taken.add(place_of(label))
            formula.attrib |= place.attrib
            if is_displayed and _is_alone(place, parent):
                box, name, classes = parent, "div", parent.get("class", "").split()
                box.text, box[:] = None, ()
            else:
                box, name, classes, tail = place, "span", ["inline"] * (not is_displayed), place.tail
                place.clear()
                place.tail = tail
                if not is_displayed and len("".join(formula.itertext())) <= SHORT:
                    place.tag, place.text = formula.tag, formula.text
                    place.attrib |= formula.attrib
                    place.extend(formula)
                    continue
            if is_displayed and _width_em(formula) > LINE_EM:
                classes = ["wide", *classes]
            box.tag = name
            box.set("class", " ".join(["equation" if number else "formula", *classes]))
            if number:
                if label:
                    box.set("id", place_of(label))
                SubElement(box, name, {"class": "formula"}).append(formula)
                SubElement(box, "span", {"class": "number"}).text = number
            else:
                box.append(formula)


def _with_tags_in_rows(latex: str) -> str:
    r"""Write several tags at the ends of their rows, if nothing refers to one: only one number is at the margin."""
    if len(TAG.findall(latex)) < 2 or LABEL.search(latex):
        return latex
    return TAG.sub(lambda tag: rf"\qquad\text{{{_shown(tag)}}}", latex)


def _shown(tag: Match[str]) -> str:
    name = tag["tag"].strip()
    return name if tag["bare"] or not name else f"({name})"


def _label_and_tag(latex: str, label: str, is_displayed: bool) -> tuple[str, str]:
    """Return the name by which the text refers to a formula, and what it has instead of a number."""
    labels, tags = (
        [*filter(None, [label]), *(match["label"] for match in LABEL.finditer(latex))],
        [*TAG.finditer(latex)],
    )
    if (labels or tags) and not is_displayed:
        raise FormulaError(f"only a formula between $$ and $$ has a number: {latex}", latex)
    if len(labels) > 1 or len(tags) > 1:
        raise FormulaError(
            f"a formula has one number: write those with other labels between $$ of their own: {latex}", latex
        )
    return labels[0] if labels else "", _shown(tags[0]) if tags else ""


def _is_alone(place: Element, parent: Element) -> bool:
    return parent.tag == "p" and len(parent) == 1 and not f"{parent.text or ''}{place.tail or ''}".strip()


class InHtml(Postprocessor):
    """Restores formulas in raw HTML: an attribute, for example, can't contain one."""

    def __init__(self, md: Markdown, held: Held) -> None:
        super().__init__(md)
        self._held = held

    def run(self, text: str) -> str:
        """Return the document; the numbers start again for the next one."""
        restored = HELD.sub(lambda held: escape(self._held.formulas[int(held[1])][0]), text)
        self._held.formulas.clear()
        return restored


def mathml(latex: str, is_displayed: bool) -> Element:
    """Return a formula as an element, its references as links; raise FormulaError if it can't be converted."""
    shown_latex, links = UNSHOWN.sub("", latex).strip(), [*re.finditer(REFERENCE, latex)]
    marks = map(chr, range(ord(FIRST_LINK), ord(LAST_LINK) + 1))
    try:
        formula = deepcopy(_converted(re.sub(REFERENCE, lambda _: next(marks), shown_latex), is_displayed))
    except Exception as problem:  # the library has a dozen kinds, and raises built-in ones, too
        reason = f"{type(problem).__name__.removesuffix('Error')} {problem}".strip()
        raise FormulaError(f"can't read the formula {latex}: {reason}", latex) from problem
    for flaw in _flaws(formula):
        raise FormulaError(f"can't read the formula {latex}: {flaw}", latex)
    for element in formula.iter():
        text = unescape(element.text or "")
        element.text = ESCAPED.sub(r"\1", text) if element.tag == "mtext" else text
    formula.set("alttext", shown_latex)  # for programs without MathML, such as a notebook
    for element in list(formula.iter()) if links else ():
        before, *pieces = LINK.split(element.text or "")
        if pieces:
            element.tag, element.text = "mtext", None
            line = SubElement(element, "span")  # directly in a formula, each piece would begin a line
            line.text = before
            for mark, after in zip(pieces[::2], pieces[1::2], strict=True):
                match = links[ord(mark) - ord(FIRST_LINK)]
                line.append(reference(place_of(match["name"]), match[0]))
                line[-1].tail = after
    return formula


def _width_em(element: Element) -> float:
    """Estimate how wide a formula is."""
    widths = [_width_em(child) for child in element]
    match element.tag:
        case "mi" | "mn" | "mtext" | "ms":
            return 0.52 * len(element.text or "")
        case "mo":
            return 1.1
        case "mfrac" | "munder" | "mover" | "munderover":
            return max(widths)
        case "msub" | "msup" | "msubsup":
            return widths[0] + 0.7 * max(widths[1:])
        case "mtable":
            columns = zip_longest(*([_width_em(cell) for cell in row] for row in element), fillvalue=0)
            return sum(max(column) + 0.8 for column in columns)
        case _:
            return sum(widths)


def _flaws(formula: Element) -> Iterator[str]:
    """Find errors that the library lets through, and that a browser would show as source, or not at all."""
    for element in formula.iter():
        text = element.text or ""
        if element.tag == "mi" and text.startswith("\\"):
            yield f"unknown command {text}"
        elif element.tag == "mi" and text in ("{", "}"):
            yield f"{text} has no counterpart"
        elif element.tag == "mi" and text == "&":
            yield "& is outside of a table"
        elif len(element) < ARGUMENTS.get(element.tag, 0):
            yield "a command is missing its argument"


@cache
def _converted(latex: str, is_displayed: bool) -> Element:
    from latex2mathml.converter import convert_to_element  # sites without formulas don't need it

    text = latex
    for name, library_name in ENVIRONMENTS.items():
        text = text.replace(name, library_name)
    formula = convert_to_element(text, display="block" if is_displayed else "inline")
    del formula.attrib["xmlns"]  # HTML needs none, and ElementTree would write it into every tag
    return formula


class Mathematics(Extension):
    """Replaces formulas after indented code is found, before all else; writes them before headings are listed."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Register the processors; python-markdown prescribes the method's name."""
        held = Held(md)
        md.ESCAPED_CHARS = [*md.ESCAPED_CHARS, "$"]
        md.parser.blockprocessors.register(held, "formulas", 79.95)  # before pymdownx.arithmatex, if it is used
        md.treeprocessors.register(InCode(md, held), "formulas_in_code", 60)
        md.inlinePatterns.register(InLines(md, held), "formulas", 189.95)
        md.inlinePatterns.register(References(REFERENCE, md), "references_to_formulas", 169)
        md.treeprocessors.register(ToMathML(md), "formulas", 7)
        md.postprocessors.register(InHtml(md, held), "formulas", 5)


def makeExtension(**options: object) -> Mathematics:
    """Return the extension; python-markdown looks for this name."""
    return Mathematics(**options)
