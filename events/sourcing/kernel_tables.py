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
