"""From scores to the next word: each score divided by a temperature, then softmax."""

from unrolled import Picture, logits


def draw(
    words: list[str],
    scores: list[float],
    temperature: float = 1.0,
    temperatures: list[float] | None = None,
    top_k: int | None = None,
    shown: list[str] | None = None,
    neutral: bool = True,
) -> Picture:
    """Turn the `scores` of the `words`, one for each, into shares that add up to 1.

    The scores are divided by the `temperature` first; several `temperatures` are drawn side by side instead. With
    `top_k`, only this many words with the highest scores get a share. `shown` lists the words with a row of their own;
    without it, these are the words with the highest scores. Words have a neutral background, unless `neutral` is no.
    """
    return logits(words, scores, temperature=temperatures or temperature, top_k=top_k, shown=shown, neutral=neutral)
