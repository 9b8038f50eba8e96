"""Define the tables and statements of the inbox in PostgreSQL.

One schema holds them together with Procrastinate's tables.

The columns mean the same as in SQLite (see sqlite_schema). VERSION rises with each change that older code cannot work
with; ADDITIONS are made to older tables.
"""

from __future__ import annotations

__all__ = ["SCHEMA", "TASK", "VERSION"]

VERSION = 1
SCHEMA = "zoom_component"
TASK = "zoom_component.dispatch"  # the name of the only Procrastinate task; stored on disk

LOCK_SET_UP = 0x5A4D4958

TABLES = """
create table inbox (name text primary key, value text not null);
create table events (
    id bigint generated always as identity primary key, key text not null unique, event text not null, event_ts bigint,
    account_id text not null, object_id text not null, body bytea not null, received double precision not null,
    source text not null);
create index events_received on events (received);
create table work (
    event bigint not null references events on delete cascade, listener text not null, state text not null,
    attempts integer not null default 0, due double precision not null, until double precision not null default 0,
    chain text, error text not null default '', finished double precision, primary key (event, listener));
create index work_ready on work (listener, event, due) where state = 'ready';
create index work_leased on work (listener, until) where state = 'leased';
create index work_dead on work (listener, event) where state = 'dead';
create index work_chain on work (listener, chain, event) where chain is not null and state in ('ready', 'leased');
create unique index work_one_at_a_time on work (listener, chain) where chain is not null and state = 'leased';
create table interests (listener text primary key, events text not null, ordered boolean not null);
create table states (name text primary key, value text not null, version integer not null);
create table leases (name text primary key, owner text not null, until double precision not null);
create table marks (name text primary key, at double precision not null);
"""

ADDITIONS = """
alter table work add column if not exists since double precision not null default 0;
alter table events add column if not exists replayable double precision not null default 0;
create table if not exists pruned (key text primary key, until double precision not null);
create table if not exists probe (id integer not null, data bytea not null);
"""
IS_COMPLETE = """select count(*) = 4 from pg_attribute where not attisdropped and (attrelid, attname) in (
    (to_regclass('work'), 'since'), (to_regclass('events'), 'replayable'),
    (to_regclass('pruned'), 'until'), (to_regclass('probe'), 'data'))"""

NOW = "select extract(epoch from clock_timestamp())::double precision"

# One statement stores events with their jobs and tasks, so it is one round trip and no client holds a lock while the
# network or the client itself is slow. IDs are in the order of receipt. Rows are inserted in the order of their keys,
# so that two transactions with the same events cannot deadlock.
PUT = f"""with given as materialized (
        select nextval(pg_get_serial_sequence('events', 'id')) as id, came.* from (
            select * from unnest(%(keys)s::text[], %(names)s::text[], %(timestamps)s::bigint[], %(accounts)s::text[],
                %(objects)s::text[], %(bodies)s::bytea[], %(received)s::float8[], %(sources)s::text[],
                %(replayable)s::float8[])
            with ordinality as came (key, event, event_ts, account_id, object_id, body, received, source, replayable,
                place)
            order by place) as came),
    stored as (insert into events (id, key, event, event_ts, account_id, object_id, body, received, source, replayable)
        overriding system value
        select id, key, event, event_ts, account_id, object_id, body, least(received, ({NOW})), source, replayable
        from given where not exists (select from pruned where pruned.key = given.key) order by key
        on conflict (key) do nothing returning id, key, received),
    wish as materialized (
        select * from unnest(%(job_keys)s::text[], %(listeners)s::text[], %(chains)s::text[], %(queues)s::text[],
            %(locks)s::text[]) as wish (key, listener, chain, queue, lock)),
    jobs as (insert into work (event, listener, state, due, chain, since)
        select distinct on (stored.id, wish.listener)
            stored.id, wish.listener, 'ready', stored.received, wish.chain, stored.received
        from stored join wish using (key)
        returning event, listener, chain),
    tasks as (select procrastinate_defer_jobs_v1(array_agg(
            row(wish.queue, %(task)s, 0, wish.lock, null,
                jsonb_build_object('event', stored.id, 'listener', wish.listener, 'chain', wish.chain), null)
            ::procrastinate_job_to_defer_v1 order by stored.id))
        from jobs join stored on stored.id = jobs.event join wish on wish.key = stored.key
            and wish.listener = jobs.listener
        having count(*) > 0)
    select stored.id, stored.key, (select count(*) from tasks) from stored"""  # noqa: S608 - no value in it

# Due at the server's current time at the latest, so that a receiver's fast clock delays nothing.
ASSIGN = f"""insert into work (event, listener, state, due, chain, since)
    select event, listener, 'ready', least(due, ({NOW})), chain, least(due, ({NOW}))
    from unnest(%s::bigint[], %s::text[], %s::float8[], %s::text[]) as wish (event, listener, due, chain)
    on conflict (event, listener) do update set state = 'ready', due = excluded.due, since = excluded.since,
        attempts = 0, error = '', finished = null where work.state in ('done', 'dead')
    returning event, listener, chain"""  # noqa: S608 - no value in it

DEFER = """select procrastinate_defer_jobs_v1(array_agg(
        row(queue, %s, 0, lock, null, jsonb_build_object('event', event, 'listener', listener, 'chain', chain), null)
        ::procrastinate_job_to_defer_v1 order by event))
    from unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[])
        as wish (event, listener, chain, queue, lock)"""

# An expired lease means that its worker died.
EXPIRE = """update work set state = 'ready', due = %(now)s, since = %(now)s where (event, listener) in (
    select event, listener from work where listener = any(%(listeners)s) and state = 'leased' and until <= %(now)s
    for update skip locked)"""

# After the clock was set back, a lease lasts as long as it was given for, counted from now.
SHORTEN = """update work set until = %(now)s + until - since, since = %(now)s where (event, listener) in (
    select event, listener from work where listener = any(%(listeners)s) and state = 'leased' and since > %(now)s + 1
    for update skip locked)"""

# Of a chain only the oldest unfinished event may be leased, and none while another one is.
CLAIM = """with one as (
        select event, listener from work as one
        where listener = any(%(listeners)s) and state = 'ready' and (due <= %(now)s or since > %(now)s + 1)
            and (chain is null or not exists (
                select from work as other where other.listener = one.listener and other.chain = one.chain
                    and other.chain is not null and other.state in ('ready', 'leased')
                    and (other.event < one.event or other.state = 'leased')))
        order by event, listener limit %(limit)s for update skip locked)
    update work set state = 'leased', attempts = attempts + 1, until = %(until)s, due = least(due, %(now)s),
        since = %(now)s
    from one where work.event = one.event and work.listener = one.listener
    returning work.event, work.attempts, work.listener"""

# One job: that of an event, or the oldest of a chain.
LOOK, LOOK_IN_CHAIN = (
    f"""select event, state, case when state = 'leased' then until when since > %(now)s + 1 then %(now)s else due end
    from work
    where listener = %(listener)s and state in ('ready', 'leased') and {which} order by event limit 1 for update"""  # noqa: S608 - no value in it
    for which in ("event = %(event_id)s", "chain = %(chain)s")
)

TAKE = """update work set state = 'leased', attempts = attempts + 1, until = %(until)s, due = least(due, %(now)s),
    since = %(now)s where event = %(event_id)s and listener = %(listener)s returning attempts"""

DONE = """update work set state = 'done', finished = %s, error = ''
    from unnest(%s::bigint[], %s::text[], %s::integer[]) as mine (event, listener, attempts)
    where work.event = mine.event and work.listener = mine.listener and work.attempts = mine.attempts
        and state = 'leased'"""

FAIL = """update work set state = %s, due = %s, error = %s, finished = %s, since = %s
    where event = %s and listener = %s and attempts = %s and state = 'leased'"""

RELEASE = """update work set state = 'ready', attempts = work.attempts - 1
    from unnest(%s::bigint[], %s::text[], %s::integer[]) as mine (event, listener, attempts)
    where work.event = mine.event and work.listener = mine.listener and work.attempts = mine.attempts
        and state = 'leased'"""

_PRUNABLE = """received < %(before)s and not exists (
    select from work where work.event = events.id and state in ('ready', 'leased', 'dead'))"""

KEEP_KEYS = f"""insert into pruned select key, greatest(replayable, received + %(retention)s) from events
    where {_PRUNABLE} and greatest(replayable, received + %(retention)s) > %(oldest)s
    on conflict (key) do update set until = excluded.until"""  # noqa: S608 - no value in it

PRUNE = f"""with gone as (delete from events where {_PRUNABLE} returning key, received, replayable),
    saved as (insert into pruned select key, greatest(replayable, received + %(retention)s) from gone
        where greatest(replayable, received + %(retention)s) > %(oldest)s on conflict (key) do nothing)
    select count(*) from gone"""  # noqa: S608 - no value in it

FORGET = "delete from pruned where until < %(forgotten)s"

# A time of receipt that lies ahead was read from a clock that was wrong.
CORRECT = "update events set received = %(now)s where received > %(now)s + 60"

AHEAD = """select 'events', count(*) from events where received > %(limit)s
    union all select 'jobs', count(*) from work where state in ('ready', 'leased') and since > %(limit)s
    union all select 'timestamps', count(*) from marks where at > %(limit)s"""

# Tasks whose jobs are finished: a Dispatcher on this inbox leaves them behind.
PRUNE_JOBS = """delete from procrastinate_jobs as job where status = 'todo' and task_name = %(task)s and not exists (
    select from work where listener = job.args->>'listener' and state in ('ready', 'leased')
        and (event = (job.args->>'event')::bigint or chain = job.args->>'chain'))"""

# Jobs that have been due for long and have no task, for any reason.
FORGOTTEN = f"""select event, listener, chain from work
    where (since > ({NOW}) + 1 or case state when 'ready' then due when 'leased' then until end < %s)
        and state in ('ready', 'leased') and not exists (
        select from procrastinate_jobs as job where job.status in ('todo', 'doing') and job.task_name = %s
            and job.args->>'listener' = work.listener and (job.args->>'event')::bigint = work.event)
    order by event limit 10000"""  # noqa: S608 - no value in it

# After the server's clock was set back, a task may be scheduled long after its job is due. The tasks of a chain run
# one after another, so the first of them would stop the chain.
HASTEN = """update procrastinate_jobs as job set scheduled_at = now()
    where status = 'todo' and task_name = %s and scheduled_at > now() + interval '10 seconds' and not exists (
        select from work where listener = job.args->>'listener' and state in ('ready', 'leased')
            and (event = (job.args->>'event')::bigint or chain = job.args->>'chain')
            and since <= extract(epoch from now()) + 1
            and case state when 'ready' then due else until end > extract(epoch from scheduled_at) - 10)"""

# A dead worker whose last sign of life lies ahead would count as alive until then.
AGE_HEARTBEATS = "update procrastinate_workers set last_heartbeat = now() where last_heartbeat > now()"

# One part for each partial index; `state <> 'done'` would read the finished rows too.
UNFINISHED = " union all ".join(
    f"select listener, '{state}', count(*) from work where state = '{state}' group by listener"  # noqa: S608 - our own
    for state in ("ready", "leased", "dead")
)

NEXT = """select min(case when since > %s + 1 then %s when state = 'ready' then due else until end) from work
    where listener = any(%s) and state in ('ready', 'leased')"""

HOLD = """insert into leases as held (name, owner, until) values (%(name)s, %(owner)s, %(until)s)
    on conflict (name) do update set owner = excluded.owner, until = excluded.until
        where held.owner = excluded.owner or held.until <= %(now)s
    returning name"""

# A lease that ends later than one taken now was taken before the clock was set back.
SHORTEN_LEASE = "update leases set until = %(until)s where name = %(name)s and until > %(until)s"

REGISTER = """insert into interests values (%s, %s, %s) on conflict (listener) do update
    set events = excluded.events, ordered = excluded.ordered"""

COLUMNS = "id, key, event, event_ts, account_id, object_id, body, received, source, replayable"
