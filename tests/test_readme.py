"""The README's commands, run literally in a fresh clone with an empty home."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import pytest
from pelican.generators import StaticGenerator
from pelican.settings import read_settings

REPOSITORY = Path(__file__).resolve().parent.parent


def commands(readme: str) -> list[str]:
    """Return the shell blocks of a Markdown text, in order."""
    return re.findall(r"^```sh\n(.*?)^```$", readme, re.M | re.S)


def serve_once(command: str, clone: Path, environment: dict[str, str]) -> str:
    """Start a server, fetch its front page as soon as it answers, and stop it."""
    server = subprocess.Popen(["sh", "-ec", command], cwd=clone, env=environment, start_new_session=True)
    try:
        deadline = time.monotonic() + 120
        while True:
            try:
                with urlopen(f"http://127.0.0.1:{environment['PORT']}/", timeout=5) as answer:
                    return answer.read().decode()
            except OSError:
                assert time.monotonic() < deadline, "the server doesn't answer"
                assert server.poll() is None, "the server has ended"
                time.sleep(0.2)
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait()


@pytest.mark.slow
@pytest.mark.when_changed("README.md", "docs/scripts.md", "Makefile", "requirements", "tools/venv.sh", ".ci/")
@pytest.mark.skipif("UNROLLED_README" in os.environ, reason="this is the test suite that the README's test runs")
def test_the_commands_of_the_readme_run_as_written(tmp_path, say):
    """A newcomer who pastes them one by one gets a site, a served page, a published one, and a figure.

    `make test` collects all tests there, and runs the first of each folder, and `make html` finds the figures drawn:
    `.ci/run` is in a fresh clone, too, and has just drawn them all, and run all tests with `make check`.
    """
    clone = tmp_path / "unrolled"
    subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", str(REPOSITORY), str(clone)], check=True)
    shutil.copy(REPOSITORY / "README.md", clone)  # the current file counts, not the committed one
    for kept in ("records", "store"):
        if (REPOSITORY / ".figures" / kept).is_dir():
            shutil.copytree(REPOSITORY / ".figures" / kept, clone / ".figures" / kept)
    home = tmp_path / "home"
    home.mkdir()
    environment = {
        **{name: value for name, value in os.environ.items() if name.startswith(("PIP_", "LANG", "LC_", "SSL_"))},
        "PATH": f"{Path(sys.base_prefix) / 'bin'}:{os.environ['PATH']}",
        "HOME": str(home),
        "PORT": "8731",
        "UNROLLED_README": "1",
    }
    ran = []
    pages = [(REPOSITORY / name).read_text("utf-8") for name in ("README.md", "docs/scripts.md")]
    for block in commands("\n".join(pages)):
        began = time.monotonic()
        if "make serve" in block:
            assert "Unrolled" in serve_once(block, clone, environment)
        else:
            done = subprocess.run(
                ["sh", "-ec", block], cwd=clone, env=environment, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, f"{block}\n{done.stdout}\n{done.stderr}"
        ran.append(f"{time.monotonic() - began:5.1f} s  {' && '.join(block.split(chr(10))[:1])}")
    assert (clone / "output/images/my-first-figure.png").is_file()
    status = ["git", "status", "--short", "--untracked-files=all"]
    left = subprocess.run(status, cwd=clone, capture_output=True, text=True, check=True).stdout.splitlines()
    written = {"diagrams/my_first_figure.py", "content/site/my-first-figure.md"}
    assert {line[3:] for line in left} - {"README.md"} == written
    say("\n".join(ran))


def test_the_folders_of_the_tree_in_contributing_are_in_a_clone():
    """Git keeps no empty folders, and authors look for those named there."""
    section = (REPOSITORY / "CONTRIBUTING.md").read_text("utf-8").partition("## Where things are")[2]
    tree = section.partition("```text\n")[2].partition("```")[0]
    kept = subprocess.run(["git", "ls-files"], cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout
    inside = [f"content/{name}/" for name in re.findall(r"\((\w+)/\)", tree.splitlines()[0])]
    named = [line.split()[0] for line in tree.splitlines() if re.match(r"\w+/ ", line)]
    assert len(named) > 5
    assert inside
    assert [name for name in [*named, *inside] if f"\n{name}" not in f"\n{kept}"] == []


def documents():
    """Return the texts that people read on GitHub or the like, without code, in which links don't count."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "*.md"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    texts = {}
    for name in listed:
        file = REPOSITORY / name
        if file.is_file() and not name.startswith(("content/", "tests/", "plugins/commands/starter")):
            fenced = r"^( *)(`{3,})[^`\n]*\n.*?^\1\2 *$"
            texts[file] = re.sub(fenced, "", file.read_text("utf-8"), flags=re.M | re.S)
    return texts


def anchors(text):
    """Return the ids of a document's headings, as GitHub generates them, and its explicit ids."""
    headings = re.findall(r"^#+ (.+)$", text, re.M)
    plain = (re.sub(r"[^\w\s-]", "", re.sub(r"\[(.*?)\]\(.*?\)", r"\1", heading)) for heading in headings)
    return {heading.strip().lower().replace(" ", "-") for heading in plain} | set(re.findall(r'id="([^"]+)"', text))


def test_links_in_documents_lead_to_files_and_headings():
    """When a section is moved or a heading reworded, its links must be updated."""
    texts = documents()
    assert len(texts) > 30
    lost = []
    for file, text in texts.items():
        for address in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`\n]+`", "", text)):
            path, _, anchor = address.partition("#")
            if ":" in path or path.startswith("/") or "{" in path:
                continue
            target = (file.parent / path).resolve() if path else file
            known = texts.get(target)
            if not target.exists() or (anchor and known is not None and anchor not in anchors(known)):
                lost.append(f"{file.relative_to(REPOSITORY)}: {address}")
    assert lost == []


def test_every_page_of_the_documentation_is_in_its_index():
    """Below a heading for its kind; only the article to be copied isn't listed."""
    index = (REPOSITORY / "docs/README.md").read_text("utf-8").partition("\n## ")[2]
    listed = set(re.findall(r"\]\(([\w-]+\.md)\)", index))
    assert {path.name for path in (REPOSITORY / "docs").glob("*.md")} - {"README.md", "example.md"} == listed


def test_files_that_keep_empty_folders_in_git_are_not_published(tmp_path):
    """Nor are other hidden files, such as .DS_Store."""
    (tmp_path / "images").mkdir()
    for name in ("seen.svg", ".gitkeep", ".DS_Store"):
        (tmp_path / "images" / name).write_text("<svg/>", "utf-8")
    settings = read_settings(str(REPOSITORY / "pelicanconf.py"))
    context = {"generated_content": {}, "static_content": {}, "static_links": set(), "filenames": {}}
    found = StaticGenerator(context, settings, str(tmp_path), settings["THEME"], "output")
    found.generate_context()
    published = {Path(each.source_path).name for each in found.staticfiles}
    assert published == {"seen.svg"}
