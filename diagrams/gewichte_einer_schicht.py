"""Wie viele Gewichte eine rekurrente Schicht hat, für 1 bis 32 Einheiten: drei Kurven, jede steiler als eine Gerade.

Mit 32 Einheiten hat ein SimpleRNN 1120 Gewichte, ein GRU 3456 und ein LSTM 4480: Das LSTM hat vier Sätze, wo das
SimpleRNN einen hat, und doppelt so viele Einheiten ergeben fast viermal so viele Gewichte.
"""

import matplotlib.pyplot as plt
import numpy as np

MERKMALE = 2
einheiten = np.arange(1, 33)
ein_satz = einheiten * (MERKMALE + einheiten + 1)
schichten = {"LSTM": 4 * ein_satz, "GRU": 3 * (ein_satz + einheiten), "SimpleRNN": ein_satz}

fig, ax = plt.subplots(figsize=(3, 2.75))
for name, gewichte in schichten.items():
    ax.plot(einheiten, gewichte)
    ax.annotate(f"{name}\n{gewichte[-1]}", (32, gewichte[-1]), (6, 0), textcoords="offset points", va="center")
halb, voll = schichten["LSTM"][[15, 31]]
for bei, zahl, text in ((16, halb, f"{halb}"), (32, voll, f"× {voll / halb:.1f}".replace(".", ","))):
    ax.plot(bei, zahl, "o", color="C0", clip_on=False)
    ax.annotate(text, (bei, zahl), (-8, 2), textcoords="offset points", ha="right", va="center")
ax.set(xlim=(1, 32), ylim=(0, 4500), xticks=[1, 8, 16, 24, 32], xlabel="Einheiten", ylabel="Gewichte")
