"""One request for each figure, with the code above it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pelicanconf import MARKDOWN
from plugins.figures.attributes import NONE, Attributes
from plugins.figures.markdown import read
from plugins.figures.report import CodeError
from plugins.figures.requests import Reference, Request, requests_of
from plugins.figures.routing import Route
from plugins.figures.settings import Settings
from plugins.figures.signature import Signature
from tests.conftest import REPOSITORY
from tests.tables import table


@pytest.fixture
def script(tmp_path):
    """Create a script that draws the code above the image."""
    path = tmp_path / "unrolled.py"
    path.write_text("raise SystemExit('never run')\ndef draw(code, size=3): ...\n")
    return path


def request(script, wanted, references) -> tuple[Request | None, dict]:
    """Make the only request for some references to a script whose `draw` takes some blocks."""
    asked = _asked(script, wanted, references)
    return asked.requests.get("unrolled"), asked.refused


def _asked(script, wanted, references) -> Any:
    text = f"def draw({', '.join(wanted)}): ...".encode()
    settings = Settings.of({"PATH": str(script.parent / "content"), "OUTPUT_PATH": str(script.parent / "output")})
    return requests_of(references, lambda _: Signature.of(text), settings)


def reference(script: Path, text: str, article: str = "a.md", *, published: bool = True, id_: str = "") -> Reference:
    """Return a reference from an article with a text that shows the figure on its last line."""
    _, reading = read(text, **MARKDOWN)
    name = f"unrolled.{id_}" if id_ else "unrolled"
    route, line, place = Route(name, "png", script, 1, None, id_), len(text.splitlines()), len(reading.all_blocks)
    said = Attributes(id=id_)
    return Reference(route, "/x.png", Path(article), line, reading, place, published=published, attributes=said)


def second(shown: Reference, *, place: int, **kind: bool) -> Reference:
    """Return a reference to the second figure of a script that an article only mentions, below some blocks."""
    route = replace(shown.route, name="unrolled-2", index=2, id="")
    return replace(shown, route=route, address="/y.png", place=place, attributes=NONE, **kind)


def block(code: str) -> str:
    """Return an article with one block above the image."""
    return f"```python\n{code}\n```\n\n![](/x.png)"


def test_two_articles_can_differ_in_comments_and_spacing(script):
    """They mean the same figure."""
    asking = [reference(script, block("f(4)  # units")), reference(script, block("f( 4 )"), "b.md")]
    asked, refused = request(script, ["code"], asking)
    assert asked.code == {"code": "f(4)  # units\n"}
    assert refused == {}


def test_two_articles_with_different_code_are_an_error_that_names_both(script):
    """It wouldn't be clear which of the two is drawn."""
    second = reference(script, block("f(5)"), "b.md")
    _, refused = request(script, ["code"], [second, reference(script, block("f(4)"))])
    assert list(refused) == [second]
    assert "a.md:5" in str(refused[second])


def test_published_articles_take_precedence_over_drafts(script):
    """The error is in the draft, even if its name comes first."""
    draft = reference(script, block("f(5)"), published=False)
    asked, refused = request(script, ["code"], [draft, reference(script, block("f(4)"), "z.md")])
    assert asked.code == {"code": "f(4)\n"}
    assert list(refused) == [draft]


def test_an_image_without_code_above_it_is_an_error(script):
    """The message says what to write."""
    alone = reference(script, "![](/x.png)")
    asked, refused = request(script, ["code"], [alone])
    assert asked is None
    assert isinstance(refused[alone], CodeError)
    assert "```python" in str(refused[alone])


def test_a_header_refers_to_another_figure_of_what_its_article_shows(script):
    """Nothing is above a header; if two articles show the script, its own counts."""
    shown = [reference(script, block("f(4)"), id_="a"), reference(script, block("f(5)"), "b.md", id_="b")]
    for own, code in zip(shown, ("f(4)\n", "f(5)\n"), strict=True):
        asked, refused = request(script, ["code"], [*shown, second(own, place=0, is_in_header=True)])
        assert (asked.code, refused) == ({"code": code}, {})


def test_a_link_refers_to_the_shown_figure_or_else_to_the_code_above_it(script):
    """In any article; an image with another id shows another figure."""
    shown = reference(script, block("f(4)") + "\n\n```python\nf(5)\n```\n", id_="a")
    link = second(shown, place=2, is_link=True)
    asked, refused = request(script, ["code"], [replace(shown, place=1), link])
    assert (asked.code, refused) == ({"code": "f(5)\n"}, {})
    image = replace(link, place=1, article=Path("b.md"), is_link=False)
    asked, refused = request(script, ["code"], [image, link])
    assert (asked.code, refused) == ({"code": "f(4)\n"}, {})


STACKED = "from keras.layers import LSTM\nmodel.add(LSTM(4))"


@pytest.mark.parametrize(
    ("code", "image", "said", "advice"),
    [
        (STACKED, "![Two layers](/x.png)", NONE, '![Two layers](/x.png){script=unroll words="…"}'),
        (STACKED, '![](/x.png "So")', Attributes(id="own"), '![](/x.png "So"){#own script=unroll words="…"}'),
        (STACKED, "![](/x.png)", Attributes(arguments=(("words", "a b"),)), '![](/x.png){script=unroll words="a b"}'),
        ("keras.layers.Dense(3)", "![](/x.png)", NONE, "![](/x.png){script=shapes}"),
        ("print(1)", "![](/x.png)", NONE, ""),
        ("LSTM(", "![](/x.png)", NONE, ""),
    ],
)
def test_a_missing_figure_below_a_model_can_be_drawn_in_a_standard_view(script, code, image, said, advice) -> None:
    """The message has the line to paste, with the author's own alt text, caption, id and arguments."""
    asked = reference(script, block(code).replace("![](/x.png)", image))
    asked = replace(asked, route=Route("x", "png", None, 1, None), attributes=said)
    (script.parent / "diagrams").symlink_to(REPOSITORY / "diagrams")
    _, refused = request(script, ["code"], [asked])
    _, *lines = str(refused[asked]).splitlines()
    expected = f"to draw the code above in a standard view, write {advice}"
    assert lines == [expected if advice else "write the script, or put the picture there"]


def in_language(shown: Reference, language: str, article: str, chosen: str = "", **kind: bool) -> Reference:
    """Return a reference to the same figure from an article in another language."""
    said = replace(shown.attributes, language=chosen)
    route = shown.route.in_language(language)
    return replace(shown, route=route, article=Path(article), attributes=said, address="/z.png", **kind)


def test_an_original_and_its_translation_ask_for_two_figures(script):
    """With the same id, and code of their own."""
    original = reference(script, block("f(4)"), id_="a")
    translation = in_language(reference(script, block("f(5)"), id_="a"), "de", "a.de.md")
    asked = _asked(script, ["code"], [original, translation])
    assert asked.refused == {}
    made = {name: (it.code["code"], it.language) for name, it in asked.requests.items()}
    assert made == {"unrolled.a": ("f(4)\n", "en"), "unrolled.a.de": ("f(5)\n", "de")}


@pytest.mark.parametrize("is_translated", [True, False])
def test_a_link_refers_to_the_figure_in_the_language_of_its_article(script, is_translated):
    """If only an article in another language shows it, it is drawn from that article's code."""
    original = reference(script, block("f(4)"), id_="a")
    link = replace(in_language(original, "de", "b.de.md", is_link=True), attributes=NONE, place=0)
    translation = in_language(reference(script, block("f(5)"), id_="a"), "de", "a.de.md")
    asked = _asked(script, ["code"], [original, link, *([translation] if is_translated else [])])
    assert asked.refused == {}
    assert asked.requests["unrolled.a.de"].code == {"code": "f(5)\n" if is_translated else "f(4)\n"}
    assert asked.requests["unrolled.a.de"].language == "de"


def test_a_url_that_ends_in_a_language_is_that_of_the_figure_without_an_id(script):
    """It could be an id as well, but no image has it."""
    shown = in_language(reference(script, block("f(4)")), "de", "a.de.md")
    named = Route("unrolled.de", "svg", script, 1, None, "de")
    asked = _asked(script, ["code"], [shown, replace(shown, route=named, article=Path("b.md"), is_link=True)])
    assert (list(asked.requests), asked.refused) == (["unrolled.de"], {})
    assert asked.requests["unrolled.de"].language == "de"


def test_two_languages_at_one_url_are_an_error(script):
    """As when the id of one figure is the language of another."""
    german = in_language(reference(script, block("f(4)")), "de", "a.de.md")
    english = reference(script, block("f(4)"), "b.md", id_="de")
    asked = _asked(script, ["code"], [german, english])
    assert "asks for the figure unrolled.de, but with language=de" in str(asked.refused[english])


@table(__file__, "A script that asks for it is given the language")
def test_a_script_that_asks_for_it_is_given_the_language(script, parameter, language, chosen, given):
    """If it lists its languages, another one is an error only if it has been chosen, or the script needs one."""
    shown = in_language(reference(script, block("f(4)")), language, "a.md", chosen)
    asked = _asked(script, ["code", parameter], [shown])
    if given is None:
        assert f'language="{language}"' in str(asked.refused[shown])
    else:
        assert asked.requests[f"unrolled.{language}"].arguments == given
