"""How a service serves: a connection is not closed under whoever is about to ask on it."""

import httpx
import uvicorn

from events.edge.main import server_options


def test_whoever_asks_lets_go_of_a_connection_long_before_the_service_does() -> None:
    served = uvicorn.Config("notes:app", **server_options())
    peers_let_go_after = httpx.Limits().keepalive_expiry
    assert peers_let_go_after is not None
    assert served.timeout_keep_alive > 2 * peers_let_go_after
