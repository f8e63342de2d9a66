"""
The syntax, case by case: each request in tests/pairs/micropub/ becomes the mf2 beside it.

    NAME.form, NAME.json, NAME.multipart (boundary `pairs`)   as it stands on the wire
    NAME.mf2.json                                             `type`, `properties`, and `commands` if there are any
    refused/NAME.form, refused/NAME.json                      400 invalid_request

A new case is two files and no code.
"""

import json
from io import BytesIO
from pathlib import Path

import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from indie.errors import InvalidRequest
from indie.micropub import syntax

PAIRS = Path(__file__).parents[2] / "pairs" / "micropub"
TYPES = {
    ".form": "application/x-www-form-urlencoded",
    ".json": "application/json",
    ".multipart": "multipart/form-data; boundary=pairs",
}
GOOD = sorted(path for path in PAIRS.iterdir() if path.suffix in TYPES and not path.name.endswith(".mf2.json"))
BAD = sorted(path for path in (PAIRS / "refused").iterdir() if path.suffix in TYPES)


def parsed(path):
    """The command in the file, taken from the wire as the endpoint does."""
    body = path.read_bytes()
    if path.suffix == ".json":
        return syntax.parse_json(body)
    environ = EnvironBuilder(method="POST", input_stream=BytesIO(body), content_type=TYPES[path.suffix]).get_environ()
    environ["CONTENT_LENGTH"] = str(len(body))
    return syntax.parse_form(list(Request(environ).form.items(multi=True)))


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.name)
def test_it_becomes_the_mf2_beside_it(path):
    """Type, properties in their order, commands apart from them."""
    command = parsed(path)
    expected = json.loads(path.with_suffix(".mf2.json").read_text())

    assert expected.pop("commands", {}) == command.commands
    assert expected == command.item.to_json()
    assert list(expected["properties"]) == list(command.item.properties)


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.name)
def test_it_is_refused(path):
    """With a sentence for a person."""
    with pytest.raises(InvalidRequest, match=r"^[A-Z“].*\.$"):
        parsed(path)


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.name)
def test_it_is_a_400_at_the_endpoint(client, bearer, path):
    """And nothing is stored."""
    headers = bearer("create update delete")
    answer = client.post("/micropub", data=path.read_bytes(), content_type=TYPES[path.suffix], headers=headers)

    assert (400, "invalid_request") == (answer.status_code, answer.json["error"])


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.name)
def test_it_is_stored_and_comes_back(client, bearer, path):
    """The page answers, and q=source gives back every property that was sent."""
    headers = bearer("create")
    body = path.read_bytes().replace(b"access_token", b"x-token")
    sent = client.post("/micropub", data=body, content_type=TYPES[path.suffix], headers=headers)
    source = client.get("/micropub", query_string={"q": "source", "url": sent.location}, headers=headers).json
    expected = json.loads(path.with_suffix(".mf2.json").read_text())

    assert 201 == sent.status_code
    assert 200 == client.get(sent.location).status_code
    for name, values in expected["properties"].items():
        if name != "photo":  # mp-photo-alt is joined with it
            assert values == source["properties"][name]
