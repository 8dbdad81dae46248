"""What each word of a sentence does to the memory of the code's LSTM: a ledger of what is kept and what is added."""

from _ledger import across, columns, down, entries
from unrolled import LSTM, Picture, embed, read_keras, record, run_model
from unrolled.description import Description
from unrolled.picture import in_two_forms

WORDS = ["I", "am", "groot"]
ALT = (
    "For each word of “{}”, from the top: the old memory, times the forget gate, is what is kept; what is written is "
    "added, and the sum is the new memory, which is the old one at the next word."
)


def draw(code: str) -> Picture:
    """Write the numbers of each step below one another; on a phone, the steps too."""
    memories = run_model(read_keras(code), record(embed(WORDS))).trace_of(LSTM).memories
    ledger = entries(memories, WORDS, range(1, len(WORDS) + 1))
    description = Description.of(ALT.format(" ".join(WORDS)), table=columns(ledger))
    return in_two_forms([across(ledger)], [down(ledger)], description)
