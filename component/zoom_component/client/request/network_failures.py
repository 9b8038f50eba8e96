"""Explain why no answer arrived: one sentence for one cause, for every library that reports it.

Pure: the exceptions are recognized by their names, numbers and texts, so that the client, httpx, websockets and
http.client lead to the same words. The texts never hold credentials.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

__all__ = ["Destination", "NetworkFailure", "describe_failure", "explain_failure", "find_failure"]

_MAX_CHAIN = 24
_REFUSED = re.compile(r"(?i)connection refused|connect call failed|actively refused")
_UNREACHABLE = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EHOSTDOWN, errno.ENETDOWN, errno.EADDRNOTAVAIL})
_NOT_ALLOWED = frozenset({errno.EACCES, errno.EPERM})
_RESET = frozenset({errno.ECONNRESET, errno.ECONNABORTED, errno.EPIPE, errno.ESHUTDOWN})
_CONNECT_TIMEOUTS = frozenset({"ConnectTimeout"})
_CLOSED = re.compile(
    r"(?i)disconnected|peer closed|connection closed|closed by|without sending|incomplete|eof occurred"
)
_CLOSED_NAMES = frozenset(
    {
        "BrokenResourceError", "ConnectionClosedError", "EndOfStream", "IncompleteRead", "IncompleteReadError",
        "RemoteDisconnected", "SSLEOFError",
    }
)  # fmt: skip
_NOT_HTTP_NAMES = frozenset({"RemoteProtocolError", "BadStatusLine", "HTTPException", "InvalidMessage"})
_PROXY_NAMES = frozenset({"ProxyError", "ProxyRefused", "InvalidProxyStatus", "InvalidProxyMessage"})
# What OpenSSL reports where the other side does not speak TLS.
_NOT_TLS = frozenset(
    {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "UNKNOWN_PROTOCOL", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG"}
)
# https://docs.openssl.org/3.0/man3/X509_STORE_CTX_get_error/
_NOT_YET_VALID, _EXPIRED, _WRONG_HOST, _WRONG_ADDRESS = 9, 10, 62, 64
_UNTRUSTED = frozenset({2, 18, 19, 20, 21, 24, 27})


class Destination(NamedTuple):
    """Hold where a request goes: host and port, the proxy on the way ("host:port", "" for none), and its time limit.

    `timeout` is in seconds, None if it is not known.
    """

    host: str
    port: int | None = None
    proxy: str = ""
    timeout: float | None = None


class NetworkFailure(NamedTuple):
    """Hold what went wrong: a word for the cause, and what is known about it from the certificate or the proxy."""

    kind: str
    issuer: str = ""
    names: tuple[str, ...] = ()
    date: str = ""
    reason: str = ""


def explain_failure(error: BaseException, destination: Destination) -> str:
    """Return why no answer arrived and what to check, without a period at the end."""
    return describe_failure(find_failure(error), destination)


def find_failure(error: BaseException) -> NetworkFailure:
    """Return the cause of an exception, which may be any of those that it was raised from."""
    chain = _list_chain(error)
    for find in (_find_proxy_failure, _find_certificate_failure, _find_tls_failure, _find_address_failure):
        if (failure := find(chain)) is not None:
            return failure
    names = {name for each in chain for name in _list_class_names(each)}
    if names & _CONNECT_TIMEOUTS or (errno.ETIMEDOUT in _list_numbers(chain) and "ReadTimeout" not in names):
        return NetworkFailure("connect_timeout")
    if "PoolTimeout" in names:
        return NetworkFailure("pool_timeout")
    if "TimeoutError" in names or any(name.endswith("Timeout") for name in names):
        return NetworkFailure("answer_timeout")
    if _list_numbers(chain) & _RESET or "ConnectionError" in names:
        return NetworkFailure("reset")
    if names & _CLOSED_NAMES or any(_CLOSED.search(str(each)) for each in chain):
        return NetworkFailure("closed")
    return NetworkFailure("not_http" if names & _NOT_HTTP_NAMES else "unknown", reason=type(chain[-1]).__name__)


def describe_failure(failure: NetworkFailure, destination: Destination) -> str:
    """Return a failure in words, with what to check, without a period at the end."""
    host, proxy = destination.host, f"the proxy {destination.proxy}" if destination.proxy else "the proxy"
    place = f"{host}, port {destination.port}," if destination.port else host
    texts = _PROXY_TEXTS if destination.proxy and failure.kind in _PROXY_TEXTS else _TEXTS
    limit = destination.timeout
    within = f"within {limit:g} second{'' if limit == 1 else 's'}" if limit is not None else "in time"
    return texts[failure.kind].format(
        host=host,
        place=place,
        proxy=proxy,
        within=within,
        date=f" on {failure.date}" if failure.date else "",
        issuer=f'"{failure.issuer}"' if failure.issuer else "an authority",
        names=", ".join(failure.names) or "other names",
        reason=f" ({failure.reason})" if failure.reason else "",
    )


_TEXTS: Mapping[str, str] = {
    "name": 'the host name "{host}" could not be resolved. Check the network connection and the DNS settings of this '
    "machine; where only a proxy leads out, set it with --proxy or HTTPS_PROXY",
    "refused": "{place} refused the connection. Check whether a server runs there and no firewall blocks it",
    "unreachable": "{place} cannot be reached from this network. Check the network connection; where only a proxy "
    "leads out, set it with --proxy or HTTPS_PROXY",
    "not_allowed": "this machine does not allow a connection to {host}. Check its firewall and the rights of this "
    "program",
    "connect_timeout": "no connection to {host} was made {within}. A firewall may drop it; where only a proxy leads "
    "out, set it with --proxy or HTTPS_PROXY",
    "pool_timeout": "no connection to {host} became free {within}. Run fewer calls at a time",
    "answer_timeout": "no complete answer arrived {within}. Repeat the call later, or allow more time",
    "proxy_credentials": "{proxy} wants credentials{reason}. Add a user and a password to its address: "
    "http://USER:PASSWORD@HOST:PORT",
    "proxy_refused": "{proxy} refuses to connect to {host}{reason}. Ask its administrator to allow this host",
    "certificate_untrusted": "the certificate of {host} was issued by {issuer}, which is not trusted here. If a proxy "
    "of your organization inspects TLS, add its authority with --ca-file or SSL_CERT_FILE (docs/network.md)",
    "certificate_expired": "the certificate of {host} expired{date}. Check the clock of this machine; otherwise "
    "the administrator of the server, or of the proxy on the way, has to renew it",
    "certificate_not_yet_valid": "the certificate of {host} is not valid yet. Check the clock of this machine",
    "certificate_name": "the certificate that came for {host} is for {names}. Another server or a proxy answers in its "
    "place",
    "certificate_invalid": "the certificate of {host} is not valid{reason}. The administrator of the server, or of the "
    "proxy on the way, has to replace it",
    "tls_to_plain": "{place} does not speak TLS. Use the port that serves HTTPS",
    "tls": "no TLS connection with {host} could be agreed{reason}. A firewall or a proxy on the way may interfere",
    "reset": "the connection to {host} was reset before the answer was complete. A firewall may have cut it; "
    "repeat the call later",
    "closed": "{host} closed the connection before the answer was complete. Repeat the call later",
    "not_http": "what {place} answered is not HTTP. Check which server or proxy listens there",
    "unknown": "the connection to {host} failed{reason}. Check the network",
}  # fmt: skip
# With a proxy on the way, it is the proxy whose name is resolved and that is connected to.
_PROXY_TEXTS: Mapping[str, str] = {
    "name": "the name of {proxy} could not be resolved. Check the address of the proxy and the DNS settings",
    "refused": "{proxy} refused the connection. Check its address, and whether it runs",
    "unreachable": "{proxy} cannot be reached from this network. Check its address and the network connection",
    "connect_timeout": "no connection to {proxy} was made {within}. Check its address and the network connection",
}


def _list_chain(error: BaseException) -> list[BaseException]:
    """Return an exception, and those that it was raised from, holds or groups."""
    chain, waiting = list[BaseException](), [error]
    while waiting and len(chain) < _MAX_CHAIN:
        each = waiting.pop(0)
        if any(each is known for known in chain):
            continue
        chain.append(each)
        inner = [each.__cause__, each.__context__, *getattr(each, "exceptions", ())]
        waiting += [other for other in inner if isinstance(other, BaseException)]
    return chain


def _list_class_names(error: BaseException) -> set[str]:
    return {cls.__name__ for cls in type(error).__mro__}


def _list_numbers(chain: list[BaseException]) -> set[int]:
    return {number for each in chain if isinstance(number := getattr(each, "errno", None), int)}


def _find_proxy_failure(chain: list[BaseException]) -> NetworkFailure | None:
    for error in chain:
        text = str(error)
        if not _list_class_names(error) & _PROXY_NAMES and not text.startswith("Tunnel connection failed"):
            continue
        status = getattr(error, "status", None) or getattr(getattr(error, "response", None), "status_code", None)
        if status is None and (match := re.search(r"\b([1-5]\d\d)\b", text)):
            status = int(match[1])
        is_credential = status == 407 or re.search(r"(?i)username|password|auth", text)
        reason = str(status) if status else re.sub(r"[^\w .,-]", "", text)[:80].strip(". ")
        return NetworkFailure("proxy_credentials" if is_credential else "proxy_refused", reason=reason)
    return None


def _find_certificate_failure(chain: list[BaseException]) -> NetworkFailure | None:
    error = next((each for each in chain if getattr(each, "verify_code", None)), None)
    if error is None:
        return None
    certificate = getattr(error, "peer_certificate", None) or {}
    code = getattr(error, "verify_code", 0)
    if code in (_WRONG_HOST, _WRONG_ADDRESS):
        return NetworkFailure("certificate_name", names=_find_names(certificate))
    if code == _EXPIRED:
        return NetworkFailure("certificate_expired", date=str(certificate.get("notAfter", "")))
    if code == _NOT_YET_VALID:
        return NetworkFailure("certificate_not_yet_valid")
    if code in _UNTRUSTED:
        return NetworkFailure("certificate_untrusted", issuer=_find_issuer(certificate))
    return NetworkFailure("certificate_invalid", reason=_clean(str(getattr(error, "verify_message", ""))))


def _find_tls_failure(chain: list[BaseException]) -> NetworkFailure | None:
    for error in chain:
        names = _list_class_names(error)
        if "SSLError" not in names or names & {"SSLEOFError", "SSLZeroReturnError"}:
            continue
        reason = getattr(error, "reason", None)
        if reason in _NOT_TLS:
            return NetworkFailure("tls_to_plain")
        if isinstance(reason, str) and "EOF" not in reason and "TIMED" not in reason:
            return NetworkFailure("tls", reason=_clean(reason.replace("_", " ").lower()))
    return None


def _find_address_failure(chain: list[BaseException]) -> NetworkFailure | None:
    names = {name for each in chain for name in _list_class_names(each)}
    numbers = _list_numbers([each for each in chain if "gaierror" not in _list_class_names(each)])
    if names & {"gaierror", "herror"}:
        return NetworkFailure("name")
    if errno.ECONNREFUSED in numbers or any(_REFUSED.search(str(each)) for each in chain):
        return NetworkFailure("refused")
    if numbers & _UNREACHABLE:
        return NetworkFailure("unreachable")
    return NetworkFailure("not_allowed") if numbers & _NOT_ALLOWED else None


def _find_issuer(certificate: Mapping[str, Any]) -> str:
    """Return the common name of a certificate's issuer, or its organization, with both where they differ."""
    parts = dict(pair for group in certificate.get("issuer", ()) for pair in group)
    name = parts.get("commonName") or parts.get("organizationalUnitName") or ""
    organization = parts.get("organizationName") or ""
    return _clean(
        f"{name}, {organization}" if name and organization and organization not in name else name or organization
    )


def _find_names(certificate: Mapping[str, Any]) -> tuple[str, ...]:
    names = [str(value) for kind, value in certificate.get("subjectAltName", ()) if kind in ("DNS", "IP Address")]
    if not names:
        names = [value for group in certificate.get("subject", ()) for key, value in group if key == "commonName"]
    return tuple(_clean(name) for name in ([*names[:5], "and others"] if len(names) > 5 else names))


def _clean(text: str) -> str:
    """Return text from outside on one line, without quotation marks and control characters."""
    printable = "".join(char if char.isprintable() else " " for char in text[:200])
    return " ".join(printable.replace('"', "'").split())[:120].rstrip(". ")
