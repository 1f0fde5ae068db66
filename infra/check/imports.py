"""A contract for import-linter: these modules may import what is listed, and nothing else.

import-linter's own contracts forbid what is named; a room with a clear door names what may enter.
"""

import sys
from collections.abc import Iterable, Iterator
from typing import Any, cast

from grimp import ImportGraph
from importlinter.application import output
from importlinter.domain import fields
from importlinter.domain.contract import Contract, ContractCheck
from importlinter.domain.helpers import module_expressions_to_modules

# Stands for the service that the importing module belongs to.
OWN = "own"


class Allowed(Contract):
    """`banned_modules` names parts of the standard library that stay outside.

    With `reached_may_import`, every module of ours that can be reached from a source module is
    looked at as well: it may import the standard library and these, so that a rule cannot come to
    the web or the database by way of a neighbour. What is banned for a source module is banned for
    every module of its own package that it reaches: no helper may look at the clock for it.
    """

    type_name = "allowed"

    source_modules = fields.SetField(subfield=fields.ModuleExpressionField())
    allowed_modules = fields.SetField(subfield=fields.StringField())
    banned_modules = fields.SetField(subfield=fields.StringField(), required=False)
    reached_may_import = fields.SetField(subfield=fields.StringField(), required=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002, FBT001 - import-linter calls it so
        sources = sorted(
            module.name
            for module in module_expressions_to_modules(graph, cast("Any", self.source_modules))
        )
        broken = sorted({*self._direct(graph, sources), *self._reached(graph, sources)})
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for sentence in check.metadata["broken"]:
            output.print_error(f"- {sentence}")

    def _direct(self, graph: ImportGraph, sources: Iterable[str]) -> Iterator[str]:
        banned = _texts(self.banned_modules)
        for source in sources:
            doors = _doors(source, _texts(self.allowed_modules))
            for imported in graph.find_modules_directly_imported_by(source):
                if imported in banned or not _may_enter(imported, doors):
                    yield _sentence(graph, source, imported)

    def _reached(self, graph: ImportGraph, sources: Iterable[str]) -> Iterator[str]:
        if not _texts(self.reached_may_import):
            return
        doors = {*_texts(self.reached_may_import), *(_root(name) for name in _ours(graph))}
        for source in sources:
            for module in graph.find_upstream_modules(source) & _ours(graph):
                banned = self._banned_at(module, source)
                for imported in graph.find_modules_directly_imported_by(module):
                    if imported in banned or not _may_enter(imported, doors):
                        yield f"{_sentence(graph, module, imported)}, reached from {source}"

    def _banned_at(self, module: str, source: str) -> set[str]:
        neighbour = _own_package(module) == _own_package(source)
        return _texts(self.banned_modules) if neighbour else set()


def _texts(field: Any) -> set[str]:
    return set(field or ())


def _ours(graph: ImportGraph) -> set[str]:
    return {name for name in graph.modules if not graph.is_module_squashed(name)}


def _root(module: str) -> str:
    return module.partition(".")[0]


def _own_package(module: str) -> str:
    return ".".join(module.split(".")[:2])


def _doors(source: str, allowed: set[str]) -> set[str]:
    return {_own_package(source) if door == OWN else door for door in allowed}


def _may_enter(imported: str, doors: set[str]) -> bool:
    if _root(imported) in sys.stdlib_module_names:
        return True
    return any(imported == door or imported.startswith(f"{door}.") for door in doors)


def _sentence(graph: ImportGraph, importer: str, imported: str) -> str:
    details = graph.get_import_details(importer=importer, imported=imported)
    line = details[0]["line_number"] if details else 0
    return f"{importer} must not import {imported} (line {line})"
