"""Common mistakes in headers and files: each is reported in the build, by file and line, with what to do."""

from __future__ import annotations

import json
import re

import pytest

from plugins.html import parse

HEAD = "Title: Late\nDate: 2026-11-01\n"


UNUSABLE = [
    ("Title:\nDate: 2026-11-01\n\ntext", 1, "the title is empty.*\n    write one, for example Title:"),
    (
        "Date: 2026-11-01\n\ntext",
        1,
        "could not find information about 'title'\n    start the file with a line such as Title:",
    ),
    (
        "Title: Late\n\nby: date",
        1,
        "not find information about 'date'\n    add a line to the header, such as Date:",
    ),
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
]
"""Texts with an unusable header, each with its line, and the report."""


def test_an_unusable_header_is_an_error_at_its_line(site):
    """The other articles are written; one without a title doesn't overwrite another page, and no draft is published."""
    site.article("good", "text")
    for number, (text, _, _) in enumerate(UNUSABLE):
        site.write(f"content/nlp/late-{number}.md", text.replace("Late", f"Late {number}"))
    built = site.publish()
    assert built.code == 1
    for number, (entry, (_, line, says)) in enumerate(zip(built.entries, UNUSABLE, strict=True)):
        assert entry.startswith(f"content/nlp/late-{number}.md:{line}: ")
        assert re.search(says, entry), entry
    files = site.output()
    assert {"2026/11/good/index.html", "2026/index.html"} <= files.keys()
    assert not [path for path, data in files.items() if b"UNSEEN" in data]
    assert "Traceback" not in built.out + built.report


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
    with (site.root / "publishconf_here.py").open("a") as settings:
        settings.write('\nDEFAULT_METADATA = {"status": "draft"}\n')
    built = site.publish()
    assert (built.code, built.report) == (0, "")
    files = site.output()
    assert not [path for path, data in files.items() if b"UNSEEN" in data]
    assert {f"2026/11/{name}/index.html" for name in ("done", "dated", "apart")} <= files.keys()


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


def test_front_matter_of_other_generators_means_what_its_author_expects(site):
    """YAML, and the names that Hugo and Jekyll have for headers; what nothing reads is named."""
    site.write("content/guides/moved.md", MOVED)
    site.article("other", "text", Weight="5", Subtitle="shown", Description="in two\n    lines, too")
    with (site.root / "publishconf_here.py").open("a") as settings:
        settings.write("\nJINJA_FILTERS = {'subtitle': lambda article: article.subtitle}\n")
    built = site.publish()
    assert (built.code, built.report, built.figures) == (0, "", (1, 0, 0))
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
    told = [line for line in built.out.splitlines() if "so it has no effect" in line]
    assert told == [
        f"content/guides/moved.md:{line}: no template, plugin or setting of this site reads {says}"
        for line, says in (
            (16, "weight:, so it has no effect, here and in 1 other place"),
            (17, "params:, so it has no effect"),
        )
    ]


NEAR = {
    "Tag": "Tags",
    "Catgory": "Category",
    "Sumary": "Summary",
    "Stauts": "Status",
    "Slugs": "Slug",
    "Autor": "Author",
}


def test_a_key_one_typo_away_from_a_known_one_is_a_warning(site):
    """Otherwise it would silently have no effect."""
    for written in NEAR:
        site.write(
            f"content/nlp/late-{written}.md", f"Title: Late {written}\nDate: 2026-11-01\n{written}: draft\n\ntext"
        )
    built = site.build()
    assert built.code == 0
    assert sorted(entry.splitlines() for entry in built.entries) == sorted(
        [
            f"content/nlp/late-{written}.md:3: unknown header {written}:, so this line has no effect",
            f"    did you mean {near}?",
        ]
        for written, near in NEAR.items()
    )


def test_a_misspelt_title_key_is_reported_although_the_article_is_skipped(site):
    """Pelican says that there is no title; the author needs to know why."""
    site.write("content/nlp/late.md", "Titel: Late\nDate: 2026-11-01\n\ntext")
    built = site.build()
    assert built.code == 1
    assert any("late.md:1: unknown header Titel:" in entry for entry in built.entries), built.report


def test_the_author_s_own_keys_are_fine(site):
    """Even ones similar to a known one that is there, too."""
    keys = ("Subtitle", "Translator", "Image", "Series", "Data", "Tagline", "Datum", "Type", "Language")
    site.article("good", "text", Tags="a", Tag="b", **dict.fromkeys(keys, "x"))
    site.write("content/nlp/yaml.md", "---\nTitle: Framed\nDate: 2026-11-01\n---\n\nNote: text\nTag: text")
    built = site.build()
    assert (built.code, built.report) == (0, "")


@pytest.mark.parametrize(
    ("written", "advice"),
    [
        ("artcle", "did you mean article?"),
        ("no/such", "remove the line, or name one of these: 404, archives, article, "),
    ],
)
def test_an_unknown_template_is_an_error_at_its_line(site, written, advice):
    """Pelican would crash; here the page gets its default template, and everything else is written."""
    site.article("good", "text")
    site.write("content/nlp/late.md", f"Title: Late\nDate: 2026-11-01\nTemplate: {written}\n\nsome text")
    built = site.build()
    assert built.code == 1
    (entry,) = built.entries
    what, help_ = entry.splitlines()
    assert what == f"content/nlp/late.md:3: the theme has no template '{written}', so this page uses 'article'"
    assert help_.strip().startswith(advice)
    assert "Traceback" not in built.out + built.report
    assert "some text" in site.page("late")


@pytest.mark.parametrize("date", ["2026-11-02", "2026-10-02"])
def test_two_articles_with_one_slug_are_reported_together(site, date):
    """Once; at one URL, the first in file order keeps it, and everything else is written."""
    site.article("good", "text")
    site.article("one", "the first", Slug="same")
    site.article("two", "the second", Slug="same", Date=date)
    built = site.build()
    assert built.code == 1
    (entry,) = built.entries
    assert entry.startswith("content/nlp/two.md:4: content/nlp/one.md has the same ")
    assert "give one of them another Slug:" in entry
    assert "Traceback" not in built.out
    assert "the first" in site.page("same")
    assert ("2026/10/same/index.html" in site.output()) == (date == "2026-10-02")
    assert "index.html" in site.output()


def test_a_translation_and_a_draft_can_have_the_same_slug(site):
    """They have other URLs."""
    site.article("one", "text", Slug="same")
    site.article("two", "text", Slug="same", Lang="de")
    site.article("three", "text", Slug="same", Status="draft")
    assert (built := site.build()).code == 0
    assert built.report == ""


def test_an_empty_summary_is_reported_when_published(site):
    """In a draft, as `make new` writes it, it is fine."""
    site.article("draft", "text", Summary="", Status="draft")
    assert site.build().report == ""
    site.article("guide", "text", Summary="")
    (entry,) = site.build().entries
    assert entry.startswith("content/nlp/guide.md:5: the summary is empty")


def test_a_link_to_a_parent_folder_is_reported_and_left_out(site):
    """Pelican would read each article forty times."""
    site.article("good", "text")
    (site.root / "content/nlp/loop").symlink_to(".")
    (site.root / "content/up").symlink_to("..")
    built = site.build()
    assert built.code == 1
    assert [entry.splitlines() for entry in built.entries] == [
        [
            "content/nlp/loop:1: skipped, because this symbolic link leads back to content/nlp",
            "    remove the link",
        ],
        ["content/up:1: skipped, because this symbolic link leads back to .", "    remove the link"],
    ]
    assert "2026/11/good/index.html" in site.output()


def test_a_link_to_a_folder_elsewhere_is_followed(site, tmp_path_factory):
    """Only cycles are left out."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "far.md").write_text("Title: Far\nDate: 2026-11-01\n\ntext")
    (site.root / "content/nlp").mkdir()
    (site.root / "content/nlp/far").symlink_to(elsewhere)
    built = site.build()
    assert (built.code, built.report) == (0, "")
    assert "2026/11/far/index.html" in site.output()


def test_files_from_other_systems_and_with_unusual_names_are_built(site):
    """Windows line endings, a byte order mark, spaces and umlauts in the name: the lines are still right."""
    for name, begin, end in (("crlf", "", "\r\n"), ("mark", "\ufeff", "\n"), ("mit Leerzeichen Ü", "", "\n")):
        lines = [
            f"{begin}Title: {name}",
            "Date: 2026-11-01",
            "",
            "```python",
            "x = 1",
            "```",
            "",
            "![](/images/line.png)",
        ]
        path = site.root / f"content/nlp/{name}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(end.join(lines).encode())
    built = site.build()
    assert (built.code, built.report, built.figures) == (0, "", (1, 0, 0))
    pages = [path for path in site.output() if path.startswith("2026/11/") and path.endswith("/index.html")]
    assert len(pages) == 3
    path = site.root / "content/nlp/crlf.md"
    path.write_bytes(path.read_bytes().replace(b"line.png", b"lime.png"))
    assert site.build().entries[0].startswith("content/nlp/crlf.md:8: /images/lime.png")


def test_another_encoding_is_reported_at_the_line_of_its_first_character(site):
    """Latin-1, as old editors save it."""
    site.article("good", "text")
    (site.root / "content/nlp/latin.md").write_bytes(b"Title: ok\nDate: 2026-11-11\n\ntext\ncaf\xe9")
    (entry,) = site.build().entries
    assert entry.startswith("content/nlp/latin.md:5: ")
    assert entry.endswith("save the file as UTF-8")
    assert "2026/11/good/index.html" in site.output()


def test_a_site_without_articles_is_built(site):
    """It has a front page."""
    built = site.build()
    assert (built.code, built.report) == (0, "")
    assert "index.html" in site.output()
