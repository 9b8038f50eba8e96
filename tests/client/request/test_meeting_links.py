"""Test which meeting a link names: of any page or app of Zoom, also inside the link of a mail scanner."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.messages import call_or_message

from zoom_component.client.request.references import read_meeting_id
from zoom_component.client.request.values import InvalidValue

NUMBER = "89347503000"
UUID = "/ajXp112QmuoKj4854875=="
HOSTS = ["zoom.us", "us02web.zoom.us", "example-company.zoom.us", "app.zoom.us", "zoom.com", "zoom.com.cn",
         "zoomgov.com", "x.zoomgov.com", "uni.zoom-x.de", "ZOOM.US", "zoom.us.", "zoom.us:443"]  # fmt: skip
PATHS = ["/j/{}", "/s/{}", "/w/{}", "/wc/{}/join", "/wc/{}/start", "/wc/join/{}", "/meeting/{}", "/meeting/{}/edit",
         "/meeting/{}/ics", "/webinar/{}", "/webinar/{}/edit", "/launch/jc/{}", "/start/{}", "/skype/{}",
         "/report/participants/{}", "/webinar/register/{}/WN_abc", "/j/{}/", "/j/{}#success", "/j/{}?pwd=1234567890.1",
         "/join?confno={}", "/join?action=join&confno={}&pwd=abc", "/recording/management?meeting_id={}",
         "/account/my/report/participants?meetingId={}&accountId=12345678901", "/postattendee?mn={}&id=54",
         "/meeting/{}?occurrence=1648194360000", "/signin?backUrl=https%3A%2F%2Fzoom.us%2Fj%2F{}"]  # fmt: skip
SCHEMES = ["https://", "http://", "HTTPS://", "//", ""]
APPS = ["zoommtg://zoom.us/join?action=join&confno={}&pwd=abc", "zoomus://zoom.us/join?confno={}",
        "zoommtg://us02web.zoom.us/start?confno={}&zc=0", "zoommtg://win.launch?action=join&confno={}",
        "zoomus:?action=join&confno={}", "zoommtg:/join?confid=dXNzPTEyMzQ1Njc4OTAxMjM0NQ==&confno={}"]  # fmt: skip
SURROUNDINGS = ["{}", "<{}>", '"{}"', "'{}'", "“{}”", "({})", "[Join]({})", "<{}|Join>", "Join: {}.", "{},", "{} :)",
                '<a href="{}">Join</a>', "Please join\n{}\n\nThanks", "URL:{}", "\ufeff{}\u200b",
                '{{"join_url": "{}"}}']  # fmt: skip


def encode_base64(link: str) -> str:
    return urlsafe_b64encode(link.encode()).decode().rstrip("=")


def encode_url_defense_2(link: str) -> str:
    """Encode as https://help.proofpoint.com/Threat_Insight_Dashboard/API_Documentation/URL_Decoder_API describes."""
    return quote(link, safe="/.").replace("-", "-2D").replace("_", "-5F").replace("%", "-").replace("/", "_")


WRAPPERS: dict[str, Callable[[str], str]] = {
    "SafeLinks": lambda link: (
        f"https://eur01.safelinks.protection.outlook.com/?url={quote(link, safe='')}"
        "&data=05%7C02%7Cann%40example.com%7C84df9e7fe9f640afb435aaaaaaaaaaaa%7C1%7C0%7C638500000000000000&reserved=0"
    ),
    "Teams": lambda link: (
        "https://statics.teams.cdn.office.net/evergreen-assets/safelinks/1/atp-safelinks.html"
        f"?url={quote(link, safe='')}&locale=en"
    ),
    "URL Defense 1": lambda link: f"https://urldefense.proofpoint.com/v1/url?u={link}&k=oIvRg1%2BdGAgOoM1BIlLLqw%3D%3D",
    "URL Defense 2": lambda link: (
        f"https://urldefense.proofpoint.com/v2/url?u={encode_url_defense_2(link)}&d=DwMFAg&c=12345678901&m=x&e="
    ),
    "URL Defense 3": lambda link: f"https://urldefense.com/v3/__{link}__;!!M6bk!abc_12345678901$",
    "Barracuda": lambda link: f"https://linkprotect.cudasvc.com/url?a={quote(link, safe='')}&c=E,1,abc&typo=1",
    "Cisco": lambda link: f"https://secure-web.cisco.com/1ab-12345678901/{quote(link, safe='')}",
    "Sophos": lambda link: f"https://us-west-2.protection.sophos.com/?d=zoom.us&u={encode_base64(link)}&i=Nj&t=x&h=1",
    "Avanan": lambda link: f"https://url.avanan.click/v2/___{link}___.YXAzOmV4YW1wbGU6YTpvOjE",
    "FireEye": lambda link: f"https://protect2.fireeye.com/v1/url?k=12345678901&q=1&e=a&u={quote(link, safe='')}",
    "Google": lambda link: f"https://www.google.com/url?q={link}&sa=D&source=calendar&ust=1648194360000000&usg=AOv",
    "Bing": lambda link: f"https://www.bing.com/ck/a?!&&p=12345678901&u=a1{encode_base64(link)}&ntb=1",
    "Yahoo": lambda link: f"https://r.search.yahoo.com/_ylt=A/RV=2/RE=1648194360/RU={quote(link, safe='')}/RK=2/RS=x",
    "DuckDuckGo": lambda link: f"https://duckduckgo.com/l/?uddg={quote(link, safe='')}&rut=12345678901",
    "Facebook": lambda link: f"https://l.facebook.com/l.php?u={quote(link, safe='')}&h=AT0",
    "LinkedIn": lambda link: f"https://www.linkedin.com/safety/go?url={quote(link, safe='')}&trk=1",
    "Slack": lambda link: f"https://slack-redir.net/link?url={quote(link, safe='')}",
}


def refusal(text: str) -> str:
    with pytest.raises(InvalidValue) as caught:
        read_meeting_id(text)
    return str(caught.value)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("host", HOSTS)
def test_a_link_of_any_host_and_page(host: str, path: str) -> None:
    for scheme in SCHEMES:
        assert read_meeting_id(scheme + host + path.format(NUMBER)) == NUMBER


@pytest.mark.parametrize("link", APPS)
def test_a_link_of_an_app(link: str) -> None:
    assert read_meeting_id(link.format(NUMBER)) == NUMBER


@given(
    st.sampled_from([*WRAPPERS.values()]),
    st.sampled_from([*WRAPPERS.values(), str]),
    st.sampled_from(SURROUNDINGS),
    st.integers(10**8, 10**11 - 1).map(str),
    st.sampled_from(["", "?pwd=8pEkRweVXPV3Ob2KJYgFTRlDtl1gSn.1", "?pwd=abc_-1&from=addon"]),
)
def test_a_wrapped_link(
    outer: Callable[[str], str], inner: Callable[[str], str], surrounding: str, number: str, query: str
) -> None:
    link = f"https://us02web.zoom.us/j/{number}{query}"
    assert read_meeting_id(surrounding.format(outer(link))) == number
    if outer is not inner and inner is not WRAPPERS["URL Defense 3"]:
        assert read_meeting_id(outer(quote(inner(link), safe=""))) == number


@pytest.mark.parametrize("name", WRAPPERS)
def test_each_wrapper(name: str) -> None:
    assert read_meeting_id(WRAPPERS[name](f"https://us02web.zoom.us/j/{NUMBER}")) == NUMBER
    assert "personal link" in refusal(WRAPPERS[name]("https://us02web.zoom.us/my/annsmith"))
    assert "not to Zoom" in refusal(WRAPPERS[name](f"https://example.com/j/{NUMBER}"))


def test_special_characters_of_url_defense_are_restored() -> None:
    # "*" stands for one character of those in base64 after the link, and "**A" for two of them.
    characters = encode_base64("%%%%")
    link = "https://zoom.us/recording/detail?meeting_id=*2FajXp112QmuoKj4854875**A3D3D"
    assert "without a meeting number" in refusal(f"https://urldefense.com/v3/__{link}__;{characters}!!abc!x$")
    link = "https://zoom.us/recording/detail?meeting_id=*2FajXp112QmuoKj4854875*3D*3D"
    assert read_meeting_id(f"https://urldefense.com/v3/__{link}__;{characters}!!abc!x$") == UUID


@pytest.mark.parametrize(
    "link",
    [
        "https://zoom.us/recording/management/detail?meeting_id=%2FajXp112QmuoKj4854875%3D%3D",
        "https://zoom.us/account/my/report/participants/list?meetingId=%2FajXp112QmuoKj4854875%3D%3D&accountId=abc",
        "https://www.google.com/url?q=https://applications.zoom.us/addon/invitation/detail?"
        "meetingUuid%3D%252FajXp112QmuoKj4854875%253D%253D%26signature%3Dabc",
        "https://api.zoom.us/v2/past_meetings/%252FajXp112QmuoKj4854875%253D%253D/participants",
    ],
)
def test_a_uuid_in_a_link(link: str) -> None:
    assert read_meeting_id(link) == UUID


@pytest.mark.parametrize(
    "link",
    ["https://zoom.us/j/893 4750 3000", "zoom.us/w/893 4750 3000?pwd=abc", "<https://us02web.zoom.us/s/893 4750 3000>"],
)
def test_the_number_of_a_link_may_be_typed_in_groups(link: str) -> None:
    assert read_meeting_id(link) == "89347503000"


@pytest.mark.parametrize(
    ("link", "reason"),
    [
        ("https://zoom.us/my/annsmith", "a personal link without a meeting number"),
        ("zoom.us/meeting/register/tJ0oceyqrzkqGd1", "a registration page"),
        ("https://us02web.zoom.us/webinar/register/WN_12345678901abc", "a registration page"),
        ("https://us02web.zoom.us/rec/share/89347503000", "a recording"),
        ("https://us02web.zoom.us/u/kdPsxM1bXo", "telephone numbers"),
        ("https://zoom.us/launch/chat?src=direct_chat_link&email=ann", "without a meeting number"),
        ("https://support.zoom.us/hc/en-us/articles/115004954946", "without a meeting number"),
        ("zoomphonecall://+16465588656", "calls a telephone number"),
        ("https://example.com/j/89347503000", "a link to example.com and not to Zoom"),
        ("https://zoom.us.example.com/j/89347503000", "a link to zoom.us.example.com and not to Zoom"),
        ("https://zoom.us@example.com/j/89347503000", "a link to example.com and not to Zoom"),
        ("notzoom.us/j/89347503000", "a link to notzoom.us and not to Zoom"),
        ("zoommtg://example.com/join?confno=89347503000", "a link to example.com and not to Zoom"),
        ("https://meet.google.com/abc-defg-hij?authuser=89347503000", "a link to meet.google.com"),
        ("https://zооm.us/j/89347503000", "not to Zoom"),
        ("https://protect-us.mimecast.com/s/89347503000?domain=us02web.zoom.us", "open it and copy the address there"),
        ("https://zoom.us/j/89347503000 https://zoom.us/j/87111112222", "names 2 meetings"),
        ("https://zoom.us:port/j/89347503000", "not valid"),
    ],
)
def test_a_link_without_a_meeting_is_refused_with_the_reason(link: str, reason: str) -> None:
    assert reason in refusal(link)


@given(st.text(alphabet="https://zoom.us/?=&%2F:u*__;!AB012", max_size=200))
def test_a_link_of_any_form_is_read_or_refused(tail: str) -> None:
    for link in (
        f"https://example.com/{tail}",
        f"https://zoom.us/{tail}",
        f"https://urldefense.com/v3/__{tail}__;{tail}",
    ):
        result, message = call_or_message(read_meeting_id, link)
        assert message is None or message.startswith("expected a meeting number")
        assert message is not None or result
