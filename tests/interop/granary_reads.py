"""
Reads JSON from standard input: a list of {"form": html, atom, rss or json, "url", "body"}.

Prints what granary makes of each: a list of ActivityStreams 1 activities. Runs in granary's own environment.
"""

import json
import sys

from granary import atom, jsonfeed, microformats2, rss


def main():
    """One line of JSON."""
    found = []
    for asked in json.load(sys.stdin):
        body = asked["body"]
        match asked["form"]:
            case "html":
                found.append(microformats2.html_hfeed_to_as1(body, url=asked["url"]))
            case "atom":
                found.append(atom.to_as1(body))
            case "rss":
                found.append(rss.to_as1(body))
            case "json":
                found.append(jsonfeed.to_as1(json.loads(body))[0])
    json.dump(found, sys.stdout)


main()
