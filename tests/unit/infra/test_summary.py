"""The table at the end of a start: where everything is, whom to be, what it took."""

import re

import psutil

from infra.local.memory import MEGABYTE, resident_megabytes
from infra.local.ports import discovered_services, port_table
from infra.local.progress import Progress
from infra.local.summary import summary

PORTS = port_table(discovered_services(), 8000)


def lines(progress: Progress) -> list[str]:
    return list(summary(PORTS, progress, 1234))


def test_every_service_stands_there_with_its_address_and_the_pages_come_first() -> None:
    rows = [line.split() for line in lines(Progress()) if "http" in line]
    assert {row[1] for row in rows} == set(discovered_services())
    assert [row[1] for row in rows][:3] == ["portal", "console", "ops"]
    assert all(row[0].endswith(f":{PORTS[row[1]]}") for row in rows)


def test_every_page_says_whom_to_sign_in_as() -> None:
    told = {line.split()[1]: line for line in lines(Progress()) if "http" in line}
    for page, who in (("portal", "talent"), ("console", "staff"), ("ops", "operator")):
        assert re.search(rf"choose .*{who}", told[page])


def test_the_seconds_of_each_step_and_the_memory_of_all_are_told() -> None:
    progress = Progress()
    with progress.step("starting postgres"):
        pass
    progress.steps.append(("sample world", 12.34))
    told = "\n".join(lines(progress))
    assert re.search(r"\d\.\d s  starting postgres", told)
    assert "12.3 s  sample world" in told
    assert re.search(r"\d\.\d s  in all; 1234 MB resident", told)


def test_memory_that_a_program_holds_is_counted() -> None:
    before = resident_megabytes(psutil.Process().pid)
    held = b"x" * 64 * MEGABYTE
    assert resident_megabytes(psutil.Process().pid) >= before + len(held) // MEGABYTE // 2
