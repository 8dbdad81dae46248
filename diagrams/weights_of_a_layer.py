"""The weights of a SimpleRNN over two features as tiles: 28 for 4 units, 88 for 8, 304 for 16, and 1,120 for 32.

A column holds the weights of a unit: one for each feature, one for each unit, and a bias. Twice the units make twice as
many columns, each nearly twice as high, and in the end 3.7 times as many weights.
"""

import matplotlib.pyplot as plt
import numpy as np

FEATURES, GAP = 2, 4

fig, ax = plt.subplots(figsize=(3, 2))
left = before = 0
for units in (4, 8, 16, 32):
    rows = FEATURES + units + 1
    weights = rows * units
    ax.bar(left, rows, units, align="edge", alpha=0.25, color="C0")
    ax.vlines(left + np.arange(units + 1), 0, rows, lw=0.5)
    ax.hlines(np.arange(rows + 1), left, left + units, lw=0.5)
    growth = f"× {weights / before:.1f}\n" if before else ""
    names = (" weights", " units") if units == 32 else ("", "")
    ax.text(left + units / 2, rows + 1, f"{growth}{weights:,}{names[0]}", ha="center", va="bottom")
    ax.text(left + units / 2, -1, f"{units}{names[1]}", ha="center", va="top")
    left, before = left + units + GAP, weights
ax.set_aspect("equal")
ax.set_axis_off()
