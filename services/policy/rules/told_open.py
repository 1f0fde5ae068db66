"""What a package leaves open and what follows from taking it, told beside its sum."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from services.policy.rules.blockers import Blocker
from services.policy.rules.doubts import Doubt, DoubtKind
from services.policy.rules.package import Ended
from services.policy.rules.sentences import Line
from services.policy.rules.tree import Text
from services.policy.rules.twins import Twin
from services.policy.rules.wording import both, joined, sum_of

_DOUBTS = {
    DoubtKind.CONTRADICTION: Text("一处允许而另一处禁止", "one text allows what another forbids"),
    DoubtKind.REACH: Text(
        "未见该规定是否约束其他部门的待遇",
        "whether a text binds benefits of other bodies was not seen",
    ),
    DoubtKind.ORDER: Text(
        "原文未说明计算步骤的先后", "the text does not give the order of the steps"
    ),
    DoubtKind.CIRCLE: Text(
        "两项待遇互相以对方为扣除基数", "each of two benefits is net of the other"
    ),
}


class Leaving(Protocol):
    """A package, or an answer about one, as far as it leaves something open."""

    @property
    def doubts(self) -> tuple[Doubt, ...]: ...
    @property
    def counted_once(self) -> tuple[str, ...]: ...
    @property
    def duplicates(self) -> tuple[Twin, ...]: ...
    @property
    def ends(self) -> tuple[Ended, ...]: ...


def tell_open(package: Leaving) -> Iterator[Line]:
    """Why it is provisional, what is counted once, what is one and the same, and what ends."""
    for doubt in package.doubts:
        yield Line(1, _doubt(doubt))
    if package.counted_once:
        once = ", ".join(package.counted_once)
        yield Line(
            1,
            both(f"给付频次未见,只计一次:{once}", f"how often was not seen, counted once: {once}"),
        )
    for twin in package.duplicates:
        yield Line(1, _twin(twin))
    for ended in package.ends:
        yield Line(1, _ended(ended))


def tell_blockers(blocked_by: Iterable[Blocker]) -> Text:
    """What stands against an offer that is left out."""
    return joined(map(_blocker, blocked_by), zh=";", en="; ")


def _doubt(doubt: Doubt) -> Text:
    """The stricter reading counts until somebody rules; what the other would add."""
    why, gain = _DOUBTS[doubt.kind], both("", "")
    named = ", ".join((*doubt.interactions, *doubt.offers))
    if doubt.gain_fen:
        more = sum_of(doubt.gain_fen)
        gain = both(f",从宽可多得{more.zh}", f"; the looser reading would add {more.en}")
    return both(
        f"暂定,从严计算:{why.zh}({named}){gain.zh}",
        f"provisional, the stricter reading counts: {why.en} ({named}){gain.en}",
    )


def _twin(twin: Twin) -> Text:
    return both(
        f"{twin.other}与{twin.kept}是同一待遇,只计一次",
        f"{twin.other} is the same benefit as {twin.kept} and is paid once",
    )


def _ended(ended: Ended) -> Text:
    return both(
        f"现有的{ended.policy_id}将因选用{ended.by}而终止({ended.interaction_id})",
        f"{ended.policy_id}, held until now, ends with {ended.by} ({ended.interaction_id})",
    )


def _blocker(blocker: Blocker) -> Text:
    why = blocker.interaction_id
    if blocker.by is not None:
        return both(
            f"与选用的{blocker.by}不能并存({why})",
            f"not beside {blocker.by}, which is chosen ({why})",
        )
    if blocker.had is not None:
        return both(
            f"已有或曾有{blocker.had}({why})", f"{blocker.had} is or was had already ({why})"
        )
    return both(f"缺少其所依附的待遇({why})", f"what it rests on is not there ({why})")
