"""Define the tables and statements of the inbox in SQLite.

VERSION rises with each change of the tables; a file with another version is refused. A job (table `work`) is `ready`,
`leased`, `done` or `dead`. `chain` is the id of the object whose events the listener gets in order; null for a listener
that is not ordered. `attempts` also identifies the lease: a worker whose lease was lost changes nothing.
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
)

PUT = """insert into events (key, event, event_ts, account_id, object_id, body, received, source)
    values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (key) do nothing returning id"""

ASSIGN = "insert into work (event, listener, state, due, chain) values (?, ?, 'ready', ?, ?)"

# An expired lease means that its worker died.
EXPIRE = """update work set state = 'ready', due = :now
    where listener = :listener and state = 'leased' and until <= :now"""

# Of a chain only the oldest unfinished event may be leased.
CLAIM = """update work set state = 'leased', attempts = attempts + 1, until = :until
    where listener = :listener and event in (
        select event from work as one
        where listener = :listener and state = 'ready' and due <= :now
            and (chain is null or not exists (
                select 1 from work as other where other.listener = one.listener and other.chain = one.chain
                    and other.event < one.event and other.chain is not null and other.state in ('ready', 'leased')))
        order by event limit :limit)
    returning event, attempts"""

DONE = """update work set state = 'done', finished = ?, error = ''
    where event = ? and listener = ? and attempts = ? and state = 'leased'"""

FAIL = """update work set state = ?, due = ?, error = ?, finished = ?
    where event = ? and listener = ? and attempts = ? and state = 'leased'"""

RELEASE = """update work set state = 'ready', attempts = attempts - 1
    where event = ? and listener = ? and attempts = ? and state = 'leased'"""

REPLAY = """insert into work (event, listener, state, due, chain) values (?, ?, 'ready', ?, ?)
    on conflict (event, listener) do update set state = 'ready', due = excluded.due, attempts = 0, error = '',
        finished = null where state in ('done', 'dead')"""

PRUNE = """delete from events where id in (
    select id from events where received < ? and not exists (
        select 1 from work where work.event = events.id and state in ('ready', 'leased', 'dead')) limit ?)
    returning id"""

NEXT = """select min(moment) from (
    select min(due) as moment from work where listener = :listener and state = 'ready'
    union all select min(until) from work where listener = :listener and state = 'leased')"""

# Reads the partial indexes only, not the rows of finished jobs.
UNFINISHED = " union all ".join(
    f"select listener, '{state}', count(*) from work where state = '{state}' group by listener"  # noqa: S608 - our own
    for state in ("ready", "leased", "dead")
)

COLUMNS = "id, key, event, event_ts, account_id, object_id, body, received, source"
