"""What the environment must and may say, for whoever starts services without being one."""

from collections.abc import Mapping

from events.sourcing.clock import Clock, moment_of, real_clock, shifted_clock


class Misconfigured(Exception):
    """A setting is missing or wrong; the message names it and the remedy."""


def required(env: Mapping[str, str], name: str) -> str:
    """What must be set; raises `Misconfigured`."""
    try:
        return env[name]
    except KeyError:
        raise Misconfigured(f"set {name}; `make run` sets it for you") from None


def read_clock(env: Mapping[str, str]) -> Clock:
    """`CLOCK_START=2026-03-02T22:10:00+08:00@REAL-MOMENT`: shifted alike in every process.

    Without the real moment each process would count from its own start, and one that is started
    again would go back in time. Raises `Misconfigured`.
    """
    setting = env.get("CLOCK_START")
    if not setting:
        return real_clock
    start, _, since = setting.partition("@")
    try:
        return shifted_clock(moment_of(start), since=moment_of(since))
    except ValueError:
        now = real_clock().isoformat(timespec="seconds")
        raise Misconfigured(
            "CLOCK_START lacks the moment to show, or behind @ the real moment at which that is"
            f" shown, each with its zone; set it to this in every process: {start or now}@{now}"
        ) from None
