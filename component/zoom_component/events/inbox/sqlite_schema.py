"""Define the tables and statements of the inbox in SQLite.

VERSION rises with each change that older code cannot work with; a file with another version is refused. ADDED_COLUMNS
are added to older files. A job (table `work`) is `ready`,
`leased`, `done` or `dead`. `chain` is the id of the object whose events the listener gets in order; null for a listener
that is not ordered. `since` is when the state was set: if it lies ahead, the clock was set back since then, and the job
does not wait for `due`. `attempts` also identifies the lease: a worker whose lease was lost changes nothing.
"""

from __future__ import annotations

VERSION = 1

PRAGMAS = (
    "pragma journal_mode = wal",
    "pragma synchronous = full",  # an acknowledged webhook survives a power cut
    "pragma busy_timeout = 10000",
    "pragma temp_store = memory",
)

TABLES = (
    """create table if not exists events (
        id integer primary key autoincrement, key text not null unique, event text not null, event_ts integer,
        account_id text not null, object_id text not null, body blob not null, received real not null,
        source text not null)""",
    "create index if not exists events_received on events (received)",
    """create table if not exists work (
        event integer not null, listener text not null, state text not null, attempts integer not null default 0,
        due real not null, until real not null default 0, chain text, error text not null default '', finished real,
        primary key (event, listener)) without rowid""",
    "create index if not exists work_ready on work (listener, event, due) where state = 'ready'",
    "create index if not exists work_leased on work (listener, until) where state = 'leased'",
    "create index if not exists work_dead on work (listener, event) where state = 'dead'",
    """create index if not exists work_chain on work (listener, chain, event)
        where chain is not null and state in ('ready', 'leased')""",
    "create table if not exists interests (listener text primary key, events text not null, ordered integer not null)",
    "create table if not exists states (name text primary key, value text not null, version integer not null)",
    "create table if not exists leases (name text primary key, owner text not null, until real not null)",
    "create table if not exists marks (name text primary key, at real not null)",
    # The keys of pruned events, as long as their deliveries could be accepted again.
    "create table if not exists pruned (key text primary key, until real not null) without rowid",
    "create table if not exists probe (id integer primary key, data blob not null)",
)

ADDED_COLUMNS = (
    ("work", "since", "real not null default 0"),
    ("events", "replayable", "real not null default 0"),
)
ADDED_PARTS = """select (select count(*) from pragma_table_info('work') where name = 'since')
    + (select count(*) from pragma_table_info('events') where name = 'replayable')
    + (select count(*) from sqlite_master where name in ('pruned', 'probe') and type = 'table')"""
ADDED_PARTS_COUNT = 4

# A pruned event is not new.
PUT = """insert into events (key, event, event_ts, account_id, object_id, body, received, source, replayable)
    select ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9 where not exists (select 1 from pruned where key = ?1)
    on conflict (key) do nothing returning id"""

ASSIGN = "insert into work (event, listener, state, due, chain, since) values (?1, ?2, 'ready', ?3, ?4, ?3)"

# An expired lease means that its worker died.
EXPIRE = """update work set state = 'ready', due = :now, since = :now
    where listener = :listener and state = 'leased' and until <= :now"""

# After the clock was set back, a lease lasts as long as it was given for, counted from now.
SHORTEN = """update work set until = :now + until - since, since = :now
    where listener = :listener and state = 'leased' and since > :now + 1"""

# Of a chain only the oldest unfinished event may be leased.
CLAIM = """update work set state = 'leased', attempts = attempts + 1, until = :until, due = min(due, :now), since = :now
    where listener = :listener and event in (
        select event from work as one
        where listener = :listener and state = 'ready' and (due <= :now or since > :now + 1)
            and (chain is null or not exists (
                select 1 from work as other where other.listener = one.listener and other.chain = one.chain
                    and other.event < one.event and other.chain is not null and other.state in ('ready', 'leased')))
        order by event limit :limit)
    returning event, attempts"""

DONE = """update work set state = 'done', finished = ?, error = ''
    where event = ? and listener = ? and attempts = ? and state = 'leased'"""

FAIL = """update work set state = ?, due = ?, error = ?, finished = ?, since = ?
    where event = ? and listener = ? and attempts = ? and state = 'leased'"""

RELEASE = """update work set state = 'ready', attempts = attempts - 1
    where event = ? and listener = ? and attempts = ? and state = 'leased'"""

REPLAY = """insert into work (event, listener, state, due, chain, since) values (?1, ?2, 'ready', ?3, ?4, ?3)
    on conflict (event, listener) do update set state = 'ready', due = excluded.due, since = excluded.since,
        attempts = 0, error = '', finished = null where state in ('done', 'dead')"""

# A time of receipt that lies ahead was read from a clock that was wrong.
CORRECT = "update events set received = :now where received > :now + 60"

FORGET = "delete from pruned where until < ?"

PRUNE = """delete from events where id in (
    select id from events where received < ? and not exists (
        select 1 from work where work.event = events.id and state in ('ready', 'leased', 'dead')) limit ?)
    returning id, key, received, replayable"""

NEXT = """select min(moment) from (
    select min(case when since > :now + 1 then :now else due end) as moment
        from work where listener = :listener and state = 'ready'
    union all select min(case when since > :now + 1 then :now else until end)
        from work where listener = :listener and state = 'leased')"""

# Rows whose time lies ahead of the clock, by kind.
AHEAD = """select 'events', count(*) from events where received > :limit
    union all select 'jobs', count(*) from work where state in ('ready', 'leased') and since > :limit
    union all select 'timestamps', count(*) from marks where at > :limit"""

# Reads the partial indexes only, not the rows of finished jobs.
UNFINISHED = " union all ".join(
    f"select listener, '{state}', count(*) from work where state = '{state}' group by listener"  # noqa: S608 - our own
    for state in ("ready", "leased", "dead")
)

COLUMNS = "id, key, event, event_ts, account_id, object_id, body, received, source, replayable"
