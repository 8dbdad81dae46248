"""The shortcuts in the tests' builds must not change the result."""

import importlib
import shutil

import pytest
from blinker import Signal
from pelican import signals

NOISE = """
import os
import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np

plt.figure(figsize=(2, 1))
plt.plot(np.random.default_rng().normal(size=9), label=mpl.get_configdir() == os.environ["MPLCONFIGDIR"])
plt.title(f"$x_1$ {sorted(os.environ)} {os.getcwd()} {mpl.rcParams['lines.linewidth']}")
plt.legend()
"""


@pytest.mark.slow
def test_a_forked_server_draws_the_same_as_a_started_one(site):
    """Byte for byte, with the site's style, whichever site had the first server."""
    site.script("noise", NOISE)
    site.article("guide", "![a](/images/line.png)\n\n![b](/images/noise.png)")
    drawn = {}
    for style in ("lines.linewidth: 3\naxes.facecolor: eeeeff\n", "lines.linewidth: 1\n"):
        site.write("theme/figures.mplstyle", style)
        for way in ({}, {"PYTHONHASHSEED": "1"}):
            built = site.build(**way)
            assert built.figures == (2, 0, 0), built.report
            drawn[style, bool(way)] = {name: text for name, text in site.output().items() if name.startswith("images/")}
            shutil.rmtree(site.root / ".figures/records")
            shutil.rmtree(site.root / ".figures/store")
        assert drawn[style, False] == drawn[style, True]
    assert len(set(map(str, drawn.values()))) == 2


@pytest.mark.parametrize("plugin", ["typography", "reading"])
def test_a_plugin_is_gone_after_the_test_that_loaded_it(plugin):
    """Each of the two would otherwise find the other's receivers."""
    connected = {name for name, signal in vars(signals).items() if isinstance(signal, Signal) and signal.receivers}
    assert not connected & {"content_object_init", "readers_init"}
    importlib.import_module(f"plugins.{plugin}").register()
    assert signals.content_object_init.receivers or signals.readers_init.receivers
