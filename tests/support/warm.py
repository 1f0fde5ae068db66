"""Runs a module of a tree like `python -m`, in a process that has the libraries in memory already.

What is ours is read from the tree as it then stands: nothing of it is in memory before.
"""

import os
import runpy
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from multiprocessing import get_context
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import TemporaryDirectory

from infra.local.places import ROOT

OURS = frozenset({"events", "services", "infra", "contracts", "tests"})
# Pytest's plugins are missing: Pytest wants to be the first that loads them.
LIBRARIES = (
    "aiokafka",
    "asyncpg",
    "babel",
    "cryptography.hazmat.primitives.asymmetric.ed25519",
    "fastapi",
    "httpcore",
    "httpx",
    "importlinter.cli",
    "itsdangerous",
    "jinja2",
    "jsonschema",
    "msgspec",
    "numpy",
    "opentelemetry.exporter.otlp.proto.http.trace_exporter",
    "opentelemetry.sdk.trace",
    "prometheus_client",
    "psutil",
    "pytest",
    "requests",
    "sqlalchemy.dialects.postgresql.asyncpg",
    "sqlalchemy.ext.asyncio",
    "sse_starlette",
    "tlog_scales.tiles",
    "uvicorn",
    "yaml",
    "z3",
)


def run_warm(
    tree: Path, module: Sequence[str], environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Until it has ended, with what it said."""
    with TemporaryDirectory() as folder:
        said = Path(folder) / "out", Path(folder) / "err"
        process = begun_warm(tree, module, environment, *said)
        process.join()
        out, err = (file.read_text(encoding="utf-8") for file in said)
    return subprocess.CompletedProcess(module, process.exitcode or 0, out, err)


def begun_warm(
    tree: Path, module: Sequence[str], environment: Mapping[str, str], out: Path, err: Path
) -> BaseProcess:
    """While it runs, what it says goes into these two files."""
    given = (tree, tuple(module), dict(environment), out, err)
    process = _forks().Process(target=_become, args=given)
    process.start()
    return process


@cache
def _forks() -> ForkServerContext:
    context = get_context("forkserver")
    context.set_forkserver_preload(list(LIBRARIES))
    return context


def _become(
    tree: Path, module: Sequence[str], environment: Mapping[str, str], out: Path, err: Path
) -> None:
    for number, file in enumerate((out, err), 1):
        with file.open("ab") as opened:
            os.dup2(opened.fileno(), number)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(tree)
    for name in [name for name in sys.modules if name.partition(".")[0] in OURS]:
        del sys.modules[name]
    sys.path[:] = [str(tree), *(one for one in sys.path if one not in {"", str(ROOT)})]
    sys.argv[:] = module
    runpy.run_module(module[0], run_name="__main__", alter_sys=True)
