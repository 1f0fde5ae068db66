"""Who asks: a signed token names actor, roles and body; OpenID Connect fits behind it."""

from dataclasses import dataclass
from typing import Annotated, Protocol

from fastapi import Depends, HTTPException, Request
from itsdangerous import BadSignature, URLSafeTimedSerializer

TOKEN_SECONDS = 12 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Someone who may ask: `talent_id` for a talent, `body_id` for a member of an issuing body."""

    subject: str
    roles: frozenset[str]
    body_id: str | None = None
    talent_id: str | None = None

    def may(self, *roles: str) -> bool:
        """Whether the actor has one of these roles."""
        return not self.roles.isdisjoint(roles)


class Authenticator(Protocol):
    """Turns a bearer token into an actor."""

    def actor_of(self, token: str) -> Actor | None:
        """The actor, or none where the token does not hold."""


class SignedTokens:
    """Tokens that the platform's own sign-in page issues, signed and valid for twelve hours."""

    def __init__(self, secret: bytes) -> None:
        self._serializer = URLSafeTimedSerializer(secret, salt="concord-actor")

    def issue(self, actor: Actor) -> str:
        """A token for this actor."""
        return str(
            self._serializer.dumps(
                {
                    "sub": actor.subject,
                    "roles": sorted(actor.roles),
                    "body": actor.body_id,
                    "talent": actor.talent_id,
                }
            )
        )

    def actor_of(self, token: str) -> Actor | None:
        """The actor, or none where the token is not ours or too old."""
        try:
            claims = self._serializer.loads(token, max_age=TOKEN_SECONDS)
        except BadSignature:
            return None
        return Actor(
            subject=claims["sub"],
            roles=frozenset(claims["roles"]),
            body_id=claims["body"],
            talent_id=claims["talent"],
        )


async def current_actor(request: Request) -> Actor:
    """The actor of this request; 401 without a token that holds."""
    authenticator: Authenticator = request.app.state.authenticator
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    actor = authenticator.actor_of(token) if scheme.lower() == "bearer" else None
    if actor is None:
        raise HTTPException(401, "sign in first", headers={"WWW-Authenticate": "Bearer"})
    return actor


CurrentActor = Annotated[Actor, Depends(current_actor)]


def require(actor: Actor, *roles: str) -> None:
    """403 unless the actor has one of these roles."""
    if not actor.may(*roles):
        raise HTTPException(403, f"this needs one of the roles {', '.join(sorted(roles))}")
