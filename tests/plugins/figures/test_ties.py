"""Arguments in the code of a page, tied to the words and the parts of figures that say the same."""

from __future__ import annotations

import re

import pygments
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from plugins.figures.page.arguments import places
from plugins.figures.page.ties import tied
from plugins.figures.records import Figure, Form

CODE = """\
from keras.layers import LSTM

größe = 4; model.add(LSTM(größe * 2, return_sequences=True, input_shape=(3, 2)))
"""


def parts(code: str, **named: str) -> dict[str, object]:
    """Name an argument by the text at which its value begins."""
    found = {}
    for name, text in named.items():
        at = code.index(text)
        line = code.count("\n", 0, at) + 1
        column = at - (code.rfind("\n", 0, at) + 1)
        found[f"part-{name}"] = {
            "role": "state",
            "step": None,
            "argument": {"name": name, "line": line, "column": column},
        }
    return found


def highlighted(code: str) -> str:
    """Write code as a page shows it."""
    return pygments.highlight(code, PythonLexer(stripnl=False), HtmlFormatter(cssclass="highlight", wrapcode=True))


def of(code: str, named: dict[str, object]) -> Figure:
    """Return a figure with some parts."""
    return Figure(Form({}, 10, 10, named))


@pytest.mark.parametrize(
    ("begins", "says"),
    [
        ("größe * 2", "größe * 2"),
        ("True", "return_sequences=True"),
        ("3, 2", "3"),
        ("2)))", "2"),
        ("LSTM(größe", "LSTM"),
        ("4;", "4"),
    ],
)
def test_an_argument_is_found_by_where_its_value_begins(begins: str, says: str) -> None:
    """As a whole, in any letters; what says nothing by itself with its name."""
    (place,) = places(CODE, parts(CODE, it=begins))
    assert CODE[place.start : place.end] == says


def test_no_link_stands_in_a_link_and_no_place_is_made_up() -> None:
    """What is elsewhere than in the code is not tied."""
    assert [it.name for it in places(CODE, parts(CODE, all="größe * 2", part="2, return"))] == ["all"]
    nowhere = {"x": {"role": "state", "argument": {"name": "x", "line": 99, "column": 0}}}
    assert places(CODE, nowhere) == []
    assert [it.name for it in places("SimpleRNN(4", parts("SimpleRNN(4", units="4"))] == ["units"]


@given(st.lists(st.sampled_from(["4", "-3", "2 * x", "'a<b'", "None", "True", "(1, 2)"]), min_size=1, max_size=4))
def test_what_is_linked_reads_as_before(values: list[str]) -> None:
    """Each value once, whole, and every tag closed in its order."""
    code = f"x = 1\nlayer = Layer({', '.join(values)})\n"
    named, at = {}, len("layer = Layer(")
    for number, value in enumerate(values):
        argument = {"name": f"a{number}", "line": 2, "column": at}
        named[f"p{number}"] = {"role": "steps", "argument": argument}
        at += len(value) + 2
    html = highlighted(code) + "<p>figure</p>"
    page = tied(html, {"fig-x": (len(html), of(code, named), code)})
    assert re.sub(r"<[^>]*>", "", page.html) == re.sub(r"<[^>]*>", "", html)
    assert [tie.code for tie in page.figures["fig-x"]] == values
    linked = re.findall(r'<a id="tie-\d+"[^>]*>(.*?)</a>', page.html)
    texts = [re.sub(r"<[^>]*>", "", link).replace("&lt;", "<").replace("&#39;", "'") for link in linked]
    assert texts == values
    depth = 0
    for tag in re.findall(r"</?(?:a|span)\b", "".join(linked)):
        depth += -1 if tag.startswith("</") else 1
        assert depth >= 0
    assert depth == 0


def test_each_block_has_ties_of_its_own_and_words_go_with_the_nearest() -> None:
    """Two figures of one block share them; code that no figure shows stays as it is."""
    one, two, other = "f(units=4)\n", "g(units=5)\n", "h(units=6)\n"
    word = '<p><span class="tie tie-units" data-arg="units">4</span></p>'
    html = "".join(map(highlighted, (one, other))) + word + highlighted(two) + word
    end = len(html)
    page = tied(
        html,
        {
            "fig-a": (end, of(one, parts(one, units="4")), one),
            "fig-b": (end, of(one, parts(one, units="4")), one),
            "fig-c": (end, of(two, parts(two, units="5")), two),
        },
    )
    assert [[tie.number for tie in page.figures[it]] for it in ("fig-a", "fig-b", "fig-c")] == [[1], [1], [2]]
    assert re.findall(r'<a[^>]* data-tie="(\d)" href="([^"]*)">', page.html) == [
        ("1", "#fig-a-units"),
        ("1", "#fig-a-units"),
        ("2", "#fig-c-units"),
        ("2", "#fig-c-units"),
    ]


def test_words_without_a_figure_stay_words() -> None:
    """They are tied to nothing."""
    html = highlighted("f(4)") + '<p><span class="tie tie-units" data-arg="units">4</span></p>'
    assert tied(html, {}).html == html


def test_a_block_with_a_class_of_its_own_is_tied_too() -> None:
    """An author may mark it, as in `{.python .warns}`."""
    code = "f(units=4)\n"
    html = highlighted(code).replace('class="highlight', 'class="warns highlight')
    assert 'id="tie-1"' in tied(html, {"fig-a": (len(html), of(code, parts(code, units="4")), code)}).html


def test_of_blocks_that_say_the_same_the_nearest_above_is_tied() -> None:
    """A guide may show its first code again further down, with a figure of its own."""
    code = "f(units=4)\n"
    html = highlighted(code) + "<p>first</p>" + highlighted(code) + "<p>second</p>" + highlighted(code)
    for after, others in (("first", 0), ("second", 1)):
        figure = (html.index(f"<p>{after}</p>"), of(code, parts(code, units="4")), code)
        before, link, _ = tied(html, {"fig-a": figure}).html.partition('id="tie-1"')
        assert link
        assert before.count('class="highlight') == others + 1


def test_an_argument_across_the_tags_of_two_lines_is_not_linked() -> None:
    """Lines that an author has marked are elements of their own: a link from one into the other would be no HTML."""
    code = "f(units=(1,\n         2))\n"
    html = pygments.highlight(code, PythonLexer(), HtmlFormatter(wrapcode=True, hl_lines=[1, 2]))
    page = tied(html, {"fig-a": (len(html), of(code, parts(code, units="(1")), code)})
    assert 'id="tie-1"' not in page.html
    assert [tie.name for tie in page.figures["fig-a"]] == ["units"]
