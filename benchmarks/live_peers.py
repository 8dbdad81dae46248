"""From a save to the changed page on offer, ours beside other previews: python benchmarks/live_peers.py."""

from __future__ import annotations

import argparse
import http.client
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from live import ARTICLES, PAUSE_S, REPOSITORY, p95, write_site

PEERS = REPOSITORY / ".venv-bench/bin"
TRIES_S = 0.005
"""How often a page is asked for until it has changed."""
PATIENCE_S = 60
PLAIN = """\
PATH = "content"
ARTICLE_URL = "{date:%Y}/{date:%m}/{slug}/"
ARTICLE_SAVE_AS = ARTICLE_URL + "index.html"
TIMEZONE = "UTC"
STATIC_PATHS = []
FEED_ALL_ATOM = CATEGORY_FEED_ATOM = TRANSLATION_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None
"""
HUGO = {
    "hugo.toml": 'baseURL = "http://127.0.0.1/"\ndisableKinds = ["taxonomy", "term", "RSS", "sitemap"]\n',
    "layouts/_default/single.html": "<html><body><h1>{{ .Title }}</h1>{{ .Content }}</body></html>",
    "layouts/_default/list.html": "<html><body>{{ range .Pages }}{{ .Content }}{{ end }}</body></html>",
    "layouts/index.html": "<html><body>{{ range .Site.RegularPages }}{{ .Title }}{{ end }}</body></html>",
}


@dataclass(frozen=True)
class Preview:
    """A preview: how it is made ready and started in a folder, on which port, and where it offers the articles."""

    name: str
    ready: Callable[[Path], None]
    command: list[str]
    port: int
    path: str


def as_it_is(_: Path) -> None:
    """Leave the articles as Pelican reads them."""


def plain(root: Path) -> None:
    """Have Pelican alone read them, with the theme that it brings."""
    (root / "plain.py").write_text(PLAIN, "utf-8")


def with_mkdocs(root: Path) -> None:
    """Name the folder of the articles."""
    (root / "mkdocs.yml").write_text("site_name: Site\ndocs_dir: content\n", "utf-8")


def with_hugo(root: Path) -> None:
    """Write layouts of a few lines, and headers as Hugo reads them."""
    for name, text in HUGO.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    for article in (root / "content/nlp").iterdir():
        head, _, body = article.read_text("utf-8").partition("\n\n")
        fields = dict(line.split(": ", 1) for line in head.splitlines())
        article.write_text(f"---\ntitle: {fields['Title']}\ndate: {fields['Date']}\n---\n\n{body}", "utf-8")


def previews(port: int) -> list[Preview]:
    """List ours and those of the peers that are installed, each on a port of its own."""
    python, mkdocs = sys.executable, str(PEERS / "mkdocs")
    ours = [python, "-m", "plugins.live", "-s", "pelicanconf_here.py", "--port", f"{port}"]
    pelican = [python, "-m", "pelican", "-s", "plain.py", "-lr", "-p", f"{port + 1}"]
    known = [
        Preview("ours", as_it_is, ours, port, "2026/10/"),
        Preview("pelican -lr", plain, pelican, port + 1, "2026/10/"),
        Preview("mkdocs serve", with_mkdocs, [mkdocs, "serve", "-q", "-a", f"127.0.0.1:{port + 2}"], port + 2, "nlp/"),
        Preview("hugo server", with_hugo, ["hugo", "server", "-p", f"{port + 3}"], port + 3, "nlp/"),
    ]
    return [it for it in known if shutil.which(it.command[0])]


@contextmanager
def running(preview: Preview, root: Path) -> Iterator[None]:
    """Keep a preview going."""
    environment = {"PYTHONPATH": str(REPOSITORY), "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(root)}
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(
        preview.command, cwd=root, env=environment, stdout=quiet, stderr=quiet, start_new_session=True
    )
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)  # Pelican's has a process that serves
        process.wait()


def offered(address: str, words: str) -> None:
    """Wait until a page holds the words; raise TimeoutError if it never does."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(address, timeout=5) as page:
                if words.encode() in page.read():
                    return
        except (http.client.HTTPException, OSError):
            pass  # it has not started, or is writing
        time.sleep(TRIES_S)
    raise TimeoutError(f"{address} never held {words!r}")


def measure(preview: Preview, saves: int) -> list[float]:
    """Save an article as often; return the seconds from before it is written until the page is on offer."""
    took = []
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        write_site(root)
        preview.ready(root)
        article = root / "content/nlp/guide-1.md"
        text = article.read_text("utf-8")
        address = f"http://127.0.0.1:{preview.port}/{preview.path}guide-1/"
        with running(preview, root):
            offered(address, "A list of what a layer does")
            time.sleep(2)  # it may still be tidying up after its first build
            for number in range(saves):
                time.sleep(PAUSE_S)
                words = f"Saved for the {number}th time."
                began = time.time()
                article.write_text(f"{text}\n{words}\n", "utf-8")
                offered(address, words)
                took.append(time.time() - began)
    return took


def main() -> None:
    """Measure all, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--saves", type=int, default=20)
    parser.add_argument("--port", type=int, default=8760)
    chosen = parser.parse_args()
    print(f"{ARTICLES} articles, {chosen.saves} saves of one, seconds until the changed page is on offer", "")
    print("| preview | p50 | p95 | times ours |", "|---|---:|---:|---:|", sep="\n", flush=True)
    ours = 0.0
    for preview in previews(chosen.port):
        try:
            took = measure(preview, chosen.saves)
        except TimeoutError as problem:
            print(f"| {preview.name} | {problem} | | |", flush=True)
            continue
        ours = ours or median(took)
        print(f"| {preview.name} | {median(took):.3f} | {p95(took):.3f} | {median(took) / ours:.1f} |", flush=True)


if __name__ == "__main__":
    main()
