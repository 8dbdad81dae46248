"""What other tools report about the built site: Lighthouse, the HTML checker of the W3C, and a link checker."""

from __future__ import annotations

import argparse
import gzip
import io
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from tests.chromium import CHROMIUM, OPTIONS, Quiet, served

ROOT = Path(__file__).resolve().parents[1]
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
RUNS = 3
TEXTS = (".html", ".css", ".js", ".json", ".svg", ".xml")


class Host(Quiet):
    """Sends responses as hosts of static files do: texts compressed, over a persistent connection."""

    protocol_version = "HTTP/1.1"

    def send_head(self) -> Any:
        """Send the headers; return the file with the body."""
        file = Path(self.translate_path(self.path))
        file = file / "index.html" if file.is_dir() else file
        if file.suffix not in TEXTS or not file.is_file():
            return super().send_head()
        body = gzip.compress(file.read_bytes())
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(file))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        return io.BytesIO(body)


def main() -> int:
    """Build the site for publishing, check it, and print the findings; return 1 if anything is below its best score."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tools", type=Path, help="the folder that contains node_modules")
    parser.add_argument(
        "--article", default="", help="the article's URL, relative to the site's (default: the longest article)"
    )
    options = parser.parse_args()
    bin_ = options.tools.resolve() / "node_modules"
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder)
        with served(output, Host) as address:
            built(output, "publishconf.py", SITEURL=address.rstrip("/"))
            article = options.article or longest(output)
            pages = {
                "article": article,
                "index": "",
                "archive": "archive/",
                "search": "search/",
                "gallery": "diagrams/",
            }
            flaws = [*lighthouse(bin_, address, pages), *checked(bin_, output), *crawled(bin_)]
    for flaw in flaws:
        print(flaw)
    print(f"{len(flaws)} problems found" if flaws else "no problems found")
    return 1 if flaws else 0


def built(output: Path, settings: str, *options: str, **environment: str) -> None:
    """Build the site into a folder."""
    command = [sys.executable, "-m", "pelican", "content", "-s", settings, "-o", str(output), *options]
    subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, check=True, stdout=subprocess.DEVNULL)


def longest(output: Path) -> str:
    """Return the URL, relative to the site's, of the longest article, including figures."""
    page = max(output.glob("2*/*/*/index.html"), key=lambda page: page.stat().st_size)
    return f"{page.parent.relative_to(output).as_posix()}/"


def lighthouse(bin_: Path, address: str, pages: dict[str, str]) -> list[str]:
    """Rate each page three times; print the medians, and return those below 100."""
    flaws = []
    print(f"{'Lighthouse, median of ' + str(RUNS):24}{''.join(f'{category:>16}' for category in CATEGORIES)}")
    for name, path in pages.items():
        rated = [rated(bin_, address + path) for _ in range(RUNS)]
        scores = {category: median(run[category] for run in rated) for category in CATEGORIES}
        print(f"{name:24}{''.join(f'{100 * score:16.0f}' for score in scores.values())}")
        flaws += [f"{name}: {category} is {100 * score:.0f}" for category, score in scores.items() if score < 1]
    return flaws


def rated(bin_: Path, page: str) -> dict[str, float]:
    """Run Lighthouse on the mobile version of a page; return its score in each category, from 0 to 1."""
    flags = f"--chrome-flags=--headless=new {' '.join(OPTIONS)}"
    command = [str(bin_ / ".bin/lighthouse"), page, "--output=json", "--quiet", flags]
    command.append(f"--only-categories={','.join(CATEGORIES)}")
    done = subprocess.run(
        command, env={**os.environ, "CHROME_PATH": str(CHROMIUM)}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"Lighthouse couldn't rate {page}:\n{done.stderr}")
    categories = json.loads(done.stdout)["categories"]
    return {category: categories[category]["score"] or 0 for category in CATEGORIES}


def checked(bin_: Path, output: Path) -> list[str]:
    """Check every page for valid HTML."""
    command = ["java", "-jar", str(bin_ / "vnu-jar/build/dist/vnu.jar"), "--format", "json", "--skip-non-html"]
    pages = sorted(map(str, output.rglob("*.html")))
    done = subprocess.run([*command, *pages], capture_output=True, text=True, check=False)
    # Everything except errors and warnings is a matter of taste, such as a slash at the end of a tag.
    messages = [
        message
        for message in json.loads(done.stderr)["messages"]
        if message["type"] != "info" or message.get("subType") == "warning"
    ]
    print(f"HTML: {len(pages)} pages checked, {len(messages)} messages")
    return [
        f"{message['url'].partition(str(output))[2]}:{message.get('lastLine', '')}: {message['message']}"
        for message in messages
    ]


def crawled(bin_: Path) -> list[str]:
    """Follow every link and anchor of the site itself, built with relative URLs for the crawler's own server."""
    with tempfile.TemporaryDirectory() as folder:
        built(Path(folder), "pelicanconf.py", "-e", "RELATIVE_URLS=true")
        command = [str(bin_ / ".bin/linkinator"), ".", "--recurse", "--check-fragments", "--format", "json"]
        command += ["--skip", "^https?://(?!localhost)"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    links = [link for link in json.loads(done.stdout)["links"] if link["state"] != "SKIPPED"]
    broken = [link for link in links if link["state"] == "BROKEN"]
    print(f"links: {len(links)} followed, {len(broken)} broken")
    return [f"{link.get('parent', '')}: {link['url']} leads nowhere" for link in broken]


if __name__ == "__main__":
    raise SystemExit(main())
