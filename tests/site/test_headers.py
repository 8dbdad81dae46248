"""Common mistakes in headers and files: each is reported in the build, by file and line, with what to do."""

import json
import re
from pathlib import Path

import pytest

from plugins.html import parse
from tests.conftest import PLAIN, Build, Site
from tests.zoo import by_article

HEAD = "Title: Late\nDate: 2026-11-01\n"


ERRORS = [
    ("Title:\nDate: 2026-11-01\n\ntext", 1, "the title is empty.*\n    write one, for example Title:"),
    (
        "Date: 2026-11-01\n\ntext",
        1,
        "could not find information about 'title'\n    start the file with a line such as Title:",
    ),
    ("Title: Late\n\nby: date", 1, "not find information about 'date'\n    add a line to the header, such as Date:"),
    ("Title: Late\nDate: 2026-13-45\n\ntext", 2, "'2026-13-45' is not a valid date\n    use this format: Date:"),
    (HEAD + "Status: publishd\n\ntext", 3, "Unknown status 'publishd'.*\n    the status can be published"),
    (HEAD + "Draft: maybe\n\nUNSEEN", 3, "Draft: is 'maybe', so this isn't published: write true or false"),
    ("---\ntitle: Late\n\ndraft: [a, b]\n---\nUNSEEN", 4, r"Draft: is \['a', 'b'\], so this isn't published"),
    ("---\ntitle: Late\ndraft: true\n\nUNSEEN", 1, "the header begins with --- but doesn't end: write another line"),
    ("---\ntitle: 'Late\n---\n\nUNSEEN", 2, "the header isn't valid YAML .*: put a value with a special character"),
    ("---\ntitle: Late\n\ndate: '2026-13-45'\n---\nUNSEEN", 4, "'2026-13-45' is not a valid date"),
    ("---\ntitle: Late\nslug: [a, b]\n---\nUNSEEN", 3, "slug: must be a single value, such as a word or a date"),
    (HEAD + "Status: published\ndraft: true\n\nUNSEEN", 4, "draft: true contradicts Status: published, so .* draft"),
    (HEAD + "draft: false\nStatus: draft\n\nUNSEEN", 3, "draft: false contradicts Status: draft, so .* draft"),
    (HEAD + "a line of text\nSlug: late\n\ntext", 4, "Slug: comes after the end of the header.*\n    each line"),
    (
        HEAD + "Template: artcle\n\nsome text",
        3,
        "the theme has no template 'artcle', so this page uses 'article'\n    did you mean article\\?",
    ),
    (
        HEAD + "Template: no/such\n\nsome text",
        3,
        "the theme has no template 'no/such', so this page uses 'article'"
        "\n    remove the line, or name one of these: 404, archives, article, ",
    ),
]
"""Texts with an unusable header, each with its line, and the report."""
NEAR = {
    "Tag": "Tags",
    "Catgory": "Category",
    "Sumary": "Summary",
    "Stauts": "Status",
    "Slugs": "Slug",
    "Autor": "Author",
}


@pytest.fixture(scope="module")
def wrong(tmp_path_factory: pytest.TempPathFactory, font_list: Path) -> tuple[Site, Build]:
    """Publish a site of articles with mistakes, and one without."""
    site = Site(tmp_path_factory.mktemp("wrong"), font_list)
    site.script("line", PLAIN)
    site.article("good", "text")
    for number, (text, _, _) in enumerate(ERRORS):
        site.write(f"content/nlp/late-{number}.md", text.replace("Late", f"Late {number}"))
    for written in NEAR:
        text = f"Title: Late {written}\nDate: 2026-11-01\n{written}: draft\n\ntext"
        site.write(f"content/nlp/late-{written}.md", text)
    site.article("one", "the first", Slug="same")
    site.article("two", "the second", Slug="same")
    site.article("six", "the third", Slug="again")
    site.article("ten", "another", Slug="again", Date="2026-10-02")
    site.article("empty", "text", Summary="")
    site.write("content/nlp/titel.md", "Titel: Late\nDate: 2026-11-01\n\ntext")
    site.write("content/pages/archive.md", "Title: Archive\n\nmine")
    (site.root / "content/nlp/latin.md").write_bytes(b"Title: ok\nDate: 2026-11-11\n\ntext\ncaf\xe9")
    (site.root / "content/nlp/crlf.md").write_bytes(lines("crlf", "lime", "\r\n"))
    (site.root / "content/nlp/loop").symlink_to(".")
    (site.root / "content/up").symlink_to("..")
    return site, site.publish()


def lines(title: str, image: str, end: str = "\n", begin: str = "") -> bytes:
    """Return an article with an image in line 8."""
    head = [f"{begin}Title: {title}", "Date: 2026-11-01", "", "```python", "x = 1", "```", ""]
    return end.join([*head, f"![](/images/{image}.png)"]).encode()


def entries_of(built: Build, name: str, level: str) -> list[str]:
    """Return the entries of an article, all of them of one level."""
    found = by_article(built, level)[name]
    assert found == by_article(built)[name]
    return found


@pytest.mark.parametrize("number", range(len(ERRORS)))
def test_an_unusable_header_is_an_error_at_its_line(wrong, number):
    """Once, with what to do."""
    _, line, says = ERRORS[number]
    (entry,) = entries_of(wrong[1], f"late-{number}", "error")
    assert entry.startswith(f"content/nlp/late-{number}.md:{line}: ")
    assert re.search(says, entry), entry


def test_a_misspelt_title_key_is_reported_although_the_article_is_skipped(wrong):
    """Pelican says that there is no title; the author needs to know why."""
    missing, misspelt = by_article(wrong[1])["titel"]
    assert "could not find information about 'title'" in missing
    assert misspelt.startswith("content/nlp/titel.md:1: unknown header Titel:")


def test_everything_else_is_written_and_no_draft(wrong):
    """An article without a title doesn't overwrite another page; one with an unknown template gets the default one."""
    site, built = wrong
    assert built.code == 1
    assert "Traceback" not in built.out + built.report
    files = site.output()
    assert {"2026/11/good/index.html", "2026/index.html", "index.html"} <= files.keys()
    assert not [path for path, data in files.items() if b"UNSEEN" in data]
    for number, (text, _, _) in enumerate(ERRORS):
        if "Template" in text:
            assert "some text" in site.page(f"late-{number}")


@pytest.mark.parametrize("written", NEAR)
def test_a_key_one_typo_away_from_a_known_one_is_a_warning(wrong, written):
    """Otherwise it would silently have no effect."""
    assert entries_of(wrong[1], f"late-{written}", "warning") == [
        f"content/nlp/late-{written}.md:3: unknown header {written}:, so this line has no effect\n"
        f"    did you mean {NEAR[written]}?"
    ]


@pytest.mark.parametrize(("first", "second"), [("one", "two"), ("six", "ten")])
def test_two_articles_with_one_slug_are_reported_together(wrong, first, second):
    """Once; at one URL, the first in file order keeps it, and what has another one is written."""
    site, built = wrong
    (entry,) = entries_of(built, second, "error")
    assert entry.startswith(f"content/nlp/{second}.md:4: content/nlp/{first}.md has the same ")
    assert "give one of them another Slug:" in entry
    assert first not in by_article(built)
    assert "the first" in site.page("same")
    assert "the third" in site.page("again")
    assert "another" in site.page("again", "2026/10")
    assert sum(path.endswith(".md") for path in site.output()) == len(
        [*(site.root / "output/2026").glob("*/*/index.html")]
    )


def test_a_page_replaces_none_of_the_theme_s(wrong):
    """Pelican would end the build."""
    site, built = wrong
    (entry,) = [entry for entry in built.entries if entry.startswith("content/pages/archive.md:1: ")]
    assert "the theme's page archives has the same URL, /archive/, so this page is not written" in entry
    assert "mine" not in site.page("", "archive")


@pytest.mark.parametrize(
    ("name", "level", "starts", "ends"),
    [
        ("empty", "warning", "empty.md:5: the summary is empty", ""),
        ("latin", "error", "latin.md:5: ", "save the file as UTF-8"),
        ("crlf", "error", "crlf.md:8: /images/lime.png", ""),
    ],
)
def test_other_mistakes_are_reported_at_their_line(wrong, name, level, starts, ends):
    """An empty summary when published; another encoding at its first character; a figure, whatever ends lines."""
    (entry,) = entries_of(wrong[1], name, level)
    assert entry.startswith(f"content/nlp/{starts}")
    assert entry.endswith(ends)


@pytest.mark.parametrize(("link", "to"), [("content/nlp/loop", "content/nlp"), ("content/up", ".")])
def test_a_link_to_a_parent_folder_is_reported_and_left_out(wrong, link, to):
    """Pelican would read each article forty times."""
    entry = f"{link}:1: skipped, because this symbolic link leads back to {to}\n    remove the link"
    assert wrong[1].entries.count(entry) == 1


HIDDEN = {
    "a.md": HEAD + "draft: true\n\nUNSEEN",
    "b.md": HEAD + "Status: Draft \n\nUNSEEN",
    "c.md": HEAD + "Status: SKIP\n\nUNSEEN",
    "d.md": HEAD + "Published: no\n\nUNSEEN",
    "e.md": "---\ntitle: Late\ndate: 2026-11-01\n\ndraft: yes\n---\n\nUNSEEN",
    "f.rst": "Late\n==========\n\n:date: 2026-11-01\n:draft: true\n\nUNSEEN",
    "g.html": '<head><title>Late</title><meta name="date" content="2026-11-01"><meta name="draft" content="true">'
    "</head><body>UNSEEN</body>",
    "../pages/h.md": "---\ntitle: Late\ndraft: True\n---\n\nUNSEEN",
}
"""Drafts in all formats."""


def test_no_draft_is_published(site):
    """Whatever says that it is one, and also in a site whose articles are drafts by default."""
    for name, text in HIDDEN.items():
        site.write(f"content/nlp/{name}", text.replace("Late", f"Late {name}"))
    site.article("done", "seen", draft="false")
    site.article("dated", "seen", published="2026-11-02", status="published")
    site.article("apart", "seen", status="Hidden")
    site.add('DEFAULT_METADATA = {"status": "draft"}', to="publishconf_here.py")
    built = site.publish()
    assert (built.code, built.report) == (0, "")
    files = site.output()
    assert not [path for path, data in files.items() if b"UNSEEN" in data]
    assert {f"2026/11/{name}/index.html" for name in ("done", "dated", "apart")} <= files.keys()


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory, font_list: Path) -> tuple[Site, Build]:
    """Publish a site that only looks odd."""
    site = Site(tmp_path_factory.mktemp("right"), font_list)
    site.script("line", PLAIN)
    site.write("content/guides/moved.md", MOVED)
    site.article("other", "text", Weight="5", Subtitle="shown", Description="in two\n    lines, too")
    site.add("JINJA_FILTERS = {'subtitle': lambda article: article.subtitle}", to="publishconf_here.py")
    keys = ("Subtitle", "Translator", "Image", "Series", "Data", "Tagline", "Datum", "Type", "Language")
    site.article("keys", "text", Tags="a", Tag="b", **dict.fromkeys(keys, "x"))
    site.write("content/nlp/yaml.md", "---\nTitle: Framed\nDate: 2026-11-01\n---\n\nNote: text\nTag: text")
    for name, header in {"same-en": {}, "same-de": {"Lang": "de"}, "same-draft": {"Status": "draft"}}.items():
        site.article(name, "text", Slug="same", **header)
    site.article("draft", "text", Summary="", Status="draft")
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "far.md").write_text("Title: Far\nDate: 2026-11-01\n\ntext")
    (site.root / "content/nlp/far").symlink_to(elsewhere)
    site.write("content/guides/2026-11-05-by-its-name.md", BY_ITS_NAME)
    for name, data in SYSTEMS.items():
        (site.root / f"content/nlp/{name}.md").write_bytes(data)
    return site, site.publish()


SYSTEMS = {
    "crlf": lines("crlf", "line", "\r\n"),
    "mark": lines("mark", "line", begin="\ufeff"),
    "mit Leerzeichen Ü": lines("mit Leerzeichen Ü", "line"),
}


def test_what_only_looks_odd_is_not_reported(right):
    """An author's own keys, even beside similar known ones; one slug in a translation and a draft; and more.

    That is an empty summary in a draft, as `make new` writes it; links to folders elsewhere; and files from other
    systems, with unusual names.
    """
    site, built = right
    assert (built.code, built.report, built.figures) == (0, "", (1, 0, 0))
    pages = {path for path in site.output() if re.fullmatch("2026/11/[^/]+/(de/)?index.html", path)}
    assert {f"2026/11/{it}/index.html" for it in ("far", "keys", "same", "same/de", "crlf", "mark")} <= pages
    assert len(pages) == 11


MOVED = """\
---
title: "From Hugo: a story"
date: 2026-11-01T08:30:00+01:00
lastmod: '2026-11-03'
slug: moved
draft: false
categories: [nlp, others]
tags:
  - state
  - gates, all of them
description: >
  What it says <about> itself,
  in two lines.
image: /images/line.png
aliases: [/old/, /older.html]
weight: 3
params: {toc: true}
---

# Text
"""


BY_ITS_NAME = """\
+++
title = "As in TOML"
last_modified_at = "2026-11-04"
tags = ["state"]
aliases = ["/older-still/"]
+++

What lists
show *first*.

<!--more-->

And what they don't.
"""


def test_a_name_has_the_date_and_the_slug_and_a_comment_ends_the_summary(right):
    """As with Jekyll, if the header has neither; the article itself doesn't begin with its summary."""
    site, _ = right
    assert "/2026/11/by-its-name/" in site.output()["older-still/index.html"].decode()
    assert "What lists show first.</p>" in " ".join(site.output()["index.html"].decode().split())
    page = parse(site.page("by-its-name"))
    assert not page.css("header .summary")
    assert '"dateModified": "2026-11-04' in page.css_first('script[type="application/ld+json"]').text()


def test_front_matter_of_other_generators_means_what_its_author_expects(right):
    """YAML, and the names that Hugo and Jekyll have for headers; what nothing reads is named."""
    site, built = right
    files, page = site.output(), site.page("moved")
    assert {
        "old/index.html",
        "older.html",
        "topics/nlp/index.html",
        "tags/gates-all-of-them/index.html",
    } <= files.keys()
    data = json.loads(parse(page).css_first('script[type="application/ld+json"]').text())
    assert (data["headline"], data["datePublished"]) == ("From Hugo: a story", "2026-11-01T08:30:00+01:00")
    assert (data["dateModified"][:10], data["keywords"]) == ("2026-11-03", ["state", "gates, all of them"])
    assert "What it says &lt;about&gt; itself, in two lines." in page
    assert "in two lines, too" in site.page("other")
    assert "<svg" in files["index.html"].decode()
    told = [line for line in built.out.splitlines() if line.startswith("content/guides/moved.md:")]
    assert told == [
        f"content/guides/moved.md:{line}: no template, plugin or setting of this site reads {says}"
        for line, says in (
            (16, "weight:, so it has no effect, here and in 1 other place"),
            (17, "params:, so it has no effect"),
        )
    ]


def test_a_site_without_articles_is_built(site):
    """It has a front page."""
    built = site.build()
    assert (built.code, built.report) == (0, "")
    assert "index.html" in site.output()
