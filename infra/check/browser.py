"""Says what to do where the browser that `make e2e` drives is missing."""

import shutil
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome")

REMEDY = """\
Problem: no Chromium on the PATH; `make e2e` drives a real browser
Remedy:  on Debian or Ubuntu: apt-get update && apt-get install --no-install-recommends chromium"""


def find_browser() -> str | None:
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def main() -> int:
    if find_browser() is None:
        print(REMEDY, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
