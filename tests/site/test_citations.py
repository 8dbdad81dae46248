"""Citations: the text on the page, the list, the links, and the reports for invalid keys or files."""

import re
from pathlib import Path

import pytest

from plugins.citations import Cite, cites_in
from plugins.html import parse, text_of
from tests.conftest import Site

WORKS = r"""
@article{hochreiter1997,
  author = {Sepp Hochreiter and J{\"u}rgen Schmidhuber},
  title = {Long Short-Term Memory: 0 < 1 \& more},
  journal = {Neural Computation},
  volume = 9, number = 8, pages = {1735--1780}, year = 1997,
  doi = {10.1162/neco.1997.9.8.1735},
}

@misc{cho2014,
  author = {Kyunghyun Cho and Bart van Merri{\"e}nboer and Caglar Gulcehre and Dzmitry Bahdanau},
  title = {Learning Phrase Representations}, year = 2014, eprint = {1406.1078}, archiveprefix = {arXiv},
}

@online{keras, author = {{The Keras Team}}, title = {Working with RNNs}, date = {2019-07-08},
  url = {https://keras.io/guides/working_with_rnns/}, urldate = {2026-11-01}}
"""


@pytest.mark.parametrize(
    ("said", "cites"),
    [
        ("@a", [Cite("a")]),
        ("see @a, pp. 3-5; @b:c.d", [Cite("a", "see ", "page", "3–5"), Cite("b:c.d")]),
        ("-@a", [Cite("a", is_short=True)]),
        ("@a, chap. 2, for this", [Cite("a", "", "chapter", "2", ", for this")]),
        ("@a, sec. 3.2.1–3.2.4.", [Cite("a", "", "section", "3.2.1–3.2.4", ".")]),
        ("@a, and others", [Cite("a", suffix=", and others")]),
        ("@a; but see the note", [Cite("a", suffix="; but see the note")]),
        ("a@b.de", []),
        ("nothing", []),
    ],
)
def test_brackets_contain_works_and_places_in_them(said: str, cites: list[Cite]) -> None:
    """An e-mail address isn't a citation."""
    assert cites_in(said) == cites


CAPITALS = r"""
@Article{Key, Author = {Ada Lovelace and Grace Hopper}, TITLE = {One}, Year = 2020,
  Url = {https://example.org/~me/a--b?x=1\&y=a%20b}}
@article{key, author = {Alan Turing}, title = {Other}, year = 2021, doi = {10.1000/a_b--c}}
"""


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, font_list: Path) -> Site:
    """Publish a site of articles that cite works."""
    site = Site(tmp_path_factory.mktemp("citations"), font_list)
    site.write("content/references.bib", WORKS)
    site.article(
        "guide",
        "The LSTM [see @hochreiter1997, p. 3; @cho2014].\n\nHochreiter [-@hochreiter1997], and [@keras]: "
        "`[@code]`, \\[@escaped], [a link](#below), me@example.org.\n\n## Below\n\nMore by Cho [-@cho2014].",
    )
    site.article("short", "The LSTM [@hochreiter1997].", Summary="An LSTM.")
    site.write("content/nlp/anleitung.bib", WORKS.partition("@misc")[0])
    site.article("anleitung", "Das LSTM [@hochreiter1997, S. 3].\n\n## Quellen\n\n- Noch etwas.\n", Lang="de", Slug="x")
    site.write("content/nlp/capitals.bib", CAPITALS)
    site.article("capitals", "Both [@Key; @key], and [see `code` @key].\n\n### References\n\nMore.")
    built = site.publish()
    assert (built.code, built.report) == (0, "")
    return site


def test_works_are_cited_and_listed(published: Site) -> None:
    """By author and date, in alphabetical order; each entry links back to every citation."""
    page = _bare(parse(published.page("guide")).css_first(".prose"))
    first, second = page.css("p")[:2]
    assert text_of(first) == ("The LSTM (see Hochreiter and Schmidhuber, 1997, p. 3; Cho et al., 2014).")
    assert text_of(second) == (
        "Hochreiter (1997), and (The Keras Team, 2019): [@code], [@escaped], a link, me@example.org."
    )
    assert page.css(".cite > a")[-1].html == '<a href="#ref-cho2014" id="cite-cho2014-2">2014</a>'
    assert page.css("h2")[-1].id == "references"
    items = page.css("ul.references > li")
    assert [item.id for item in items] == ["ref-cho2014", "ref-hochreiter1997", "ref-keras"]
    assert text_of(items[1]).startswith(
        "Hochreiter, S. and Schmidhuber, J. (1997) ‘Long Short-Term Memory: 0 < 1 & more’, Neural Computation, 9(8), "
        "pp. 1735–1780."
    )
    assert "van Merriënboer" in text_of(items[0]) or "et al." in text_of(items[0])
    addresses = [link.attributes["href"] for item in items for link in item.css("a:not(.back)")]
    assert addresses == [
        "https://arxiv.org/abs/1406.1078",
        "https://doi.org/10.1162/neco.1997.9.8.1735",
        "https://keras.io/guides/working_with_rnns/",
    ]
    backs = [link.attributes["href"] for link in items[1].css("a.back")]
    assert backs == ["#cite-hochreiter1997-1", "#cite-hochreiter1997-2"]
    ids = {node.id for node in page.css("[id]")}
    assert {link.attributes["href"][1:] for link in page.css(".cite a, a.back")} <= ids


def _bare(node):
    """Return an element without the entries beside its text."""
    for beside in node.css(".works"):
        beside.decompose()
    return node


def test_a_work_is_beside_the_block_that_cites_it_first(published: Site) -> None:
    """Only on the page, without its address: a feed and the search have it once, in the list."""
    page = parse(published.page("guide")).css_first(".prose")
    shown = [(it.prev.text()[:12], [text_of(work)[:20] for work in it.css("p")]) for it in page.css("aside.works")]
    assert shown == [
        ("The LSTM (se", ["Hochreiter, S. and S", "Cho, K. et al. (2014"]),
        ("Hochreiter (", ["The Keras Team (2019"]),
    ]
    beside = page.css_first(".works")
    assert "pp. 1735–1780." in text_of(beside)
    assert "http" not in text_of(beside)
    assert beside.attributes["aria-hidden"] == "true"
    feed = published.output()["feeds/all.atom.xml"].decode()
    (entry,) = (it for it in feed.split("<entry") if "https://example.org/repo/2026/11/short/#ref-hochreiter1997" in it)
    assert entry.count("Neural Computation") == 1


def test_the_list_is_below_its_heading_and_in_the_article_s_language(published: Site) -> None:
    """Before the author's own text there; entries in a file next to an article are its own."""
    page = parse((published.root / "output/2026/11/x/de/index.html").read_text("utf-8")).css_first(".prose")
    assert [text_of(it) for it in page.css("h2")] == ["Quellen"]
    lists = page.css("ul")
    assert "Hochreiter, S. und Schmidhuber, J. (1997)" in text_of(lists[0])
    assert text_of(lists[1]) == "Noch etwas."


def test_files_from_other_programs_can_be_read(published: Site) -> None:
    """Field names in capitals, keys that differ by case, and unescaped URLs."""
    page = parse(published.page("capitals")).css_first(".prose")
    assert text_of(_bare(page.css_first("p"))).startswith(
        "Both (Lovelace and Hopper, 2020; Turing, 2021), and [see code @key]."
    )
    assert [it.attributes["href"] for it in page.css(".references a:not(.back)")] == [
        "https://example.org/~me/a--b?x=1&y=a%20b",
        "https://doi.org/10.1000/a_b--c",
    ]
    assert len(page.css("#references")) == 1
    assert len({it.id for it in page.css(".references li")}) == 2


def test_another_style_may_number_works(site: Site) -> None:
    """A CSL file, or a name; an unknown one doesn't cost a page."""
    site.write("content/references.bib", WORKS.partition("@misc")[0])
    site.article("guide", "The LSTM [@hochreiter1997].")
    site.write("numbers.csl", NUMBERS)
    built = site.build("-e", 'CITATIONS_STYLE="numbers.csl"')
    assert built.code == 0, built.report
    page = parse(site.page("guide"))
    assert text_of(_bare(page.css_first(".prose p"))) == "The LSTM [1]."
    assert text_of(page.css_first(".references li")).startswith("1. Long Short-Term Memory")
    told = site.build("-e", 'CITATIONS_STYLE="nowhere.csl"').entries
    assert [entry.splitlines()[-1].strip() for entry in told] == [
        "set CITATIONS_STYLE to the path of a .csl file, or to the name of a style that ships with citeproc-py"
    ]
    assert "[@hochreiter1997]" in site.page("guide")


NUMBERS = """<?xml version="1.0" encoding="utf-8"?>
<style xmlns="http://purl.org/net/xbiblio/csl" class="in-text" version="1.0" default-locale="en-US">
<info><title>Numbers</title><id>numbers</id><updated>2026-01-01T00:00:00+00:00</updated></info>
<citation><layout prefix="[" suffix="]" delimiter=", "><text variable="citation-number"/></layout></citation>
<bibliography><layout><text variable="citation-number" suffix=". "/><text variable="title"/></layout></bibliography>
</style>
"""


def test_errors_are_reported_at_their_line(site: Site) -> None:
    """An unknown key, with similar ones; an entry that can't be read, that has no title, or that nothing cites."""
    site.write("content/references.bib", WORKS + "\n@book{untitled, year = 2000}\n\n@book{broken, title = {x\n")
    site.article("guide", "The LSTM [@hochreiter1997; @keras] and\n[@cho2015], [@cho2015; @untitled].")
    built = site.build()
    assert built.code == 1
    told = {entry.splitlines()[0]: entry.splitlines()[1].strip() for entry in built.entries}
    error = "content/nlp/guide.md:7: no BibTeX entry has the key cho2015"
    assert told[error] == "did you mean cho2014?"
    lines = {re.sub(r":\d+:", "", first): rest for first, rest in told.items()}
    assert lines["content/references.bib nothing cites cho2014"] == "cite it, or remove the entry"
    assert "content/references.bib the entry untitled has no title" in lines
    assert any("can't read this entry" in first for first in lines)
    page = text_of(_bare(parse(site.page("guide")).css_first(".prose p")))
    assert "[@cho2015]" in page, "an unknown key is shown as it was written"
