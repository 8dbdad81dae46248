"""What a trained decoder attends to: for each French word it says, how much of each English word it reads."""

import csv
from pathlib import Path
from typing import cast

import numpy as np

from unrolled import Picture, above, cells, read_keras, run_model, weights_from, word
from unrolled.layers import AdditiveAttention
from unrolled.layers.attention import AttentionTrace

DATA = Path("diagrams/data/translation")
ENGLISH, LENGTH = ["she", "sees", "the", "black", "car"], 8
ALT = (
    "Each row is a French word, and shows how much the network looks at each English word to produce it. For “la”, "
    "that is mostly “{heard}”, {most:.2f} of 1."
)
TOLD = (
    "The weights of the trained network’s AdditiveAttention. Each row adds up to 1. The network produces “{french}” "
    "word by word, and reads what it has said so far."
)


def draw(code: str) -> Picture:
    """Let the trained network translate the sentence greedily, and show what it attends to."""
    model = read_keras(code, model="attentive")
    weights = weights_from(model, DATA / "attention.npz")
    english, french = vocabularies()
    given = [english.index(each) for each in ENGLISH]
    words = ["[start]"]
    while words[-1] != "[end]":
        read = [french.index(each) for each in words]
        trace = run_model(model, *(each + [0] * (LENGTH - len(each)) for each in (given, read)), weights=weights)
        words.append(french[int(trace.output[len(words) - 1].argmax())])
    attention = cast("AttentionTrace", trace.trace_of(AdditiveAttention))
    shares = attention.shares[0, : len(words) - 1, : len(ENGLISH)]
    heads, rows = ([word(each, plain=True) for each in those] for those in (ENGLISH, words[1:]))
    article = words.index("la") - 1
    row = shares[article]
    alt = ALT.format(heard=ENGLISH[int(row.argmax())], most=row.max())
    grid = cells(shares, decimals=2, heat=1, marked=np.s_[article, :], columns=heads, rows=rows)
    return above(grid).picture(alt, TOLD.format(french=" ".join(words[1:-1])))


def vocabularies() -> tuple[list[str], list[str]]:
    """List the words of both languages by index, as the guide does."""
    with (DATA / "pairs.csv").open(encoding="utf-8") as file:
        pairs = [pair for pair in csv.DictReader(file) if pair["split"] == "train"]
    english, french = (
        sorted({each for pair in pairs for each in pair[language].split()}) for language in ("english", "french")
    )
    return ["[pad]", *english], ["[pad]", "[start]", "[end]", *french]
