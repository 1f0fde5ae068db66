"""Policies as the portal shows them to somebody, in every kind of state."""

from typing import Any

from tests.unit.edge.ops_page_samples import ago


def said(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


SEAL_RATE = said("城市与区级人才奖励就高不重复", "City and district awards: the higher applies")
DEGREE = {
    "label": said("最高学位", "Highest degree"),
    "value": said("博士", "doctorate"),
    "source": "verified",
    "recorded_at": ago(hours=2),
}
BORN = {
    "label": said("出生日期", "Date of birth"),
    "value": "1991-04-18",
    "source": "verified",
    "recorded_at": ago(hours=3),
}


def leaf(truth: str, zh: str, en: str, *values: dict[str, Any]) -> dict[str, Any]:
    clause = said("公开页面“申报条件”一节", "public page, section on who may apply")
    return {"truth": truth, "text": said(zh, en), "clause": clause, "values": list(values)}


SOURCES: dict[str, Any] = {
    "number": None,
    "published": "2025-07",
    "listed": [
        {
            "title": "春申人才计划发布",
            "language": "zh-CN",
            "quality": said("官方网站", "official page"),
            "url": "https://gov.example/chunshen",
            "linked": True,
        },
        {
            "title": "A copy of it",
            "language": "en",
            "quality": said("其他网站的转载", "copy on another site"),
            "url": "http://copy.example/chunshen",
            "linked": False,
        },
    ],
}


def outcome(policy_id: str, title: dict[str, str], **changes: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "policy_id": policy_id,
        "title": title,
        "issuer": said("上海市闵行区", "Minhang District, Shanghai"),
        "document": None,
        "state": "eligible",
        "confirmed": True,
        "checked": False,
        "demo": False,
        "chosen": False,
        "value": None,
        "rights": [],
        "leaves": [],
        "stages": [],
        "missing": [],
        "worths": [],
        "near": None,
        "blocked": None,
        "contested": [],
        "reason": None,
        "next_open": None,
        "sources": SOURCES,
        "source_note": None,
    }
    return plain | changes


POSTDOC = outcome(
    "SH-SUPERPOSTDOC-2018",
    said("上海市“超级博士后”激励计划", "Shanghai super postdoc incentive plan"),
    issuer=said(
        "上海市人力资源和社会保障局", "Shanghai Human Resources and Social Security Bureau"
    ),
    document="沪人社专〔2018〕286号",
    chosen=True,
    confirmed=False,
    value={
        "kind": "money",
        "fen": 30_000_000,
        "most_fen": None,
        "over": said("24 个月", "over 24 months"),
    },
    leaves=[
        leaf("met", "最高学位不低于博士", "Highest degree is at least a doctorate", DEGREE),
        leaf("met", "年龄不满 35 周岁", "Younger than 35", BORN),
    ],
)
RENT = outcome(
    "SH-PT-CHANGZHENG-2025",
    said("“才聚长征”实施办法", "Changzheng Town: talent gathers in Changzheng"),
    issuer=said("普陀区长征镇", "Changzheng Town, Putuo District"),
    chosen=True,
    value={
        "kind": "money",
        "fen": 0,
        "most_fen": 3_600_000,
        "over": said("按 12 个月计", "counted for 12 months"),
    },
    rights=[said("人才公寓优先", "priority for talent flats")],
    state="eligible_subject_to_manual_check",
    leaves=[
        leaf("met", "最高学位为博士", "Highest degree is a doctorate", DEGREE),
        leaf("manual", "属于该镇重点产业的骨干", "Key member of one of the town's main industries"),
    ],
)
DEMO = outcome(
    "DEMO-ARRIVAL-GRANT",
    said("演示：来沪博士安家补贴", "Demonstration: arrival grant for doctors"),
    issuer=said("演示机构", "A body invented for demonstration"),
    demo=True,
    state="eligible_not_chosen",
    blocked={"by": [POSTDOC["title"]], "cost_fen": 24_000_000},
    checked=True,
    value={"kind": "money", "fen": 6_000_000, "most_fen": None, "over": None},
    leaves=[leaf("met", "最高学位为博士", "Highest degree is a doctorate", DEGREE)],
)
HUKOU = outcome(
    "SH-HUKOU-TALENT-2020",
    said(
        "上海市引进人才申办本市常住户口办法",
        "Shanghai household registration for introduced talents",
    ),
    issuer=said("上海市人民政府", "Shanghai Municipal People's Government"),
    state="undetermined",
    value={"kind": "right"},
    rights=[said("常住户口", "household registration")],
    missing=[said("社会保险缴费月数", "months of social insurance"), said("专业技术职称", "title")],
    leaves=[
        leaf("met", "最高学位为博士", "Highest degree is a doctorate", DEGREE),
        leaf("unknown", "社会保险连续缴费", "Social insurance paid in a row"),
    ],
    worths=[
        {"label": said("职称", "title"), "alone_fen": 0, "with_others_fen": 4_000_000},
        {"label": said("社保", "insurance"), "alone_fen": 100_00, "with_others_fen": 900_00},
    ],
)
CHUNSHEN = outcome(
    "SH-MH-CHUNSHEN5-2025",
    said("闵行区“春申”人才计划5.0", "Minhang Chunshen talent plan 5.0"),
    state="not_eligible",
    value={"kind": "not_seen"},
    leaves=[leaf("not_met", "在闵行区工作", "Works in Minhang District")],
    near={
        "from_day": "2027-03-01",
        "changes": [
            {
                "said": said("工作所在地：闵行区", "Works in: Minhang District"),
                "clauses": [SEAL_RATE],
            },
        ],
    },
)
OLD = outcome(
    "SH-PUJIANG",
    said("上海市浦江人才计划", "Shanghai Pujiang talent programme"),
    state="not_in_force",
    confirmed=False,
    reason="replaced",
)
HELD = outcome(
    "DEMO-RENT",
    said("租房补贴（虚构）", "Rent support (invented)"),
    state="already_enjoyed",
    demo=True,
    contested=[said("另一文件", "Another text")],
    stages=[
        {
            "stage": "continuing",
            "state": "not_eligible",
            "missing": [],
            "leaves": [leaf("not_met", "工作地：普陀区", "Works in Putuo District")],
        },
        {
            "stage": "review",
            "state": "undetermined",
            "missing": [said("社会保险", "Social insurance")],
            "leaves": [],
        },
    ],
)
ORIENTAL = outcome(
    "SH-ORIENTAL-LEAD-2022",
    said("东方英才计划领军项目", "Oriental talent plan, leading project"),
    state="criteria_not_seen",
    confirmed=False,
)
