"""`make story`: a platform of its own, at the story's moment, with the story played on it."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial

from events.sourcing.yaml_files import read_yaml_file
from infra.local.places import ROOT, Places
from infra.local.ports import port_base
from infra.local.progress import Progress
from infra.local.run import Scene, run
from infra.local.steps import load_world, play_story

SCRIPT = ROOT / "data/demo/story.yaml"
CROWD = 40
APART = 200


def the_storys_own(places: Places) -> Places:
    """The story's folder; from here on this process speaks of the story's ports as well."""
    os.environ["CONCORD_PORT_BASE"] = str(port_base() + APART)
    return Places(local=places.local / "story", downloads=places.local)


def tell(own: Places, *, stays: bool) -> None:
    """Play it on fresh data, beside whatever else is running."""
    run(own, Scene(told=_moment(), play=partial(_play, own), stays=stays, afresh=True))


def _moment() -> Mapping[str, str]:
    script = read_yaml_file(SCRIPT)
    return {"CLOCK_START": f"{script['clock_start']}@{datetime.now(UTC).isoformat()}"}


def _play(own: Places, environment: Mapping[str, str], progress: Progress) -> None:
    load_world(environment, progress, loaded=own.loaded, people=CROWD)
    play_story(environment, progress)
