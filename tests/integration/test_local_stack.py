"""The real PostgreSQL and the real Kafka that the other integration tests stand on."""

import subprocess
import sys
from pathlib import Path

import asyncpg
import psutil
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from tests.support.stack import address


async def test_postgres_18_answers_with_a_password_over_tcp(postgres_url: str) -> None:
    connection = await asyncpg.connect(f"{postgres_url}postgres")
    try:
        assert connection.get_server_version().major == 18
    finally:
        await connection.close()


async def test_kafka_carries_a_record_there_and_back(kafka_bootstrap: str) -> None:
    topic = "stack-there-and-back"
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka_bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic(topic, num_partitions=1, replication_factor=1)])
    await admin.close()
    async with AIOKafkaProducer(bootstrap_servers=kafka_bootstrap) as producer:
        await producer.send_and_wait(topic, b"hello", key=b"stream-1")
    consumer = AIOKafkaConsumer(
        topic, bootstrap_servers=kafka_bootstrap, auto_offset_reset="earliest"
    )
    async with consumer:
        record = await consumer.getone()
    assert (record.key, record.value) == (b"stream-1", b"hello")


def test_a_kept_program_stops_and_leaves_nothing_when_its_owner_dies(tmp_path: Path) -> None:
    owner = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    address("postgres", tmp_path, owner.pid)
    keepers = [
        process
        for process in psutil.process_iter()
        if str(tmp_path) in " ".join(_command_line(process))
    ]

    owner.communicate()

    gone, alive = psutil.wait_procs(keepers, timeout=30)
    assert keepers
    assert not alive, gone
    assert not (tmp_path / "postgres").exists()


def _command_line(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []
