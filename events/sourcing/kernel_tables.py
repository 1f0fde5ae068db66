"""The kernel's working tables, as statements can name them; their shapes are in `migrations/`."""

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
)

kernel = MetaData(schema="public")

checkpoint = Table(
    "checkpoint",
    kernel,
    Column("reader", Text, primary_key=True),
    Column("topic", Text, primary_key=True),
    Column("partition", Integer, primary_key=True),
    Column("next_offset", BigInteger),
)

applied = Table(
    "applied",
    kernel,
    Column("reader", Text, primary_key=True),
    Column("topic", Text, primary_key=True),
    Column("stream", Text, primary_key=True),
    Column("version", Integer),
    Column("position", BigInteger),
)

retracted_event = Table(
    "retracted_event",
    kernel,
    Column("service", Text, primary_key=True),
    Column("position", BigInteger, primary_key=True),
    Column("event_id", Uuid, primary_key=True),
)

followed_topic = Table(
    "followed_topic",
    kernel,
    Column("reader", Text, primary_key=True),
    Column("topic", Text, primary_key=True),
    Column("topic_id", Uuid),
    Column("partitions", Integer),
)

published_topic = Table("published_topic", kernel, Column("topic", Text, primary_key=True))

restore = Table(
    "restore",
    kernel,
    Column("found_at", DateTime(timezone=True), primary_key=True),
    Column("journal_position", BigInteger),
    Column("highest_published", BigInteger),
    Column("resumed_at", DateTime(timezone=True)),
)

lost_event = Table(
    "lost_event",
    kernel,
    Column("topic", Text, primary_key=True),
    Column("position", BigInteger, primary_key=True),
    Column("event_id", Uuid, primary_key=True),
    Column("key", LargeBinary),
    Column("stream", Text),
    Column("version", Integer),
    Column("name", Text),
    Column("found_at", DateTime(timezone=True)),
    Column("retracted_at", DateTime(timezone=True)),
)

parked = Table(
    "parked",
    kernel,
    Column("reader", Text, primary_key=True),
    Column("topic", Text, primary_key=True),
    Column("stream", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("record", LargeBinary),
    Column("class", Text, key="class_"),
    Column("reason", Text),
    Column("parked_at", DateTime(timezone=True)),
    Column("tries", Integer),
    Column("tried_at", DateTime(timezone=True)),
)

timer = Table(
    "timer",
    kernel,
    Column("timer", Text, primary_key=True),
    Column("generation", Text),
    Column("due_at", DateTime(timezone=True)),
    Column("command_name", Text),
    Column("command", LargeBinary),
    Column("context", LargeBinary),
)

subject_key = Table(
    "subject_key",
    kernel,
    Column("subject", Text, primary_key=True),
    Column("wrapped", LargeBinary),
    Column("destroyed_at", DateTime(timezone=True)),
    Column("kek", Text),
)

erasure = Table(
    "erasure",
    kernel,
    Column("subject", Text, primary_key=True),
    Column("begun_at", DateTime(timezone=True)),
    Column("purged_at", DateTime(timezone=True)),
    Column("completed_at", DateTime(timezone=True)),
)

read_model_version = Table(
    "read_model_version",
    kernel,
    Column("projection", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("state", Text),
    Column("began_at", DateTime(timezone=True)),
    Column("switched_at", DateTime(timezone=True)),
)
