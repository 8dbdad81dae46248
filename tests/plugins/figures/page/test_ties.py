"""Arguments in the code of a page, tied to the words and the parts of figures that repeat them."""

import re
from collections.abc import Mapping

import pygments
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from plugins.figures.page.inline import markup
from plugins.figures.page.ties import At, Tie, places, tie_figures
from plugins.figures.records import Figure, Form
from plugins.html import parse, write
from tests.tables import table

CODE = """\
from keras.layers import LSTM

größe = 4; model.add(LSTM(größe * 2, return_sequences=True, input_shape=(3, 2)))
"""


def parts(code: str, **named: str) -> dict[str, object]:
    """Return parts for arguments, given the text at which the value of each starts."""
    return {f"part-{name}": part(name, code, code.index(text)) for name, text in named.items()}


def part(name: str, code: str, at: int) -> dict[str, object]:
    """Return a part for an argument whose value starts at a place."""
    place = {"line": code.count("\n", 0, at) + 1, "column": at - (code.rfind("\n", 0, at) + 1)}
    return {"role": "state", "step": None, "argument": {"name": name, **place}}


def highlighted(code: str) -> str:
    """Return code as a page shows it."""
    return pygments.highlight(code, PythonLexer(stripnl=False), HtmlFormatter(cssclass="highlight", wrapcode=True))


def of(code: str, named: dict[str, object]) -> tuple[Figure, str]:
    """Return a figure with some parts, and its code."""
    return Figure(Form({}, 10, 10, named), None), code


def shows(*names: str) -> str:
    """Return a figure for each name."""
    return "".join(f'<figure id="{name}"></figure>' for name in names)


def word(text: str = "4", code: str = "") -> str:
    """Return a word that repeats the argument `units`."""
    return f'<p><span class="tie tie-units" data-arg="units"{code}>{text}</span></p>'


def tied(html: str, drawn: dict[str, tuple[Figure, str]]) -> tuple[str, dict[str, Mapping[At, Tie]]]:
    """Tie the figures of a page, by id; return the page, and the ties of each."""
    root = parse(html)
    figures = {node.id or "": node for node in root.css("figure")}
    ties = tie_figures(root, {figures[name]: known for name, known in drawn.items()})
    return write(root), {name: ties[node] for name, node in figures.items() if node in ties}


@table(__file__, "An argument is found by the start of its value")
def test_an_argument_is_found_by_the_start_of_its_value(begins: str, says: str) -> None:
    """As a whole, in any alphabet; with its name if the value alone isn't clear."""
    (place,) = places(CODE, parts(CODE, it=begins))
    assert CODE[place.start : place.end] == says


def test_there_is_no_link_in_a_link_and_no_invented_place() -> None:
    """Places that aren't in the code have no ties."""
    assert [it.name for it in places(CODE, parts(CODE, all="größe * 2", part="2, return"))] == ["all"]
    nowhere = {"x": {"role": "state", "argument": {"name": "x", "line": 99, "column": 0}}}
    assert places(CODE, nowhere) == []
    assert [it.name for it in places("SimpleRNN(4", parts("SimpleRNN(4", units="4"))] == ["units"]


@given(st.lists(st.sampled_from(["4", "-3", "2 * 2", "'a<b'", "None", "True", "(1, 2)"]), min_size=1, max_size=4))
def test_linked_code_reads_the_same(values: list[str]) -> None:
    """Each value once, complete, with every tag closed in order."""
    code = f"x = 1\nlayer = Layer({', '.join(values)})\n"
    named, at = {}, code.index("(") + 1
    for number, value in enumerate(values):
        named[f"p{number}"] = part(f"a{number}", code, at)
        at += len(value) + 2
    html = highlighted(code) + shows("fig-x")
    page, ties = tied(html, {"fig-x": of(code, named)})
    assert parse(page).text() == parse(html).text()
    assert [tie.code for tie in ties["fig-x"].values()] == values
    assert [link.text() for link in parse(page).css("a[id]")] == values
    assert write(parse(page)) == page


def test_each_block_has_its_own_ties_and_words_go_with_the_nearest() -> None:
    """Two figures of one block share them; code without a figure is unchanged."""
    one, two, other = "f(units=4)\n", "g(units=5)\n", "h(units=6)\n"
    html = "".join(map(highlighted, (one, other))) + word() + highlighted(two) + word()
    first, second = of(one, parts(one, units="4")), of(two, parts(two, units="5"))
    page, ties = tied(html + shows("fig-a", "fig-b", "fig-c"), {"fig-a": first, "fig-b": first, "fig-c": second})
    assert [[tie.number for tie in ties[it].values()] for it in ("fig-a", "fig-b", "fig-c")] == [[1], [1], [2]]
    assert re.findall(r'<a[^>]* data-tie="(\d)" href="([^"]*)">', page) == [
        *[("1", "#fig-a-units")] * 2,
        *[("2", "#fig-c-units")] * 2,
    ]


def test_a_word_can_name_its_block() -> None:
    """Otherwise it means the nearest one with the argument; with a wrong name, it isn't tied."""
    one, two = "f(units=4)\n", "g(units=5)\n"
    blocks = (highlighted(code).replace("<div ", f'<div id="{id_}" ', 1) for id_, code in (("one", one), ("two", two)))
    other = word(code=' data-code="three"')
    html = "".join([*blocks, word(), word(code=' data-code="one"'), other, shows("fig-a", "fig-b")])
    shown = {f"fig-{id_}": of(code, parts(code, units="units=")) for id_, code in (("a", one), ("b", two))}
    page, _ = tied(html, shown)
    assert re.findall(r'<a class="tie[^>]* href="([^"]*)"', page) == ["#fig-b-units", "#fig-a-units"]
    assert other in page


def test_arguments_with_the_same_name_are_tied_separately() -> None:
    """Two layers have one `units` each; a word goes with the first of them."""
    code = "f(units=4)\ng(units=3)\n"
    named = parts(code, units="4") | {f"{gid}-too": part for gid, part in parts(code, units="3").items()}
    html = highlighted(code) + word()
    page, ties = tied(html + shows("fig-a"), {"fig-a": of(code, named)})
    assert [(tie.name, tie.code) for tie in ties["fig-a"].values()] == [("units", "4"), ("units", "3")]
    assert re.findall(r'<a[^>]* data-tie="(\d)" href="([^"]*)">', page) == [
        ("1", "#fig-a-units"),
        ("2", "#fig-a-units-2"),
        ("1", "#fig-a-units"),
    ]
    assert 'id="fig-a-units-2"' in markup().ties(ties["fig-a"].values(), "fig-a")


def test_the_role_of_an_argument_comes_from_the_picture() -> None:
    """Not from the part that happens to be first; of two figures, from the one that gives it a colour."""
    code = "f(units=4)\n"
    named = parts(code, units="4")
    first = {"memory": {**named["part-units"], "role": "memory"}, **named}
    assert [it.role for it in places(code, first)] == ["memory"], "the shape decides if the picture names no role"
    for part in first.values():
        part["argument"]["role"] = "state"
    assert [it.role for it in places(code, first)] == ["state"]
    plain = {"x": {"role": "ink", "argument": {**named["part-units"]["argument"], "role": "ink"}}}
    html = highlighted(code) + shows("fig-a", "fig-b")
    page, found = tied(html, {"fig-a": of(code, plain), "fig-b": of(code, first)})
    assert page.count("of-state") == 1
    assert [tie.role for ties in found.values() for tie in ties.values()] == ["state", "state"]


UNITS = "f(units=4, steps=3)\n"


@given(st.data())
def test_a_word_links_to_a_figure_in_its_section_with_the_argument(data: st.DataObject) -> None:
    """Otherwise to one in the section around it, and so on; there to the last above it, or else to the first below."""
    code = "f(units=4, steps=3)\n"
    pieces, shown, words = [highlighted(code)], {}, []
    named = {"units": parts(code, units="4"), "steps": parts(code, steps="3")}
    for number in range(data.draw(st.integers(1, 9))):
        at = sum(map(len, pieces))
        match data.draw(st.sampled_from(["h2", "h3", "figure", "word"] if number else ["h2"])):
            case "figure":
                said = data.draw(st.sampled_from(["units", "steps"]))
                pieces.append(shows(f"fig-{number}"))
                shown[f"fig-{number}"] = (at, of(code, named[said]))
            case "word":
                pieces.append(word(f"w{number}"))
                words.append((number, at))
            case heading:
                pieces.append(f"<{heading}>A heading</{heading}>")
    html = "".join(pieces)
    page, _ = tied(html, {id_: known for id_, (_, known) in shown.items()})
    able = {id_: at for id_, (at, (figure, _)) in shown.items() if "part-units" in figure.wide.parts}
    for number, at in words:
        linked = re.search(rf'href="#([^"]*)-units">w{number}</a>', page)
        assert bool(linked) == bool(able)
        if linked:
            own = section(html, at)
            shared = {
                id_: [len(own[:depth]) for depth in (0, 1, 2) if section(html, it)[:depth] == own[:depth]]
                for id_, it in able.items()
            }
            assert linked[1] == min(able, key=lambda id_: (-max(shared[id_]), able[id_] > at, abs(able[id_] - at)))


def section(html: str, at: int) -> tuple[int, ...]:
    """Return the section of a place from the places of headings: that of an h2, or of an h3 in it."""
    found: tuple[int, ...] = ()
    for heading in re.finditer(r"<h([23])>", html[:at]):
        found = (heading.start(),) if heading[1] == "2" else (*found[:1], heading.start())
    return found


def test_words_without_a_figure_are_not_tied() -> None:
    """They stay plain words."""
    html = highlighted("f(4)") + word()
    assert tied(html, {})[0] == write(parse(html))


PLAIN = '<div class="highlight"><pre><code>f(units=4, <span class="k">steps=3)</span>\n</code></pre></div>'


@pytest.mark.parametrize(
    ("html", "tagged"),
    [
        pytest.param(highlighted(UNITS).replace('class="highlight', 'class="warns highlight'), "4 3", id="a class"),
        pytest.param(PLAIN, "4 3", id="no tags of tokens without a colour"),
    ],
)
def test_a_block_is_tied_however_it_is_written(html: str, tagged: str) -> None:
    """An author may give it a class, as in `{.python .warns}`, and a page leaves out tags that it doesn't need."""
    page, _ = tied(html + shows("fig-a"), {"fig-a": of(UNITS, parts(UNITS, units="4", steps="3"))})
    assert [link.text() for link in parse(page).css("a[id]")] == tagged.split()
    assert parse(page).css_first("pre").text() == UNITS


def test_of_blocks_with_the_same_text_the_nearest_above_is_tied() -> None:
    """A guide may show its first code again further down, with a figure of its own."""
    html = highlighted(UNITS) + shows("first") + highlighted(UNITS) + shows("second") + highlighted(UNITS)
    for name, others in (("first", 0), ("second", 1)):
        page, _ = tied(html, {name: of(UNITS, parts(UNITS, units="4"))})
        before, link, _ = page.partition('id="tie-1"')
        assert link
        assert before.count('class="highlight') == others + 1


def test_an_argument_across_the_tags_of_two_lines_is_not_linked() -> None:
    """Lines that an author has highlighted are elements: a link from one into the other would be invalid HTML."""
    code = "f(units=(1,\n         2))\n"
    html = pygments.highlight(code, PythonLexer(), HtmlFormatter(wrapcode=True, hl_lines=[1, 2]))
    page, ties = tied(html + shows("fig-a"), {"fig-a": of(code, parts(code, units="(1"))})
    assert 'id="tie-1"' not in page
    assert [tie.name for tie in ties["fig-a"].values()] == ["units"]
