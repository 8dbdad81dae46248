"""After any edit, a build prints and writes the same as a clean build, byte for byte, and so does the preview.

`EDITS=1000 SEED=7` tries more, or others. A failure lists the steps that lead to it, for `EDITS_ONLY`.
"""

import itertools
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.builds import Warm
from tests.conftest import REPOSITORY
from tests.edited import first_state, without_plugin
from tests.edits import Step, steps
from tests.rebuilding import Failure, Trial
from tests.sampling import EFFORT, EFFORTS, SEED

COUNT = int(os.environ.get("EDITS", EFFORT.edits))
ONLY = [int(it) for it in os.environ.get("EDITS_ONLY", "").split(",") if it]
SHRINKING_S = 180


@pytest.fixture(scope="module")
def warm() -> Iterator[Sequence[Warm]]:
    """Return two processes for forks, because two builds run at a time; they start when they are first needed."""
    pair = [Warm(own=True), Warm(own=True)]
    yield pair
    for it in pair:
        it.end()


def some_steps(count: int, only: Sequence[int], *, has_plugin: bool) -> Iterator[Step]:
    """Iterate over steps, of a site with a plugin of its own or without."""
    for step in steps(SEED, count, only):
        yield step if has_plugin else replace(step, state=without_plugin(step.state))


def tried(
    place: Path, fonts: Path, warm: Sequence[Warm], count: int, say: Callable[[str], None], *, has_plugin: bool
) -> None:
    """Try edits; if they end in a failure, reduce them to as few as possible that still fail."""
    places = (place / str(number) for number in itertools.count())
    began = time.monotonic()
    trial = Trial(next(places), fonts, warm, builds=True, previews=has_plugin)
    if not has_plugin:
        again = trial.built_again(without_plugin(first_state()))
        assert again.is_skipped, again.said + again.report
    failed = trial.run(some_steps(count, ONLY, has_plugin=has_plugin), SEED)
    if not failed:
        took = f"{time.monotonic() - began:.0f} s"
        say(f"{len(ONLY) or count} edits of seed {SEED} in {took}, {trial.skipped} builds skipped")
        return

    def failure(some: Sequence[int]) -> Failure | None:
        again = Trial(next(places), fonts, warm, builds=failed.builds, previews=failed.previews)
        return again.run(some_steps(count, some, has_plugin=has_plugin), SEED)

    leading = [it for it in ONLY or range(1, count + 1) if it <= failed.step.number]
    fewest, last = fewer(leading, failed, failure)
    listed = [str(it) for it in steps(SEED, count, fewest)]
    told = [f"SEED={SEED} EDITS={count} EDITS_ONLY={','.join(map(str, fewest))} leads to", *listed, last.wrong]
    pytest.fail("\n".join(told), pytrace=False)


def fewer(
    leading: list[int], failed: Failure, failure: Callable[[Sequence[int]], Failure | None]
) -> tuple[list[int], Failure]:
    """Leave out steps as long as the rest still fails, for a few minutes."""
    deadline = time.monotonic() + SHRINKING_S
    length = 1
    while length < len(leading) and time.monotonic() < deadline:
        if again := failure(leading[-length:]):
            leading, failed = leading[-length:], again
            break
        length *= 2
    size = len(leading) // 2
    while size and time.monotonic() < deadline:
        for at in reversed(range(0, len(leading) - 1, size)):
            left = leading[:at] + leading[min(at + size, len(leading) - 1) :]
            if time.monotonic() < deadline and (again := failure(left)):
                leading, failed = left, again
        size //= 2
    return leading, failed


@pytest.mark.slow
def test_after_any_edit_everything_is_the_same_as_in_a_clean_build(tmp_path, font_list, warm, say):
    """The output of a build, every file that it writes, and what the preview shows once it has caught up."""
    tried(tmp_path, font_list, warm, COUNT, say, has_plugin=True)


@pytest.mark.slow
def test_builds_are_the_same_if_some_are_skipped(tmp_path, font_list, warm, say):
    """Without a plugin of its own, a site isn't built if nothing has changed."""
    tried(tmp_path, font_list, warm, COUNT // 2, say, has_plugin=False)


def test_the_docs_say_how_many_edits_are_tried() -> None:
    """They are read as proof."""
    for name in ("docs/truth.md", "CONTRIBUTING.md"):
        text = (REPOSITORY / name).read_text("utf-8")
        assert all(f"{EFFORTS[effort].edits} random" in text for effort in ("gate", "night")), name
