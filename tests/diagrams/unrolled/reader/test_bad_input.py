"""Code that would harm, hang or fill the process that reads it raises an error at its line, or does no harm."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.diagrams.cases import Case, cases
from tests.sampling import some
from unrolled.reader.guard import Limits

MODEL = "model = Sequential([Input((3, 2)), LSTM(4)])\n"
PROCESSOR_S = 0.3
"""The limit on a block here; code that ends by itself needs a third of it."""
MOST_PROCESSOR_S = PROCESSOR_S + 1.5
"""A margin above the code's own limit, for other work on a busy machine."""
PATIENCE_S = 60
SHORT_PATIENCE_S = PROCESSOR_S + 1
"""For code that is never stopped: longer than it takes if the process may be killed."""
HARMLESS = "it does no harm"
KILLED = "it does not end"
"""Python notices no timeout while C code runs, so only the parent process can stop it, as the plugin does."""


ODD = {
    "deeper parentheses": ("x = " + "(" * 5000 + "1" + ")" * 5000 + "\n" + MODEL, "1: not Python"),
    "a long sum": ("x = " + "1 + " * 20000 + "1\n" + MODEL, HARMLESS),
    "many minus signs": ("x = " + "-" * 20000 + "1\n" + MODEL, HARMLESS),
    "100,000 lines": ("x = 1\n" * 100_000 + MODEL, HARMLESS),
    "a long line": (f"x = '{'a' * 10**6}'\n" + MODEL, "LSTM"),
    "a null byte": ("x = 1\n\0\n" + MODEL, "2: not Python"),
    "a byte order mark": ("\ufeff" + MODEL, "LSTM"),
    "Windows lines": ("x = 1\r\n" + MODEL.replace("\n", "\r\n"), "LSTM"),
    "old Mac lines": ("x = 1\r" + MODEL, "LSTM"),
    "tabs": ("if True:\n\tx = 1\n\tif x:\n\t\ty = 2\n" + MODEL, "LSTM"),
    "tabs and spaces": ("if True:\n\tx = 1\n        y = 2\n" + MODEL, "3: not Python"),
    "a form feed": ("x = 1\n\x0c\n" + MODEL, "LSTM"),
    "a line separator": ("s = 'a\u2028b'\n" + MODEL, "LSTM"),
    "half a letter": ("s = '\ud800'\n" + MODEL, HARMLESS),
    "half a letter in a name": ("\ud800 = 1\n" + MODEL, HARMLESS),
    "nothing": ("", "1: no layer"),
    "only comments": ("# nothing\n\n# at all\n", "1: no layer"),
}
"""Code that no editor would show as it is."""
CASES = {case.name: case for (case,) in (it.values for it in cases(Path(__file__).with_name("bad_input.md")))} | {
    name: Case(name, code, (expected,)) for name, (code, expected) in ODD.items()
}
SOME = some(CASES, one_in=5)


@pytest.fixture(scope="module")
def answers(request, tmp_path_factory):
    """Return the result for each code, read in its own process."""
    if not hasattr(os, "fork"):
        pytest.skip("each code is read in a process that is forked for it")
    asked = [item.callspec.params["name"] for item in request.session.items if "answers" in item.fixturenames]
    chosen = {name: case for name, case in CASES.items() if name in asked}
    program = [sys.executable, "-m", "tests.diagrams.unrolled.reader.bad_input", str(PROCESSOR_S)]
    places = os.pathsep.join(map(str, (REPOSITORY, REPOSITORY / "diagrams", REPOSITORY / "tests")))
    done = subprocess.run(
        program,
        input=json.dumps(
            [(case.text, SHORT_PATIENCE_S if case.expected == (KILLED,) else PATIENCE_S) for case in chosen.values()]
        ),
        cwd=tmp_path_factory.mktemp("reading"),
        env=os.environ | {"PYTHONPATH": places},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    return dict(zip(chosen, map(json.loads, done.stdout.splitlines()), strict=True))


@pytest.mark.parametrize("name", SOME)
def test_bad_code_does_no_harm(name, answers):
    """It is read, or raises one of the kit's errors; nothing else changes, and valid code can be read afterwards."""
    answer = answers[name]
    if CASES[name].expected == (KILLED,):
        assert answer == {"died": KILLED}
        return
    assert "died" not in answer, answer
    assert "raised" not in answer, answer
    assert answer["changed"] == {}
    assert answer["good"] == ["LSTM", "Dense", 117]
    assert answer["processor_s"] < MOST_PROCESSOR_S


@pytest.mark.slow
def test_endless_c_code_is_stopped_if_the_process_may_be_killed():
    """A process that draws figures has a limit, and doesn't take half a minute to reach it."""
    resource = pytest.importorskip("resource", reason="Windows has no such limits")
    limited = (
        "import resource, sys\nfrom unrolled import read_keras\nresource.setrlimit(resource.RLIMIT_CPU, (30, 30))\n"
        "read_keras(sys.argv[1])"
    )
    code = CASES["Never ends in C"].text
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY / "diagrams")}
    done = subprocess.run([sys.executable, "-c", limited, code], env=environment, capture_output=True, text=True)
    assert -done.returncode == signal.SIGVTALRM, done.stderr
    used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
    assert Limits().processor_s < used < Limits().processor_s + 2


@pytest.mark.parametrize("name", [name for name in SOME if CASES[name.values[0]].expected[0] not in (HARMLESS, KILLED)])
def test_bad_code_raises_an_error_at_its_line(name, answers):
    """One sentence says what is wrong; code that is merely odd can be read."""
    answer, (expected,) = answers[name], CASES[name].expected
    line, is_error, word = expected.partition(": ")
    if is_error:
        assert answer.get("line") == int(line), answer
        assert word in answer["message"]
        assert answer["own"]
    else:
        assert answer.get("layers") == [expected], answer
