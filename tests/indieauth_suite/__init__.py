"""
A test suite for IndieAuth servers, run against a live one: `python -m tests.indieauth_suite URL`.

It knows nothing of the server but what that tells over HTTP, and imports nothing of `indie/`. How to run and
read it: `indie/docs/indieauth-suite.md`.
"""
