"""Under which name bytes are kept."""

from base64 import urlsafe_b64encode
from hashlib import sha256
from mmap import mmap


def content_name(body: bytes | mmap, suffix: str) -> str:
    """
    The name of these bytes: their SHA-256 in 43 URL-safe characters, a dot, the suffix.

    The same bytes always have the same name and a name never means other bytes,
    so it may be cached for ever; who has not seen the file cannot guess it
    (Micropub §3.6.2).
    """
    return f"{urlsafe_b64encode(sha256(body).digest()).decode().rstrip('=')}.{suffix}"
