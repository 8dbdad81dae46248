"""Formulas between dollars, written as MathML while the page is built: no script, no font."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html import unescape
from xml.etree.ElementTree import Element, ParseError, fromstring

from latex2mathml.converter import convert
from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

NAMESPACE = "http://www.w3.org/1998/Math/MathML"
ALIGNED = re.compile(r"\{aligned\}")
"""The library calls it by its other name, split."""
ARGUMENTS = {"mfrac": 2, "msub": 2, "msup": 2, "mroot": 2, "mover": 2, "munder": 2, "msubsup": 3, "munderover": 3}


class FormulaError(ValueError):
    """A formula that is no LaTeX."""


class Formulas(Treeprocessor):
    """Turns what `pymdownx.arithmatex` has found into MathML."""

    def run(self, root: Element) -> None:
        """Change the tree in place."""
        for place in [element for element in root.iter() if element.get("class") == "arithmatex"]:
            is_display = place.tag == "div"
            formula = mathml(unescape(place.text or "")[2:-2].strip(), is_display)
            tail = place.tail
            place.clear()
            place.tail = tail
            if is_display:
                place.set("class", "formula")
                place.append(formula)
            else:
                place.tag, place.text = formula.tag, formula.text
                place.attrib |= formula.attrib
                place.extend(formula)


def mathml(latex: str, is_display: bool) -> Element:
    """Return a formula as an element; FormulaError if it cannot be read."""
    try:
        formula = fromstring(_converted(latex, is_display))
    except ParseError as problem:
        raise FormulaError(f"the formula {latex} cannot be read: & stands outside of a table") from problem
    except Exception as problem:  # the library has a dozen kinds, and raises others of Python's own
        what = f"{type(problem).__name__.removesuffix('Error')} {problem}".strip()
        raise FormulaError(f"the formula {latex} cannot be read: {what}") from problem
    for flaw in _flaws(formula):
        raise FormulaError(f"the formula {latex} cannot be read: {flaw}")
    return formula


def _flaws(formula: Element) -> Iterator[str]:
    """Find what the library lets through, and a browser would show as it stands, or not at all."""
    for element in formula.iter():
        text = element.text or ""
        if element.tag == "mi" and text.startswith("\\"):
            yield f"{text} is not known"
        elif element.tag == "mi" and text in ("{", "}"):
            yield f"{text} has no partner"
        elif len(element) < ARGUMENTS.get(element.tag, 0):
            yield "a command lacks its argument"


@cache
def _converted(latex: str, is_display: bool) -> str:
    text = ALIGNED.sub(r"{split}", latex)
    # HTML needs no namespace, and ElementTree would write one into every tag.
    return convert(text, display="block" if is_display else "inline").replace(f' xmlns="{NAMESPACE}"', "")


class Mathematics(Extension):
    """Runs when inline text is elements already."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Register the processor; the name is python-markdown's."""
        md.treeprocessors.register(Formulas(md), "formulas", 13)


def makeExtension(**options: object) -> Mathematics:
    """Return the extension, as python-markdown looks for it by this name."""
    return Mathematics(**options)
