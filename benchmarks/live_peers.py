"""From a save to the changed page on the server, ours compared with other previews: python benchmarks/live_peers.py."""

from __future__ import annotations

import argparse
import http.client
import os
import signal
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from statistics import median

from blogs import Blog, articles, eleventy, hugo, material, ours_with_search, stock, stock_with_cache
from live import Saved, p95
from processes import settled

TRIES_S = 0.005
"""The interval between requests for a page until it has changed."""
PATIENCE_S = 300
PREVIEWS: Mapping[str, Blog] = {
    "ours": ours_with_search,
    "hugo server": hugo,
    "eleventy --serve --incremental": eleventy,
    "pelican -lr": stock,
    "pelican -lr, with its cache": stock_with_cache,
    "mkdocs serve, with Material": material,
}


def main() -> None:
    """Measure all of them, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=30, help="how many each blog has (default: %(default)s)")
    parser.add_argument("--saves", type=int, default=20, help="how often an article is saved (default: %(default)s)")
    parser.add_argument("--only", nargs="+", default=[""], help="only previews whose names contain one of these words")
    parser.add_argument("--port", type=int, default=8760, help="the port of the first preview (default: %(default)s)")
    chosen = parser.parse_args()
    load = os.getloadavg()[0]
    print(f"{date.today()}, {chosen.articles} articles, {chosen.saves} saves of one, load {load:.1f} at the start\n")
    print("| preview | p50, seconds until the server has the page | p95 | relative to ours | CPU seconds per save |")
    print("|---|---:|---:|---:|---:|", flush=True)
    first = 0.0
    for port, (name, blog) in enumerate(PREVIEWS.items(), chosen.port):
        if blog.missing or not any(word in name for word in chosen.only):
            continue
        try:
            saved = measure(blog, port, chosen.articles, chosen.saves)
        except TimeoutError as problem:
            print(f"| {name} | {problem} | | | |", flush=True)
            continue
        middle = median(saved.seconds)
        first = first or middle
        row = f"{middle:.3f} | {p95(saved.seconds):.3f} | {middle / first:.1f} | {saved.cpu:.2f}"
        print(f"| {name} | {row} |", flush=True)


def measure(blog: Blog, port: int, count: int, saves: int) -> Saved:
    """Save an article this many times, each when the preview is idle; wait until the server has the new page."""
    took = []
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        them = articles(count)
        blog.write(root, them)
        first = them[0]
        address = f"http://127.0.0.1:{port}/{first.address}"
        with running(blog, port, root) as pid:
            offered(address, f"Section 4 of {first.number}")
            before = used = settled(pid)
            for number in range(saves):
                words = f"Saved for the {number}th time."
                began = time.time()
                blog.save(root, replace(first, body=f"{first.body}\n{words}\n"))
                offered(address, words)
                took.append(time.time() - began)
                used = settled(pid)
    return Saved(took, (used - before) / saves)


@contextmanager
def running(blog: Blog, port: int, root: Path) -> Iterator[int]:
    """Run a preview during the block, and return its process."""
    quiet = subprocess.DEVNULL
    command = [word.format(port=port) for word in blog.preview]
    variables = blog.environment(root)
    process = subprocess.Popen(command, cwd=root, env=variables, stdout=quiet, stderr=quiet, start_new_session=True)
    try:
        yield process.pid
    finally:
        os.killpg(process.pid, signal.SIGTERM)  # Pelican's has a child process that serves
        process.wait()


def offered(address: str, words: str) -> None:
    """Wait until a page contains the words; raise TimeoutError if it never does."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(address, timeout=5) as page:
                if words.encode() in page.read():
                    return
        except (http.client.HTTPException, OSError):
            pass  # it hasn't started, or is writing
        time.sleep(TRIES_S)
    raise TimeoutError(f"{address} never held {words!r}")


if __name__ == "__main__":
    main()
