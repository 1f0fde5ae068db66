"""A demand as it is shown: with the names of its chain and node, and whether it is made up."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

Names: TypeAlias = Mapping[str, str]
Nodes: TypeAlias = Mapping[tuple[str, str], tuple[Names, Names]]
"""By chain and node: the names of both."""

INSIDE = {"raised_by"}


def nodes_by_place(charts: Iterable[Mapping[str, Any]]) -> Nodes:
    """Where each node is found."""
    return {
        (chart["chain_id"], node["node_id"]): (_names(chart), _names(node))
        for chart in charts
        for node in chart["nodes"]
    }


def rendered(raised: Mapping[str, Any], nodes: Nodes) -> dict[str, Any]:
    """Everything but who raised it; texts in both languages."""
    place = (raised["chain_id"], raised["node_id"])
    chain, node = nodes.get(place, (_unnamed(place[0]), _unnamed(place[1])))
    return {
        **{name: value for name, value in raised.items() if name not in INSIDE},
        "title": _texts(raised, "title"),
        "employer": _texts(raised, "employer"),
        "chain": chain,
        "node": node,
    }


def _texts(raised: Mapping[str, Any], name: str) -> Names:
    return {"zh": raised[f"{name}_zh"], "en": raised[f"{name}_en"]}


def _names(named: Mapping[str, Any]) -> Names:
    return {"zh": named["name_zh"], "en": named["name_en"]}


def _unnamed(code: str) -> Names:
    return {"zh": code, "en": code}
