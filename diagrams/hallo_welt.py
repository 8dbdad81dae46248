"""Zwei Wörter, gelesen von der Schicht des Codes darüber."""

from unrolled import Picture, read_keras, unroll


def draw(code: str) -> Picture:
    """Schlag die Wörter in der Tabelle des Codes nach und gib den Zustand weiter."""
    return unroll(read_keras(code), ["hallo", "Welt"])
