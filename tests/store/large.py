"""A site of a hundred thousand posts, made of a few statements that both engines understand."""

POSTS = 100_000
TALKED_ABOUT = 10
"""The id of the post that five hundred responses were sent to."""

SMALL = {
    "authorization_requests": "they go with their session",
    "challenges": "each holds for minutes",
    "clients": "apps that the owner has met, while what they say of themselves is fresh",
    "codes": "one for each time that the owner allowed something",
    "grants": "one for each time that the owner allowed something",
    "moderation_rules": "the owner made each by hand, and all are asked for whatever comes",
    "owner": "one row",
    "pages": "the owner wrote each by hand",
    "passkeys": "the owner's own",
    "preferences": "one row for each that there is",
    "requests": "the last 200",
    "sessions": "the owner's own; those that ended go",
    "site": "two rows",
    "tallies": "a row for each tag, and for each kind in each month",
    "topics": "a row for each list that somebody follows",
    "workers": "processes",
}
"""Tables that do not grow with the site, and why; all others are large ones here."""

# Of 100,000: dates of 25 years, a few drafts, deleted, private and unlisted ones, one card in a thousand.
_DATE = "(2000 + i / 4000) || '-' || (10 + i / 1400 % 3) || '-' || (10 + i / 77 % 18) || 'T12:00:00.000000Z'"
_KIND = (
    "CASE WHEN i % 1000 = 7 THEN 'card' WHEN i % 10 = 1 THEN 'reply' WHEN i % 10 = 2 THEN 'like' "
    "WHEN i % 10 = 3 THEN 'photo' WHEN i % 10 = 4 THEN 'article' ELSE 'note' END"
)
_DIGEST = "'0123456789012345678901234567890123456' || (100000 + i % 20000)"
_MF2 = (
    """'{"type": ["h-entry"], "properties": {"published": ["' || substr(""" + _DATE + """, 1, 19) || 'Z"], """
    """"content": ["Post ' || i || ' says this, and that of the day, and what came of it in the end."], """
    """"category": ["tag' || (i % 900) || '"], "photo": ["http://site.example/media/' || """ + _DIGEST + """ || '.jpg"]}}'"""
)
# A third of what others say comes over one bridge; one post was talked about everywhere, and so was the home page.
_HOST = "CASE WHEN i % 3 = 0 THEN 'bridge.example' ELSE (i % 300) || '.example' END"
_ANSWERED = f"CASE WHEN i % 100 = 3 THEN {TALKED_ABOUT} WHEN i % 100 = 9 THEN NULL ELSE 1 + i * 3 % 40000 END"
_ROWS = {
    "posts": (
        POSTS,
        {
            "path": "'/' || i",
            "mf2": _MF2,
            "kind": _KIND,
            "published": _DATE,
            "updated": _DATE,
            "status": "CASE WHEN i % 200 = 9 THEN 'draft' ELSE 'published' END",
            "visibility": "CASE WHEN i % 100 = 5 THEN 'private' WHEN i % 100 = 6 THEN 'unlisted' ELSE 'public' END",
            "deleted": f"CASE WHEN i % 100 = 8 THEN {_DATE} ELSE '' END",
            "created": _DATE,
            "client_id": "'https://app.example/'",
        },
    ),
    "paths": (POSTS, {"path": "'/' || i", "post_id": "i", "created": _DATE}),
    "revisions": (
        20_000,
        {"post_id": "i * 5", "mf2": _MF2, "change": "'update'", "client_id": "''", "created": _DATE},
    ),
    "post_files": (POSTS, {"digest": _DIGEST, "post_id": "i"}),
    "post_words": (
        POSTS,
        {
            "post_id": "i",
            "words": "'post ' || i || ' says this, and that of the day\ntag' || (i % 900)",
            "terms": "'post ' || i || ' says this and that of the day tag' || (i % 900) || CASE WHEN i < 1500 THEN ' early' ELSE '' END",
        },
    ),
    "post_channels": (20_000, {"post_id": "i * 5", "channel": "CASE WHEN i % 10 = 0 THEN 'walks' ELSE 'list' || (i % 10) END"}),
    "media": (
        20_000,
        {
            "name": f"{_DIGEST} || '.jpg'",
            "state": "CASE WHEN i % 1000 = 0 THEN 'wanted' ELSE 'here' END",
            "purpose": "CASE WHEN i % 3 = 0 THEN 'avatar' ELSE 'photo' END",
            "origin": "CASE WHEN i % 2 = 0 THEN '' ELSE 'https://a.example/' || i END",
            "file": f"{_DIGEST} || '.jpg'",
            "type": "CASE WHEN i % 50 = 4 THEN 'image/png' ELSE 'image/jpeg' END",
            "size": "9999", "width": "1600", "height": "1200",
            "created": _DATE,
        },
    ),
    "renditions": (
        60_000,
        {"medium": f"{_DIGEST} || '.jpg'", "width": "320 * (1 + i / 20000)", "height": "240", "file": "'r' || i || '.webp'"},
    ),
    "replays": (1_000, {"key": "'key' || i", "post_id": "i", "created": "'2026-07-23T11:00:00.000000Z'"}),
    "tokens": (
        20_000,
        {
            "hash": "'hash' || i",
            "client_id": "'https://app' || (i % 20) || '.example/'",
            "scope": "'create'",
            "created": _DATE,
            "expires": "CASE WHEN i % 2000 = 1 THEN '' WHEN i > 19990 THEN '2027-07-23T10:00:00.000000Z' ELSE '2020-07-23T10:00:00.000000Z' END",
            "revoked": "CASE WHEN i % 20 = 0 THEN '2019' ELSE '' END",
            "used": "''",
            "kind": "CASE WHEN i % 2 = 0 THEN 'refresh' ELSE 'access' END",
            "grant_id": "i / 400",
            "rotated": "CASE WHEN i % 2 = 0 AND i < 19900 THEN '2019' ELSE '' END",
        },
    ),
    "webmentions": (
        50_000,
        {
            "token": "'token' || i",
            "source": f"'https://' || {_HOST} || '/' || i",
            "host": _HOST,
            "post_id": _ANSWERED,
            "state": "CASE WHEN i % 50 = 0 THEN 'queued' WHEN i % 20 = 2 THEN 'pending' WHEN i % 50 = 1 THEN 'gone' ELSE 'verified' END",
            "decision": "CASE WHEN i % 100 = 0 THEN 'rejected' WHEN i % 10 = 1 THEN 'approved' ELSE '' END",
            "received": _DATE,
            "checked": f"CASE WHEN i % 50 = 0 THEN '' ELSE {_DATE} END",
            "body_url": f"'https://' || {_HOST} || '/' || i",
            "body_type": "'text/html'",
            "steps": "'[]'", "attempts": "1", "checks": "1", "misses": "0",
            **dict.fromkeys(("reason", "next_try", "missing_since", "etag", "modified"), "''"),
        },
    ),
    "webmention_targets": (
        50_000,
        {"webmention_id": "i", "target": f"'http://site.example/' || coalesce({_ANSWERED}, 0)"},
    ),
    "responses": (
        50_000,
        {
            "webmention_id": "i",
            "post_id": _ANSWERED,
            "kind": "CASE WHEN i % 2000 = 5 THEN 'rsvp' WHEN i % 3 = 0 THEN 'like' ELSE 'reply' END",
            "published": _DATE,
            "received": _DATE,
            "version": "CASE WHEN i % 10 = 1 THEN 1 ELSE 2 END",
            "public": "CASE WHEN i % 50 = 1 THEN 2 WHEN i % 20 = 2 THEN 0 ELSE 1 END",
            "response": ":response",
            "held": "''",
        },
    ),
    # Each source shows one other; every fourth of those sent a webmention to the same post, and says so itself.
    "quoted": (
        50_000,
        {
            "response_id": "i",
            "post_id": _ANSWERED,
            "key": "CASE WHEN i % 4 = 0 THEN 'a.example/' || (2 * i) ELSE 'q.example/' || i END",
            "state": "CASE WHEN i % 3 = 0 THEN 'verified' WHEN i % 70 = 1 THEN 'gone' ELSE 'quoted' END",
            "found": _DATE,
            "response": ":response",
        },
    ),
    "response_aliases": (100_000, {"response_id": "(1 + i) / 2", "key": "'a.example/' || i", "claimed": "0"}),
    "deliveries": (
        60_000,
        {
            "post_id": "1 + i",
            "target": "'https://a.example/' || i",
            "state": "CASE WHEN i % 100 = 0 THEN 'due' ELSE 'sent' END",
            **dict.fromkeys(("endpoint", "location", "reason", "told_at", "etag", "modified", "outcome", "heard"), "''"),
            "status": "202", "attempts": "1", "polls": "0",
            **dict.fromkeys(("created", "changed"), _DATE),
        },
    ),
    "citations": (
        40_000,
        {
            "key": "'a.example/' || i",
            "url": "'https://a.example/' || i",
            "state": "CASE WHEN i % 100 = 0 THEN 'wanted' ELSE 'here' END",
            "fetched": _DATE,
            "citation": "''",
        },
    ),
    "subscribers": (
        20_000,
        {
            "topic": "'http://site.example/' || CASE WHEN i % 2 = 0 THEN '' ELSE 'tags/' || (i % 50) || '/' END",
            "callback": "'https://' || (i % 300) || '.example/callback/' || i",
            "host": "(i % 300) || '.example'",
            "expires": "CASE WHEN i % 20 = 0 THEN '' ELSE '2026-08-' || (10 + i % 18) || 'T12:00:00.000000Z' END",
            "created": _DATE, "due": "i % 2", "failures": "0", "status": "204",
            **dict.fromkeys(("secret", "asked", "delivered", "delivered_at", "reason"), "''"),
        },
    ),
    "following": (
        1_000,
        {
            "url": "'https://' || i || '.example/'",
            "topic": "'https://' || i || '.example/'",
            "hub": "'https://hub.example/'",
            "token": "'token' || i",
            "state": "CASE WHEN i % 20 = 0 THEN 'polled' ELSE 'active' END",
            "next_poll": _DATE, "expires": _DATE, "created": _DATE, "missed": "0",
            **dict.fromkeys(("secret", "old_secret", "reason", "polled", "pushed", "title", "etag", "modified"), "''"),
        },
    ),
    "followed_items": (
        60_000,
        {
            "following_id": "1 + i % 1000",
            "uid": "'https://a.example/' || i",
            "jf2": "'{}'",
            "published": _DATE, "received": _DATE,
            "way": "'push'",
        },
    ),
    # Nearly all are due at once; three are at a worker, some were given up.
    "jobs": (
        POSTS,
        {
            "name": "'webmention.send'",
            "arguments": "'{}'",
            "due": "CASE WHEN i % 500 = 0 THEN '9999' ELSE '2026-07-23T10:' || (10 + i / 2000) || ':00.000000Z' END",
            "attempts": "0",
            "claims": "0",
            "lane": "(i % 300) || '.example'",
            "dedupe": "'webmention.send ' || i",
            "worker": "CASE WHEN i < 4 THEN 'here:1:a' ELSE '' END",
            "leased": "CASE WHEN i < 4 THEN '2026-07-23T12:00:20.000000Z' ELSE '' END",
            "error": "''",
            "created": "'2026-07-23T10:00:00.000000Z'",
        },
    ),
    "changes": (POSTS, {"name": "'post ' || i", "number": "i"}),
    "limits": (20_000, {"key": "'wm ' || i", "clears": "'2026-07-23T13:' || (10 + i % 50) || ':00.000000Z'"}),
}

_PROPERTIES = {
    "published": (1, _DATE),
    "content": (1, "'Post ' || i || ' says this, and that of the day'"),
    "category": (1, "'tag' || (i % 900)"),
    "#": (1, "'tag' || (i % 900)"),
    "photo": (5, "'site.example/media/' || i"),
    "in-reply-to": (10, "'a.example/' || i"),
    "like-of": (10, "'b.example/' || i"),
    "syndication": (20, "'c.example/' || i"),
    "location": (50, "''"),
}
"""Of which one post in so many has a value, and what that is."""


def fill(database, response):
    """Rows in every large table; response: the JSON of one."""
    with database.write():
        for table, (count, columns) in _ROWS.items():
            values = {"response": response} if "response" in columns else {}
            _insert(database, table, count, columns, **values)
        for name, (step, value) in _PROPERTIES.items():
            _insert(database, "post_properties", POSTS // step, {"post_id": f"i * {step}", "name": f"'{name}'", "value": value})


def _insert(database, table, count, columns, **values):
    database.execute(
        f"""
        INSERT INTO {table} ({", ".join(columns)})
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
        SELECT {", ".join(columns.values())} FROM n
        """,
        **values,
    )
