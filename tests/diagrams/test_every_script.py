"""Draw every diagram script and every script of `make look`, and check the rules for pictures at every step."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import pytest

from plugins.figures.requests import Request
from plugins.figures.routing import script_name, scripts, shipped_scripts
from tests.diagrams.asked import SETTINGS, pictures_of, requests, requests_and_missing
from tests.diagrams.pictures import check_picture, check_steps, check_told, forms
from tests.sampling import some
from tools.look.__main__ import sheets_of
from unrolled import Picture
from unrolled.palette import WORD_FILLS
from unrolled.shapes.plots import Region
from unrolled.shapes.shape import Text, fills_of
from unrolled.shapes.text import CodeLine
from unrolled.stepping import is_number, roles_in, steps_in

LOOK = list(sheets_of(SETTINGS))
SHEETS = [sheet for sheet in LOOK if sheet.name.startswith("_look/")]
EXAMPLES = [sheet for sheet in LOOK if sheet.name.startswith("_words/")]
SCRIPTS = sorted({*scripts(SETTINGS), *shipped_scripts(SETTINGS)})
ALL = some([*SHEETS, *SCRIPTS, *EXAMPLES], one_in=10)
"""What is drawn for one of these tests is there for the others."""
SOME_SHEETS = ALL[: len(SHEETS)]
OF_ARTICLES = ALL[len(SHEETS) : len(SHEETS) + len(SCRIPTS)]


def name_of(what: Request | Path) -> str:
    """Return the test id of a sheet, or of a script."""
    return what.name if isinstance(what, Request) else script_name(what, SETTINGS)


def each_picture(of: Sequence[Any]) -> Callable[[Callable[[Picture], None]], Callable[[Request | Path], None]]:
    """Make a test of what holds for a picture: for each of these sheets, or scripts with their figures in articles."""

    def parametrized(check: Callable[[Picture], None]) -> Callable[[Request | Path], None]:
        @pytest.mark.parametrize("what", of, ids=name_of)
        def test(what: Request | Path) -> None:
            for request in [what] if isinstance(what, Request) else [it for it in requests() if it.script == what]:
                for picture in pictures_of(request):
                    try:
                        check(picture)
                    except AssertionError as failed:
                        failed.add_note(f"in the figure {request.name}")
                        raise

        test.__doc__ = check.__doc__
        return test

    return parametrized


@pytest.fixture(autouse=True)
def _styled():
    with plt.style.context(SETTINGS.style):
        yield
    plt.close("all")


def test_every_script_has_code_to_draw():
    """From an article, or an example in diagrams/_look; for the kit's own, from the articles that use them."""
    found, missing = requests_and_missing()
    assert missing == []
    drawn_by = {request.script for request in found}
    assert drawn_by - set(shipped_scripts(SETTINGS)) == set(scripts(SETTINGS))


@each_picture(of=ALL)
def test_every_script_draws_pictures_that_keep_to_the_rules(picture):
    """Each has a description, and its layouts for tablets and phones, if it has them, follow the same rules."""
    assert picture.alt
    check_told(picture)
    for form in forms(picture):
        check_picture(form)
        assert tuple(form.figure().get_size_inches() * 72) == pytest.approx(form.size_px)


@each_picture(of=ALL)
def test_whatever_has_the_colour_of_a_word_knows_the_word(picture):
    """Otherwise, an article or the settings couldn't give it another one.

    A region of a map is no word, and where words are coloured by their meaning, none is by itself.
    """
    for form in forms(picture) if picture.grounds else ():
        for shape in form.shapes:
            colours = {mark.token for mark in shape.marks()} & {*WORD_FILLS}
            assert not colours or isinstance(shape, Region) or any(fills_of(shape)), shape


@each_picture(of=OF_ARTICLES)
def test_every_figure_of_the_articles_fits_the_page_and_a_phone(picture):
    """The widest box of a page has 848 px, a tablet 748 px, and a phone 288 px; what fits them all has one form."""
    assert picture.size_px[0] <= 848
    assert (picture.mid or picture.narrow or picture).size_px[0] <= 748
    assert forms(picture)[-1].size_px[0] <= 288


@each_picture(of=ALL)
def test_an_argument_has_one_role_in_every_part_form_and_line_of_code(picture):
    """Readers find it by its colour: an LSTM's units were once purple in the code, and blue below the figure."""
    roles: dict[str, set[str]] = {}
    for form in forms(picture):
        for shape in form.shapes:
            argument = form.parts[shape.name]["argument"]
            if argument:
                roles.setdefault(shape.argument, set()).add(argument["role"])
                coloured = shape.role not in ("ink", "muted", "flow")
                beside = argument["role"] == "state" and shape.role == "memory"
                assert shape.role == argument["role"] or beside or not coloured, shape
            for spot in shape.spots if isinstance(shape, CodeLine) else ():
                roles.setdefault(spot.argument, set()).add(spot.role)
    assert {len(each) for each in roles.values()} <= {1}, roles


@pytest.mark.parametrize(
    "at", [pytest.param(0.0, marks=pytest.mark.slow), 0.5, pytest.param(1.0, marks=pytest.mark.slow)]
)
@pytest.mark.parametrize("sheet", SOME_SHEETS, ids=name_of)
def test_every_picture_with_steps_can_be_shown_step_by_step(sheet, at):
    """At its first step, in the middle, and at its last: all have the same size, and no later number is printed."""
    for whole in pictures_of(sheet):
        steps = steps_in(whole.shapes)
        for step in [steps[min(int(at * len(steps)), len(steps) - 1)]] if steps else []:
            sizes = [[form.box for form in forms(picture)] for picture in (whole.focus(step), whole.until(step))]
            assert sizes[0] == sizes[1]
            for form in [*forms(whole.focus(step)), *forms(whole.until(step))]:
                check_picture(form)
                for shape in form.shapes:
                    if (shape.step or 0) > step:
                        assert not [text for text in shape.texts if is_number(text.text)]
                        assert {mark.token for mark in shape.marks()} <= {"rule", "muted"}
                        assert all(mark.token == "muted" for mark in shape.marks() if isinstance(mark, Text))


@each_picture(of=[*SOME_SHEETS, *OF_ARTICLES])
def test_each_sentence_names_what_is_highlighted_at_its_step(picture):
    """Words, states and memory, in both layouts; and the table, too, has nothing from later steps."""
    if picture.moments:
        check_steps(picture)


@pytest.mark.slow
@pytest.mark.parametrize("sheet", SHEETS, ids=name_of)
def test_each_role_can_be_removed_from_every_picture(sheet):
    """What is left stays where it is."""
    for whole in pictures_of(sheet):
        for role in roles_in(whole.shapes):
            for before, after in zip(forms(whole), forms(whole.without(role)), strict=True):
                assert after.box == before.box
                assert {id(shape) for shape in after.shapes} <= {id(shape) for shape in before.shapes}
                assert role not in roles_in(after.shapes)
