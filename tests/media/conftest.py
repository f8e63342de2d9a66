"""The places where media may lie."""

import pytest

from indie.media.storage import Folder


@pytest.fixture
def folder(tmp_path):
    """An empty folder for media, inside one that they must not leave."""
    (tmp_path / "secret").write_text("secret")
    return Folder(tmp_path / "media")


KINDS = {
    "folder": lambda request: Folder(request.getfixturevalue("tmp_path_factory").mktemp("storage") / "media"),
    "bucket": lambda request: _bucket(request.getfixturevalue("s3").bucket()),
}


@pytest.fixture(params=KINDS)
def storage(request):
    """Each Storage that there is, empty: what is true of one is true of the other."""
    return KINDS[request.param](request)


@pytest.fixture(scope="module", params=KINDS)
def empty_storage(request):
    """The same, for tests that store nothing."""
    return KINDS[request.param](request)


def _bucket(url):
    from indie.media.s3 import Bucket  # noqa: PLC0415  # it wants boto3, which is not everywhere

    return Bucket(url)
