"""What is appended to see how fast that goes: one event of some hundreds of bytes, each time."""

from uuid import uuid4

from events.sourcing.journal import Append, NewEvent

NAME = "note.taken.v1"
PAYLOAD = b'{"text":"' + b"x" * 300 + b'"}'
METADATA = b'{"command_id":"%s","actor":"clerk","correlation_id":null}' % (b"0" * 36)


def an_append() -> Append:
    name = uuid4()
    stream = f"note-{name}"
    event = NewEvent(
        stream=stream,
        version=1,
        event_id=name,
        name=NAME,
        payload=PAYLOAD,
        metadata=METADATA,
    )
    return Append(
        actor="clerk",
        key=str(name),
        target="POST /notes",
        body=name.bytes,
        expected={stream: 0},
        events=[event],
    )
