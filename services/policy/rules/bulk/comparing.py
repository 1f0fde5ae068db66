"""How the columns compare: the single case has operators of its own, so that each is a check."""

import operator
from collections.abc import Callable
from typing import Any

from services.policy.rules.tree import Op

COMPARE: dict[Op, Callable[[Any, Any], Any]] = {
    Op.AT_LEAST: operator.ge,
    Op.MORE: operator.gt,
    Op.AT_MOST: operator.le,
    Op.LESS: operator.lt,
    Op.EQUAL: operator.eq,
    Op.OTHER: operator.ne,
}
