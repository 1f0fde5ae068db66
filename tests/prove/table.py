"""What came of it all, as tables to read."""

from collections.abc import Iterable, Sequence

from tests.prove.churn import Churn
from tests.prove.order import Order
from tests.prove.series import Series
from tests.prove.verdict import FAULTS

Row = Sequence[object]


def table(head: Row, rows: Iterable[Row]) -> str:
    """Columns as wide as what stands in them."""
    lines = [[str(cell) for cell in row] for row in [head, *rows]]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if n == 0 else cell.rjust(width)
            for n, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def table_of_series(series: Sequence[Series]) -> str:
    """A line for each point; the controls are those that must show a fault."""
    head = ["point", "runs", "acked", "stored", "projected", "elsewhere", *FAULTS, "seconds", ""]
    return table(head, [_row(one) for one in series])


def _row(one: Series) -> Row:
    verdict = one.verdict
    counts = [verdict.acknowledged, verdict.stored, verdict.projected, verdict.elsewhere]
    faults = [getattr(verdict, name) for name in FAULTS]
    found = "found out" if one.control else "holds"
    name = f"control {one.control}" if one.control else one.name
    said = one.trouble or (found if one.holds else "FAILS")
    return [name, one.runs, *counts, *faults, f"{one.seconds:.0f}", said]


def table_of_order(order: Order, control: Order) -> str:
    """A line for each reader, with the lock and without."""
    head = ["reader", "recorded", "seen", "lost", "doubled", "reordered"]
    rows = [
        [f"{prefix}{one.reader}", one.recorded, one.seen, one.lost, one.doubled, one.reordered]
        for prefix, run in (("", order), ("without the lock: ", control))
        for one in run.readings
    ]
    beside = (
        f"rolled back {order.undone}, connections cut {order.cut}, astray {order.astray},"
        f" sent again {order.again}"
    )
    return f"{table(head, rows)}\n{beside}"


def table_of_churn(churn: Churn) -> str:
    """Ours and the control, through the same churn."""
    head = ["group", "events", "applied", "lost", "doubled", "reordered", "moves"]
    ours = [churn.applied, churn.lost, churn.doubled, churn.reordered, churn.moves]
    theirs = [churn.outputs, churn.outputs_lost, churn.outputs_doubled, "-", churn.moves]
    return table(
        head,
        [
            ["offsets beside the read model", churn.events, *ours],
            ["control: aiokafka's transactions", churn.events, *theirs],
        ],
    )
