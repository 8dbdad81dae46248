"""The forms of models side by side: one to one, one to many, many to one, many to many."""

from __future__ import annotations

from dataclasses import replace

from ..description import Description, TableColumn, TableRow
from ..errors import PictureError
from ..i18n import Clauses, Listing, Paragraph, Series, gettext, ngettext, pgettext
from ..layout import snug_box
from ..model import Argument, Model
from ..picture import Picture
from ..shapes.shape import Shape
from .forms.drawn import shapes_of
from .forms.form import Form, form_of
from .forms.panel import NARROW, WIDE, Measures, Panel, said

WIDEST, NARROWEST = 700, 268
GAP, LINE_GAP = 44, 34
TITLES = 62
"""From the middle of the inputs to under the titles."""


def formulation(*models: Model) -> Picture:
    """Draw the form that each model has: which of its steps go in, and which come out.

    The form is found from the layers. A sequence that a decoder begins anew is told from one that is answered step by
    step.

    >>> last, every = LSTM(4), LSTM(4, return_sequences=True)
    >>> formulation(stack(last, shape=(3, 2)), stack(every, shape=(3, 2)))
    """
    if not models:
        raise PictureError("formulation wants at least one model, such as formulation(read_keras(code))")
    forms = list(map(form_of, models))
    return _picture(forms, WIDE, WIDEST, turned=_picture(forms, NARROW, NARROWEST))


def _picture(forms: list[Form], measures: Measures, widest: float, turned: Picture | None = None) -> Picture:
    shapes = tuple(shape for panel in _placed(forms, measures, widest) for shape in shapes_of(panel))
    return Picture(shapes, snug_box(shapes), _description(forms), turned=turned, arguments=_arguments(forms, shapes))


def _placed(forms: list[Form], measures: Measures, widest: float) -> list[Panel]:
    """Set the panels in lines like words, their inputs on one height."""
    lines: list[list[Panel]] = [[]]
    for number, form in enumerate(forms, start=1):
        panel = Panel(form, number, measures)
        taken = sum(each.width + GAP for each in lines[-1])
        if lines[-1] and taken + panel.width > widest:
            lines.append([])
            taken = 0
        lines[-1].append(replace(panel, left=taken))
    placed: list[Panel] = []
    across = max(line[-1].left + line[-1].width for line in lines)
    y = 0.0
    for line in lines:
        y += max(-panel.height for panel in line)
        shift = (across - line[-1].left - line[-1].width) / 2
        placed += [replace(panel, left=panel.left + shift, base=y) for panel in line]
        y += TITLES + LINE_GAP
    return placed


def _description(forms: list[Form]) -> Description:
    small = ngettext("A model in small.", "%(num)s models in small.", len(forms))
    drawn = gettext(
        "Each model is drawn once for every step: what goes in stands below, the layers above it, each in the band of "
        "its weights, and what comes out on top."
    )
    rows = [
        TableRow.of(
            str(number),
            Series(form.name, form.kind) if form.kind else form.name,
            Series(*(node.layer.name_in_code for node in form.model.nodes)),
            Listing(*map(str, form.given)),
            str(form.answered),
        )
        for number, form in enumerate(forms, start=1)
    ]
    heads = (
        pgettext("in a table", "model"),
        pgettext("in a table", "form"),
        pgettext("in a table", "layers"),
        pgettext("in a table", "in"),
        pgettext("in a table", "out"),
    )
    return Description(
        alt=Paragraph(small, gettext("%(models)s.", models=Clauses(*map(said, forms)))),
        text=Paragraph(drawn, *(_sentence(number, form) for number, form in enumerate(forms, start=1))),
        columns=tuple(map(TableColumn, heads)),
        rows=tuple(rows),
    )


def _sentence(number: int, form: Form) -> str:
    values = {"number": number, "form": said(form)}
    if len(form.segments) == 1:
        return gettext("Model %(number)s is %(form)s.", **values)
    if len(form.states) > 1:
        return gettext(
            "Model %(number)s is %(form)s; the encoder hands its states %(states)s to the decoder.",
            states=Listing(*form.states),
            **values,
        )
    return gettext("Model %(number)s is %(form)s; the encoder hands its last state to the decoder.", **values)


def _arguments(forms: list[Form], shapes: tuple[Shape, ...]) -> dict[str, Argument]:
    """Find the units of each layer that has blocks."""
    found = {
        f"form-{number}-{row.node}": argument
        for number, form in enumerate(forms, start=1)
        for segment in form.segments
        for row in segment.rows
        for call in form.model.nodes[row.node].calls
        if (argument := call.argument("units")) is not None
    }
    return {name: found[name] for name in {shape.argument for shape in shapes} if name in found}
