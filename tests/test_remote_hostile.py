"""Remote stores that break, lie, stall, flood or lead astray: an error of one line, or the
answer, and never a part of it."""

from __future__ import annotations

import gc
import gzip
import shutil
import ssl
import subprocess
import warnings
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import process
from fake_endpoint import (
    JSON,
    NT,
    Fake,
    boolean,
    drip,
    fake_endpoint,
    raw_reply,
    reply,
    reset,
    store_at,
    table,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from remote_servers import free_port

import coopgraph
from coopgraph.errors import (
    AnswerTruncated,
    CoopgraphError,
    EndpointFailed,
    EndpointRefused,
    EndpointUnreachable,
    NotSparql,
    QueryTimeout,
    ReplyTooLarge,
    ServerBusy,
    ServiceRefused,
    UsageError,
)
from coopgraph.remote import endpoint as endpoint_module
from coopgraph.remote.address import parse_address
from coopgraph.remote.http import Request

ASK = "SELECT ?a { ?a ?b ?c }"
SECRET = {"COOPGRAPH_USER": "ann", "COOPGRAPH_PASSWORD": "s3cret-w0rd"}
TOKEN = {"COOPGRAPH_TOKEN": "t0ken-0f-ann"}


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[Fake]:
    monkeypatch.setattr(endpoint_module, "_BACKOFF_S", 0.001)
    with fake_endpoint() as running:
        yield running


def values(fake: Fake, **options: float) -> list[str]:
    return [row[0].value for row in store_at(fake.url, **options).select(ASK)]  # type: ignore[arg-type]


def one_line(error: CoopgraphError) -> str:
    text = str(error)
    assert text.isprintable()
    assert len(text) < 600
    return text


# --- unreachable, broken, busy ------------------------------------------------------------


def test_nothing_listens() -> None:
    done = process("query", "partners", "--store", f"http://127.0.0.1:{free_port()}/sparql")
    assert done.code == 1
    assert "cannot be reached: Connection refused; check the address" in done.message


def test_no_such_host() -> None:
    with pytest.raises(EndpointUnreachable, match=r"store\.invalid.*cannot be reached"):
        coopgraph.open("https://store.invalid/sparql")


def test_resets_are_tried_again(fake: Fake) -> None:
    fake.will(reset, reset, reply(table("x")))
    assert values(fake) == ["x"]
    assert len(fake.seen) == 3
    fake.will(reset)
    with pytest.raises(EndpointUnreachable):
        values(fake)
    assert len(fake.seen) == 6


def test_busy_servers_are_asked_again_and_their_wish_is_heeded(fake: Fake) -> None:
    fake.will(reply(b"later", "text/plain", 503, {"Retry-After": "0"}), reply(table("x")))
    assert values(fake) == ["x"]
    for status in (429, 502, 503, 504):
        fake.will(reply(b"later", "text/plain", status), reply(table("x")))
        assert values(fake) == ["x"]
    fake.will(reply(b"later", "text/plain", 503, {"Retry-After": "3600"}))
    fake.seen.clear()
    with pytest.raises(ServerBusy, match="retry in 3600 s") as busy:
        values(fake)
    assert busy.value.retry_after_s == 3600
    assert len(fake.seen) == 1
    fake.will(reply(b"no capacity\r\n", "text/plain", 503))
    fake.seen.clear()
    with pytest.raises(EndpointFailed, match="status 503: no capacity"):
        values(fake)
    assert len(fake.seen) == 3


@pytest.mark.parametrize(
    "after", ["-1", "soon", "1e400", "٣", "Wed, 21 Oct 1999 07:28:00 GMT", "9" * 400]
)
def test_any_retry_after(fake: Fake, after: str) -> None:
    headers = {"Retry-After": after.encode().decode("latin-1")}
    fake.will(reply(b"", "text/plain", 503, headers), reply(table("x")))
    if after.startswith("999"):
        with pytest.raises(ServerBusy):
            values(fake)
    else:
        assert values(fake) == ["x"]


def test_errors_are_not_asked_for_again_and_their_words_are_harmless(fake: Fake) -> None:
    words = "\x1b[31mSP030: bad\x00 thing \u202e\nsecond line\n" + "x" * 5_000
    fake.will(reply(words.encode(), "text/plain", 500))
    with pytest.raises(EndpointFailed, match=r"status 500: .*SP030: bad thing") as failed:
        values(fake)
    assert "second" not in one_line(failed.value)
    assert len(fake.seen) == 1
    fake.will(reply(b"<html><script>alert(1)</script></html>", "text/html", 500))
    with pytest.raises(EndpointFailed, match="in a page of HTML") as failed:
        values(fake)
    assert "script" not in one_line(failed.value)
    problem = b'{"title": "Query too slow", "detail": "stopped after 10 s"}'
    fake.will(reply(problem, "application/problem+json", 400))
    with pytest.raises(EndpointFailed, match="status 400: stopped after 10 s"):
        values(fake)


# --- time and size --------------------------------------------------------------------------


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/sparql-results+json\r\n"


@pytest.mark.parametrize(
    "data",
    [
        HEAD + b"Content-Length: 100000\r\n\r\n" + table(*["x"] * 3_000),
        HEAD + b"X-Padding: " + b"p" * 3_000,
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\n \r\n" * 600,
    ],
    ids=["body", "headers", "chunks"],
)
def test_a_slow_drip_does_not_keep_us(fake: Fake, data: bytes) -> None:
    fake.will(drip(data))
    with pytest.raises(QueryTimeout, match=r"no whole answer within 0\.6 s.*--timeout-s"):
        values(fake, timeout_s=0.6)


def test_silence_is_a_timeout(fake: Fake) -> None:
    fake.will(drip(b"H", every_s=30))
    with pytest.raises(QueryTimeout):
        values(fake, timeout_s=0.4)


def test_a_flood_is_stopped(fake: Fake) -> None:
    fake.will(reply(table(*["x" * 100] * 20_000)))
    with pytest.raises(ReplyTooLarge, match="larger than 1 MB"):
        values(fake, reply_mb=1)


def test_a_bomb_does_not_go_off(fake: Fake) -> None:
    bomb = gzip.compress(b" " * (300 << 20), 9)
    assert len(bomb) < 1 << 20
    fake.will(reply(bomb, headers={"Content-Encoding": "gzip"}))
    with pytest.raises(ReplyTooLarge):
        values(fake, reply_mb=2)


def test_compressed_answers_are_read_and_broken_ones_are_not(fake: Fake) -> None:
    packed = gzip.compress(table("x"))
    fake.will(reply(packed, headers={"Content-Encoding": "gzip"}))
    assert values(fake) == ["x"]
    assert fake.seen[0].headers["accept-encoding"] == "gzip"
    for broken in (packed[:-12], packed[:5], b"not gzip", zlib.compress(b"x")[:-3]):
        fake.will(reply(broken, headers={"Content-Encoding": "gzip"}))
        with pytest.raises(AnswerTruncated):
            values(fake)


# --- answers that are not whole ---------------------------------------------------------------


def test_every_beginning_of_an_answer_is_an_error(fake: Fake) -> None:
    whole = table("x")
    store = store_at(fake.url)
    for end in range(len(whole)):
        fake.will(reply(whole[:end]))
        with pytest.raises(AnswerTruncated):
            store.select(ASK)
    fake.will(reply(whole))
    assert len(store.select(ASK)) == 1


def test_the_servers_last_words_are_told(fake: Fake) -> None:
    fake.will(reply(table("x", "y")[:-20] + b"The SPARQL operation has been cancelled"))
    with pytest.raises(AnswerTruncated, match="The SPARQL operation has been cancelled"):
        values(fake)
    triples = b"<urn:a> <urn:b> <urn:c> .\nThe SPARQL operation has been cancelled"
    fake.will(reply(triples, NT))
    with pytest.raises(AnswerTruncated, match="The SPARQL operation has been cancelled"):
        store_at(fake.url).construct("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")


def test_a_body_shorter_than_it_says_or_a_chunk_that_does_not_come(fake: Fake) -> None:
    body = table("x")
    fake.will(raw_reply(HEAD + b"Content-Length: %d\r\n\r\n" % (len(body) + 10) + body))
    with pytest.raises(AnswerTruncated, match="breaks off"):
        values(fake)
    fake.will(raw_reply(HEAD + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s" % (len(body), body)))
    with pytest.raises(AnswerTruncated, match="breaks off"):
        values(fake)


def test_a_part_that_says_so_in_a_header(fake: Fake) -> None:
    headers = {"X-SQL-State": "S1TAT", "X-SQL-Message": "RC...: Returning incomplete results"}
    fake.will(reply(table("x"), headers=headers))
    with pytest.raises(AnswerTruncated, match="Returning incomplete results"):
        values(fake)


# --- other things than answers ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "media_type", "status", "says"),
    [
        (b"<html>Welcome</html>", "text/html; charset=utf-8", 200, "answers with text/html"),
        (table("x"), "", 200, "does not say what it answers with"),
        (table("x"), "text/plain", 200, "answers with text/plain"),
        (b"", JSON, 404, "no endpoint at this address"),
        (b"gone", "text/plain", 410, "no endpoint at this address"),
        (boolean(True), JSON, 200, "a different query form"),
        (b"", "", 204, "does not say what it answers with"),
    ],
)
def test_what_is_no_endpoint(
    fake: Fake, body: bytes, media_type: str, status: int, says: str
) -> None:
    fake.will(reply(body, media_type, status))
    with pytest.raises(NotSparql, match=says):
        values(fake)


def test_a_table_is_no_answer_to_ask(fake: Fake) -> None:
    fake.will(reply(table("x")))
    with pytest.raises(NotSparql, match="a different query form"):
        store_at(fake.url).query("ASK { ?s ?p ?o }")
    fake.will(reply(table("x")))
    with pytest.raises(NotSparql, match="answers with"):
        store_at(fake.url).query("DESCRIBE <urn:x>")


@pytest.mark.parametrize(
    "data",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"\x16\x03\x01\x02\x00",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 1_000 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nA: " + b"b" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5, 6\r\n\r\nabcdef",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: http://[::1\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: ftp://127.0.0.1/\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip, gzip, gzip, gzip, gzip, gzip\r\n\r\nabc",
        b"",
    ],
)
def test_what_is_hardly_http(fake: Fake, data: bytes) -> None:
    fake.will(raw_reply(data))
    with pytest.raises(CoopgraphError) as error:
        values(fake, timeout_s=5)
    one_line(error.value)
    del error
    with warnings.catch_warnings():  # urllib3 2.8 forgets a reply with two lengths without closing
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


MEDIA = [JSON, "application/sparql-results+xml", "application/json", NT, "text/turtle", "text/x"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(
    body=st.one_of(
        st.binary(max_size=60),
        st.sampled_from([table("x"), boolean(True), b"<sparql/>", b"{}", b"[]", b"null"]),
        st.text(alphabet='{}[]":,abhedvrsultin gs01', max_size=60).map(str.encode),
    ),
    media=st.sampled_from(MEDIA),
    query=st.sampled_from([ASK, "ASK {}", "CONSTRUCT WHERE { ?s ?p ?o }", "DESCRIBE <urn:x>"]),
)
def test_any_reply_is_an_answer_or_an_error_of_ours(
    fake: Fake, body: bytes, media: str, query: str
) -> None:
    fake.will(reply(body, media))
    store = store_at(fake.url)
    try:
        result = store.query(query)
        list(result) if not hasattr(result, "__bool__") else bool(result)
    except CoopgraphError as error:
        one_line(error)
    finally:
        store.close()


# --- credentials and redirects ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environment", "header"),
    [(SECRET, "Basic YW5uOnMzY3JldC13MHJk"), (TOKEN, "Bearer t0ken-0f-ann"), ({}, None)],
)
def test_credentials_come_from_the_environment(
    fake: Fake, environment: dict[str, str], header: str | None
) -> None:
    fake.will(reply(table("x")))
    assert store_at(fake.url, environment=environment).select(ASK)
    assert fake.seen[0].headers.get("authorization") == header


@pytest.mark.parametrize("environment", [SECRET, TOKEN])
def test_credentials_stay_with_their_host(fake: Fake, environment: dict[str, str]) -> None:
    with fake_endpoint() as other:
        other.will(reply(table("x")))
        for status in (301, 302, 303, 307, 308):
            fake.will(reply(b"", "", status, {"Location": other.url}))
            assert len(store_at(fake.url, environment=environment).select(ASK)) == 1
            assert "authorization" in fake.seen[-1].headers
            assert "authorization" not in other.seen[-1].headers
            assert other.seen[-1].method == ("GET" if status == 303 else "POST")
        assert other.seen[0].form["query"] == ASK
        # On the same host they go along.
        fake.will(reply(b"", "", 307, {"Location": "/elsewhere"}), reply(table("x")))
        assert store_at(fake.url, environment=environment).select(ASK)
        assert fake.seen[-1].path == "/elsewhere"
        assert "authorization" in fake.seen[-1].headers


def test_redirects_end(fake: Fake) -> None:
    fake.will(reply(b"", "", 302, {"Location": "/sparql"}))
    with pytest.raises(EndpointFailed, match="more than 5 redirects"):
        values(fake)


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("https://example.org/sparql", "http://example.org/sparql"),
        ("https://example.org/sparql", "https://127.0.0.1/sparql"),
        ("https://example.org/sparql", "https://localhost:8080/"),
        ("https://example.org/sparql", "https://ann:pw@example.org/"),
    ],
)
def test_redirects_that_are_not_followed(source: str, target: str) -> None:
    with pytest.raises(EndpointFailed, match="redirects to"):
        endpoint_module._redirected(Request("POST", parse_address(source)), 307, target)
    moved = endpoint_module._redirected(Request("POST", parse_address(source)), 307, "/other?a=b")
    assert moved.address.url == "https://example.org/other?a=b"


def test_data_go_to_no_other_host(fake: Fake) -> None:
    with fake_endpoint() as other:
        other.will(reply(b"", ""))
        elsewhere = other.url.replace("127.0.0.1", "localhost")
        fake.will(reply(b"", "", 307, {"Location": elsewhere}))
        with pytest.raises(EndpointFailed, match="not followed"):
            store_at(fake.url).client.endpoint.send("PUT", {}, b"data", is_write=True)
        assert other.seen == []


@pytest.mark.parametrize("environment", [SECRET, TOKEN])
@pytest.mark.parametrize("status", [401, 403, 500])
def test_secrets_are_never_told(fake: Fake, environment: dict[str, str], status: int) -> None:
    def echo(handler: object) -> None:
        said = fake.seen[-1].headers.get("authorization", "") + " " + " ".join(environment.values())
        reply(said.encode(), "text/plain", status)(handler)  # type: ignore[arg-type]

    fake.will(echo)
    store = store_at(fake.url, environment=environment)
    with pytest.raises(EndpointRefused if status < 500 else EndpointFailed) as refused:
        store.select(ASK)
    text = one_line(refused.value) + repr(store.client)
    for name, value in environment.items():
        assert name == "COOPGRAPH_USER" or value not in text
    assert "YW5u" not in text


def test_credentials_do_not_travel_readable() -> None:
    done = process("query", "partners", "--store", "http://example.org/sparql", env=SECRET)
    assert done.code == 2
    assert "credentials are not sent over http to another machine" in done.message
    assert "s3cret" not in done.message


@pytest.mark.parametrize(
    "url",
    [
        "http://ann:s3cret@127.0.0.1:1/sparql",
        "https://s3cret@example.org/",
        "http://a b/s3cret@x",
        "http://",
        "https://?s3cret",
        "http://host:s3cret/",
        "http://[::1/s3cret@",
        "http://exa mple.org/",
        "http://x\n.org/",
    ],
)
def test_addresses_that_are_none(url: str) -> None:
    with pytest.raises(UsageError) as error:
        coopgraph.open(url)
    text = one_line(error.value)
    assert "s3cret@" not in text
    assert ":s3cret@" not in text
    done = process("query", "partners", env={"COOPGRAPH_STORE": url})
    assert done.code == 2
    assert ":s3cret@" not in done.message


@pytest.mark.parametrize(
    "environment",
    [
        {"COOPGRAPH_TOKEN": "abc\r\nX-Evil: 1"},
        {"COOPGRAPH_TOKEN": "비밀"},
        {"COOPGRAPH_USER": "a:b", "COOPGRAPH_PASSWORD": "abc"},
        {"COOPGRAPH_USER": "a\nb", "COOPGRAPH_PASSWORD": "abc"},
        {"COOPGRAPH_USER": "ab", "COOPGRAPH_PASSWORD": "abc\r\nX-Evil: 1"},
    ],
)
def test_credentials_that_cannot_be_sent(fake: Fake, environment: dict[str, str]) -> None:
    with pytest.raises(UsageError, match="COOPGRAPH_") as error:
        store_at(fake.url, environment=environment)
    assert "Evil" not in str(error.value)
    assert "abc" not in str(error.value)
    assert fake.seen == []


def test_service_is_refused_before_anything_is_sent(fake: Fake) -> None:
    fake.will(reply(table("x")))
    with pytest.raises(ServiceRefused):
        store_at(fake.url).query("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }")
    assert fake.seen == []


# --- on the way ------------------------------------------------------------------------------


def test_what_speaks_no_tls(fake: Fake) -> None:
    fake.will(reply(table("x")))
    with pytest.raises(EndpointUnreachable, match="the secure connection failed"):
        values_at(fake.url.replace("http:", "https:"))


def values_at(url: str) -> list[str]:
    return [row[0].value for row in store_at(url).select(ASK)]


def test_certificates_are_checked(fake: Fake, tmp_path: Path) -> None:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("`openssl`, which makes the certificate, is not installed")
    command = f"{openssl} req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"
    files = ["-keyout", str(tmp_path / "key.pem"), "-out", str(tmp_path / "cert.pem")]
    names = ["-addext", "subjectAltName=DNS:localhost"]
    subprocess.run([*command.split(), *files, *names], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    with fake_endpoint(context) as secure:
        secure.will(reply(table(name="graph")), reply(boolean(True)), reply(table("x")))
        url = secure.url.replace("127.0.0.1", "localhost")
        asked = tmp_path / "asked.rq"
        asked.write_text(ASK, encoding="utf-8")
        stranger = process("query", str(asked), "--store", url)
        assert stranger.code == 1
        assert "the secure connection failed" in stranger.message
        assert "SSL_CERT_FILE" in stranger.message
        assert secure.seen == []
        trust = {"SSL_CERT_FILE": str(tmp_path / "cert.pem"), **TOKEN}
        known = process("query", str(asked), "--store", url, "--format", "csv", env=trust)
        assert known.out == b"a\nx\n", known.err.decode()
        assert secure.seen[-1].headers["authorization"] == "Bearer t0ken-0f-ann"
        other = process("query", str(asked), "--store", secure.url, env=trust)
        assert other.code == 1
        assert "the secure connection failed" in other.message


def test_a_proxy_is_used_for_others_and_not_for_this_machine(fake: Fake, tmp_path: Path) -> None:
    fake.will(reply(table(name="graph")), reply(boolean(True)), reply(table("x")))
    asked = tmp_path / "asked.rq"
    asked.write_text(ASK, encoding="utf-8")
    proxy = {"http_proxy": fake.url.removesuffix("/sparql"), "no_proxy": ""}
    arguments = ("query", str(asked), "--format", "csv", "--store")
    done = process(*arguments, "http://store.invalid/sparql", env=proxy)
    assert done.out == b"a\nx\n", done.err.decode()
    assert {seen.path for seen in fake.seen} == {"http://store.invalid/sparql"}
    fake.will(reply(table(name="graph")), reply(boolean(True)), reply(table("x")))
    dead = {"http_proxy": f"http://127.0.0.1:{free_port()}", "no_proxy": ""}
    assert process(*arguments, fake.url, env=dead).out == b"a\nx\n"
