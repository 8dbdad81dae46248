"""A model's layers in words."""

from __future__ import annotations

from ...numbers import counted
from ...picture import Description
from .axes import TIME_STEPS, options
from .counts import grouped
from .setting import NO_PARAMETERS, SHARED, Setting

ANY_NUMBER = f"Here {TIME_STEPS} stands for any number of steps."


def alt_of(setting: Setting) -> str:
    """Say each layer, the shape that it returns and its parameters in one sentence."""
    plan, flow = setting.plan, setting.flow
    entries = " and ".join(flow.text(column) for column in map(setting.entry, range(len(plan.columns))))
    layers = "; ".join(
        f"{node.layer.name_in_code} returns {_returned(setting, number)}, {_count(setting, number)}"
        for number, node in enumerate(setting.nodes)
    )
    total = f"{grouped(plan.model.parameter_count)} parameters"
    said = f"A model of {counted(len(setting.nodes), 'layer')}, from input to output. What goes in is {entries}."
    said += f" {ANY_NUMBER}" if flow.is_open else ""
    return f"{said} {layers}. {total} in all."


def description_of(setting: Setting) -> Description:
    """Give each layer a row."""
    rows = []
    for number, node in enumerate(setting.nodes):
        count = setting.counts[number]
        worked = count.text if count is not None and setting.is_first_use(number) else _count(setting, number)
        means = count.legend if count is not None and setting.is_first_use(number) else ""
        given, returned = setting.flow.text(node.given), _returned(setting, number)
        rows.append([node.layer.name_in_code, options(node.layer), given, returned, worked, means])
    rows.append(["total", "", "", "", grouped(setting.plan.model.parameter_count), ""])
    text = (
        "Each layer takes what the one before it returns. The first number of a shape, "
        f"{setting.flow.batch}, stands for the samples of a batch, whose number the model leaves open; the others are "
        "computed from the layers, and so is the number of parameters, the numbers that training sets."
    )
    text += f" {ANY_NUMBER}" if setting.flow.is_open else ""
    text += "".join(_states(setting, number) for number in range(len(setting.nodes)))
    head = ["layer", "options", "input shape", "output shape", "parameters", "counted"]
    return {"text": text, "head": head, "rows": rows}


def _returned(setting: Setting, number: int) -> str:
    shapes = [setting.flow.text(each) for each in setting.returned(number)]
    return ", ".join(shapes)


def _count(setting: Setting, number: int) -> str:
    count = setting.counts[number]
    if count is None:
        return NO_PARAMETERS
    return f"{grouped(count.total)} parameters" if setting.is_first_use(number) else SHARED


def _states(setting: Setting, number: int) -> str:
    name = setting.nodes[number].layer.name_in_code
    sources = [setting.nodes[source].layer.name_in_code for source in setting.plan.state_sources(number)]
    return f" Layer {number + 1}, {name}, begins with the states of {' and '.join(sources)}." if sources else ""
