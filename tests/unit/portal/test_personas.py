"""Whom one can sign in as: people who are loaded, each at a door where their role counts."""

from itertools import islice

from events.edge.pages.personas import read_personas, registered_id
from events.edge.pages.sign_in import ROLES_OF_DOOR, same_site
from events.sourcing.yaml_files import read_yaml_file
from infra.world.people import people
from infra.world.story import SCRIPT

PERSONAS = read_personas()
LOADED = 30
"""So many people even the smallest world has."""


def names_by_talent() -> dict[str, str]:
    """Everybody whom the sample world and the story register, by the id this gives them."""
    told = read_yaml_file(SCRIPT)["talents"]
    story = {
        registered_id(by="staff-registrar", key=f"story/{one['key']}/register"): one["registration"]
        for one in told
    }
    world = {
        registered_id(by="system:world", key=f"{one.key}/register"): one.registration
        for one in islice(people(), LOADED)
    }
    return {talent_id: body["full_name"] for talent_id, body in (story | world).items()}


def test_every_talent_among_them_is_registered_under_their_own_name() -> None:
    known = names_by_talent()
    talents = [one for one in PERSONAS if "talent" in one.actor.roles]
    assert len(talents) >= 3
    for one in talents:
        assert one.actor.talent_id is not None
        registered = known[one.actor.talent_id].removesuffix("（虚构）").removesuffix(" (invented)")
        assert one.name["zh"].removesuffix("（虚构）") == registered


def test_everybody_says_in_both_languages_that_they_are_invented() -> None:
    assert all("虚构" in one.name["zh"] for one in PERSONAS)
    assert all("(invented)" in one.name["en"] for one in PERSONAS)


def test_everybody_may_pass_the_doors_they_are_offered_at_and_no_other() -> None:
    for one in PERSONAS:
        passed = {door for door, roles in ROLES_OF_DOOR.items() if one.actor.may(*roles)}
        assert one.doors == passed


def test_no_two_people_are_the_same_actor() -> None:
    assert len({one.actor.subject for one in PERSONAS}) == len(PERSONAS)


def test_only_a_path_of_this_site_is_come_back_to() -> None:
    assert same_site("/me/tickets?after=3") == "/me/tickets?after=3"
    for address in (
        None,
        "",
        "me",
        "//a.test",
        "/\\a.test",
        "https://a.test/",
        "/a\nb",
        "\t//a.test",
    ):
        assert same_site(address) == "/"
