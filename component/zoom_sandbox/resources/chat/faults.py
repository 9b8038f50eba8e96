"""How Zoom refuses what is asked about team chat: every reason once, with its status and code."""

from __future__ import annotations

from zoom_sandbox.errors import ApiError, validation_error
from zoom_sandbox.operations import OperationCall

_UNKNOWN = ((404, 4130), (400, 4130), (404, 4400), (400, 5301), (400, 300))
_NOT_ALLOWED = ((403, 200), (403, 4100), (400, 200))


def no_channel(call: OperationCall, key: str) -> ApiError:
    """The person sees no channel with the id."""
    return call.error(f"The channel does not exist: {key}.", *_UNKNOWN)


def not_inside(call: OperationCall, key: str) -> ApiError:
    """The person sees the channel, and is not in it."""
    return call.error(f"The user is not in the channel: {key}.", *_UNKNOWN)


def not_public(call: OperationCall) -> ApiError:
    """Nobody goes into the channel unasked."""
    return call.error("The channel is not public.", (400, 5301))


def not_in_charge(call: OperationCall) -> ApiError:
    """The person neither owns the channel nor is its admin."""
    return call.error("Only the channel's owner and admins may do this.", *_NOT_ALLOWED)


def not_removable(call: OperationCall) -> ApiError:
    """Who is to go is not in the channel, or owns it."""
    return call.error("Somebody who is in the channel and does not own it is expected.", (400, 5301))


def no_name() -> ApiError:
    """A channel is to have no name."""
    return validation_error(("name", "This field is required."))


def bad_admins() -> ApiError:
    """Who is to be admin is not in the channel."""
    return validation_error(("admins", "People who are in the channel are expected."))


def no_message(call: OperationCall, key: str) -> ApiError:
    """There is no message with the id, or not in the conversation."""
    codes = ((404, 5401), (400, 5401), (404, 4131), (400, 300))
    return call.error(f"There is no such message in this conversation: {key}.", *codes)


def not_own(call: OperationCall) -> ApiError:
    """The message is another's."""
    return call.error("Only who wrote a message may change it.", (400, 200))


def no_place() -> ApiError:
    """A message is to go nowhere."""
    return validation_error(("to_contact", "Give to_contact or to_channel."))


def nothing_searched() -> ApiError:
    """A list is asked for neither by conversation nor by a word."""
    return validation_error(("to_contact", "Give to_contact or to_channel, or search with search_key."))


def no_text() -> ApiError:
    """A message is to say nothing."""
    return validation_error(("message", "This field is required."))


def scheduled() -> ApiError:
    """A message is to be sent later."""
    return validation_error(("scheduled_time", "The embedded Zoom sends at once: leave it out."))


def bad_main() -> ApiError:
    """What a message answers is not there, or elsewhere."""
    return validation_error(("reply_main_message_id", "A message of this conversation is expected."))


def no_emoji() -> ApiError:
    """It is not told which emoji, or what to do with it."""
    return validation_error(("emoji", "An emoji and the action add or remove are expected."))


def not_main(call: OperationCall) -> ApiError:
    """What a message answers is an answer itself."""
    return call.error("This only supports replies to a main message.", (400, 5402))


def archived(call: OperationCall) -> ApiError:
    """A message is to go into an archived channel."""
    return call.error("Can not send message to an archived channel.", (400, 5420), (400, 5301))


def no_upload(name: str) -> ApiError:
    """A form has no file."""
    return validation_error((name, "A file is expected."))


def too_large(name: str, most: int) -> ApiError:
    """A file has more bytes than it may, or than there is room for."""
    return validation_error(
        (name, f"At most {most} bytes are accepted."), message=f"Maximum file size exceeded: {most}"
    )


def no_file(call: OperationCall, key: str) -> ApiError:
    """There is no file with the path's id."""
    return call.error(f"Resource not found: {key}.", (404, 404))


def unknown_file(call: OperationCall, key: str) -> ApiError:
    """A file that a message is to have is not there, or another's."""
    return call.error(f"File does not exist: {key}.", (400, 5404), (400, 5301))


def nothing_to_download() -> ApiError:
    """There is no file at the address."""
    return ApiError(404, 404, "Resource not found.")


def no_files_yet() -> ApiError:
    """A message that was sent without files is to get some."""
    sentence = "A plain text message that is sent without any files is not allowed to update with the file."
    return validation_error(("file_ids", sentence))


def no_conversation() -> ApiError:
    """It is not told where the message is."""
    return validation_error(("to_contact", "Must provide either contact or channel parameter."))


def pinned(call: OperationCall, key: str) -> ApiError:
    """The message is pinned already."""
    return call.error(f"This message has already been pinned: {key}.", (400, 3216))


def not_pinned(call: OperationCall, key: str) -> ApiError:
    """The message is not pinned."""
    return call.error(f"This message has not been pinned: {key}.", (400, 3217))


def star_and_days() -> ApiError:
    """What is starred is asked for by days."""
    return validation_error(("from", "If search_star is provided, from and to are not allowed."))


def no_keyword() -> ApiError:
    """Channels are searched for by nothing."""
    return validation_error(("needle", "What to search for is expected."))


def no_session(key: str) -> ApiError:
    """There is no conversation with the id."""
    return validation_error(("sessionId", f"There is no such session: {key}."))


def no_group(call: OperationCall) -> ApiError:
    """The channel has no such group to mention."""
    return call.error("The mention group doesn't exist.", (404, 5508))


def no_groups_here(call: OperationCall) -> ApiError:
    """The person is not in the channel, or it is a group chat or archived: neither has groups to mention."""
    return call.error("No permission to access the channel's mention groups.", (403, 200))


def too_many_groups(call: OperationCall, most: int) -> ApiError:
    """The channel has as many groups to mention as it may."""
    return call.error(f"The maximum number of mention group in a channel is {most}.", (400, 5506))


def taken_group_name(call: OperationCall) -> ApiError:
    """Another group of the channel has the name."""
    return call.error("Duplicate mention group name.", (400, 200))


def too_many_mentioned(call: OperationCall, most: int) -> ApiError:
    """A group to mention would have more people than it may."""
    return call.error(f"The maximum number of members in mention group is {most}.", (400, 5507), (400, 300))


def not_in_channel(call: OperationCall) -> ApiError:
    """Who is to be mentioned is not in the channel."""
    return call.error("The users do not have permission to access the channel.", (403, 200))


def in_group(call: OperationCall) -> ApiError:
    """Who is to come into a group to mention is in it."""
    return call.error("The members exist in the mention group.", (400, 5511))


def not_in_group(call: OperationCall) -> ApiError:
    """Who is to go out of a group to mention is not in it."""
    return call.error("The members do not exist in the mention group.", (400, 5510))


def too_many(name: str, most: int) -> ApiError:
    """More are to be changed than go at once."""
    return validation_error((name, f"1 to {most} ids are expected."))


def too_many_channels(call: OperationCall, most: int) -> ApiError:
    """More channels are to be deleted than go at once."""
    return call.error(f"The size of channel_ids cannot exceed {most}.", (400, 4301))


def no_channels(call: OperationCall) -> ApiError:
    """No channel is named that is to be deleted."""
    return call.error("channel_ids cannot be empty.", (400, 4300))


def not_admin(call: OperationCall) -> ApiError:
    """Who is to be admin no more is none."""
    return call.error("Unable to demote channel administrator.", (400, 5301))
