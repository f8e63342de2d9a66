"""Browsers as their owner knows them: the few words that a User-Agent header comes down to."""

from indie.languages import ENGLISH, N_, Language

UNKNOWN = N_("An unknown browser")

BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
"""The first that occurs counts: browsers also name those whose pages they want to be given."""

SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "CrOS": "ChromeOS",
    "Windows": "Windows",
    "Mac OS X": "Mac",
    "Linux": "Linux",
}


def describe(agent: str, words: Language = ENGLISH) -> str:
    """`Firefox on Linux` from a User-Agent header; part of it, or UNKNOWN, where that says less. A claim, no fact."""
    browser = next((name for word, name in BROWSERS.items() if word in agent), "")
    system = next((name for word, name in SYSTEMS.items() if word in agent), "")
    if browser and system:
        return words.gettext("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or words.gettext(UNKNOWN)
