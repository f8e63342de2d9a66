"""Micropub: the syntax of requests, queries, and the endpoint that answers them."""
