"""The policy rules: what applies to a talent, why, and which lawful combination is worth most."""

from services.policy.rules.circles import circles_between
from services.policy.rules.errors import FormatError
from services.policy.rules.evaluate import evaluate, evaluate_all
from services.policy.rules.fact_list import read_facts
from services.policy.rules.facts import NOT_APPLICABLE, UNKNOWN, Fact, Source
from services.policy.rules.interactions import Interaction
from services.policy.rules.knowing import FactWorth, fact_worths
from services.policy.rules.load import (
    default_vocabulary,
    load_policies,
    load_vocabulary,
    parse_policy,
)
from services.policy.rules.outcome import ENGINE, Offer, Outcome, Reason, State
from services.policy.rules.package import (
    CERTAIN,
    POSSIBLE,
    PROMISING,
    Package,
    best_household,
    best_package,
)
from services.policy.rules.policy import Policy
from services.policy.rules.render import render, render_change, render_package, render_policy
from services.policy.rules.result import Placed, Result, results
from services.policy.rules.rows import (
    Amended,
    Published,
    QuotaFilled,
    Repealed,
    Ruled,
    RulingWithdrawn,
    SourceRow,
    Superseded,
)
from services.policy.rules.view import View, build_view, interactions_of, rulings_of
from services.policy.rules.vocabulary import Vocabulary

__all__ = [
    "CERTAIN",
    "ENGINE",
    "NOT_APPLICABLE",
    "POSSIBLE",
    "PROMISING",
    "UNKNOWN",
    "Amended",
    "Fact",
    "FactWorth",
    "FormatError",
    "Interaction",
    "Offer",
    "Outcome",
    "Package",
    "Placed",
    "Policy",
    "Published",
    "QuotaFilled",
    "Reason",
    "Repealed",
    "Result",
    "Ruled",
    "RulingWithdrawn",
    "Source",
    "SourceRow",
    "State",
    "Superseded",
    "View",
    "Vocabulary",
    "best_household",
    "best_package",
    "build_view",
    "circles_between",
    "default_vocabulary",
    "evaluate",
    "evaluate_all",
    "fact_worths",
    "interactions_of",
    "load_policies",
    "load_vocabulary",
    "parse_policy",
    "read_facts",
    "render",
    "render_change",
    "render_package",
    "render_policy",
    "results",
    "rulings_of",
]
