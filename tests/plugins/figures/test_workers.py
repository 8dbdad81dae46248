"""The processes that draw figures."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from plugins.figures.workers import environment


@pytest.mark.parametrize("name", ["PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX"])
def test_bytecode_is_written_where_the_author_wants_it(name: str, tmp_path: Path, monkeypatch: Any) -> None:
    """Or nowhere; on a full disk, Python would leave cut files next to our code, and fail whenever it reads them."""
    settings: Any = SimpleNamespace(store=tmp_path, matplotlibrc=tmp_path / "none")
    monkeypatch.delenv(name, raising=False)
    assert name not in environment(settings)
    monkeypatch.setenv(name, "/elsewhere")
    assert environment(settings)[name] == "/elsewhere"
