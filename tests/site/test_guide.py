"""The project's own guide, through `make`: its figures follow its code."""

import hashlib
import re
from functools import cache
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import pytest

from pelicanconf import MARKDOWN
from plugins.diagrams.words import words_of
from plugins.figures.markdown import Block, read
from plugins.figures.signature import Signature
from plugins.html import Tag, parse
from tests.conftest import REPOSITORY, Project, copy_project
from tests.diagrams.asked import requests

ADDRESS = re.compile(r"/images/([\w-]+)\.png")


def asked(article: Path) -> dict[str, Block | None]:
    """Find the figures of an article, each with the block that it would be drawn from."""
    text = article.read_text("utf-8")
    document, reading = read(text, **MARKDOWN)
    language = re.search("^Lang: (.+)$", text, re.M)
    found: dict[str, Block | None] = {}
    for node, place in reading.placed(parse(document), "img"):
        image = Tag.of(node)
        if name := ADDRESS.fullmatch(image.get("src")):
            code, own = image.get("code"), image.get("id")
            block = reading.named(code) if code else reading.block_above(place)
            found[".".join(filter(None, (name[1], own, language and language[1])))] = block
    return found


EXAMPLES = REPOSITORY / "diagrams/_words"
CALL = "SimpleRNN(4, input_shape=(3, 2))"


@cache
def frames() -> set[str]:
    """Return the frames of sliders, in addition to the figures themselves."""
    return {request.name for request in requests() if "." in request.name}


def covers(article: Path) -> set[str]:
    """Find the drawn cover of an article: it's in none of its images, but on the cards that lead to it."""
    return set(re.findall(r"^Cover: /images/([\w-]+)\.png$", article.read_text("utf-8"), re.M))


@cache
def of_the_guide() -> dict[str, Block | None]:
    """Return the figures of the guide."""
    return asked(REPOSITORY / Project.GUIDE)


@cache
def all_drawn() -> set[str]:
    """Return what a build draws: the Diagrams page also shows what needs no article, and the kit's words."""
    drawn = {name for article in (REPOSITORY / "content").rglob("*.md") for name in {*asked(article), *covers(article)}}
    shown = {name.partition(".")[0] for name in drawn}
    drawn |= {
        name
        for script in (REPOSITORY / "diagrams").glob("[!_]*.py")
        if (name := script.stem.replace("_", "-")) not in shown and not Signature.of(script.read_bytes()).required
    }
    drawn |= {word.drawn.route.name for word in words_of(REPOSITORY / "diagrams/unrolled", [], EXAMPLES) if word.drawn}
    return drawn | frames()


@cache
def from_call() -> set[str]:
    """Return the figures that are drawn from the block with the call, or from one below it."""
    by_name = {request.name: request for request in requests()}
    code = {name: [block.text, *by_name[name].above.get("code", ())] for name, block in of_the_guide().items() if block}
    code |= {name: [*by_name[name].code.values()] for name in covers(REPOSITORY / Project.GUIDE)}
    return {name for name, texts in code.items() if by_name[name].blocks and any(CALL in text for text in texts)}


def parts(svg: bytes) -> dict[str, list[str]]:
    """Return the texts of each named part of a figure."""
    named = ElementTree.fromstring(svg).iterfind(".//*[@data-part]")
    return {
        part.get("data-part"): [text.text for text in part.iter("{http://www.w3.org/2000/svg}text")] for part in named
    }


def words(page: str) -> str:
    """Return the alt text of the unrolled figure in a page."""
    return unescape(re.search(r'<figure[^>]* id="fig-rnn-default-keras"[^>]*>.*?<title>(.*?)</title>', page, re.S)[1])


def hashes(output: dict[str, bytes]) -> dict[str, str]:
    """Hash every published figure."""
    return {path: hashlib.sha256(data).hexdigest() for path, data in output.items() if path.startswith("images/")}


@pytest.mark.slow
def test_the_guide_builds_with_its_figures(built_part, part):
    """Each has a number, words and a drawing; a build with existing drawings, in another folder, has the same bytes."""
    own = {*of_the_guide(), *covers(REPOSITORY / Project.GUIDE)}
    count = len(own | {name for name in frames() if name.partition(".")[0] in own})
    drawn, fresh, failed = built_part.said.figures
    assert (built_part.said.code, drawn + fresh, failed) == (0, count, 0), built_part.said.report
    assert part.make("html").figures == (0, count, 0)
    figures = re.findall(
        r'<figure[^>]* id="fig-([^"]+)"[^>]*>(.*?)</figure>', part.page("illustrated-lstm-keras"), re.S
    )
    assert {name for name, _ in figures} == {*of_the_guide()}
    for number, (_, figure) in enumerate(figures, start=1):
        assert re.search(r'<svg width="[\d.]+em" height="[\d.]+em"[^>]*><title>[^<]{20,}</title>', figure)
        assert f"<figcaption><b>Figure {number}</b>" in figure
    assert part.output() == built_part.project.output()


@pytest.mark.slow
def test_an_edited_number_is_in_picture_code_alt_text_and_description(project):
    """With another number than 4, only figures that depend on it are redrawn; back at 4, nothing is drawn at all."""
    project.make("html")
    before = project.output()
    first = hashes(before)
    guide = project.guide
    assert CALL in guide
    for units in (2, 6):
        call = CALL.replace("4", str(units), 1)
        project.write(project.GUIDE, guide.replace(CALL, call))
        built = project.make("html")
        # Four units are now a frame of the slider, and stay one.
        drawn = len(from_call()) + (units == 2)
        assert (built.code, built.figures) == (0, (drawn, len(all_drawn()) - drawn, 0)), built.report
        output = project.output()
        figure = output["images/rnn-default-keras.svg"]
        read = parts(figure)
        for state in ("state-0", "state-1", "state-2", "output"):
            assert len(read[state]) == units, state
        assert "".join(read["code"]).replace(" ", "") == call.replace(" ", "")
        assert f"{units} units" in words(project.page("illustrated-lstm-keras"))
        description = ElementTree.fromstring(figure).findtext("{http://www.w3.org/2000/svg}desc")
        assert f"{units} units" in description
        assert call in description
        turned = parts(output["images/rnn-default-keras.turned.svg"])
        assert len(turned["state-1"]) == min(units, 4)
        changed = {path for path, digest in hashes(output).items() if first.get(path) != digest}
        own = {path for path in output if re.match(r"images/rnn-default-keras\.(turned\.)?(png|svg)", path)}
        assert own <= changed
        assert output["images/rnn-default-keras.units-4.png"] == before["images/rnn-default-keras.png"]
        assert {Path(path).name.split(".")[0] for path in changed} <= from_call()
    project.write(project.GUIDE, guide)
    assert project.make("html").figures == (0, len(all_drawn()), 0)
    assert hashes(project.output()) == first


@pytest.mark.slow
def test_a_block_with_an_input_shows_both_calls(part):
    """The current notation draws the same states, and shows both calls side by side."""
    part.make("html")
    before = parts(part.output()["images/rnn-default-keras.svg"])
    added = "model.add(Input((3, 2)))\nmodel.add(SimpleRNN(4))"
    imported = part.guide.replace("from keras import Sequential", "from keras import Input, Sequential", 1)
    part.write(part.GUIDE, imported.replace(f"model.add({CALL})", added))
    assert part.make("html").code == 0
    after = parts(part.output()["images/rnn-default-keras.svg"])
    assert [after[name] for name in ("state-1", "state-2", "output")] == [
        before[name] for name in ("state-1", "state-2", "output")
    ]
    assert "SimpleRNN(4)" in "".join(after["code"])
    assert "Input((3,2))" in "".join(after["code"]).replace(" ", "")


def test_publishing_without_a_url_is_an_error(tmp_path, font_list):
    """And writes nothing."""
    project = copy_project(tmp_path, font_list)
    built = project.make("publish", SITEURL="")
    assert built.code != 0
    assert "SITEURL=https://example.org/blog make publish" in built.report
    assert not (project.root / "output").exists()


TIES = {"built_part": 5, "built": 40}
"""The first guide, and all guides, have more ties than this."""


@pytest.fixture(params=["built_part", "built"])
def pages(request: pytest.FixtureRequest) -> Path:
    """Return the output of the first guide alone, and that of all."""
    return request.getfixturevalue(request.param).project.root / "output"


@pytest.mark.slow
def test_every_tie_has_one_colour_and_links_to_what_it_highlights(pages: Path, request: pytest.FixtureRequest) -> None:
    """The argument in the code, the words that repeat it, its link back, and every part of a figure, in every page."""
    seen = 0
    for path in pages.rglob("index.html"):
        page = path.read_text("utf-8")
        ids = set(re.findall(r' id="([^"]*)"', page))
        roles: dict[str, set[str]] = {}
        for tag in re.findall(r"<[^>]* data-tie=[^>]*>", page):
            (number,), (role,) = re.findall(r'data-tie="(\d+)"', tag), re.findall(r"""["' ]of-(\w+)""", tag)
            roles.setdefault(number, set()).add(role)
            for aim in re.findall(r' href="#([^"]*)"', tag):
                assert aim in ids, tag
        for figure in re.findall(r'<figure class="diagram.*?</figure>', page, re.S):
            inside = figure.partition('<div class="scroll"')[2]
            for number in re.findall(r'<li><a id="[^>]* data-tie="(\d+)"', figure):
                assert f'data-tie="{number}"' in inside, "words are tied only to parts that the figure has"
        for number, line in re.findall(r'<g data-part="tie-[^>]* data-tie="(\d+)"[^>]*>(.*?)</g>', page, re.S):
            roles[number] |= set(re.findall(r'(?:stroke|fill)="var\(--(\w+)\)"', line))
        assert {len(each) for each in roles.values()} <= {1}, (path, roles)
        seen += len(roles)
    assert seen > TIES[request.node.callspec.params["pages"]]


@pytest.mark.slow
def test_the_words_for_what_each_number_governs_link_to_the_figure_with_the_cells(pages: Path) -> None:
    """Not to the loop before it, which has none."""
    page = (pages / "2026/11/illustrated-lstm-keras/index.html").read_text("utf-8")
    section = page.partition('id="what-each-number-governs"')[2].partition("<h3")[0]
    assert re.findall(r'<a class="tie [^>]* href="#([^"]*)"', section) == [
        f"fig-rnn-default-keras-{name}" for name in ("units", "units", "time_steps", "features")
    ]
