"""A listed event as a structured CloudEvent (CloudEvents 1.0.2, JSON format 1.0.2)."""

from typing import Any

import msgspec
from sqlalchemy import Row

BATCH_MEDIA_TYPE = "application/cloudevents-batch+json"


def cloudevent(row: Row[Any], *, schemas: str) -> dict[str, Any]:
    """Its attributes, our extensions, and its data where any may leave.

    Below `schemas` stands the schema of each type's data. The correlation id stays inside: whoever
    asked chose it, and may have written anything there.
    """
    event: dict[str, Any] = {
        "specversion": "1.0",
        "id": row.event_id,
        "source": row.source,
        "type": row.name,
        "subject": row.stream,
        "time": row.occurred_at.isoformat(),
        "partitionkey": row.stream,
        "sequence": f"{row.cursor:020d}",
        "streamversion": row.stream_version,
        "dataclassification": row.classification,
    }
    if row.causation_id is not None:
        event["causationid"] = row.causation_id
    if row.data is not None:
        event["datacontenttype"] = "application/json"
        event["dataschema"] = f"{schemas}/{row.name}.json"
        event["data"] = msgspec.json.decode(row.data)
    return event
