"""The figures of a site, without building it: python -m plugins.figures list | why | draw | export | twice | prune."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from ..files import opened
from ..messages import ends_with_its_reader, typed_here
from .build import Failure, Freshness, Rendering, figure_of
from .cache import unwritable
from .export import add_arguments, exported, order_of
from .records import Record
from .report import FigureError, counted, entry, readable
from .requests import Reference, Slider, figure_name, unasked
from .settings import Settings


class Figures:
    """The figures of a site, and the state of each."""

    def __init__(self, settings: Settings, references: Sequence[Reference]) -> None:
        self.settings = settings
        self.by_name: dict[str, list[Reference]] = {}
        self.rendering = Rendering(settings, trusts_published=False)
        self.asked = self.rendering.requests(references)
        frames = {
            frame
            for slider in self.asked.sliders.values()
            if isinstance(slider, Slider)
            for frame in slider.frames
            if frame
        }
        for reference in (*references, *(frame for frame in self.asked.settled if frame in frames)):
            self.by_name.setdefault(reference.route.name, []).append(reference)
        self.states = {name: self.rendering.state(request) for name, request in self.asked.requests.items()}

    def state(self, name: str) -> Freshness:
        """Return the state of a figure by its name; raise FigureError if no article shows it."""
        if name not in self.by_name:
            near = get_close_matches(name, self.by_name)
            command = typed_here("list", make="make list", otherwise="unrolled figures list")
            raise FigureError(
                f"no article shows a figure named {name!r}",
                f"did you mean {' or '.join(near)}?" if near else f"to see all figures, run `{command}`",
            )
        reference = self.reference(name)
        if reference in self.asked.refused:
            raise self.asked.refused[reference]
        return self.states[reference.route.figure]

    def reference(self, name: str) -> Reference:
        """Return the reference that a figure is drawn for; if there are several, one without an error, if possible."""
        asking = self.by_name[name]
        served = (reference for reference in asking if reference not in self.asked.refused)
        return self.asked.settled[next(served, asking[0])]

    def place(self, reference: Reference) -> str:
        """Return the article and line of a reference."""
        return f"{self.settings.shown(reference.article)}:{reference.line}"


def listed(figures: Figures, chosen: str = "") -> Iterator[str]:
    """List each figure with its script, its state and cost, and the articles that show it; one, with all reasons.

    Raise FigureError if the chosen one can't be drawn.
    """
    reasons = figures.state(chosen).reasons[1:] if chosen else ()
    by_name = {chosen: figures.by_name[chosen]} if chosen else figures.by_name
    for name, references in sorted(by_name.items()):
        script = figures.reference(name).route.script
        try:
            state = figures.state(name)
            summary = f"fresh, {state.record.cost_s:.2f} s" if state.record else f"stale: {state.reasons[0]}"
        except FigureError as problem:
            summary = f"refused: {str(problem).splitlines()[0]}"
        yield f"{name}  {summary}"
        yield from (f"    {reason}" for reason in reasons)
        # A page that shows figures again has the references of their articles, or its own if no article has one.
        places = dict.fromkeys("no article" if use.is_for_itself else figures.place(use) for use in references)
        drawn_by = figures.settings.shown(script) if script else "no script"
        yield f"    {drawn_by}, for {', '.join(places)}"
        for reference in dict.fromkeys(references):
            if isinstance(why_none := figures.asked.sliders.get(reference), FigureError):
                yield f"    no slider, for {figures.place(reference)}: {str(why_none).splitlines()[0]}"


def why(figures: Figures, name: str) -> Iterator[str]:
    """Explain why a figure is stale."""
    state = figures.state(name)
    yield from state.reasons or (f"{name} is fresh: nothing it depends on has changed",)


def draw(figures: Figures, names: Sequence[str], opens: bool = False) -> Iterator[str]:
    """Render some figures, or all, and print their paths, or open them; raise FigureError at the end.

    What a script printed is below its figure: also what it printed when it last ran, if the figure is asked for.
    """
    wanted = names or sorted(figures.by_name)
    states = {state.request.name: state for state in map(figures.state, wanted)}
    outcomes = dict(zip(states, figures.rendering.render(list(states.values())), strict=True))
    failed: list[str] = []
    for name in wanted:
        reference = figures.reference(name)
        state = figures.state(name)
        figure = figure_of(reference, state.request, outcomes[state.request.name], figures.settings)
        if isinstance(figure, Failure):
            failed.append(entry(figures.place(reference), name, figure.problem))
        else:
            path = figures.settings.store / "store" / figure.wide.files["png"]
            yield f"{name}  {'fresh' if state.record else 'drawn'}: {figures.settings.shown(path)}"
            outcome = outcomes[state.request.name]
            if isinstance(outcome, Record) and (names or not state.record):  # else it would be about each figure
                yield from (f"    {line}" for line in outcome.printed)
            if opens:
                yield opened(path)
    if failed:
        raise FigureError(*failed)


def twice(figures: Figures) -> Iterator[str]:
    """Render everything twice; raise FigureError if the two renders of a script differ."""
    requests = [state.request for state in figures.states.values()]
    differing = figures.rendering.differing(requests)
    if differing:
        scripts = ", ".join(dict.fromkeys(figures.settings.shown(request.script) for request in differing))
        raise FigureError(
            f"these figures come out different when drawn twice: {scripts}",
            "look for clocks and for random numbers without a seed",
        )
    yield f"{counted(len({request.script for request in requests}), 'script')} drawn twice, with identical files"


def prune(figures: Figures) -> Iterator[str]:
    """Delete stored figures that no article shows now."""
    gone = figures.rendering.prune([state.request for state in figures.states.values()])
    yield f"{counted(len(gone), 'stored file')} removed"


@ends_with_its_reader()
def main(arguments: Sequence[str] | None = None, prog: str = f"python -m {__package__}") -> int:
    """Run one command; return the exit code."""
    parser = argparse.ArgumentParser(prog=prog, description="Work on the figures of a site, without building it.")
    parser.add_argument(
        "-s", "--settings", default="pelicanconf.py", help="the site's settings file (default: pelicanconf.py)"
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    listing = verbs.add_parser("list", help="list figures with their scripts, state, cost, and where they are shown")
    listing.add_argument("name", nargs="?", default="", help="only this figure, with all reasons why it is stale")
    verbs.add_parser("why", help="explain why a figure is stale").add_argument("name")
    drawing = verbs.add_parser("draw", help="draw figures without building the site")
    drawing.add_argument("names", nargs="*")
    drawing.add_argument("--open", action="store_true", help="open them in your system's default program")
    add_arguments(verbs.add_parser("export", help="write figures to files, for slides and papers"))
    verbs.add_parser("twice", help="draw everything twice, and compare the files")
    verbs.add_parser("prune", help="remove stored figures that no article shows")
    chosen = parser.parse_args(arguments)

    from .site import references_of  # imports Pelican, which help and error messages don't need

    figures: Figures | None = None
    try:
        order = order_of(chosen) if chosen.verb == "export" else None
        settings, references = references_of(chosen.settings)
        if chosen.verb == "draw":
            chosen.names = [figure_name(name, settings.folder) for name in chosen.names]
            references += unasked(chosen.names, references, settings)
        figures = Figures(settings, references)
        if chosen.verb == "why":
            lines = why(figures, figure_name(chosen.name, settings.folder))
        elif chosen.verb == "list":
            lines = listed(figures, chosen.name and figure_name(chosen.name, settings.folder))
        elif chosen.verb == "draw":
            lines = draw(figures, chosen.names, chosen.open)
        elif order:
            names = chosen.names or sorted(figures.by_name)
            requests = {name: (figures.state(name).request, figures.reference(name)) for name in names}
            lines = exported(order, requests, figures.settings)
        else:
            lines = {"twice": twice, "prune": prune}[chosen.verb](figures)
        for line in lines:
            print(readable(line))
    except FigureError as problem:
        print(problem, file=sys.stderr)
        return 1
    except OSError as problem:
        if figures is None or isinstance(problem, BrokenPipeError):
            raise
        print(unwritable(problem, figures.settings), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
