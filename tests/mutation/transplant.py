"""Puts a mutant in the place of what is imported already, so that nothing is imported again."""

import ast
import inspect
import sys
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from tests.mutation.mutants import Mutant


def put(root: Path, mutant: Mutant) -> None:
    """This process runs the mutant from now on. Raises whatever importing it would raise."""
    module = import_module(_dotted(mutant.module))
    if mutant.path:
        _replace_functions(module, _in_its_lines(root, mutant), mutant.path)
        changed = {mutant.path[0]}
    else:
        changed = _run_again(module, ast.parse(mutant.code).body[0])
    for statement in _statements(root, mutant):
        if _names_in(statement) & changed:
            changed |= _run_again(module, statement)


def feeds_a_table(root: Path, mutant: Mutant) -> bool:
    """Whether a statement of the module has used the function while it was imported."""
    return any(mutant.path[0] in _names_in(one) for one in _statements(root, mutant))


def _dotted(path: str) -> str:
    return path.removesuffix(".py").replace("/", ".")


def _statements(root: Path, mutant: Mutant) -> Iterator[ast.stmt]:
    """The values that the module computes behind the mutant."""
    for statement in _tree(root, mutant.module).body[mutant.nth + 1 :]:
        if isinstance(statement, ast.Assign | ast.AnnAssign):
            yield statement


@cache
def _tree(root: Path, module: str) -> ast.Module:
    return ast.parse((root / module).read_text(encoding="utf-8"))


def _in_its_lines(root: Path, mutant: Mutant) -> ast.Module:
    """The changed statement, which counts its lines as the file does."""
    tree = ast.parse(mutant.code)
    instead = _tree(root, mutant.module).body[mutant.nth]
    ast.increment_lineno(tree, instead.lineno - tree.body[0].lineno)
    return tree


def _names_in(statement: ast.stmt) -> set[str]:
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}


def _run_again(module: ModuleType, statement: ast.stmt) -> set[str]:
    """Compute a value of the module anew, for everybody who has imported it."""
    before = dict(vars(module))
    code = compile(ast.Module([statement], []), str(module.__file__), "exec")
    exec(code, vars(module))  # noqa: S102 - it is this repository's own code
    changed = {name for name, value in vars(module).items() if before.get(name) is not value}
    for name in changed - {"__builtins__"}:
        for other in list(sys.modules.values()):
            if vars(other).get(name, _UNSAID) is before.get(name):
                setattr(other, name, vars(module)[name])
    return changed


_UNSAID = object()


def _replace_functions(module: ModuleType, tree: ast.Module, path: tuple[str, ...]) -> None:
    """Whoever holds the function holds the mutant then: it is the same object with other code."""
    scratch = dict(vars(module))
    exec(compile(tree, str(module.__file__), "exec"), scratch)  # noqa: S102 - our own code
    name = path[0]
    for old, new in _functions(vars(module)[name], scratch[name], path[1:2]):
        old.__code__ = new.__code__
        old.__defaults__, old.__kwdefaults__ = new.__defaults__, new.__kwdefaults__
        cells = zip(old.__closure__ or (), new.__closure__ or (), strict=True)
        for held, (cell, other) in zip(old.__code__.co_freevars, cells, strict=True):
            if held != "__class__":
                cell.cell_contents = other.cell_contents


def _functions(
    old: Any, new: Any, method: tuple[str, ...]
) -> Iterator[tuple[FunctionType, FunctionType]]:
    """The function itself, the method, or everything of a class whose fields were changed."""
    if not inspect.isclass(old):
        yield _bare(old), _bare(new)
        return
    for name in method or [key for key, value in vars(new).items() if callable(value)]:
        if name in vars(old) and isinstance(_bare(vars(old)[name]), FunctionType):
            yield _bare(vars(old)[name]), _bare(vars(new)[name])


def _bare(function: Any) -> Any:
    """Without what is wrapped around it."""
    function = getattr(function, "fget", None) or getattr(function, "__func__", function)
    unwrap: Callable[[Any], Any] = inspect.unwrap
    return unwrap(function)
