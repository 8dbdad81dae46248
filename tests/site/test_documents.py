"""A folder of documents, as a section of the site."""

import re
import shutil
from pathlib import Path

import pytest

from plugins.content.headers import KNOWN
from plugins.documents import SHOWN
from plugins.html import parse
from tests.browser.guides import give_kit
from tests.conftest import PLAIN, REPOSITORY, Site

INDEX = """\
# Manual

To [begin](first.md), read on.

## Begin

- [First](first.md)

## More than that

- [Second](second.md#its-heading) and [a guide](../theme/README.md)
- [The words](../kit/README.md)
"""
FIRST = "# The `first` & best\n\nSee [the second](second.md), [home](https://example.org), [an article](example.md).\n"
SECOND = (
    "# Second\n\n## Its heading\n\nUp to [the first](first.md) and [the code](../plugins/x.py).\n\n## Other\n\nWords.\n"
)
WITH = ("-e", 'DOCUMENTS="docs"', 'DOCUMENTS_ELSEWHERE={"kit/README.md": "diagrams/#words"}')


def written(root: Path, font_list: Path) -> Site:
    """Return a site with an article and some documents."""
    site = Site(root, font_list)
    site.article("guide", "Words.")
    site.write("docs/README.md", INDEX)
    site.write("docs/first.md", FIRST)
    site.write("docs/second.md", SECOND)
    site.write("docs/unlisted.md", "# Of another\n\nWords.\n")
    site.write("docs/example.md", "Title: An article\nDate: 2026-11-01\n\nTo copy from.\n")
    return site


@pytest.fixture
def manual(tmp_path: Path, font_list: Path) -> Site:
    """Return such a site."""
    return written(tmp_path, font_list)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, font_list: Path) -> Site:
    """Return such a site, built."""
    site = written(tmp_path_factory.mktemp("manual"), font_list)
    done = site.build(*WITH)
    assert (done.code, done.report) == (0, "")
    return site


def test_the_url_that_a_document_had_redirects(manual):
    """A comment below the title names it; a forge shows none."""
    manual.write("docs/first.md", "# First\n<!-- Aliases: /docs/old/ -->\n\nWords.\n")
    done = manual.build(*WITH)
    assert (done.code, done.report) == (0, "")
    assert "Aliases" not in page(manual, "docs/first")
    assert 'href="/docs/first/"' in page(manual, "docs/old")


def page(site: Site, name: str) -> str:
    """Return a page of the section."""
    return (site.root / "output" / name / "index.html").read_text("utf-8")


def turns(html: str) -> dict[str, str]:
    """Return the pages before and after this one."""
    return {it.attributes["rel"] or "": it.attributes["href"] or "" for it in parse(html).css("nav.turn a")}


def test_each_document_is_a_page_titled_by_its_first_line(built: Site) -> None:
    """Under the page in the menu; an article that is there to be copied isn't included."""
    (title,) = parse(page(built, "docs/first")).css("h1")
    assert title.text() == "The `first` & best"
    menu = {it.text(): it.attributes["href"] for it in parse(page(built, "docs")).css(".site-head nav a")}
    assert menu["Manual"] == "/docs/"
    assert not menu.keys() & {"Second", "Of another"}
    assert not (built.root / "output/docs/example").exists()
    assert "data-pagefind-body" in page(built, "docs/second")
    (kicker,) = parse(page(built, "docs/second")).css(".kicker")
    assert " ".join(kicker.text().split()) == "Manual · More than that"
    assert [it.text() for it in parse(page(built, "docs/second")).css(".toc a")] == ["Its heading", "Other"]


def test_documents_are_in_the_order_of_the_index(built: Site) -> None:
    """Those that it doesn't list come last, so that none is lost."""
    order = ["/docs/"]
    while following := turns(page(built, order[-1].strip("/"))).get("next"):
        assert turns(page(built, following.strip("/")))["prev"] == order[-1]
        order.append(following)
    assert order == ["/docs/", "/docs/first/", "/docs/second/", "/docs/unlisted/"]
    (more,) = parse(page(built, "docs")).css('.prose a[href="/docs/unlisted/"]')
    assert more.text() == "Of another"


def test_links_lead_to_pages_instead_of_files(built: Site) -> None:
    """To the repository if it is known; otherwise they become text."""
    assert re.findall(r'href="([^"#]*#its-heading|[./]*/diagrams/#words)"', page(built, "docs")) == [
        "/docs/second/#its-heading",
        "../diagrams/#words",
    ]
    first = page(built, "docs/first")
    assert '<a href="/docs/second/">the second</a>' in first
    assert '<a href="https://example.org">home</a>' in first
    assert "<span>an article</span>" in first
    assert "<span>the code</span>" in page(built, "docs/second")
    built.build(*WITH, 'REPOSITORY="https://github.com/me/blog"')
    assert '<a href="https://github.com/me/blog/blob/main/plugins/x.py">the code</a>' in page(built, "docs/second")


def test_a_document_shows_pictures_of_the_site(manual: Site) -> None:
    """By the path that a forge shows, too."""
    manual.write("docs/first.md", f"{FIRST}\n![A dot](../content/images/dot.png)\n")
    (manual.root / "content/images").mkdir(exist_ok=True)
    shutil.copy(REPOSITORY / "content/images/icon.png", manual.root / "content/images/dot.png")
    manual.build(*WITH)
    assert re.search(r'<img [^>]*src="/images/dot\.png"', page(manual, "docs/first"))


def test_links_work_if_the_site_is_in_a_subfolder(manual: Site) -> None:
    """And search engines can find the pages."""
    built = manual.publish(*WITH)
    assert (built.code, built.report) == (0, "")
    assert 'href="../diagrams/#words"' in page(manual, "docs")
    assert 'href="/repo/docs/second/#its-heading"' in page(manual, "docs")
    assert "https://example.org/repo/docs/second/" in (manual.root / "output/sitemap.xml").read_text("utf-8")


@pytest.mark.slow
def test_an_edit_of_a_document_is_in_the_next_build(manual: Site) -> None:
    """A new one, too; and the result is the same as of a clean build."""
    manual.build(*WITH)
    manual.write("docs/first.md", FIRST.replace("best", "last"))
    manual.write("docs/third.md", "# Third\n\nWords.\n")
    manual.build(*WITH)
    edited = manual.output()
    assert "first` &amp; last" in page(manual, "docs/first")
    assert "docs/third/index.html" in edited
    shutil.rmtree(manual.root / "output")
    (manual.root / ".cache/reading.sqlite3").unlink()
    manual.build(*WITH)
    assert manual.output() == edited


def test_a_site_without_documents_has_none(manual: Site) -> None:
    """The folder isn't read."""
    manual.build("-e", 'DOCUMENTS=""')
    assert not (manual.root / "output/docs").exists()


def test_the_result_of_a_markdown_block_can_be_shown(manual: Site) -> None:
    """So that an example and its picture can't differ; the block itself is shown, too."""
    example = "A word, *stressed*.\n\n```python\nx = 1\n```\n\n![](/images/line.png){#mine}"
    manual.script("line", PLAIN)
    manual.write("docs/first.md", f"# First\n\n````markdown\n{example}\n````\n\n<!-- shown -->\n\nOn.\n")
    built = manual.build(*WITH)
    assert (built.code, built.report, built.figures) == (0, "", (1, 0, 0))
    html = page(manual, "docs/first")
    assert html.count("<em>stressed</em>") == 1
    (block,) = parse(html).css(".prose > .highlight:first-child")
    assert [title.text() for title in block.css(".lang")] == ["Markdown"]
    assert block.css_first("pre").text().strip() == example
    assert html.count('id="fig-mine"') == 1
    assert "<p>On.</p>" in html


WRITING = (REPOSITORY / "docs/writing.md").read_text("utf-8")
EXAMPLE = re.compile(
    r"^(?P<fence>`{3,})(?P<kind>markdown|text)\n(?P<text>.*?)^(?P=fence)$(?P<after>\n*[^\n]*)", re.M | re.S
)
HEADER = re.compile(r"[A-Z]\w+: ")


def test_all_lines_of_a_header_are_listed() -> None:
    """Those that Pelican or the theme reads, and no others."""
    rows = re.findall(r"^\| (`\w+:`.*?) \|", WRITING, re.M)
    assert sorted(name.lower() for row in rows for name in re.findall(r"`(\w+):`", row)) == sorted(KNOWN)


@pytest.mark.slow
def test_our_documentation_and_every_example_of_an_article_build_without_a_warning(
    tmp_path: Path, font_list: Path
) -> None:
    """Examples are shown on their page; those that can't be, such as headers, are articles here."""
    site = Site(tmp_path)
    give_kit(site, (), font_list)
    shutil.copytree(REPOSITORY / "docs", site.root / "docs")
    shutil.copytree(REPOSITORY / "content/images", site.root / "content/images", dirs_exist_ok=True)
    shutil.copy(REPOSITORY / "docs/example.bib", site.root / "content/references.bib")
    site.script("name", PLAIN)
    site.article("other", "Words.\n\n![](/images/name.png)")
    examples = [*EXAMPLE.finditer(WRITING)]
    articles = [it["text"] for it in examples if it["after"].strip() != SHOWN]
    for number, text in enumerate(articles):
        slug = "" if "Slug: " in text else f"Slug: example-{number}\n"
        article = text if HEADER.match(text) else f"Title: Example\nDate: 2026-11-01\n\n{text}"
        site.write(f"content/nlp/{number}.md", f"{slug}{article}\n\nWords.\n")
    built = site.publish("-e", 'EMBEDS=["www.youtube-nocookie.com"]', 'SEARCH_INDEX=""')
    assert (built.code, built.report) == (0, "")
    assert "Processed 8 articles, 1 draft" in built.out
    assert len(examples) - len(articles) == WRITING.count(SHOWN) > 10
