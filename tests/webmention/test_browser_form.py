"""What a person sees who sends a webmention with the form: what was wrong, and what is being waited for."""

from indie import times

ME = "http://site.example/"
BROWSER = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}


def test_400_shows_the_form_again_as_it_was_filled_in(client, target):
    """Nobody types an address twice because of a slip in it."""
    answer = client.post("/webmention", data={"source": "ftp://ann.example/1", "target": target}, headers=BROWSER)

    assert 400 == answer.status_code
    assert 'value="ftp://ann.example/1"' in answer.text
    assert f'value="{target}"' in answer.text
    assert "http:// or https://" in answer.text


def test_400_escapes_what_was_typed(client, target):
    """What somebody sends is text, on this page too."""
    source = '"><script>alert(1)</script>'
    answer = client.post("/webmention", data={"source": source, "target": target}, headers=BROWSER)

    assert "<script" not in answer.text


def test_the_status_page_reloads_until_the_first_look(client, target, store):
    """Seconds are waited for."""
    status = client.post("/webmention", data={"source": "http://ann.example/1", "target": target}).headers["Location"]

    assert 'http-equiv="refresh"' in client.get(status, headers=BROWSER).text


def test_the_status_page_does_not_reload_for_hours(client, target, store):
    """Once a look has failed, the next is minutes to a day away."""
    status = client.post("/webmention", data={"source": "http://ann.example/1", "target": target}).headers["Location"]
    store.webmentions.conclude(1, "queued", "It took too long. It will be tried again.", times.now())

    assert 'http-equiv="refresh"' not in client.get(status, headers=BROWSER).text
