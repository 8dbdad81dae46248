"""The reading time of an article, and the order in which files are read."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from pelican import signals
from pelican.generators import ArticlesGenerator
from pelican.settings import DEFAULT_CONFIG

from plugins import articles
from plugins.articles import figures, minutes
from plugins.building.generators import ARTICLES


@pytest.mark.parametrize(("words", "expected"), [(0, 1), (20, 1), (220, 1), (440, 2), (2200, 10)])
def test_the_time_depends_on_the_words_and_is_never_zero(words: int, expected: int):
    """Tags aren't words."""
    assert minutes('<p class="a b c">word</p> ' * words) == expected


def test_a_figure_takes_time_too():
    """Five of them take a minute, wherever they are; decorative ones take none."""
    figure = '<img alt="a b c d" class="diagram" src="x.png">'
    assert minutes("word " * 440 + figure * 5) == 3
    assert figures(figure * 2 + '<img class="line decorative" src="x.png"><svg viewBox="0 0 1 1"></svg>') == 3


def test_languages_without_spaces_between_words_take_time_too():
    """A character counts as half a word."""
    assert minutes("<p>" + "深度学习" * 220 + "</p>") == 2


def test_what_stands_alone_is_beside_what_stands_alone():
    """A part of a series, which has its own neighbours, is never the next guide of one outside it."""
    newest, part, oldest = (
        SimpleNamespace(metadata={"series": "A series"} if is_part else {}) for is_part in (False, True, False)
    )
    lists = {name: [newest, part, oldest] if name == "articles" else [] for name in ARTICLES}
    articles._put_in_order([SimpleNamespace(**lists)])
    assert (newest.older, oldest.newer) == (oldest, newest)
    assert part.older is part.newer is newest.newer is oldest.older is None


def test_files_are_read_in_alphabetical_order(tmp_path: Path):
    """Otherwise two articles with the same URL and date would be in random order."""
    articles.register()
    names = [f"{name}.md" for name in "hdagbfce"]
    for name in names:
        (tmp_path / name).touch()
    settings = {**DEFAULT_CONFIG, "PATH": str(tmp_path)}
    context = {"generated_content": {}, "static_links": set(), "static_content": {}}
    generator = ArticlesGenerator(context, settings, str(tmp_path), settings["THEME"], str(tmp_path / "output"))
    signals.generator_init.send(generator)
    assert [Path(it).name for it in generator.get_files([""])] == sorted(names)
