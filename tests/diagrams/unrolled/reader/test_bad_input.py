"""Code that would harm, hang or fill the process that reads it raises an error at its line, or does no harm."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass

import pytest

from tests.conftest import REPOSITORY
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


@dataclass(frozen=True)
class Case:
    """Code, and either the line and a word of its error, `["LSTM"]` if it can be read, or `HARMLESS`."""

    code: str
    expected: object = HARMLESS


CASES = {
    "writes a file": Case("open('x.txt', 'w').write('no')\n" + MODEL, (1, "x.txt")),
    "appends to a file": Case("with open('x.txt', 'a') as f:\n  f.write('no')\n" + MODEL, (1, "x.txt")),
    "writes by pathlib": Case("from pathlib import Path\nPath('x.txt').write_text('no')\n" + MODEL, (2, "x.txt")),
    "opens by os": Case("import os\nos.open('x', os.O_CREAT | os.O_WRONLY)\n" + MODEL, (2, "x")),
    "writes an array": Case("import numpy as np\nnp.save('x', np.zeros(3))\n" + MODEL, (2, "x.npy")),
    "writes to memory and a file": Case("import numpy as np\nnp.zeros(3).tofile('x')\n" + MODEL, (2, "x")),
    "makes a folder": Case("import os\nos.makedirs('a/b')\n" + MODEL, (2, "folder")),
    "removes a file": Case("import os\nos.remove('/etc/nothing')\n" + MODEL, (2, "removes")),
    "removes a tree": Case("import shutil\nshutil.rmtree('.')\n" + MODEL, (2, "removes")),
    "moves a file": Case("import os\nos.rename('a', 'b')\n" + MODEL, (2, "moves")),
    "links": Case("import os\nos.symlink('/etc', 'etc')\n" + MODEL, (2, "file")),
    "writes a temporary file": Case("import tempfile\nf = tempfile.NamedTemporaryFile()\n" + MODEL, (2, "writes")),
    "writes a database": Case("import sqlite3\nsqlite3.connect('x.db')\n" + MODEL, (2, "database")),
    "saves the model": Case(MODEL + "model.save('x.keras')\nmodel.save_weights('x.weights.h5')\n", ["LSTM"]),
    "changes the folder": Case("import os\nos.chdir('/')\n" + MODEL),
    "changes the environment": Case("import os\nos.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'\n" + MODEL, ["LSTM"]),
    "clears the environment": Case("import os\nos.environ.clear()\n" + MODEL, ["LSTM"]),
    "puts an environment variable": Case("import os\nos.putenv('X', '1')\n" + MODEL),
    "changes the path": Case("import sys\nsys.path.insert(0, '/nowhere')\nsys.path.clear()\n" + MODEL, ["LSTM"]),
    "sets the file mask": Case("import os\nos.umask(0)\n" + MODEL),
    "runs a command": Case("import os\nos.system('touch x')\n" + MODEL, (2, "process")),
    "runs a process": Case("import subprocess\nsubprocess.run(['touch', 'x'])\n" + MODEL, (2, "process")),
    "forks": Case("import os\nos.fork()\n" + MODEL, (2, "process")),
    "uses many processes": Case("import multiprocessing as mp\nmp.Pool(2)\n" + MODEL),
    "starts a thread": Case("import threading\nthreading.Thread(target=print).start()\n" + MODEL),
    "uses a pool of threads": Case(
        "from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor() as e:\n  e.submit(print)\n"
        + MODEL
    ),
    "runs a loop of events": Case("import asyncio\nasync def f(): return 3\nasyncio.run(f())\n" + MODEL),
    "opens a socket": Case("import socket\nsocket.create_connection(('127.0.0.1', 9))\n" + MODEL, (2, "network")),
    "fetches": Case("import urllib.request\nurllib.request.urlopen('http://127.0.0.1:9/')\n" + MODEL, (2, "network")),
    "downloads data": Case(
        "x = keras.utils.get_file('x.txt', 'http://127.0.0.1:9/x')\ntext = open(x).read()\n" + MODEL, ["LSTM"]
    ),
    "listens": Case("import socket\nsocket.socket().bind(('127.0.0.1', 0))\n" + MODEL, (2, "network")),
    "loads a library": Case("import ctypes\nctypes.CDLL(None).abort()\n" + MODEL),
    "reads an address": Case("import ctypes\nctypes.string_at(0)\n" + MODEL),
    "never ends": Case(MODEL + "while True:\n  pass\n", (2, "seconds")),
    "never ends, whatever is caught": Case(
        "while True:\n  try:\n    while True: pass\n  except BaseException:\n    pass\n" + MODEL, (3, "seconds")
    ),
    "never ends in a comprehension": Case("import itertools\nx = [i for i in itertools.count()]\n" + MODEL),
    "never ends in a generator": Case("def f():\n  while True: yield 1\nsum(f())\n" + MODEL),
    "never ends in C": Case("import itertools\nsum(itertools.repeat(0))\n" + MODEL, KILLED),
    "never ends in a regular expression": Case("import re\nre.match('(a+)+$', 'a' * 40 + 'b')\n" + MODEL),
    "never ends in its finally": Case("try:\n  while True: pass\nfinally:\n  while True: pass\n" + MODEL),
    "adds layers for ever": Case("model = Sequential()\nwhile True:\n  model.add(Dense(1))\n"),
    "waits": Case("import time\ntime.sleep(3600)\n" + MODEL),
    "recurs": Case("def f(): return f()\nf()\n" + MODEL, (1, "Recursion")),
    "recurs with a higher limit": Case("import sys\nsys.setrecursionlimit(10**9)\ndef f(): return f()\nf()\n" + MODEL),
    "recurs in what it catches": Case("def f():\n  try:\n    f()\n  finally:\n    f()\nf()\n" + MODEL),
    "recurs in a property": Case("class A:\n  def __getattr__(self, n): return getattr(self, n)\nA().x\n" + MODEL),
    "a long text": Case("x = 'x' * 10**10\n" + MODEL, (1, "MB")),
    "a long list": Case("x = list(range(10**10))\n" + MODEL),
    "a list that grows": Case("x = [0]\nwhile True: x += x\n" + MODEL),
    "a large array": Case("import numpy as np\nx = np.zeros((10**5, 10**5))\n" + MODEL),
    "a large array that is filled": Case("import numpy as np\nx = np.ones((10**5, 10**5))\n" + MODEL),
    "a large number": Case("x = 9**9**9\n" + MODEL),
    "a large number that the compiler folds": Case("x = (2**1000)**1000\n" + MODEL, ["LSTM"]),
    "a large shift": Case("x = 1 << 10**12\n" + MODEL),
    "memory that is caught": Case("try:\n  x = 'x' * 10**10\nexcept MemoryError:\n  pass\n" + MODEL),
    "a huge range": Case("r = range(10**18)\nn = len(r)\n" + MODEL, ["LSTM"]),
    "huge units": Case("model = Sequential([Input((3, 2)), LSTM(10**12)])\n"),
    "a billion layers": Case("model = Sequential([Input((3,))] + [Dense(1)] * 10**9)\n"),
    "exits": Case("import sys\nsys.exit()\n" + MODEL, (2, "exit")),
    "exits by a builtin": Case(MODEL + "exit()\n"),
    "exits by raising": Case("raise SystemExit(3)\n" + MODEL, (1, "exits here")),
    "exits at once": Case("import os\nos._exit(3)\n" + MODEL, (2, "_exit")),
    "aborts": Case("import os\nos.abort()\n" + MODEL, (2, "abort")),
    "kills itself": Case("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n" + MODEL),
    "raises a signal": Case("import signal\nsignal.raise_signal(signal.SIGTERM)\n" + MODEL),
    "interrupts": Case("raise KeyboardInterrupt\n" + MODEL, (1, "KeyboardInterrupt")),
    "interrupts the main thread": Case("import _thread\n_thread.interrupt_main()\n" + MODEL),
    "raises a bare exception": Case("class E(BaseException): pass\nraise E('so')\n" + MODEL, (2, "so")),
    "asks": Case("n = int(input('How many? '))\nmodel = Sequential([Input((3, 2)), LSTM(n)])\n", (2, "input")),
    "asks and does not care": Case("name = input()\n" + MODEL, ["LSTM"]),
    "stops in a debugger": Case("breakpoint()\n" + MODEL),
    "shows a plot": Case(
        "import matplotlib.pyplot as plt\nplt.plot([1])\nplt.show()\nplt.savefig('x.png')\n" + MODEL, ["LSTM"]
    ),
    "a magic": Case("%matplotlib inline\n" + MODEL, ["LSTM"]),
    "a magic of cells": Case("%%time\n" + MODEL, ["LSTM"]),
    "a shell line": Case("!pip install keras\n" + MODEL, ["LSTM"]),
    "a question": Case("LSTM?\n" + MODEL, ["LSTM"]),
    "a shell block": Case("$ pip install keras\n$ python train.py\n", (1, "$ pip")),
    "a prompt": Case(">>> model = Sequential([Input((3, 2)), LSTM(4)])\n", ["LSTM"]),
    "a stub": Case("def build():\n  ...\n" + MODEL, ["LSTM"]),
    "a stub as an argument": Case("model = Sequential([Input((3, 2)), LSTM(...)])\n", (1, "...")),
    "a stub as a layer": Case("model = Sequential([Input((3, 2)), ..., LSTM(4)])\n", (1, "...")),
    "an import of nothing": Case("import there_is_no_such_module as t\nt.setup()\n" + MODEL, ["LSTM"]),
    "a fit on data that does not exist": Case(MODEL + "model.fit(x_train, y_train, epochs=3)\n", ["LSTM"]),
    "deletes the builtins": Case("del __builtins__\n" + MODEL),
    "empties the builtins": Case("import builtins\nvars(builtins).clear()\n" + MODEL),
    "patches a builtin": Case("import builtins\nbuiltins.len = lambda x: 7\n" + MODEL),
    "patches a builtin of its own": Case("__builtins__['len'] = lambda x: 7\n" + MODEL),
    "patches the standard library": Case("import json, os\njson.loads = os.remove = None\n" + MODEL),
    "patches NumPy": Case("import numpy as np\nnp.zeros = np.asarray = None\n" + MODEL),
    "patches Keras": Case(
        "import keras\nkeras.layers.LSTM = keras.layers.GRU\n"
        "model = keras.Sequential([keras.Input((3, 2)), keras.layers.LSTM(4)])\n"
    ),
    "patches the kit": Case("import unrolled\nunrolled.read_keras = None\n" + MODEL),
    "patches the kit from within": Case("import sys\nsys.modules['unrolled.reader'].read_keras = None\n" + MODEL),
    "removes modules": Case("import sys\nsys.modules.clear()\n" + MODEL),
    "replaces a module": Case("import sys\nsys.modules['numpy'] = None\nsys.modules['os'] = None\n" + MODEL),
    "sets an alarm": Case("import signal\nsignal.alarm(1)\n" + MODEL),
    "sets a handler": Case("import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n" + MODEL),
    "takes the reader's timer away": Case(
        "import signal\nsignal.setitimer(signal.ITIMER_PROF, 0)\nwhile True: pass\n" + MODEL
    ),
    "lifts a limit": Case("import resource\nresource.setrlimit(resource.RLIMIT_AS, (-1, -1))\n" + MODEL),
    "turns the collector off": Case("import gc\ngc.disable()\ngc.collect()\n" + MODEL),
    "finds the reader by the collector": Case("import gc\nfor o in gc.get_objects():\n  pass\n" + MODEL),
    "looks at the frames": Case("import sys\nf = sys._getframe()\nwhile f.f_back: f = f.f_back\n" + MODEL),
    "traces": Case("import sys\nsys.settrace(lambda *a: None)\n" + MODEL),
    "registers an ending": Case("import atexit\natexit.register(print, 'x')\n" + MODEL),
    "closes the streams": Case("import sys\nsys.stdout.close()\nsys.stderr = None\n" + MODEL),
    "closes the descriptors": Case("import os\nos.close(1)\nos.close(2)\n" + MODEL),
    "a seed": Case("import random, numpy as np\nrandom.seed(1)\nnp.random.seed(1)\n" + MODEL, ["LSTM"]),
    "prints much": Case("for i in range(200000): print('x' * 100)\n" + MODEL, ["LSTM"]),
    "prints one long line": Case("print('x' * 10**8)\n" + MODEL),
    "warns": Case("import warnings\nwarnings.warn('old')\nwarnings.simplefilter('error')\n" + MODEL, ["LSTM"]),
    "changes how arrays print": Case("import numpy as np\nnp.set_printoptions(precision=1)\n" + MODEL, ["LSTM"]),
    "changes how errors are met": Case("import numpy as np\nnp.seterr(all='raise')\n" + MODEL, ["LSTM"]),
    "changes the locale": Case("import locale\nlocale.setlocale(locale.LC_ALL, 'C')\n" + MODEL, ["LSTM"]),
    "changes the decimal context": Case("import decimal\ndecimal.getcontext().prec = 2\n" + MODEL, ["LSTM"]),
    "deep parentheses": Case("x = " + "(" * 150 + "1" + ")" * 150 + "\n" + MODEL),
    "deeper parentheses": Case("x = " + "(" * 5000 + "1" + ")" * 5000 + "\n" + MODEL, (1, "")),
    "a deep list": Case("x = " + "[" * 90 + "]" * 90 + "\n" + MODEL, ["LSTM"]),
    "a long sum": Case("x = " + "1 + " * 20000 + "1\n" + MODEL),
    "many minus signs": Case("x = " + "-" * 20000 + "1\n" + MODEL),
    "100,000 lines": Case("x = 1\n" * 100_000 + MODEL),
    "a long line": Case(f"x = '{'a' * 10**6}'\n" + MODEL, ["LSTM"]),
    "a null byte": Case("x = 1\n\0\n" + MODEL, (2, "")),
    "a byte order mark": Case("\ufeff" + MODEL, ["LSTM"]),
    "Windows lines": Case("x = 1\r\n" + MODEL.replace("\n", "\r\n"), ["LSTM"]),
    "old Mac lines": Case("x = 1\r" + MODEL, ["LSTM"]),
    "tabs": Case("if True:\n\tx = 1\n\tif x:\n\t\ty = 2\n" + MODEL, ["LSTM"]),
    "tabs and spaces": Case("if True:\n\tx = 1\n        y = 2\n" + MODEL, (3, "")),
    "a form feed": Case("x = 1\n\x0c\n" + MODEL, ["LSTM"]),
    "a line separator": Case("s = 'a\u2028b'\n" + MODEL, ["LSTM"]),
    "half a letter": Case("s = '\ud800'\n" + MODEL),
    "half a letter in a name": Case("\ud800 = 1\n" + MODEL),
    "letters that look alike": Case("LSTM = GRU\nmodel = Sequential([Input((3, 2)), ＬＳＴＭ(4)])\n", ["GRU"]),
    "an encoding line": Case("# -*- coding: latin-1 -*-\n" + MODEL, ["LSTM"]),
    "an unknown encoding": Case("# -*- coding: nonsense -*-\n" + MODEL, ["LSTM"]),
    "nothing": Case("", (1, "no layer")),
    "only comments": Case("# nothing\n\n# at all\n", (1, "no layer")),
    "a return outside": Case("return 3\n" + MODEL, (1, "return")),
    "an await outside": Case("await f()\n" + MODEL, (1, "")),
    "a future of annotations": Case("from __future__ import annotations\n" + MODEL, ["LSTM"]),
    "a future that is none": Case("from __future__ import braces\n" + MODEL, (1, "")),
    "Python 2": Case("print 'hello'\n" + MODEL, (1, "print")),
    "a relative import": Case("from . import layers\nfrom .models import build\n" + MODEL, ["LSTM"]),
    "compiles and runs": Case("exec(compile('open(\"x\", \"w\")', 'c', 'exec'))\n" + MODEL, (1, "x")),
    "hides what it runs": Case("__import__('o' + 's').__dict__['sys' + 'tem']('touch x')\n" + MODEL, (1, "system")),
    "unpickles": Case("import pickle\npickle.loads(b\"cos\\nsystem\\n(S'touch x'\\ntR.\")\n" + MODEL),
    "writes when it is collected": Case("class A:\n  def __del__(self): open('x', 'w')\na = A()\ndel a\n" + MODEL),
    "writes in a finally of a generator": Case(
        "def f():\n  try: yield\n  finally: open('x', 'w')\ng = f()\nnext(g)\n" + MODEL
    ),
    "writes in a finally of another generator": Case(
        "def f():\n  try:\n    x=(yield)\n  finally: open('x', 'w')\ng = f()\nnext(g)\n" + MODEL
    ),
    "writes when a circle is collected": Case(
        "class A: pass\nsetattr(A, '__' + 'del__', lambda self: open('x', 'w'))\na = A()\na.a = a\n" + MODEL
    ),
    "writes when a model is collected": Case(
        "class A(Sequential):\n  def __del__(self): open('x', 'w')\nm = A([Input((3, 2)), LSTM(4)])\n"
    ),
    "is equal to everything": Case(
        "class A:\n  def __eq__(self, o): return True\n  __hash__ = None\n"
        "model = Sequential([Input((3, 2)), LSTM(A())])\n",
        (4, "units"),
    ),
    "a number that changes": Case(
        "class N(int):\n  def __index__(self): return 9\nmodel = Sequential([Input((3, 2)), LSTM(N(4))])\n"
    ),
    "a list that never ends": Case(
        "class L(list):\n  def __iter__(self):\n    while True: yield Dense(1)\nmodel = Sequential(L())\n"
    ),
}


SOME = some(CASES, one_in=5)


@pytest.fixture(scope="module")
def answers(request, tmp_path_factory):
    """Return the result for each code, read in its own process."""
    if not hasattr(os, "fork"):
        pytest.skip("each code is read in a process that is forked for it")
    asked = [item.callspec.params["name"] for item in request.session.items if "answers" in item.fixturenames]
    cases = {name: case for name, case in CASES.items() if name in asked}
    program = [sys.executable, "-m", "tests.diagrams.unrolled.reader.bad_input", str(PROCESSOR_S)]
    places = os.pathsep.join(map(str, (REPOSITORY, REPOSITORY / "diagrams", REPOSITORY / "tests")))
    done = subprocess.run(
        program,
        input=json.dumps(
            [(case.code, SHORT_PATIENCE_S if case.expected == KILLED else PATIENCE_S) for case in cases.values()]
        ),
        cwd=tmp_path_factory.mktemp("reading"),
        env=os.environ | {"PYTHONPATH": places},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    return dict(zip(cases, map(json.loads, done.stdout.splitlines()), strict=True))


@pytest.mark.parametrize("name", SOME)
def test_bad_code_does_no_harm(name, answers):
    """It is read, or raises one of the kit's errors; nothing else changes, and valid code can be read afterwards."""
    answer = answers[name]
    if CASES[name].expected == KILLED:
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
    code = CASES["never ends in C"].code
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY / "diagrams")}
    done = subprocess.run([sys.executable, "-c", limited, code], env=environment, capture_output=True, text=True)
    assert -done.returncode == signal.SIGVTALRM, done.stderr
    used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
    assert Limits().processor_s < used < Limits().processor_s + 2


@pytest.mark.parametrize("name", [name for name in SOME if CASES[name.values[0]].expected not in (HARMLESS, KILLED)])
def test_bad_code_raises_an_error_at_its_line(name, answers):
    """One sentence says what is wrong; code that is merely odd can be read."""
    answer, expected = answers[name], CASES[name].expected
    if isinstance(expected, list):
        assert answer.get("layers") == expected, answer
    else:
        line, word = expected
        assert answer.get("line") == line, answer
        assert word in answer["message"]
        assert answer["own"]
