"""Prints how long our figures take compared with the peers', for the same scripts, in one run."""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from ours import PROJECT, Site
from peers import Environment, Peer, environment
from scripts import generate
from timing import Measured, best

LIMIT = "two warm processes"
MANY = 1_000
VERSIONS = """\
import importlib.metadata as known, sys
print(*(f"{name} {known.version(name)}" for name in sys.argv[1:]), sep=", ")
"""


def main() -> None:
    """Measure what the command line requests."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "counts", nargs="*", type=int, default=[60, 300], help="numbers of scripts (default: 60 300; 0 skips this part)"
    )
    parser.add_argument(
        "--rounds",
        type=int,
        default=1,
        help="how often to measure; the shortest time is printed (default: %(default)s)",
    )
    parser.add_argument(
        "--many", type=int, default=MANY, help=f"unchanged figures in the last part (default: {MANY}; 0 skips it)"
    )
    parser.add_argument("--only", default="", help="only peers whose names contain this; the limit is always measured")
    parser.add_argument(
        "--peers", type=Path, default=PROJECT / ".venv-bench/bin/python", help="the peers' Python interpreter"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="figures-") as name:
        folder = Path(name)
        fonts = folder / "fonts"
        theirs = environment(options.peers, fonts)
        print(_heading(theirs), end="\n\n", flush=True)
        peers = [peer for peer in theirs.peers() if options.only in peer.name or peer.name.startswith(LIMIT)]
        for count in filter(None, options.counts):
            _compare(count, options.rounds, peers, fonts, folder / str(count))
        if options.many:
            _unchanged(options.many, fonts, folder / "many")


def _heading(theirs: Environment) -> str:
    """Print the date, the machine and the versions; exit if the two environments draw with different ones."""
    ours = _versions(Path(sys.executable), "matplotlib", "pelican")
    peers = _versions(theirs.python, "matplotlib", "sphinx", "sphinx-gallery")
    if ours.split(",")[0] != peers.split(",")[0]:
        raise SystemExit(f"not comparable: ours draw with {ours}, the peers with {peers}")
    cores = len(os.sched_getaffinity(0))
    load = os.getloadavg()[0]
    return (
        f"{date.today()}, {cores} cores, load {load:.1f} at the start, Python {platform.python_version()}; "
        f"ours: {ours}; peers: {peers}"
    )


def _versions(python: Path, *names: str) -> str:
    ran = subprocess.run([python, "-c", VERSIONS, *names], capture_output=True, text=True, check=True)
    return ran.stdout.strip()


def _compare(count: int, rounds: int, peers: Sequence[Peer], fonts: Path, folder: Path) -> None:
    """Time ourselves and each peer in turn, so that temporary load doesn't affect only one of them."""
    scripts = generate(folder / "scripts", count)
    site = Site(folder / "site")
    site.write(scripts)
    cold, unchanged = "ours, cold", "ours, unchanged"
    measured: dict[str, list[Measured]] = {cold: [], unchanged: []}
    for round_ in range(rounds):
        measured[cold].append(site.cold(fonts))
        measured[unchanged] += [site.unchanged() for _ in range(3)]
        for peer in peers:
            measured.setdefault(peer.name, []).append(_measure(peer, scripts, folder / f"{round_}" / peer.name))
    share = {peer.name: min(peer.at_most or count, count) for peer in peers}
    times = {name: best(them) * (count / share.get(name, count)) for name, them in measured.items()}
    limit = next(took for name, took in times.items() if name.startswith(LIMIT))
    print(
        f"| {count} scripts | seconds | ms per figure | relative to the limit | relative to ours, cold | CPU seconds |"
    )
    print("|---|---:|---:|---:|---:|---:|")
    for name, took in times.items():
        to_limit, to_ours = took.clock / limit.clock, took.clock / times[cold].clock
        a_figure = took.clock / count * 1000
        print(f"| {name} | {took.clock:.2f} | {a_figure:.1f} | {to_limit:.2f} | {to_ours:.2f} | {took.cpu:.2f} |")
    peak = site.memory(fonts)
    print(
        f"\nPeak resident memory of ours, cold: {peak.child:.0f} MB for a child, of which {peak.child_own:.0f} MB are "
        f"its own; {peak.whole:.0f} MB for all processes together.\n",
        flush=True,
    )


def _measure(peer: Peer, scripts: Sequence[Path], folder: Path) -> Measured:
    """Measure a peer, and make sure that it has drawn: scripts that failed would count in its favour."""
    share = scripts[: peer.at_most]
    folder.mkdir(parents=True)
    measured = peer.measure(share, folder)
    for ending in ("png", "svg"):
        count = len(list(folder.glob(f"{peer.drawn}.{ending}")))
        if count < len(share):
            raise SystemExit(f"{peer.name} drew {count} {ending} of {len(share)}")
    return measured


def _unchanged(count: int, fonts: Path, folder: Path) -> None:
    site = Site(folder / "site")
    site.write(generate(folder / "scripts", count))
    site.cold(fonts)
    took = best([site.unchanged() for _ in range(5)])
    print(
        f"{count} unchanged figures: {took.clock:.2f} s more than a build without figures (CPU: {took.cpu:.2f} s), "
        f"the best of five measurements; matplotlib wasn't imported, and no process was started."
    )


if __name__ == "__main__":
    main()
