"""Charts of other libraries as figures, with stand-ins for what draws them."""

import io
import sys
import types
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest

from plugins.figures.child.charts import figure_of_chart, library_of
from plugins.figures.report import NothingDrawnError


def chart_of(module: str) -> Any:
    """Return a chart that a library might have made."""
    return type("Chart", (), {"__module__": module, "to_dict": lambda self: {"mark": "bar"}})()


def test_a_chart_is_drawn_at_its_own_size(monkeypatch):
    """Two of its picture's pixels are one of the page."""

    def to_png(chart: dict[str, str], scale: int) -> bytes:
        assert (chart, scale) == ({"mark": "bar"}, 2)
        picture = io.BytesIO()
        plt.imsave(picture, np.zeros((192, 384, 3)))
        return picture.getvalue()

    module = types.ModuleType("vl_convert")
    module.vegalite_to_png = to_png
    monkeypatch.setitem(sys.modules, "vl_convert", module)
    figure = figure_of_chart(chart_of("altair.vegalite.v6.api"), 1)
    with plt.rc_context({"figure.constrained_layout.use": True}):
        for _ in range(2):  # a second time, it would be laid out, with a warning
            figure.savefig(io.BytesIO(), bbox_inches="tight")
    assert tuple(figure.get_size_inches()) == (2, 1)
    assert figure.axes[0].get_position().bounds == (0, 0, 1, 1)
    plt.close(figure)


def test_what_is_missing_is_named_at_the_line_of_draw(monkeypatch):
    """With the command that installs it."""
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with pytest.raises(NothingDrawnError, match="this chart of Altair can't be drawn") as raised:
        figure_of_chart(chart_of("altair.vegalite.v6.api"), 7)
    assert (raised.value.line, raised.value.advice) == (7, "run python -m pip install vl-convert-python")
    assert not library_of(plt)
