"""Every view of `make look`, step by step: whatever it shows, a sequence of it keeps to the rules."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pytest

from tests.diagrams.asked import REQUESTS, drawn
from tests.diagrams.pictures import check_picture, check_steps
from tests.diagrams.test_every_script import SETTINGS, SHEETS
from unrolled import Picture
from unrolled.shapes.shape import Text
from unrolled.shapes.staged import is_number
from unrolled.stepping import roles_in, steps_in


def forms(picture: Picture) -> list[Picture]:
    """The wide form, and the turned one where there is one."""
    return [picture] if picture.turned is None else [picture, picture.turned]


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda it: it.name or str(it.script.relative_to(SETTINGS.diagrams)))
def test_every_picture_with_steps_can_be_shown_step_by_step(sheet):
    """At its first step, in the middle, and at its last: all equally large, and no later number is printed."""
    for whole in (one for one in drawn(sheet) if isinstance(one, Picture)):
        steps = steps_in(whole.shapes)
        for step in {steps[0], steps[len(steps) // 2], steps[-1]} if steps else ():
            sizes = [[form.box for form in forms(picture)] for picture in (whole.focus(step), whole.until(step))]
            assert sizes[0] == sizes[1]
            for form in [*forms(whole.focus(step)), *forms(whole.until(step))]:
                check_picture(form)
                for shape in form.shapes:
                    if (shape.step or 0) > step:
                        assert not [text for text in shape.texts if is_number(text.text)]
                        assert {mark.token for mark in shape.marks()} <= {"rule", "muted"}
                        assert all(mark.token == "muted" for mark in shape.marks() if isinstance(mark, Text))


@pytest.mark.parametrize(
    "sheet", [*REQUESTS, *SHEETS], ids=lambda it: it.name or str(it.script.relative_to(SETTINGS.diagrams))
)
def test_what_the_sentence_of_a_step_names_is_what_lights_at_that_step(sheet):
    """Words, states and memory, in both forms; and the table, too, holds nothing that is yet to come."""
    with plt.style.context(SETTINGS.style):
        for whole in (one for one in drawn(sheet) if isinstance(one, Picture) and one.moments):
            check_steps(whole)


@pytest.mark.slow
@pytest.mark.parametrize("sheet", SHEETS, ids=lambda it: it.name or str(it.script.relative_to(SETTINGS.diagrams)))
def test_every_picture_can_do_without_each_of_its_roles(sheet):
    """What is left stays where it is."""
    for whole in (one for one in drawn(sheet) if isinstance(one, Picture)):
        for role in roles_in(whole.shapes):
            for before, after in zip(forms(whole), forms(whole.without(role)), strict=True):
                assert after.box == before.box
                assert {id(shape) for shape in after.shapes} <= {id(shape) for shape in before.shapes}
                assert role not in roles_in(after.shapes)
