"""
micropub.rocks, server tests 600–603 (queries), with the stricter checks of `micropub.md` §1.

As on the wire: GET with `Accept: application/json`, several properties as `properties%5B%5D=…`.
"""

import json

import pytest

CONTENT = "Test of querying the endpoint for the source content"


@pytest.fixture
def get(client, bearer):
    """The JSON object that a query string brings."""
    headers = {**bearer("create update delete undelete"), "Accept": "application/json"}

    def ask(query):
        answer = client.get(f"/micropub?{query}", headers=headers)
        assert (200, "application/json", b"{") == (answer.status_code, answer.mimetype, answer.data[:1])
        return answer.json

    return ask


@pytest.fixture
def url(client, bearer):
    """The Location of the post that 602 and 603 make."""
    sent = {"type": ["h-entry"], "properties": {"content": [CONTENT], "category": ["micropub", "test"]}}
    answer = client.post(
        "/micropub", data=json.dumps(sent), content_type="application/json", headers=bearer("create update")
    )
    assert answer.status_code in (201, 202)
    return answer.headers["Location"]


class TestQueries:
    def test_600_configuration(self, get):
        """An object; no value in it is null."""
        assert "null" not in json.dumps(get("q=config"))

    def test_601_syndication_endpoints(self, get, store):
        """An array; each element has a name and a uid, a service has a name."""
        assert [] == get("q=syndicate-to")["syndicate-to"]

        store.preferences.put(
            "syndicate_to", '[{"uid": "a", "name": "A", "service": {"name": "S"}}, {"uid": "b", "name": "B"}]'
        )
        found = get("q=syndicate-to")["syndicate-to"]
        assert [("A", "a"), ("B", "b")] == [(target["name"], target["uid"]) for target in found]
        assert "S" == found[0]["service"]["name"]

    def test_602_source_all_properties(self, get, url):
        """The type, the content as a string, the categories in their order."""
        answer = get(f"q=source&url={url}")

        assert ["h-entry"] == answer["type"]
        assert ([CONTENT], ["micropub", "test"]) == (answer["properties"]["content"], answer["properties"]["category"])

    def test_603_source_specific_properties(self, get, url):
        """Only those."""
        answer = get(f"q=source&properties%5B%5D=content&properties%5B%5D=category&url={url}")

        assert {"content": [CONTENT], "category": ["micropub", "test"]} == answer["properties"]
