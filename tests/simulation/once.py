"""Questions whose answer no seed can change: each is answered once for all runs of a process.

Policies are read, tried and judged as they always are; only the same text, and the same facts
under the same view, come to what they came to before.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import Any
from unittest.mock import patch

from httpx._transports import asgi

from services.policy.entitlements.answer import Answer
from services.policy.entitlements.judge import Judge
from services.policy.policies import agreement, publishing, views
from services.policy.policies.agreement import must_agree
from services.policy.policies.views import Consolidated
from services.policy.rules import Policy, Vocabulary, parse_policy

Question = Callable[..., Any]


@contextmanager
def each_question_once() -> Iterator[None]:
    """While this lasts."""
    with ExitStack() as stack:
        for room, name, asked in _questions():
            stack.enter_context(patch.object(room, name, asked))
        yield


@contextmanager
def tried_once() -> Iterator[None]:
    """While this lasts no policy is tried twice: whether all ways to run it agree."""
    with patch.object(agreement, "must_agree", _tried()):
        yield


@cache
def _tried() -> Question:
    return _once(must_agree, _as_tried)


@cache
def _questions() -> list[tuple[Any, str, Question]]:
    read = _once(parse_policy, _as_read)
    return [
        (publishing, "parse_policy", read),
        (views, "parse_policy", read),
        (agreement, "must_agree", _tried()),
        (Judge, "answer", _once(Judge.answer, _as_judged)),
        (Answer, "outcome_digest", _of_the_same(Answer.outcome_digest)),
        (Answer, "receipt", _of_the_same(Answer.receipt)),
        (asgi, "is_running_trio", cache(asgi.is_running_trio)),
    ]


def _once(question: Question, key: Callable[..., Hashable]) -> Question:
    """What is refused is refused anew."""
    answers: dict[Hashable, Any] = {}

    def answered(*given: Any, **named: Any) -> Any:
        asked = key(*given, **named)
        if asked not in answers:
            answers[asked] = question(*given, **named)
        return answers[asked]

    return answered


def _of_the_same(question: Question) -> Question:
    """By what is asked about itself, which is kept so that nothing else takes its place."""
    answers: dict[int, tuple[Any, Any]] = {}

    def answered(about: Any) -> Any:
        if id(about) not in answers:
            answers[id(about)] = (about, question(about))
        return answers[id(about)][1]

    return answered


def _as_read(source: str, *, file: str, vocabulary: Vocabulary) -> Hashable:
    return source, file, vocabulary.digest


def _as_tried(policy: Policy, today: Any, vocabulary: Vocabulary) -> Hashable:
    return policy.digest, today, vocabulary.digest


def _as_judged(
    _: Judge, seen: Consolidated, facts: str, *, facts_version: int, whose: str
) -> Hashable:
    """All runs have one vocabulary; whose facts they are is in no answer."""
    view = seen.view
    at = (view.version, view.valid_at, view.known_at, seen.position, seen.unreadable)
    return at, facts, facts_version
