"""Puts templates, wording and assets of one service together and shows its pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from fastapi import FastAPI
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.staticfiles import StaticFiles

from events.edge.pages.assets import ADDRESS, read_assets
from events.edge.pages.formats import Formats
from events.edge.pages.forms import FormGuard
from events.edge.pages.headers import PageHeaders, nonce_of
from events.edge.pages.languages import (
    LANGUAGE_COOKIE,
    LANGUAGES,
    language_of,
    same_page_in,
)
from events.edge.pages.translations import translations_for

EDGE = Path(__file__).resolve().parents[1]
STATIC = EDGE.parents[1] / "static"
A_YEAR = 31_536_000
FILTERS = (
    "clock_seconds",
    "clock_time",
    "day",
    "exact",
    "lasting",
    "moment",
    "money",
    "number",
    "say",
)


@dataclass(frozen=True, slots=True)
class Site:
    """The pages of one service, in every language."""

    service: str
    environments: Mapping[str, Environment]
    forms: FormGuard
    static: Path

    def show(
        self, request: Request, template: str, view: Mapping[str, Any], *, status: int = 200
    ) -> HTMLResponse:
        """A whole page; it remembers the language asked for and the seed of the form tokens."""
        response = HTMLResponse(self.render(request, template, view), status_code=status)
        response.headers["Vary"] = "Cookie, Accept-Language"
        if request.query_params.get("lang") in LANGUAGES:
            response.set_cookie(
                LANGUAGE_COOKIE, language_of(request), max_age=A_YEAR, samesite="lax"
            )
        self.forms.remember(request, response)
        return response

    def render(self, request: Request, template: str, view: Mapping[str, Any]) -> str:
        """A page, or the region of a page that a live message replaces."""
        language = language_of(request)
        page = {
            "service": self.service,
            "language": language,
            "path": request.url.path,
            "nonce": nonce_of(request),
            "form_token": self.forms.token(request),
            "switches": {other: same_page_in(request, other) for other in LANGUAGES},
        }
        return self.environments[language].get_template(template).render(view=view, page=page)


def make_site(*, service: str, package: Path, secret: bytes, static: Path = STATIC) -> Site:
    """`package` is the service's folder: its templates and wording win over the shared ones."""
    environments = {
        language: _environment(language, package=package, static=static) for language in LANGUAGES
    }
    forms = FormGuard(service=service, secret=secret)
    return Site(service=service, environments=environments, forms=forms, static=static)


def mount(app: FastAPI, site: Site) -> None:
    """Serves the assets and puts the headers on every answer of the application."""
    app.mount(ADDRESS, StaticFiles(directory=site.static, check_dir=False), name="static")
    app.add_middleware(PageHeaders)


def _environment(language: str, *, package: Path, static: Path) -> Environment:
    environment = Environment(
        loader=FileSystemLoader([package / "templates", EDGE / "templates"]),
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    wording = translations_for(language, folders=[EDGE / "locale", package / "locale"])
    environment.install_gettext_translations(wording, newstyle=True)  # type: ignore[attr-defined]
    formats = Formats(language)
    environment.filters.update({name: getattr(formats, name) for name in FILTERS})
    assets = read_assets(static)
    environment.globals.update(asset=assets.find, new_key=lambda: str(uuid4()))
    return environment
