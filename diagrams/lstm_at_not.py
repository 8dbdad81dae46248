"""What the LSTM trained to judge verdicts on films does at “good” and at “not” to its memory: a ledger."""

from _ledger import across, columns, down, entries
from _sentiment import read, toy
from unrolled import LSTM, Picture
from unrolled.description import Description
from unrolled.picture import in_two_forms

WORDS = ["The", "movie", "was", "good", "not", "bad"]
STEPS = 4, 5
ALT = (
    "What “good” and then “not” do to the memory in “{}”, from the top: the old memory, times the forget gate, is what "
    "is kept; what is written is added, and the sum is the new memory. The memory of “good” is the old one at “not”."
)


def draw() -> Picture:
    """Write the numbers at both words below one another."""
    model, weights = toy(LSTM(2), "lstm_2_units", len(WORDS))
    memories = read(model, weights, WORDS).trace_of(LSTM).memories
    ledger = entries(memories, WORDS, STEPS)
    description = Description.of(ALT.format(" ".join(WORDS)), table=columns(ledger))
    return in_two_forms([across(ledger)], [down(ledger)], description)
