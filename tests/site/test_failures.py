"""The report for a broken script: its own line, the call stack, its output, what to try."""

from __future__ import annotations

import re

import pytest

from tests.conftest import Site

PLT = "import matplotlib.pyplot as plt\n"
MEND = "fix the script, then build again"
TOO_LONG = "(it used more than 1 s of processor time|it was still running after 10 s), so it was stopped"
"""The first limit that is reached: on a very busy machine, the clock. `test_engine.py` distinguishes them."""

# For each: the script, and its report below the article's line; a line is a regular expression.
BROKEN = {
    "syntax": (
        "x = 1\ny = (1,\n",
        ["syntax.py:2: SyntaxError: '\\(' was never closed", "    y = \\(1,", " {8}\\^", MEND],
    ),
    "syntax_beside": (
        "import _wrong\n",
        [
            "_wrong.py:1: SyntaxError: invalid syntax",
            "    def f\\(:",
            " {10}\\^",
            "called from:",
            "    diagrams/syntax_beside.py:1 in <module>: import _wrong",
            MEND,
        ],
    ),
    "import": (
        "import no_such_thing\n",
        [
            "import.py:1: ModuleNotFoundError: No module named 'no_such_thing'",
            "    import no_such_thing",
            "install no_such_thing, or fix the name",
        ],
    ),
    "name": (
        "height = 2\ndef draw():\n    return heigth\n",
        [
            "name.py:3: NameError: name 'heigth' is not defined\\. Did you mean: 'height'\\?",
            "    return heigth",
            MEND,
        ],
    ),
    "attribute": (
        PLT + "plt.plott([1])\n",
        ["attribute.py:2: AttributeError: .* 'plott'\\. Did you mean: 'plot'\\?", "    plt.plott.*", MEND],
    ),
    "missing": (
        "open('diagrams/row.txt')\n",
        [
            "missing.py:1: FileNotFoundError: .*: 'diagrams/row.txt'",
            "    open\\('diagrams/row.txt'\\)",
            "diagrams/row.txt doesn't exist; did you mean diagrams/rows.txt\\?",
        ],
    ),
    "encoding": (
        "open('diagrams/rows.txt').read()\n",
        ["encoding.py:1: UnicodeDecodeError: .*", "    open.*", "name the file's encoding, .* as utf-8(\n.*)?"],
    ),
    "signature": (
        "draw = lambda code: None\n",
        [
            "signature.py:1: can't call draw\\(\\): missing a required .*'code'",
            "    draw = lambda code: None",
            "give it parameters for code blocks, as in draw\\(code\\), or none",
        ],
    ),
    "nothing": ("x = 1\n", ["nothing.py: the script drew nothing", "return a picture from draw\\(\\), or leave .*"]),
    "none": (
        "\ndef draw():\n    pass\n",
        [
            "none.py:2: the script drew nothing, because draw\\(\\) returned None",
            "    def draw\\(\\):",
            "end it with `return fig`, .*",
        ],
    ),
    "left_out": (
        PLT + "def draw():\n    plt.plot([1])\n",
        [
            "left_out.py:2: the script drew nothing, because draw\\(\\) returned None",
            "    def draw\\(\\):",
            "end it with `return fig`, .*",
        ],
    ),
    "thing": (
        "class Thing:\n    def picture(self, alt):\n        pass\n\ndef draw():\n    return Thing()\n",
        [
            "thing.py:5: draw\\(\\) returned Thing, not a picture or a matplotlib Figure",
            "    def draw\\(\\):",
            'end it with .picture\\("what it shows"\\)',
        ],
    ),
    "ended": (
        "import sys\nsys.exit(2)\n",
        ["ended.py:2: called sys.exit\\(2\\).*", "    sys.exit\\(2\\)", ".*"],
    ),
    "number": (
        "def draw():\n    return 3\n",
        ["number.py:1: draw\\(\\) returned int, not .*", "    def.*", "return .*"],
    ),
    "beside": (
        "import _part\ndef draw():\n    return _part.fail()\n",
        [
            "_part.py:2: KeyError: 'x'",
            "    return \\{\\}\\['x'\\]",
            "called from:",
            "    diagrams/beside.py:3 in draw: return _part.fail\\(\\)",
            "    diagrams/_part.py:2 in fail: return .*",
            MEND,
        ],
    ),
    "kit": (
        "from kit import thing\ndef draw():\n    return thing.half(1)\n",
        [
            "kit.py:3: ZeroDivisionError: division by zero",
            "    return thing.half\\(1\\)",
            "called from:",
            "    diagrams/kit.py:3 in draw: return thing.half\\(1\\)",
            "    diagrams/kit/thing.py:2 in half: return n / 0",
            MEND,
        ],
    ),
    "library": (
        "import numpy as np\nnp.linalg.inv(np.zeros((2, 2)))\n",
        [
            "library.py:2: LinAlgError: Singular matrix",
            "    np.linalg.inv.*",
            "called from:",
            "    diagrams/library.py:2 in <module>: np.linalg.inv.*",
            "    numpy/linalg/_linalg.py:\\d+ in inv: ainv = .*",
            "    numpy/linalg/_linalg.py:\\d+ in _raise_linalgerror_singular: raise LinAlgError.*",
            MEND,
        ],
    ),
    "recursion": (
        "def f(n):\n    return f(n + 1)\nf(0)\n",
        [
            "recursion.py:2: RecursionError: .*",
            "    return f\\(n \\+ 1\\)",
            "called from:",
            "    diagrams/recursion.py:3 in <module>: f\\(0\\)",
            *["    diagrams/recursion.py:2 in f: return f\\(n \\+ 1\\)"] * 5,
            "    … 9\\d\\d more …",
            *["    diagrams/recursion.py:2 in f: return f\\(n \\+ 1\\)"] * 6,
            "look for a function that keeps calling itself",
        ],
    ),
    "interrupt": (
        "raise KeyboardInterrupt\n",
        ["interrupt.py:1: KeyboardInterrupt: the script was interrupted, or .*", "    raise KeyboardInterrupt", MEND],
    ),
    "chain": (
        "try:\n    {}['x']\nexcept KeyError as e:\n    raise ValueError('no x') from e\n",
        [
            "chain.py:4: ValueError: no x",
            "    raise ValueError\\('no x'\\) from e",
            "caused by: diagrams/chain.py:2: KeyError: 'x'",
            "    \\{\\}\\['x'\\]",
            MEND,
        ],
    ),
    "during": (
        "try:\n    1 / 0\nexcept ZeroDivisionError:\n    [][0]\n",
        [
            "during.py:4: IndexError: list index out of range",
            "    \\[\\]\\[0\\]",
            "while handling: diagrams/during.py:2: ZeroDivisionError: division by zero",
            "    1 / 0",
            MEND,
        ],
    ),
    "group": (
        "raise ExceptionGroup('two', [ValueError('a'), KeyError('b')])\n",
        [
            "group.py:1: ExceptionGroup: two .*",
            "    raise.*",
            "one of them: .*ValueError: a",
            "one of them: .*'b'",
            MEND,
        ],
    ),
    "note": (
        "problem = ValueError('bad')\nproblem.add_note('in row 3')\nprint('row 3')\nraise problem\n",
        ["note.py:4: ValueError: bad", "    raise problem", "    in row 3", "it printed:", "    row 3", MEND],
    ),
    "mathtext": (
        PLT + "plt.title(r'$\\frac{1$')\n",
        [
            "mathtext.py: ValueError: \\\\frac\\{1",
            " +\\^",
            ".*Expected .*",
            "    raised while figure 1 was saved, after the script had ended",
            "called from:",
            "    … \\d+ more …",
            *["    matplotlib/.*"] * 6,
            MEND,
        ],
    ),
    "pool": (
        "from multiprocessing import get_context\ndef half(n):\n    return n / 0\n"
        "with get_context('fork').Pool(1) as pool:\n    pool.map(half, [1])\n",
        [
            "pool.py:5: ZeroDivisionError: division by zero",
            "    pool.map\\(half, \\[1\\]\\)",
            "called from:",
            "    diagrams/pool.py:5 in <module>: pool.map\\(half, \\[1\\]\\)",
            "    multiprocessing/pool.py:\\d+ in map: .*",
            "    multiprocessing/pool.py:\\d+ in get: .*",
            "in another process:",
            "    multiprocessing/pool.py:\\d+ in worker: .*",
            "    multiprocessing/pool.py:\\d+ in mapstar: .*",
            "    diagrams/pool.py:3 in half: return n / 0",
            MEND,
        ],
    ),
    "callback": (
        PLT + "fig, ax = plt.subplots()\nax.xaxis.set_major_formatter(lambda x, _: 1 / 0)\n",
        ["callback.py:3: ZeroDivisionError: .*", "    ax.xaxis.*", "    raised while figure 1 was saved, .*", MEND],
    ),
    "depends": (
        PLT + "plt.plot([1])\ndepends = 'rows.txt'\n",
        ["depends.py: depends is 'rows.txt', not a list of paths", "write depends = .*"],
    ),
    "null": ("x = 1\0\n", ["null.py.*: SyntaxError: source code .* null bytes", MEND]),
    "terminated": (
        "import os, signal\nos.kill(os.getpid(), signal.SIGTERM)\n",
        ["terminated.py: the process was killed by SIGTERM before it drew anything", "find out what sends this signal"],
    ),
    "many_lines": (
        "raise ValueError('\\n'.join(map(str, range(99))))\n",
        ["many_lines.py:1: ValueError: 0", *[f"    {n}" for n in range(1, 20)], "    …", "    raise.*", MEND],
    ),
    "exits": (
        "import os\nprint('said before')\nos._exit(3)\n",
        [
            "exits.py: the process exited with status 3 before it drew anything",
            "it printed:",
            "    said before",
            "remove the call that ends the process, .*",
        ],
    ),
    "mute": (
        PLT + "import json\njson.dumps = lambda *_, **__: exit('no words')\nplt.plot([1])\n",
        [
            "mute.py: the process exited with status 1 before it drew anything",
            "it printed:",
            "(.*\n)+ +SystemExit: no words",
            "remove the call that ends the process, .*",
        ],
    ),
    "crash": (
        "import ctypes\ndef crash():\n    ctypes.string_at(0)\ncrash()\n",
        [
            "crash.py:3: the process was killed by SIGSEGV before it drew anything",
            "    ctypes.string_at\\(0\\)",
            "called from:",
            "    diagrams/crash.py:4 in <module>: crash\\(\\)",
            "    diagrams/crash.py:3 in crash: ctypes.string_at\\(0\\)",
            "    ctypes/__init__.py:\\d+ in string_at: return .*",
            "a library that it uses has probably crashed",
        ],
    ),
    "aborted": (
        "import os\nos.abort()\n",
        [
            "aborted.py:2: the process was killed by SIGABRT before it drew anything",
            "    os.abort\\(\\)",
            "a library that it uses .*",
        ],
    ),
    "killed": (
        "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n",
        [
            "killed.py: the process was killed by SIGKILL before it drew anything",
            "the script itself did this, or the system, .*",
        ],
    ),
    "hung": (
        "import time\ndef wait(time_s):\n    time.sleep(time_s)\ndef draw():\n    print('now')\n    wait(600)\n",
        [
            "hung.py:3: it did nothing for 1 s, so it was stopped",
            "    time.sleep\\(time_s\\)",
            "called from:",
            "    diagrams/hung.py:6 in draw: wait\\(600\\)",
            "    diagrams/hung.py:3 in wait: time.sleep\\(time_s\\)",
            "it printed:",
            "    now",
            "find out what it waits for, or raise FIGURES_TIMEOUT",
        ],
    ),
    "hung_in_c": (
        "import re\nre.match(r'(a+)+$', 'a' * 60 + 'b')\n",
        [
            f"hung_in_c.py:2: {TOO_LONG}",
            "    re.match.*",
            "called from:",
            "    diagrams/hung_in_c.py:2 in <module>: re.match.*",
            "    re/__init__.py:\\d+ in match: .*",
            "make it faster, .*",
        ],
    ),
    "hung_in_a_thread": (
        "import threading\nlock = threading.Lock()\nlock.acquire()\n"
        "def wait():\n    lock.acquire()\nthread = threading.Thread(target=wait)\nthread.start()\nthread.join()\n",
        [
            "hung_in_a_thread.py:8: it did nothing for 1 s, so it was stopped",
            "    thread.join\\(\\)",
            "called from:",
            "    diagrams/hung_in_a_thread.py:8 in <module>: thread.join\\(\\)",
            "    threading.py:\\d+ in join: .*(\n +threading.py:\\d+ in .*)?",
            "in another thread:",
            "    diagrams/hung_in_a_thread.py:5 in wait: lock.acquire\\(\\)",
            "find out what it waits for, .*",
        ],
    ),
    "letters": (
        "import _größe\n",
        [
            f"_größe.py:1: {TOO_LONG}",
            "    while True: pass",
            "called from:",
            "    diagrams/letters.py:1 in <module>: import _größe",
            "    diagrams/_größe.py:1 in <module>: while True: pass",
            "make it faster, .*",
        ],
    ),
    "endless": (
        "import os\nos.ftruncate(1, 2**30)\nprint('x')\n",
        ["endless.py:3: OSError: .* File too large", "    print.*", "make it write, or print, less than 1 GB .*"],
    ),
    "coloured": (
        "print('\\x1b[31mred\\x1b[0m and a bell\\x07')\n1 / 0\n",
        ["coloured.py:2: ZeroDivisionError: .*", "    1 / 0", "it printed:", "    red and a bell", MEND],
    ),
    "interpreter": (
        "try:\n    import _interpreters as other\nexcept ImportError:\n    import _xxsubinterpreters as other\n"
        "other.create()\n",
        [
            "interpreter.py:5: starts another interpreter, which isn't allowed, because .* can't be seen there",
            "    other.create\\(\\)",
            "use a thread, or another process with its files in depends = .*",
        ],
    ),
    "long": (
        "print('x' * 10**6)\nprint('y')\n1 / 0\n",
        ["long.py:3: ZeroDivisionError: .*", "    1 / 0", "it printed:", "    x{300}…", "    y", MEND],
    ),
}


@pytest.fixture(scope="module")
def told(tmp_path_factory, font_list) -> dict[str, str]:
    """Build one site of all these scripts; return the report of each, below the article's line."""
    site = Site(tmp_path_factory.mktemp("failures"), font_list)
    site.write("pelicanconf_here.py", (site.root / "pelicanconf_here.py").read_text() + "FIGURES_TIMEOUT = 1\n")
    site.write("diagrams/_part.py", "def fail():\n    return {}['x']\n")
    site.write("diagrams/_wrong.py", "def f(:\n    pass\n")
    site.write("diagrams/_größe.py", "while True: pass\n")
    site.write("diagrams/kit/__init__.py", "")
    site.write("diagrams/kit/thing.py", "def half(n):\n    return n / 0\n")
    (site.root / "diagrams/rows.txt").write_bytes(b"caf\xe9 1")
    for name, (text, _) in BROKEN.items():
        site.write(f"diagrams/{name}.py", text)
    site.article("all", "\n\n".join(f"![a](/images/{name.replace('_', '-')}.png)" for name in BROKEN))
    built = site.build(PYTHONHASHSEED="1")  # in processes of its own: a dump of where they are has all their frames
    assert built.figures == (0, 0, len(BROKEN)), built.report
    entries = [entry.partition("\n")[2] for entry in built.entries]
    return dict(zip(BROKEN, entries, strict=True))


@pytest.mark.parametrize("name", BROKEN)
def test_a_failure_is_reported_with_the_author_s_lines(told, name):
    """All of them, and nothing else: no frame of the engine, no path of this machine."""
    first, rest = BROKEN[name][1][0], BROKEN[name][1][1:]
    pattern = "\n".join([f"    diagrams/{first}", *(f"    {line}" for line in rest)])
    assert re.fullmatch(pattern, told[name]), told[name]


def test_an_exception_that_ends_a_thread_is_reported_although_the_figure_is_drawn(site):
    """As a warning, with the author's lines."""
    work = "import threading\ndef work():\n    1 / 0\nthread = threading.Thread(target=work)\nthread.start()\n"
    site.script("line", work + "thread.join()\n" + PLT + "plt.plot([1, 2])\n")
    site.article("guide", "![a](/images/line.png)")
    built = site.build()
    assert built.figures == (1, 0, 0)
    assert "in a thread:\n    diagrams/line.py:3: ZeroDivisionError: division by zero\n        1 / 0" in built.report


def test_a_plain_script_can_call_anything_draw(site):
    """Only a function is called."""
    pencil = "from PIL import Image, ImageDraw\ndraw = ImageDraw.Draw(Image.new('L', (9, 9)))\n"
    site.script("line", PLT + pencil + "plt.plot([1, 2])\n")
    site.article("guide", "![a](/images/line.png)")
    assert site.build().figures == (1, 0, 0)
