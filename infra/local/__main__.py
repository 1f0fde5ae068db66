"""The command line of the local platform: `python -m infra.local COMMAND`."""

import argparse
import sys
from pathlib import Path

from infra.local.control import STEERING, show_status
from infra.local.keep import PROGRAMS, keep
from infra.local.places import Places, places_here
from infra.local.problem import Problem
from infra.local.progress import Progress
from infra.local.run import run, sample_world
from infra.local.steps import build_assets
from infra.local.story import tell, the_storys_own
from infra.local.told import run_module


def main() -> int:
    arguments = _parser().parse_args()
    try:
        about_the_story = arguments.story or arguments.command == "story"
        _do(arguments, the_storys_own(places_here()) if about_the_story else places_here())
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


def _do(arguments: argparse.Namespace, places: Places) -> None:
    match arguments.command:
        case "run":
            run(places, sample_world(places))
        case "story":
            tell(places, stays=arguments.keep or sys.stdin.isatty())
        case "assets":
            build_assets(Progress())
        case "status":
            show_status(places)
        case "with":
            run_module(places, arguments.module, arguments.rest)
        case "keep":
            keep(arguments.kind, arguments.folder, arguments.owner)
        case steering:
            STEERING[steering](places, arguments.name)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.local", description=__doc__)
    parser.add_argument("--story", action="store_true", help="speak of the story's platform")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="start everything and stay until Ctrl-C")
    played = commands.add_parser("story", help="play one arrival on a platform of its own")
    played.add_argument("--keep", action="store_true", help="stay until stopped, terminal or not")
    commands.add_parser("assets", help="build what the pages load")
    commands.add_parser("status", help="the state of every program")
    told = commands.add_parser("with", help="run a module told what the services are told")
    told.add_argument("module")
    told.add_argument("rest", nargs=argparse.REMAINDER)
    for name in STEERING:
        commands.add_parser(name, help=f"{name} one program").add_argument("name")
    kept = commands.add_parser("keep", help="run one program while another process lives")
    kept.add_argument("kind", choices=sorted(PROGRAMS))
    kept.add_argument("folder", type=Path)
    kept.add_argument("owner", type=int)
    return parser


if __name__ == "__main__":
    sys.exit(main())
