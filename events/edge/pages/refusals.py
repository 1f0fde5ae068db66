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
