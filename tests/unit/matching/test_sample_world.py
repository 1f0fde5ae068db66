"""The chains and the synthetic demands of the sample world are what the service accepts."""

from pathlib import Path
from typing import Any

import pytest

from events.sourcing.yaml_files import read_yaml_file
from infra.world.demands import demands
from services.matching.chain.api import ChartIn
from services.matching.demand.api import DemandIn
from services.matching.vocabulary import read_scales
from tests.support.corpus import committed, node_charted

ROOT = Path(__file__).parents[3]
FILES = sorted((ROOT / "data/chains").glob("*.yaml"))


def charts() -> list[dict[str, Any]]:
    return [read_yaml_file(file) for file in FILES]


def test_there_are_six_chains_with_41_nodes() -> None:
    assert (len(FILES), sum(len(chart["nodes"]) for chart in charts())) == (6, 41)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_chain_file_is_a_chart_under_its_own_name(file: Path) -> None:
    chart = ChartIn(**read_yaml_file(file))

    assert chart.chain_id == file.stem
    assert [node.order for node in chart.nodes] == list(range(1, len(chart.nodes) + 1))


def test_the_nodes_and_codes_are_those_of_the_corpus() -> None:
    ours = [node_charted(chart["chain_id"], node) for chart in charts() for node in chart["nodes"]]
    assert sorted(ours) == committed()["nodes"]


def test_a_node_with_another_name_or_code_is_not_that_of_the_corpus() -> None:
    """The control: a digest tells a slip of the pen."""
    chart = charts()[0]
    chain_id, node = chart["chain_id"], chart["nodes"][0]
    renamed = {**node, "name_zh": f"{node['name_zh']}。"}
    recoded = {**node, "industries": node["industries"][1:]}
    assert node_charted(chain_id, node) in committed()["nodes"]
    assert node_charted(chain_id, renamed) not in committed()["nodes"]
    assert node_charted(chain_id, recoded) not in committed()["nodes"]


def test_the_demands_are_the_same_for_the_same_seed() -> None:
    assert list(demands(7)) == list(demands(7)) != list(demands(8))


def test_every_demand_is_marked_synthetic_and_stands_at_a_node() -> None:
    places = {(c["chain_id"], node["node_id"]) for c in charts() for node in c["nodes"]}
    raised = [DemandIn(**body) for body in demands()]

    assert len(raised) == 123
    assert all(demand.synthetic and "合成" in demand.employer_zh for demand in raised)
    assert {(demand.chain_id, demand.node_id) for demand in raised} == places


def test_every_demand_asks_in_words_of_the_vocabulary() -> None:
    scales = read_scales()
    raised = [DemandIn(**body) for body in demands()]

    assert {demand.degree_at_least for demand in raised} <= set(scales.degrees)
    assert {demand.region for demand in raised} <= set(scales.region_lines)
    assert {demand.stars for demand in raised} == {1, 2, 3, 4, 5}


def test_degrees_rise_and_a_town_lies_in_its_district() -> None:
    scales = read_scales()

    assert scales.degrees["bachelor"] < scales.degrees["master"] < scales.degrees["doctor"]
    assert scales.region_lines["changzheng"] == ("changzheng", "putuo", "shanghai", "cn")
