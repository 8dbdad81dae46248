"""One script, many figures: with different code or arguments, distinguished by ids, the same wherever named."""

from __future__ import annotations

import json
import os
import re
from html import unescape
from pathlib import Path

import pytest

from tests import builds
from tests.conftest import PLAIN, SIMPLE, Build, Site
from tests.sampling import some

SAYS = '''
"""Says what it is given."""
from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Literal

from matplotlib.figure import Figure


def draw(
    code: str,
    words: list[str] = (),
    step: int | None = None,
    size: "float" = 1.0,
    kind: Literal["plain", "bold"] = "plain",
    shape: tuple[int, ...] = (),
    note="",
    *,
    loud: bool = False,
    heights: Sequence[int] = (),
):
    told = [code.strip(), list(words), step, size, kind, shape, note, loud, list(heights), code.given, code.model]
    return SimpleNamespace(figure=Figure, alt=repr(told), description={})
'''
ABOVE = '''
"""Says what stands above its code."""
from types import SimpleNamespace
from matplotlib.figure import Figure

def draw(code):
    return SimpleNamespace(figure=Figure, alt=" / ".join([*(it.strip() for it in code.before), code.strip()]))
'''
USUAL = [[], None, 1.0, "plain", (), "", False, [], "", ""]


@pytest.fixture
def saying(site: Site) -> Site:
    """Create a site with the scripts `says` and `above`."""
    site.script("says", SAYS)
    site.script("above", ABOVE)
    return site


def python(code: str, info: str = "python") -> str:
    """Fence some code."""
    return f"```{info}\n{code}\n```\n\n"


def alts(site: Site, name: str = "guide") -> list[str]:
    """Return the alt texts of a page's figures."""
    return [unescape(alt) for alt in re.findall(r'<img[^>]* alt="([^"]*)"', site.page(name))]


def images(site: Site) -> set[str]:
    """Return the published figures."""
    return {path for path in site.output() if path.startswith("images/") and path.endswith(".png")}


def run(site: Site, *arguments: str) -> tuple[int, str, str]:
    """Run a command of the figure plugin."""
    command = ["-s", str(site.root / "pelicanconf_here.py"), *arguments]
    return builds.run("plugins.figures", command, site.root, {**os.environ, "COLUMNS": "400"})


def test_two_blocks_and_one_script_are_two_figures_with_an_id(saying):
    """The plain URL is unchanged; page, links, mentions, files and commands use the other one's id."""
    saying.article(
        "guide",
        python("a = 1")
        + "![](/images/says.png)\n\n"
        + python("b = 2")
        + "![](/images/says.png){#second .wide}\n\nSee [](#fig-second), {figure:second} and [a file]"
        + "(/images/says.second.pdf).\n\n"
        + "- ![](/images/says.second.png)\n",
    )
    built = saying.build(*SIMPLE)
    assert (built.code, built.figures, built.report) == (0, (2, 0, 0), "")
    assert images(saying) == {"images/says.png", "images/says.second.png"}
    assert "images/says.second.pdf" in saying.output()
    assert "images/says.pdf" not in saying.output()
    page = saying.page("guide")
    assert re.findall(r'<figure class="([^"]*)" id="([^"]*)"', page) == [
        ("diagram", "fig-says"),
        ("diagram wide", "fig-second"),
        ("diagram", "fig-second--2"),
    ]
    assert page.count('href="#fig-second">Figure 2</a>') == 2
    assert ' id="second"' not in page
    assert [eval(alt)[0] for alt in alts(saying)] == ["a = 1", "b = 2", "b = 2"]
    code, out, _ = run(saying, "list")
    assert code == 0
    assert re.findall(r"^(\S+)  fresh", out, re.M) == ["says", "says.second"]
    assert "    diagrams/says.py, for content/nlp/guide.md:16, content/nlp/guide.md:18, content/nlp/guide.md:20" in out
    assert run(saying, "why", "says.second")[1] == "says.second is fresh: nothing it depends on has changed\n"
    assert run(saying, "draw", "/images/says.second.png")[1].startswith("says.second  fresh: ")
    assert run(saying, "export", "says.second")[0] == 0
    assert [path.name for path in (saying.root / "exports").iterdir()] == ["says.second.png"]
    published = json.loads((saying.root / ".figures/published.json").read_text())
    assert "images/says.second.svg" in published[str(saying.root / "output")]


def test_an_id_is_part_of_the_url_even_without_a_conflict(saying):
    """So that a URL doesn't change when the other figure is removed."""
    saying.article("guide", python("a = 1") + "![](/images/says.png){#only}\n")
    assert saying.build(*SIMPLE).figures == (1, 0, 0)
    assert images(saying) == {"images/says.only.png"}


SECOND = "![](/images/says.png){words=b}"
TWICE = {
    "other code": (
        python("a = 1") + "![](/images/says.png)\n\n" + python("b = 2") + "![](/images/says.png)\n",
        16,
        "content/nlp/guide.md:10 asks for the same figure, but with other code above it (its line 7, here line 13)",
    ),
    "other blocks above": (
        python("a = 1", "python {#x}")
        + "![](/images/says.png)\n\n"
        + python("b = 2")
        + python("a = 1")
        + "![](/images/says.png)\n",
        20,
        "with other blocks above its code",
    ),
    "arguments": (python("a = 1") + f"![](/images/says.png)\n\n{SECOND}\n", 12, "with no words="),
    "other arguments": (
        python("a = 1") + f'![](/images/says.png){{words="a b"}}\n\n{SECOND}\n',
        12,
        'but with words="a b"',
    ),
    "given": (
        python("a = 1") + "![](/images/says.png){given='n=1'}\n\n![](/images/says.png)\n",
        12,
        "other given values (n=1)",
    ),
    "a model": (python("a = 1") + "![](/images/says.png)\n\n![](/images/says.png){model=m}\n", 12, "with no model="),
    "one id": (
        python("a = 1") + "![](/images/says.png){#x}\n\n![](/images/says.png){#x words=b}\n",
        12,
        "asks for the figure says.x, but with no words=",
    ),
}


QUICK = {"other code", "one id"}


@pytest.mark.parametrize("kind", [pytest.param(it, marks=() if it in QUICK else pytest.mark.slow) for it in TWICE])
def test_a_conflicting_reference_without_an_id_is_an_error_that_names_both_places(saying, kind):
    """And suggests an id; the first figure is drawn, and the page is written."""
    body, line, says = TWICE[kind]
    saying.article("guide", body)
    built = saying.build(*SIMPLE)
    assert built.code == 1
    (entry,) = built.entries
    assert entry.startswith(f"content/nlp/guide.md:{line}: /images/says"), entry
    assert "content/nlp/guide.md:10 asks for" in entry
    assert says in entry
    offered = re.search(r"!\[\]\(/images/says\.png\)\{#([\w-]+)\}", entry)[1]
    assert offered != "x"
    assert len(alts(saying)) == 2
    saying.article("guide", re.sub(r"\.png\)(\{#x)?(?=[^{]*\Z|\{[^}]*\}\s*\Z)", r".png)", body))
    lines = (saying.root / "content/nlp/guide.md").read_text().split("\n")
    image = lines[line - 1]
    own = re.search(r"\{([^}]*)\}", image)
    rest = own[1].replace("#x", "").strip() if own else ""
    lines[line - 1] = f"![](/images/says.png){{#{offered} {rest}}}".replace(" }", "}")
    saying.write("content/nlp/guide.md", "\n".join(lines))
    assert saying.build(*SIMPLE).code == 0, "the suggested id works"


def test_the_first_article_keeps_the_plain_url_and_published_ones_precede_drafts(saying):
    """Across articles as within one; the suggested id is the block's, or the article's name."""
    saying.article("a", python("a = 1") + "![](/images/says.png)\n", Status="draft")
    saying.article("b", python("b = 2") + "![](/images/says.png)\n")
    saying.article("c", python("c = 3", "python {#gate}") + "![](/images/says.png)\n")
    first, second = saying.build(*SIMPLE).entries
    assert first.startswith("content/nlp/a.md:11: ")
    assert "content/nlp/b.md:10 asks for the same figure" in first
    assert "{#a}" in first
    assert second.startswith("content/nlp/c.md:10: ")
    assert "{#gate}" in second


def test_a_translation_has_its_own_arguments_with_an_id(saying):
    """Its figure has other words."""
    saying.article("guide", python("a = 1") + '![](/images/says.png){words="one two"}\n')
    saying.write(
        "content/nlp/guide.de.md",
        "Title: Guide\nDate: 2026-11-01\nCategory: nlp\nSlug: guide\nLang: de\n\n"
        + python("a = 1")
        + '![](/images/says.png){#de words="eins zwei"}\n',
    )
    built = saying.build(*SIMPLE)
    assert (built.code, built.figures) == (0, (2, 0, 0)), built.report
    assert images(saying) == {"images/says.png", "images/says.de.png"}


def test_a_link_to_an_unknown_id_is_an_error(saying):
    """It would draw something that no page shows."""
    saying.article("guide", python("a = 1") + "![](/images/says.png)\n\n[print](/images/says.second.pdf)\n")
    (entry,) = saying.build(*SIMPLE).entries
    assert entry.startswith("content/nlp/guide.md:12: /images/says.second.pdf\n    no image has the id second")
    assert "![](/images/says.png){#second}" in entry
    done = builds.run("plugins.content", ["-s", "pelicanconf_here.py"], saying.root, dict(os.environ))
    assert "content/nlp/guide.md:12: /images/says.second.pdf: no image has the id second" in done[2]


IDS = {
    "{#a_b}": "write #a-b",
    "{#a.b}": "write #a-b",
    "{#pdf}": "a figure can't have the id pdf",
    "{#turned}": "a figure can't have the id turned",
}


def test_an_id_that_cannot_be_part_of_a_url_is_an_error(saying):
    """At its line."""
    for at, braces in enumerate(IDS):
        saying.article(f"guide-{at}", python("a = 1") + f"![](/images/says.png){braces}\n")
    for at, (entry, says) in enumerate(zip(saying.build(*SIMPLE).entries, IDS.values(), strict=True)):
        assert entry.startswith(f"content/nlp/guide-{at}.md:10: /images/says.png")
        assert says in entry


def test_two_figures_of_one_page_cannot_have_the_same_id(saying):
    """A link to it would be ambiguous."""
    saying.article("guide", python("a = 1") + "![](/images/says.png){#x}\n\n![](/images/above.png){#x}\n")
    (entry,) = saying.build(*SIMPLE).entries
    assert entry.startswith("content/nlp/guide.md:12: /images/above.png\n")
    assert "the figure in line 10, says.x, already has the id fig-x" in entry


ARGUMENTS = {
    '{words="the cat sat"}': {1: ["the", "cat", "sat"]},
    "{words=\"'I am', you\"}": {1: ["I am", "you"]},
    "{step=3 size=2 kind=bold}": {2: 3, 3: 2.0, 4: "bold"},
    '{shape="(3, 2)" heights="1 2" loud=yes}': {5: (3, 2), 7: True, 8: [1, 2]},
    '{note="a & <b>" data-x=1 .lead loading=eager title="T" width=50}': {6: "a & <b>"},
    "{given=\"n=5, d={'a': 1}\" model=encoder}": {9: "n=5, d={'a': 1}", 10: "encoder"},
    "{step=none}": {},
}


def test_an_image_s_attributes_are_the_script_s_arguments(saying):
    """Converted by annotation, which may be a string, and by default; HTML's own stay on the image."""
    for at, braces in enumerate(ARGUMENTS):
        own = braces.replace("{", f"{{#own-{at} ", 1) if at else braces
        saying.article(f"guide-{at}", python("a = 1") + f"![](/images/says.png){own}\n")
    built = saying.build(*SIMPLE)
    assert (built.code, built.report) == (0, "")
    for at, (braces, given) in enumerate(ARGUMENTS.items()):
        wanted = ["a = 1", *USUAL]
        for place, value in given.items():
            wanted[place] = value
        assert eval(alts(saying, f"guide-{at}")[0]) == wanted
        image = re.search(r"<img[^>]*>", saying.page(f"guide-{at}"))[0]
        for name in ("words", "step", "note", "given", "model", "kind", "heights"):
            assert f" {name}=" not in image
        if "data-x" in braces:
            assert ' data-x="1"' in image
            assert ' loading="eager"' in image
            assert 'class="lead diagram"' in image


MISUSE = {
    "{word=cat}": "has no argument `word`. Did you mean `words`?",
    "{step=three}": 'step="three": draw() in diagrams/says.py takes a whole number or none',
    "{kind=blod}": "takes plain or bold\n    did you mean bold?",
    "{loud=maybe}": "takes yes or no",
    '{shape="3 x"}': "takes whole numbers",
    "{shape=(3, 2)}": 'spaces or brackets: {shape="(3, 2)"}',
    "{words=the cat sat}": 'spaces or brackets: {words="the cat sat"}',
    "{words=the cat step=2}": 'brackets: {words="the cat" step=2}',
    '{words="the cat sat}': 'a quotation mark is missing: name="value"',
    "{code=thrid}": "no Python block has the id 'thrid': did you mean third?",
    "{code=x}": "no Python block has the id 'x'; the ids are third",
    "{words}": "can't read the attributes after the image: {words}",
    '{words="a *b* c"}': "write \\* and \\`",
    '{words="a" words="b"}': "the attribute words is given twice",
    "{shape=(3}": "can't read the attributes after the image: {shape=(3}",
    " {words=cat}": "there is a space between the image and its attributes",
}


@pytest.fixture(scope="module")
def misused(tmp_path_factory: pytest.TempPathFactory, font_list: Path) -> tuple[Site, Build]:
    """Create a site with an article for each misuse, and return its build's output."""
    site = Site(tmp_path_factory.mktemp("misused"), font_list)
    site.script("line", PLAIN)
    site.script("says", SAYS)
    block = python("a = 1", "python {#third}")
    for at, braces in enumerate(MISUSE):
        site.article(f"guide-{at}", block + f"![](/images/line.png)\n\n![](/images/says.png){braces}\n")
    return site, site.build(*SIMPLE)


@pytest.mark.parametrize("braces", MISUSE)
def test_each_misuse_of_attributes_is_an_error_at_its_line(misused, braces):
    """Nothing is drawn from a fragment, and the page and the other figures are still written."""
    site, built = misused
    assert (built.code, built.figures, len(built.entries)) == (1, (1, 0, 1), len(MISUSE))
    name = f"guide-{list(MISUSE).index(braces)}"
    (entry,) = (it for it in built.entries if it.startswith(f"content/nlp/{name}.md:12: /images/says.png\n"))
    assert MISUSE[braces] in entry
    assert alts(site, name)[0] == "A line that rises."


def test_attributes_of_other_images_are_not_arguments(saying):
    """A picture keeps them, as Markdown parses them."""
    saying.write("content/images/hand.svg", '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    saying.article("guide", "![A](/images/hand.svg){#x words=cat sat}\n\n![B](https://example.org/b.png){a=(b c)}\n")
    built = saying.build(*SIMPLE)
    assert (built.code, built.report) == (0, "")
    assert "data-figure-attributes" not in saying.page("guide")
    assert ' id="x"' in saying.page("guide")


@pytest.mark.parametrize("name", ["given", "model"])
def test_attributes_for_code_are_errors_for_a_script_without_code(saying, name):
    """They would have no effect."""
    saying.article("guide", python("a = 1", "python {#a}") + f"![](/images/line.png){{{name}=a}}\n")
    (entry,) = saying.build(*SIMPLE).entries
    assert entry.startswith("content/nlp/guide.md:10: /images/line.png\n")
    assert "takes no code" in entry


def test_a_parameter_set_by_an_attribute_does_not_name_a_block(site):
    """And one that can't be code needs its attribute."""
    site.script(
        "two",
        "from types import SimpleNamespace\nfrom matplotlib.figure import Figure\n"
        "def draw(encoder, name: str, lengths: list[int]):\n"
        "    return SimpleNamespace(figure=Figure, alt=repr([encoder, name, lengths]), description={})\n",
    )
    block = python("e = 1", "python {#encoder}")
    site.article("guide", block + '![](/images/two.png){name=me lengths="1 2"}\n')
    assert site.build(*SIMPLE).code == 0
    assert alts(site) == ["['e = 1\\n', 'me', [1, 2]]"]
    site.article("guide", block + "![](/images/two.png){lengths=1}\n\n![](/images/two.png){#b name=me}\n")
    first, second = site.build(*SIMPLE).entries
    assert "no Python block has the id 'name'" in first
    assert '{name="…"}' in first
    assert "draw() needs `lengths`: whole numbers" in second
    assert '{lengths="…"}' in second


def test_a_script_whose_code_has_a_default_gets_code_on_request(saying):
    """So that one script draws with and without it, and existing figures are unchanged."""
    saying.script(
        "asks",
        ABOVE.replace("draw(code)", "draw(code=None)")
        .replace("code.strip()", "str(code)")
        .replace("code.before", "getattr(code, 'before', ())"),
    )
    saying.article(
        "guide",
        python("a = 1", "{.python #first}")
        + python("b = 2")
        + "![](/images/asks.png)\n\n![](/images/asks.png){#one code=first}\n\n![](/images/asks.png){#no given='n=1'}\n",
    )
    built = saying.build(*SIMPLE)
    (entry,) = built.entries
    assert "gets no code here, so given=n=1 has no effect" in entry
    assert [it.strip() for it in alts(saying)[:2]] == ["None", "a = 1"]


@pytest.mark.parametrize("fences", some(["pymdownx.superfences", "markdown.extensions.fenced_code"], one_in=2))
def test_the_blocks_above_are_given_in_order_without_skipped_ones(saying, fences):
    """From the chosen block upwards; a skipped one can't be a figure's own either."""
    place = saying.root / "pelicanconf_here.py"
    more = f'MARKDOWN = {{"extensions": ["markdown.extensions.attr_list", "{fences}"]}}\n'
    place.write_text(place.read_text() + more)
    saying.article(
        "guide",
        "```text\nno code\n```\n\n"
        + python("a = 1", "{.python #first}")
        + "<!--\n\n"
        + python("z = 0")
        + "-->\n\n"
        + python("pip install", "{.python .skip}")
        + python("b = 2")
        + python("c = 3", "{.python .skip #left}")
        + "![](/images/above.png)\n\n"
        + python("d = 4")
        + "![](/images/above.png){#last}\n\n![](/images/above.png){code=first #up}\n\n"
        + "![](/images/above.png){code=left #no}\n",
    )
    built = saying.build(*SIMPLE)
    (entry,) = built.entries
    assert "the block left has the class skip" in entry
    assert alts(saying)[:3] == ["a = 1 / b = 2", "a = 1 / b = 2 / d = 4", "a = 1"]


def test_the_header_and_the_image_give_values_that_the_code_cannot_know(saying):
    """The image's come last, so that they take precedence."""
    saying.article("guide", python("a = n") + "![](/images/says.png){given='n=2'}\n", Given="n=1, x=(3, 2)")
    built = saying.build(*SIMPLE)
    assert (built.code, built.report) == (0, "")
    assert eval(alts(saying)[0])[9] == "n=1, x=(3, 2), n=2"


def test_a_figure_can_be_above_its_own_code_and_in_the_header(saying):
    """{code=next} means the block below; the cover is the same figure."""
    saying.article(
        "guide",
        python("a = 1") + "![](/images/above.png){code=next}\n\n" + python("b = 2") + python("c = 3"),
        Cover="/images/above.png",
    )
    built = saying.build()
    assert (built.code, built.figures, built.report) == (0, (1, 0, 0), "")
    assert "a = 1 / b = 2" in unescape(saying.page("guide"))
    saying.article("guide", "![](/images/above.png)\n\n" + python("a = 1"))
    assert "{code=next} draws the block below" in saying.build(*SIMPLE).entries[0]
    saying.article("guide", python("a = 1") + "![](/images/above.png){code=next}\n")
    (entry,) = saying.build(*SIMPLE).entries
    assert entry.startswith("content/nlp/guide.md:10: /images/above.png\n")
    assert "there is no Python block below this image" in entry


def test_no_block_can_be_called_next(saying):
    """It could never be chosen."""
    saying.article("guide", python("a = 1", "{.python #next}") + "![](/images/above.png)\n")
    built = saying.build(*SIMPLE)
    assert built.code == 1
    (entry,) = built.entries
    assert entry.startswith("content/nlp/guide.md:6: #next\n    a block can't have the id next")


ERROR = """
class Broken(Exception):
    def __init__(self, block):
        super().__init__("it cannot be drawn")
        self.block, self.lineno = block, 2

def draw(code):
    raise Broken(code.before[0])
"""


def test_an_error_in_a_block_above_is_reported_at_its_line(site):
    """The exception identifies the block by its text."""
    site.script("wrong", ERROR)
    site.article("guide", python("a = 1\nb = 2") + python("c = 3") + "![](/images/wrong.png)\n")
    (entry,) = site.build(*SIMPLE).entries
    assert entry.startswith("content/nlp/guide.md:8: /images/wrong.png\n")
    assert "used at content/nlp/guide.md:15" in entry


def test_an_error_in_the_article_s_code_is_reported_once(site):
    """Its causes inside the kit say the same, or nothing useful to its author."""
    raising = "    try:\n        {}['x']\n    except KeyError as e:\n        raise Broken(code.before[0]) from e\n"
    site.script("wrong", ERROR.replace("    raise Broken(code.before[0])\n", raising))
    site.article("guide", python("a = 1\nb = 2") + python("c = 3") + "![](/images/wrong.png)\n")
    (entry,) = site.build(*SIMPLE).entries
    assert "    fix the code above the image\n" in entry
    assert "KeyError" not in entry


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("wrong", "fix the script, then build again"),
        ("unrolled/scripts/wrong", "fix the attributes between the image's braces"),
    ],
)
def test_users_of_a_shipped_script_are_not_told_to_fix_it(site, script, says):
    """An error without a line of the code is about the arguments, or about the author's own script."""
    site.write("diagrams/unrolled/__init__.py", "")
    site.script(script, ERROR.replace("code.before[0]", "None").replace("draw(code)", "draw(step: int)"))
    site.article("guide", "![](/images/wrong.png){step=9}\n")
    (entry,) = site.build(*SIMPLE).entries
    assert "it cannot be drawn" in entry
    assert entry.endswith(f"\n    {says}")


@pytest.mark.slow
def test_only_changed_inputs_redraw_a_figure(saying):
    """An edit of an argument redraws that figure alone; one above the code, those that use it."""
    body = (
        python("a = 1")
        + python("b = 2")
        + "![](/images/says.png){words=one}\n\n![](/images/says.png){#two words=two}\n\n![](/images/above.png)\n"
    )
    saying.article("guide", body)
    assert saying.build(*SIMPLE).figures == (3, 0, 0)
    for edited in (
        body.replace("words=two", "words=three"),
        body.replace("words=two", "words=two given='n=1'"),
        body.replace("words=two", "words=two model=m"),
        body.replace("a = 1", "a = 7"),
    ):
        saying.article("guide", edited)
        assert saying.build(*SIMPLE).figures == (1, 2, 0)
    assert alts(saying)[2] == "a = 7 / b = 2"
    assert "the code above its own block has changed" in run_why(saying, body.replace("a = 1", "a = 8"), "above")
    saying.article("guide", body)
    assert saying.build(*SIMPLE).figures == (0, 3, 0), "the earlier drawings are reused"
    saying.article("guide", body.replace("words=two", "step=9"), Given="n=9")
    assert saying.build(*SIMPLE).code == 0
    incremental = saying.output()
    for folder in (".figures", "output"):
        (saying.root / folder).rename(saying.root / f"{folder}.old")
    assert saying.build(*SIMPLE).figures == (3, 0, 0)
    assert saying.output() == incremental


def run_why(site: Site, body: str, name: str) -> str:
    """Write an article and ask why a figure is stale."""
    site.article("guide", body)
    return run(site, "why", name)[1]


def test_numbers_formats_and_narrow_forms_include_the_id(site):
    """Each has the id in its URL, after the number."""
    site.script(
        "pair",
        "from types import SimpleNamespace\nfrom matplotlib.figure import Figure\n"
        "def draw(n: int = 1):\n"
        "    narrow = SimpleNamespace(figure=lambda: Figure(figsize=(2, 1)), alt='n', description={}, steps=())\n"
        "    return [SimpleNamespace(figure=lambda: Figure(figsize=(3, 1)), alt=f'{n} {it}', description={},\n"
        "                            turned=narrow) for it in (1, 2)]\n",
    )
    site.article(
        "guide",
        "![](/images/pair.png)\n\n![](/images/pair-2.webp)\n\n"
        "![](/images/pair.png){#x n=7}\n\n![](/images/pair-2.svg){#x n=7}\n",
    )
    built = site.build(*SIMPLE)
    assert (built.code, built.figures, built.report) == (0, (4, 0, 0), "")
    assert alts(site) == ["1 1", "1 2", "7 1", "7 2"]
    names = {path.removeprefix("images/") for path in site.output() if path.startswith("images/")}
    assert {"pair.x.png", "pair.x.turned.png", "pair-2.x.svg", "pair-2.x.turned.svg", "pair-2.webp"} <= names
    ids = re.findall(r'<figure class="diagram" id="([^"]*)"', site.page("guide"))
    assert ids == ["fig-pair", "fig-pair-2", "fig-x", "fig-x-2"]


SHIPPED = '''
"""A figure of the kit: {}."""
import matplotlib.pyplot as plt

def draw(words: list[str] = ()):
    fig = plt.figure(figsize=(2, 1))
    fig.suptitle(" ".join(words))
    return fig
'''


def test_the_kit_s_scripts_come_after_the_author_s(site):
    """Unused ones aren't listed; an author's script with the same name replaces one."""
    for name in ("bars", "dots"):
        site.write(f"diagrams/unrolled/scripts/{name}.py", SHIPPED.format(name))
    site.write("diagrams/unrolled/__init__.py", "")
    site.article("guide", "![](/images/bars.png)\n\n![](/images/line.png)\n")
    built = site.build(*SIMPLE)
    assert (built.code, built.figures, built.report) == (0, (2, 0, 0), "")
    assert "no article shows" not in built.out
    assert alts(site)[0] == "A figure of the kit: bars."
    site.script("bars", SHIPPED.format("mine"))
    assert site.build(*SIMPLE).figures == (1, 1, 0)
    assert alts(site)[0] == "A figure of the kit: mine."


def test_another_folder_of_scripts_can_be_set(site):
    """For example if the kit is installed elsewhere; a missing one is an error."""
    site.write("kit/bars.py", SHIPPED.format("bars"))
    site.article("guide", "![](/images/bars.png){words=a}\n")
    settings = site.root / "pelicanconf_here.py"
    settings.write_text(settings.read_text() + 'FIGURES_SHIPPED = "kit"\n')
    built = site.build(*SIMPLE)
    assert (built.code, built.figures) == (0, (1, 0, 0)), built.report
    assert site.build(*SIMPLE).figures == (0, 1, 0)
    settings.write_text(settings.read_text().replace('"kit"', '"nowhere"'))
    assert "nowhere doesn't exist" in site.build(*SIMPLE).report


def test_an_image_can_name_the_script_for_its_url(saying):
    """Links, the cover, and other images with that name mean the same."""
    saying.article(
        "guide",
        python("a = 1") + "![](/images/mine.png){script=says words=cat}\n\n[print](/images/mine.pdf)\n",
        Cover="/images/mine.png",
    )
    saying.article("other", "![](/images/line.png)\n\n[print](/images/mine.svg)\n", Cover="/images/mine.png")
    built = saying.build()
    assert (built.code, built.figures, built.report) == (0, (2, 0, 0), "")
    assert {"images/mine.png", "images/mine.pdf"} <= saying.output().keys()
    assert "images/says.png" not in saying.output()
    code, out, _ = run(saying, "list")
    assert code == 0
    assert "mine  fresh" in out
    assert "    diagrams/says.py, for content/nlp/guide.md:5, content/nlp/guide.md:11, content/nlp/guide.md:13" in out


SCRIPTS = {
    "{script=sayz}": "script=sayz: this script doesn't exist\n    did you mean says",
    "{script=says}": "diagrams/line.py already draws this figure, but the image names script=says",
    "{script=../line}": "this script doesn't exist",
}


@pytest.mark.parametrize("braces", SCRIPTS)
def test_an_unknown_script_is_an_error(saying, braces):
    """At its line, with similar names."""
    saying.article("guide", python("a = 1") + f"![](/images/line.png){braces}\n")
    (entry,) = saying.build(*SIMPLE).entries
    assert entry.startswith("content/nlp/guide.md:10: /images/line.png\n")
    assert SCRIPTS[braces] in entry


def test_an_image_with_a_name_defined_by_another_is_drawn_from_its_own_code(saying):
    """The same code is the same figure; different code is another one, which needs an id."""
    saying.article("a", python("a = 1") + "![](/images/mine.png){script=says words=cat}\n")
    saying.article("b", python("a = 1") + "![](/images/mine.png)\n")
    saying.article("c", python("c = 1") + "![](/images/mine.png)\n")
    (entry,) = saying.build(*SIMPLE).entries
    assert entry.startswith("content/nlp/c.md:10: /images/mine.png\n")
    assert "content/nlp/a.md:10 asks for the same figure, but with other code" in entry


def test_the_gallery_has_a_page_for_each_figure_of_a_script(saying):
    """With its script, to which the article links; the kit's scripts are there only if they are used."""
    settings = saying.root / "pelicanconf_here.py"
    settings.write_text(settings.read_text() + 'DIAGRAMS_SAVE_AS = "diagrams/index.html"\nDIAGRAMS_WORDS = ""\n')
    for name in ("bars", "dots"):
        saying.write(f"diagrams/unrolled/scripts/{name}.py", SHIPPED.format(name))
    saying.write("diagrams/unrolled/__init__.py", "")
    saying.article(
        "guide",
        python("a = 1")
        + "![](/images/says.png)\n\n![](/images/says.png){#loud loud=yes}\n\n![](/images/mine.png){script=bars}\n",
    )
    built = saying.build()
    assert (built.code, built.report) == (0, ""), built.report
    pages = {path for path in saying.output() if path.startswith("diagrams/") and path.endswith(".html")}
    names = ("", "above/", "line/", "mine/", "says/", "says.loud/")
    assert pages == {f"diagrams/{name}index.html" for name in names}
    for name, script in (("says.loud", "diagrams/says.py"), ("mine", "diagrams/unrolled/scripts/bars.py")):
        assert f"diagrams/{name}/#script" in saying.page("guide")
        page = (saying.root / f"output/diagrams/{name}/index.html").read_text()
        assert 'id="script"' in page
        assert script in page


def test_one_figure_s_misuse_leaves_its_last_drawing_in_a_preview(saying):
    """That of this figure, not of another one of its script."""
    settings = saying.root / "pelicanconf_here.py"
    settings.write_text(settings.read_text() + "FIGURES_KEEP_GOING = True\n")
    body = python("a = 1") + "![](/images/says.png){words=one}\n\n![](/images/says.png){#two words=two}\n"
    saying.article("guide", body)
    assert saying.build(*SIMPLE).code == 0
    saying.article("guide", body.replace("words=two", "word=two"))
    built = saying.build(*SIMPLE)
    assert (built.code, built.figures) == (1, (0, 1, 1))
    assert [eval(alt)[1] for alt in alts(saying)] == [["one"], ["two"]]
    assert "Did you mean `words`?" in unescape(saying.page("guide"))


def test_nothing_private_can_be_named(saying, tmp_path: Path):
    """A script= can't lead further than a URL."""
    (tmp_path / "outside.py").write_text(SAYS)
    saying.script("_own", SAYS)
    for named in ("_own", "../outside", str(tmp_path / "outside")):
        saying.article("guide", python("a = 1") + f"![](/images/mine.png){{script={named}}}\n")
        (entry,) = saying.build(*SIMPLE).entries
        assert "this script doesn't exist" in entry


def test_no_id_is_duplicated_in_a_page_of_one_script_s_figures(site):
    """Otherwise clips and markers of one would apply to the other."""
    site.script(
        "line",
        "import matplotlib.pyplot as plt\ndef draw(high: int = 1):\n"
        "    '''A line.'''\n    fig = plt.figure(figsize=(2, 1))\n    plt.plot([0, high])\n    return fig\n",
    )
    site.article("guide", "![a](/images/line.png)\n\n![b](/images/line.png){#high high=9}\n")
    assert site.build().code == 0
    drawings = re.findall(r"<svg.*?</svg>", site.page("guide").partition("<article")[2], re.S)
    ids = [id_ for drawing in drawings for id_ in re.findall(r' id="([^"]+)"', drawing)]
    assert len(drawings) > 1
    assert ids
    assert len(ids) == len(set(ids))
