import gzip
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indie.errors import TooLarge, Unreachable
from indie.fetch.encodings import begun, decoded


def raw_deflate(data):
    engine = zlib.compressobj(wbits=-15)
    return engine.compress(data) + engine.flush()


ENCODERS = {"gzip": gzip.compress, "x-gzip": gzip.compress, "deflate": zlib.compress, "identity": bytes}


@given(st.binary(max_size=3000), st.lists(st.sampled_from(sorted(ENCODERS)), max_size=2))
def test_what_was_encoded_comes_back(data, words):
    """Each encoding, and two in a row, the first named applied first (RFC 9110 §8.4)."""
    body = data
    for word in words:
        body = ENCODERS[word](body)

    assert data == decoded(body, ", ".join(words).upper(), 4000)


def test_deflate_without_its_zlib_header():
    """Half the servers send it so."""
    assert b"hello" == decoded(raw_deflate(b"hello"), "deflate", 100)


@pytest.mark.parametrize("encode", [gzip.compress, zlib.compress, raw_deflate], ids=["gzip", "zlib", "raw"])
@pytest.mark.parametrize(("size", "fits"), [(1000, True), (1001, False)])
def test_ceiling_is_exact(encode, size, fits):
    """The ceiling itself is fine, a byte more is not."""
    word = "gzip" if encode is gzip.compress else "deflate"
    if fits:
        assert size == len(decoded(encode(bytes(size)), word, 1000))
    else:
        with pytest.raises(TooLarge):
            decoded(encode(bytes(size)), word, 1000)


def test_plain_body_has_the_ceiling_too():
    """Also where nothing is compressed."""
    with pytest.raises(TooLarge):
        decoded(bytes(1001), "", 1000)


@pytest.mark.parametrize("word", ["gzip", "deflate"])
def test_cut_short_is_unreachable(word):
    """Half a page is no page."""
    whole = ENCODERS[word](bytes(range(256)) * 10)

    with pytest.raises(Unreachable):
        decoded(whole[:-20], word, 10_000)


def test_members_are_joined_and_padding_dropped():
    """Files of gzip may be concatenated (RFC 1952 §2.2); some servers pad."""
    assert b"hello" == decoded(gzip.compress(b"he") + gzip.compress(b"llo") + b"\x00\x00", "gzip", 100)


def test_ceiling_counts_all_members():
    """Two halves that fit do not fit together."""
    with pytest.raises(TooLarge):
        decoded(gzip.compress(bytes(600)) * 2, "gzip", 1000)


def test_bomb_in_many_members_costs_the_ceiling():
    """Each fits by itself; they are not unpacked one after another until it is noticed."""
    body = gzip.compress(bytes(1_000_000)) * 60
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge):
            decoded(body, "gzip", 1_000_000)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8_000_000


def test_thousands_of_empty_members_are_refused():
    """Each would cost a copy of what follows."""
    with pytest.raises(TooLarge):
        decoded(gzip.compress(b"") * 50_000, "gzip", 1000)


@pytest.mark.parametrize("word", ["br", "zstd", "compress", "gzip, br"])
def test_encoding_that_was_not_asked_for_is_unreachable(word):
    """Read as text it would be a page without a link."""
    with pytest.raises(Unreachable):
        decoded(b"x", word, 100)


@pytest.mark.parametrize("word", ["", "identity", "utf-8", "none", ","])
def test_words_that_encode_nothing_are_passed_over(word):
    """Servers write many things there."""
    assert b"x" == decoded(b"x", word, 100)


def test_empty_body_needs_no_encoding():
    """A 304 keeps the header and has no body."""
    assert b"" == decoded(b"", "gzip", 100)


class TestBegun:
    """The beginning of a body that may have been cut."""

    @given(st.binary(max_size=3000), st.lists(st.sampled_from(sorted(ENCODERS)), max_size=2), st.integers(0, 4000))
    def test_it_is_a_beginning(self, data, words, cut):
        """Wherever it was cut: nothing that was not said, and all of it where nothing is missing."""
        body = data
        for word in words:
            body = ENCODERS[word](body)
        found = begun(body[:cut], ", ".join(words), 4000)

        assert data.startswith(found)
        assert cut < len(body) or data == found

    @pytest.mark.parametrize("encode", [gzip.compress, zlib.compress, raw_deflate, bytes], ids=["gzip", "zlib", "raw", "plain"])
    def test_it_ends_at_the_ceiling(self, encode):
        word = {gzip.compress: "gzip", bytes: ""}.get(encode, "deflate")
        assert bytes(1000) == begun(encode(bytes(100_000)), word, 1000)

    @pytest.mark.parametrize("word", ["gzip", "deflate", "br"])
    def test_what_cannot_be_read_is_nothing(self, word):
        assert b"" == begun(b"plain words", word, 1000)

    def test_what_is_compressed_over_and_over_is_nothing(self):
        """A body may be its own decompression, over and over."""
        assert b"" == begun(gzip.compress(gzip.compress(gzip.compress(b"x"))), "gzip, gzip, gzip", 1000)
