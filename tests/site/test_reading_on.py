"""Ways from one article to the next: series, neighbours, related ones, lists with pictures, the search index."""

import json
import re
from pathlib import Path

import pytest

from plugins.articles import _related
from plugins.html import parse
from tests.conftest import PLAIN, Build, Site
from tests.theme.reading import Page


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, font_list: Path) -> tuple[Site, Build]:
    """Build a site with a series, of which one part is a draft, and articles that share tags."""
    site = Site(tmp_path_factory.mktemp("reading"), font_list)
    site.add('HOME = {"title": "Read on", "series": "R&D", "figure": "last#fig-line"}')
    site.script("line", PLAIN)
    site.article(
        "last", "![](/images/line.png)\n\nA zebra.", Series="R&D", Part="10", Date="2026-01-01", Tags="a, b, c"
    )
    site.article("second", "Words.", Series="R&D", Part="2", Date="2026-01-02", Tags="a, b")
    site.article("undated", "Words.", Series="R&D", Date="2026-01-03", Tags="a, d")
    site.article("draft", "Words.", Series="R&D", Part="1", Date="2026-01-04", Status="draft", Tags="a, b, c")
    site.article("rare", "Words.", Date="2026-01-05", Tags="c, d")
    site.article("often", "Words.", Date="2026-01-06", Tags="a")
    site.article("both", "![x](/images/line.png){.decorative}\n\nWords.", Date="2026-01-07", Tags="a, c")
    site.article("none", "Words.", Date="2026-01-08", Tags="e")
    return site, site.build()


def links(site: Site, name: str, which: str) -> list[tuple[str, str]]:
    """Return the names of the pages that some links below an article lead to, each with the link's label or text."""
    found = parse(site.page(name, "2026/01")).css(f"footer.end {which}")
    return [(it.attributes["href"].split("/")[3], it.attributes.get("aria-label") or it.text()) for it in found]


def test_a_series_has_its_parts_in_order_without_drafts(built: tuple[Site, Build]) -> None:
    """By number, 2 before 10; those without one come last; a reader couldn't follow a link to a draft."""
    site, _ = built
    parts = [("second", "1: Second"), ("last", "2: Last"), ("undated", "3: Undated")]
    for place, (name, _label) in enumerate(parts):
        assert links(site, name, "nav a") == parts
        assert links(site, name, "nav a[aria-current=page]") == [parts[place]]
    assert "R&amp;D, part 1 of 3" in site.page("second", "2026/01")
    assert "R&amp;D, part 3 of 3" in site.page("undated", "2026/01")
    draft = (site.root / "output/drafts/draft/index.html").read_text("utf-8")
    assert "part 1" not in draft


def test_the_neighbours_of_a_part_are_parts(built: tuple[Site, Build]) -> None:
    """Otherwise they are the articles before and after."""
    site, _ = built
    assert links(site, "last", "[rel=prev]") == [("second", "Second")]
    assert links(site, "last", ".next a[rel=next]") == [("undated", "Undated")]
    assert links(site, "undated", "[rel=prev]") == [("last", "Last")]
    assert links(site, "undated", "[rel=next]") == []
    assert links(site, "often", "[rel=prev]") == [("rare", "Rare")]
    assert links(site, "often", ".next a[rel=next]") == [("both", "Both")]


def test_there_are_no_empty_lists(site: Site) -> None:
    """Only a search engine would find one; once an article has an author and a tag, there are both."""
    site.article("guide", "Words.")
    assert site.build().code == 0
    assert not {"authors/index.html", "tags/index.html"} & set(site.output())
    site.article("guide", "Words.", Authors="A. Reader", Tags="state")
    assert site.build().code == 0
    for name in ("authors/index.html", "tags/index.html"):
        assert f'href="/{name.removesuffix("index.html")}"' in site.page("guide")
        assert name in site.output()


LEAD = re.compile(r'<li class="card lead">.*?href="/2026/\d\d/([\w-]+)/"', re.DOTALL)
CARD = re.compile(r'<li class="card[^"]*">.*?href="/2026/\d\d/([\w-]+)/"', re.DOTALL)


def cards(site: Site, page: str = "index.html") -> tuple[list[str], list[str]]:
    """Return the lead articles of a page of the index, and all that it lists."""
    html = (site.root / "output" / page).read_text("utf-8")
    return LEAD.findall(html), CARD.findall(html)


@pytest.mark.slow
def test_the_lead_of_the_home_page_can_be_chosen(site: Site) -> None:
    """However old it is; of several, the newest, and without one, the newest of all. Other lists have no lead."""
    for month in range(1, 10):
        site.article(f"guide-{month}", "Words.", Date=f"2026-0{month}-01", Tags="state")
    site.build()
    assert cards(site) == (["guide-9"], [f"guide-{month}" for month in range(9, 2, -1)])
    site.article("guide-1", "Words.", Date="2026-01-01", Tags="state", Featured="yes")
    site.article("guide-5", "Words.", Date="2026-05-01", Tags="state", Featured="no")
    site.build()
    assert cards(site) == (["guide-1"], ["guide-1", *(f"guide-{month}" for month in range(9, 2, -1))])
    assert cards(site, "page/2/index.html") == ([], ["guide-2", "guide-1"])
    assert cards(site, "tags/state/index.html")[0] == []
    site.article("guide-5", "Words.", Date="2026-05-01", Tags="state", Featured="Yes")
    site.build()
    assert cards(site)[0] == ["guide-5"]
    assert cards(site)[1].count("guide-5") == 1


def test_the_home_page_can_begin_with_a_series(built: tuple[Site, Build]) -> None:
    """In the order of its parts, with a plant for each; then the others, the newest first, and no second page."""
    site, _ = built
    home = Page((site.root / "output/index.html").read_text("utf-8"))
    assert [it.text for it in home.all("h1")] == ["Read on"]
    assert [it.text for it in home.all("h2")] == ["Start here: R&D", "On their own"]
    assert [it.text for it in home.all("h3")] == ["1 Second", "2 Last", "3 Undated", "None", "Both", "Often", "Rare"]
    assert home.all("a", class_="start")[0].attributes["href"] == "/2026/01/second/"
    plants = {it.attributes["id"] for it in home.all("g") if it.attributes.get("id", "").startswith("plant")}
    assert plants == {f"plant-3-{number}" for number in (1, 2, 3)}
    assert not (site.root / "output/page").exists()


def test_the_home_page_can_show_a_figure_of_an_article(built: tuple[Site, Build]) -> None:
    """Without what leads to the rest of its article; drawn again, it is new there, too."""
    site, _ = built
    home = site.root / "output/index.html"
    (figure,) = parse(home.read_text("utf-8")).css(".hero figure.diagram.alone")
    assert figure.css_first("svg")
    assert not figure.css_first("figcaption, .more")
    before = figure.html
    site.script("line", PLAIN.replace("[0, 1])", "[1, 0])"))
    assert site.build().code == 0
    assert parse(home.read_text("utf-8")).css_first(".hero figure").html != before
    site.script("line", PLAIN)
    assert site.build().code == 0


def test_a_home_page_without_its_series_or_figure_is_reported(site: Site) -> None:
    """The name may be misspelt; the site isn't published then."""
    site.article("guide", "![](/images/line.png)", Series="Networks")
    build = site.publish("-e", 'HOME={"series": "Network", "titel": "Read", "figure": "guide#fig-lin"}')
    assert build.code == 1
    assert "there is no series Network\n    did you mean Networks?" in build.report
    assert "there is no figure guide#fig-lin\n    did you mean guide#fig-line?" in build.report
    assert "the key 'titel' has no effect\n    did you mean title?" in build.report


@pytest.mark.parametrize("name", ["series", "topics"])
def test_all_series_and_topics_are_on_one_page(built: tuple[Site, Build], name: str) -> None:
    """At the target of a series' name above an article; the address of either leads there."""
    site, _ = built
    page = Page((site.root / f"output/{name}/index.html").read_text("utf-8"))
    series, topics = page.all("h2")
    assert (series.text, topics.text) == ("R&D", "All topics")
    assert f'href="/topics/#{series.attributes["id"]}"' in site.page("second", "2026/01")
    rows = [row.text.split()[:2] for row in page.all("li") if "ol" in row.around and "nav" not in row.around]
    assert rows == [["1", "Second"], ["2", "Last"], ["3", "Undated"]]


def test_related_articles_share_tags_rare_ones_first() -> None:
    """Then the newer ones, without the parts of the same series, which are listed already."""
    often, rare, both, last, none, second = (("a",), ""), (("c", "d"), ""), (("a", "c"), ""), "abc", (("e",), ""), "ab"
    told = (none, both, often, rare, ((*second,), "R&D"), ((*last,), "R&D"))
    assert _related(told, 3) == ((), (5, 3, 2), (1, 4, 5), (1, 5), (1, 2), (1, 3, 2))


def test_the_nearest_related_article_comes_next_where_no_other_does(built: tuple[Site, Build]) -> None:
    """After the last part of a series, and after the newest guide; neither a draft, nor a part of the same series."""
    site, _ = built
    assert links(site, "undated", ".next a") == [("rare", "Rare")]
    assert "Related" in parse(site.page("undated", "2026/01")).css_first(".next .meta").text()
    assert links(site, "none", ".next a") == []


def test_related_articles_are_in_the_reader_s_language(site: Site) -> None:
    """A translation has its own; few readers could use a link to an article in another language."""
    site.article("one", "Words.", Date="2026-01-01", Tags="a")
    site.article("eins", "Wörter.", Date="2026-01-02", Tags="a", Lang="de")
    site.article("two", "Words.", Date="2026-01-03", Tags="a")
    assert site.build().code == 0
    assert links(site, "two", ".next a") == [("one", "One")]


def test_a_list_shows_the_first_figure_of_an_article(built: tuple[Site, Build]) -> None:
    """Except decorative ones; it has no alt text there, because the title is enough."""
    site, _ = built
    page = (site.root / "output/topics/nlp/index.html").read_text("utf-8")
    cards = {re.search(r"<h2.*?<a[^>]*>(.*?)</a>", card, re.DOTALL)[1]: card for card in page.split("<li class=")[1:8]}
    assert '<div class="plate" aria-hidden="true"><' in cards["Last"]
    assert "<title>" not in cards["Last"].split("</div>")[0]
    assert "plate" not in cards["Both"]


def test_every_card_has_the_reading_time(built: tuple[Site, Build]) -> None:
    """With the figures included."""
    site, _ = built
    assert "1\N{NO-BREAK SPACE}minute, 1\N{NO-BREAK SPACE}figure</" in site.page("last", "2026/01")
    assert re.search("1\N{NO-BREAK SPACE}minute\\s*</span>", site.page("second", "2026/01"))


def test_the_index_contains_every_article_and_only_what_readers_look_for(built: tuple[Site, Build]) -> None:
    """No drafts, no buttons of figures; and no files of Pagefind's that the theme doesn't use."""
    site, _ = built
    folder = site.root / "output/pagefind"
    found = [json.loads(path.read_text("utf-8")) for path in folder.glob("hits/*.json")]
    assert len(found) == 7
    (zebra,) = (page for page in found if "zebra" in page["words"])
    assert (zebra["url"], zebra["title"]) == ("2026/01/last/", "Last")
    assert zebra["count"] == len(zebra["words"].split())
    assert zebra["size"] == (folder / "plates" / zebra["plate"]).stat().st_size
    assert not [page for page in found if "Enlarge" in page["words"] or page["url"].startswith("drafts/")]
    assert len([page for page in found if "plate" in page]) == 1
    assert {path.suffix for path in folder.iterdir() if path.is_file()} == {".js", ".json", ".pf_meta", ".pagefind"}
    assert {path.name for path in folder.glob("*.js")} == {"pagefind.js", "pagefind-worker.js"}
    assert {path.name for path in folder.iterdir() if path.is_dir()} >= {"hits", "plates", "index"}
    assert not [*folder.rglob("*.pf_fragment")]


def test_each_language_has_a_search_page_that_its_pages_link_to(site: Site) -> None:
    """Its text is in that language, and names it; with only one language, there is no need to."""
    site.article("one", "Words.")
    assert site.build().code == 0
    assert "Searching guides" not in (site.root / "output/search/index.html").read_text("utf-8")
    site.article("eins", "Wörter.", Lang="de")
    assert site.build().code == 0
    english, german = ((site.root / "output/search" / it / "index.html").read_text("utf-8") for it in ("", "de"))
    assert "Searching guides in English." in english
    assert "Durchsucht werden die Anleitungen auf Deutsch." in german
    assert '<html lang="de">' in german
    for page, address in [(site.page("one"), "/search/"), (english, "/search/"), (german, "/search/de/")]:
        assert re.findall(r'class="to-search" href="([^"]*)"', page) == [address]
    assert re.findall(r'class="to-search" href="([^"]*)"', site.page("eins/de")) == ["/search/de/"]
    assert re.findall(r'<a href="([^"]*)" hreflang="de"', english) == ["/search/de/"]


def test_an_index_in_an_unknown_format_fails_the_build_but_not_pelican(site: Site) -> None:
    """A new version of Pagefind may write one; the pages are still there."""
    site.article("guide", "Words.")
    settings = (site.root / "pelicanconf_here.py").read_text("utf-8")
    other = f"import plugins.search\nplugins.search.SIGNATURE = b'pagefind'\nCACHE_PATH = '{site.root}/.cache'\n"
    site.write("pelicanconf_here.py", f"{settings}{other}")
    told = site.build()
    assert told.code == 1
    (entry,) = told.entries
    assert entry.startswith("can't split the search index")
    assert "install the pinned version of pagefind_bin" in entry
    assert "Words." in site.page("guide")


def test_a_site_without_a_search_page_has_no_index(site: Site) -> None:
    """And no link to it."""
    site.article("guide", "Words.")
    settings = (site.root / "pelicanconf_here.py").read_text("utf-8")
    site.write("pelicanconf_here.py", f'{settings}DIRECT_TEMPLATES = ["index"]\n')
    assert site.build().code == 0
    assert not (site.root / "output/pagefind").exists()
    assert "search" not in site.page("guide").lower()


def test_errors_are_reported_with_the_article(site: Site) -> None:
    """An invalid part number, and a formula that can't be parsed: each at its line."""
    site.article("numbered", "Words.", Series="A", Part="two")
    example = "```text\nSo $\\sofmax(x)$.\n```"
    site.article("formula", f"{example}\n\n> Two lines:\n> $$\n> \\sofmax(x)\n> $$")
    told = site.build()
    assert told.code == 1
    (formula,) = (entry for entry in told.entries if "formula.md" in entry)
    assert formula.startswith("content/nlp/formula.md:12: ")
    assert "can't read the formula \\sofmax(x): unknown command \\sofmax" in formula
    (part,) = (entry for entry in told.entries if "numbered.md" in entry)
    assert part.startswith("content/nlp/numbered.md:6: Part: is 'two', which isn't a number")
