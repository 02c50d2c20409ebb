"""Every bad address has its words, and none becomes a way into our own network."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from dubbing.links import LinkError, LinkFacts, LinkRules, look_at
from tests.dubbing.preflight.far_server import Request, far_server
from tests.media import make_talking_video, make_video_without_audio, run_ffmpeg

HERE = LinkRules(loopback_allowed=True, seconds=8, pause_seconds=4)
QUICK = LinkRules(loopback_allowed=True, seconds=0.6, pause_seconds=0.4)
Handle = Callable[[Request], None]


@pytest.fixture(scope="session")
def video(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return make_talking_video(tmp_path_factory.mktemp("v") / "a.mp4").read_bytes()


def look(handle: Handle, tmp_path: Path, rules: LinkRules = HERE, path: str = "a.mp4") -> LinkFacts:
    with far_server(handle) as server:
        return look_at(f"http://127.0.0.1:{server.port}/{path}", rules, folder=str(tmp_path))


def refusal(address: str, tmp_path: Path, rules: LinkRules = HERE) -> LinkError:
    with pytest.raises(LinkError) as caught:
        look_at(address, rules, folder=str(tmp_path))
    assert list(tmp_path.iterdir()) == []
    assert len(caught.value.message) > 20
    return caught.value


def refusal_of(handle: Handle, tmp_path: Path, rules: LinkRules = HERE) -> LinkError:
    with far_server(handle) as server:
        return refusal(f"http://127.0.0.1:{server.port}/a.mp4", tmp_path, rules)


# --- What works -------------------------------------------------------------------------------


def test_facts_of_a_linked_video(video: bytes, tmp_path: Path) -> None:
    facts = look(lambda request: request.answer_part(video), tmp_path)
    assert (facts.seconds, facts.size) == ("3.000", len(video))
    assert (facts.width, facts.height, facts.audio_tracks) == (160, 120, 1)
    assert facts.has_ranges
    assert list(tmp_path.iterdir()) == []


def large(tmp_path: Path, name: str, *options: str) -> bytes:
    """Some megabytes of noise, so that head and tail are far apart."""
    path = tmp_path / name
    noise = ("-f", "lavfi", "-i", "nullsrc=s=320x240:r=10:d=20,geq=random(1)*255:128:128")
    sound = ("-f", "lavfi", "-i", "sine=d=20:r=44100")
    coding = ("-c:v", "libx264", "-preset", "ultrafast", "-b:v", "3M", "-g", "10")
    run_ffmpeg(*noise, *sound, *coding, "-pix_fmt", "yuv420p", *options, str(path))
    data = path.read_bytes()
    path.unlink()
    assert len(data) > 4 << 20
    return data


@pytest.mark.parametrize(
    ("name", "options", "shape"),
    [
        ("a.mp4", (), "MP4/MOV"),
        ("a.mp4", ("-movflags", "+faststart"), "MP4/MOV"),
        ("a.mkv", (), "MKV/WebM"),
        ("a.ts", (), "MPEG-TS"),
        ("a.avi", ("-c:v", "mpeg4"), "AVI"),
    ],
)
def test_length_is_known_from_head_and_tail(tmp_path, name, options, shape) -> None:
    data = large(tmp_path, name, *options)
    with far_server(lambda request: request.answer_part(data)) as server:
        facts = look_at(f"http://127.0.0.1:{server.port}/{name}", HERE, folder=str(tmp_path))
        fetched = sum(_length(headers["Range"], len(data)) for _, headers in server.asked)
    assert facts.format == shape
    assert 19.5 < float(facts.seconds or 0) < 20.6
    assert fetched < 2 << 20


def _length(asked: str, total: int) -> int:
    first, _, last = asked.removeprefix("bytes=").partition("-")
    return min(int(last) + 1, total) - int(first)


def test_server_without_parts_leaves_the_length_open(tmp_path: Path) -> None:
    data = large(tmp_path, "a.mp4")
    facts = look(lambda request: request.answer(data), tmp_path)
    assert (facts.seconds, facts.audio_tracks, facts.size) == (None, None, len(data))
    assert not facts.has_ranges


def test_video_without_sound_is_seen_from_its_head(tmp_path: Path) -> None:
    data = make_video_without_audio(tmp_path / "a.mp4").read_bytes()
    (tmp_path / "a.mp4").unlink()
    assert look(lambda request: request.answer_part(data), tmp_path).audio_tracks == 0


def test_redirects_are_followed_and_the_last_host_is_told(video: bytes, tmp_path: Path) -> None:
    def handle(request: Request) -> None:
        if request.path == "/film":
            request.answer_part(video)
        else:
            request.answer(b"", 302, Location="/film")

    facts = look(handle, tmp_path)
    assert (facts.redirects, facts.host) == (1, "127.0.0.1")


def test_nothing_of_ours_goes_out(video: bytes, tmp_path: Path) -> None:
    with far_server(lambda request: request.answer_part(video)) as server:
        look_at(f"http://127.0.0.1:{server.port}/a.mp4", HERE, folder=str(tmp_path))
        names = {name.lower() for _, headers in server.asked for name in headers}
        codings = {headers["Accept-Encoding"] for _, headers in server.asked}
    assert names == {"host", "user-agent", "accept", "accept-encoding", "range"}
    assert codings == {"identity"}


# --- Words for what is no video ---------------------------------------------------------------

HTML = b"\n<!DOCTYPE html><html><body>Sign in</body></html>"
ANSWERS: dict[str, tuple[Handle, str]] = {
    "not found": (lambda r: r.answer(b"", 404), "link_gone"),
    "gone": (lambda r: r.answer(b"", 410), "link_gone"),
    "lapsed signature": (lambda r: r.answer(b"<Error/>", 403), "link_forbidden"),
    "password": (lambda r: r.answer(b"", 401), "link_login"),
    "broken server": (lambda r: r.answer(b"", 502), "link_trouble"),
    "too many": (lambda r: r.answer(b"", 429), "link_trouble"),
    "teapot": (lambda r: r.answer(b"", 418), "link_status"),
    "redirect without a target": (lambda r: r.answer(b"", 302), "link_status"),
    "login page": (lambda r: r.answer(HTML, Content_Type="text/html"), "link_html"),
    "login page called a video": (lambda r: r.answer(HTML, Content_Type="video/mp4"), "link_html"),
    "comment before the page": (lambda r: r.answer(b"<!-- x -->" + HTML), "link_html"),
    "nothing": (lambda r: r.answer(b""), "file_empty"),
    "empty by range": (lambda r: r.answer(b"", 416), "file_empty"),
    "hls": (lambda r: r.answer(b"#EXTM3U\n#EXTINF:9,\na.ts\n"), "link_playlist"),
    "dash": (lambda r: r.answer(b'<?xml version="1.0"?><MPD></MPD>'), "link_playlist"),
    "picture": (lambda r: r.answer(b"\xff\xd8\xff\xe0" + bytes(99)), "not_a_video"),
    "archive": (lambda r: r.answer(b"PK\x03\x04" + bytes(99)), "not_a_video"),
    "document": (lambda r: r.answer(b"%PDF-1.7 and so on"), "not_a_video"),
    "json": (lambda r: r.answer(b'{"error": "no"}'), "not_a_video"),
    "text": (lambda r: r.answer(b"Nothing but words. " * 20), "not_a_video"),
    "concat list": (lambda r: r.answer(b"ffconcat version 1.0\nfile /etc/passwd\n"), "not_a_video"),
    "sdp": (lambda r: r.answer(b"v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 9 RTP/AVP 96\n"),
            "not_a_video"),
}  # fmt: skip


@pytest.mark.parametrize("name", ANSWERS)
def test_bad_answer_has_its_words(name: str, tmp_path: Path) -> None:
    handle, code = ANSWERS[name]
    error = refusal_of(handle, tmp_path)
    assert error.code == code
    assert error.is_passing == (code == "link_trouble")


@pytest.mark.parametrize(
    ("address", "word"),
    [
        ("https://www.youtube.com/watch?v=abc", "YouTube"),
        ("https://youtu.be/abc", "YouTube"),
        ("https://vimeo.com/123", "Vimeo"),
        ("https://drive.google.com/file/d/1aB-c_d/view?usp=sharing", "id=1aB-c_d"),
        ("https://drive.google.com/drive/folders/1", "folder"),
        ("https://www.dropbox.com/s/abc/film.mp4?dl=0", "dl=1"),
        ("https://www.dropbox.com/scl/fi/abc/film.mp4?rlkey=x", "dl=1"),
        ("https://we.tl/t-abc", "WeTransfer"),
        ("https://acme.sharepoint.com/:v:/g/abc", "download=1"),
    ],
)
def test_known_page_gets_a_hint_without_a_look(address: str, word: str, tmp_path: Path) -> None:
    def resolve(host: str, port: int) -> list[str]:
        raise AssertionError(host)

    error = refusal(address, tmp_path, LinkRules(resolve=resolve))
    assert error.code == "link_page"
    assert word in error.message


# --- Servers that misbehave -------------------------------------------------------------------


def drip_headers(request: Request) -> None:
    request.wfile.write(b"HTTP/1.1 200 OK\r\n")
    request.drip(b"X-A: b\r\n")


def drip_body(request: Request) -> None:
    request.start(200, Content_Length="900000")
    request.drip(b"\x00")


def endless_headers(request: Request) -> None:
    request.wfile.write(b"HTTP/1.1 200 OK\r\n")
    request.drip(b"X-A: " + b"b" * 8000 + b"\r\n", pause=0, times=5000)


def silence(request: Request) -> None:
    request.server.stopping.wait(10)


def rubbish(request: Request) -> None:
    request.wfile.write(b"\x00\x01\x02 not http at all\r\n\r\n")


def cut_short(request: Request) -> None:
    request.start(200, Content_Length="5000")
    request.wfile.write(bytes(100))


def other_part(request: Request) -> None:
    request.answer(bytes(100), 206, Content_Range="bytes 500-599/1000")


def absurd_length(request: Request) -> None:
    request.answer(b"x" * (1 << 20), 206, Content_Range=f"bytes 0-1048575/{10**18}")


@pytest.mark.parametrize(
    ("handle", "code", "rules"),
    [
        (drip_headers, "link_timeout", QUICK),
        (drip_body, "link_timeout", QUICK),
        (silence, "link_timeout", QUICK),
        (endless_headers, "link_cut", HERE),
        (rubbish, "link_cut", HERE),
        (cut_short, "link_cut", HERE),
        (other_part, "link_answer", HERE),
        (absurd_length, "link_answer", HERE),
        (lambda r: r.answer(b"", 301, Location=r.path), "link_redirects", HERE),
        (lambda r: r.answer(b"", 302, Location="ftp://example.org/a"), "url_scheme", HERE),
        (lambda r: r.answer(b"", 302, Location="file:///etc/passwd"), "url_scheme", HERE),
        (lambda r: r.answer(b"", 302, Location="http://a:b@127.0.0.1/"), "url_credentials", HERE),
        (lambda r: r.answer(b"", 302, Location="http://10.0.0.8/a"), "url_private", HERE),
        (lambda r: r.answer(b"", 302, Location="http://169.254.169.254/"), "url_private", HERE),
    ],
)
def test_server_that_misbehaves(handle: Handle, code: str, rules: LinkRules, tmp_path) -> None:
    begin = time.monotonic()
    assert refusal_of(handle, tmp_path, rules).code == code
    assert time.monotonic() - begin < 5


def test_endless_body_is_read_no_further_than_needed(video: bytes, tmp_path: Path) -> None:
    sent = threading.Semaphore(0)

    def endless(request: Request) -> None:
        request.start(200, Content_Type="video/mp4")
        request.wfile.write(video)
        for _ in range(400):
            request.wfile.write(bytes(1 << 20))
            sent.release()

    facts = look(endless, tmp_path)
    assert facts.size is None
    assert facts.seconds == "3.000"
    count = 0
    while sent.acquire(blocking=False):
        count += 1
    assert count < 30


def test_packed_body_is_not_unpacked(tmp_path: Path) -> None:
    bomb = b"\x1f\x8b\x08\x00" + bytes(2000)
    error = refusal_of(lambda r: r.answer(bomb, Content_Encoding="gzip"), tmp_path)
    assert error.code == "not_a_video"


def test_dead_port_and_unknown_name_have_their_words(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}/a.mp4"
        assert refusal(address, tmp_path).code == "link_refused"

    def nobody(host: str, port: int) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    rules = LinkRules(resolve=nobody)
    assert refusal("https://gone.example/a.mp4", tmp_path, rules).code == "link_unresolved"


def test_resolver_that_hangs_is_not_waited_for(tmp_path: Path) -> None:
    release = threading.Event()

    def slow(host: str, port: int) -> list[str]:
        release.wait(10)
        return []

    rules = LinkRules(resolve=slow, seconds=0.3)
    try:
        assert refusal("https://slow.example/a.mp4", tmp_path, rules).code == "link_timeout"
    finally:
        release.set()


def test_plain_http_behind_https_is_told_as_a_bad_certificate(video: bytes, tmp_path: Path) -> None:
    with far_server(lambda request: request.answer_part(video)) as server:
        address = f"https://127.0.0.1:{server.port}/a.mp4"
        assert refusal(address, tmp_path).code == "link_tls"


# --- Names and addresses ----------------------------------------------------------------------

INSIDE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.9", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "0.0.0.0", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "fec0::1",  # noqa: S104
    "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::10.0.0.1", "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::", "2002:a00:1::1", "fe80::1%lo",
    "not an address",
]  # fmt: skip


@pytest.fixture
def trap() -> object:
    """A listening socket on loopback that nobody may call."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        yield listener
        with pytest.raises(BlockingIOError):
            listener.accept()


@pytest.mark.parametrize("inside", INSIDE)
def test_name_that_leads_inside_is_refused_at_the_socket(inside, tmp_path, trap) -> None:
    port = trap.getsockname()[1]
    rules = LinkRules(resolve=lambda host, _: [inside])
    error = refusal(f"http://films.example.org:{port}/a.mp4", tmp_path, rules)
    assert error.code == "url_private"


def test_name_that_changes_its_mind_gains_nothing(tmp_path: Path, trap) -> None:
    """DNS rebinding: public when it is judged, loopback when it is asked again."""
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) > 1 else ["203.0.113.9", "::ffff:127.0.0.1"]

    port = trap.getsockname()[1]
    rules = LinkRules(resolve=resolve, seconds=0.5, pause_seconds=0.3)
    refusal(f"http://films.example.org:{port}/a.mp4", tmp_path, rules)
    assert asked == ["films.example.org"]


def test_redirect_to_a_name_that_leads_inside_is_refused(video, tmp_path, trap) -> None:
    port = trap.getsockname()[1]

    def handle(request: Request) -> None:
        request.answer(b"", 302, Location=f"http://inside.example.org:{port}/")

    def resolve(host: str, _: int) -> list[str]:
        assert host == "inside.example.org"
        return ["10.0.0.7"]

    rules = LinkRules(loopback_allowed=True, resolve=resolve)
    assert refusal_of(handle, tmp_path, rules).code == "url_private"


def test_host_and_name_stay_those_of_the_link(video: bytes, tmp_path: Path) -> None:
    with far_server(lambda request: request.answer_part(video)) as server:
        rules = LinkRules(loopback_allowed=True, resolve=lambda *_: ["127.0.0.1"])
        address = f"http://films.example.org:{server.port}/a.mp4"
        look_at(address, rules, folder=str(tmp_path))
        hosts = {headers["Host"] for _, headers in server.asked}
    assert hosts == {f"films.example.org:{server.port}"}


def test_proxy_of_the_environment_is_asked_for_names_not_our_resolver(video, tmp_path) -> None:
    def resolve(host: str, port: int) -> list[str]:
        raise AssertionError(host)

    def as_proxy(request: Request) -> None:
        assert request.path == "http://films.example.org/a.mp4"
        request.answer_part(video)

    with far_server(as_proxy) as server:
        proxies = {"http": f"http://127.0.0.1:{server.port}"}
        rules = LinkRules(proxies=proxies, resolve=resolve)
        facts = look_at("http://films.example.org/a.mp4", rules, folder=str(tmp_path))
        assert facts.seconds == "3.000"
        inside = "http://192.168.0.1/a.mp4"
        assert refusal(inside, tmp_path, rules).code == "url_private"
