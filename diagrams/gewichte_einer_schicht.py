"""Die Gewichte eines SimpleRNN über zwei Merkmale als Kacheln: 28 bei 4 Einheiten, 88 bei 8, 304 bei 16, 1120 bei 32.

Eine Spalte enthält die Gewichte einer Einheit: eins für jedes Merkmal, eins für jede Einheit und einen Bias. Doppelt so
viele Einheiten ergeben doppelt so viele Spalten, jede fast doppelt so hoch, und am Ende 3,7-mal so viele Gewichte.
"""

import matplotlib.pyplot as plt
import numpy as np

MERKMALE, ABSTAND = 2, 4

fig, ax = plt.subplots(figsize=(3, 2))
links = vorher = 0
for einheiten in (4, 8, 16, 32):
    zeilen = MERKMALE + einheiten + 1
    gewichte = zeilen * einheiten
    ax.bar(links, zeilen, einheiten, align="edge", alpha=0.25, color="C0")
    ax.vlines(links + np.arange(einheiten + 1), 0, zeilen, lw=0.5)
    ax.hlines(np.arange(zeilen + 1), links, links + einheiten, lw=0.5)
    faktor = f"× {gewichte / vorher:.1f}\n".replace(".", ",") if vorher else ""
    namen = (" Gewichte", " Einheiten") if einheiten == 32 else ("", "")
    ax.text(links + einheiten / 2, zeilen + 1, f"{faktor}{gewichte}{namen[0]}", ha="center", va="bottom")
    ax.text(links + einheiten / 2, -1, f"{einheiten}{namen[1]}", ha="center", va="top")
    links, vorher = links + einheiten + ABSTAND, gewichte
ax.set_aspect("equal")
ax.set_axis_off()
