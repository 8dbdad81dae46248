"""Nothing is lost: killed, out of space, forbidden, tampered with, or twice at once, the next build is right."""

import ctypes
import json
import os
import random
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import Build, Site
from tests.sampling import EFFORT, SEED

NAMES = [f"wave-{number}" for number in range(6)]
WAVE = """
import time
import matplotlib.pyplot as plt
import numpy as np

time.sleep(0.05)
plt.figure(figsize=(3, 2))
plt.plot(np.sin(np.arange(100) * {number}))
"""


def waves(site: Site) -> Site:
    """Create a site with six figures, and an article that shows them."""
    for number, name in enumerate(NAMES):
        site.script(name.replace("-", "_"), WAVE.format(number=number))
    site.article("guide", "\n\n".join(f"![a wave](/images/{name}.png)" for name in NAMES))
    return site


@pytest.fixture(scope="module")
def clean(tmp_path_factory, font_list) -> Site:
    """Return a built site, and its output."""
    site = waves(Site(tmp_path_factory.mktemp("clean"), font_list))
    built = site.build()
    assert built.code == 0, built.report
    return site


@pytest.fixture(scope="module")
def took_s(tmp_path_factory, font_list) -> float:
    """Return how long a build takes in a process of its own."""
    site = waves(Site(tmp_path_factory.mktemp("timed"), font_list))
    began = time.monotonic()
    with started(site) as build:
        _, said = build.communicate()
    assert build.returncode == 0, said
    return time.monotonic() - began


@pytest.fixture
def built(clean, tmp_path) -> Site:
    """Return a copy of the built site."""
    shutil.copytree(clean.root, tmp_path / "site")
    return Site(tmp_path / "site")


def images(site: Site, output: str = "output") -> dict[str, bytes]:
    """Return the published figures."""
    folder = site.root / output / "images"
    return {path.name: path.read_bytes() for path in folder.glob("*") if path.is_file()}


def left_over(site: Site) -> list[str]:
    """Return the files that only a running build may leave around."""
    return [str(place) for place in [*site.root.glob(".figures/jobs-*/**"), *site.root.glob("output/**/.new-*")]]


def assert_right(site: Site, clean: Site) -> Build:
    """Check that the next build succeeds, with the bytes of a clean one, and that the one after it draws nothing."""
    build = site.build()
    assert (build.code, build.figures[2]) == (0, 0), build.report
    assert images(site) == images(clean)
    assert left_over(site) == []
    assert site.build().figures == (0, 6, 0)
    return build


def recorded(site: Site) -> set[str]:
    """Return the recorded figures."""
    return {path.parent.name.replace("_", "-") for path in site.root.glob(".figures/records/*/*.json")}


def assert_nothing_runs(site: Site) -> None:
    """Check that all drawing processes for a site, whose home is in its store, have ended, or do so at once."""
    deadline = time.monotonic() + 60
    while left := [place for place in Path("/proc").glob("[0-9]*/environ") if str(site.root) in text_of(place)]:
        assert time.monotonic() < deadline, left
        time.sleep(0.05)


def text_of(path: Path) -> str:
    """Read a file that may be gone by now."""
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""


@contextmanager
def started(site: Site, output: str = "output", **options: object) -> Iterator[subprocess.Popen[str]]:
    """Start a build in a process of its own, which doesn't outlive the test."""
    with subprocess.Popen(
        [sys.executable, "-m", "pelican", "-s", str(site.root / "pelicanconf_here.py"), "-o", str(site.root / output)],
        cwd=site.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    ) as build:
        try:
            yield build
        finally:
            build.kill()


@pytest.mark.slow
@pytest.mark.parametrize("number", range(EFFORT.kills))
def test_a_build_killed_at_any_moment_does_no_harm(site, clean, took_s, number, say):
    """Its published files are complete, its drawings are kept, and its children are gone."""
    waves(site)
    share = (number + random.Random(f"{SEED}: {number}").random()) / EFFORT.kills  # spread over the whole build
    after_s = 0.1 + share * took_s
    with started(site):
        time.sleep(after_s)
    assert_nothing_runs(site)
    published, kept = images(site), len(recorded(site))
    assert published.items() <= images(clean).items()
    assert assert_right(site, clean).figures == (6 - kept, kept, 0)
    say(f"killed after {after_s:.2f} s: {len(published)} files were published, {kept} figures kept")


@pytest.mark.slow
def test_figures_drawn_before_a_kill_are_not_drawn_again(site, clean):
    """Each figure is recorded as soon as it is drawn, not when all are."""
    waves(site)
    drawn, under_way = NAMES[:3], NAMES[3:]
    scripts = {name: site.root / f"diagrams/{name.replace('-', '_')}.py" for name in under_way}
    texts = {script: script.read_text() for script in scripts.values()}
    for script, text in texts.items():
        script.write_text(text.replace("sleep(0.05)", "sleep(600)"))
    with started(site) as build:
        deadline = time.monotonic() + 60
        while recorded(site) != set(drawn):
            assert time.monotonic() < deadline
            assert build.poll() is None
            time.sleep(0.02)
    assert_nothing_runs(site)
    for script, text in texts.items():
        script.write_text(text)
    assert assert_right(site, clean).figures == (3, 3, 0)


DIES = """
import os
link, linked = os.link, []
def link_some(*places):
    if len(linked) == 4:
        os._exit(9)
    linked.append(link(*places))
os.link = link_some
"""


@pytest.mark.slow
def test_files_published_by_a_killed_build_are_removed_when_unused(built):
    """They are listed before they exist: the output must not have files that no build knows of."""
    shutil.rmtree(built.root / "output")
    settings = (built.root / "pelicanconf_here.py").read_text() + "DELETE_OUTPUT_DIRECTORY = False\n"
    built.write("pelicanconf_here.py", settings + DIES)
    assert built.build().code == 9
    assert len(images(built)) == 4
    built.write("pelicanconf_here.py", settings)
    built.article("guide", "No more figures.")
    assert built.build().code == 0
    assert images(built) == {}


def limited(site: Site, blocks: int) -> Build:
    """Build with a limit of some KB per file: a disk that fills up.

    It writes no bytecode: Python would keep cut files in our own folders, and fail whenever it reads them.
    """
    limit = f"export PYTHONDONTWRITEBYTECODE=1; ulimit -f {blocks}"
    command = f'{limit}; exec "{sys.executable}" -m pelican -s pelicanconf_here.py'
    done = subprocess.run(["bash", "-c", command], cwd=site.root, capture_output=True, text=True, check=False)
    return Build(done.returncode, done.stdout, done.stderr)


@pytest.mark.slow
def test_a_full_disk_is_reported_and_no_half_written_file_is_used(site, clean):
    """The figures that still fitted are kept."""
    waves(site)
    build = limited(site, 12)
    assert build.code == 1
    assert "Traceback" not in build.out + build.report
    assert "File too large" in build.report
    assert_right(site, clean)


NO_LINKS = """
import errno, os
def refuse(*_):
    raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
os.link = refuse
DELETE_OUTPUT_DIRECTORY = True
"""


@pytest.mark.slow
def test_a_full_output_is_reported_by_name(built, clean):
    """It may be on another disk than the drawings, which shouldn't be blamed then."""
    settings = (built.root / "pelicanconf_here.py").read_text()
    built.add(NO_LINKS)
    build = limited(built, 12)
    assert build.code == 1
    assert "Traceback" not in build.out + build.report
    assert [entry.splitlines()[0] for entry in build.entries] == [
        "can't write output/images: File too large",
        "can't write output: File too large",  # a page
    ]
    assert build.report.count("free some disk space, then build again") == 2
    built.write("pelicanconf_here.py", settings)
    assert assert_right(built, clean).figures == (0, 6, 0)


def forbidden(site: Site) -> Build:
    """Build as a user bound by permissions, which root isn't."""

    def bound() -> None:
        for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
            ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP

    with started(site, preexec_fn=bound) as build:
        out, report = build.communicate()
    return Build(build.returncode, out, report)


@pytest.mark.slow
@pytest.mark.parametrize("folder", [".figures", "output/images"])
def test_a_folder_without_write_permission_is_reported_by_name(built, clean, folder):
    """Without a traceback; existing files are shown."""
    built.add("DELETE_OUTPUT_DIRECTORY = False")
    with (built.root / "diagrams/wave_1.py").open("a") as script:
        script.write("plt.title('new')\n")
    places = [built.root / folder, *(path for path in (built.root / folder).rglob("*") if path.is_dir())]
    for place in places:
        place.chmod(0o555)
    build = forbidden(built)
    for place in places:
        place.chmod(0o755)
    assert build.code == 1
    assert "Traceback" not in build.out + build.report
    assert build.entries
    for entry in build.entries:
        assert re.search(rf"can't write {folder}: Permission denied\n +make it writable, or remove it", entry), entry
    assert built.build().figures[2] == 0


@pytest.mark.slow
@pytest.mark.parametrize("place", [".figures", "output/images", ".figures/records", ".figures/store"])
def test_a_file_in_place_of_a_folder_is_reported_by_name(built, clean, place):
    """It may be the author's own: it stays."""
    shutil.rmtree(built.root / place)
    built.write(place, "mine")
    built.add("DELETE_OUTPUT_DIRECTORY = False")
    build = built.build()
    assert build.code == 1
    assert "Traceback" not in build.out + build.report
    assert f"can't write {place}" in build.report, build.report
    assert (built.root / place).read_text() == "mine"
    (built.root / place).unlink()
    assert_right(built, clean)


def cut(path: Path, _: random.Random) -> None:
    """Leave only the first half."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def emptied(path: Path, _: random.Random) -> None:
    """Leave nothing."""
    path.write_bytes(b"")


def nested(path: Path, _: random.Random) -> None:
    """Write data too deep for any parser."""
    path.write_text("[" * 100_000)


def noise(path: Path, chance: random.Random) -> None:
    """Write random data."""
    path.write_bytes(chance.randbytes(1000))


def leading_out(path: Path, _: random.Random) -> None:
    """Name files outside of the store, with their actual stamps."""
    record = json.loads(path.read_text())
    secret = path.parents[3] / "secret.png"
    secret.write_text("secret")
    state = secret.stat()
    record[0]["figures"][0]["wide"]["files"]["png"] = "../../secret.png"
    record[0]["stamps"]["../../secret.png"] = [state.st_size, state.st_mtime_ns]
    path.write_text(json.dumps(record))


def endless(path: Path, _: random.Random) -> None:
    """Name an endless input, and an impossible file name."""
    record = json.loads(path.read_text())
    hashed = {"content": "0" * 64}
    record[0]["inputs"]["observed"] = {"a\0c": {"module.own": None}} | record[0]["inputs"]["observed"]
    record[0]["inputs"]["observed"] |= {"/dev/zero": hashed, "a\0b": hashed, "x" * 5000: {"exists": True}}
    path.write_text(json.dumps(record))


def test_untrustworthy_records_are_ignored(built, clean):
    """Their figures are drawn again, if it matters at all; more is tried in tests/plugins/figures/test_records.py."""
    chance = random.Random(1)
    records = sorted((built.root / ".figures/records").rglob("*.json"))
    assert len(records) == len(NAMES)
    for record, harm in zip(records, (cut, emptied, nested, noise, leading_out, endless), strict=True):
        harm(record, chance)
    assert_right(built, clean)


def test_a_manifest_that_lists_other_files_removes_none_of_them(built, clean):
    """Only files in the output are ever removed."""
    kept = built.write("kept.txt", "kept")
    inside = built.write("output/images/old.png", "old")
    named = {str(built.root / "output"): ["../kept.txt", str(kept), "images/../../kept.txt", "images/old.png"]}
    built.add("DELETE_OUTPUT_DIRECTORY = False")
    built.write(".figures/published.json", json.dumps(named))
    assert_right(built, clean)
    assert kept.read_text() == "kept"
    assert not inside.exists()


@pytest.mark.slow
@pytest.mark.parametrize("manifest", ["", "[" * 100_000, '{"a": null}'])
def test_an_unreadable_manifest_is_written_again(built, clean, manifest):
    """It only lists what may be removed."""
    built.write(".figures/published.json", manifest)
    assert_right(built, clean)


def a_folder(file, _chance):
    """Put a folder in place of a file."""
    file.unlink()
    file.mkdir()


def flipped(file, _chance):
    """Change a single bit, and keep size and time."""
    found = file.stat()
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    os.utime(file, ns=(found.st_atime_ns, found.st_mtime_ns))


@pytest.mark.parametrize(
    "harm", [cut, *(pytest.param(harm, marks=pytest.mark.slow) for harm in (flipped, a_folder, emptied, noise))]
)
def test_a_changed_file_in_the_store_is_not_published(built, clean, harm):
    """Its hash is checked, even if it has the same size and time."""
    for file in (built.root / ".figures/store").iterdir():
        harm(file, random.Random(file.name))
    assert assert_right(built, clean).figures == (6, 0, 0)


def test_a_changed_published_file_is_restored(built, clean):
    """Although it is the same file as the stored one."""
    (built.root / "output/images/wave-1.png").write_bytes(b"mine")
    built.add("DELETE_OUTPUT_DIRECTORY = False")
    assert_right(built, clean)


def test_a_copied_store_is_verified_by_its_hashes(built, clean):
    """Its times differ, and nothing is drawn."""
    for file in (built.root / ".figures/store").iterdir():
        os.utime(file, (1, 1))
    assert assert_right(built, clean).figures == (0, 6, 0)


@pytest.mark.slow
def test_two_simultaneous_builds_do_not_harm_each_other(site, clean):
    """Both draw into one store, for two outputs; for one, see tests/site/test_rebuilding.py."""
    waves(site)
    with started(site) as one, started(site, output="output-too") as two:
        for build in (one, two):
            out, report = build.communicate()
            assert (build.returncode, report) == (0, ""), out + report
    assert images(site) == images(site, "output-too")
    assert_right(site, clean)


@pytest.mark.slow
def test_nothing_stored_is_executed(built, clean):
    """Whatever is there, a build only reads records, and files by their hashes."""
    mark = built.root / "run"
    code = f"open({str(mark)!r}, 'w').close()\n"
    python = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for place in ("", "cache/", "store/", f"cache/.local/lib/{python}/site-packages/"):
        for name in ("sitecustomize", "usercustomize", "matplotlib", "numpy", "unrolled", "_part"):
            built.write(f".figures/{place}{name}.py", code)
        built.write(f".figures/{place}code.pth", f"import os; {code}")
    built.write("diagrams/_part.py", "TITLE = 'part'\n")
    built.script("parted", "import matplotlib.pyplot as plt\nfrom _part import TITLE\nplt.title(TITLE)\n")
    built.article("more", "![a](/images/parted.png)")
    assert built.build(PYTHONHASHSEED="1").figures == (
        1,
        6,
        0,
    )  # in processes of its own, because they read it at startup
    assert not mark.exists()
