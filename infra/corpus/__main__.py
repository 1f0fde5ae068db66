"""`python -m infra.corpus write|check`: the page on the encoded records, written or compared."""

import argparse
import sys

from infra.corpus.page import PAGE, page


def write() -> int:
    PAGE.write_text(page(), encoding="utf-8")
    print(f"{PAGE.name} written")
    return 0


def check() -> int:
    if PAGE.read_text(encoding="utf-8") == page():
        return 0
    print(f"docs/{PAGE.name} differs from data/policies: run `python -m infra.corpus write`")
    return 1


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.corpus", description=__doc__)
    parser.add_argument("command", choices=["write", "check"])
    return write() if parser.parse_args().command == "write" else check()


if __name__ == "__main__":
    sys.exit(main())
