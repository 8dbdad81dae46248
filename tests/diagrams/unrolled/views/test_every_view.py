"""All views: what they draw and say, which is in pictures.md, and what they can't draw, which is in errors.md."""

import re
from pathlib import Path

import pytest

from tests.diagrams.answers import check_answers
from tests.diagrams.cases import cases, check_error, says
from tests.diagrams.pictures import check_rules
from unrolled.shapes.text import CodeLine, Phrase

ERRORS = cases(Path(__file__).with_name("errors.md"))


@pytest.mark.parametrize("case", ERRORS)
def test_what_cannot_be_drawn_is_an_error_that_says_what_would_help(case):
    """At the author's line, if there is one; nothing is drawn only approximately."""
    check_error(case, case.draw, case.blocks[:-1])


PICTURES = cases(Path(__file__).with_name("pictures.md"))


@pytest.mark.parametrize("case", PICTURES)
def test_every_picture_keeps_to_the_rules_and_says_what_it_shows(case):
    """A line of a case is what a part, the alt text, the description, its table or its steps say.

    A case that says how wide its narrow form is doesn't fit a phone.
    """
    picture = case.draw()
    is_too_wide = any(line.startswith("narrow width") for line in case.expected)
    check_rules(picture, phone=None if is_too_wide else 288)
    check_answers(picture)
    for line in case.expected:
        key, sign, words = re.match("(.*?)( =|:) ?(.*)", line).groups()
        text = said(picture, key.removeprefix("not "))
        if sign == " =":
            assert text == words, line
        elif key.startswith("not "):
            assert words not in text, line
        else:
            assert says(text, words), text


def said(picture, key):
    """Return what a picture, its description, its table, its steps or one of its parts says."""
    told = picture.description
    match key.split():
        case ["narrow", *of]:
            return said(picture.narrow, " ".join(of))
        case ["alt"]:
            return picture.alt
        case ["width"]:
            return str(picture.size_px[0])
        case ["text"]:
            return told["text"]
        case ["head"]:
            return " | ".join(told["head"])
        case ["row", number]:
            return " | ".join(told["rows"][int(number) - 1])
        case ["table"]:
            return " | ".join(cell for row in told["rows"] for cell in row)
        case ["step", number]:
            return picture.steps[int(number) - 1]
        case ["last", "step"]:
            return picture.steps[-1]
        case ["all", "steps"]:
            return " ".join(picture.steps)
        case ["steps" | "rows" as counted]:
            return str(len({"steps": picture.steps, "rows": told["rows"]}[counted]))
        case ["parts"]:
            return " ".join(shape.name for shape in picture.shapes)
        case ["texts"]:
            return " ".join(text.text for shape in picture.shapes for text in shape.texts)
        case ["part", name]:
            return f"{picture.parts[name]['role']} {picture.parts[name]['step']}"
        case ["ties"]:
            return " ".join(sorted({it["argument"]["name"] for it in picture.parts.values() if it["argument"]}))
        case ["argument", name]:
            tie = picture.parts[name]["argument"]
            return f"{tie['name']} {tie['line']}:{tie['column']} {tie['role']}" if tie else "None"
    (shape,) = [shape for shape in picture.shapes if shape.name == key]
    if isinstance(shape, Phrase):
        return "".join(run.text for run in shape.runs)
    return " ".join(shape.lines if isinstance(shape, CodeLine) else [text.text for text in shape.texts])
