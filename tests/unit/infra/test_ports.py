"""The one table of ports."""

import pytest

from infra.local import ports
from infra.local.problem import Problem


def test_the_portal_listens_on_the_base_port() -> None:
    assert ports.port_table((), 8100)["portal"] == 8100


def test_another_base_moves_every_port() -> None:
    here, there = ports.port_table((), 8100), ports.port_table((), 9100)
    assert {there[name] - here[name] for name in here} == {1000}


def test_a_fifth_service_gets_a_port_without_an_edit() -> None:
    table = ports.port_table(("registry", "training"), 8100)
    assert table["training"] == 8120
    assert len(set(table.values())) == len(table)


def test_a_taken_port_is_named_with_its_user_and_the_variable_that_changes_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ports, "is_free", lambda port: port != 8132)
    with pytest.raises(Problem) as caught:
        ports.require_free({"postgres": 8132, "kafka": 8192})
    assert "8132 (postgres)" in caught.value.what
    assert "8192" not in caught.value.what
    assert "CONCORD_PORT_BASE" in caught.value.remedy
