"""A model as a column of layers: the shapes of what flows, and the parameters of each layer worked out."""

from __future__ import annotations

from collections.abc import Iterator

from ..description import Description, TableColumn, TableRow
from ..errors import PictureError
from ..i18n import Clauses, Grouped, Listing, Paragraph, Series, gettext, ngettext, pgettext
from ..layout import snug_box
from ..model import Argument, Model
from ..picture import Picture
from .layered.axes import TIME_STEPS, Flow, options, size_argument
from .layered.drawn import key, shapes_of
from .layered.plan import planned
from .layered.setting import NO_PARAMETERS, SHARED, Setting


def model_shapes(model: Model, batch: str = "None") -> Picture:
    """Draw a model from input to output, its shapes as Keras writes them; `batch` is a word for the first axis.

    A model of two inputs, such as an encoder and a decoder, has two columns.

    >>> model_shapes(read_keras(code))
    >>> model_shapes(read_keras(code), batch="batch")
    """
    if not model.nodes:
        raise PictureError("the model has no layer to draw", block=model.code or None)
    if not batch:
        raise PictureError("the batch axis needs a word, such as None or batch")
    plan, flow = planned(model), Flow(model, batch)
    columns = len(plan.columns)
    wide = Setting(plan, flow, beside=columns == 1, stacked=not plan.is_side_by_side)
    narrow = Setting(plan, flow, beside=False, stacked=columns > 1)
    return _picture(wide, turned=_picture(narrow))


def _picture(setting: Setting, turned: Picture | None = None) -> Picture:
    shapes = tuple(shapes_of(setting))
    return Picture(
        shapes,
        snug_box(shapes),
        _description(setting),
        turned=turned,
        arguments=_arguments(setting.plan.model),
    )


def _arguments(model: Model) -> dict[str, Argument]:
    """Find where the code says what each shape ends in."""
    found: dict[str, Argument | None] = {key(number): size_argument(node) for number, node in enumerate(model.nodes)}
    for number, entry in enumerate(model.entries):
        call = entry.call or next((node.calls[0] for node in model.nodes if node.calls), None)
        said = (call.argument(name) for name in ("features", "time_steps")) if call else ()
        found[f"input-{number + 1}"] = next((argument for argument in said if argument is not None), None)
    return {name: argument for name, argument in found.items() if argument is not None}


ANY_NUMBER = gettext("Here %(time_steps)s stands for any number of steps.", time_steps=TIME_STEPS)


def _description(setting: Setting) -> Description:
    """Say each layer, the shape that it returns and its parameters; each layer has a row."""
    plan, flow = setting.plan, setting.flow
    entries = Listing(*(flow.text(column) for column in map(setting.entry, range(len(plan.columns)))))
    layers = Clauses(
        *(
            gettext(
                "%(layer)s returns %(shapes)s, %(parameters)s",
                layer=node.layer.name_in_code,
                shapes=_returned(setting, number),
                parameters=_parameters(setting, number),
            )
            for number, node in enumerate(setting.nodes)
        )
    )
    total = Grouped(plan.model.parameter_count)
    any_number = [ANY_NUMBER] if flow.is_open else []
    alt = [
        ngettext(
            "A model of %(num)s layer, from input to output.",
            "A model of %(num)s layers, from input to output.",
            len(setting.nodes),
        ),
        gettext("What goes in is %(shapes)s.", shapes=entries),
        *any_number,
        gettext("%(layers)s.", layers=layers),
        gettext("%(number)s parameters in all.", number=total),
    ]
    text = [
        gettext("Each layer takes what the one before it returns."),
        gettext(
            "The first number of a shape, %(batch)s, stands for the samples of a batch, whose number the model leaves "
            "open; the others are computed from the layers, and so is the number of parameters, the numbers that "
            "training sets.",
            batch=flow.batch,
        ),
        *any_number,
        *_handed_over(setting),
    ]
    rows = []
    for number, node in enumerate(setting.nodes):
        count = setting.counts[number] if setting.is_first_use(number) else None
        given, returned = flow.text(node.given), _returned(setting, number)
        worked = count.text if count else _parameters(setting, number)
        rows.append(
            TableRow.of(
                node.layer.name_in_code, options(node.layer), given, returned, worked, count.legend if count else ""
            )
        )
    rows.append(TableRow.of(pgettext("in a table", "total"), "", "", "", total, ""))
    heads = (
        pgettext("in a table", "layer"),
        pgettext("in a table", "options"),
        pgettext("in a table", "input shape"),
        pgettext("in a table", "output shape"),
        pgettext("in a table", "parameters"),
        pgettext("in a table", "counted"),
    )
    return Description(
        alt=Paragraph(*alt), text=Paragraph(*text), columns=tuple(map(TableColumn, heads)), rows=tuple(rows)
    )


def _returned(setting: Setting, number: int) -> str:
    return Series(*(setting.flow.text(each) for each in setting.returned(number)))


def _parameters(setting: Setting, number: int) -> str:
    count = setting.counts[number]
    if count is None:
        return NO_PARAMETERS
    return gettext("%(number)s parameters", number=Grouped(count.total)) if setting.is_first_use(number) else SHARED


def _handed_over(setting: Setting) -> Iterator[str]:
    """Say which layers begin with the states of others."""
    for number, node in enumerate(setting.nodes):
        if sources := setting.plan.state_sources(number):
            yield gettext(
                "Layer %(number)s, %(layer)s, begins with the states of %(sources)s.",
                number=number + 1,
                layer=node.layer.name_in_code,
                sources=Listing(*(setting.nodes[source].layer.name_in_code for source in sources)),
            )
