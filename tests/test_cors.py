"""What scripts of other people's pages may do."""

from flask import Response

from indie import cors


class TestPreflight:
    def test_it_needs_no_body(self):
        answer = cors.preflight("GET, POST", "Authorization")

        assert (204, b"") == (answer.status_code, answer.get_data())

    def test_it_names_methods_and_headers(self):
        headers = cors.preflight("GET, POST", "Authorization").headers

        assert ("GET, POST", "GET, POST", "Authorization") == (
            headers["Allow"], headers["Access-Control-Allow-Methods"], headers["Access-Control-Allow-Headers"],
        )  # fmt: skip

    def test_a_browser_may_remember_it_for_a_day(self):
        assert "86400" == cors.preflight("GET", "").headers["Access-Control-Max-Age"]


class TestShare:
    def test_any_page_may_read(self):
        answer = Response()
        cors.share(answer, "Location, Link")

        assert ("*", "Location, Link") == (
            answer.headers["Access-Control-Allow-Origin"], answer.headers["Access-Control-Expose-Headers"],
        )  # fmt: skip

    def test_a_cookie_never_goes_along(self):
        answer = Response()
        cors.share(answer, "Location")

        assert "Access-Control-Allow-Credentials" not in answer.headers
