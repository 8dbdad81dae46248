"""What the project's articles ask of its scripts, as a build finds it."""

from plugins.figures.hooks import references_of
from plugins.figures.requests import Request
from tests.conftest import REPOSITORY
from tools.look.examples import requests_of

SETTINGS, _REFERENCES = references_of(str(REPOSITORY / "pelicanconf.py"))
REQUESTS, MISSING = requests_of(SETTINGS, _REFERENCES)


def request_of(name: str) -> Request:
    """Return how a script is asked for."""
    return next(request for request in REQUESTS if request.script.stem == name)
