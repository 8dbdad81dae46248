"""What plugins do with the HTML of an article as soon as it is converted, so that it is kept with what was read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

Finisher: TypeAlias = Callable[[str, str, Mapping[str, Any]], str]

finishers: set[Finisher] = set()
"""Functions of the HTML, its language and the settings: of these, only on those that `reading.grounds.USED` names."""

finished: set[str] = set()
"""The articles whose HTML has been through all of them; where nothing keeps what is read, there are none."""
