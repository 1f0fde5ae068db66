"""Every small change to a module: mutmut's operators on the whole of it, classes and tables too.

mutmut itself leaves out what is decorated (so every dataclass) and what stands outside functions
(so every table of rules), because it keeps all mutants in one file. Here each is tried by itself.

Not changed, and why:

- Texts with a space in them: wording for people, or SQL. SQL and the types of its parameters are
  held on real servers.
- What is logged: nobody relies on it.
- Annotations, aliases of types, how a dataclass is frozen: mypy holds those.
- `__main__` guards: no test imports a module under that name.
- Members of an enumeration: they are words, and each stands in a sentence that tests read.
- `__slots__`: what has no room there only ever crashes, and would flatter the score.
- `len(None)` and `isinstance(None, ...)`: they only ever crash, and would flatter the score.
"""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path
from typing import Any, cast

import libcst as cst
from libcst import matchers as m
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut.mutation.mutators import mutation_operators

_UNCHANGED_CALLS = m.Call(
    func=m.Name("len")
    | m.Name("isinstance")
    | m.Name("TypeVar")
    | m.Attribute(value=m.Name("_log"))
    | m.Attribute(attr=m.Name("getLogger"))
)
_UNSEEN = (
    m.Annotation()
    | m.Import()
    | m.ImportFrom()
    | m.Call(func=m.Attribute(value=m.Name("_log")))
    | m.Call(func=m.Attribute(attr=m.Name("getLogger")))
    | m.Call(func=m.Name("bindparam") | m.Name("ARRAY") | m.Attribute(attr=m.Name("bindparams")))
    | m.AnnAssign(annotation=m.Annotation(m.Name("TypeAlias")))
    | m.Assign(value=m.Call(func=m.Attribute(attr=m.Name("getLogger"))))
    | m.Assign(value=m.Call(func=m.Name("TypeVar")))
    | m.Assign(targets=[m.AssignTarget(target=m.Name("__slots__"))])
    | m.Decorator(decorator=m.Call(func=m.Name("dataclass")))
    | m.If(test=m.Comparison(left=m.Name("__name__")))
    | m.ClassDef(bases=[m.Arg(m.Name("StrEnum"))])
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One change in one statement of a module; `path` names the function, if it is in one."""

    module: str
    line: int
    lines: range
    """Of the innermost statement that is changed: who runs none of them cannot notice."""
    nth: int
    """Which statement of the module."""
    path: tuple[str, ...]
    code: str
    """The statement as it is changed."""
    diff: str

    @property
    def place(self) -> str:
        return ".".join(self.path)


def mutants_of(root: Path, module: str) -> list[Mutant]:
    """All of one module, in the order of its lines; no two are the same change."""
    source = (root / module).read_text(encoding="utf-8")
    wrapper = MetadataWrapper(cst.parse_module(source))
    found = _Finder(module)
    wrapper.visit(found)
    return sorted(found.mutants.values(), key=lambda one: one.line)


def unchanged(root: Path, module: str) -> list[Mutant]:
    """Every statement that can be changed, as it is: who runs these must notice nothing."""
    body = cst.parse_module((root / module).read_text(encoding="utf-8")).body
    return [
        Mutant(
            module=module,
            line=0,
            lines=range(0),
            nth=nth,
            path=(one.name.value,) if isinstance(one, cst.FunctionDef | cst.ClassDef) else (),
            code=_code(one),
            diff="",
        )
        for nth, statement in enumerate(body)
        for one in (
            statement.body if isinstance(statement, cst.SimpleStatementLine) else [statement]
        )
        if isinstance(one, cst.FunctionDef | cst.ClassDef | cst.Assign | cst.AnnAssign)
        and not m.matches(one, _UNSEEN)
    ]


def _single(statement: cst.CSTNode) -> Sequence[cst.CSTNode]:
    return statement.body if isinstance(statement, cst.SimpleStatementLine) else [statement]


class _Finder(cst.CSTVisitor):
    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, module: str) -> None:
        super().__init__()
        self.mutants: dict[str, Mutant] = {}
        self._module = module
        self._nth = -1
        self._statement: cst.CSTNode = cst.Pass()
        self._path: list[str] = []
        self._lines: list[range] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.Module):
            for nth, statement in enumerate(node.body):
                self._nth, self._statement = nth, statement
                statement.visit(self)
            return False
        if isinstance(node, cst.FunctionDef | cst.ClassDef):
            self._path.append(node.name.value)
        if isinstance(node, cst.BaseStatement):
            self._lines.append(self._lines_of(node))
        if m.matches(node, _UNSEEN):
            return False
        if not m.matches(node, _UNCHANGED_CALLS):
            for changed in _changes(node):
                self._note(node, changed)
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        if isinstance(original_node, cst.FunctionDef | cst.ClassDef):
            self._path.pop()
        if isinstance(original_node, cst.BaseStatement):
            self._lines.pop()

    def _lines_of(self, node: cst.CSTNode) -> range:
        position: Any = self.get_metadata(PositionProvider, node)
        return range(position.start.line, position.end.line + 1)

    def _note(self, node: cst.CSTNode, changed: cst.CSTNode) -> None:
        before = _code(self._statement)
        after = _code(cast("Any", self._statement).deep_replace(node, changed))
        if not _differs(before, after):
            return
        self.mutants.setdefault(
            f"{self._nth} {after}",
            Mutant(
                module=self._module,
                line=self._lines_of(node).start,
                lines=self._lines[-1],
                nth=self._nth,
                path=tuple(self._path),
                code=after,
                diff=_diff(before, after),
            ),
        )


def _changes(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    for kind, operator in mutation_operators:
        if not isinstance(node, kind):
            continue
        made = list(operator(node))
        if isinstance(node, cst.BaseString):
            # One change of a word says as much as three.
            made = [] if " " in _text(node) else made[:1]
        yield from made


def _text(node: cst.BaseString) -> str:
    value = node.evaluated_value if isinstance(node, cst.SimpleString) else None
    return value if isinstance(value, str) else ""


def _code(statement: cst.CSTNode) -> str:
    return cst.Module([cast("Any", statement)]).code


def _differs(before: str, after: str) -> bool:
    """Whether it is another statement, and one that Python takes."""
    try:
        return ast.dump(ast.parse(before)) != ast.dump(ast.parse(after))
    except SyntaxError:
        return False


def _diff(before: str, after: str) -> str:
    lines = unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return "\n".join(line for line in lines if not line.startswith(("---", "+++", "@@")))
