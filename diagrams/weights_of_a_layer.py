"""How many weights a recurrent layer over two features has, for 1 to 32 units: three curves, each steeper than a line.

With 32 units a SimpleRNN has 1,120 weights, a GRU 3,456 and an LSTM 4,480: the LSTM has four sets of them where the
SimpleRNN has one, and twice the units make nearly four times as many weights.
"""

import matplotlib.pyplot as plt
import numpy as np

FEATURES = 2
units = np.arange(1, 33)
one_set = units * (FEATURES + units + 1)
layers = {"LSTM": 4 * one_set, "GRU": 3 * (one_set + units), "SimpleRNN": one_set}

fig, ax = plt.subplots(figsize=(3, 2.75))
for name, weights in layers.items():
    (line,) = ax.plot(units, weights)
    ax.annotate(f"{name}\n{weights[-1]:,}", (32, weights[-1]), (6, 0), textcoords="offset points", va="center")
half, full = layers["LSTM"][[15, 31]]
for at, number, said in ((16, half, f"{half:,}"), (32, full, f"× {full / half:.1f}")):
    ax.plot(at, number, "o", color="C0", clip_on=False)
    ax.annotate(said, (at, number), (-8, 2), textcoords="offset points", ha="right", va="center")
ax.set(xlim=(1, 32), ylim=(0, 4500), xticks=[1, 8, 16, 24, 32], xlabel="units", ylabel="weights")
ax.yaxis.set_major_formatter("{x:,.0f}")
