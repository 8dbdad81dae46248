"""Die Faltung, auf Deutsch."""

from convolution_grid import ALT, TOLD
from convolution_grid import draw as drawn
from unrolled import Picture

WORDS = {
    "image": "Bild",
    "kernel": "Kern",
    "products": "Produkte",
    "sum": "Summe",
    "output": "Ausgabe",
    ALT: (
        "Neun Zellen eines Bildes von 5 × 5 mal ein Kern von 3 × 3: Die Produkte ergeben zusammen %(sum)s, die "
        "markierte Zelle."
    ),
    TOLD: (
        "Der Kern findet senkrechte Striche. Er gleitet über alle neun Stellen des Bildes; jede ergibt eine Zelle der "
        "Ausgabe."
    ),
}


def draw() -> Picture:
    """Sag, was das Bild auf Englisch sagt."""
    return drawn().in_language("de", WORDS)
