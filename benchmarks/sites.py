"""Prints how long a whole blog takes to build with ours and other generators, in one run: `--brief` takes a minute."""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from statistics import median

from blogs import BLOGS, Article, Blog, articles, hugo, ours, ours_with_search, stock, stock_with_cache
from processes import watch
from timing import Took, now

STATES = COLD, UNCHANGED, BODY, TITLE = "cold", "unchanged", "a body edited", "a title edited"
COUNTS, ROUNDS, BRIEF = (1_000, 5_000), 3, 100
MEMORY_MB, GROWTH = 400, 1.1
NEW_BODY, NEW_TITLE = "One more sentence, written later.", "Guide 1, renamed"

Times = Mapping[tuple[str, str], Sequence[Took]]
"""The times of all rounds, by the name of the blog and its state."""


@dataclass(frozen=True)
class Goal:
    """The limit for the time of one build, as a ratio to another one's."""

    blog: str
    state: str
    other: str
    other_state: str
    most: float

    def __str__(self) -> str:
        return f"{self.blog}, {self.state}, relative to {self.other}, {self.other_state}"


GOALS = (
    Goal(ours.name, COLD, stock.name, COLD, 0.65),
    Goal(ours.name, COLD, hugo.name, COLD, 1.7),
    Goal(ours_with_search.name, COLD, stock.name, COLD, 0.85),
    Goal(ours.name, UNCHANGED, stock_with_cache.name, UNCHANGED, 1.0),
    Goal(ours.name, UNCHANGED, hugo.name, UNCHANGED, 1.0),
    Goal(ours.name, BODY, ours.name, UNCHANGED, 1.3),
    Goal(ours.name, TITLE, ours.name, UNCHANGED, 1.3),
)


def main() -> None:
    """Measure what the command line requests."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "counts", nargs="*", type=int, help=f"numbers of articles (default: {' '.join(map(str, COUNTS))})"
    )
    parser.add_argument("--rounds", type=int, help=f"how often each blog is built, in turn (default: {ROUNDS})")
    parser.add_argument("--only", nargs="+", default=[""], help="only blogs whose names contain one of these words")
    parser.add_argument("--no-memory", action="store_true", help="skip the extra cold build that measures memory")
    parser.add_argument("--brief", action="store_true", help=f"{BRIEF} articles, one round, without memory")
    options = parser.parse_args()
    counts = options.counts or ([BRIEF] if options.brief else COUNTS)
    rounds = options.rounds or (1 if options.brief else ROUNDS)
    blogs = [blog for blog in BLOGS if any(word in blog.name for word in options.only)]
    if not blogs:
        raise SystemExit(
            f"no blog's name contains any of {options.only}: there are {', '.join(blog.name for blog in BLOGS)}"
        )
    for blog in blogs:
        if blog.missing:
            print(f"{blog.name} is skipped: {blog.missing}.")
    blogs = [blog for blog in blogs if not blog.missing]
    versions = ", ".join(dict.fromkeys(blog.version() for blog in blogs))
    print(f"{date.today()}, {len(os.sched_getaffinity(0))} cores, Python {platform.python_version()}; {versions}.\n")
    a_piece: dict[int, Times] = {}
    for count in counts:
        a_piece[count] = compare(count, rounds, blogs, with_memory=not (options.brief or options.no_memory))
    grown(a_piece)


def compare(count: int, rounds: int, blogs: Sequence[Blog], *, with_memory: bool) -> Times:
    """Build each blog in each state, in turn, so that temporary load doesn't affect only one of them; print tables."""
    them, loads = articles(count), []
    times: dict[tuple[str, str], list[Took]] = defaultdict(list)
    for number in range(1, rounds + 1):
        loads.append(os.getloadavg()[0])
        for blog in blogs:
            with tempfile.TemporaryDirectory(prefix="sites-") as folder:
                for state, took in in_each_state(blog, Path(folder), them):
                    times[blog.name, state].append(took)
                    print(f"round {number}: {blog.name}, {state}: {took.clock:.2f} s ({took.cpu:.2f})", file=sys.stderr)
    print(f"{count} articles, median of {rounds} rounds, load {', '.join(f'{load:.1f}' for load in loads)} before each")
    table(f"{count} articles: wall-clock seconds", times, blogs, lambda took: took.clock)
    table(f"{count} articles: CPU seconds", times, blogs, lambda took: took.cpu)
    goals(times)
    if with_memory:
        memory(blogs, them)
    return times


def in_each_state(blog: Blog, root: Path, them: Sequence[Article]) -> Iterator[tuple[str, Took]]:
    """Build a blog in a new folder, again, and after each of two edits; make sure that the pages exist."""
    blog.write(root, them)
    yield COLD, built(blog, root)
    blog.check(root, them)
    yield UNCHANGED, built(blog, root)
    blog.check(root, them)
    first = replace(them[0], body=f"{them[0].body}\n{NEW_BODY}\n")
    blog.save(root, first)
    yield BODY, built(blog, root)
    blog.check(root, them)
    shows(blog, blog.page(root, first), NEW_BODY)
    first = replace(first, title=NEW_TITLE)
    blog.save(root, first)
    yield TITLE, built(blog, root)
    blog.check(root, them)
    shows(blog, root / blog.output / "index.html", NEW_TITLE)


def built(blog: Blog, root: Path) -> Took:
    """Run the commands of a blog; return the time of these, including all processes that they waited for."""
    before = now()
    for command in blog.commands:
        done = subprocess.run(command, cwd=root, env=blog.environment(root), capture_output=True, text=True)
        if done.returncode:
            output = (done.stderr + done.stdout)[-2000:]
            raise SystemExit(f"{blog.name}: {' '.join(command)} exited with {done.returncode}:\n{output}")
    return now() - before


def shows(blog: Blog, page: Path, words: str) -> None:
    """Exit if a page lacks the latest text."""
    if words not in page.read_text("utf-8"):
        raise SystemExit(f"{blog.name} doesn't show {words!r} in {page}")


def table(heading: str, times: Times, blogs: Sequence[Blog], side: Callable[[Took], float]) -> None:
    """Print the median for each blog and state, with the minimum and maximum in brackets."""
    print(f"\n| {heading} | {' | '.join(STATES)} |\n|---|{'---:|' * len(STATES)}")
    for blog in blogs:
        cells = []
        for state in STATES:
            seconds = [side(took) for took in times[blog.name, state]]
            spread = f" ({min(seconds):.2f}–{max(seconds):.2f})" if len(seconds) > 1 else ""
            cells.append(f"{median(seconds):.2f}{spread}")
        print(f"| {blog.name} | {' | '.join(cells)} |")


def goals(times: Times) -> None:
    """Print the median of the ratios within each round."""
    measured = [goal for goal in GOALS if (goal.blog, goal.state) in times and (goal.other, goal.other_state) in times]
    if measured:
        print("\n| ratio | wall clock | CPU | goal for the wall clock, at most |\n|---|---:|---:|---:|")
    for goal in measured:
        pairs = list(zip(times[goal.blog, goal.state], times[goal.other, goal.other_state], strict=True))
        clock = median(first.clock / second.clock for first, second in pairs)
        cpu = median(first.cpu / second.cpu for first, second in pairs)
        print(f"| {goal} | {clock:.2f} | {cpu:.2f} | {goal.most} |", flush=True)


def memory(blogs: Sequence[Blog], them: Sequence[Article]) -> None:
    """Print the peak resident memory of a cold build, which is monitored but not timed."""
    print(f"\n| {len(them)} articles, cold | peak memory, MB |\n|---|---:|")
    for blog in blogs:
        with tempfile.TemporaryDirectory(prefix="sites-") as folder:
            blog.write(Path(folder), them)
            peaks = []
            for command in blog.commands:
                process = subprocess.Popen(
                    command,
                    cwd=folder,
                    env=blog.environment(Path(folder)),
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    text=True,
                )
                peaks.append(watch(process).whole)
            blog.check(Path(folder), them)
        limit = f" (at most {MEMORY_MB})" if blog in (ours, ours_with_search) and len(them) >= COUNTS[-1] else ""
        print(f"| {blog.name} | {max(peaks):.0f}{limit} |", flush=True)
    print()


def grown(by_count: Mapping[int, Times]) -> None:
    """Print the cost per article in the longest blog, as a ratio to that in the shortest."""
    few, many = min(by_count), max(by_count)
    if few == many:
        return
    print(f"\n| time per article: {many} articles, relative to {few} | wall clock | CPU |\n|---|---:|---:|")
    for (name, state), rounds in by_count[few].items():
        if state == COLD:
            pairs = list(zip(rounds, by_count[many][name, state], strict=True))
            clock = median(more.clock / less.clock for less, more in pairs) * few / many
            cpu = median(more.cpu / less.cpu for less, more in pairs) * few / many
            print(f"| {name} | {clock:.2f} | {cpu:.2f} |")
    print(f"\nThe goal for ours is at most {GROWTH}.")


if __name__ == "__main__":
    main()
