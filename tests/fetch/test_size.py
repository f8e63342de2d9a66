"""Whatever a server does with bytes, they have a ceiling. Webmention §4.3."""

import gzip
import random
import time
import tracemalloc
import zlib

import pytest

from indie.errors import FetchFailed, TooLarge, Unreachable
from indie.fetch.limits import ANSWER, CLIENT, FEED, PHOTO, SOURCE, TARGET, Limit
from tests.fetch.rawserver import answering, page

SMALL = Limit(wire=1000, decoded=2000, seconds=5)
MIB = 1024 * 1024


def endless(head, piece):
    """Behave so: this head, then this piece again and again until the other side has had enough."""

    def behave(connection, server):
        connection.sendall(head)
        while not server.over.is_set():
            connection.sendall(piece)

    return behave


def chunked(*chunks, extension=b""):
    """A body in chunks."""
    return b"".join(b"%x%b\r\n%b\r\n" % (len(chunk), extension, chunk) for chunk in (*chunks, b""))


def test_source_of_a_mebibyte_arrives(fetcher, start):
    """What is allowed comes through whole, in every framing."""
    body = bytes(range(256)) * 4096
    for answer in (
        page(body),
        b"HTTP/1.1 200 OK\r\n\r\n" + body,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked(body[:-100]),
    ):
        assert body.startswith(fetcher.get(start(answering(answer)).url()).body)


def test_limits_by_purpose():
    """The design's figures."""
    assert (MIB, 2 * MIB) == (SOURCE.wire, SOURCE.decoded)
    assert (MIB, 2 * MIB, True) == (TARGET.wire, TARGET.decoded, TARGET.cut)
    assert (20 * MIB, 5 * MIB, 64 * 1024, 64 * 1024) == (PHOTO.wire, FEED.wire, CLIENT.wire, ANSWER.wire)


@pytest.mark.parametrize("size", [0, 1, 999, 1000])
@pytest.mark.parametrize("framing", ["length", "close"])
def test_body_up_to_the_limit_arrives(fetcher, start, size, framing):
    """The limit itself is still fine."""
    answer = page(b"x" * size) if framing == "length" else b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * size

    assert size == len(fetcher.get(start(answering(answer)).url(), SMALL).body)


@pytest.mark.parametrize("framing", ["length", "close", "chunked"])
def test_one_byte_more_does_not(fetcher, start, framing):
    """Nothing partial is returned."""
    body = b"x" * 1001
    answer = {
        "length": page(body),
        "close": b"HTTP/1.1 200 OK\r\n\r\n" + body,
        "chunked": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked(body),
    }[framing]

    with pytest.raises(TooLarge):
        fetcher.get(start(answering(answer)).url(), SMALL)


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        (b"\r\n", b"x" * 65536),
        (b"Content-Length: 99999999999\r\n\r\n", b"x" * 65536),
        (b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b"x" * 65536 + b"\r\n"),
        (b"Transfer-Encoding: chunked\r\n\r\n", b"1;" + b"e" * 60000 + b"\r\nx\r\n"),
        (b"Transfer-Encoding: chunked\r\n\r\n1;", b"e" * 65536),
        (b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"T: " + b"t" * 60000 + b"\r\n"),
        (b"X-Long: ", b"y" * 65536),
        (b"", b"X-Many: y\r\n"),
        (b"", b"X-Wide: " + b"y" * 60000 + b"\r\n"),
        (b"X-Folded: y\r\n", b" " + b"y" * 60000 + b"\r\n"),
    ],
    ids=[
        "body", "length", "chunks", "chunk-extensions", "chunk-extension", "trailers",
        "header", "headers", "wide-headers", "folded-header",
    ],
)  # fmt: skip
def test_endless_answer_ends_at_the_limit(fetcher, start, head, piece):
    """It ends by what came, long before the time is up, and keeps little of it in memory."""
    site = start(endless(b"HTTP/1.1 200 OK\r\n" + head, piece))
    tracemalloc.start()
    began = time.monotonic()
    try:
        with pytest.raises(FetchFailed):
            fetcher.get(site.url(), Limit(wire=100_000, decoded=100_000, seconds=20))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert time.monotonic() - began < 10
    assert peak < 5 * MIB


def test_endless_status_line_is_refused(fetcher, start):
    """A line that never ends is no status line."""
    with pytest.raises(Unreachable):
        fetcher.get(start(endless(b"HTTP/1.1 200 ", b"y" * 65536)).url())


def test_endless_informational_answers_are_refused(fetcher, start):
    """103 Early Hints as fast as they go count as headers."""
    with pytest.raises(TooLarge):
        fetcher.get(start(endless(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 50)).url())


def test_hundred_headers_of_a_kilobyte_are_fine(fetcher, start):
    """What real servers send is far below the limit."""
    lines = [f"X-{number}: {'y' * 1000}" for number in range(90)]

    assert 90 == sum(name.startswith("X-") for name, _ in fetcher.get(start(answering(page(b"", *lines))).url()).headers)


class TestContentLength:
    """A length that lies."""

    def test_larger_than_the_limit_is_refused_unread(self, fetcher, start):
        """The announcement is enough."""

        def behave(connection, server):
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n")
            server.over.wait(20)

        began = time.monotonic()
        with pytest.raises(TooLarge):
            fetcher.get(start(behave).url(), SMALL)
        assert time.monotonic() - began < SMALL.seconds

    def test_longer_than_the_body_is_a_body_that_broke_off(self, fetcher, start):
        """Half a page must not pass for a page that lost its link."""
        with pytest.raises(Unreachable):
            fetcher.get(start(answering(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")).url())

    def test_shorter_than_the_body_cuts_it(self, fetcher, start):
        """What follows belongs to no answer."""
        answer = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello, and more"

        assert b"hello" == fetcher.get(start(answering(answer)).url()).body

    def test_two_that_differ_are_refused(self, fetcher, start):
        """RFC 9110 §8.6: such an answer cannot be read."""
        answer = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 9\r\n\r\nhello you"

        with pytest.raises(Unreachable):
            fetcher.get(start(answering(answer)).url())

    @pytest.mark.parametrize("length", [b"-1", b"many", b"", b"1e3"])
    def test_that_is_no_number_is_no_length(self, fetcher, start, length):
        """Then the body ends with the connection, still below the limit."""
        answer = b"HTTP/1.1 200 OK\r\nContent-Length: " + length + b"\r\n\r\n" + b"x" * 1001

        with pytest.raises(TooLarge):
            fetcher.get(start(answering(answer)).url(), SMALL)


def test_chunks_that_break_off_are_unreachable(fetcher, start):
    """The last chunk has not come."""
    answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"

    with pytest.raises(Unreachable):
        fetcher.get(start(answering(answer)).url())


@pytest.mark.parametrize("size", [b"zz", b"-5", b"FFFFFFFFFFFFFFFFFFFF"])
def test_chunk_size_that_lies_is_refused(fetcher, start, size):
    """No number, a negative one, one beyond every memory."""
    answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + size + b"\r\nhello\r\n0\r\n\r\n"

    with pytest.raises(FetchFailed):
        fetcher.get(start(answering(answer)).url())


class TestCompression:
    """What is small on the wire may be large."""

    def test_gzip_arrives_decoded(self, fetcher, start):
        """The body is what was meant; the header still tells how it came."""
        site = start(answering(page(gzip.compress(b"hello"), "Content-Encoding: gzip")))

        assert b"hello" == fetcher.get(site.url()).body
        assert "accept-encoding: gzip, deflate\n" in site.heads[0].lower().replace("\r", "")

    @pytest.mark.parametrize("layers", [1, 2])
    def test_bomb_is_refused(self, fetcher, start, layers):
        """100 MB in a few kilobytes, also compressed twice, costs no more than the ceiling."""
        engine = zlib.compressobj(9, wbits=31)
        bomb = b"".join(engine.compress(bytes(MIB)) for _ in range(100)) + engine.flush()
        for _ in range(layers - 1):
            bomb = gzip.compress(bomb)
        site = start(answering(page(bomb, "Content-Encoding: " + ", ".join(["gzip"] * layers))))
        tracemalloc.start()
        try:
            with pytest.raises(TooLarge):
                fetcher.get(site.url())
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert peak < 16 * MIB

    def test_stack_of_encodings_is_refused(self, fetcher, start):
        """Over and over, on one line or on several."""
        lines = ["Content-Encoding: gzip, deflate", "Content-Encoding: gzip"]

        with pytest.raises(TooLarge):
            fetcher.get(start(answering(page(b"x", *lines))).url())

    def test_broken_gzip_is_unreachable(self, fetcher, start):
        """It says gzip and is not."""
        with pytest.raises(Unreachable):
            fetcher.get(start(answering(page(b"plain", "Content-Encoding: gzip"))).url())


@pytest.mark.parametrize("framing", ["length", "close", "chunked"])
def test_long_answer_to_a_post_is_cut_and_its_status_counts(fetcher, start, framing):
    """Webmention §3.1.4: any 2xx is success, also with a page of half a megabyte around it."""
    body = b"x" * (512 * 1024)
    answer = {
        "length": page(body),
        "close": b"HTTP/1.1 200 OK\r\n\r\n" + body,
        "chunked": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked(*[b"x" * 4096] * 128),
    }[framing]

    answered = fetcher.post(start(answering(answer)).url(), {"source": "a"})

    assert (200, ANSWER.wire) == (answered.status, len(answered.body))


def test_endless_answer_to_a_post_is_cut(fetcher, start):
    """An endpoint that never ends its page has answered all the same."""
    server = start(endless(b"HTTP/1.1 202 Accepted\r\n\r\n", b"x" * 4096))

    assert fetcher.post(server.url(), {"source": "a"}).status == 202


def test_answer_in_the_smallest_chunks_is_cut(fetcher, start):
    """Its framing fills the room before its words do."""
    server = start(endless(b"HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 4096))

    assert fetcher.post(server.url(), {"source": "a"}).status == 202


def test_answer_to_a_post_is_decoded(fetcher, start):
    """What an endpoint says against us is to be read."""
    server = start(answering(page(gzip.compress(b"no_link_found"), "Content-Encoding: gzip")))

    assert b"no_link_found" == fetcher.post(server.url(), {"source": "a"}).body


@pytest.mark.parametrize("lines", [["Content-Encoding: gzip"], ["Content-Encoding: br"]])
def test_status_of_an_answer_that_cannot_be_read_counts(fetcher, start, lines):
    """It says gzip and is not, or is in what nobody asked for."""
    answered = fetcher.post(start(answering(page(b"plain", *lines))).url(), {"source": "a"})

    assert (200, b"") == (answered.status, answered.body)


class TestCutPage:
    """A page that we link to: its first mebibyte, however long it is."""

    @pytest.mark.parametrize("framing", ["length", "close", "chunked", "endless"])
    def test_first_mebibyte_arrives(self, fetcher, start, framing):
        body = b"<p>x" * (3 * MIB)
        behave = {
            "length": answering(page(body)),
            "close": answering(b"HTTP/1.1 200 OK\r\n\r\n" + body),
            "chunked": answering(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked(body)),
            "endless": endless(b"HTTP/1.1 200 OK\r\n\r\n", body[:65536]),
        }[framing]

        assert body[:MIB] == fetcher.get(start(behave).url(), TARGET).body

    def test_compressed_it_is_decoded_as_far_as_it_came(self, fetcher, start):
        """Two mebibytes at most, of which a mebibyte was enough."""
        noise = random.Random(1).randbytes(3 * MIB)
        fetched = fetcher.get(start(answering(page(gzip.compress(noise), "Content-Encoding: gzip"))).url(), TARGET)

        assert noise.startswith(fetched.body)
        assert 0.9 * MIB < len(fetched.body) <= MIB

    def test_bomb_is_cut(self, fetcher, start):
        """A hundred mebibytes in a hundred kilobytes cost what the ceiling costs."""
        engine = zlib.compressobj(9, wbits=31)
        bomb = b"".join(engine.compress(bytes(MIB)) for _ in range(100)) + engine.flush()
        fetched = fetcher.get(start(answering(page(bomb, "Content-Encoding: gzip"))).url(), TARGET)

        assert TARGET.decoded == len(fetched.body)

    def test_one_that_breaks_off_is_none(self, fetcher, start):
        """Half a page must not pass for one without an endpoint."""
        with pytest.raises(Unreachable):
            fetcher.get(start(answering(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")).url(), TARGET)
