"""Builds a read model again beside the one that serves, and lets it serve once it has caught up."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from functools import partial

from sqlalchemy import and_, delete, func, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from events.sourcing.building import Building, RebuildFailed
from events.sourcing.database import NEXT, open_builder_engine, service_url
from events.sourcing.followed import Followed
from events.sourcing.forks import void_events
from events.sourcing.kernel import Kernel
from events.sourcing.kernel_tables import applied, checkpoint, followed_topic, parked
from events.sourcing.pace import Pace, Report, distance
from events.sourcing.pages import JournalPages, Marks, Source
from events.sourcing.projector import Projection, create_tables, make_tables_anew
from events.sourcing.repair.given_up import given_up_by
from events.sourcing.switch import begin, builder, serving_marks, switch, topics_made_anew
from events.sourcing.topic_pages import TopicPages, topic_ends
from events.sourcing.transient import surely

BUILD_LOCK = 7003
NEAR = 200
"""Events that may be left to apply while the serving model stands still for the switch."""

LAPS = 5
"""How often it tries to come that near to one that goes on all the time; each is shorter."""


async def forget(engine: AsyncEngine, projection: Projection) -> None:
    """Empty the serving tables and set their checkpoint back; a running reader starts again."""
    async with engine.begin() as connection:
        for table in (checkpoint, applied, parked, followed_topic):
            await connection.execute(delete(table).where(table.c.reader == projection.name))
        await make_tables_anew(connection, projection.tables)


async def rebuild(kernel: Kernel, name: str, *, report: Report) -> int:
    """Build anew from the journal or the topics, saying how far it is; the version that serves.

    It comes exactly as far as the model that serves, which goes on meanwhile and tells others what
    moves: nobody hears of an event twice, and of none not at all. Raises `RebuildFailed`.
    """
    projection = kernel.projections[name]
    async with _builder_engine(kernel) as engine, _alone(engine, name):
        await create_tables(kernel.engine, projection.tables)
        version = await begin(engine, projection, clock=kernel.clock)
        building = Building(
            engine,
            projection,
            await _source(kernel, projection),
            reader=builder(name, version),
            given_up=await given_up_by(kernel.engine, kernel.codec, name),
        )
        pace = Pace(name, report)
        anew = await _ends_anew(kernel, engine, projection, version)
        await building.up_to(anew, told=pace.tell)
        await _come_near(engine, projection, building, pace, besides={topic for topic, _ in anew})
        await _hold_it_all(engine, projection, version, topics={topic for topic, _ in anew})
        await _look_at_sizes(engine, projection)
        catch_up = partial(building.up_to, told=pace.tell)
        await surely(
            lambda: switch(
                kernel.engine, projection, version, clock=kernel.clock, catch_up=catch_up
            )
        )
    report(f"{name}: version {version} serves")
    return version


async def _ends_anew(
    kernel: Kernel, engine: AsyncEngine, projection: Projection, version: int
) -> Marks:
    """Where topics end that were made anew: the serving model has no place in them."""
    if not projection.topics:
        return {}
    reader = builder(projection.name, version)
    await Followed(engine, kernel.topics, reader=reader, names=projection.topics).check()
    async with engine.connect() as connection:
        anew = await topics_made_anew(connection, projection.name, reader)
    return await topic_ends(kernel.source, sorted(anew)) if anew else {}


async def _hold_it_all(
    engine: AsyncEngine, projection: Projection, version: int, *, topics: Collection[str]
) -> None:
    """A topic made anew may say more than before, never less; whole states may be gone for good."""
    serving, built = applied.alias(), applied.alias()
    place = [built.c.topic == serving.c.topic, built.c.stream == serving.c.stream]
    query = (
        select(serving.c.topic, serving.c.stream)
        .outerjoin(built, and_(built.c.reader == builder(projection.name, version), *place))
        .where(serving.c.reader == projection.name)
        .where(serving.c.topic.in_(set(topics) - set(projection.newest_wins)))
        .where(func.coalesce(built.c.version, 0) < serving.c.version)
        .limit(1)
    )
    async with engine.connect() as connection:
        less = (await connection.execute(query)).first()
    if less is not None:
        raise RebuildFailed(
            f"{less.topic} was made anew and holds less than was read of it ({less.stream});"
            " publish it again: python -m events.sourcing.restore republish SERVICE"
        )


async def _come_near(
    engine: AsyncEngine,
    projection: Projection,
    building: Building,
    pace: Pace,
    *,
    besides: Collection[str],
) -> None:
    """Build until so little is left that the serving model can wait for it."""
    stands: Marks = {}
    for _ in range(LAPS):
        serving = await serving_marks(engine, projection)
        goal = {mark: at for mark, at in serving.items() if mark[0] not in besides}
        if distance(stands, goal) <= NEAR:
            return
        pace.goal = goal
        await building.up_to(goal, told=pace.tell)
        stands = goal


async def _source(kernel: Kernel, projection: Projection) -> Source:
    return (
        await _topic_pages(kernel, projection) if projection.topics else JournalPages(kernel.desk)
    )


async def _topic_pages(kernel: Kernel, projection: Projection) -> TopicPages:
    void = await void_events(kernel.engine)
    intake = kernel.intake(projection.newest_wins)
    return TopicPages(intake=intake, source=kernel.source, void=void)


@asynccontextmanager
async def _builder_engine(kernel: Kernel) -> AsyncIterator[AsyncEngine]:
    settings = kernel.settings
    url = service_url(settings.database_url, service=settings.service, role="app")
    engine = open_builder_engine(url)
    try:
        yield engine
    finally:
        await engine.dispose()


@asynccontextmanager
async def _alone(engine: AsyncEngine, name: str) -> AsyncIterator[None]:
    """Two builds of one model would write into the same tables."""
    async with engine.connect() as connection:
        lock = func.pg_try_advisory_lock(BUILD_LOCK, func.hashtext(name))
        if not await connection.scalar(select(lock)):
            raise RebuildFailed("another build of it is under way")
        # The lock is the connection's, and no transaction stays open for it.
        await connection.commit()
        yield


async def _look_at_sizes(engine: AsyncEngine, projection: Projection) -> None:
    """Questions are planned by what the tables hold, from the first one on."""
    async with engine.begin() as connection:
        for table in projection.tables.tables.values():
            await connection.execute(text(f'ANALYZE {NEXT}."{table.name}"'))
