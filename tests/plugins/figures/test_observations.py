"""The states of paths that aren't ordinary files."""

import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from plugins.figures.cache import Present
from plugins.figures.observations import ABSENT, libraries, state
from tests.conftest import REPOSITORY


def test_a_pipe_does_not_block(tmp_path: Path) -> None:
    """Otherwise a build would wait until somebody writes to it."""
    os.mkfifo(tmp_path / "pipe")
    look = "import sys; from plugins.figures.observations import state; print(state(sys.argv[1], 'content'))"
    command = [sys.executable, "-c", look, str(tmp_path / "pipe")]
    assert subprocess.run(command, cwd=REPOSITORY, capture_output=True, timeout=60, check=True).stdout == b"special\n"


def test_the_whole_prefix_of_python_does_not_count_as_a_library() -> None:
    """A project may be inside it, as in /usr/src/app, in a container with Python in /usr."""
    for prefix in (sys.prefix, sys.base_prefix):
        assert not [it for it in libraries() if Path(prefix, "src/app").is_relative_to(it)]


def test_versions_are_what_the_library_reads() -> None:
    """Only more quickly; a package that isn't installed has none."""
    unset: Any = None
    present = Present(unset)
    names = {found.metadata["Name"] for found in metadata.distributions()}
    assert {name: present.version(name) for name in names} == {name: metadata.version(name) for name in names}
    assert present.version("not-installed") is None


def test_what_cannot_be_read_has_the_error_as_its_state(tmp_path: Path) -> None:
    """So that a missing file and a cycle of links differ."""
    (tmp_path / "file").touch()
    (tmp_path / "circle").symlink_to("circle")
    paths = {"gone": ABSENT, "file/x": "ENOTDIR", "circle": "ELOOP", "x" * 300: "ENAMETOOLONG", "x\0": "EINVAL"}
    assert {path: state(f"{tmp_path}/{path}", "content") for path in paths} == paths


@pytest.mark.skipif(not hasattr(os, "setxattr"), reason="this system has no extended attributes")
def test_the_attributes_of_a_link_are_not_those_of_its_target(tmp_path: Path) -> None:
    """Each can be read separately."""
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to("file")
    try:
        os.setxattr(tmp_path / "file", "user.unrolled", b"1")
    except OSError:
        pytest.skip("this file system keeps no extended attributes")
    link = str(tmp_path / "link")
    assert state(link, "xattrs") != state(link, "lxattrs")
    assert state(link, "xattr.user.unrolled") != state(link, "lxattr.user.unrolled")
