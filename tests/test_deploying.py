"""Each documented way to publish a site, followed literally."""

import re
import shutil
import socket
import subprocess
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
import yaml

from plugins.hosting import ASKED_FOR, KEPT, headers
from tests import deploying
from tests.conftest import REPOSITORY, Once, Site
from tests.test_installed import Installed, installed, made, wheels  # noqa: F401  (fixtures)

MAIN, PULL = ("push", "refs/heads/main"), ("pull_request", "refs/pull/7/merge")
NIGHT, BRANCH = ("schedule", "refs/heads/main"), ("workflow_dispatch", "refs/heads/mine")
SITEURL = "https://example.org/blog"
HOSTING = pytest.mark.when_changed(
    "docs/hosting",
    ".github/",
    "plugins/hosting.py",
    "plugins/commands/site",
    "plugins/commands/starter",
    "pyproject.toml",
)
OURS, NIGHTLY = ".github/workflows/site.yml", ".github/workflows/nightly.yml"


@pytest.mark.parametrize("name", deploying.workflows())
def test_only_main_saves_caches_for_later_builds(name):
    """A pull request gets what main has saved, and can't get its own published; no build step may write elsewhere."""
    read = deploying.workflow(deploying.workflows()[name])
    assert "schedule" in read["on"], "a nightly build publishes articles on their date"
    assert read["permissions"] in ({"contents": "read"}, {})
    assert "pull_request_target" not in read["on"]
    done: dict[tuple[str, str], list[str]] = {}
    for event in (MAIN, PULL, NIGHT, BRANCH):
        for job in read["jobs"].values():
            if deploying.is_met(job.get("if", ""), *event):
                used = [str(step.get("uses", step.get("run"))) for step in deploying.steps(job, *event)]
                done.setdefault(event, []).extend(it.partition("@")[0] for it in used)
    if name == NIGHTLY:
        assert not any(it.startswith("actions/cache") for used in done.values() for it in used)
    elif name != "docs/hosting-netlify.md":
        for event, used in done.items():
            is_main = event[1] == MAIN[1]
            assert ("actions/cache/save" in used) == is_main, event
            assert ("actions/deploy-pages" in used) == is_main, event
            assert ("make diff" in used) == (event == PULL), event
            assert "actions/cache" not in used, "this action also saves, at the end of every run"
            assert "actions/cache/restore" in used or event == BRANCH, event
    for job in read["jobs"].values():
        for step in job["steps"]:
            assert "${{" not in step.get("run", ""), "a stranger's branch name must not become a command"


def test_a_site_with_failed_tests_is_not_published():
    """Nor one with tests that took too long; at night there are none."""
    read = deploying.workflow((REPOSITORY / OURS).read_text("utf-8"))
    tested, publishes = read["jobs"]["test"]["if"], read["jobs"]["deploy"]["if"]
    assert deploying.is_met(tested, *MAIN)
    assert not deploying.is_met(tested, *NIGHT)
    for result, is_published_then in (("success", True), ("skipped", True), ("failure", False), ("cancelled", False)):
        assert deploying.is_met(publishes, *NIGHT, tested=result) == is_published_then


def test_every_command_of_our_own_workflows_exists():
    """A renamed target would only be noticed on main, or at night. Together they run what `.ci/run` runs."""
    asked = [
        step["run"]
        for name in (OURS, NIGHTLY)
        for job in deploying.workflow((REPOSITORY / name).read_text("utf-8"))["jobs"].values()
        for step in job["steps"]
        if "run" in step
    ]
    makefile = (REPOSITORY / "Makefile").read_text("utf-8")
    made = [command for command in asked if "apt-get" not in command]
    assert len(asked) - len(made) == 1
    for command in made:
        make, target = command.split()
        assert make == "make"
        assert re.search(rf"^([\w-]+ )*{target}( [\w-]+)*:", makefile, re.M), target
    gate = re.findall(r"^step (make .*)$", (REPOSITORY / ".ci/run").read_text("utf-8"), re.M)
    assert len(gate) >= 4
    assert {*gate} <= {*made}
    assert len({*asked}) >= 6


@pytest.fixture(scope="session")
def blog(installed: Installed, wheels: Path, once: Once) -> Path:  # noqa: F811
    """Return a new site in a repository, with the wheels, as their introduction tells readers to start."""

    def fill(folder: Path) -> None:
        installed.run("unrolled", "new", "my-blog", cwd=folder)
        place = folder / "my-blog"
        shutil.copytree(wheels, place / "wheels", ignore=shutil.ignore_patterns("*.tar.gz", ".gitignore"))
        (command,) = deploying.commands("hosting.md")
        installed.run("sh", "-ec", command, cwd=place)
        for words in (["init", "--quiet", "--initial-branch=main"], ["add", "."], ["commit", "--quiet", "-m", "Begin"]):
            installed.run("git", "-c", "user.name=A", "-c", "user.email=a@example.org", *words, cwd=place)

    return once("blog", fill) / "my-blog"


@pytest.fixture(scope="session")
def machine(blog: Path, once: Once) -> Installed:
    """Return a service's machine, with nothing but Python, after that."""
    folder = once("machine", lambda folder: made(folder / "venv", "pip")) / "venv"
    Installed(folder).run("python", "-m", "pip", "install", "--quiet", "-r", "requirements.txt", cwd=blog)
    return Installed(folder)


@pytest.fixture
def clone(blog: Path, tmp_path: Path) -> Path:
    """Return a checkout as a service has it."""
    subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", str(blog), str(tmp_path / "site")], check=True)
    return tmp_path / "site"


def is_published(output: Path, siteurl: str) -> bool:
    """Return whether a folder contains the new site with its figure, for a URL."""
    (page,) = output.glob("*/*/hello/index.html")
    return (output / "images/unroll.png").is_file() and f'"canonical" href="{siteurl}/' in page.read_text("utf-8")


@pytest.mark.slow
@HOSTING
@pytest.mark.parametrize(("event", "ref"), [MAIN, PULL])
def test_the_steps_for_github_publish_a_new_site(machine: Installed, clone: Path, event: str, ref: str) -> None:
    """In their order; a pull request leaves a page with its changes."""
    read = deploying.workflow(deploying.files("hosting-github.md")[".github/workflows/site.yml"])
    if event == "pull_request":
        (article,) = clone.glob("content/*/hello.md")
        article.write_text(
            article.read_text("utf-8").replace("[four]", "[five]").replace("SimpleRNN(4)", "SimpleRNN(5)"), "utf-8"
        )
    base = SITEURL if event == "push" else ""
    for step in deploying.steps(read["jobs"]["build"], event, ref):
        if "run" in step:
            said = {
                name: deploying.filled(text, {"steps.pages.outputs.base_url": base})
                for name, text in step.get("env", {}).items()
            }
            machine.run("bash", "-ec", step["run"], cwd=clone, **said)
    assert is_published(clone / "output", base or "https://example.org")
    if event == "pull_request":
        page = (clone / "diff.html").read_text("utf-8")
        assert "<del>four</del>" in page
        assert 'id="figure-images/unroll"' in page


@pytest.mark.slow
@HOSTING
@pytest.mark.parametrize("job", ["check", "pages"])
def test_the_scripts_for_gitlab_publish_a_new_site(machine: Installed, clone: Path, job: str) -> None:
    """Into `public`, for the URL in GitLab's variable; a merge request leaves a page with its changes."""
    read = yaml.safe_load(deploying.files("hosting-gitlab.md")[".gitlab-ci.yml"])
    assert read["check"]["cache"]["policy"] == "pull"
    for command in read[job]["script"]:
        machine.run("bash", "-ec", command, cwd=clone, CI_DEFAULT_BRANCH="main", CI_PAGES_URL=SITEURL)
    for path in read[job]["artifacts"]["paths"]:
        assert (clone / path).exists()
    if job == "pages":
        assert is_published(clone / "public", SITEURL)


@pytest.mark.slow
@HOSTING
def test_the_commands_for_netlify_and_cloudflare_publish_a_new_site(machine: Installed, clone: Path) -> None:
    """Into `output`, with the headers at its root."""
    read = tomllib.loads(deploying.files("hosting-netlify.md")["netlify.toml"])["build"]
    machine.run("bash", "-ec", read["command"], cwd=clone, URL="https://one.example.org")
    assert is_published(clone / read["publish"], "https://one.example.org")
    page = (REPOSITORY / "docs/hosting-netlify.md").read_text("utf-8")
    told = re.search(r"\| Build command \| `(.*)` \|\n\| Build output directory \| `(.*)` \|", page)
    machine.run("bash", "-ec", told[1], cwd=clone, SITEURL="https://two.example.org")
    assert is_published(clone / told[2], "https://two.example.org")
    assert (clone / told[2] / "_headers").read_text("utf-8").startswith("/*\n")


@pytest.mark.slow
@HOSTING
def test_the_image_is_built_as_the_page_describes(machine: Installed, clone: Path, tmp_path: Path) -> None:
    """In a clean folder without the ignored files, its first stage's commands create what the second stage copies."""
    told = deploying.files("hosting-container.md")
    (clone / "output").mkdir()
    context = tmp_path / "context"
    shutil.copytree(clone, context, ignore=shutil.ignore_patterns(*told[".containerignore"].split()))
    assert not (context / "output").exists()
    first, second = told["Containerfile"].split("\n\n")
    for command in re.findall(r"^RUN (.*)$", first, re.M):
        machine.run("sh", "-ec", command, cwd=context, SITEURL="https://example.org")
    assert is_published(context / "output", "https://example.org")
    assert "COPY --from=build /site/output /srv/example.org" in second
    assert "root /srv/example.org;" in nginx_block()


def nginx_block() -> str:
    """Return the configuration for nginx in the documentation."""
    return next(text for language, _, text in deploying.blocks("hosting-nginx.md") if language == "nginx")


@contextmanager
def served(folder: Path, conf: str) -> Iterator[str]:
    """Run nginx with a server block, and no other configuration; return its URL."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "logs").mkdir()
    conf = conf.replace("listen 80;", f"listen 127.0.0.1:{port};")
    places = "".join(
        f"{kind}_temp_path {folder}/logs/{kind}; " for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    main = f"daemon off; pid {folder}/pid; error_log {folder}/logs/error.log; events {{}} user root;"
    (folder / "nginx.conf").write_text(
        f"{main} http {{ include /etc/nginx/mime.types; access_log off; {places}\n{conf}}}\n", "utf-8"
    )
    server = subprocess.Popen(["nginx", "-e", str(folder / "logs/first.log"), "-c", str(folder / "nginx.conf")])
    try:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                urlopen(f"http://127.0.0.1:{port}/", timeout=5).close()
            except HTTPError:
                break
            except OSError:
                assert server.poll() is None, (folder / "logs/first.log").read_text()
                time.sleep(0.05)
            else:
                break
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def answer(address: str, **said: str) -> tuple[int, dict[str, str], bytes]:
    """Request a URL; return the status, the headers and the body, whatever the status."""
    request = Request(address, headers=said)
    try:
        with urlopen(request, timeout=10) as got:
            return got.status, dict(got.headers), got.read()
    except HTTPError as problem:
        with problem:
            return problem.code, dict(problem.headers), problem.read()


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("nginx") or not shutil.which("rsync"), reason="nginx or rsync is not installed")
@pytest.mark.parametrize("root", ["", "/blog"])
def test_nginx_serves_the_uploaded_site(site: Site, tmp_path: Path, root: str) -> None:
    """With the page's own commands and configuration: each file with its headers, our error page for missing files."""
    site.article("guide", "![](/images/line.png)\n\n" + "Some words to compress. " * 200)
    built = site.publish(url=f"https://example.org{root}")
    assert built.code == 0, built.report
    target = tmp_path / f"srv/example.org{root}"
    target.mkdir(parents=True)
    _, upload = deploying.commands("hosting-nginx.md")[0].splitlines()
    upload = upload.replace("you@example.org:/srv/example.org/", f"{target}/")
    for _ in range(2):
        (target / "old.html").write_text("gone")
        subprocess.run(["sh", "-ec", upload], cwd=site.root, check=True)
        assert not (target / "old.html").exists()
    conf = nginx_block().replace("/srv/example.org", str(tmp_path / "srv/example.org"))
    if root:
        conf = conf.replace("^/theme/", "^/blog/theme/").replace("/404.html", "/blog/404.html")
    sheet = re.search(r"theme/css/main\.[0-9a-f]{10}\.css", site.page("guide"))[0]
    (tmp_path / "nginx").mkdir()
    with served(tmp_path / "nginx", conf) as address:
        here = f"{address}{root}"
        for path, kind, caching in (
            ("/", "text/html", ASKED_FOR),
            ("/2026/11/guide/", "text/html", ASKED_FOR),
            ("/images/line.png", "image/png", ASKED_FOR),
            ("/images/line.svg", "image/svg+xml", ASKED_FOR),
            (f"/{sheet}", "text/css", KEPT),
            ("/theme/css/main.css", "text/css", ASKED_FOR),
            ("/manifest.json", "application/json", ASKED_FOR),
        ):
            status, got, body = answer(f"{here}{path}")
            assert (status, got["Content-Type"].partition(";")[0], got["Cache-Control"]) == (200, kind, caching), path
            assert headers().items() <= got.items(), path
            if got.get("ETag"):
                assert answer(f"{here}{path}", **{"If-None-Match": got["ETag"]})[0] == 304, path
            assert body
        status, got, body = answer(f"{here}/nothing/here/")
        assert status == 404
        assert body == (target / "404.html").read_bytes()
        assert headers().items() <= got.items()
        status, got, _ = answer(f"{here}/2026/11/guide")
        assert status == 200, "the missing slash is added"
        packed = answer(f"{here}/2026/11/guide/", **{"Accept-Encoding": "gzip"})
        assert packed[1]["Content-Encoding"] == "gzip"
        assert len(packed[2]) < 0.6 * len(answer(f"{here}/2026/11/guide/")[2])
