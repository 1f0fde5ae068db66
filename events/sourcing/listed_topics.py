"""The topics of the bus, as `infra/kafka/topics.yaml` promises them."""

from collections.abc import Mapping
from pathlib import Path

from events.sourcing.yaml_files import read_yaml_file

LIST = Path(__file__).parents[2] / "infra/kafka/topics.yaml"


def listed_topics() -> dict[str, dict[str, object]]:
    """Every topic of the bus, with what `topics.yaml` says about it."""
    listed = read_yaml_file(LIST)
    topics: dict[str, dict[str, object]] = listed["topics"]
    return topics


def listed_partitions() -> Mapping[str, int]:
    """How many partitions of each topic take records, whatever the cluster has (ADR 20)."""
    return {name: int(str(entry["partitions"])) for name, entry in listed_topics().items()}
