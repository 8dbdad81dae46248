"""The words of a package, read from its source."""

import ast
import inspect

import pytest

import unrolled
from plugins.diagrams.entries import Entry, sentence_of
from plugins.diagrams.words import WordsError, example_of, words_of
from tests.conftest import REPOSITORY
from tests.tables import blocks, table


def entry(name: str, script: str) -> Entry:
    """Return a script on the page."""
    return Entry(name, "", "", script, (), (), ())


@pytest.fixture
def package(tmp_path):
    """Create a package of three words, one of which is undocumented."""
    (tmp_path / "kit").mkdir()
    (tmp_path / "kit/__init__.py").write_text('EXPORTS = {"row": "views.row", "Box": "shapes", "lost": "shapes"}\n')
    (tmp_path / "kit/views").mkdir()
    (tmp_path / "kit/views/row.py").write_text('def row():\n    """Set a row. It is level.\n\n        row()\n    """\n')
    (tmp_path / "kit/shapes.py").write_text('raise SystemExit\nclass Box:\n    """A `box`."""\n')
    return tmp_path / "kit"


def test_words_are_listed_with_their_docstrings_and_uses(package):
    """By name, ignoring case; nothing is imported, so that a broken module breaks nothing here."""
    users = [entry("a", "from kit import row, Box"), entry("b", "import kit\n"), entry("c", "def broken(")]
    words = words_of(package, users)
    wanted = [("Box", "A `box`.", "", ("a",)), ("lost", "", "", ()), ("row", "Set a row.", "row()", ("a",))]
    assert [(word.name, word.says, word.example, word.figures) for word in words] == wanted


def test_a_drawn_example_is_requested_by_its_position_in_the_list(package, tmp_path):
    """A failure is reported at the word's own line."""
    script = tmp_path / "_words.py"
    script.write_text("DRAWN = ['row', 'Box']")
    drawn = {word.name: word.drawn for word in words_of(package, [], script)}
    assert drawn["lost"] is None
    assert (drawn["row"].route.index, drawn["row"].address) == (1, "/images/words/row.png")
    assert (drawn["Box"].route.index, drawn["Box"].article, drawn["Box"].line) == (2, package / "shapes.py", 2)
    script.write_text("DRAWN = ['rwo']")
    with pytest.raises(WordsError, match="doesn't export: rwo"):
        words_of(package, [], script)


def test_several_scripts_can_draw_examples(package, tmp_path):
    """Each has a list of its own; a word is in only one of them."""
    folder = tmp_path / "_words"
    folder.mkdir()
    (folder / "_shared.py").write_text("raise SystemExit")
    (folder / "a.py").write_text("DRAWN = ['row']")
    (folder / "b.py").write_text("DRAWN = ['lost', 'Box']")
    drawn = {word.name: word.drawn.route for word in words_of(package, [], folder)}
    places = {name: (route.script.name, route.index) for name, route in drawn.items()}
    assert places == {"Box": ("b.py", 2), "lost": ("b.py", 1), "row": ("a.py", 1)}
    (folder / "c.py").write_text("DRAWN = ['row']")
    with pytest.raises(WordsError, match=r"DRAWN in .*c\.py and in .*a\.py list the same names: row"):
        words_of(package, [], folder)


def test_words_can_be_imported_for_type_checkers(package):
    """Under their own names, as typing asks for it, unless a literal mapping lists the words."""
    face = "from .shapes import Box as Box\nfrom .shapes import Hidden\nfrom numpy import pi as pi\n"
    if_checked = f"if TYPE_CHECKING:\n    from .views.row import row as row\n{face}"
    (package / "__init__.py").write_text(f"{if_checked}EXPORTS = read()\n")
    assert [word.name for word in words_of(package, [])] == ["Box", "row"]
    (package / "__init__.py").write_text(f"{if_checked}EXPORTS = {{'lost': 'shapes'}}\n")
    assert [word.name for word in words_of(package, [])] == ["lost"]


def test_a_module_in_the_list_stands_for_all_names_from_it(package, tmp_path):
    """In the order of the exports, so that a script draws the example of a new name without a new line."""
    script = tmp_path / "_words.py"
    script.write_text("DRAWN = ['shapes', 'views']")
    drawn = {word.name: word.drawn.route.index for word in words_of(package, [], script)}
    assert drawn == {"Box": 1, "lost": 2, "row": 3}
    script.write_text("DRAWN = ['shape']")
    with pytest.raises(WordsError, match="doesn't export: shape"):
        words_of(package, [], script)


@pytest.mark.parametrize("face", ["", "EXPORTS = 1", "EXPORTS = dict(row='row')", "def ("])
def test_a_package_without_words_is_reported(package, face):
    """The message names the file."""
    (package / "__init__.py").write_text(face)
    with pytest.raises(WordsError, match=r"kit/__init__\.py"):
        words_of(package, [])


@table(__file__, "An example is found in any form")
def test_an_example_is_found_in_any_form(docstring, example):
    """Indented, fenced, or after prompts, without their output."""
    assert example_of(docstring) == example


@table(__file__, "The first sentence ends where a reader would end it")
def test_the_first_sentence_ends_where_a_reader_would_end_it(docstring, sentence):
    """Numbers and abbreviations have full stops, too."""
    assert sentence_of(docstring) == sentence


def test_a_word_is_shown_with_its_signature(tmp_path):
    """A dataclass with its base classes, across modules; and the rest of the docstring, without the example."""
    (tmp_path / "kit").mkdir()
    for name, text in blocks(__file__).items():
        (tmp_path / "kit" / name).write_text(text)
    cell, row = words_of(tmp_path / "kit", [])
    assert cell.signature == (
        "Cell(\n    width: int,\n    marks: list[str] = list(),\n    value: float = 0.0,\n    *,\n"
        "    name: str | None = None,\n    role: str = 'ink',\n)"
    )
    assert row.signature == "row(first: Box, *more: Box, gap: int = 4, **options: object) -> Box"
    assert row.paragraphs == ("Its boxes stand on one line.", "Raises KeyError for `nothing`.")


@pytest.fixture(scope="module")
def kit():
    """Read the words of the kit."""
    return words_of(REPOSITORY / "diagrams/unrolled", [], REPOSITORY / "diagrams/_words")


def test_the_signatures_of_the_kit_match_python_s(kit):
    """They are read from the source, without importing anything from the kit."""
    for word in kit:
        parameters = inspect.signature(getattr(unrolled, word.name)).parameters
        read = ast.parse(f"def f({word.signature.partition('(')[2]}: ...").body[0].args
        placed = [*read.posonlyargs, *read.args]
        named = [*placed, *filter(None, [read.vararg]), *read.kwonlyargs, *filter(None, [read.kwarg])]
        assert sorted(it.arg for it in named) == sorted(parameters), word.name
        kinds = inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD
        assert [it.arg for it in placed] == [name for name, it in parameters.items() if it.kind in kinds], word.name


def test_every_word_of_the_kit_is_documented_and_has_a_picture(kit):
    """In a sentence, and of its docstring's example, drawn in each build; an error has nothing to draw."""
    assert len(kit) > 30
    assert [word.name for word in kit if not word.says.endswith(".")] == []
    bare = [word.name for word in kit if not word.drawn and not word.name.endswith("Error")]
    assert not bare, (
        f"give {bare[0]} an example in its docstring, and name its module in DRAWN of a script in diagrams/_words"
    )
    assert [word.name for word in kit if word.drawn and not word.example] == []
