"""One service's journal with its relay, readers, processes and timers; made once, in `app.py`."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from events.catalog.names import all_names
from events.sourcing.applier import Applier, Take
from events.sourcing.arrivals import Arrivals
from events.sourcing.codec import Codec, Upcaster
from events.sourcing.datarefs import Fetch, nobody_to_ask
from events.sourcing.decider import Decider
from events.sourcing.desk import Desk
from events.sourcing.duty import Duty
from events.sourcing.handle import Part, handle, recorded_before
from events.sourcing.intake import Intake
from events.sourcing.journal_reader import JournalReader, run_together
from events.sourcing.keyring import PostgresKeyring, read_kek
from events.sourcing.ledger.vouching import Vouching
from events.sourcing.process import Dispatch, Process, Reactor
from events.sourcing.projector import Projection, create_tables
from events.sourcing.reader import BATCH, REST_SECONDS, Reader
from events.sourcing.relay import Relay
from events.sourcing.repair.publish import PUBLISHED as REPAIRS
from events.sourcing.settings import Settings
from events.sourcing.store import PostgresJournal
from events.sourcing.tail import Tail
from events.sourcing.timers import Timers
from events.sourcing.topic_reader import TopicReader
from events.sourcing.types import Context, Published, Receipt, Recorded, WholeState
from events.sourcing.unsent import unsent
from events.sourcing.vitals import Vitals, readers_vitals, told
from events.sourcing.wake import Wake, watch_tail

COMMANDS_AT_ONCE = 50
"""Events a process takes in one commit: what it sends is sent again if it dies before."""


class Kernel:
    """Everything a service runs beside its HTTP door."""

    def __init__(
        self,
        settings: Settings,
        *,
        published: Mapping[type, Published] | None = None,
        states: Mapping[type, WholeState] | None = None,
        upcasters: Mapping[str, Upcaster] | None = None,
    ) -> None:
        self.settings = settings
        self.service = settings.service
        self.clock = settings.clock
        self.ground = settings.ground()
        self.engine = self.ground.engine
        self.reading = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        """The same connections for questions: no transaction around a single statement."""
        self.codec = Codec(all_names(), upcasters)
        self.journal = PostgresJournal(self.ground.journal_engine, settings.clock)
        self.keyring = PostgresKeyring(
            self.engine,
            single=self.ground.journal_engine,
            kek=read_kek(settings.kek_file),
            clock=settings.clock,
        )
        self.desk = Desk(
            service=settings.service, journal=self.journal, codec=self.codec, keyring=self.keyring
        )
        self.published, self.states = {**REPAIRS, **(published or {})}, states or {}
        self.fetcher: Fetch = nobody_to_ask
        """How a payload too large for the bus is fetched; whoever serves the kernel says so."""
        self.source = self.ground.source
        self.topics = self.source.topics
        self.sender = self.ground.sender
        self.tail = Tail(self.desk, known=lambda: self.journal.known)
        self.arrivals = Arrivals()
        self.account = self.ground.keep_account(
            self.engine, self.desk, self.sender, states=self.states, clock=self.clock
        )
        self._bells: list[Wake] = []
        self.relay = Relay(
            self.ground.journal_engine,
            self.tail,
            self.sender,
            published=self.published,
            states=self.states,
            wake=self._wake(),
            check=self.account.settle,
        )
        self.readers: dict[str, Reader] = {}
        self._together: list[JournalReader] = []
        self._bell = self._wake()
        self.projections: dict[str, Projection] = {}
        self.timers: Timers | None = None
        self.duties: dict[str, Duty] = {}
        self._chores: list[Callable[[], Coroutine[Any, Any, None]]] = []
        self._loops: list[asyncio.Task[None]] = []
        self.vouching = Vouching(settings, self.engine)
        if self.vouching.heads is not None:
            self.attend(self.vouching.heads.run)
        self._first_look: asyncio.Task[None] | None = None

    async def handle(
        self, decider: Decider[Any, Any, Any], stream: str, command: object, context: Context
    ) -> Receipt:
        """Decide one command on one stream and record what happens (see `handle`)."""
        return await handle(
            self.desk, context, Part(decider=decider, stream=stream, command=command)
        )

    async def handle_together(self, context: Context, *parts: Part) -> Receipt:
        """Decide several commands and record what happens together, or nothing."""
        return await handle(self.desk, context, *parts)

    @asynccontextmanager
    async def asked_once(self, context: Context) -> AsyncIterator[Sequence[Recorded[Any]] | None]:
        """What happened when this was asked before (see `recorded_before`), for costly questions.

        Equal requests of this process wait here for each other, so that only the first is examined.
        """
        async with self.desk.turn([f"{context.actor}\n{context.idempotency_key}"]):
            yield await recorded_before(self.desk, context)

    def project(self, projection: Projection) -> Reader:
        """Keep a read model."""
        self.projections[projection.name] = projection
        applier = self._applier(
            projection.name, projection.take, projection.topics, projection.newest_wins
        )
        if projection.topics:
            return self._follow_topics(applier, projection.topics, most=BATCH)
        reader = JournalReader(projection.name, self.tail, applier, self._bell)
        self._together.append(reader)
        self.readers[reader.name] = reader
        return reader

    def duty(self, name: str) -> Duty:
        """What only one process of the service does at a time."""
        return self.duties.setdefault(name, Duty(name, self.engine))

    def react(self, process: Process, dispatch: Dispatch, *, duty: Duty | None = None) -> Reader:
        """Run a process manager; with a duty, while this process has it."""
        if duty is None:
            return self._reacting(process, dispatch)
        reader = self._reacting(process, duty.carrying(dispatch))
        duty.follow(reader)
        return reader

    def _reacting(self, process: Process, dispatch: Dispatch) -> Reader:
        reactor = Reactor(process, dispatch, service=self.service)
        applier = self._applier(
            process.name,
            reactor.take,
            process.topics,
            process.newest_wins,
            can_be_rebuilt=False,
        )
        applier.streams_apart = process.streams_apart
        most = process.at_once or COMMANDS_AT_ONCE
        rest = REST_SECONDS if process.unhurried else 0.0
        if process.topics:
            return self._follow_topics(applier, process.topics, most=most, rest=rest)
        # It waits for its own commands, so it goes alone: read models need not wait with it.
        reader = JournalReader(
            process.name,
            self.tail,
            applier,
            self._wake(),
            most=most,
            rest=rest,
        )
        self.readers[reader.name] = reader
        return reader

    def fire(
        self, commands: Mapping[str, type], dispatch: Dispatch, *, duty: Duty | None = None
    ) -> None:
        """Send what processes kept for later; with a duty, while this process has it."""
        dispatch = dispatch if duty is None else duty.carrying(dispatch)
        self.timers = Timers(self.engine, clock=self.clock, commands=commands, dispatch=dispatch)
        (self.attend if duty is None else duty.loop)(self.timers.run)

    async def fetch(self, service: str, path: str) -> bytes | None:
        """A payload of another service that was too large for the bus (see `Fetch`)."""
        return await self.fetcher(service, path)

    def attend(self, chore: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run a loop that reads nothing and that nobody waits for; it must bear its own faults."""
        self._chores.append(chore)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run every loop; on leaving, let each one end cleanly."""
        self.vouching.say_what_is_missing()
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self.close)
            stack.push_async_callback(self.sender.close)
            stack.push_async_callback(self.vouching.close)
            for projection in self.projections.values():
                await create_tables(self.engine, projection.tables)
            runs = [
                watch_tail(
                    self.journal.last_position,
                    self._bells,
                    rung_for=lambda: self.journal.appender.reached,
                ),
                self.relay.run(),
                *(run_together(group) for group in [self._together] if group),
                *(reader.run() for reader in self._alone()),
                *(duty.run() for duty in self.duties.values()),
                *(chore() for chore in self._chores),
            ]
            self.journal.hold()
            self._first_look = asyncio.create_task(self.account.open(self.journal))
            self._loops = [asyncio.create_task(run) for run in runs]
            stack.push_async_callback(self._stop)
            yield

    def _alone(self) -> list[Reader]:
        """Those that run beside the others, whoever is on duty."""
        elsewhere = {*map(id, self._together)}
        elsewhere |= {id(reader) for duty in self.duties.values() for reader in duty.readers}
        return [reader for reader in self.readers.values() if id(reader) not in elsewhere]

    async def close(self) -> None:
        """Let go of every connection to the database, and of the one that asks about topics."""
        await self.topics.close()
        await self.journal.close()
        await self.engine.dispose()
        await self.ground.journal_engine.dispose()

    async def _stop(self) -> None:
        ending = [*self._loops, *([self._first_look] if self._first_look else [])]
        for loop in ending:
            loop.cancel()
        await asyncio.gather(*ending, return_exceptions=True)

    async def health(self) -> Mapping[str, object]:
        """What an operator asks first: `ok` while every loop and the database live.

        `degraded` is a service that works while something in it waits for an operator.
        """
        dead = sum(1 for loop in self._loops if loop.done())
        try:
            async with asyncio.timeout(2):
                vitals = await self.vitals()
        except Exception as failure:  # noqa: BLE001 - whatever it was, it is what an operator asks
            return {"status": "failing", "database": type(failure).__name__}
        status = "degraded" if vitals.stands_still else "ok"
        if dead or not self._loops:
            status = "failing"
        record = {"record": self.vouching.standing()}
        return {"status": status, "service": self.service, **told(vitals), **record}

    async def vitals(self) -> Vitals:
        """How the service stands; raises what the database raises."""
        left, last = await unsent(self.reading), await self.journal.last_position()
        return Vitals(
            last_position=last,
            relayed_position=left.relayed,
            oldest_unsent_seconds=left.age(self.clock),
            appends_waiting=self.journal.appender.waiting,
            relay_standstill=self.relay.standstill,
            readers=readers_vitals(self.readers.values(), last_position=last),
            duties={name: duty.status for name, duty in self.duties.items()},
        )

    def _applier(
        self,
        name: str,
        take: Take,
        topics: tuple[str, ...],
        newest_wins: tuple[str, ...],
        *,
        can_be_rebuilt: bool = True,
    ) -> Applier:
        return Applier(
            self.engine,
            reader=name,
            take=take,
            clock=self.clock,
            gated=bool(topics),
            newest_wins=newest_wins,
            can_be_rebuilt=can_be_rebuilt,
        )

    def _follow_topics(
        self,
        applier: Applier,
        topics: tuple[str, ...],
        *,
        most: int,
        rest: float = 0.0,
    ) -> TopicReader:
        reader = TopicReader(
            applier.reader,
            applier,
            self.intake(applier.newest_wins, reader=applier.reader),
            self.source,
            group=f"{self.service}.{applier.reader}",
            topics=topics,
            most=most,
            rest=rest,
        )
        self.readers[reader.name] = reader
        return reader

    def intake(self, compacted: Iterable[str] = (), *, reader: str = "") -> Intake:
        """How records of topics are read here, by a reader or by nobody who follows them."""
        return Intake(
            codec=self.codec,
            clock=self.clock,
            compacted=frozenset(compacted),
            fetch=self.fetch,
            arrivals=self.arrivals,
            reader=reader,
        )

    def _wake(self) -> Wake:
        wake = Wake()
        self._bells.append(wake)
        self.journal.appender.on_commit(wake.ring)
        return wake
