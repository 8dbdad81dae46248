"""Files are written completely or not at all."""

import os
import resource
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from plugins.files import BESIDE, read_regular, write_atomically
from tests.conftest import REPOSITORY


def test_a_file_is_replaced_atomically_and_its_folder_created(tmp_path: Path) -> None:
    """Readable for everyone, whatever the previous one was; no temporary file is left."""
    place = tmp_path / "deep" / "a.json"
    write_atomically(place, b"old")
    place.chmod(0o600)
    write_atomically(place, b"new")
    assert place.read_bytes() == b"new"
    assert place.stat().st_mode & 0o777 == 0o644
    assert [*place.parent.iterdir()] == [place]


def test_a_link_is_replaced_and_its_target_kept(tmp_path: Path) -> None:
    """Two builds share a stored file through links: writing through one would change the other."""
    (tmp_path / "stored").write_bytes(b"stored")
    os.link(tmp_path / "stored", tmp_path / "shown")
    write_atomically(tmp_path / "shown", b"new")
    assert (tmp_path / "stored").read_bytes() == b"stored"


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    """A full disk, or a limit of the process, is reported with the name of a file, which Python leaves out."""
    place = tmp_path / "a.json"
    write_atomically(place, b"old")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, hard))
    try:
        with pytest.raises(OSError, match="File too large") as raised:
            write_atomically(place, bytes(2**21))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert Path(raised.value.filename).name.startswith(BESIDE)
    assert (place.read_bytes(), [*tmp_path.iterdir()]) == (b"old", [place])


def test_leftovers_of_a_killed_process_are_harmless(tmp_path: Path) -> None:
    """Another one may get its number."""
    process = textwrap.dedent("""
        import os, sys
        from pathlib import Path
        from plugins import files
        os.getpid = lambda: 7
        if sys.argv[2] == "killed":
            Path.replace = lambda *_: os._exit(9)
        files.write_atomically(Path(sys.argv[1]), sys.argv[2].encode())
    """)
    place = tmp_path / "a.json"
    for said, code in [("killed", 9), ("done", 0)]:
        done = subprocess.run([sys.executable, "-c", process, place, said], cwd=REPOSITORY, check=False)
        assert done.returncode == code
    assert place.read_bytes() == b"done"
    assert len([*tmp_path.glob(f"{BESIDE}*")]) == 1


def test_a_pipe_does_not_block(tmp_path: Path) -> None:
    """It may never end."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="is not a regular file"):
        read_regular(tmp_path / "pipe")
