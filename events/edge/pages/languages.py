"""Which language a page speaks: the one asked for, else the one remembered, else the browser's."""

from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request

LANGUAGES = ("zh-CN", "en")
DEFAULT_LANGUAGE = "zh-CN"
LANGUAGE_COOKIE = "concord_language"


def language_of(request: Request) -> str:
    asked = request.query_params.get("lang", "")
    kept = request.cookies.get(LANGUAGE_COOKIE, "")
    for choice in (asked, kept):
        if choice in LANGUAGES:
            return choice
    return _preferred(request.headers.get("accept-language", ""))


def same_page_in(request: Request, language: str) -> str:
    """The address of the page being read, in another language and otherwise unchanged."""
    kept = [pair for pair in parse_qsl(request.url.query) if pair[0] != "lang"]
    return f"{request.url.path}?{urlencode([*kept, ('lang', language)])}"


def _preferred(accepted: str) -> str:
    for _, tag in sorted(map(_weighed, accepted.split(",")), key=lambda pair: -pair[0]):
        spoken = tag.split("-")[0].lower()
        for language in LANGUAGES:
            if language.split("-")[0] == spoken:
                return language
    return DEFAULT_LANGUAGE


def _weighed(item: str) -> tuple[float, str]:
    tag, _, weight = item.strip().partition(";q=")
    try:
        return float(weight or 1), tag
    except ValueError:
        return 0.0, tag
