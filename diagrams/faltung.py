"""Die Faltung, auf Deutsch."""

from convolution_grid import draw as drawn
from unrolled import Picture

WORDS = {
    "image": "Bild",
    "kernel": "Kern",
    "products": "Produkte",
    "sum": "Summe",
    "output": "Ausgabe",
    "Nine cells of a 5 × 5 image times a 3 × 3 kernel: the products add up to {sum}, marked.": (
        "Neun Zellen eines Bildes von 5 × 5 mal ein Kern von 3 × 3: Die Produkte ergeben zusammen {sum}, hervorgehoben."
    ),
    "The kernel finds upright lines.": "Der Kern findet senkrechte Striche.",
    "It slides over all nine places of the image; each gives a cell of the output.": (
        "Er gleitet über alle neun Stellen des Bildes; jede ergibt eine Zelle der Ausgabe."
    ),
}


def draw() -> Picture:
    """Sag, was das Bild auf Englisch sagt."""
    return drawn(WORDS.__getitem__).in_language("de", WORDS)
