"""Vom Text zur Vorhersage, auf Deutsch."""

from pipeline import draw as drawn
from unrolled import Picture

WORDS = {
    "split": "teilen",
    "embed": "einbetten",
    "words": "Wörter",
    "embeddings": "Embeddings",
    "last state": "letzter Zustand",
    "prediction": "Vorhersage",
    "negative": "negativ",
    "not": "nicht",
    "good": "gut",
    "“not good”": "„nicht gut“",
    "A text is split into words, which become vectors; an LSTM sums them up, and a Dense layer predicts.": (
        "Ein Text wird in Wörter geteilt, die zu Vektoren werden; ein LSTM fasst sie zusammen, und eine Dense-Schicht "
        "sagt voraus."
    ),
}


def draw() -> Picture:
    """Sag, was das Bild auf Englisch sagt."""
    return drawn(WORDS.__getitem__).in_language("de", WORDS)
