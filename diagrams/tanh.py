"""The curve of tanh: flat near −1 on the left, steep through 0 in the middle, flat near 1 on the right.

Whatever goes in, what comes out lies between −1 and 1, and the curve crosses neither. Close to 0 it runs almost
straight: small numbers pass nearly unchanged, and 0 stays 0. At 2 it has risen to 0.96, at 4 to 0.999.
"""

import matplotlib.pyplot as plt
import numpy as np

rule = plt.rcParams["axes.edgecolor"]
muted = plt.rcParams["xtick.labelcolor"]
x = np.linspace(-4, 4, 401)

fig, ax = plt.subplots(figsize=(3.0, 2.25))
ax.axhline(0, color=rule, linewidth=0.75)
ax.axhline(1, color=rule, linewidth=0.75, dashes=(5, 4))
ax.axhline(-1, color=rule, linewidth=0.75, dashes=(5, 4))

ax.plot(x, np.tanh(x))
ax.plot(0, 0, "o", color="C0")
ax.text(0.4, -0.07, "0 stays 0", va="top")
ax.text(-4, 0.93, "never above 1", va="top")
ax.text(4, -0.93, "never below −1", va="bottom", ha="right")

ax.spines[["left", "bottom"]].set_visible(False)
ax.tick_params(length=0)
ax.set(xlim=(-4, 4), ylim=(-1.15, 1.15), xticks=[-4, -2, 0, 2, 4], yticks=[-1, 0, 1])
ax.set_title("out: the new state", fontsize=9.75, fontweight=400, color=muted)
ax.set_xlabel("in: the sum in one unit", loc="right", color=muted)
