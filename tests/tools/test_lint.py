"""Rules that no other linter knows: what breaks them is found, with its line."""

from pathlib import Path

import pytest

from tools import lint

CODE = """\
from numpy._core import array
import _thread


def own(self, writer, _part):
    self._given = writer._written
    self._own()
    gettext("Said %(often)s.", often=_part._own)
    gettext(f"Never {writer} found.")
    ngettext("%(num)s word", f"{own} words", 2)
    pgettext("page", "Said " + writer)


def _own():
    class Scene:
        pass
"""
HEAD = 'msgid ""\nmsgstr "Language: de\\nPlural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'


@pytest.fixture
def code(tmp_path: Path) -> Path:
    """Write a module that breaks rules."""
    path = tmp_path / "module.py"
    path.write_text(CODE, "utf-8")
    return path


def test_two_classes_of_a_package_with_the_same_name_are_found(code: Path) -> None:
    """In another module, and within a function: five classes were once called Scene."""
    other = code.with_name("other.py")
    other.write_text("class Plan:\n    pass\n\n\nclass Scene:\n    pass\n", "utf-8")
    (found,) = lint.same_names([other, code])
    assert found.startswith(f"{other}:5: {code}:15 has a class Scene, too")


def test_private_names_of_other_packages_are_found(code: Path) -> None:
    """Names that a module sets or defines itself are its own."""
    found = [said.removeprefix(f"{code}:").partition(" is private")[0] for said in lint.private_names(code)]
    assert sorted(found) == ["1: numpy._core", "2: _thread", "6: writer._written"]


def test_messages_that_babel_cannot_find_are_found(code: Path) -> None:
    """In an f-string, a message would neither be in a catalogue nor be reported as missing."""
    assert [said.split(":")[1] for said in lint.hidden_messages(code)] == ["9", "10", "11"]


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ('msgid "Code"\nmsgstr "Code"', None),
        ("", 'translate these messages:\nmsgid "Code"\nmsgstr ""'),
        ('msgid "Code"\nmsgstr ""', "4: Code: translate it"),
        ('#, fuzzy\nmsgid "Code"\nmsgstr "Kot"', "5: Code: translate it"),
        ('msgid "Code"\nmsgstr "%(code)s"', "4: Code: keep its placeholders"),
        ('msgid "Code"\nmsgstr "Code"\n\nmsgid "Kode"\nmsgstr "Kode"', "7: Kode: nothing says this any more"),
        ('msgctxt "page"\nmsgid "Code"\nmsgstr "Code"', "5: Code: nothing says this any more"),
    ],
)
def test_a_catalogue_has_exactly_the_messages_of_the_code(tmp_path: Path, entry: str, problem: str | None) -> None:
    """A missing one would appear in English; an unused one would mislead translators."""
    (tmp_path / "de/LC_MESSAGES").mkdir(parents=True)
    file = tmp_path / "de" / lint.FILE
    file.write_text(f"{HEAD}{entry}\n", "utf-8")
    (tmp_path / "babel.cfg").write_text("[python: *.py]\n", "utf-8")
    (tmp_path / "module.py").write_text('gettext("Code")\n', "utf-8")
    found = [*lint.Translations(tmp_path, tmp_path).problems()]
    assert any(problem in said for said in found) if problem else found == []
