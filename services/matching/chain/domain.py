"""Charting a chain: its nodes in order, each with what it is made of, for others to rely on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias, assert_never

from events.catalog.chain import ChainCharted, ChainNode
from events.sourcing.decider import Decider
from events.sourcing.types import Refused

STAGES = ("upstream", "midstream", "downstream")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartChain:
    chain_id: str
    name_zh: str
    name_en: str
    nodes: tuple[ChainNode, ...]
    sources: tuple[str, ...]
    charted_by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RelyOnNode:
    """Something else depends on this node; refused unless the chain is charted with it."""

    chain_id: str
    node_id: str


ChainCommand: TypeAlias = ChartChain | RelyOnNode
Chain: TypeAlias = ChainCharted | None


def decide(command: ChainCommand, chain: Chain) -> Sequence[ChainCharted]:
    """The rule for each command."""
    match command:
        case ChartChain():
            return chart_chain(command, chain)
        case RelyOnNode():
            return rely_on_node(command, chain)
        case _:
            assert_never(command)


def chart_chain(command: ChartChain, chain: Chain) -> Sequence[ChainCharted]:
    """A chain charted again as it is already known is nothing new."""
    _check(command.nodes)
    charted = ChainCharted(
        chain_id=command.chain_id,
        edition=chain.edition + 1 if chain else 1,
        name_zh=command.name_zh,
        name_en=command.name_en,
        nodes=command.nodes,
        sources=command.sources,
        charted_by=command.charted_by,
        charted_at=command.at,
    )
    return [] if chain and _content(chain) == _content(charted) else [charted]


def rely_on_node(command: RelyOnNode, chain: Chain) -> Sequence[ChainCharted]:
    if chain is None or command.node_id not in {node.node_id for node in chain.nodes}:
        raise Refused("chain-node-not-found", chain_id=command.chain_id, node_id=command.node_id)
    return []


def _check(nodes: Sequence[ChainNode]) -> None:
    if not nodes:
        raise Refused("chain-without-nodes")
    ids = [node.node_id for node in nodes]
    if len(set(ids)) != len(ids):
        raise Refused("chain-node-twice")
    places = [STAGES.index(node.stage) if node.stage in STAGES else -1 for node in nodes]
    if -1 in places:
        raise Refused("chain-stage-unknown", stages=STAGES)
    if places != sorted(places) or [n.order for n in nodes] != list(range(1, len(nodes) + 1)):
        raise Refused("chain-out-of-order")


def _content(chain: ChainCharted) -> object:
    return (chain.name_zh, chain.name_en, chain.nodes, chain.sources)


def evolve(_: Chain, event: ChainCharted) -> Chain:
    """The last chart is the chain."""
    return event


chain: Decider[ChainCommand, Chain, ChainCharted] = Decider(
    "chain", None, decide, evolve, last_says_all=True
)
