"""Dates, money, numbers and lengths of time as a reader of each language expects them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_decimal
from babel.units import format_unit
from markupsafe import Markup

# Legal days and office hours are those of Shanghai, wherever the reader sits.
ZONE = ZoneInfo("Asia/Shanghai")
REGIONAL = {"zh-CN": "zh_Hans_CN", "en": "en_GB"}
PARTS = (("duration-day", 86_400), ("duration-hour", 3_600), ("duration-minute", 60))
MOST_PARTS = 2  # of a length: "5 hours 15 minutes" is as exact as anyone plans

Moment = datetime | str
Said = str | Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class Formats:
    """The formats of one language."""

    language: str

    @property
    def _locale(self) -> str:
        return REGIONAL[self.language]

    def day(self, value: date | str) -> Markup:
        on = date.fromisoformat(value[:10]) if isinstance(value, str) else value
        said = format_date(on, "long", locale=self._locale)
        return Markup('<time datetime="{}">{}</time>').format(on.isoformat(), said)

    def moment(self, value: Moment) -> Markup:
        """Day and minute, with the exact moment and its offset for machines."""
        at = local(value)
        said = format_datetime(at, _minute_pattern(self.language), locale=self._locale)
        return _time(at, said)

    def clock_time(self, value: Moment) -> Markup:
        at = local(value)
        return _time(at, format_time(at, "HH:mm", locale=self._locale))

    def clock_seconds(self, value: Moment) -> str:
        """Plain text, for drawings."""
        return format_time(local(value), "HH:mm:ss", locale=self._locale)

    def exact(self, value: Moment) -> Markup:
        at = local(value)
        return _time(at, at.strftime("%Y-%m-%d %H:%M:%S.") + f"{at.microsecond // 1000:03d}")

    def money(self, fen: int) -> str:
        """Fen as yuan; the fen are shown only where there are some."""
        pattern = "#,##0" if fen % 100 == 0 else "#,##0.00"
        sign = "-" if fen < 0 else ""
        return f"{sign}¥{format_decimal(abs(fen) / 100, pattern, locale=self._locale)}"

    def number(self, value: float) -> str:
        return format_decimal(value, locale=self._locale)

    def lasting(self, seconds: float) -> str:
        """The two largest units that say something, such as 2 hours 15 minutes."""
        left, said = int(abs(seconds)), list[str]()
        for unit, size in PARTS:
            count, left = divmod(left, size)
            if count and len(said) < MOST_PARTS:
                said.append(self._unit(count, unit))
        between = "" if self.language == "zh-CN" else " "
        return between.join(said) or self._unit(0, "duration-minute")

    def say(self, text: Said) -> str | Markup:
        """A text of one or several languages; one in another language than the page says so."""
        if text is None or isinstance(text, str):
            return text or ""
        if wanted := text.get(self.language) or text.get(self.language[:2]):
            return wanted
        language, other = next(iter(text.items()), ("", ""))
        return Markup('<span lang="{}">{}</span>').format(_full(language), other)

    def _unit(self, count: int, unit: str) -> str:
        return format_unit(count, unit, length="short", locale=self._locale)


def local(value: Moment) -> datetime:
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(ZONE)


def _time(at: datetime, said: str) -> Markup:
    stamp = at.isoformat(timespec="milliseconds")
    return Markup('<time datetime="{}">{}</time>').format(stamp, said)


def _minute_pattern(language: str) -> str:
    return "y年M月d日 HH:mm" if language == "zh-CN" else "d MMMM y, HH:mm"


def _full(language: str) -> str:
    return "zh-CN" if language == "zh" else language
