"""What several caps leave: the most that all of them allow, whoever is named first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from operator import le

from hypothesis import given, settings
from hypothesis import strategies as st

from services.policy.rules.allotting import Cap, Places, allotted
from services.policy.rules.programme import Capped, Less, Node, Programme, Take, least, run
from services.policy.rules.sharing import share_out

CIRCLE = ((0b011, 5), (0b110, 5), (0b101, 5))


@dataclass(frozen=True)
class Held:
    wanted: tuple[int, ...]
    caps: tuple[Cap, ...]

    def backwards(self) -> "Held":
        last = len(self.wanted) - 1
        turned = [
            (sum(1 << (last - n) for n in range(last + 1) if held >> n & 1), room)
            for held, room in self.caps[::-1]
        ]
        return Held(self.wanted[::-1], tuple(turned))


def within(paid: Sequence[int], caps: Sequence[Cap]) -> bool:
    return all(
        sum(fen for n, fen in enumerate(paid) if held >> n & 1) <= room for held, room in caps
    )


def every_way(held: Held) -> Iterator[tuple[int, ...]]:
    ways = product(*(range(fen + 1) for fen in held.wanted))
    return (way for way in ways if within(way, held.caps))


def one_after_the_other(
    programme: Programme, wanted: Sequence[Node], caps: Sequence[tuple[Places, Node]]
) -> list[Node]:
    """A way that is wrong: each cap by itself is filled from the front."""
    paid = list(wanted)
    for held, room in caps:
        left = room
        for place in range(len(paid)):
            if held >> place & 1:
                paid[place] = programme.put(Capped(paid[place], left))
                left = programme.put(Less(left, paid[place]))
    return paid


def programme_of(held: Held, share: object = share_out) -> Programme:
    programme = Programme()
    wanted = [programme.put(Take(item)) for item in range(len(held.wanted))]
    caps = [(places, programme.fixed(room)) for places, room in held.caps]
    assert callable(share)
    programme.pays = share(programme, wanted, caps)
    return programme


def shared(held: Held, share: object = share_out) -> list[int]:
    return run(programme_of(held, share), (1 << len(held.wanted)) - 1, held.wanted)


@st.composite
def held_together(draw: st.DrawFn) -> Held:
    wanted = draw(st.lists(st.integers(0, 4), min_size=1, max_size=5))
    some = st.tuples(st.integers(1, (1 << len(wanted)) - 1), st.integers(0, 6))
    return Held(tuple(wanted), tuple(draw(st.lists(some, max_size=4))))


@settings(max_examples=150, deadline=None)
@given(held_together())
def test_no_other_way_within_the_caps_pays_more(held: Held) -> None:
    most = max(sum(way) for way in every_way(held))
    for paid in (allotted(held.wanted, held.caps), shared(held)):
        assert within(paid, held.caps)
        assert all(map(le, paid, held.wanted))
        assert sum(paid) == most


def test_caps_kept_one_after_the_other_pay_less_and_are_found_out() -> None:
    """The control for the test above: the first is filled, and two others go without."""
    held = Held((5, 5, 3), ((0b011, 5), (0b101, 5)))
    assert sum(shared(held)) == max(sum(way) for way in every_way(held)) == 8
    assert sum(shared(held, one_after_the_other)) == 5


@settings(max_examples=150, deadline=None)
@given(held_together())
def test_the_sum_is_the_same_from_the_front_and_from_the_back(held: Held) -> None:
    assert sum(shared(held)) == sum(shared(held.backwards()))


def test_three_caps_in_a_circle_leave_half_of_each_in_whole_fen() -> None:
    assert sum(allotted((4, 4, 4), CIRCLE)) == 7
    assert shared(Held((6, 6, 6), tuple((held, 6) for held, _ in CIRCLE))) == [3, 3, 3]


@settings(max_examples=100, deadline=None)
@given(held_together(), st.data())
def test_what_is_paid_for_sure_is_paid_whatever_the_others_turn_out_to_pay(
    held: Held, data: st.DataObject
) -> None:
    low = [data.draw(st.integers(0, fen)) for fen in held.wanted]
    real = [data.draw(st.integers(one, fen)) for one, fen in zip(low, held.wanted, strict=True)]
    everyone = (1 << len(low)) - 1
    programme = programme_of(held)
    sure = least(programme, everyone, low, held.wanted)
    assert all(map(le, sure, run(programme, everyone, real)))
    assert least(programme, everyone, held.wanted, held.wanted) == shared(held)
