"""The response to a page that asks what it has missed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from plugins.live.board import Board
from plugins.live.output import hash_of

PROBLEM = {"said": "Broken."}


def on_the_loop(board: Board, act: Callable[[], Any]) -> Any:
    """Run something in a serving thread."""

    async def acted() -> Any:
        return act()

    return asyncio.run(acted())


def post(board: Board, *state: Any, **more: Any) -> None:
    """Post a state."""
    on_the_loop(board, lambda: board.post(*state, **more))


@pytest.fixture
def board(tmp_path: Path) -> Board:
    """Return a board whose output has a page and a picture."""
    board = Board()
    board.output = tmp_path
    (tmp_path / "index.html").write_text("Words.")
    (tmp_path / "line.png").write_text("A line.")
    return board


def test_only_later_changes_are_sent(board):
    """Not what the page has already seen, nor what existed when it was served."""
    post(board, [], {"a.png": "1"})
    seen = board.now
    assert board.since(seen)["changed"] == {}
    post(board, [], {"b.png": "1"})
    post(board, [], {"b.png": "2", "c.png": None})
    assert board.since(seen)["changed"] == {"b.png": "2", "c.png": None}


def test_for_a_page_of_another_server_everything_but_pages_may_have_changed(board):
    """A page checks itself by its hash."""
    for known in ("", "another-0", "another-x"):
        assert board.since(known)["changed"] == {"line.png": ""}


def test_a_page_that_moves_twice_is_followed_to_its_last_url(board):
    """And nowhere, if it has moved back."""
    post(board, [], {}, {"draft": "first"})
    post(board, [], {}, {"first": "second"})
    assert board.since("")["moved"] == {"draft": "second", "first": "second"}
    post(board, [], {"draft": "1"}, {"second": "draft"})
    assert board.since("")["moved"] == {"first": "draft", "second": "draft"}


def test_marks_are_kept_until_others_are_posted(board):
    """A failed build posts none."""
    post(board, [], {}, {}, {"index.html": "draft"})
    post(board, [PROBLEM])
    assert board.marks == {"index.html": "draft"}
    assert board.since("")["problems"] == [PROBLEM]
    post(board, [], {}, {}, {})
    assert board.marks == {}


def test_a_drawing_in_progress_is_reported_until_the_next_state(board):
    """Then it is finished, or given up."""
    post(board, [], drawing="drawing line…")
    assert board.since("")["drawing"] == "drawing line…"
    post(board, [])
    assert board.since("")["drawing"] == ""


def test_whether_there_is_a_site_depends_on_the_output(board, tmp_path):
    """It may be from yesterday; files without a page aren't a site."""
    assert board.is_shown
    (tmp_path / "index.html").unlink()
    assert not board.is_shown
    assert not Board().is_shown


def test_only_written_pages_have_a_hash(board, tmp_path):
    """Neither other files nor pages outside of the output do."""
    assert board.hash("index.html") == hash_of(b"Words.")
    for page in ("none.html", "line.png", "../outside.html", "\0.html", "a" * 300 + ".html", ""):
        assert board.hash(page) is None
    assert Board().hash("index.html") is None


def test_waiting_ends_at_once_with_another_state_and_otherwise_in_time(board):
    """Even if the other one came before the wait."""

    async def waited() -> list[bool]:
        at_first = board.now
        nothing = await board.changed(at_first, 0.01)
        waiting: list[Coroutine[Any, Any, bool]] = [board.changed(at_first, 30) for _ in range(3)]
        tasks = [asyncio.create_task(one) for one in waiting]
        await asyncio.sleep(0)
        board.post([])
        return [nothing, *(await asyncio.gather(*tasks)), await board.changed(at_first, 30)]

    assert asyncio.run(waited()) == [False, True, True, True, True]
