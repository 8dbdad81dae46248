"""Formulas between dollars, written as MathML while the page is built: no script, no font."""

from __future__ import annotations

from functools import cache
from xml.etree.ElementTree import Element, fromstring

from latex2mathml.converter import convert
from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

NAMESPACE = "{http://www.w3.org/1998/Math/MathML}"


class FormulaError(ValueError):
    """A formula that is no LaTeX."""


class Formulas(Treeprocessor):
    """Turns what `pymdownx.arithmatex` has found into MathML."""

    def run(self, root: Element) -> None:
        """Change the tree in place."""
        for place in [element for element in root.iter() if element.get("class") == "arithmatex"]:
            is_display = place.tag == "div"
            formula = mathml((place.text or "")[2:-2].strip(), is_display)
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
        return fromstring(_converted(latex, is_display))
    except Exception as problem:  # the library has a dozen kinds, and raises others of Python's own
        message = f"the formula {latex} cannot be read: {type(problem).__name__} {problem}".rstrip()
        raise FormulaError(message) from problem


@cache
def _converted(latex: str, is_display: bool) -> str:
    # HTML needs no namespace, and ElementTree would write one into every tag.
    return convert(latex, display="block" if is_display else "inline").replace(f' xmlns="{NAMESPACE[1:-1]}"', "")


class Mathematics(Extension):
    """Runs when inline text is elements already."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Register the processor; the name is python-markdown's."""
        md.treeprocessors.register(Formulas(md), "formulas", 13)


def makeExtension(**options: object) -> Mathematics:
    """Return the extension, as python-markdown looks for it by this name."""
    return Mathematics(**options)
