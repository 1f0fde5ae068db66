"""The shapes in which `bulk --packages` tells what everybody's best packages come to."""

from pydantic import BaseModel, Field

from services.policy.rules.amount import Kind


class ChosenOut(BaseModel):
    """Of one policy: who has anything of it, and what it pays people beside everything else.

    `not_chosen` were offered something and are better off without; the rest of the eligible are
    offered nothing.
    """

    chosen: int = Field(ge=0)
    not_chosen: int = Field(ge=0)
    least_fen: int = Field(ge=0)
    most_fen: int = Field(ge=0)


class PolicyBudgetOut(BaseModel):
    """`eligible` counts those subject to a manual check as well."""

    policy_id: str
    issuer: str
    eligible: int = Field(ge=0)
    undetermined: int = Field(ge=0)
    package: ChosenOut
    possible_package: ChosenOut


class BodySumOut(BaseModel):
    """What the policies of one body pay."""

    body_id: str
    least_fen: int = Field(ge=0)
    most_fen: int = Field(ge=0)


class PayerSumOut(BaseModel):
    """`not_seen` where no text says who pays."""

    payer: str
    most_fen: int = Field(ge=0)


class YearSumOut(BaseModel):
    """A calendar year's part: instalments one a year, monthly payments by their months."""

    year: int
    most_fen: int = Field(ge=0)


class BesideOut(BaseModel):
    """What stands beside the sum and is in none: rights, things in kind, money for others.

    `for_others_fen` is as the text promises it to each employer, team or other payee, without
    looking at whether several people share one.
    """

    policy_id: str
    benefit_id: str
    kind: Kind
    people: int = Field(ge=0)
    for_others_fen: int = Field(ge=0)


class ReadingOut(BaseModel):
    """The budget of everybody: fen over each benefit's term; `most_fen` is shared out below."""

    least_fen: int = Field(ge=0)
    most_fen: int = Field(ge=0)
    by_body: list[BodySumOut]
    by_payer: list[PayerSumOut]
    by_year: list[YearSumOut]
    beside: list[BesideOut]


class RegistryPackagesOut(BaseModel):
    """`package` by what is known, `possible_package` if all that is missing turns out well.

    Everybody is answered for themselves alone: what a couple shares is counted for each.
    """

    policies: list[PolicyBudgetOut]
    package: ReadingOut
    possible_package: ReadingOut
