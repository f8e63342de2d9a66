"""Indie: `python app.py` serves the site; `python app.py --help` tells the other commands."""

from indie.cli import main

if __name__ == "__main__":
    main()
