"""Files are written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from plugins.files import BESIDE, read_regular, write_atomically


def test_a_file_is_replaced_as_a_whole_and_its_folder_made(tmp_path: Path) -> None:
    """For everybody to read, whatever the one before was; nothing is left beside it."""
    place = tmp_path / "deep" / "a.json"
    write_atomically(place, b"old")
    place.chmod(0o600)
    write_atomically(place, b"new")
    assert place.read_bytes() == b"new"
    assert place.stat().st_mode & 0o777 == 0o644
    assert [*place.parent.iterdir()] == [place]


def test_a_link_is_replaced_and_what_it_leads_to_is_kept(tmp_path: Path) -> None:
    """Two builds share a stored file by links: to write through one would change the other."""
    (tmp_path / "stored").write_bytes(b"stored")
    os.link(tmp_path / "stored", tmp_path / "shown")
    write_atomically(tmp_path / "shown", b"new")
    assert (tmp_path / "stored").read_bytes() == b"stored"


def test_what_fails_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk is told with the name of a file, which Python does not say."""

    def full(_path: Path, _data: bytes) -> None:
        raise OSError(28, "No space left on device")

    place = tmp_path / "a.json"
    write_atomically(place, b"old")
    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space left") as raised:
        write_atomically(place, b"new")
    monkeypatch.undo()
    assert Path(raised.value.filename).name.startswith(BESIDE)
    assert (place.read_bytes(), [*tmp_path.iterdir()]) == (b"old", [place])


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    """It may never end."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="no file of ours"):
        read_regular(tmp_path / "pipe")
