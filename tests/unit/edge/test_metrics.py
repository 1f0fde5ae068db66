"""What a service tells Prometheus while its database is away."""

from pathlib import Path

from contracts.sample import NOON
from events.edge.metrics import figures_of
from events.sourcing.clock import SimulatedClock
from events.sourcing.kernel import Kernel
from events.sourcing.settings import Settings

NOWHERE = "127.0.0.1:1"


async def test_without_the_database_the_figures_say_so_and_leave_out_what_is_not_known(
    tmp_path: Path,
) -> None:
    (tmp_path / "kek").write_bytes(bytes(32))
    kernel = Kernel(
        Settings(
            service="notes",
            database_url=f"postgresql://nobody:nothing@{NOWHERE}/",
            bootstrap=NOWHERE,
            secret=b"secret",
            kek_file=tmp_path / "kek",
            clock=SimulatedClock(NOON),
            otlp_endpoint=None,
            host="127.0.0.1",
            port=1,
            peers={},
        )
    )
    lines = (await figures_of(kernel)).decode().splitlines()
    assert "concord_database_up 0.0" in lines
    assert not [line for line in lines if "unsent" in line]
