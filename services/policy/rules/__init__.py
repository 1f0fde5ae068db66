"""The policy rules: what applies to a talent, why, and which lawful combination is worth most."""

from services.policy.rules.errors import FormatError
from services.policy.rules.evaluate import evaluate, evaluate_all
from services.policy.rules.fact_list import read_facts
from services.policy.rules.facts import NOT_APPLICABLE, UNKNOWN, Fact, Source
from services.policy.rules.interactions import Interaction
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
from services.policy.rules.render import render, render_package, render_policy
from services.policy.rules.view import (
    Published,
    Repealed,
    SourceRow,
    Superseded,
    View,
    build_view,
    interactions_of,
)
from services.policy.rules.vocabulary import Vocabulary

__all__ = [
    "CERTAIN",
    "ENGINE",
    "NOT_APPLICABLE",
    "POSSIBLE",
    "PROMISING",
    "UNKNOWN",
    "Fact",
    "FormatError",
    "Interaction",
    "Offer",
    "Outcome",
    "Package",
    "Policy",
    "Published",
    "Reason",
    "Repealed",
    "Source",
    "SourceRow",
    "State",
    "Superseded",
    "View",
    "Vocabulary",
    "best_household",
    "best_package",
    "build_view",
    "default_vocabulary",
    "evaluate",
    "evaluate_all",
    "interactions_of",
    "load_policies",
    "load_vocabulary",
    "parse_policy",
    "read_facts",
    "render",
    "render_package",
    "render_policy",
]
