"""One realistic view model for every page, in the shape the head of its template names."""

from typing import Any

from services.portal.leaving import REASONS, WANTED
from tests.unit.edge.ops_page_samples import MATTER_ID, NOW, OPS_PAGES, ago
from tests.unit.edge.policy_samples import (
    BORN,
    CHUNSHEN,
    DEGREE,
    DEMO,
    HELD,
    HUKOU,
    OLD,
    ORIENTAL,
    POSTDOC,
    RENT,
    SEAL_RATE,
    said,
)

READER = {"name": "林知远", "role": None}
STAFF = {"name": "沈慧", "role": {"zh": "礼宾专员", "en": "concierge officer"}}


FIRST = {
    "kind": "first_response",
    "state": "met",
    "due_at": ago(minutes=-9),
    "met_at": ago(minutes=4),
    "remaining_seconds": 780,
    "used_share": 0.57,
}
RUNNING = {
    "kind": "resolution",
    "state": "running",
    "due_at": ago(hours=-41),
    "met_at": None,
    "remaining_seconds": 147_600,
    "used_share": 0.18,
}
UNSET = RUNNING | {
    "state": "awaiting_calendar",
    "due_at": None,
    "remaining_seconds": None,
    "used_share": None,
}
CLOSE = FIRST | {
    "state": "close",
    "met_at": None,
    "due_at": ago(minutes=-4),
    "remaining_seconds": 240,
    "used_share": 0.87,
}
LATE = RUNNING | {
    "state": "breached",
    "due_at": ago(hours=5),
    "remaining_seconds": -18_900,
    "used_share": 1.3,
}
TICKET = {
    "ticket_id": "t-01hq7",
    "subject": "孩子转学需要哪些材料？",
    "state": "accepted",
    "topic": said("子女教育", "children's schooling"),
    "clocks": [FIRST, RUNNING],
    "taken_by": said("沈慧（夜班）", "Shen Hui, night shift"),
    "talent": "林知远",
    "talent_id": "tal-5c1e",
    "opened_at": ago(minutes=19),
    "can": ["answer"],
    "correlation_id": MATTER_ID,
}
FACTS = [
    {
        "at": ago(minutes=19),
        "text": said("收到请求", "The request was opened"),
        "by": "林知远",
        "quote": "女儿七岁，下月随我迁居闵行。\n需要提前准备哪些证明？",
        "breach": False,
    },
    {
        "at": ago(minutes=4),
        "text": said("沈慧首接负责", "Shen Hui took it on"),
        "by": said("礼宾", "concierge"),
        "quote": None,
        "breach": False,
    },
    {
        "at": ago(minutes=1),
        "text": said("解决时限已过", "The promise to solve it was broken"),
        "by": None,
        "quote": None,
        "breach": True,
    },
]
PAGE: dict[str, Any] = {
    "reader": READER,
    "demo_time": NOW,
    "here": "me",
    "as_of": NOW,
    "stale": False,
    "outcome": None,
    "away": frozenset(),
}
DESK = PAGE | {"reader": STAFF, "here": "queue", "live": "/queue/live"}
ERASURES = [
    {
        "talent_id": f"t-{number}",
        "requested_at": ago(hours=3),
        "erased_at": done,
        "completed_at": done,
    }
    for number, done in ((1, None), (2, ago(hours=2)), (3, None))
]
HOLDS = [
    {
        "hold_id": "h-1",
        "talent_id": "t-1",
        "authority": "闵行区人民法院",
        "reason": "一宗补贴争议（虚构）",
        "placed_at": ago(hours=1),
    }
]
CONTRADICTION = {
    "id": "DEMO-CITY-not-both.DEMO-DISTRICT-both",
    "sides": [
        {"side": "forbids", "statement_id": "DEMO-CITY/not-both", "edition": 1,
         "title": DEMO["title"], "bodies": [said("示例市（虚构）", "Demo City (invented)")],
         "number": None, "demo": True, "where": "Article 9", "clause_seen": True,
         "said": said("不得同享：DEMO-DISTRICT", "not together with: DEMO-DISTRICT")},
        {"side": "allows", "statement_id": "DEMO-DISTRICT/both", "edition": 2,
         "title": RENT["title"], "bodies": [said("示例区（虚构）", "Demo District (invented)")],
         "number": "示例〔2026〕7号", "demo": False, "where": "interactions.0",
         "clause_seen": False,
         "said": said("可同享：DEMO-CITY", "together with: DEMO-CITY")},
    ],
    "benefits": [{"one": "DEMO-CITY#grant", "other": "DEMO-DISTRICT#grant"}],
    "at_stake_fen": 3_000_000,
    "may_rule": [said("示例市（虚构）", "Demo City (invented)")],
    "is_ours": True, "ruling": None, "open": True,
    "form": {"forbids": "DEMO-CITY/not-both", "forbids_edition": "1",
             "allows": "DEMO-DISTRICT/both", "allows_edition": "2",
             "prevails": "allows", "effective_on": "2026-11-22", "clause": ""},
}  # fmt: skip
RULING = {
    "prevails": "allows", "by": said("示例市（虚构）", "Demo City (invented)"),
    "clause": "示例裁定 7 号第二条：两项目的不同", "effective_on": "2026-11-01",
}  # fmt: skip
RULED = RULING | {
    "forbids": "DEMO-CITY/not-both", "allows": "DEMO-DISTRICT/both",
    "recorded_at": ago(days=3), "counts": True,
}  # fmt: skip
CHOOSE = [
    {"field": "reason", "text": WANTED["reason"]},
    {"field": "confirmed", "text": WANTED["confirmed"]},
]
COUNTS = {
    "eligible": 3,
    "eligible_subject_to_manual_check": 2,
    "undetermined": 4,
    "not_eligible": 7,
    "criteria_not_seen": 2,
    "not_in_force": 2,
}
ME = PAGE | {
    "live": "/me/live?after=4711", "stale": True,
    "outcome": {"tone": "good", "text": said("请求已记录。", "Your request is recorded.")},
    "talent": {"talent_id": "tal-5c1e", "name": "林知远", "registered": True},
    "view_version": "9f2c4e7ab1d05533e2",
    "facts": [
        DEGREE | {"until": None}, BORN | {"until": None},
        {"label": said("工作单位所在地", "Place of work"),
         "value": said("普陀区", "Putuo District"), "source": "declared",
         "recorded_at": ago(days=1), "until": "2028-10-31"},
    ],
    "tiers": [
        {"programme": said("上海市领军人才", "Shanghai leading talent"), "tier": None,
         "until": "2029-12-31",
         "conferred_by": said("上海市人力资源和社会保障局", "Shanghai HRSS Bureau")},
    ],
    "completeness": {
        "known": 9, "wanted": 12,
        "missing": [{"label": said("社会保险缴费月数", "Months of social insurance"), "unlocks": 3,
                     "alone_fen": 4_000_000, "with_others_fen": 4_000_000},
                    {"label": said("职称", "Professional title"), "unlocks": 1,
                     "alone_fen": 0, "with_others_fen": 0}],
    },
    "package": {
        "least_fen": 30_000_000, "most_fen": 33_600_000, "provisional": True, "counted_once": 2,
        "chosen": [POSTDOC, RENT],
        "left_out": [
            {"policy_id": "DEMO-ARRIVAL-GRANT", "title": DEMO["title"], "confirmed": False,
             "demo": True, "reason": "exclusive", "blocked_by": POSTDOC["title"],
             "cost_fen": 24_000_000, "citation": SEAL_RATE},
        ],
        "doubts": [
            {"kind": "contradiction", "allows": RENT["title"], "forbids": DEMO["title"],
             "texts": [RENT["title"], DEMO["title"]], "gain_fen": 3_000_000},
            *({"kind": kind, "allows": None, "forbids": None, "texts": [RENT["title"]],
               "gain_fen": 0} for kind in ("reach", "order", "circle")),
        ],
        "rulings": [
            {"prevails": side, "forbids": DEMO["title"], "allows": RENT["title"],
             "by": said("示例市（虚构）", "Demo City (invented)"),
             "clause": "示例裁定 7 号第二条", "effective_on": "2026-03-02"}
            for side in ("allows", "forbids")
        ],
        "ends": [{"title": OLD["title"], "by": POSTDOC["title"]}],
        "certain": {"least_fen": 30_000_000, "most_fen": 30_000_000, "chosen": [POSTDOC]},
        "possible": {"least_fen": 0, "most_fen": 38_000_000, "chosen": [HUKOU, POSTDOC, RENT]},
    },
    "counts": COUNTS, "unsettled": [HUKOU], "near": [CHUNSHEN],
    "ending": [HELD],
    "matches": [
        {"post": said("集成电路器件研发工程师", "Device engineer, integrated circuits"),
         "employer": said("合成单位 07", "Synthetic employer 07"),
         "chain": said("集成电路", "Integrated circuits"), "node": said("制造", "Manufacturing"),
         "score": 78, "score_of": 100, "demo": True,
         "reasons": [{"text": said("学科相符", "Discipline fits"), "points": 40, "of": 40},
                     {"text": said("学位够高", "Degree is high enough"), "points": 20, "of": 20},
                     {"text": said("同城", "Same city"), "points": 18, "of": 40}]},
    ],
    "tickets": [TICKET],
}  # fmt: skip
TYPED = {"topic": "schooling", "subject": "", "message": "女儿七岁"}
TOPICS = [
    {"code": "housing"} | said("住房", "Housing"),
    {"code": "schooling"} | said("子女教育", "Children's schooling"),
]
ERRORS = [
    {"field": "subject", "text": said("请用几个字说明是什么事", "Say in a few words what it is")}
]
QUEUE = DESK | {
    "figures": {"waiting": 1, "in_hand": 2, "close": 1, "breached": 1},
    "tickets": [
        TICKET | {"ticket_id": "t-9", "subject": "人才公寓续租", "clocks": [FIRST, LATE],
                  "topic": said("住房", "housing"), "can": ["resolve"], "state": "answered"},
        TICKET | {"ticket_id": "t-2", "subject": "夜间到站接待", "clocks": [CLOSE, UNSET],
                  "taken_by": None, "can": ["accept"], "state": "waiting"},
        TICKET,
    ],
}  # fmt: skip
SIGN_IN = PAGE | {
    "reader": None, "next": "/me",
    "personas": [
        {"persona_id": "p-lin", "name": "林知远", "role": said("海归博士", "returned doctor"),
         "about": said("刚到上海，集成电路", "just arrived in Shanghai; integrated circuits")},
        {"persona_id": "p-zhao", "name": "赵秋禾", "about": None,
         "role": said("高技能人才", "skilled worker")},
        {"persona_id": "p-he", "name": "何斯年", "about": None,
         "role": said("青年教师", "young lecturer")},
    ],
}  # fmt: skip
MESSAGE = PAGE | {"code": "form-not-ours", "detail": None, "next": None}

PAGES: dict[str, dict[str, dict[str, Any]]] = {
    "portal": {
        "sign_in.html": SIGN_IN,
        "me.html": ME,
        "policies.html": PAGE | {
            "here": "policies", "valid_at": "2026-11-22", "view_version": ME["view_version"],
            "unreadable": 2,
            "groups": [
                {"state": "eligible_and_chosen", "outcomes": [POSTDOC]},
                {"state": "eligible_not_chosen", "outcomes": [DEMO]},
                {"state": "eligible_subject_to_manual_check", "outcomes": [RENT]},
                {"state": "undetermined", "outcomes": [HUKOU]},
                {"state": "not_eligible", "outcomes": [CHUNSHEN]},
                {"state": "criteria_not_seen", "outcomes": [ORIENTAL]},
                {"state": "already_enjoyed", "outcomes": [HELD]},
                {"state": "not_in_force", "outcomes": [OLD]},
            ],
        },
        "tickets.html": PAGE | {
            "here": "tickets", "tickets": [TICKET], "topics": TOPICS, "form": TYPED,
            "errors": ERRORS, "key": None,
        },
        "ticket.html": PAGE | {
            "here": "tickets", "live": "/me/tickets/t-01hq7/live", "facts": FACTS,
            "ticket": TICKET | {"can": ["rate"], "state": "resolved"},
        },
        "data.html": PAGE | {
            "here": "data", "state": "open", "erasure": None, "holds": [], "reasons": REASONS,
            "form": {"reason": ""}, "errors": CHOOSE, "key": None,
        },
        "message.html": MESSAGE,
    },
    "console": {
        "sign_in.html": SIGN_IN | {"next": "/queue"},
        "queue.html": QUEUE,
        "ticket.html": DESK | {
            "ticket": TICKET | {"can": ["answer", "resolve"]}, "facts": FACTS, "errors": None,
            "journey": "/matters/x", "typed": {"answer": "", "resolution": ""},
        },
        "leaving.html": DESK | {
            "here": "leaving", "away": False, "erasures": ERASURES, "holds": HOLDS, "key": None,
            "erasures_in_all": 201, "holds_in_all": len(HOLDS),
            "form": {"talent_id": "t", "authority": "", "reason": ""},
            "errors": [{"field": "reason", "text": said("请写明理由", "Write the reason")}],
        },
        "rulings.html": DESK | {
            "here": "rulings", "away": False, "key": "k-1", "ruled_in_all": 102,
            "waiting": [CONTRADICTION,
                        CONTRADICTION | {"id": "other", "at_stake_fen": None, "is_ours": False,
                                         "may_rule": [], "open": False}],
            "settled": [CONTRADICTION | {"id": "third", "ruling": RULING, "open": False}],
            "ruled": [RULED, RULED | {"prevails": None, "counts": False}],
            "errors": [{"field": "clause-DEMO-CITY-not-both.DEMO-DISTRICT-both",
                        "text": said("请写明裁定文件", "Write the document")}],
        },
        "message.html": MESSAGE,
    },
    "ops": OPS_PAGES,
}  # fmt: skip
