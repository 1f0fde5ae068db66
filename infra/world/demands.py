"""Synthetic demands in the shape of shortage catalogues; no post and no employer here is real."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

from events.sourcing.yaml_files import read_yaml_file

CHAINS = Path(__file__).parents[2] / "data/chains"
SEED = 20260302
EMPLOYERS = 40
FOR_EACH_NODE = 3
DEGREE_IS_A_MUST, DISCIPLINE_IS_A_MUST = 0.8, 0.3

# Where each chain has its sites, as far as the sources of data/chains tell.
REGIONS: Mapping[str, Sequence[str]] = {
    "ic": ("pudong", "lingang", "jiading", "songjiang"),
    "bio": ("pudong", "fengxian", "jinshan", "baoshan", "minhang"),
    "ai": ("xuhui", "pudong", "lingang", "minhang"),
    "aero": ("minhang", "pudong", "lingang"),
    "equip": ("baoshan", "minhang", "jiading"),
    "neobay": ("minhang",),
}

# A catalogue grades few posts with five stars; the scarcer the post, the more it asks.
STARS, STARS_WEIGHTS = (1, 2, 3, 4, 5), (10, 25, 35, 22, 8)
DEGREES = ("college", "bachelor", "master", "doctor")
DEGREE_WEIGHTS: Mapping[int, Sequence[int]] = {
    1: (30, 60, 10, 0),
    2: (15, 60, 25, 0),
    3: (5, 50, 40, 5),
    4: (0, 35, 50, 15),
    5: (0, 10, 50, 40),
}
MOST_YEARS = {1: 2, 2: 3, 3: 5, 4: 8, 5: 10}

Body = dict[str, Any]


def demands(seed: int = SEED) -> Iterator[Body]:
    """Bodies for `POST /demands`, three for each node; the same for the same seed."""
    chance = Random(seed)  # noqa: S311 - repeatable on purpose
    for chain in _chains():
        for node in chain["nodes"]:
            roles = node["roles"]
            for nth in range(FOR_EACH_NODE):
                yield _demand(chance, chain["chain_id"], node, roles[nth % len(roles)])


def _chains() -> list[Body]:
    files = sorted(CHAINS.glob("*.yaml"))
    return [read_yaml_file(file) for file in files]


def _demand(chance: Random, chain_id: str, node: Body, role: Body) -> Body:
    stars = chance.choices(STARS, STARS_WEIGHTS)[0]
    number = chance.randint(1, EMPLOYERS)
    asked = _asked(chance, node, stars)
    return {
        "chain_id": chain_id,
        "node_id": node["node_id"],
        "title_zh": role["name_zh"],
        "title_en": role["name_en"],
        "employer_zh": f"合成单位{number:02d}",
        "employer_en": f"Synthetic employer {number:02d}",
        "stars": stars,
        "headcount": chance.choice((1, 1, 2, 2, 3, 5, 8)),
        "region": chance.choice(REGIONS[chain_id]),
        **asked,
        "must": _conditions(chance, asked),
        "synthetic": True,
    }


def _asked(chance: Random, node: Body, stars: int) -> Body:
    years = chance.randint(0, MOST_YEARS[stars])
    return {
        "degree_at_least": chance.choices(DEGREES, DEGREE_WEIGHTS[stars])[0],
        "discipline_codes": [each["code"] for each in node["disciplines"]],
        "industry_codes": [each["code"] for each in node["industries"]],
        "years_at_least": years or None,
    }


def _conditions(chance: Random, asked: Body) -> list[str]:
    """The degree most often; what was learnt only where the post cannot do without."""
    conditions = ["degree"] if chance.random() < DEGREE_IS_A_MUST else []
    if asked["discipline_codes"] and chance.random() < DISCIPLINE_IS_A_MUST:
        conditions.append("discipline")
    return conditions
