"""Which results are remembered from one build to the next, and for how long."""

from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.building import memo
from plugins.building.memo import begin, remembered


def builds(asked: list[list[int]]) -> list[list[int]]:
    """Call a function with some numbers in each of several builds; return the computed ones of each."""
    called: list[int] = []

    @remembered
    def square(number: int) -> int:
        called.append(number)
        return number * number

    calls = []
    for numbers in asked:
        begin(None)
        called.clear()
        assert [square(number) for number in numbers] == [number * number for number in numbers]
        calls.append([*called])
    return calls


@given(st.lists(st.lists(st.integers(0, 5))))
def test_a_result_that_the_last_build_used_is_not_computed_again(asked: list[list[int]]) -> None:
    """Others are computed once; results that a build doesn't use are forgotten."""
    for (before, now), calls in zip(pairwise([[], *asked]), builds(asked), strict=True):
        assert calls == list(dict.fromkeys(number for number in now if number not in before))


def test_an_exception_is_raised_each_time() -> None:
    """It isn't a result."""
    tries: list[Any] = []

    @remembered
    def fails(number: int) -> int:
        tries.append(number)
        raise ValueError(number)

    for _ in range(2):
        with pytest.raises(ValueError, match="3"):
            fails(3)
    assert tries == [3, 3]


def test_a_stored_number_is_not_computed_by_the_next_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless the code has changed, or the file is damaged."""
    calls: list[str] = []
    file = tmp_path / memo.FILE

    def process(*texts: str) -> list[str]:
        monkeypatch.setattr(memo, "_stored", {})
        monkeypatch.setattr(memo, "_memos", [])
        monkeypatch.setattr(memo, "results", memo.ResultsFile())
        calls.clear()

        @memo.stored
        def length(text: str) -> int:
            calls.append(text)
            return len(text)

        for _ in range(2):
            begin(SimpleNamespace(settings={"CACHE_PATH": str(tmp_path)}))
            assert [length(text) for text in texts] == [*map(len, texts)]
            memo.results.write(None)
        return [*calls]

    assert process("a", "bcd\udc80") == ["a", "bcd\udc80"]
    assert process("a", "bc") == ["bc"]
    assert process("a", "bcd\udc80") == ["bcd\udc80"]  # the build before didn't use it
    for damage in (b"", b"{}", file.read_bytes().replace(b"1", b'"1"')):
        file.write_bytes(damage)
        assert process("a") == ["a"]
    assert process("a") == []
    monkeypatch.setattr(memo, "_code", lambda: "other")
    assert process("a") == ["a"]
