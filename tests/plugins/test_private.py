"""Every private name of another package still means what our code expects; `tools/lint.py` finds others."""

import inspect
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator
from markdown import Markdown
from pelican import Pelican
from pelican.contents import Article
from pelican.generators import ArticlesGenerator, StaticGenerator
from pelican.log import LimitFilter
from pelican.readers import MarkdownReader, Readers
from pelican.settings import DEFAULT_CONFIG, configure_settings
from pelican.writers import FileOverwriteFailedError, Writer
from pygments.lexers import get_lexer_by_name
from pygments.token import Token
from pymdownx.superfences import SuperFencesBlockPreprocessor

from plugins import private

PLUGINS = Path(private.__file__).parent


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, Any]:
    """Return Pelican's settings for an empty site."""
    own = {"PATH": str(tmp_path), "OUTPUT_PATH": str(tmp_path / "out"), "CACHE_PATH": str(tmp_path / "cache")}
    return dict(configure_settings(DEFAULT_CONFIG | own | {"PLUGINS": []}))


@pytest.fixture
def article(settings: dict[str, Any]) -> Article:
    """Return an article with a summary of its own."""
    words = {"title": "One", "summary": "In short."}
    return Article('<p><a href="{static}/x.png">x</a></p>', metadata=words, settings=settings, context={})


def test_it_imports_nothing_heavy() -> None:
    """The process that serves the preview uses it, and must not depend on anything that a site could break."""
    code = "import sys, plugins.private; print(*{'jinja2', 'markdown', 'pelican', 'watchfiles'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], cwd=PLUGINS.parent, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_pelican_stores_the_html_of_an_article_and_its_summary_there(article: Article) -> None:
    """Themes get what is put there."""
    private.put_html(article, "<p>Other words.</p>")
    private.put_summary(article, "Even shorter.")
    assert private.html_of(article) == article.content == "<p>Other words.</p>"
    article.refresh_metadata_intersite_links()  # as Pelican does once all are read
    assert article.get_summary("") == "Even shorter."


def test_the_html_of_an_article_without_any_is_empty(article: Article) -> None:
    """A reader may return None."""
    article._content = None
    assert private.html_of(article) == ""


def test_pelican_resolves_links_in_any_html(article: Article) -> None:
    """As in an article."""
    article._context = {"static_content": {"x.png": type("Static", (), {"url": "x.png"})}}
    assert private.with_links(article, '<img src="{static}/x.png">', "https://a.example") == (
        '<img src="https://a.example/x.png">'
    )


LINKS = (
    '<p><a href="{static}/x.png">x</a> {not} | "one"</p>',
    "<p><img alt='' src='|attach|y.png'></p>",
    '<a href = "{filename}two.md">x</a>',
    '<a href="x{y}">x</a> <pre>"{z}"</pre>',
    "<p>{static} no link</p>",
    "{",
    "",
)


@pytest.mark.parametrize("html", LINKS)
def test_pelican_finds_the_same_links_if_it_looks_only_where_there_may_be_one(
    article: Article, html: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In any text, also with links of another form."""
    usual = Article._get_intrasite_link_regex
    article.source_path = str(tmp_path / "one.md")
    article._context |= {"generated_content": {}, "static_content": {}, "localsiteurl": ""}

    def found() -> list[object]:
        private.put_html(article, html)
        return [article.get_static_links(), private.with_links(article, html, "https://a.example")]

    monkeypatch.setattr(Article, "_get_intrasite_link_regex", usual)
    own = type("Own", (Article,), {})
    before = found()
    private.look_for_links(Article, DEFAULT_CONFIG["INTRASITE_LINK_REGEX"])
    private.look_for_links(own, DEFAULT_CONFIG["INTRASITE_LINK_REGEX"])  # a second time: nothing changes
    assert found() == before
    article.settings["INTRASITE_LINK_REGEX"] = "<(?P<what>.*?)>"
    assert isinstance(article._get_intrasite_link_regex(), re.Pattern)


def test_pelican_returns_the_classes_of_generators(settings: dict[str, Any]) -> None:
    """At least its own."""
    assert {ArticlesGenerator, StaticGenerator} <= set(private.generator_classes(Pelican(settings)))


def test_pelican_limits_repeated_messages_and_can_be_reset() -> None:
    """Both of its counters can be cleared."""
    LimitFilter._raised_messages.add((30, "said"))
    LimitFilter._group_count["group"] += 1
    private.say_again(LimitFilter)
    assert not LimitFilter._raised_messages
    assert not LimitFilter._group_count
    for name in ("_raised_messages", "_group_count"):
        assert name in inspect.getsource(LimitFilter.filter)


def test_pelican_caches_the_results_of_each_kind_of_reader_separately(settings: dict[str, Any]) -> None:
    """Articles apart from pages."""
    articles, pages = (private.cache_place(Readers(settings, name)) for name in ("articles", "pages"))
    assert articles != pages


def test_superfences_calls_the_method_that_stores_a_block() -> None:
    """With its source, its code, and its start and end."""
    assert [*inspect.signature(SuperFencesBlockPreprocessor._store).parameters][1:] == [
        "source",
        "code",
        "start",
        "end",
    ]
    assert "self._store(" in inspect.getsource(SuperFencesBlockPreprocessor)


def test_jinja_evaluates_nothing_while_compiling() -> None:
    """Not even a filter of a constant."""
    calls: list[str] = []
    environment = Environment(autoescape=True, optimized=False)
    environment.filters["noted"] = lambda text: calls.append(text) or text
    environment.compile("{{ 'a'|noted }}")
    assert calls == ["a"]
    environment.code_generator_class = private.without_constants(CodeGenerator, nodes.TemplateData, nodes.Impossible)
    template = environment.from_string("b{{ 'a'|noted }}")
    assert calls == ["a"]
    assert template.render() == "ba"


def test_watchfiles_watches_from_the_moment_of_the_call(tmp_path: Path) -> None:
    """Files written right after it are reported."""
    watch, failed = private.rust_notify()
    assert issubclass(failed, Exception)
    watching = watch([str(tmp_path)], False, False, 50, True, True)
    (tmp_path / "a").write_text("a")
    changes = watching.watch(100, 20, 5000, None)
    assert {path for _, path in changes} == {str(tmp_path / "a")}
    watching.close()


def test_a_text_is_read_as_pelican_reads_a_file(settings: dict[str, Any], tmp_path: Path) -> None:
    """Its header, and the HTML below it."""
    text = "Title: One\nTags: a, b\n\nSome *words*.\n"
    (tmp_path / "one.md").write_text(text, "utf-8")
    expected = MarkdownReader(settings).read(str(tmp_path / "one.md"))
    reader = MarkdownReader(settings)
    assert private.read_markdown(reader, Markdown(**settings["MARKDOWN"]), text, "one.md") == expected


def test_pelicans_writer_opens_each_page_with_it(settings: dict[str, Any], tmp_path: Path) -> None:
    """With the path, the encoding, and whether another file can be replaced."""
    writer, asked = Writer(str(tmp_path / "out"), settings), []
    opening = private.opening_of(writer)

    def opened(path: str, encoding: str, override: bool = False) -> Any:
        asked.append((Path(path).name, encoding, override))
        return opening(path, encoding, override)

    private.put_opening(writer, opened)
    writer.write_file("page.html", Environment().from_string("words"), {})
    assert asked == [("page.html", "utf-8", False)]
    assert (tmp_path / "out/page.html").read_text("utf-8") == "words"


def test_pelicans_writer_tracks_what_it_has_written(settings: dict[str, Any], tmp_path: Path) -> None:
    """A file that is noted counts as written, as one that it opens does."""
    writer, template = Writer(str(tmp_path / "out"), settings), Environment().from_string("words")
    private.note_written(writer, str(tmp_path / "out/page.html"), override=False)
    private.note_written(writer, str(tmp_path / "out/other.html"), override=True)
    with pytest.raises(FileOverwriteFailedError):
        writer.write_file("page.html", template, {})
    writer.write_file("other.html", template, {})  # the one that may replace another is already there
    assert not (tmp_path / "out/other.html").exists()


def test_python_parses_a_regular_expression_into_items() -> None:
    """Of kinds that have names, and that can be compiled again."""
    tree, kinds = private.parsed_regex(re.compile("a[bc]", re.IGNORECASE))
    (literal, _), (several, about) = tree
    assert (literal, several) == (kinds.LITERAL, kinds.IN)
    assert private.regex_of(tree, (several, about)).findall("aBc") == ["B", "c"]


def test_pygments_goes_through_the_rules_of_a_lexer() -> None:
    """For each token from the first one; a rule has three parts, and the first one matches."""
    lexer = get_lexer_by_name("python")
    assert {len(rule) for rules in private.rules_of(lexer).values() for rule in rules} == {3}
    private.put_rules(lexer, {"root": [(re.compile(".+").match, Token.Whole, None)]})
    assert next(iter(lexer.get_tokens("x = 1\n"))) == (Token.Whole, "x = 1")
    assert private.rules_of(get_lexer_by_name("text")) == {}


def test_markdown_applies_patterns_one_after_the_other() -> None:
    """To a text that may match, and also to what is inside of a match."""
    markdown = Markdown()
    texts: list[str] = []

    def may_match(text: str, start: int) -> bool:
        texts.append(text)
        return "`" not in text

    private.apply_patterns(
        markdown.treeprocessors["inline"], lambda: [(it, may_match) for it in markdown.inlinePatterns]
    )
    assert markdown.convert("[*b*](c)") == '<p><a href="c"><em>b</em></a></p>'
    assert "*b*" in texts
    assert markdown.convert("*a* `b`") == "<p>*a* `b`</p>"
