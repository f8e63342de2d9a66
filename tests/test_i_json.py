"""JSON that two readers could read in two ways is refused (RFC 7493)."""

import pytest

from indie import i_json


@pytest.mark.parametrize(
    "body",
    [
        b'{"a": 1, "a": 2}',
        b'[{"b": {"a": 1, "a": 1}}]',
        b'"\\ud800"',
        b'{"\\udfff": 1}',
        b"NaN",
        b"[-Infinity]",
        b"1e999",
        b"\xff",
        b"{",
        b"",
        b"[" * 100_000,
    ],
)
def test_refused(body):
    with pytest.raises(ValueError):
        i_json.loads(body)


def test_what_is_well_formed_is_read():
    """A whole pair is a letter."""
    assert {"a": ["\U0001f600", 1.5, None]} == i_json.loads(b'{"a": ["\\ud83d\\ude00", 1.5, null]}')
