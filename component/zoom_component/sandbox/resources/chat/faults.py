"""How Zoom refuses what is asked about team chat: every reason once, with its status and code."""

from __future__ import annotations

from zoom_component.sandbox.plays import Call
from zoom_component.sandbox.refusal import Refusal, invalid

_UNKNOWN = ((404, 4130), (400, 5301), (400, 300))


def no_channel(call: Call, key: str) -> Refusal:
    """The person sees no channel with the id."""
    return call.refuse(f"The channel does not exist: {key}.", *_UNKNOWN)


def not_inside(call: Call, key: str) -> Refusal:
    """The person sees the channel, and is not in it."""
    return call.refuse(f"The user is not in the channel: {key}.", *_UNKNOWN)


def not_public(call: Call) -> Refusal:
    """Nobody goes into the channel unasked."""
    return call.refuse("The channel is not public.", (400, 5301))


def not_in_charge(call: Call) -> Refusal:
    """The person neither owns the channel nor is its admin."""
    return call.refuse("Only the channel's owner and admins may do this.", (403, 200), (400, 200))


def not_removable(call: Call) -> Refusal:
    """Who is to go is not in the channel, or owns it."""
    return call.refuse("Somebody who is in the channel and does not own it is expected.", (400, 5301))


def no_name() -> Refusal:
    """A channel is to have no name."""
    return invalid(("name", "This field is required."))


def bad_admins() -> Refusal:
    """Who is to be admin is not in the channel."""
    return invalid(("admins", "People who are in the channel are expected."))


def no_message(key: str) -> Refusal:
    """There is no message with the id, or not in the conversation."""
    return invalid(("messageId", f"There is no such message in this conversation: {key}."))


def not_own(call: Call) -> Refusal:
    """The message is another's."""
    return call.refuse("Only who wrote a message may change it.", (400, 200))


def no_place() -> Refusal:
    """A message is to go nowhere."""
    return invalid(("to_contact", "Give to_contact or to_channel."))


def nothing_searched() -> Refusal:
    """A list is asked for neither by conversation nor by a word."""
    return invalid(("to_contact", "Give to_contact or to_channel, or search with search_key."))


def no_text() -> Refusal:
    """A message is to say nothing."""
    return invalid(("message", "This field is required."))


def scheduled() -> Refusal:
    """A message is to be sent later."""
    return invalid(("scheduled_time", "The embedded Zoom sends at once: leave it out."))


def bad_main() -> Refusal:
    """What a message answers is not there, or elsewhere."""
    return invalid(("reply_main_message_id", "A message of this conversation is expected."))


def no_emoji() -> Refusal:
    """It is not told which emoji, or what to do with it."""
    return invalid(("emoji", "An emoji and the action add or remove are expected."))
