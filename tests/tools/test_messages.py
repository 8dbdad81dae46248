"""All messages of the code in one file, where a changed message is reviewed next to the others."""

from __future__ import annotations

import re

import pytest

from tools.messages import SNAPSHOT, collected

ODD = (
    r"\bmend(?:s|ed)?\b",
    r"\banew\b",
    r"\bin vain\b",
    r"\bby and by\b",
    r"\bwhoever\b",
    r"\breckon(?:s|ed)?\b",
    r"\bis (?:told|refused|wanted)\b",
    r"\bgiven are\b",
    r"\bstands? (?:above|below|in|at)\b",
    r"\btake (?:it|that|this) out\b",
    r"\bneed not\b",
    r"\bshall\b",
)
"""Words that no native speaker would write in an error message."""


@pytest.fixture(scope="module")
def messages() -> str:
    """Return all of them."""
    return collected()


def test_the_snapshot_of_all_messages_is_current(messages: str) -> None:
    """Whoever changes a message reads the diff of the snapshot, and thus the message next to its neighbours."""
    assert SNAPSHOT.read_text("utf-8") == messages, "a message has changed: run `make messages`, and read the diff"


@pytest.mark.parametrize("odd", ODD)
def test_messages_are_plain_english(messages: str, odd: str) -> None:
    """They used to sound translated."""
    assert [line for line in messages.splitlines() if re.search(odd, line)] == []


def test_a_message_is_found_wherever_it_is_written(messages: str) -> None:
    """In a raise, in a table, in a template, in the Makefile."""
    for known in (
        "this image has no alt text",
        "use this format: Date: 2026-11-25 08:30",
        "make prune     delete stored figures",
        "It may have moved. Search for it here, or browse the %(archive)s.",
        "Copy",
    ):
        assert known in messages
