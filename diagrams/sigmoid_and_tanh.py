"""Two curves side by side. The sigmoid rises from 0 to 1 and passes 0.5 at zero; tanh rises from −1 to 1 through zero.

Both are flat far out and steep in the middle. The values of the sigmoid are shares, as a gate needs them: nothing of it
at 0, all of it at 1. Those of tanh may be negative, as something to write down may be.
"""

import matplotlib.pyplot as plt
import numpy as np

rule = plt.rcParams["axes.edgecolor"]
muted = plt.rcParams["xtick.labelcolor"]
x = np.linspace(-6, 6, 401)

fig, (left, right) = plt.subplots(1, 2, figsize=(6.0, 2.25))
for ax, name, y, low in ((left, "sigmoid", 1 / (1 + np.exp(-x)), 0), (right, "tanh", np.tanh(x), -1)):
    for limit in (low, 1):
        ax.axhline(limit, color=rule, linewidth=0.75, dashes=(5, 4))
    ax.axhline(0, color=rule, linewidth=0.75)
    ax.plot(x, y)
    ax.plot(0, (low + 1) / 2, "o", color="C0")
    ax.spines[["left", "bottom"]].set_visible(False)
    ax.tick_params(length=0)
    ax.set(xlim=(-6, 6), ylim=(low - 0.15 * (1 - low) / 2, 1 + 0.15 * (1 - low) / 2), xticks=[-6, -3, 0, 3, 6])
    ax.set_yticks([low, (low + 1) / 2, 1], ["0", "0.5", "1"] if low == 0 else ["−1", "0", "1"])
    ax.set_title(name, fontsize=9.75)
left.set_xlabel("in: the sum in one gate", loc="right", color=muted)
right.set_xlabel("in: the sum in one unit", loc="right", color=muted)
