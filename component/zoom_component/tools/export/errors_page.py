"""Hold the sections of docs/errors.md that are written by hand: who answered, the network, attempts and the log."""

from __future__ import annotations

from zoom_component.tools.export.markdown import format_table

__all__ = ["render_answer_sections"]

_ANSWERS_INTRODUCTION = (
    "A firewall, a proxy, a gateway, a login page or a web server may answer in Zoom's place, with any status. Only an "
    "error in Zoom's form reports that an object does not exist, that a permission is missing, or that somebody has to "
    'connect again: a JSON object (or the same as XML) with an integer `code` and a `message`, and `{"reason", '
    '"error"}` at the token address. A code that only repeats the status, a code of gRPC and a code that is a text are '
    "Zoom's only in an answer with its header `x-zm-trackingid`."
)
_ANSWERS_END = (
    "The message of the last rows states that something in front of Zoom answered. It has the title of the page or the "
    "beginning of the answer, the `Server` header, and the IDs of the request, such as `cf-ray`, `x-request-id`, "
    "`x-amzn-requestid`, `x-azure-ref`, `via`, or a support ID in the page. Show them to the administrator of that "
    "firewall or proxy. Secrets are masked, and a redirect is shown without its query."
)
_ANSWERS = (
    ("Zoom's API", "JSON or XML with a code", "what the code means: see Known codes", "as the kind"),
    ("Zoom's API", "XML or text without a code, status 400", "`refused`, with the reason and the fields", "no"),
    (
        "Zoom's token address",
        '`{"reason", "error"}`, such as `invalid_grant`',
        "`connection_failed`, connect again",
        "no",
    ),
    ("Zoom's web server", "a page, with `x-zm-trackingid`", "`unexpected`: the path or the base URL is wrong", "no"),
    ("in front of Zoom", "any answer, status 2xx, 3xx or 4xx", "`unexpected`; no token is renewed", "no"),
    ("in front of Zoom", "status 429", "`rate_limited`, after `Retry-After`", "yes"),
    ("in front of Zoom", "status 5xx", "`unavailable`", "500, 502, 503, 504 of reads and updates"),
    ("in front of Zoom", "a block page or a challenge, status 5xx", "`unavailable`", "no"),
    ("in front of Zoom", "status 407, 408", "`unavailable`; 407: the proxy wants credentials", "no"),
    (
        "in front of the token address",
        "any status but 429",
        "`unavailable`; the stored connection stays as it is",
        "5xx",
    ),
)
_NETWORK = (
    "Where no answer arrives, the error is `unavailable` or `timed_out`, and its message names what happened. "
    "Calls, token requests, forwards and the WebSocket use the same sentences: the host name could not be resolved; "
    "the connection was refused, reset or closed; the host cannot be reached; no connection was made in time; no "
    "complete answer arrived in time; the proxy cannot be found or reached, wants credentials, or refuses the host; "
    "the certificate was issued by an authority that is not trusted (with its name), has expired (with the date), or "
    "is for other host names (with the names); the port does not speak TLS; the answer is not HTTP. "
    "[Network](network.md) explains proxies and authorities. `--timeout` limits token requests too. It is for "
    "the whole exchange: connecting, sending and reading, however slowly bytes arrive."
)
_LIMITS = (
    "An answer is unpacked up to 64 MiB (`--max-answer`, Python: `max_answer_bytes`). A larger one, one with another "
    "`Content-Encoding` than gzip or deflate, JSON nested deeper than Python reads and numbers of more than 4,300 "
    "digits end in `unexpected`, with memory that stays flat."
)
_OUTCOMES = (
    "The message of a failed change ends with *The change may have been made nevertheless: check before trying again.* "
    "after an answer 5xx, a connection that broke, an answer that did not come in time, or a success that cannot be "
    'read. One such attempt is enough, also if a later one is refused. The JSON then has `"may_be_done": true` '
    "(Python: `error.may_be_done`)."
)
_ATTEMPTS = (
    "`str(error)` is `createMeeting (POST /users/me/meetings): ` and the message; `message` is the message alone. The "
    "JSON of an error has `action` and `request`, never a query. `attempts` is how many requests the call sent, and "
    "how many of them repeated one:"
)
_ATTEMPT_PLACES = (
    ("Python", "`result.attempts.requests`, `result.attempts.retries`; `error.attempts`"),
    ("`run`", '`-v` prints the counts on stderr; the output stays `{"data": ...}`'),
    (
        "`run --batch`, HTTP server",
        '`"attempts": {"requests": 2, "retries": 1}` beside `data`, if something was repeated',
    ),
    ("MCP server", "`_meta` of the result: `zoom-component/attempts`, if something was repeated"),
    ("the JSON of every error", "`attempts`, if something was repeated"),
)
_LOG = (
    "On a terminal, a command prints each wait on stderr, as in `GET /users/me/meetings: 429, waiting 2 s, attempt 2 "
    "of 4`. Everywhere, Python's `logging` has these records. No record holds a token, a query or a body."
)
_LOGGERS = (
    ("`zoom_component.retries`", "INFO", "a request waits before it is sent again",
     "`method`, `path`, `cause` (a status, or `no connection`, `no answer in time`), `wait` in seconds, `attempt`, "
     "`attempts`"),
    ("`zoom_component.tokens`", "INFO", "a token is requested", "`connection`, `cause` (`missing` or `rejected`)"),
    ("`zoom_component.tokens`", "WARNING", "a token could not be stored", ""),
    ("`zoom_component.requests`", "INFO", "a request, if the call asks for it (`--debug`, Debug Request)", ""),
    ("`zoom_component.events.receiver`", "INFO, WARNING", "the receiver and the WebSocket", ""),
)  # fmt: skip


def render_answer_sections() -> list[str]:
    """Return the sections as Markdown."""
    return [
        "## Who answered",
        _ANSWERS_INTRODUCTION,
        format_table(["Who", "Answer", "Error", "Sent again"], [list(row) for row in _ANSWERS]),
        _ANSWERS_END,
        "## Failures of the network",
        _NETWORK,
        _LIMITS,
        "## Attempts",
        _OUTCOMES,
        _ATTEMPTS,
        format_table(["Where", "What"], [list(row) for row in _ATTEMPT_PLACES]),
        "## Waits and the log",
        _LOG,
        format_table(["Logger", "Level", "Record", "Fields"], [list(row) for row in _LOGGERS]),
    ]
