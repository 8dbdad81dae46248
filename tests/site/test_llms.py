"""Articles in Markdown, for programs that read text."""

from tests.conftest import PLAIN, Site

BODY = """\
    Some *words* by [another guide]({filename}words.md).

    ```python
    print(2)
    ```

    ```text
    2
    ```

    ![It rises.](/images/line.png)
    """


def test_each_published_article_has_a_copy_in_markdown_and_an_entry(site: Site) -> None:
    """Beside its page, with absolute links and what its figures show; a draft has neither."""
    site.script("line", PLAIN)
    site.article("guide", BODY, Summary="About *two*.")
    site.article("words", "Words.\n")
    site.article("later", "Words.\n", Status="draft")
    assert site.publish().report == ""
    here = "https://example.org/repo/2026/11"
    written = site.output()
    copy = written["2026/11/guide/index.html.md"].decode()
    assert copy.startswith(f"# Guide\n\n<{here}/guide/>\n\nSome *words* by [another guide]({here}/words/).\n")
    assert "```python\nprint(2)\n```\n\n```text\n2\n```\n\n![It rises." in copy
    assert "](https://example.org/repo/images/line" in copy
    assert f"- [Guide]({here}/guide/index.html.md): About two.\n" in written["llms.txt"].decode()
    assert "Later" not in written["llms.txt"].decode()
    assert '<link rel="alternate" type="text/markdown" href="/repo/2026/11/guide/index.html.md">' in site.page("guide")
    assert site.publish().report == ""
    assert site.output() == written
    site.publish("-e", 'LLMS_SAVE_AS=""')
    assert not [name for name in site.output() if name.endswith((".md", "llms.txt"))]
