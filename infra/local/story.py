"""`make story`: a platform of its own, at the story's moment, with the story played on it."""

import os
import shutil
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial

import yaml

from infra.local.places import ROOT, Places
from infra.local.ports import port_base
from infra.local.progress import Progress
from infra.local.run import Scene, run
from infra.local.steps import load_world, play_story

SCRIPT = ROOT / "data/demo/story.yaml"
CROWD = 40
APART = 200


def tell(places: Places) -> None:
    """Play it on fresh data beside a running platform; on a terminal, stay until Ctrl-C."""
    own = Places(local=places.local / "story", downloads=places.local)
    shutil.rmtree(own.local, ignore_errors=True)
    os.environ["CONCORD_PORT_BASE"] = str(port_base() + APART)
    run(own, Scene(told=_moment(), play=partial(_play, own), stays=sys.stdin.isatty()))


def _moment() -> Mapping[str, str]:
    script = yaml.safe_load(SCRIPT.read_text(encoding="utf-8"))
    return {"CLOCK_START": f"{script['clock_start']}@{datetime.now(UTC).isoformat()}"}


def _play(own: Places, environment: Mapping[str, str], progress: Progress) -> None:
    load_world(environment, progress, loaded=own.world, people=CROWD)
    play_story(environment, progress)
