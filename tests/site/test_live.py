"""The preview: what it builds, serves and reports, and that nothing stops it."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from html import unescape
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from plugins.processes import children, family
from tests.conftest import REPOSITORY, Site
from tests.previews import PATIENCE_S, Preview

PAGE = "2026/11/guide/index.html"
PLUGIN = """
import sys
sys.path.insert(0, {root!r})
from pelicanconf_here import *
PLUGINS = [*PLUGINS, "ours"]
"""


@pytest.fixture
def preview(site: Site) -> Iterator[Callable[..., Preview]]:
    """Return a function that starts the preview; it is stopped at the end, and must have run until then."""
    started: list[Preview] = []

    def start(*options: str, **named: str) -> Preview:
        started.append(Preview(site, *options, **named))
        return started[-1]

    yield start
    for one in started:
        assert one.stop() == 0, "\n".join(one.said)


@pytest.fixture
def with_plugin(site: Site) -> Callable[[str], str]:
    """Return a function that adds an author's own plugin; it returns the name of the settings that list it."""

    def add(text: str) -> str:
        site.write("ours.py", dedent(text))
        site.write("with_plugin.py", PLUGIN.format(root=str(site.root)))
        return "with_plugin.py"

    return add


@pytest.mark.slow
def test_an_edit_writes_only_what_changed(site, preview):
    """An unchanged page keeps its file, so that no browser is notified."""
    site.article("other", "Words.\n", Date="2026-11-02")
    site.article("guide", "Words.\n")
    run = preview()
    kept = site.root / "output/2026/11/other/index.html"
    before = kept.stat()
    with closing(run.stream(page=PAGE)) as events:
        next(events)
        site.article("guide", "Other words.\n")
        changed = next(events)["changed"]
    assert PAGE in changed
    assert "2026/11/other/index.html" not in changed
    run.built()
    assert (kept.stat().st_ino, kept.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


@pytest.mark.slow
@pytest.mark.parametrize("cleans", [True, False])
def test_the_output_keeps_the_same_files_as_in_a_build(site, preview, cleans):
    """According to DELETE_OUTPUT_DIRECTORY and OUTPUT_RETENTION; files no longer built are removed either way."""
    settings = PLUGIN.format(root=str(site.root)).partition("PLUGINS")[0]
    kept = f'DELETE_OUTPUT_DIRECTORY = {cleans}\nOUTPUT_RETENTION = [".git", "CNAME"]\n'
    site.write("keeping.py", f"{settings}{kept}")
    site.write("output/.git/config", "Kept.")
    site.write("output/CNAME", "Kept.")
    site.write("output/stray.txt", "Of yesterday.")
    site.article("guide", "Words.\n")
    renamed = site.article("other", "Words.\n", Date="2026-11-02")
    run = preview(settings="keeping.py")
    renamed.unlink()
    run.built()
    there = site.output()
    assert {".git/config", "CNAME", PAGE} <= there.keys()
    assert "2026/11/other/index.html" not in there
    assert ("stray.txt" in there) is not cleans


@pytest.mark.slow
def test_an_article_elsewhere_is_watched_there(site, preview):
    """A link in the content leads to it."""
    elsewhere = site.write("elsewhere/linked.md", "Title: Linked\nDate: 2026-11-01\n\nOnce.\n")
    site.article("guide", "Words.")
    (site.root / "content/nlp/linked.md").symlink_to(elsewhere)
    run = preview()
    elsewhere.write_text(elsewhere.read_text().replace("Once", "Twice"))
    assert "linked" in run.built()
    assert "Twice" in site.page("linked")


@pytest.mark.slow
def test_many_saves_at_once_are_not_as_many_builds(site, preview):
    """One, unless the machine pauses between them: then those that came in the meantime are built together."""
    site.article("first", "Words.\n")
    run = preview()
    for number in range(10, 30):
        site.article(f"guide-{number}", "Words.\n", Date=f"2026-11-{number}")
    builds = [run.built()]
    while len(list(site.root.glob("output/2026/11/guide-*/index.html"))) < 20:
        builds.append(run.built())
    assert len(builds) <= 3, builds


@pytest.mark.slow
def test_a_save_during_a_build_is_not_lost(site, preview, with_plugin):
    """It is built as soon as the previous build is finished."""
    settings = with_plugin(
        """
        import time
        from pathlib import Path
        from pelican import signals

        HERE = Path(__file__).parent

        def wait(_):
            (HERE / "is_building").touch()
            while (HERE / "must_wait").exists():
                time.sleep(0.01)

        def register():
            signals.all_generators_finalized.connect(wait)
        """
    )
    site.article("guide", "First.\n")
    run = preview(settings=settings)
    site.write("must_wait", "")
    (site.root / "is_building").unlink()
    site.article("guide", "Second.\n")
    wait_until((site.root / "is_building").exists)
    site.article("guide", "Third.\n")
    (site.root / "must_wait").unlink()
    run.built()
    run.built()
    assert "Third." in site.page("guide")


@pytest.mark.slow
@pytest.mark.parametrize("status", ["published", "draft"])
@pytest.mark.parametrize("saved", ["article", "script"])
def test_a_saved_page_is_shown_before_the_rest_is_built(site, preview, with_plugin, status, saved):
    """It is written first, whatever comes after it; so is the page of a newly drawn figure."""
    settings = with_plugin(
        """
        import time
        from pathlib import Path
        from pelican import signals

        def wait(path, context):
            while "/guide/" not in path and (Path(__file__).parent / "must_wait").exists():
                time.sleep(0.01)

        def register():
            signals.content_written.connect(wait)
        """
    )
    site.article("guide", "First.\n\n![A line](/images/line.png)\n", Status=status)
    for day in range(2, 5):
        site.article(f"other-{day}", "Words.\n", Date=f"2026-11-0{day}")
    run = preview(settings=settings)
    page = PAGE if status == "published" else "drafts/guide/index.html"
    before = run.since(page)
    site.write("must_wait", "")
    if saved == "article":
        site.article("guide", "Second.\n\n![A line](/images/line.png)\n", Status=status)
    else:
        site.script("line", "import matplotlib.pyplot as plt\nplt.text(0, 0, 'Second.')\n")
    run.event(lambda event: page in event["changed"], since=before)
    assert b"Second." in run.get(f"/{page}")[1]
    (site.root / "must_wait").unlink()
    run.built()


@pytest.mark.slow
def test_no_page_is_shown_before_its_files(site, preview, with_plugin):
    """Neither at first nor when it is shown early: it would be without its figures and its style for a while."""
    settings = with_plugin(
        """
        import re
        import sys
        from pathlib import Path

        HERE = Path(__file__).parent

        def look(event, arguments):
            if event != "os.rename" or not str(arguments[1]).startswith(f"{HERE}/output/"):
                return
            with (HERE / "placed.txt").open("a") as placed:
                placed.write(f"{arguments[1]}\\n")
            if str(arguments[1]).endswith(".html"):
                for address in re.findall(r'(?:src|href)="(/[^"?#]+[.][a-z0-9]+)"', Path(arguments[0]).read_text()):
                    if not address.endswith((".html", ".xml")) and not (HERE / "output" / address[1:]).exists():
                        with (HERE / "missing.txt").open("a") as missing:
                            missing.write(f"{arguments[1]} {address}\\n")

        def register():
            sys.addaudithook(look)
        """
    )
    picture = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
    site.article("guide", "![](/images/line.png)\n")
    site.article("other", "Words.\n", Date="2026-11-02")
    run = preview(settings=settings)
    site.write("content/images/z.svg", picture)
    site.script("zigzag", (site.root / "diagrams/line.py").read_text())
    site.article("guide", "![](/images/line.png)\n\n![](/images/zigzag.png)\n\n![A dot](/images/z.svg)\n")
    run.event(lambda _: b"/images/z.svg" in run.get(f"/{PAGE}")[1])
    run.built()
    placed = (site.root / "placed.txt").read_text()
    assert {"guide/index.html", "css/main.css", "images/zigzag.png", "images/z.svg"} <= {
        "/".join(line.split("/")[-2:]) for line in placed.splitlines()
    }
    assert not (site.root / "missing.txt").exists(), (site.root / "missing.txt").read_text()


@pytest.mark.slow
def test_a_recreated_folder_is_watched_again(site, preview):
    """For example after a checkout of another branch, without it."""
    site.article("guide", "First.\n")
    run = preview()
    shutil.rmtree(site.root / "content")
    run.line(r"content.* s\b")
    for number in range(5):  # more often than the folder's own notifications can account for
        site.article("guide", f"Saved {number}.\n")
        run.event(lambda _, words=f"Saved {number}.": words.encode() in run.get(f"/{PAGE}")[1])


@pytest.mark.slow
def test_temporary_files_of_editors_and_python_trigger_no_build(site, preview):
    """Neither do files that the build itself writes."""
    site.article("first", "Words.\n")
    run = preview()
    for path in ("content/nlp/.guide.md.swp", "content/nlp/guide.md~", "content/.#guide.md", "content/4913"):
        site.write(path, "Passing.")
    for path in ("diagrams/__pycache__/line.pyc", "output/strange.txt", ".figures/strange.txt"):
        site.write(path, "Passing.")
    site.article("guide", "Words.\n")
    assert re.fullmatch(r"content/nlp/guide.md: [^;]* s", run.built())


@pytest.mark.slow
def test_an_error_in_an_article_is_shown_with_its_line_until_it_is_fixed(site, preview):
    """Its page stays unchanged in the meantime."""
    site.article("guide", "Words.\n")
    run = preview()
    site.article("guide", "Words.\n", Date="soon")
    (problem,) = run.event(lambda event: event["problems"])["problems"]
    assert problem["level"] == "error"
    assert problem["place"] == "content/nlp/guide.md:2"
    assert problem["said"] == "'soon' is not a valid date"
    assert [2, "Date: soon"] in problem["excerpt"]
    run.line(r"error: content/nlp/guide.md:2: 'soon' is not a valid date")
    assert run.get("/2026/11/guide/")[0].status == 200
    site.article("guide", "Mended.\n")
    run.event(lambda event: not event["problems"])
    run.line("everything is fixed")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "headers"),
    [("[A link]({filename}/nlp/none.md)\n", {}), ("Words.\n", {"Status": "published\nStatus: published"})],
    ids=["told while the page is written", "told while the article is read"],
)
def test_a_warning_is_shown_as_long_as_it_applies(site, preview, words, headers):
    """Even if another article is saved, and the one it is about is unchanged."""
    site.article("guide", words, **headers)
    site.article("other", "Words.\n", Date="2026-11-02")
    run = preview()
    for others in ("Other words.\n", "More words.\n"):
        site.article("other", others, Date="2026-11-02")
        assert "1 warning" in run.built()
    site.article("guide", "No link.\n")
    assert "everything is fixed" in run.built()


@pytest.mark.slow
def test_a_failing_script_is_shown_with_its_own_line(site, preview):
    """The author fixes the script, so that line is shown, not the one of the article."""
    site.article("guide", "![](/images/line.png)\n")
    run = preview()
    good = (site.root / "diagrams/line.py").read_text()
    drawn = run.get("/images/line.png")[1]
    site.script("line", good + "plt.plat()\n")
    (problem,) = run.event(lambda event: event["problems"])["problems"]
    assert (problem["place"], problem["about"]) == ("content/nlp/guide.md:6", "/images/line.png")
    assert problem["file"].endswith("diagrams/line.py")
    assert [problem["line"], "plt.plat()"] in problem["excerpt"]
    run.built()
    site.article("other", "Words.\n", Date="2026-11-02")
    run.built()
    assert run.get("/images/line.png")[1] == drawn
    assert b"This is an older version: the figure can't be drawn right now." in run.get(f"/{PAGE}")[1]
    site.script("line", good)
    run.event(lambda event: not event["problems"])


@pytest.mark.slow
def test_a_hanging_script_gives_way_to_a_save(site, preview):
    """The wait is reported; the save that fixes it doesn't wait for the timeout; none is forgotten."""
    site.article("guide", "![](/images/line.png)\n")
    run = preview()
    good = (site.root / "diagrams/line.py").read_text()
    began = time.monotonic()
    site.script("line", good + "import time\ntime.sleep(60)\n")
    assert run.event(lambda event: event["drawing"])["drawing"] == "drawing line…"
    run.line("drawing line…")
    site.article("other", "Words.\n", Date="2026-11-02")
    run.line("drawing line…")
    site.script("line", good + "plt.title('mended')\n")
    run.line(r"^content/nlp/other.md and 1 more: ")
    run.event(lambda event: not event["drawing"] and not event["problems"])
    assert time.monotonic() - began < 45


@pytest.mark.slow
@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ("FIGURES_WORKERS = 'two'\n", "FIGURES_WORKERS is 'two', but must be a number above 0"),
        ("import sys\nsys.exit(3)\n", "sys.exit(3) ended the build"),
    ],
)
def test_an_invalid_setting_is_shown_until_it_is_fixed(site, preview, setting, says):
    """Without any of our own code in the message."""
    good = (site.root / "pelicanconf_here.py").read_text()
    site.article("guide", "Words.\n")
    run = preview()
    site.write("pelicanconf_here.py", good + setting)
    (problem,) = run.event(lambda event: event["problems"])["problems"]
    assert problem["said"].startswith(says)
    site.write("pelicanconf_here.py", good)
    run.event(lambda event: not event["problems"])
    assert "Traceback" not in "\n".join(run.said)


@pytest.mark.slow
def test_a_syntax_error_in_a_template_is_shown_with_its_line(site, preview):
    """The previously built site is still there."""
    settings = PLUGIN.format(root=str(site.root)).partition("PLUGINS")[0]
    site.write("templates/archives.html", "<p>Good.</p>\n")
    site.write("templated.py", f"{settings}THEME_TEMPLATES_OVERRIDES = [{str(site.root / 'templates')!r}]\n")
    site.article("guide", "Words.\n")
    run = preview(settings="templated.py")
    site.write("templates/archives.html", "<p>Bad.</p>\n{% if %}\n")
    (problem,) = run.event(lambda event: event["problems"])["problems"]
    assert problem["said"].startswith("TemplateSyntaxError")
    assert problem["place"] == "templates/archives.html:2"
    assert run.get("/2026/11/guide/")[0].status == 200
    site.write("templates/archives.html", "<p>Mended.</p>\n")
    run.event(lambda event: not event["problems"])
    assert b"Mended." in run.get("/archive/")[1]


@pytest.mark.slow
def test_a_site_without_articles_waits_for_the_first_one(site, preview):
    """There isn't even a folder for them."""
    shutil.rmtree(site.root / "content")
    run = preview()
    (problem,) = now(run.stream())["problems"]
    assert "unrolled article" in problem["details"][0]
    site.article("guide", "The first.\n")
    run.event(lambda event: not event["problems"])
    assert run.get("/2026/11/guide/")[0].status == 200


GREETING = """
from pelican import signals

def greet(generator):
    generator.context["SITENAME"] = "{name}"

def register():
    signals.article_generator_finalized.connect(greet)
"""


@pytest.mark.slow
def test_an_edited_plugin_is_imported_again(site, preview, with_plugin):
    """So is one that couldn't be imported before; its errors have their line."""
    run = preview(settings=with_plugin(GREETING.format(name="Before")))
    assert b"Before" in run.get("/")[1]
    site.write("ours.py", GREETING.format(name="Broken") + "def (:\n")
    (problem,) = run.event(lambda event: event["problems"])["problems"]
    assert problem["place"] == f"ours.py:{len(GREETING.splitlines()) + 1}"
    assert problem["said"] == "SyntaxError: invalid syntax"
    site.write("ours.py", GREETING.format(name="Afterwards"))
    run.event(lambda event: not event["problems"])
    assert b"Afterwards" in run.get("/")[1]


@pytest.mark.slow
def test_code_that_did_not_exist_is_imported_once_it_does(site, preview):
    """Nothing shows who looked for it."""
    site.write("plugins/readme.txt", "A folder for later.")
    here = PLUGIN.format(root=str(site.root)).partition("PLUGINS")[0]
    wanted = f"sys.path.append({str(site.root / 'plugins')!r})\ntry:\n    from later import SITENAME\n"
    site.write("wanting.py", f"{here}{wanted}except ImportError:\n    SITENAME = 'Before'\n")
    run = preview(settings="wanting.py")
    assert b"Before" in run.get("/")[1]
    site.write("plugins/later.py", "SITENAME = 'Afterwards'\n")
    run.built()
    assert b"Afterwards" in run.get("/")[1]


@pytest.mark.slow
def test_a_page_that_cannot_be_written_is_reported_by_its_path_in_the_output(site, preview):
    """Not in the preview's own build folder, which its author doesn't know."""
    run = preview()
    site.article("guide", "Words.\n", Slug="a" * 300)
    (problem,) = run.event(lambda event: event["problems"])["problems"]
    assert f"{site.root}/output/2026/11/aaa" in problem["said"]
    assert "live-" not in str(problem)


@pytest.mark.slow
def test_an_unwritable_output_is_reported(site, preview):
    """For example a link to a missing disk; when it is there, the next save shows the site."""
    disk = site.root / "disk/site"
    (site.root / "output").symlink_to(disk)
    site.article("guide", "Words.\n")
    run = preview()
    (problem,) = now(run.stream())["problems"]
    assert problem["level"] == "error"
    assert f"{site.root}/output" in problem["said"]
    assert run.get("/")[0].status == 503
    disk.mkdir(parents=True)
    site.article("guide", "Other words.\n")
    run.event(lambda event: event["shown"] and not event["problems"])
    assert b"Other words." in run.get(f"/{PAGE}")[1]


@pytest.mark.slow
def test_a_crash_of_the_building_process_is_reported_and_fixed_by_the_next_save(site, preview, with_plugin):
    """The last build is still served."""
    good = GREETING.format(name="Good")
    run = preview(settings=with_plugin(good))
    site.write(
        "ours.py", good.replace("    generator", "    print('Oh no.', flush=True); import os; os._exit(7); generator")
    )
    (problem,) = run.event(lambda event: event["problems"])["problems"]
    assert "exited with status 7" in problem["said"]
    assert "it printed: Oh no." in problem["details"]
    assert b"Good" in run.get("/")[1]
    site.write("ours.py", good)
    run.event(lambda event: not event["problems"])


@pytest.mark.slow
def test_drafts_and_future_articles_are_marked_when_served(site, preview):
    """The written files are the same as those of `make html`."""
    site.article("draft", "Words.\n", Status="draft")
    site.article("later", "Words.\n", Date="2999-01-02")
    site.article("guide", "Words.\n")
    run = preview()
    assert b'data-mark="draft"' in run.get("/drafts/draft/")[1]
    assert b'data-mark="future 2 January 2999"' in run.get("/2999/01/later/")[1]
    assert b'data-mark=""' in run.get("/2026/11/guide/")[1]


@pytest.mark.slow
def test_the_next_free_port_is_used_with_a_note(site, preview):
    """Another server may run on the default one."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        run = preview("--port", str(port))
    assert re.search(rf"Port {port} is in use, so this is on port (\d+)", "\n".join(run.said))
    assert run.get("/")[0].status == 200


@pytest.mark.slow
def test_it_accepts_the_options_of_a_build(site, preview):
    """Its own, and others that Pelican knows."""
    shutil.copytree(REPOSITORY / "theme", site.root / "mine")
    site.write("mine/static/css/main.css", "h1 { color: #123456; }\n")
    site.write("elsewhere/nlp/there.md", "Title: There\nDate: 2026-11-01\nSlug: there\n\n[Home](/)\n")
    given = ("-t", "mine", "-o", "shown", "--relative-urls", "-e", 'SITENAME="Given"')
    run = preview("elsewhere", "--port", "0", *given)
    page = run.get("/2026/11/there/")[1]
    assert b"Given" in page
    assert b'href="../../../theme/css/main.css' in page
    assert b"#123456" in run.get("/theme/css/main.css")[1]
    assert (site.root / "shown/2026/11/there/index.html").exists()


@pytest.mark.slow
def test_hashed_names_follow_an_edit(site, preview):
    """If they are turned on, the page refers to another sheet, which exists."""
    shutil.copytree(REPOSITORY / "theme", site.root / "mine")
    sheet = site.root / "mine/static/css/main.css"
    site.article("guide", "Words.\n")
    run = preview("--port", "0", "-t", "mine", "-e", "HASHED_NAMES=true")

    def named():
        return re.search(rb"/theme/css/main\.[0-9a-f]{10}\.css", run.get("/2026/11/guide/")[1])[0].decode()

    before = named()
    sheet.write_text(sheet.read_text("utf-8") + "h1 { color: #123456; }\n", "utf-8")
    run.built()
    after = named()
    assert after != before
    assert run.get(after)[1].endswith(b"h1{color:#123456}")
    assert run.get(before)[0].status == 404


@pytest.mark.slow
def test_a_slider_follows_its_code(site, preview):
    """The page refers to another file of frames, which exists; and everything is the same as in a build."""
    site.script(
        "wide",
        """
        \"\"\"As wide as the code says.\"\"\"
        import matplotlib.pyplot as plt

        def draw(code):
            return plt.figure(figsize=(int(code.split("=")[1]), 1))
        """,
    )
    article = '```python\nwidth = {}\n```\n\n![](/images/wide.png){{vary="width=1..4"}}\n'
    site.article("guide", article.format(2))
    run = preview()

    def frames() -> list[str]:
        page = run.get("/2026/11/guide/")[1]
        told = run.get(re.search(rb'data-frames="([^"]+)"', page)[1].decode())[1]
        return [frame["drawing"] for frame in json.loads(told)["frames"]]

    before = frames()
    for width, drawing in enumerate(before, start=1):
        assert drawing.startswith(f'<svg width="{6 * width}em"')
    site.article("guide", article.format(3))
    run.built()
    assert frames() != before
    previewed = run.searched()
    assert run.stop() == 0
    assert site.build().code == 0
    assert previewed == site.output()


@pytest.mark.slow
def test_a_browser_is_opened_once_on_request(site, preview, monkeypatch):
    """At the announced URL."""
    browser = site.write("browser", f'#!/bin/sh\necho "$1" >> {site.root}/opened.txt\n')
    browser.chmod(0o755)
    monkeypatch.setenv("BROWSER", f"{browser} %s")
    run = preview("--port", "0", "--open")
    wait_until((site.root / "opened.txt").exists)
    site.article("guide", "Words.\n")
    run.built()
    assert (site.root / "opened.txt").read_text() == f"{run.address}\n"


@pytest.mark.slow
def test_control_c_ends_everything_silently(site, preview):
    """The exit code is 0."""
    run = preview()
    with closing(run.stream()) as events:
        next(events)
        builder = processes(site)
        assert len(builder) == 2
        assert run.stop() == 0
    assert run.said[-1].startswith("Serving the site at"), run.said
    wait_until(lambda: not processes(site))


@pytest.mark.slow
def test_no_process_outlives_the_serving_one(site):
    """Not even if that is killed."""
    run = Preview(site)
    # Nothing shows when the builder has cleaned up and waits: one that still writes would end by itself
    time.sleep(0.5)
    assert run.stop(signal.SIGKILL) == -signal.SIGKILL
    wait_until(lambda: not processes(site))


@pytest.mark.slow
@pytest.mark.parametrize(("ended", "stopped"), [("make", b"figures.server"), ("the recipe", b"live.builder")])
def test_make_serve_ends_on_sigterm_with_all_its_processes(site, ended, stopped):
    """As sent by a service manager, a container or an editor; even stopped ones, which can't act themselves."""
    site.article("guide", "![](/images/line.png)\n")
    named = {"VENV": sys.prefix, "CONFFILE": site.root / "pelicanconf_here.py", "PORT": 0}
    named |= {"INPUTDIR": site.root / "content", "OUTPUTDIR": site.root / "output"}
    make = subprocess.Popen(
        ["make", "serve", *(f"{name}={value}" for name, value in named.items())],
        cwd=REPOSITORY,
        env={**os.environ, "MAKEFLAGS": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    started: list[int] = []
    try:
        assert make.stdout
        assert any("Serving the site at" in line for line in make.stdout)
        started = [*family(make.pid)]
        (recipe,) = children(make.pid)
        assert any(b"figures.server" in Path(f"/proc/{pid}/cmdline").read_bytes() for pid in started)
        (held,) = [pid for pid in started if stopped in Path(f"/proc/{pid}/cmdline").read_bytes()]
        os.kill(held, signal.SIGSTOP)
        os.kill(make.pid if ended == "make" else recipe, signal.SIGTERM)
        said = make.communicate(timeout=PATIENCE_S)[0]
        wait_until(lambda: not any(map(runs, started)))
    finally:
        for pid in filter(runs, started or [make.pid]):
            os.kill(pid, signal.SIGKILL)
    assert "Traceback" not in said


def now(events: Generator[dict[str, Any], None, None]) -> dict[str, Any]:
    """Return the first event of a stream: the state of the preview."""
    with closing(events):
        return next(events)


def runs(pid: int) -> bool:
    """Return whether a process is still running, and not just a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2][1] != "Z"
    except OSError:
        return False


def processes(site: Site) -> list[int]:
    """Find the processes that run in a site's folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").resolve() == site.root and runs(int(process.name)):
                found.append(int(process.name))
        except OSError:
            continue
    return found


def wait_until(condition: Callable[[], object]) -> None:
    """Poll until something happens."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


OBSERVING = """
import glob, os
import matplotlib.pyplot as plt
plt.figure(figsize=(2, 1)).text(0, 0, repr({}))
"""
ELSEWHERE = {
    "a file is added to a folder that was listed": (
        "sorted(os.listdir('far/many'))",
        lambda root: (root / "far/many/two").write_text(""),
        "two",
    ),
    "a missing file comes with its missing folder": (
        "os.path.exists('far/away/deep/x') and 'there'",
        lambda root: ((root / "far/away/deep").mkdir(parents=True), (root / "far/away/deep/x").write_text("")),
        "there",
    ),
    "a link is led elsewhere": (
        "open('far/now/x').read()",
        lambda root: ((root / "far/now").unlink(), (root / "far/now").symlink_to("b")),
        "of b",
    ),
    "a folder is exchanged": (
        "open('far/a/x').read()",
        lambda root: ((root / "far/a").rename(root / "far/c"), (root / "far/b").rename(root / "far/a")),
        "of b",
    ),
    "what stands behind a link is written": (
        "open('far/now/x').read()",
        lambda root: (root / "far/a/x").write_text("written"),
        "written",
    ),
}


@pytest.mark.slow
def test_changes_to_files_outside_of_the_content_are_noticed(site, preview):
    """As a build would notice them: added, missing before, linked elsewhere, replaced."""
    for name in "ab":
        site.write(f"far/{name}/x", f"of {name}")
    site.write("far/many/one", "")
    (site.root / "far/now").symlink_to("a")
    for number, (body, _, _) in enumerate(ELSEWHERE.values()):
        site.script(f"seen_{number}", OBSERVING.format(body))
    site.article("guide", "\n\n".join(f"![seen](/images/seen-{number}.svg)" for number in range(len(ELSEWHERE))))
    run = preview()
    # In this order, because the last two change what the two before them saw.
    for number in (0, 1, 4, 2, 3):
        _, touch, says = list(ELSEWHERE.values())[number]
        with closing(run.stream()) as events:
            next(events)
            touch(site.root)
            for _ in events:
                if says in run.get(f"/images/seen-{number}.svg")[1].decode():
                    break


NEEDING = '''
"""Says what it is given."""
from types import SimpleNamespace
from matplotlib.figure import Figure

def draw(code, size: int = 1):
    told = " / ".join([*(it.strip() for it in code.needed), code.strip()])
    return SimpleNamespace(figure=Figure, alt=f"{told}; {code.given}; {size}")
'''
SHOWN = """\
```python
units = 4
```

```python
other = 1
model = LSTM(units)
```

![](/images/says.png){#first size=1}

![](/images/says.png){#next code=next}

```python
words = 3
```

![](/images/says.png){#last}
"""


def renders(site: Site) -> int:
    """Count the recorded renders: each is for another state of its inputs."""
    return sum(len(json.loads(path.read_text())) for path in (site.root / ".figures/records").rglob("*.json"))


@pytest.mark.slow
def test_an_edit_redraws_the_figures_it_can_affect_and_the_page_shows_them(site, preview):
    """An image's attribute, the values in the header, a block above, and one that an image above it is drawn from."""
    site.script("says", NEEDING)
    site.article("guide", SHOWN)
    run = preview()
    first = "units = 4 / other = 1 model = LSTM(units)"
    below = f"{first} / words = 3"
    edits = [
        ("size=1", "size=2", {}, 1, [f"{first}; ; 2", f"{below}; ; 1", f"{below}; ; 1"]),
        ("units = 4", "units = 5", {}, 3, [f"{told}; ; 1".replace("4", "5") for told in (first, below, below)]),
        ("words = 3", "words = 7", {}, 2, [f"{first}; ; 1", *[f"{first} / words = 7; ; 1"] * 2]),
        ("", "", {"Given": "n=5"}, 3, [f"{first}; n=5; 1", f"{below}; n=5; 1", f"{below}; n=5; 1"]),
    ]
    for old, new, header, drawn, alts in edits:
        before = renders(site)
        site.article("guide", SHOWN.replace(old, new), **header)
        run.built()
        assert renders(site) == before + drawn, new
        page = run.get(f"/{PAGE}")[1].decode()
        titles = re.findall(r"<figure.*?<title>(.*?)</title>", page, re.S)
        assert [" ".join(unescape(title).split()) for title in titles] == alts
        site.article("guide", SHOWN)
        run.built()
        assert renders(site) == before + drawn, "the earlier drawing is reused"
