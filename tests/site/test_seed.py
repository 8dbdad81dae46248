"""A real article in the style of such blogs must build unchanged."""

import re
import shutil
from pathlib import Path

import pytest

TWIN = Path(__file__).with_name("twin.md")
SEED = Path(__file__).resolve().parents[3] / "shared/seed/illustrated-lstm-keras.md"
NAMES = ["rnn-necessity", "i-am-groot-sentence", "i-am-groot-embedding", "rnn-default-keras"]


@pytest.mark.slow
@pytest.mark.parametrize("article", [pytest.param(TWIN, id="twin"), pytest.param(SEED, id="seed")])
def test_a_typical_article_builds_unchanged(project, article, say):
    """As a draft at its draft URL, with all its figures; and the site can be published without it."""
    if not article.is_file():
        pytest.skip("the seed lies beside the project where it is developed, and not here")
    shutil.rmtree(project.root / "content/series")  # its guide links to the others
    for guide in (project.root / project.GUIDE).parent.iterdir():
        guide.unlink()
    conf = project.root / "pelicanconf.py"  # whose home page begins with the series of these guides
    conf.write_text(re.sub(r"^HOME = \{.*?^\}\n", "", conf.read_text("utf-8"), flags=re.M | re.S), "utf-8")
    shutil.copy(article, project.root / project.GUIDE)
    built = project.make("html")
    assert built.code == 0, built.report
    assert built.report == ""
    page = (project.root / "output/drafts/illustrated-lstm-keras/index.html").read_text("utf-8")
    figures = re.findall(r'<figure class="([^"]+)" id="fig-([^"]+)"[^>]*>(.*?)</figure>', page, re.S)
    assert [name for _, name, _ in figures] == NAMES
    assert all(
        re.search(r'<svg width="[\d.]+em" height="[\d.]+em"[^>]*><title>[^<]+</title>', it) for _, _, it in figures
    )
    assert [("img-center" in classes) for classes, _, _ in figures] == [True, True, True, False]
    assert re.search(r'<p class="has-text-centered">\s*(Credits|Drawing):', page)
    assert re.search(r"<li>.*?<ul>\s*<li>", page, re.S), "nested lists"
    assert re.search(r'<strong>SimpleRNN\(<code class="nb">4, \.\.\.</code>\)</strong>', page), "code in bold"
    code = r'<div class="highlight"><span class="lang">Python</span><pre[^>]*><code>model = '
    assert re.search(code, page), "highlighted code"
    assert re.search(r"</h2>\s*<h2", page), "an empty section"
    assert not re.search(r"<p>(?:(?!</p>).)*<div", page, re.S), "a block inside a paragraph"
    published = project.make("publish", SITEURL="https://example.org")
    assert published.code == 0, published.report
    assert published.figures[2] == 0
    drafted = [path for path in project.output() if path.startswith(tuple(f"images/{name}." for name in NAMES))]
    assert drafted == []
    say(f"{article.name} ({'seed' if article is SEED else 'twin'}) built and published unchanged")
