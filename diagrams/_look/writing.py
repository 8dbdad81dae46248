"""Words in other scripts, as far as the fonts that come with matplotlib support them."""

from unrolled import Picture, read_keras, row, sentence, unroll, word


def draw() -> list[Picture]:
    """Draw words that run from left to right and from right to left."""
    model = read_keras("SimpleRNN(4, input_shape=(3, 2))")
    return [
        row(*map(word, ["Żółw", "Жизнь", "Ψυχή", "שלום", "مرحبا", "GPU שלי"])).picture("Words in six scripts."),
        sentence("הסרט היה לא טוב", turning="לא").reads("טוב", "positive").reads("לא טוב", "negative"),
        unroll(model, ["мама", "мыла", "раму"]).tied("units", "time_steps", "features"),
    ]
