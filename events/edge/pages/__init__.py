"""What every page of every service shares: wording, formats, assets, headers, forms, liveness."""

from events.edge.pages.forms import ForgedForm, FormGuard
from events.edge.pages.headers import PageHeaders
from events.edge.pages.languages import DEFAULT_LANGUAGE, LANGUAGES, language_of
from events.edge.pages.live import Glimpse, live
from events.edge.pages.site import Site, make_site, mount

__all__ = [
    "DEFAULT_LANGUAGE",
    "LANGUAGES",
    "ForgedForm",
    "FormGuard",
    "Glimpse",
    "PageHeaders",
    "Site",
    "language_of",
    "live",
    "make_site",
    "mount",
]
