"""What a process sends because of an event, and under which ids."""

from uuid import UUID

from contracts.sample import NOON
from events.sourcing.types import Recorded, follow

ERASED: Recorded[None] = Recorded(
    event=None,
    name="talent.erased.v1",
    event_id=UUID(int=7),
    service="registry",
    stream="talent-1",
    version=7,
    position=44,
    recorded_at=NOON,
    actor="process:erasure",
    correlation_id="matter",
    causation_id=None,
)


def test_a_command_sent_again_is_the_same_command() -> None:
    first, again = (follow(ERASED, service="policy", reader="erasure", ordinal=0) for _ in range(2))
    assert first == again
    assert (first.correlation_id, first.causation_id) == ("matter", str(ERASED.event_id))


def test_processes_of_one_name_in_two_services_send_commands_of_their_own() -> None:
    """Their events would otherwise have the same ids, and one of them would hide the other."""
    ids = {
        follow(ERASED, service=service, reader="erasure", ordinal=ordinal).command_id
        for service in ("policy", "concierge", "matching")
        for ordinal in (0, 1)
    }
    assert len(ids) == 6
