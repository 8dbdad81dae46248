"""What travels when a step is played: along which wire, in which beat, and from where."""

from unrolled import LSTM, cell, read_keras, unroll

WORDS = ["I", "am", "groot"]
CODE = "from keras import Input, Sequential\nfrom keras.layers import *\nmodel = Sequential([Input((3, 2)), LSTM(2)])"


def told(ways):
    """Say of each vector in which step and beat it comes and goes."""
    return {
        name: [f"{'goes' if goes else 'comes'} {step}.{beat}" for step, beat, _, *goes in each]
        for name, each in ways.items()
    }


def test_states_travel_from_step_to_step():
    """The wire carries each from the block that gives it to the next one; in both layouts, along time."""
    ways = unroll(read_keras(CODE), WORDS).asks["ways"]
    for form, main in (("wide", 0), ("narrow", 1)):
        said = told(ways[form])
        assert said["memory-0"] == said["state-0"] == said["embedding-1"] == ["goes 1.0"]
        assert said["memory-1"] == said["state-1"] == ["comes 1.1", "goes 2.0"]
        assert said["output"] == ["comes 3.1"]
        (_, _, come), (_, _, go, _) = ways[form]["state-1"]
        assert come[0][main] < 0 == come[-1][main] == go[0][main] < go[-1][main]
        assert [corner[1 - main] for corner in (*come, *go)] == [0, 0, 0, 0]
        assert [corner[2] for corner in come] == [0, 1]


def test_in_a_cell_vectors_ride_through_gates_that_open():
    """What a step both gives and reads comes before it goes. What enters by the bus turns where a block taps it."""
    asks = cell(LSTM(2), WORDS).asks
    said = told(asks["ways"]["wide"])
    assert (said["memory-before"], said["kept"]) == (["goes 2.0", "goes 2.1"], ["comes 2.1", "goes 4.0"])
    assert (said["candidate"], said["written"]) == (["comes 3.0", "goes 3.1"], ["comes 3.1", "goes 4.0"])
    assert sorted(said["state-before"]) == ["goes 2.0", "goes 3.0", "goes 3.0", "goes 5.0"]
    assert all(len(corners) == 3 for _, _, corners, _ in asks["ways"]["wide"]["state-before"])
    assert asks["opens"].keys() == {"forget-gate", "input-gate", "output-gate"}
    assert "forget-gate" not in said


def test_what_isn_t_kept_falls_and_without_wires_a_sum_still_joins():
    """Its numbers are what the memory was, without what is kept of it; zeros lose nothing."""
    picture = cell(LSTM(2), WORDS)
    for form in ("wide", "narrow", "mid"):
        *_, (_, _, corners, numbers) = picture.asks["ways"][form]["memory-before"]
        assert numbers == ("−0.16", "0.01")
        assert corners[0][1] == 0 < corners[-1][1]
    *_, (*_, numbers) = picture.in_language("de").asks["ways"]["narrow"]["memory-before"]
    assert numbers == ("−0,16", "0,01")
    assert told(cell(LSTM(2), WORDS, step=1).asks["ways"]["wide"])["memory-before"] == ["goes 2.0"]
    said = told(picture.asks["ways"]["narrow"])
    assert (said["kept"], said["written"]) == (["comes 2.1", "goes 4.0"], ["comes 3.1", "goes 4.0"])
    assert said["memory-after"] == ["comes 4.1", "goes 5.0"]


def test_a_step_of_a_sequence_has_nothing_to_play():
    """Its numbers can still be asked."""
    assert not {"ways", "opens"} & cell(LSTM(2), WORDS).focus(2).asks.keys()
