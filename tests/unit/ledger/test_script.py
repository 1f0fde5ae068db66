"""The script for third parties stands alone."""

import ast
import sys

from infra.local.places import ROOT

SCRIPT = ROOT / "infra/proof/check_proof.py"


def test_the_script_imports_the_standard_library_and_cryptography_only() -> None:
    roots = set()
    for node in ast.walk(ast.parse(SCRIPT.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            roots |= {name.name.partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            roots.add((node.module or ".").partition(".")[0])
    assert roots - sys.stdlib_module_names == {"cryptography"}
