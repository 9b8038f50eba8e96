"""Warn about secrets on the command line, which every user of a machine can read while the command runs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from zoom_component.redaction.names import is_secret_name
from zoom_component.redaction.redactor import find_secrets

__all__ = ["describe_exposed_inputs", "describe_exposed_secrets", "list_option_secrets"]

# The options that hold a secret, and the variables that hold it better.
_SECRET_OPTIONS: Mapping[str, str] = {
    "--token": "ZOOM_TOKEN",
    "--client-secret": "ZOOM_CLIENT_SECRET",
    "--webhook-secret": "ZOOM_WEBHOOK_SECRET",
    "--secret": "ZOOM_WEBHOOK_SECRET",
    "--v1-password": "ZOOM_V1_PASSWORD",
}
_URL_ADVICE: Mapping[str, str] = {
    "--proxy": "set ZOOM_COMPONENT_PROXY",
    "--inbox": "leave the password out and set PGPASSWORD, or use a .pgpass file",
}
# Whose client secret is invented.
_SANDBOX = "sandbox"
_USER_INFO = re.compile(r"(?i)\A[a-z][a-z0-9+.-]*://[^/@\s]*:[^/\s]+@")
_TOKEN_PARAMETER = re.compile(r"(?i)://\S*[?&#](?:access_token|download_token|token|zak)=[^&\s]")
_INPUT = re.compile(r"([^=:@\s]+):?=(?!@)(.+)", re.DOTALL)
_INPUT_OPTIONS = ("-i", "--input")
_HEADER_OPTIONS = ("-H", "--header")


def list_option_secrets(argv: Sequence[str]) -> list[str]:
    """Return the values of secret options, even when the arguments are invalid."""
    secrets = []
    for index, argument in enumerate(argv):
        option, separator, value = argument.partition("=")
        if option in _SECRET_OPTIONS:
            secrets.append(value if separator else "".join(argv[index + 1 : index + 2]))
    return secrets


def describe_exposed_secrets(command: str, argv: Sequence[str]) -> str:
    """Return a sentence about the secrets among the arguments of a command; "" for none. It repeats no value."""
    return _format_warning(dict.fromkeys(_find_exposed(command, argv)))


def describe_exposed_inputs(names: Sequence[str]) -> str:
    """Return a sentence about inputs that are marked as passwords; "" for those that a name already gave away."""
    return _format_warning(_describe_input(name) for name in names if not is_secret_name(name))


def _find_exposed(command: str, argv: Sequence[str]) -> Iterator[str]:
    end = argv.index("--") if "--" in argv else len(argv)
    for option, value in _iter_options(argv[:end]):
        if option in _SECRET_OPTIONS:
            if value.strip() and not (command == _SANDBOX and option == "--client-secret"):
                yield f"{option} (set {_SECRET_OPTIONS[option]} instead)"
        elif option in _INPUT_OPTIONS:
            match = _INPUT.fullmatch(value)
            if match and (is_secret_name(match[1]) or _holds_secret(match[2])):
                yield _describe_input(match[1])
        elif option in _HEADER_OPTIONS:
            name = value.partition(":")[0]
            if is_secret_name(name) and "signature" not in name.lower():
                yield f"{option} {name} (use --headers FILE instead)"
        elif _USER_INFO.match(value):
            yield f"the password in the URL of {option} ({_URL_ADVICE.get(option, 'leave it out')})"
        if _TOKEN_PARAMETER.search(value):
            yield f"the token in a URL of {option} (read it from a file instead)"


def _iter_options(argv: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield each option with its value, and each other argument as `an argument`."""
    index = 0
    while index < len(argv):
        option, separator, value = argv[index].partition("=")
        if argv[index].startswith("--") and separator:
            yield option, value
        elif argv[index][:2] in ("-i", "-H") and len(argv[index]) > 2:
            yield argv[index][:2], argv[index][2:].removeprefix("=")
        elif argv[index].startswith("-") and index + 1 < len(argv):
            yield argv[index], argv[index + 1]
            # A secret may begin with "-"; any other option is a flag then, without a value.
            if argv[index] in _SECRET_OPTIONS or not argv[index + 1].startswith("-"):
                index += 1
        else:
            yield "an argument", argv[index]
        index += 1


def _holds_secret(text: str) -> bool:
    """Return whether JSON has a field that holds a secret."""
    return text[:1] in ("{", "[") and next(find_secrets(text), None) is not None


def _describe_input(name: str) -> str:
    return f"-i {name} (use -i {name}=@FILE or --inputs FILE instead; - is stdin)"


def _format_warning(places: Iterator[str] | Mapping[str, None]) -> str:
    text = "; ".join(places)
    return f"warning: other users of this machine can read secrets in arguments: {text}" if text else ""
