"""What a script mustn't do by accident, how to allow it, and its memory limit."""

import re

import pytest

from tests.conftest import Site

DRAW = "\nimport matplotlib.pyplot as plt\nplt.plot([0, 1])\n"
NETWORK = "which isn't allowed, because the figure would depend on the answer"
WRITE = "in the project, which isn't allowed, because other figures and later builds could read it"
REFUSED = {
    "connecting": (
        "import socket\nsocket.socket().connect(('127.0.0.1', 9))",
        f":2: connects to 127.0.0.1:9, {NETWORK}",
    ),
    "downloading": (
        "from urllib.request import urlopen\ntry:\n    urlopen('http://example.org')\nexcept OSError:\n    pass",
        f":3: connects to example.org, {NETWORK}",
    ),
    "datagram": (
        "import socket\nsocket.socket(type=socket.SOCK_DGRAM).sendto(b'', ('127.0.0.1', 9))",
        f":2: connects to 127.0.0.1:9, {NETWORK}",
    ),
    "serving": (
        "import socket\nsocket.socket().bind(('127.0.0.1', 0))",
        f":2: opens a server at 127.0.0.1:0, {NETWORK}",
    ),
    "writing": ("open('rows.csv', 'w')", f":1: writes rows.csv, {WRITE}"),
    "appending": ("import pathlib\npathlib.Path(__file__).open('a')", f":2: writes diagrams/appending.py, {WRITE}"),
    "saving": ("import numpy as np\nnp.save('content/rows.npy', np.ones(3))", f":2: writes content/rows.npy, {WRITE}"),
    "removing": ("import os\nos.remove('content/kept.txt')", f":2: removes content/kept.txt, {WRITE}"),
    "moving": ("import os\nos.rename('content/kept.txt', '/tmp/x')", f":2: moves content/kept.txt, {WRITE}"),
    "making": ("import os\nos.makedirs('made/deep')", f":2: makes made/?[a-z]*, {WRITE}"),
    "running": (
        'exec(compile(\'open("rows.csv", "w")\', "<article\'s block 0>", \'exec\'))',
        f":1: writes rows.csv, {WRITE}",
    ),
    "permitting": ("import os\nos.chmod('content/kept.txt', 0o600)", f":2: changes content/kept.txt, {WRITE}"),
    "touching": ("import os\nos.utime('content/kept.txt')", f":2: changes content/kept.txt, {WRITE}"),
    "handling": (
        "import os\nos.fchmod(os.open('content/kept.txt', 0), 0o600)",
        f":2: changes content/kept.txt, {WRITE}",
    ),
    "reaching": (
        "import os\nos.remove('kept.txt', dir_fd=os.open('content', 0))",
        f":2: removes content/kept.txt, {WRITE}",
    ),
    "linking": (
        "import os\nlink = f'.figures/{os.getpid()}'\nos.symlink(os.path.abspath('content'), link)\n"
        "open(f'{link}/new.txt', 'w')",
        f":4: writes content/new.txt, {WRITE}",
    ),
    "returning": (
        "import os, tempfile\nlink = f'{tempfile.mkdtemp()}/x'\nos.symlink(os.path.abspath('content'), link)\n"
        "os.remove(f'{link}/kept.txt')",
        f":4: removes content/kept.txt, {WRITE}",
    ),
    "emptying": ("import shutil\nshutil.rmtree('content')", f":2: removes content, {WRITE}"),
}
LET = {
    "allowed_network": """
        import socket
        import threading
        allow = ["network"]
        server = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=server.accept, daemon=True).start()
        socket.create_connection(server.getsockname())
    """,
    "allowed_writing": """
        allow = ["write"]
        open("written.txt", "w").write("x")
    """,
    "own_name": """
        allow = [name for name in dir()]
    """,
    "temporary": """
        import tempfile
        with tempfile.TemporaryDirectory() as folder:
            open(folder + "/x", "w").write("x")
    """,
    "processes": """
        from multiprocessing import get_context
        with get_context("fork").Pool(2) as pool:
            pool.map(abs, [1, -1])
    """,
    "saved_beside": """
        import pathlib
        import matplotlib.pyplot as plt
        plt.figure()
        plt.savefig(pathlib.Path(__file__).with_suffix(".png"))
        plt.savefig("../out/saved.png")
        plt.close()
    """,
}


@pytest.fixture(scope="module")
def built(tmp_path_factory, font_list):
    """Build one site of all these scripts; return it, and the entries of the report by script."""
    site = Site(tmp_path_factory.mktemp("guard"), font_list)
    site.write("content/kept.txt", "kept")
    for name, (text, _) in REFUSED.items():
        site.script(name, text + DRAW)
    for name, text in LET.items():
        site.script(name, text)
        site.write(f"diagrams/{name}.py", (site.root / f"diagrams/{name}.py").read_text() + DRAW)
    site.script("deep/both", "open('diagrams/deep/one.txt')\nopen('two.txt')" + DRAW)
    site.write("diagrams/deep/one.txt", "")
    site.write("diagrams/deep/two.txt", "")
    names = [name.replace("_", "-") for name in (*REFUSED, *LET, "deep/both")]
    site.article("all", "\n\n".join(f"![a](/images/{name}.png)" for name in names))
    build = site.build()
    assert build.figures == (len(LET), 0, len(REFUSED) + 1), build.report
    return site, dict(zip([*REFUSED, "both"], build.entries, strict=True))


@pytest.mark.parametrize("name", REFUSED)
def test_irreproducible_actions_are_forbidden(built, name):
    """With the script's line, the reason, and the line that allows it."""
    allow = "network" if NETWORK in REFUSED[name][1] else "write"
    entry = built[1][name]
    assert f"/images/{name}.png" in entry.splitlines()[0]
    assert re.search(f"diagrams/{name}.py{REFUSED[name][1]}", entry), entry
    assert entry.endswith(f'or allow it with this line in the script: allow = ["{allow}"]')


def test_forbidden_actions_are_prevented(built):
    """The error comes before the action; allowed ones are done."""
    root = built[0].root
    assert (root / "content/kept.txt").read_text() == "kept"
    assert (root / "written.txt").read_text() == "x"
    ours = {
        "content",
        "diagrams",
        "output",
        ".cache",
        ".figures",
        "written.txt",
        "pelicanconf_here.py",
        "publishconf_here.py",
    }
    assert {path.name for path in root.iterdir() if path.name != "__pycache__"} == ours
    assert {path.suffix for path in (root / "diagrams").iterdir() if path.is_file()} == {".py"}


def test_a_script_that_needs_both_folders_gets_the_paths_to_write(built):
    """Paths start from one folder, so the message gives all of them from the root."""
    assert "diagrams/deep/both.py:2: FileNotFoundError" in built[1]["both"]
    assert "paths start from the project's root: write diagrams/deep/two.txt" in built[1]["both"]


@pytest.mark.parametrize(
    ("takes", "line"),
    [
        ("kept = []\nwhile True:\n    kept.append(bytearray(10**7))", r":\d"),
        pytest.param("import numpy as np\nkept = np.ones(10**9)\nplt.plot(kept)", ":2", marks=pytest.mark.slow),
        pytest.param("kept = list(range(10**9))", ":1", marks=pytest.mark.slow),
    ],
)
def test_a_script_that_uses_too_much_memory_is_stopped(site, takes, line):
    """With the line at which it was; the next figure is drawn."""
    site.script("big", takes + DRAW)
    site.article("guide", "![](/images/big.png)\n\n![](/images/line.png)")
    site.add("FIGURES_MEMORY = 300")
    built = site.build()
    assert built.figures == (1, 0, 1)
    assert re.search(
        rf"diagrams/big\.py{line}: it used more than 300 MB of memory, so it was stopped\n"
        r" +\S.*\n( +called from:\n( +\S+:\d+ in .*\n)+)? +reduce what it needs, or raise FIGURES_MEMORY",
        built.report,
    ), built.report
