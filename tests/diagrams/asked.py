"""The figures that the project's articles request, as a build finds them."""

import importlib.util
from functools import cache
from typing import Any

import matplotlib.pyplot as plt
from pelican.settings import read_settings

from plugins.figures.child.main import Code, translated
from plugins.figures.requests import Request
from plugins.figures.settings import Settings
from plugins.figures.site import references_of
from tests.conftest import REPOSITORY
from tools.look.examples import requests_of
from unrolled import Picture

CONFIGURATION = str(REPOSITORY / "pelicanconf.py")
SETTINGS = Settings.of(read_settings(CONFIGURATION))


@cache
def requests_and_missing() -> tuple[list[Request], list[str]]:
    """Read the articles when a test needs them: in each process, that takes longer than to collect all tests."""
    return requests_of(*references_of(CONFIGURATION))


def requests() -> list[Request]:
    """Return the requests of all articles, and of the scripts that only have an example."""
    return requests_and_missing()[0]


def request_of(name: str) -> Request:
    """Return the request for a figure."""
    return next(request for request in requests() if request.name == name)


_pictures: dict[int, tuple[Request, list[Picture], bool]] = {}
"""The pictures that were drawn for a request, by its id, and whether they are all; requests are kept for their ids."""


def drawn(request: Request) -> list[Any]:
    """Run a script as the engine does; pictures are values, so they are drawn only once, unlike figures of pyplot."""
    _, known, is_all = _pictures.get(id(request), (None, [], False))
    if is_all:
        return known
    made = _draw(request)
    pictures = [each for each in made if isinstance(each, Picture)]
    _pictures[id(request)] = request, pictures, pictures == made
    return made


def pictures_of(request: Request) -> list[Picture]:
    """Return the pictures among what a script draws."""
    if id(request) not in _pictures:
        assert drawn(request), f"{request.name} draws nothing"
    return _pictures[id(request)][1]


def _draw(request: Request) -> list[Any]:
    spec = importlib.util.spec_from_file_location(f"script_{request.script.stem}", request.script)
    module = importlib.util.module_from_spec(spec)
    plt.switch_backend("agg")
    spec.loader.exec_module(module)
    if not hasattr(module, "draw"):
        return [plt.figure(number) for number in plt.get_fignums()]
    above = {name: tuple(texts) for name, texts in request.above.items()}
    codes = {name: Code(text, above.get(name, ()), request.given, request.model) for name, text in request.code.items()}
    answer = module.draw(**codes, **request.arguments)
    pictures = list(answer) if isinstance(answer, list | tuple) else [answer]
    job = {"arguments": request.arguments, "language": request.language, "has_chosen_language": False}
    return [translated(picture, job).picture for picture in pictures]
