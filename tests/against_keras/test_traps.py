"""Whether the real Keras still builds of the traps what is recorded, and whether the reader reads them so."""

import numpy as np
import pytest

from tests.against_keras.traps import is_drawn, recorded, verdict
from tests.diagrams.unrolled.reader.traps import outcome, traps

CLOSE = 1e-4


@pytest.mark.keras
@pytest.mark.when_changed(
    "tests/diagrams/unrolled/reader/traps", "tests/against_keras/recorded/traps", "requirements-verify.txt"
)
@pytest.mark.takes_turns(one_in=3)
@pytest.mark.filterwarnings("ignore")  # the warnings of Keras and its backends
@pytest.mark.parametrize(("name", "trap"), [pytest.param(*each, id=each[0]) for each in traps().items()])
def test_a_trap_is_read_as_keras_builds_it(name, trap):
    """Live: the record must still hold, and the kit must draw the model that is built now."""
    pytest.importorskip("keras", reason="compared only where Keras is installed", exc_type=ImportError)
    from tests.against_keras.built import run

    now, then = run(trap.blocks, trap.data, trap.model), recorded()[name]
    assert ("fails" in now) == ("fails" in then)
    if is_drawn(trap):  # what is refused may be another model each time, and is for that very reason
        assert {key: each for key, each in now.items() if key != "answers"} == {
            key: each for key, each in then.items() if key != "answers"
        }
        for ours, theirs in zip(now.get("answers", ()), then.get("answers", ()), strict=True):
            np.testing.assert_allclose(ours, theirs, atol=CLOSE)
    judged, why = verdict(trap, outcome(trap.code), now)
    assert judged in ("drawn right", "refused as meant"), f"{judged}: {why}"
