"""The budget check sees what is too large."""

from pathlib import Path

from infra.check.budgets import over_budget


def module(root: Path, text: str) -> Path:
    file = root / "events" / "some.py"
    file.parent.mkdir()
    file.write_text(text, encoding="utf-8")
    return root


def test_a_small_module_is_within_every_budget(tmp_path: Path) -> None:
    assert over_budget(module(tmp_path, "def small(one: int) -> int:\n    return one\n")) == []


def test_a_long_function_is_looked_at_and_a_very_long_one_fails(tmp_path: Path) -> None:
    long, too_long = "    pass\n" * 30, "    pass\n" * 61
    root = module(tmp_path, f"def long():\n{long}\n\ndef too_long():\n{too_long}")
    assert [measure.fails for measure in over_budget(root)] == [True, False]


def test_ten_parameters_fail(tmp_path: Path) -> None:
    names = ", ".join(f"p{nth}" for nth in range(10))
    (measure,) = over_budget(module(tmp_path, f"def wide({names}):\n    pass\n"))
    assert measure.fails


def test_a_module_over_four_hundred_lines_fails(tmp_path: Path) -> None:
    (measure,) = over_budget(module(tmp_path, "a = 1\n" * 401))
    assert measure.fails
