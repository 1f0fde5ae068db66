"""A package tells what it leaves open, what stands against what is left out, and what ends."""

import pytest

from services.policy.rules import default_vocabulary
from services.policy.rules.told_package import tell_package
from services.policy.rules.wording import Wording
from tests.unit.policy.rules.package_samples import BORN, Given, World, benefit

WORDS = Wording(default_vocabulary())
DISAGREEING = World(
    policies={
        "A": Given(benefits=benefit("b", 5000), says=["together: {target: '#b', with: [B]}"]),
        "B": benefit("b", 3000),
    },
    says=["exclusive: {target: A, excludes: [B]}"],
)
ENDING = World(
    policies={"HOME": benefit("b", 1000, "home_purchase")},
    says=["terminates: {target: HOME, ends: [RENT]}"],
    facts={**BORN, "policies_held": "RENT"},
)
HAD = World(
    policies={"B": benefit("b", 3000)},
    says=["exclusive: {target: B, excludes: [A]}"],
    facts={**BORN, "policies_held": "A"},
)
BASELESS = World(
    policies={"B": benefit("b", 3000)},
    says=["top_up: {target: 'B#b', bases: [A]}"],
)
SAID = [
    (
        DISAGREEING,
        "暂定,从严计算:一处允许而另一处禁止(A/i0, XX-TEXT/i0, A#b, B#b),从宽可多得3000元",
        (
            "provisional, the stricter reading counts: one text allows what another forbids"
            " (A/i0, XX-TEXT/i0, A#b, B#b); the looser reading would add CNY 3,000"
        ),
    ),
    (
        DISAGREEING,
        "未选用“生活补贴”(B#b):与选用的A#b不能并存(XX-TEXT/i0),如选用将少得2000元",
        (
            "left out “living” (B#b): not beside A#b, which is chosen (XX-TEXT/i0)"
            "; taking it would cost CNY 2,000"
        ),
    ),
    (
        ENDING,
        "现有的RENT将因选用HOME#b而终止(XX-TEXT/i0)",
        "RENT, held until now, ends with HOME#b (XX-TEXT/i0)",
    ),
    (
        HAD,
        "未选用“生活补贴”(B#b):已有或曾有A(XX-TEXT/i0)",
        "left out “living” (B#b): A is or was had already (XX-TEXT/i0)",
    ),
    (
        BASELESS,
        "未选用“生活补贴”(B#b):缺少其所依附的待遇(XX-TEXT/i0)",
        "left out “living” (B#b): what it rests on is not there (XX-TEXT/i0)",
    ),
]


def told(world: World) -> list[tuple[str, str]]:
    return [(line.text.zh, line.text.en) for line in tell_package(world.best(), WORDS)]


@pytest.mark.parametrize(("world", "zh", "en"), SAID)
def test_what_bears_on_a_package_is_told_in_both_languages(world: World, zh: str, en: str) -> None:
    assert (zh, en) in told(world)


def test_a_package_that_leaves_nothing_open_tells_its_sum_and_its_parts_alone() -> None:
    sure = World(policies={"A": benefit("b", 5000)})
    assert [en.split(" ")[0] for _, en in told(sure)] == ["best", "chosen"]


FLAT = "{id: flat, kind: right, cost_item: rent, thing: household-registration, cite: a}"
FOR_OTHERS = (
    "{id: team, kind: money, cost_item: research, payee: team, pay: {amount: 5 万元, per: once},"
    " cite: a}"
)


def test_a_right_is_never_told_as_nought_nor_money_for_others_as_the_persons() -> None:
    lines = told(World(policies={"A": FLAT, "B": FOR_OTHERS}))
    assert [en for _, en in lines] == [
        "best lawful package: CNY 0",
        "chosen “rent” household registration (A#flat) [a]",
        "chosen “research” for the team: CNY 50,000, beside the sum (B#team) [a]",
    ]
    assert "选用“租房”常住户口(A#flat)〔a〕" in [zh for zh, _ in lines]


def test_a_sum_of_which_no_source_showed_the_rhythm_is_told_as_counted_once() -> None:
    unseen = benefit("b", 5000).replace("per: once", "per: not_seen")
    assert "counted once: A#b" in told(World(policies={"A": unseen}))[-1][1]
