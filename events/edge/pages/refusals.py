"""What a page says when a service does not answer or says no."""

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from events.edge.pages.peers import Away, Declined
from events.edge.pages.sign_in import SignInFirst, door_of, signed_in_again

# Which message a refusal's status leads to; any other status says that nothing was changed.
MESSAGES = {403: "not-allowed", 404: "not-found"}

REGISTRY_AWAY = {
    "zh": "登记服务暂时没有应答。请稍后再次提交；不会重复记录。",
    "en": "The registry is not answering. Send it again in a minute. It will not be recorded "
    "twice.",
}

POLICY_AWAY = {
    "zh": "政策服务暂时没有应答。请稍后再次提交；不会重复记录。",
    "en": "The policy service is not answering. Send it again in a minute. It will not be "
    "recorded twice.",
}

SAID = {
    "ticket-not-waiting": {
        "zh": "这条请求已有人接单。",
        "en": "Somebody has taken this request meanwhile.",
    },
    "ticket-not-answered": {
        "zh": "请先答复再办结。",
        "en": "Answer it before marking it as solved.",
    },
    "ticket-already-resolved": {"zh": "这条请求已办结。", "en": "It has been solved already."},
    "ticket-already-rated": {"zh": "您已评价过。", "en": "You have rated it already."},
    "ticket-not-resolved": {"zh": "尚未办结，不能评价。", "en": "It is not solved yet."},
    "stars-out-of-range": {"zh": "请选择一个评价。", "en": "Choose one of the ratings."},
    "topic-unknown": {"zh": "请选择一个事项。", "en": "Choose what it is about."},
    "idempotency-key-reused": {
        "zh": "这张表已经提交过。",
        "en": "This form was sent before with other words.",
    },
    "parked-stream-moved-on": {
        "zh": "排在最前的已是另一事件，请重新查看后再定。",
        "en": "Another event stands first now. Look at it and decide again.",
    },
    "nothing-wrong-yet": {
        "zh": "它只是在等待，请放行这条流。",
        "en": "It only waits: release the stream.",
    },
    "discard-reason-unknown": {"zh": "请选择一个理由。", "en": "Choose one of the reasons."},
    "discard-reason-unfit": {
        "zh": "这个理由不适用于此处。",
        "en": "This reason does not fit what stands first now.",
    },
    "erasure-on-legal-hold": {
        "zh": "依法须暂缓删除：有机关要求保留这份档案，解除后才能删除。",
        "en": "The law forbids it for now: an authority has ordered that this file be kept.",
    },
    "talent-erased": {
        "zh": "此人的数据已按请求删除，档案不能再更改。",
        "en": "This person's data were erased as requested. Nothing can be changed any more.",
    },
    "erasure-under-way": {
        "zh": "此人原有的数据正在删除，请过一分钟再登记。",
        "en": "What was known of this person is being erased. Register them again in a minute.",
    },
    "hold-not-found": {"zh": "没有这项保留令。", "en": "There is no such hold."},
    "ruling-needs-a-say-over-both": {
        "zh": "您的单位无权裁定：须由发布两份文件、或为其上级的单位裁定。请转交该单位。",
        "en": "Your body has no say over both texts. Pass it on to a body that issued both or "
        "stands above those that did.",
    },
    "ruling-of-another-body": {
        "zh": "只能以本单位名义裁定。",
        "en": "You can rule for your own body only.",
    },
    "ruled-by-a-body-above": {
        "zh": "上级单位已作裁定，下级不能更改。请与该单位联系。",
        "en": "A body above yours has ruled, and only it can change that. Turn to that body.",
    },
    "edition-not-the-newest": {
        "zh": "其中一份文件已有新版，本裁定未记录。请刷新页面，按新版重新判断。",
        "en": "One of the texts has a newer edition, so nothing was recorded. Refresh the page "
        "and judge the new words.",
    },
    "policy-has-ended": {
        "zh": "其中一份文件已失效，无须裁定。请刷新页面。",
        "en": "One of the texts has ended, so there is nothing to rule on. Refresh the page.",
    },
    "no-ruling-to-withdraw": {
        "zh": "此处没有可撤回的裁定。请刷新页面。",
        "en": "There is no ruling to withdraw. Refresh the page.",
    },
    "body-not-established": {
        "zh": "您的单位尚未在本平台设立。请联系平台管理员。",
        "en": "Your body is not established here yet. Ask whoever runs the platform.",
    },
    "calendar-too-young": {"zh": "工作日历尚不可用。", "en": "There is no working calendar yet."},
}


def answer_refusals(app: FastAPI) -> None:
    """Turns `Away` and `Declined`, where a page did not catch them itself, into pages."""
    app.add_exception_handler(Away, _away)
    app.add_exception_handler(Declined, _declined)


def why(refusal: Declined) -> dict[str, str]:
    """The reason in words; an unforeseen code stands as it is."""
    return SAID.get(refusal.code) or {"zh": refusal.code, "en": refusal.code}


def _away(request: Request, _: Exception) -> Response:
    return door_of(request).message(request, "service-away", status=503)


def _declined(request: Request, failure: Exception) -> Response:
    if not isinstance(failure, Declined):
        raise failure
    if failure.status == 401:  # noqa: PLR2004 - the token ran out between two requests
        return signed_in_again(request, SignInFirst())
    code = MESSAGES.get(failure.status, "refused")
    detail = None if code in MESSAGES.values() else why(failure)
    status = failure.status if failure.status < 500 else 502  # noqa: PLR2004
    return door_of(request).message(request, code, status=status, detail=detail)
