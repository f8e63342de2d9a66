"""The checks, a module for each part of the contract. To import this is to have them all in `checking.CHECKS`."""

from importlib import import_module

SECTIONS = (
    "discovery",
    "request",
    "redirects",
    "client_information",
    "consent",
    "exchange",
    "tokens",
    "regressions",
    "clients",
    "hostile",
)
"""In the order in which they are played and told."""

for _section in SECTIONS:
    import_module(f"{__name__}.{_section}")
