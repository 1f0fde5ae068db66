"""What may happen to a policy."""

from dataclasses import replace
from datetime import date

from events.catalog.policy import PolicyPublished, PolicyRepealed, PolicySuperseded
from events.sourcing.testing import given
from services.policy.policies.commands import (
    PublishPolicy,
    RelyOnPolicy,
    RepealPolicy,
    SupersedePolicy,
)
from services.policy.policies.domain import policy
from tests.support.policy import NOON

JUNE = date(2026, 6, 1)

PUBLISH = PublishPolicy(
    policy_id="DEMO-1",
    edition=1,
    issuer_id="demo-city",
    document="…",
    digest="d-1",
    acting_for="demo-city",
    published_by="c-1",
    at=NOON,
)
SUPERSEDE = SupersedePolicy(
    policy_id="DEMO-1",
    superseded_by="DEMO-2",
    effective_on=JUNE,
    acting_for="demo-city",
    recorded_by="c-1",
    at=NOON,
)
REPEAL = RepealPolicy(
    policy_id="DEMO-1",
    effective_on=JUNE,
    reason="no longer needed",
    acting_for="demo-city",
    recorded_by="c-1",
    at=NOON,
)
PUBLISHED = PolicyPublished(
    policy_id="DEMO-1",
    edition=1,
    issuer_id="demo-city",
    document="…",
    digest="d-1",
    published_by="c-1",
    published_at=NOON,
)
SUPERSEDED = PolicySuperseded(
    policy_id="DEMO-1",
    issuer_id="demo-city",
    superseded_by="DEMO-2",
    effective_on=JUNE,
    superseded_at=NOON,
    recorded_by="c-1",
)
REPEALED = PolicyRepealed(
    policy_id="DEMO-1",
    issuer_id="demo-city",
    effective_on=JUNE,
    reason="no longer needed",
    repealed_at=NOON,
    recorded_by="c-1",
)
SECOND = replace(PUBLISH, edition=2, digest="d-2")


def test_a_body_publishes_its_policy() -> None:
    given(policy).when(PUBLISH).then(PUBLISHED)


def test_the_same_document_again_is_nothing() -> None:
    given(policy, PUBLISHED).when(PUBLISH).then_nothing()
    given(policy, PUBLISHED, REPEALED).when(PUBLISH).then_nothing()


def test_another_document_needs_a_higher_edition() -> None:
    given(policy, PUBLISHED).when(SECOND).then(replace(PUBLISHED, edition=2, digest="d-2"))
    given(policy, PUBLISHED).when(replace(SECOND, edition=1)).then_refused("edition-not-newer")


def test_another_body_can_do_nothing_to_a_policy() -> None:
    for command in (PUBLISH, SUPERSEDE, REPEAL):
        theirs = replace(command, acting_for="demo-district")
        given(policy, PUBLISHED).when(theirs).then_refused("policy-of-another-body")


def test_a_policy_stays_with_the_body_that_published_it_first() -> None:
    theirs = replace(SECOND, issuer_id="demo-district", acting_for="demo-district")
    given(policy, PUBLISHED).when(theirs).then_refused("policy-of-another-body")


def test_the_platform_itself_may_load_the_policies_of_every_body() -> None:
    given(policy).when(replace(PUBLISH, acting_for=None)).then(PUBLISHED)


def test_a_member_of_no_body_publishes_for_none() -> None:
    given(policy).when(replace(PUBLISH, acting_for="")).then_refused("policy-of-another-body")


def test_a_policy_is_superseded_once() -> None:
    given(policy, PUBLISHED).when(SUPERSEDE).then(SUPERSEDED)
    given(policy, PUBLISHED, SUPERSEDED).when(SUPERSEDE).then_nothing()
    other = replace(SUPERSEDE, superseded_by="DEMO-3")
    given(policy, PUBLISHED, SUPERSEDED).when(other).then_refused("policy-has-ended")


def test_a_policy_does_not_replace_itself() -> None:
    given(policy, PUBLISHED).when(replace(SUPERSEDE, superseded_by="DEMO-1")).then_refused(
        "policy-replaces-itself"
    )


def test_a_policy_is_repealed_once() -> None:
    given(policy, PUBLISHED).when(REPEAL).then(REPEALED)
    given(policy, PUBLISHED, REPEALED).when(REPEAL).then_nothing()
    given(policy, PUBLISHED, REPEALED).when(
        replace(REPEAL, effective_on=date(2026, 7, 1))
    ).then_refused("policy-has-ended")


def test_a_policy_that_is_to_be_replaced_may_be_repealed() -> None:
    given(policy, PUBLISHED, SUPERSEDED).when(REPEAL).then(REPEALED)


def test_a_policy_that_has_ended_gets_no_new_edition_and_no_replacement() -> None:
    for ended in (SUPERSEDED, REPEALED):
        given(policy, PUBLISHED, ended).when(SECOND).then_refused("policy-has-ended")
    given(policy, PUBLISHED, REPEALED).when(SUPERSEDE).then_refused("policy-has-ended")


def test_what_was_never_published_cannot_be_ended_or_relied_on() -> None:
    for command in (SUPERSEDE, REPEAL, RelyOnPolicy(policy_id="DEMO-1")):
        given(policy).when(command).then_refused("policy-not-found")
    given(policy, PUBLISHED).when(RelyOnPolicy(policy_id="DEMO-1")).then_nothing()
