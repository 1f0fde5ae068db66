"""A folder with policies for the offline tool, and one that is good."""

from pathlib import Path

GOOD = """\
format: 1
id: XX-ONE
version: 1
issuer: putuo
title: {zh: 一, en: One}
region: putuo
doc_no: not_seen
published: 2025-01-01
in_force: {from: 2025-01-01, to: 2026-12-31}
scope: whole
sources: [{title: A page, quality: official}]
eligibility:
  entry: {fact: income_tax_paid, op: ">=", value: 30 万元, cite: Article 1}
benefits:
  - id: rent
    kind: money
    cost_item: rent
    pay: {amount: 3000 元, per: month, term: open}
    cite: Article 2
"""


def folder(tmp_path: Path, **files: str | bytes) -> Path:
    for name, text in files.items():
        raw = text.encode() if isinstance(text, str) else text
        file = tmp_path / f"{name.replace('__', '/').replace('_', '-')}.yaml"
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(raw)
    return tmp_path
