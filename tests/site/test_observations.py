"""What a script observes, in every way that Python offers, and what happens to it while the script runs."""

import os
import re
import shutil
import sqlite3
import sysconfig
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import _rjsmin
import pytest

from tests.conftest import Build, Site
from tests.sampling import THOROUGH, some

# Each script draws its observations as text, so that a figure that wrongly isn't redrawn can be detected.
HEAD = """
import glob, os, sys
from pathlib import Path
import matplotlib.pyplot as plt

os.chdir(FOLDER)
sys.path.insert(0, os.getcwd())

def show(said):
    plt.figure(figsize=(2, 1)).text(0, 0, repr(said))
"""

Touch = Callable[[Path], Any]


def write(path: str, text: str = "") -> Touch:
    """Write a file inside the root."""

    def touch(root: Path) -> None:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)

    return touch


def link(path: str, target: str) -> Touch:
    """Make a link, or change its target."""

    def touch(root: Path) -> None:
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.is_symlink():
            place.unlink()
        place.symlink_to(target)

    return touch


def folder_for_file(path: str) -> Touch:
    """Replace a file by a folder."""

    def touch(root: Path) -> None:
        (root / path).unlink()
        (root / path).mkdir()

    return touch


def swap(one: str, other: str) -> Touch:
    """Exchange two folders."""

    def touch(root: Path) -> None:
        (root / one).rename(root / "aside")
        (root / other).rename(root / one)
        (root / "aside").rename(root / other)

    return touch


def table(path: str, rows: int, more: str = "") -> Touch:
    """Create a database with some rows."""

    def touch(root: Path) -> None:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        with sqlite3.connect(root / path) as connection:
            connection.execute("create table if not exists t (x)")
            connection.executemany("insert into t values (?)", [(1,)] * rows)
        connection.close()

    return touch


def in_wal(path: str, rows: int) -> Touch:
    """Add rows that are only in the write-ahead log: the writer ends before a checkpoint."""

    def touch(root: Path) -> None:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        child = os.fork()
        if child == 0:
            connection = sqlite3.connect(root / path)
            connection.execute("pragma journal_mode=wal")
            connection.execute("create table if not exists t (x)")
            connection.executemany("insert into t values (?)", [(1,)] * rows)
            connection.commit()
            os._exit(0)
        os.waitpid(child, 0)

    return touch


def make(*touches: Touch) -> Touch:
    """Run one after the other."""

    def touch(root: Path) -> None:
        for each in touches:
            each(root)

    return touch


OPTIONAL = Path(sysconfig.get_path("purelib"), f"optional_{os.getpid()}")
"""A folder, because the builds of other tests aren't skipped while a module or a distribution appears there."""
COUNT = "select count(*) from t"
FROM_LIB = 'sys.path.insert(0, "lib")\ntry:\n    from part import X\nexcept ImportError:\n    X = None\nshow(X)'
NOTHING = make()
EMPTY, ONE, TWO, FOUR = (write("data/x", text) for text in ("", "1", "2", "four"))
CASES: dict[str, tuple[Touch, str, Touch]] = {
    "a file appears where a pattern finds none": (
        make(write("results/run1/loss.csv", "1"), lambda root: (root / "results/run2").mkdir()),
        'show(sorted(glob.glob("results/*/loss.csv")))',
        write("results/run2/loss.csv", "2"),
    ),
    "lstat": (ONE, 'show(os.lstat("data/x").st_size)', FOUR),
    "access": (ONE, 'show(os.access("data/x", os.X_OK))', lambda root: (root / "data/x").chmod(0o755)),
    "readlink": (link("data/x", "one"), 'show(os.readlink("data/x"))', link("data/x", "two")),
    "islink": (
        ONE,
        'show(os.path.islink("data/x"))',
        make(lambda root: (root / "data/x").unlink(), link("data/x", "nowhere")),
    ),
    "resolve, then open": (
        make(write("data/one/x", "1"), write("data/two/x", "2"), link("data/now", "one")),
        'show(open(Path("data/now/x").resolve()).read())',
        link("data/now", "two"),
    ),
    "a way up behind a link": (
        make(write("a/x", "1"), write("a/one/y"), write("b/x", "2"), write("b/two/y"), link("now", "a/one")),
        'show(open("now/../x").read())',
        link("now", "b/two"),
    ),
    "a file becomes a folder": (EMPTY, 'show(os.path.isfile("data/x"))', folder_for_file("data/x")),
    "an entry becomes a folder": (
        EMPTY,
        'show([(e.name, e.is_dir()) for e in os.scandir("data")])',
        folder_for_file("data/x"),
    ),
    "a file that cannot be opened becomes a folder": (
        NOTHING,
        'try:\n    open("x")\nexcept OSError as e:\n    show(type(e).__name__)',
        lambda root: (root / "x").mkdir(),
    ),
    "an entry's stat": (ONE, 'show([e.stat().st_size for e in os.scandir("data")])', FOUR),
    "a listing of an open folder": (EMPTY, 'show(sorted(os.listdir(os.open("data", os.O_RDONLY))))', write("data/y")),
    "entries of an open folder": (
        ONE,
        'show([e.stat().st_size for e in os.scandir(os.open("data", os.O_RDONLY))])',
        FOUR,
    ),
    "fwalk": (write("data/deep/x"), 'show([files for *_, files, fd in os.fwalk("data")])', write("data/deep/y")),
    "open in an open folder": (
        ONE,
        'at = os.open("data", os.O_RDONLY)\nshow(os.read(os.open("x", os.O_RDONLY, dir_fd=at), 9))',
        TWO,
    ),
    "stat in an open folder": (
        NOTHING,
        'at = os.open(".", os.O_RDONLY)\ntry:\n    show(os.stat("x", dir_fd=at).st_size)\n'
        "except OSError:\n    show(None)",
        write("x", "1"),
    ),
    "the size of an open file": (ONE, 'show(os.fstat(os.open("data/x", os.O_RDONLY)).st_size)', FOUR),
    "the number of links": (
        ONE,
        'show(os.stat("data/x").st_nlink)',
        lambda root: os.link(root / "data/x", root / "data/y"),
    ),
    "a stat result as a tuple": (ONE, 'show(os.stat("data/x")[6])', FOUR),
    "a file in the home folder": (
        NOTHING,
        'show(os.path.exists(os.path.expanduser("~/x")))',
        write("../.figures/home/x"),
    ),
    "a folder that is exchanged": (
        make(ONE, write("other/x", "2")),
        'show(open("data/x").read())',
        swap("data", "other"),
    ),
    "a missing folder that appears with its file": (NOTHING, 'show(os.path.exists("far/away/x"))', write("far/away/x")),
    "a module that is given by its file": (
        write("elsewhere/mine.py", "X = 1"),
        "import importlib.util\n"
        'spec = importlib.util.spec_from_file_location("mine", "elsewhere/mine.py")\n'
        "mine = importlib.util.module_from_spec(spec)\nspec.loader.exec_module(mine)\nshow(mine.X)",
        write("elsewhere/mine.py", "X = 2"),
    ),
    "a script that is run by its path": (
        write("data/more.py", "X = 1"),
        'import runpy\nshow(runpy.run_path("data/more.py")["X"])',
        write("data/more.py", "X = 2"),
    ),
    "a file that a script makes unless it is there": (
        ONE,
        'allow = ["write"]\ntry:\n    open("data/x", "x").close()\nexcept FileExistsError:\n'
        '    show(open("data/x").read())',
        TWO,
    ),
    "a folder of modules that goes": (
        write("lib/part.py", "X = 1"),
        FROM_LIB,
        lambda root: shutil.rmtree(root / "lib"),
    ),
    "a folder of modules that comes": (NOTHING, FROM_LIB, write("lib/part.py", "X = 1")),
    "a folder of modules that comes before another": (
        write("part.py", "X = 2"),
        FROM_LIB,
        write("lib/part.py", "X = 1"),
    ),
    "an archive of modules that comes": (
        NOTHING,
        FROM_LIB.replace("lib", "data/mine.zip").replace("part", "zipped"),
        lambda root: _archive(root, 1),
    ),
    "a package that appears beside a module": (
        write("part.py", "X = 1"),
        "import part\nshow(part.X)",
        write("part/__init__.py", "X = 2"),
    ),
    "a package that was a folder": (
        write("part/view.py", "X = 1"),
        "import part\nimport part.view\nshow(part.__file__)",
        write("part/__init__.py", ""),
    ),
    "an extension module": (
        lambda root: _extension(root, _rjsmin.__version__),
        "import _rjsmin\nshow(_rjsmin.__version__)",
        lambda root: _extension(root, "0" * len(_rjsmin.__version__)),
    ),
    "a distribution is upgraded": (
        write("mine-1.dist-info/METADATA", "Name: mine\nVersion: 1\n"),
        'from importlib import metadata\nshow(metadata.version("mine"))',
        make(
            lambda root: (root / "mine-1.dist-info").rename(root / "mine-2.dist-info"),
            write("mine-2.dist-info/METADATA", "Name: mine\nVersion: 2\n"),
        ),
    ),
    "an editable install, as large and as old": (
        write("../../editable/mine_outside.py", "X = 1"),
        'sys.path.append(os.path.abspath("../../editable"))\nimport mine_outside\nshow(mine_outside.X)',
        lambda root: _rewritten(root.parent.parent / "editable/mine_outside.py", "X = 2"),
    ),
    "a module in an archive": (
        lambda root: _archive(root, 1),
        'sys.path.insert(0, "data/mine.zip")\nimport zipped\nshow(zipped.X)',
        lambda root: _archive(root, 2),
    ),
    "an optional package that is installed": (
        NOTHING,
        f'try:\n    import {OPTIONAL.name}\n    show("with")\nexcept ImportError:\n    show("without")',
        lambda root: (OPTIONAL.mkdir(), (OPTIONAL / "__init__.py").touch()),
    ),
    "a database by URI": (
        table("data/b.db", 1),
        f'import sqlite3\nshow(sqlite3.connect("file:data/b.db?mode=ro", uri=True).execute("{COUNT}").fetchall())',
        table("data/b.db", 2),
    ),
    "a database that is attached": (
        table("data/b.db", 1),
        'import sqlite3\nc = sqlite3.connect(":memory:")\nc.execute("attach \'data/b.db\' as other")\n'
        'show(c.execute("select count(*) from other.t").fetchall())',
        table("data/b.db", 2),
    ),
    "a database whose name is a parameter": (
        table("data/b as it was.db", 1),
        'import sqlite3\nc = sqlite3.connect(":memory:")\nc.execute("attach ? as other", ["data/b as it was.db"])\n'
        'show(c.execute("select count(*) from other.t").fetchall())',
        table("data/b as it was.db", 2),
    ),
    "a database with a log": (
        in_wal("data/b.db", 1),
        f'import sqlite3\nshow(sqlite3.connect("file:data/b.db?mode=ro", uri=True).execute("{COUNT}").fetchall())',
        in_wal("data/b.db", 2),
    ),
}


def _extension(root: Path, version: str) -> None:
    """Copy a compiled module, with a different version string in it."""
    content = Path(_rjsmin.__file__).read_bytes()
    assert content.count(_rjsmin.__version__.encode()) == 1
    place = root / Path(_rjsmin.__file__).name
    place.unlink(missing_ok=True)  # it may be in use
    place.write_bytes(content.replace(_rjsmin.__version__.encode(), version.encode()))


def _rewritten(path: Path, text: str) -> None:
    """Change a file but not its time."""
    before = path.stat()
    path.write_text(text)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def _archive(root: Path, value: int) -> None:
    (root / "data").mkdir(exist_ok=True)
    with zipfile.ZipFile(root / "data/mine.zip", "w") as archive:
        archive.writestr("zipped.py", f"X = {value}")


def said(root: Path, name: str) -> str:
    """Return the text in a figure."""
    found = re.findall(r"<text[^>]*>(.*?)</text>", (root / f"output/images/{name.replace('_', '-')}.svg").read_text())
    return " ".join(found)


def build(site: Site, more: str = "") -> Build:
    """Build with a plain theme, no style and the reasons logged."""
    settings = (site.root / "pelicanconf_here.py").read_text()
    site.write("conf.py", f"{settings}THEME = 'simple'\nDIRECT_TEMPLATES = ['index']\nFIGURES_STYLE = None\n{more}")
    shutil.rmtree(site.root / "output", ignore_errors=True)  # otherwise a build might be skipped
    return site.build("-v", settings="conf.py")


def drawn(built: Build) -> set[str]:
    """Return the names of the scripts that ran."""
    return set(re.findall(r"drew diagrams/(\w+)\.py", built.out))


CHOSEN = some(CASES, one_in=2)
QUICK = {case.values[0] for case in CHOSEN if not case.marks}


@pytest.fixture(scope="module")
def matrix(tmp_path_factory: pytest.TempPathFactory, font_list: Path) -> dict[str, Any]:
    """Build the cases in one site, each in a folder of its own: what was drawn, and its text, in four builds."""
    site = Site(tmp_path_factory.mktemp("observed"), font_list)
    names = {case: f"seen_{number}" for number, case in enumerate(CASES) if THOROUGH or case in QUICK}
    for case, name in names.items():
        before, script, _ = CASES[case]
        (site.root / name).mkdir()
        before(site.root / name)
        site.script(name, HEAD.replace("FOLDER", repr(name)) + script)
    site.article("all", "\n\n".join(f"![seen](/images/{name.replace('_', '-')}.png)" for name in names.values()))
    first, unchanged = build(site), build(site)
    was = {case: said(site.root, name) for case, name in names.items()}
    try:
        for case, name in names.items():
            CASES[case][2](site.root / name)
        touched = build(site)
        now = {case: said(site.root, name) for case, name in names.items()}
        for folder in ("records", "store"):
            shutil.rmtree(site.root / ".figures" / folder)
        clean = build(site)
    finally:
        shutil.rmtree(OPTIONAL, ignore_errors=True)
    assert drawn(clean) == set(names.values()), clean.report
    then = {case: said(site.root, name) for case, name in names.items()}
    assert not [path.name for path in site.root.parent.glob("editable/*") if path.suffix != ".py"]
    return {
        case: ([name in drawn(built) for built in (first, unchanged, touched)], was[case], now[case], then[case])
        for case, name in names.items()
    }


@pytest.mark.parametrize("case", CHOSEN)
def test_a_changed_observation_makes_the_figure_stale(matrix: dict[str, Any], case: str) -> None:
    """Drawn once, not again while nothing changes, and again when it does: with the same result as a clean build."""
    drawn_in, was, now, clean = matrix[case]
    assert drawn_in == [True, False, True]
    assert now == clean
    assert now != was


@pytest.mark.slow
def test_matplotlibrc_in_the_root_counts_if_no_style_is_set(site: Site) -> None:
    """A plain script, run from there, uses it too: when it is created, and when it changes."""
    site.script("seen", HEAD.replace("FOLDER", "'.'") + 'show(plt.rcParams["lines.linewidth"])')
    site.article("seen", "![seen](/images/seen.png)")
    widths = []
    for text in (None, "lines.linewidth: 7", "lines.linewidth: 8"):
        if text:
            site.write("matplotlibrc", text)
        assert drawn(build(site)) == {"seen"}
        widths.append(said(site.root, "seen"))
    assert widths == ["1.5", "7.0", "8.0"]
    assert drawn(build(site)) == set()


def test_a_style_takes_precedence_over_matplotlibrc_in_the_root(site: Site) -> None:
    """Although matplotlib, started there, would prefer that."""
    site.write("matplotlibrc", "lines.linewidth: 7")
    site.write("own.mplstyle", "lines.linewidth: 3")
    site.script("seen", HEAD.replace("FOLDER", "'.'") + 'show(plt.rcParams["lines.linewidth"])')
    site.article("seen", "![seen](/images/seen.png)")
    built = build(site, "FIGURES_STYLE = 'own.mplstyle'\n")
    assert (built.figures, said(site.root, "seen")) == ((1, 0, 0), "3.0"), built.report


DURING = {
    "a file appears in a folder that was listed": (EMPTY, 'os.listdir("data")', 'open("data/y", "w").close()'),
    "a file vanishes from a folder that was listed": (EMPTY, 'os.listdir("data")', 'os.remove("data/x")'),
    "a file that was read is written": (ONE, 'open("data/x").read()', 'open("data/x", "w").write("2")'),
    "a file that was read is removed": (ONE, 'open("data/x").read()', 'os.remove("data/x")'),
    "a file that was there is removed": (EMPTY, 'os.path.exists("data/x")', 'os.remove("data/x")'),
    "a missing file appears": (EMPTY, 'os.path.exists("data/y")', 'open("data/y", "w").close()'),
    "a missing folder appears": (NOTHING, 'os.path.isdir("data")', 'os.mkdir("data")'),
    "a folder is exchanged": (
        make(ONE, write("other/x", "2")),
        'open("data/x").read()',
        'os.rename("data", "a"); os.rename("other", "data"); os.rename("a", "other")',
    ),
    "a link is led elsewhere": (
        make(write("one"), write("two"), link("now", "one")),
        'os.readlink("now")',
        'os.remove("now"); os.symlink("two", "now")',
    ),
    "the mode of a file changes": (EMPTY, 'os.stat("data/x").st_mode', 'os.chmod("data/x", 0o777)'),
    "a link is made to a file": (EMPTY, 'os.stat("data/x").st_nlink', 'os.link("data/x", "y")'),
    "a module is written": (write("mine.py", "X = 1"), "import mine", 'open("mine.py", "w").write("X = 2")'),
}
BY_ANOTHER = """
try:
    {before}
except OSError:
    pass
import subprocess
subprocess.run([sys.executable, "-c", {other!r}], check=True)
show(1)
"""


@pytest.fixture(scope="module")
def changing(tmp_path_factory: pytest.TempPathFactory, font_list: Path) -> list[set[str]]:
    """Run three builds; during the first, another process changes what the scripts have observed."""
    site = Site(tmp_path_factory.mktemp("during"), font_list)
    for number, (before, observes, during) in enumerate(DURING.values()):
        name = f"seen_{number}"
        (site.root / name).mkdir()
        before(site.root / name)
        other = f"import os\nif not os.path.exists('done'):\n    {during}\n    open('done', 'w')"
        script = BY_ANOTHER.format(before=observes, other=other)
        site.script(name, HEAD.replace("FOLDER", repr(name)) + script)
    names = [f"![seen](/images/seen-{number}.png)" for number in range(len(DURING))]
    site.article("all", "\n\n".join(names))
    built = [build(site) for _ in range(3)]
    assert [each.report for each in built] == ["", "", ""]
    assert "changed while it ran: it is drawn again in every build" not in built[1].out
    return [drawn(each) for each in built]


@pytest.mark.slow
@pytest.mark.parametrize("case", DURING)
def test_an_observation_that_changes_during_the_run_is_used_once_and_not_recorded(
    changing: list[set[str]], case: str
) -> None:
    """The script may have seen it before or after the change; the next build sees and records the current state."""
    name = f"seen_{list(DURING).index(case)}"
    assert [name in names for names in changing] == [True, True, False]


SAME = {
    "its own temporary folder": "import tempfile\nwith tempfile.TemporaryDirectory() as t:\n"
    "    open(t + '/x', 'w').write('1')\n"
    "    show([open(t + '/x').read(), os.stat(t + '/x').st_mtime > 0, os.listdir(t)])",
    "one that it leaves behind": "import tempfile\nt = tempfile.mkdtemp()\nopen(t + '/x', 'w').write('1')\n"
    "show(sorted(os.listdir(t)))",
    "a warning": "import warnings, linecache\nlinecache.checkcache()\nwarnings.warn('old')\n"
    "show(os.stat('data/x').st_size)",
    "source": "import inspect, json\nshow(len(inspect.getsource(json.loads)))",
    "where it is": "show(Path(__file__).resolve().name)",
    "the installed packages": "from importlib import metadata\n"
    "show([metadata.version('matplotlib'), len(metadata.entry_points())])",
    "a program": "import shutil\nshow(shutil.which('sh'))",
}
TIMES = "reads the timestamps of {}/data/x, which differ in every copy of the project"
OTHER = "starts another process"
NEVER = {
    "the time of a file": ("show(1 if os.path.getmtime('data/x') else 0)", TIMES),
    "the room on a disk": ("show(1 if os.statvfs('data/x').f_blocks else 0)", TIMES),
    "a module that comes and goes": (
        BY_ANOTHER.format(
            before="import importlib.util; importlib.util.find_spec('mine')", other="open('mine.py', 'w').close()"
        ),
        OTHER,
    ),
}
OTHERS = {
    "multiprocessing": "import multiprocessing\np = multiprocessing.Process(target=print)\np.start()\np.join()",
    "spawn": "import multiprocessing\nif __name__ == '__main__':\n    c = multiprocessing.get_context('spawn')\n"
    "    p = c.Process(target=print)\n    p.start()\n    p.join()",
    "a pool": "from concurrent.futures import ProcessPoolExecutor\n"
    "with ProcessPoolExecutor(1) as pool:\n    pool.submit(len, 'x').result()",
    "fork": "if os.fork() == 0:\n    os._exit(0)\nos.wait()",
    "posix_spawn": "os.waitpid(os.posix_spawn('/bin/true', ['true'], {}), 0)",
    "system": "os.system('true')",
    "subprocess": "import subprocess\nsubprocess.run(['true'])",
}
SCRIPTS = {
    case: (f"script_{number}", body)
    for number, (case, body) in enumerate(
        [*SAME.items(), *((case, body) for case, (body, _) in NEVER.items())]
        + [(case, f"{body}\nshow(1)") for case, body in OTHERS.items()]
    )
}


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory, font_list: Path) -> tuple[Build, Build]:
    """Build a site of these scripts, each in a folder of its own, and build it again."""
    site = Site(tmp_path_factory.mktemp("same"), font_list)
    for name, body in SCRIPTS.values():
        site.write(f"{name}/data/x", "1")
        site.script(name, HEAD.replace("FOLDER", repr(name)) + body)
    names = [f"![x](/images/{name.replace('_', '-')}.png)" for name, _ in SCRIPTS.values()]
    site.article("same", "\n\n".join(names))
    first = build(site)
    assert first.figures == (len(SCRIPTS), 0, 0), first.report
    site.script("later", "")  # in a folder of `sys.path`
    (site.root / SCRIPTS["a module that comes and goes"][0] / "mine.py").unlink()
    return first, build(site)


def noted(built: Build, name: str) -> list[str]:
    """Return what a build notes about a script."""
    return [
        note for told, note in re.findall(r"^(diagrams/.*?): (.*)", built.out, re.M) if re.search(rf"\b{name}\b", told)
    ]


@pytest.mark.parametrize("case", SAME)
def test_observations_that_are_the_same_in_each_build_are_recorded(twice: tuple[Build, Build], case: str) -> None:
    """Its own temporary files, the line shown in a warning, and the location of the project aren't inputs."""
    first, again = twice
    name, _ = SCRIPTS[case]
    assert name in drawn(first)
    assert not [note for note in noted(first, name) if "every build" in note]
    assert name not in drawn(again), again.out


@pytest.mark.parametrize("case", NEVER)
def test_what_differs_in_each_build_is_drawn_in_each_with_a_note(twice: tuple[Build, Build], case: str) -> None:
    """Times differ between copies, and so do disks: a record of them could never hold anywhere else.

    Of a module that comes and goes during the run, the script may have imported it: no record holds.
    """
    name, _ = SCRIPTS[case]
    for built in twice:
        assert name in drawn(built)
        assert sum(NEVER[case][1].format(name) in note for note in noted(built, name)) == 1


@pytest.mark.parametrize("case", OTHERS)
def test_another_process_is_reported_however_it_is_started(twice: tuple[Build, Build], case: str) -> None:
    """The files it reads can't be seen: the script has to list them."""
    assert [note for note in noted(twice[0], SCRIPTS[case][0]) if OTHER in note]
