"""A batch in words."""

from __future__ import annotations

from ...numbers import counted, text_of
from ...picture import Description
from .batch import Batch

MOST_ROWS = 60
MOST_NUMBERS = 12


def alt_of(batch: Batch) -> str:
    """Say the three axes, and the sample that is set off."""
    axes = f"{counted(batch.samples, 'sample')} of {counted(batch.time_steps, 'time step')}"
    said = (
        f"A batch as a box of the shape {batch.values.shape}: {axes}, each step {counted(batch.features, 'feature')}."
    )
    sentence = f", “{' '.join(batch.sentences[batch.chosen - 1])}”," if batch.sentences else ""
    return f"{said} Sample {batch.chosen}{sentence} is set off in front of the others."


def description_of(batch: Batch) -> Description:
    """Give each step of each sample a row; of a large batch only those of the sample that is set off."""
    whole = batch.samples * batch.time_steps <= MOST_ROWS
    samples = range(1, batch.samples + 1) if whole else (batch.chosen,)
    rows = []
    for sample in samples:
        for step in range(1, batch.time_steps + 1):
            word = [batch.sentences[sample - 1][step - 1]] if batch.sentences else []
            rows.append([str(sample), str(step), *word, _vector(batch.values[sample - 1, step - 1].tolist())])
    text = (
        f"The numbers that go into a recurrent layer have three axes, {batch.values.shape}. The first counts the "
        f"samples of the batch: {counted(batch.samples, 'card')}, one behind the other. The second counts the time "
        f"steps: {counted(batch.time_steps, 'row')} on each card. The third counts the features: "
        f"{counted(batch.features, 'number')} in each row. A model’s code names the last two only."
    )
    head = ["sample", "time step", *(["word"] if batch.sentences else []), "features"]
    return {"text": text if whole else f"{text} The table holds sample {batch.chosen}.", "head": head, "rows": rows}


def _vector(values: list[float]) -> str:
    texts = [text_of(value) for value in values]
    if len(texts) > MOST_NUMBERS:
        texts = [*texts[:3], "…", texts[-1]]
    return ", ".join(texts)
