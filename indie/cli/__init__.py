"""The commands of `python app.py` (DESIGN §2)."""

from indie.cli.commands import main

__all__ = ["main"]
