"""Runs a program as `nobody` where we are root, because PostgreSQL refuses to run as root."""

import os
import pwd
import shutil
import stat
from pathlib import Path

from infra.local.problem import Problem

# A stripped PATH may lack the folders in which every Linux keeps `setpriv`.
SYSTEM_FOLDERS = "/usr/bin:/bin:/usr/sbin:/sbin"

# The last word keeps access(2), with which PostgreSQL looks for its files, from dropping it.
PASS_THROUGH = (
    "--inh-caps=+dac_override",
    "--ambient-caps=+dac_override",
    "--securebits=+no_setuid_fixup",
)


def is_root() -> bool:
    return os.geteuid() == 0


def give_away(path: Path) -> None:
    """Hand a file or folder to the user the program will run as; nothing to do unless root."""
    if is_root():
        nobody = pwd.getpwnam("nobody")
        os.chown(path, nobody.pw_uid, nobody.pw_gid)


def unprivileged(*paths: Path) -> tuple[str, ...]:
    """The words to put before a command that must not run as root and needs these paths."""
    if not is_root():
        return ()
    nobody = pwd.getpwnam("nobody")
    words = (_setpriv(), f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups")
    if any(_is_private(path) for path in paths):
        # A clone below a private folder (mode 700) stays private: the program gets the right to
        # pass through, instead of every folder above being opened to everyone.
        return (*words, *PASS_THROUGH, "--")
    return (*words, "--")


def _is_private(path: Path) -> bool:
    return any(not folder.stat().st_mode & stat.S_IXOTH for folder in path.resolve().parents)


def _setpriv() -> str:
    found = shutil.which("setpriv", path=f"{os.environ.get('PATH', '')}:{SYSTEM_FOLDERS}")
    if found is None:
        raise Problem(
            "PostgreSQL does not run as root, and `setpriv` is not here to start it as nobody",
            remedy="run as an ordinary user, or install the package util-linux",
        )
    return found
