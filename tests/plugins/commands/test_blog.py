"""Blogs from elsewhere."""

import json
from pathlib import Path

import pytest

from plugins.commands.blog import Blog
from plugins.content.sources import header_in
from tests.edited import picture

PICTURE = picture("plan", 9, 9)

HUGO = {
    "hugo.toml": "title = 'A blog'\n",
    "content/posts/first/index.md": "---\ntitle: First\ndate: 2021-03-04\ncover:\n  image: plan.png\nurl: /one/\n"
    "---\n# Part\n\n![A plan](plan.png), [next](/posts/second/), {{< chart >}}\n",
    "content/posts/first/plan.png": PICTURE,
    "content/posts/second.md": "+++\ntitle = 'Second'\ndate = 2021-03-05\ntoc = true\nimages = [\n  '/loss.png',\n]\n"
    "+++\n\n"
    '[first]({{< ref "posts/first" >}}), [all](/paper.pdf), [lost](gone.md)\n',
    "content/about.de.md": "---\ntitle: Über\n---\nText\n",
    "content/posts/_index.md": "---\ntitle: Posts\n---\nAll of them.\n",
    "static/paper.pdf": b"a paper",
    "static/loss.png": PICTURE,
}
JEKYLL = {
    "_config.yml": "title: A blog\n",
    "_posts/2021-03-04-first.md": "---\nlayout: post\ncomments: true\ntags: keras lstm\npermalink: /one/\n---\n"
    "![](/assets/plan.png)\n",
    "_drafts/second.md": "---\ntitle: Second\n---\nSee [it]({% post_url 2021-03-04-first %}).\n",
    "about.md": "---\ntitle: About\npermalink: /about/\n---\nText\n",
    "assets/plan.png": PICTURE,
}
PELICAN = {
    "pelicanconf.py": "",
    "content/notes/first.rst": "First\n=====\n\n:date: 2021-03-04\n\n.. image:: /images/plan.png\n\n.. chart:: a\n",
    "content/notes/second.md": "Title: Second\nDate: 2021-03-05\n\n{% img /images/plan.png %}\n",
    "content/images/plan.png": PICTURE,
}


def put(root: Path, files: dict[str, str | bytes], corrections: dict[str, str] | None = None) -> None:
    """Write files, with some of their text corrected."""
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        for wrong, right in (corrections or {}).items():
            data = data.replace(wrong, right) if isinstance(data, str) else data
        path.write_bytes(data.encode() if isinstance(data, str) else data)


def brought(tmp_path: Path, files: dict[str, str | bytes]) -> tuple[dict[str, str], list[str]]:
    """Bring a blog; return what was written, and the report."""
    root, content = tmp_path / "old", tmp_path / "site/content"
    put(root, files)
    content.mkdir(parents=True, exist_ok=True)
    blog = Blog.at(root, content)
    blog.bring()
    written = {
        it.relative_to(content).as_posix(): it.read_text("utf-8", "replace")
        for it in content.rglob("*")
        if it.is_file()
    }
    return written, [f"{it.file}:{it.line}: {it.what}" for it in blog.findings]


def header(text: str) -> dict[str, str]:
    """Return a header's lines, by name."""
    return {it.name: it.value for it in header_in(text.split("\n")).fields}


def test_a_blog_of_hugo_has_its_pictures_links_and_addresses(tmp_path, monkeypatch):
    """Bundles become articles, and what isn't understood is named at its new line."""
    monkeypatch.chdir(tmp_path)
    files, report = brought(tmp_path, HUGO)
    assert {"images/posts/first/plan.png", "files/paper.pdf", "posts/first.md", "pages/about.de.md"} < files.keys()
    first, second = files["posts/first.md"], files["posts/second.md"]
    expected = {"title": "First", "cover": "/images/posts/first/plan.png", "aliases": "/one/", "slug": "first"}
    assert header(first).items() >= expected.items()
    assert "## Part" in first
    assert "![A plan](/images/posts/first/plan.png), [next]({filename}/posts/second.md), {{< chart >}}" in first
    assert "[first]({filename}/posts/first.md), [all]({static}/files/paper.pdf), [lost](gone.md)" in second
    assert header(second)["image"] == "/images/loss.png"
    assert not header(second).keys() & {"images", "toc"}
    assert header(files["pages/about.de.md"])["lang"] == "de"
    lines = [1 + it.count("\n", 0, it.index(at)) for it, at in ((first, "{{<"), (second, "[lost]"))]
    assert report == [
        f"content/posts/first.md:{lines[0]}: {{{{< chart >}}}} isn't translated",
        f"content/posts/second.md:{lines[1]}: gone.md leads to nothing in old",
        "old/content/posts/_index.md:1: isn't brought",
    ]


def test_a_blog_of_jekyll_has_its_drafts_tags_and_names(tmp_path):
    """A title is made from a name, and words in `tags:` are tags."""
    files, report = brought(tmp_path, JEKYLL)
    first, draft = header(files["posts/2021-03-04-first.md"]), header(files["posts/second.md"])
    assert (first["title"], first["tags"], first["aliases"]) == ("First", "keras, lstm", "/one/")
    assert "![](/images/assets/plan.png)" in files["posts/2021-03-04-first.md"]
    assert (draft["draft"], "[it]({filename}/posts/2021-03-04-first.md)" in files["posts/second.md"]) == ("true", True)
    assert "comments" not in first
    assert not header(files["pages/about.md"]).keys() & {"aliases", "permalink"}
    assert report == ["content/posts/second.md:1: has no date, so it has its file's"]


def test_a_blog_of_pelican_stays_as_it_is(tmp_path):
    """Directives and tags that its plugins had are named."""
    files, report = brought(tmp_path, PELICAN)
    assert files["notes/first.rst"] == PELICAN["content/notes/first.rst"]
    assert files["notes/second.md"] == PELICAN["content/notes/second.md"]
    assert report == [
        'content/notes/first.rst:8: Unknown directive type "chart".',
        "content/notes/second.md:4: {% img /images/plan.png %} isn't translated",
    ]


def test_a_notebook_gets_a_header_from_its_heading_and_its_file(tmp_path):
    """The heading is the title of the page, so the text doesn't repeat it."""
    sources = (["<div></div>\n", "\n", "# A walk\n", "![](map.png)"], ["# There\n"], ["## At the lake\n"])
    cells = [{"cell_type": "markdown", "metadata": {}, "source": source} for source in sources]
    notebook = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    files, _ = brought(tmp_path, {"walks/one.ipynb": notebook, "walks/map.png": PICTURE})
    made = json.loads(files["walks/one.ipynb"])
    assert made["metadata"]["article"]["title"] == "A walk"
    texts = ["<div></div>\n\n![](/images/walks/map.png)", "## There", "### At the lake"]
    assert [cell["source"].strip() for cell in made["cells"]] == texts


@pytest.mark.parametrize("files", [HUGO, JEKYLL, PELICAN])
def test_nothing_is_overwritten(tmp_path, files):
    """Whatever an author has changed since."""
    brought(tmp_path, files)
    content = tmp_path / "site/content"
    for path in [it for it in content.rglob("*") if it.is_file()]:
        path.write_text("Mine")
    written, report = brought(tmp_path, files)
    assert set(written.values()) == {"Mine"}
    assert sum("is there already" in it or "has the same name" in it for it in report) == len(written)


def test_what_was_brought_is_built(site):
    """With its pictures, links and redirects, once nothing is left to correct."""
    known = {"{{< chart >}}": "a chart", "[lost](gone.md)": "lost"}
    put(site.root / "old", HUGO, known)
    Blog.at(site.root / "old", site.root / "content").bring()
    built = site.build()
    assert (built.code, built.report) == (0, "")
    files = site.output()
    assert {"one/index.html", "2021/03/second/index.html", "files/paper.pdf"} < files.keys()
    assert 'href="/2021/03/first/"' in files["2021/03/second/index.html"].decode()
