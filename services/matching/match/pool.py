"""Everybody and every open demand, scored against each other in memory."""

import heapq
from bisect import insort
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypeAlias

from events.catalog.demand import DemandRaised
from events.catalog.match import RankedDemand
from events.catalog.talent import Fact
from services.matching.scoring.profile import Profile, profile_of
from services.matching.scoring.scales import Scales
from services.matching.scoring.score import Demand, demand_of, explain, quick_score

TOP = 10
"""How many stand on a list."""

STANDINGS = ("fits", "to-verify")

Rank: TypeAlias = tuple[bool, int, str]
"""On a demand's list: what is to be verified comes later, then the higher score, then the id."""

Ranking: TypeAlias = tuple[tuple[str, int, str], ...]
"""Demand, score and standing of each place on a talent's list."""


class Pool:
    """One score for each pair, read from both sides, so the two directions cannot differ.

    What arrives late is passed over: of a talent's facts the highest version counts, also after
    the talent was forgotten; a closed demand does not open again.
    """

    def __init__(self, scales: Scales, *, valid_at: date) -> None:
        self._scales = scales
        self.valid_at = valid_at
        self._versions: dict[str, int] = {}
        self._facts: dict[str, Sequence[Fact]] = {}
        self._profiles: dict[str, Profile] = {}
        self._demands: dict[str, Demand] = {}
        self._closed: set[str] = set()
        self._ranks: dict[str, dict[str, Rank]] = {}
        self._tops: dict[str, list[Rank]] = {}

    def learn(self, talent_id: str, facts: Sequence[Fact], *, version: int) -> bool:
        """These facts count from now on; whether they are the newest that were heard of."""
        known = self._versions.get(talent_id, 0)
        if version < known:
            return False
        if version > known or talent_id not in self._facts:
            self._versions[talent_id] = version
            self._facts[talent_id] = facts
            self._place(talent_id)
        return True

    def forget(self, talent_id: str, *, version: int) -> None:
        """Nobody is matched with this talent any more."""
        if version < self._versions.get(talent_id, 0):
            return
        self._versions[talent_id] = version
        self._facts.pop(talent_id, None)
        self._profiles.pop(talent_id, None)
        for demand_id in self._demands:
            self._rank(demand_id, talent_id, None)

    def open(self, raised: DemandRaised) -> None:
        """This demand looks for people."""
        demand_id = raised.demand_id
        if demand_id in self._closed or demand_id in self._demands:
            return
        demand = self._demands[demand_id] = demand_of(raised)
        ranks = {t: self._ranked(demand, profile) for t, profile in self._profiles.items()}
        self._ranks[demand_id] = {t: rank for t, rank in ranks.items() if rank is not None}
        self._tops[demand_id] = heapq.nsmallest(TOP, self._ranks[demand_id].values())

    def close(self, demand_id: str) -> None:
        """This demand does not look for people any more."""
        self._closed.add(demand_id)
        for known in (self._demands, self._ranks, self._tops):
            known.pop(demand_id, None)

    def turn_to(self, day: date) -> None:
        """Read every fact again as it holds on another day."""
        if day == self.valid_at:
            return
        self.valid_at = day
        for talent_id in list(self._facts):
            self._place(talent_id)

    def shortlist(self, demand_id: str) -> tuple[str, ...]:
        """The best talents of one demand; nobody where it is not open."""
        return tuple(talent_id for _, _, talent_id in self._tops.get(demand_id, ()))

    def ranking(self, talent_id: str) -> Ranking:
        """The best demands of one talent; of equal ones the scarcer post."""
        found = (
            (rank[0], rank[1], -self._demands[demand_id].raised.stars, demand_id)
            for demand_id, ranks in self._ranks.items()
            if (rank := ranks.get(talent_id)) is not None
        )
        best = heapq.nsmallest(TOP, found)
        return tuple((demand_id, -less, STANDINGS[late]) for late, less, _, demand_id in best)

    def best(self, talent_id: str) -> tuple[RankedDemand, ...]:
        """The same with the reasons."""
        profile = self._profiles.get(talent_id)
        if profile is None:
            return ()
        ranked = (self._demands[demand_id] for demand_id, _, _ in self.ranking(talent_id))
        explained = (explain(self._scales, demand, profile) for demand in ranked)
        return tuple(each for each in explained if each is not None)

    def suited(self, demand_id: str, listed: Mapping[str, Ranking]) -> set[str]:
        """The talents on whose list, as it stands now, this demand could have a place."""
        ranks = self._ranks.get(demand_id, {})
        return {t for t, rank in ranks.items() if _could_enter(rank, listed.get(t, ()))}

    def lists_with(self, talent_id: str) -> set[str]:
        """The demands on whose lists this talent stands."""
        return {
            demand_id
            for demand_id, ranks in self._ranks.items()
            if (rank := ranks.get(talent_id)) is not None and rank in self._tops[demand_id]
        }

    def version_of(self, talent_id: str) -> int:
        """Of which facts this talent's matches were made."""
        return self._versions.get(talent_id, 0)

    def everybody(self) -> list[str]:
        """All talents whose facts are known."""
        return sorted(self._profiles)

    def all_demands(self) -> list[str]:
        """All demands that look for people."""
        return sorted(self._demands)

    def _place(self, talent_id: str) -> None:
        profile = self._profiles[talent_id] = profile_of(
            talent_id,
            self._facts[talent_id],
            facts_version=self._versions[talent_id],
            valid_at=self.valid_at,
        )
        for demand_id, demand in self._demands.items():
            self._rank(demand_id, talent_id, self._ranked(demand, profile))

    def _ranked(self, demand: Demand, profile: Profile) -> Rank | None:
        quick = quick_score(self._scales, demand, profile)
        if quick is None:
            return None
        standing, score = quick
        return STANDINGS.index(standing) > 0, -score, profile.talent_id

    def _rank(self, demand_id: str, talent_id: str, rank: Rank | None) -> None:
        """Keep the top list right without looking at everybody again where that can be avoided."""
        ranks, top = self._ranks[demand_id], self._tops[demand_id]
        before = ranks.pop(talent_id, None)
        if rank is not None:
            ranks[talent_id] = rank
        if before is not None and before in top:
            self._tops[demand_id] = heapq.nsmallest(TOP, ranks.values())
        elif rank is not None and (len(top) < TOP or rank < top[-1]):
            insort(top, rank)
            del top[TOP:]


def _could_enter(rank: Rank, listed: Ranking) -> bool:
    if len(listed) < TOP:
        return True
    _, score, standing = listed[-1]
    return rank[:2] <= (STANDINGS.index(standing) > 0, -score)
