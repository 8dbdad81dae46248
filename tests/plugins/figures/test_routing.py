"""Which script a URL leads to."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.figures.formats import IMAGES, one_of
from plugins.figures.report import AddressError
from plugins.figures.routing import nothing_at, path_in_content, route
from plugins.figures.settings import Settings
from tests.tables import table


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    """Create a project with a few scripts and one hand-made picture."""
    root = tmp_path_factory.mktemp("project")
    for path in (
        *("diagrams/rnn_stacked.py", "diagrams/a/deep_one.py", "diagrams/part_2.py", "diagrams/_own.py"),
        *("diagrams/data/table.py", "diagrams/kit/__init__.py", "diagrams/kit/view.py", "diagrams/both.py"),
        *("content/images/both.png", "content/images/made_by_hand.png", "outside.py"),
    ):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("")
    return Settings.of({"PATH": str(root / "content"), "OUTPUT_PATH": str(root / "output")})


def followed(path, settings):
    """Resolve a URL to which no other image gives a script."""
    found = route(path, settings)
    if found.script is None and found.picture is None:
        raise nothing_at(found, settings)


@table(__file__, "Hyphens in the url are underscores in the script")
def test_hyphens_in_the_url_are_underscores_in_the_script(settings, path, script, index):
    """A number at the end is part of a script's name, or counts the figures of the script without it."""
    found = route(path, settings)
    assert (found.script, found.index) == (settings.diagrams / script, index)


@table(__file__, "A broken URL is an error with advice")
def test_a_broken_url_is_an_error_with_advice(settings, path, says):
    """Nothing leads out of diagrams/, nor into the kit, data, or `_` names; similar ones are suggested."""
    with pytest.raises(AddressError, match=re.escape(says.replace("IMAGES", one_of(IMAGES)))):
        followed(path, settings)


def test_a_hand_made_picture_is_found_by_its_own_name(settings):
    """It may have an underscore: its name is the author's choice."""
    assert route("images/made_by_hand.png", settings).picture == settings.content / "images/made_by_hand.png"


def test_other_folders_are_ignored(settings):
    """Only the folder of figures is checked."""
    assert route("extra/logo.png", settings) is None


@table(__file__, "A language other than the site's ends the name")
def test_a_language_other_than_the_site_s_ends_the_name(settings, path, id_, language, name):
    """A path that says its language counts; an id that is the language isn't repeated."""
    found = route(path, settings, id_=id_, language=language)
    assert found.name == name
    stem = path.removeprefix("images/").partition(".")[0]
    assert found.stem == stem
    assert found.figure == name.replace("-3", "")
    assert found.in_language("").name == (f"{stem}.{found.id}" if found.id else stem)
    assert found.in_language("").in_language(found.language) == found


def test_the_id_of_a_figure_in_its_article_has_no_language(settings):
    """The original and its translation have the same anchors."""
    places = [route("images/rnn-stacked.png", settings, id_=id_, language="de").place for id_ in ("", "own")]
    assert places == ["rnn-stacked", "own"]


def test_a_hand_made_picture_may_not_have_the_url_of_a_figure_in_another_language(settings):
    """The message names that URL, which the article doesn't."""
    (settings.content / "images/part-2.de.png").write_text("")
    with pytest.raises(AddressError, match=r"part-2\.de\.png already has this URL"):
        route("images/part-2.png", settings, language="de")
    assert route("images/part-2.png", settings, language="fr").name == "part-2.fr"


@table(__file__, "All ways to write a url are equivalent")
def test_all_ways_to_write_a_url_are_equivalent(address, path):
    """From an article in the folder nlp."""
    assert path_in_content(address, "nlp") == path


@given(st.text())
def test_no_url_leads_out_of_the_folders(settings, name):
    """Whatever it is, the script is inside diagrams/ and the picture inside content/images/."""
    try:
        found = route(f"images/{name}", settings)
    except (AddressError, ValueError, OSError):
        return
    place = found and (found.script or found.picture)
    assert place is None or place.resolve().is_relative_to(settings.root)
    assert found is None or found.script is None or found.script.is_relative_to(settings.diagrams)
