"""Hold answers that are not Zoom's: those of firewalls, gateways, proxies, login pages and web servers.

No sandbox: a sandbox answers like Zoom.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from zoom_component.messages import Reply

__all__ = ["FOREIGN_ANSWERS", "ForeignAnswer", "encode_reply"]

HTML, JSON, TEXT = "text/html; charset=UTF-8", "application/json", "text/plain"
CLOUDFLARE = {"server": "cloudflare", "cf-ray": "8f2b1c3d4e5f-FRA"}


class ForeignAnswer(NamedTuple):
    """Hold an answer, and what a message about it must contain."""

    name: str
    reply: Reply
    signs: tuple[str, ...]


def _page(title: str, text: str = "") -> bytes:
    return f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{text}</body></html>".encode()


def _answer(
    name: str, status: int, body: bytes | dict[str, Any], headers: dict[str, str], *signs: str, kind: str = HTML
) -> ForeignAnswer:
    content, kind = (json.dumps(body).encode(), JSON) if isinstance(body, dict) else (body, kind)
    return ForeignAnswer(name, Reply(status, {"content-type": kind, **headers}, content), signs)


FOREIGN_ANSWERS = (
    # https://github.com/constructorfabric/insight/issues/1932 and https://github.com/OpenHands/OpenHands/issues/4480
    _answer(
        "cloudflare-block", 403, _page("Attention Required! | Cloudflare", "Sorry, you have been blocked"), CLOUDFLARE,
        '"Attention Required! | Cloudflare"', "server: cloudflare", "cf-ray: 8f2b1c3d4e5f-FRA",
    ),
    _answer("cloudflare-challenge", 403, _page("Just a moment..."), {**CLOUDFLARE, "cf-mitigated": "challenge"},
            '"Just a moment..."'),
    _answer("cloudflare-522", 522, _page("api.zoom.us | 522: Connection timed out"), CLOUDFLARE, "522: Connection"),
    _answer("cloudflare-ray-in-page", 403, _page("Access denied",
            "Cloudflare Ray ID: <strong>7d1f00aa11bb22cc</strong>"),
            {}, "ray id: 7d1f00aa11bb22cc"),
    _answer("f5", 403, _page("Request Rejected", "Your support ID is: 1234567890123456789"), {},
            '"Request Rejected"', "support id is: 1234567890123456789"),
    _answer("imperva", 403, _page("", "<h1>Access Denied</h1> Incident ID: 228000290-4501"), {"x-iinfo": "9-42"},
            "x-iinfo: 9-42", '"Access Denied"'),
    _answer("akamai", 403, _page("Access Denied", "Reference #18.2f1e.1700000000"), {"server": "AkamaiGHost"},
            "AkamaiGHost", "18.2f1e.1700000000"),
    _answer("nginx-404", 404, _page("404 Not Found"), {"server": "nginx/1.24.0"}, '"404 Not Found"', "nginx/1.24.0"),
    _answer("nginx-401", 401, _page("401 Authorization Required"), {"server": "nginx"}, "401 Authorization"),
    _answer("apache-409", 409, b"<html><h1>Conflict</h1></html>", {"server": "Apache"}, '"Conflict"', "Apache"),
    _answer("nginx-502", 502, _page("502 Bad Gateway"), {"server": "nginx"}, '"502 Bad Gateway"'),
    _answer("envoy-403", 403, b"RBAC: access denied", {"server": "istio-envoy"}, "RBAC: access denied", kind=TEXT),
    _answer("envoy-503", 503, b"upstream connect error or disconnect/reset before headers", {"server": "envoy"},
            "upstream connect error", "server: envoy", kind=TEXT),
    _answer("kong-404", 404, {"message": "no Route matched with those values", "request_id": "4f1"},
            {"server": "kong/3.4", "x-kong-request-id": "4f1e"}, "no Route matched", "x-kong-request-id: 4f1e"),
    _answer("kong-401", 401, {"message": "Unauthorized"}, {"server": "kong/3.4"}, "Unauthorized"),
    _answer("aws-403", 403, {"message": "Forbidden"}, {"x-amzn-requestid": "c6af9ac6-7b61", "x-amz-apigw-id": "Xy="},
            "Forbidden", "x-amzn-requestid: c6af9ac6-7b61"),
    _answer("aws-missing-token", 403, {"message": "Missing Authentication Token"}, {},
            "JSON that is not in Zoom's form"),
    _answer("cloudfront", 403, _page("ERROR: The request could not be satisfied"),
            {"x-amz-cf-id": "Qk9==", "via": "1.1 abc.cloudfront.net (CloudFront)"}, "x-amz-cf-id: Qk9==",
            "via: 1.1 abc"),
    _answer("google-403", 403, {"error": {"code": 403, "message": "Denied", "status": "PERMISSION_DENIED"}}, {},
            "Denied"),
    _answer("grpc-404", 404, {"code": 5, "message": "Method does not exist.", "details": []}, {},
            "Method does not exist."),
    _answer("code-is-status-404", 404, {"code": 404, "message": "Not Found"}, {"server": "openresty"}, "openresty"),
    _answer("code-is-status-401", 401, {"code": 401, "message": "Invalid access token."}, {}, "answered 401"),
    _answer("wso2", 401, {"code": "900902", "message": "Missing Credentials"}, {}, "Missing Credentials"),
    _answer("apigee", 404, {"fault": {"faultstring": "Unable to identify proxy"}}, {}, "Unable to identify proxy"),
    _answer("azure", 401, {"statusCode": 401, "message": "Access denied due to missing subscription key."},
            {"x-azure-ref": "20240101T0"}, "x-azure-ref: 20240101T0"),
    _answer("spring-404", 404, {"status": 404, "error": "Not Found", "path": "/v2/users/me"}, {}, "Not Found"),
    _answer("s3-403", 403, b"<?xml version='1.0'?><Error><Code>AccessDenied</Code><Message>Denied</Message></Error>",
            {},
            "AccessDenied", kind="application/xml"),
    _answer("login-redirect", 302, b"", {"location": "https://login.corp.example/sso?next=secret-of-the-app"},
            "a redirect to https://login.corp.example/sso"),
    _answer("permanent-redirect", 301, _page("301 Moved Permanently"), {"location": "/signin"},
            "a redirect to /signin"),
    _answer("captive-portal", 511, _page("Hotel WiFi"), {}, '"Hotel WiFi"', "wants a login"),
    _answer("proxy-407", 407, _page("ERR_CACHE_ACCESS_DENIED"), {"via": "1.1 squid"}, "wants credentials",
            "via: 1.1 squid"),
    _answer("empty-401", 401, b"", {}, "an empty body"),
    _answer("empty-404", 404, b"", {"server": "awselb/2.0"}, "an empty body", "awselb/2.0"),
    _answer("empty-403", 403, b"  \n", {}, "an empty body"),
    _answer("gone-410", 410, b"Gone", {}, "the text: Gone", kind=TEXT),
    _answer("empty-500", 500, b"", {}, "an empty body"),
)  # fmt: skip


def encode_reply(reply: Reply) -> bytes:
    """Return the bytes of an answer, as a server sends them."""
    headers = {**reply.headers, "content-length": str(len(reply.body)), "connection": "close"}
    lines = [f"HTTP/1.1 {reply.status} Status", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode() + reply.body
