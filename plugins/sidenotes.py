"""Footnotes next to the text that they belong to, instead of all at its end."""

from __future__ import annotations

from collections import defaultdict
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.footnotes import NBSP_PLACEHOLDER
from markdown.treeprocessors import Treeprocessor

BACK = "footnote-backref"


class SideNotes(Treeprocessor):
    """Puts each footnote after the first block that refers to it, all notes of one block together."""

    def run(self, root: Element) -> None:
        """Move the notes; one without a reference goes with the last block."""
        footnotes = next((block for block in root if block.get("class") == "footnote"), None)
        if footnotes is None or len(root) == 1:
            return  # there are none, or there is no text for them
        root.remove(footnotes)
        blocks = list(root)
        places = {sup.get("id"): block for block in blocks for sup in block.iter("sup") if sup.get("id")}
        notes: dict[Element, list[Element]] = defaultdict(list)
        for number, footnote in enumerate(footnotes.iter("li"), start=1):
            name = footnote.get("id", "")
            reference = name.replace("fn", "fnref", 1)
            notes[places.get(reference, blocks[-1])].append(note(footnote, name, reference, number))
        for block, beside in notes.items():
            aside = Element("aside", {"class": "sidenote", "role": "note"})
            aside.extend(beside)
            aside.tail, block.tail = block.tail, "\n"
            root.insert(list(root).index(block) + 1, aside)


def note(footnote: Element, name: str, reference: str, number: int) -> Element:
    """Return a note with its number before it, which links back to its place."""
    for parent in footnote.iter():
        for link in [child for child in parent if child.get("class") == BACK]:
            parent.remove(link)
            last = parent[-1] if len(parent) else None
            if last is not None and last.tail:
                last.tail = last.tail.removesuffix(NBSP_PLACEHOLDER)
            elif parent.text:
                parent.text = parent.text.removesuffix(NBSP_PLACEHOLDER)
    place = Element("div", {"id": name})
    back = SubElement(place, "a", {"href": f"#{reference}"})
    back.text = str(number)
    back.tail = " "
    paragraphs = list(footnote)
    if paragraphs and paragraphs[0].tag == "p":
        back.tail = f" {(paragraphs[0].text or '').lstrip()}"
        place.extend(list(paragraphs.pop(0)))
    place.extend(paragraphs)
    return place


class Notes(Extension):
    """Runs after footnotes are elements, with all of their back links."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Register the processor; python-markdown prescribes the method's name."""
        md.treeprocessors.register(SideNotes(md), "side_notes", 14)


def makeExtension(**options: object) -> Notes:
    """Return the extension; python-markdown looks for this name."""
    return Notes(**options)
