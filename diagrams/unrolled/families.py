"""The families of figures, and what stands in for each where it lacks a letter."""

SANS, SERIF, MONO = "Unrolled Sans", "Unrolled Serif", "Unrolled Mono"
FALLBACKS = {SANS: "DejaVu Sans", SERIF: "DejaVu Serif", MONO: "DejaVu Sans Mono"}
"""They come with matplotlib, in a regular and a bold weight."""
HEAVY = 600
