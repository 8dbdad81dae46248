"""What a script asks of a model at work."""

import numpy as np
import pytest

from unrolled import GRU, LSTM, Bidirectional, Dense, NumbersError, SimpleRNN, embed, run_model, stack
from unrolled.layers.recurrent import Recurrent

WORDS = ["I", "am", "groot"]


def at_work(*layers):
    """Run a stack over three words."""
    return run_model(stack(*layers, shape=(3, 2)), embed(WORDS))


def test_a_trace_is_found_by_its_layer_s_kind():
    """With what only such a layer has; the second of a kind by its number."""
    trace = at_work(LSTM(3, return_sequences=True), GRU(2, return_sequences=True), LSTM(4), Dense(1))
    assert trace.trace_of(LSTM).memories.shape == (4, 3)
    assert trace.trace_of(LSTM, 2).memories.shape == (4, 4)
    assert list(trace.trace_of(GRU).gates) == ["update", "reset", "candidate"]
    assert trace.trace_of(Recurrent, 3) is trace.traces[2]
    assert np.array_equal(trace.trace_of(Dense).output, trace.output)
    both = at_work(Bidirectional(SimpleRNN(2))).trace_of(Bidirectional)
    assert both.forward.states.shape == both.backward.states.shape == (4, 2)


@pytest.mark.parametrize(("kind", "number"), [(GRU, 1), (LSTM, 2), (LSTM, 0)])
def test_a_trace_that_is_not_there_is_an_error_that_says_what_is(kind, number):
    """Of layers, in their order."""
    says = rf"no {kind.__name__} number {number}: its layers are LSTM, Dense"
    with pytest.raises(NumbersError, match=says):
        at_work(LSTM(3), Dense(1)).trace_of(kind, number)
