"""What is said of an event that left and then was lost by a restore: it never happened.

A retraction goes where the event went, under the same key, so it comes behind it and before
whatever is recorded later at the same version of the stream. It is no event of any journal.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid5

from events.sourcing.batches import Retraction
from events.sourcing.bus import Left, Record
from events.sourcing.faults import Undecodable
from events.sourcing.types import Recorded

RETRACTED = "journal.event-retracted.v1"
RETRACTS, AT = "ce_retracts", "ce_retractedsequence"


def retraction_record(
    left: Left, *, service: str, behind: int, found_at: datetime, value: bytes | None
) -> Record:
    """The record that takes an event back; `None` also takes the key from a compacted topic."""
    told = {
        "ce_specversion": "1.0",
        "content-type": "application/json",
        "ce_id": str(uuid5(left.event_id, f"retracted from {left.topic}")),
        "ce_source": f"/services/{service}",
        "ce_type": RETRACTED,
        "ce_subject": left.stream,
        "ce_time": found_at.isoformat(),
        "ce_partitionkey": left.stream,
        "ce_sequence": f"{behind:020d}",
        "ce_streamversion": str(left.version),
        "ce_correlationid": str(left.event_id),
        "ce_actor": f"service:{service}",
        "ce_dataclassification": "internal",
        RETRACTS: str(left.event_id),
        AT: f"{left.position:020d}",
    }
    headers = [(name, text.encode()) for name, text in told.items()]
    return Record(topic=left.topic, key=left.key, value=value, headers=headers)


def is_retraction(texts: Mapping[str, str]) -> bool:
    """Whether a record with these headers takes an event back."""
    return RETRACTS in texts


def read_retraction(
    envelope: Recorded[object], texts: Mapping[str, str], value: bytes | None
) -> Retraction:
    """What a record takes back. Raises `Undecodable`."""
    try:
        return Retraction(
            service=envelope.service,
            event_id=UUID(texts[RETRACTS]),
            position=int(texts[AT]),
            behind=envelope.position,
            is_last=value is None,
        )
    except (KeyError, ValueError) as cause:
        raise Undecodable(f"retraction: {type(cause).__name__}") from cause
