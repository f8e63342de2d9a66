"""
Every table, as one append-only list of changes.

A change that was on main is never edited: a new one follows it. The DDL is the
subset that SQLite and PostgreSQL share; `{id}` and `{bytes}` stand for the two
words that they spell differently.

All dates are the sortable UTC text of `times.sortable`; a truth value is 0 or 1;
mf2 is TEXT, so that order and numbers stay as they were sent.
"""

Migrations = list[tuple[str, list[str]]]
"""The name of each change, and its statements."""

MIGRATIONS: Migrations = [
    (
        "0001 owner, posts, responses, media, tokens, jobs",
        [
            """
            CREATE TABLE owner (
                id INTEGER PRIMARY KEY CHECK (id = 1),
                name TEXT NOT NULL,
                nickname TEXT NOT NULL,
                note TEXT NOT NULL,
                photo TEXT NOT NULL,
                password TEXT NOT NULL,
                created TEXT NOT NULL,
                changed TEXT NOT NULL
            )
            """,
            # mf2 is the post; the columns beside it are an index of it, never the truth.
            """
            CREATE TABLE posts (
                id {id},
                path TEXT NOT NULL UNIQUE,
                mf2 TEXT NOT NULL,
                kind TEXT NOT NULL,
                published TEXT NOT NULL,
                updated TEXT NOT NULL,
                status TEXT NOT NULL,
                visibility TEXT NOT NULL,
                deleted TEXT NOT NULL,
                created TEXT NOT NULL,
                client_id TEXT NOT NULL
            )
            """,
            "CREATE INDEX posts_listed ON posts (deleted, status, visibility, published, id)",
            """
            CREATE TABLE revisions (
                id {id},
                post_id INTEGER NOT NULL REFERENCES posts (id),
                mf2 TEXT NOT NULL,
                change TEXT NOT NULL,
                client_id TEXT NOT NULL,
                created TEXT NOT NULL
            )
            """,
            "CREATE INDEX revisions_of ON revisions (post_id, id)",
            # A path is for ever: never given to another post.
            """
            CREATE TABLE paths (
                path TEXT PRIMARY KEY,
                post_id INTEGER NOT NULL REFERENCES posts (id),
                created TEXT NOT NULL
            )
            """,
            "CREATE INDEX paths_of ON paths (post_id)",
            # What a post answers, so that the owner's replies are found from below. `key` is urls.key.
            """
            CREATE TABLE post_answers (
                post_id INTEGER NOT NULL REFERENCES posts (id),
                key TEXT NOT NULL,
                PRIMARY KEY (post_id, key)
            )
            """,
            "CREATE INDEX post_answers_key ON post_answers (key)",
            # state: here, wanted (a job fetches it from origin), missing (it could not be had).
            """
            CREATE TABLE media (
                name TEXT PRIMARY KEY,
                state TEXT NOT NULL,
                purpose TEXT NOT NULL,
                origin TEXT NOT NULL,
                file TEXT NOT NULL,
                type TEXT NOT NULL,
                size INTEGER NOT NULL,
                width INTEGER NOT NULL,
                height INTEGER NOT NULL,
                created TEXT NOT NULL
            )
            """,
            "CREATE INDEX media_origin ON media (origin)",
            """
            CREATE TABLE tokens (
                id {id},
                hash TEXT NOT NULL UNIQUE,
                client_id TEXT NOT NULL,
                scope TEXT NOT NULL,
                created TEXT NOT NULL,
                expires TEXT NOT NULL,
                revoked TEXT NOT NULL,
                used TEXT NOT NULL
            )
            """,
            # body: the last good one, gzip; from it the response can be read again.
            """
            CREATE TABLE webmentions (
                id {id},
                token TEXT NOT NULL UNIQUE,
                source TEXT NOT NULL,
                post_id INTEGER NOT NULL REFERENCES posts (id),
                state TEXT NOT NULL,
                hidden INTEGER NOT NULL,
                reason TEXT NOT NULL,
                received TEXT NOT NULL,
                checked TEXT NOT NULL,
                attempts INTEGER NOT NULL,
                next_try TEXT NOT NULL,
                body {bytes},
                body_url TEXT NOT NULL,
                body_type TEXT NOT NULL,
                UNIQUE (source, post_id)
            )
            """,
            "CREATE INDEX webmentions_post ON webmentions (post_id)",
            """
            CREATE TABLE webmention_targets (
                webmention_id INTEGER NOT NULL REFERENCES webmentions (id),
                target TEXT NOT NULL,
                PRIMARY KEY (webmention_id, target)
            )
            """,
            """
            CREATE TABLE responses (
                id {id},
                webmention_id INTEGER NOT NULL UNIQUE REFERENCES webmentions (id),
                post_id INTEGER NOT NULL REFERENCES posts (id),
                kind TEXT NOT NULL,
                published TEXT NOT NULL,
                received TEXT NOT NULL,
                version INTEGER NOT NULL,
                response TEXT NOT NULL
            )
            """,
            "CREATE INDEX responses_post ON responses (post_id, id)",
            """
            CREATE TABLE response_aliases (
                response_id INTEGER NOT NULL REFERENCES responses (id),
                key TEXT NOT NULL,
                claimed INTEGER NOT NULL,
                PRIMARY KEY (response_id, key)
            )
            """,
            "CREATE INDEX response_aliases_key ON response_aliases (key)",
            """
            CREATE TABLE deliveries (
                id {id},
                post_id INTEGER NOT NULL REFERENCES posts (id),
                target TEXT NOT NULL,
                state TEXT NOT NULL,
                endpoint TEXT NOT NULL,
                status INTEGER NOT NULL,
                location TEXT NOT NULL,
                reason TEXT NOT NULL,
                attempts INTEGER NOT NULL,
                created TEXT NOT NULL,
                changed TEXT NOT NULL,
                UNIQUE (post_id, target)
            )
            """,
            # lane: what must not be crowded (a host). dedupe: jobs of one key do the same work.
            """
            CREATE TABLE jobs (
                id {id},
                name TEXT NOT NULL,
                arguments TEXT NOT NULL,
                due TEXT NOT NULL,
                attempts INTEGER NOT NULL,
                claims INTEGER NOT NULL,
                lane TEXT NOT NULL,
                dedupe TEXT NOT NULL,
                worker TEXT NOT NULL,
                leased TEXT NOT NULL,
                error TEXT NOT NULL,
                created TEXT NOT NULL
            )
            """,
            "CREATE INDEX jobs_due ON jobs (due, id)",
            "CREATE INDEX jobs_leased ON jobs (leased)",
            "CREATE INDEX jobs_dedupe ON jobs (dedupe)",
            """
            CREATE TABLE workers (
                name TEXT PRIMARY KEY,
                port INTEGER NOT NULL,
                started TEXT NOT NULL
            )
            """,
        ],
    ),
    (
        "0002 what clients ask and send beside posts",
        [
            # Every value of every property, in the words of `posts.index_value`: an index of the mf2.
            """
            CREATE TABLE post_properties (
                post_id INTEGER NOT NULL REFERENCES posts (id),
                name TEXT NOT NULL,
                value TEXT NOT NULL,
                PRIMARY KEY (post_id, name, value)
            )
            """,
            "CREATE INDEX post_properties_value ON post_properties (name, value, post_id)",
            # What a post says, in the words of `posts.words`: what a search looks through.
            """
            CREATE TABLE post_words (
                post_id INTEGER PRIMARY KEY REFERENCES posts (id),
                words TEXT NOT NULL
            )
            """,
            "DROP TABLE post_answers",
            """
            CREATE TABLE post_channels (
                post_id INTEGER NOT NULL REFERENCES posts (id),
                channel TEXT NOT NULL,
                PRIMARY KEY (post_id, channel)
            )
            """,
            "CREATE INDEX post_channels_channel ON post_channels (channel, post_id)",
            "CREATE INDEX posts_published ON posts (published, id)",
            # The dominant colour, `#rrggbb`, or "" while it is not known.
            "ALTER TABLE media ADD COLUMN color TEXT NOT NULL DEFAULT ''",
            "CREATE INDEX media_listed ON media (created, name)",
            """
            CREATE TABLE renditions (
                medium TEXT NOT NULL REFERENCES media (name),
                width INTEGER NOT NULL,
                height INTEGER NOT NULL,
                file TEXT NOT NULL,
                PRIMARY KEY (medium, width)
            )
            """,
            "CREATE INDEX renditions_file ON renditions (file)",
            "CREATE INDEX media_file ON media (file)",
            # A request that may come again, by a digest of who sent what, and the post it made.
            """
            CREATE TABLE replays (
                key TEXT PRIMARY KEY,
                post_id INTEGER NOT NULL REFERENCES posts (id),
                created TEXT NOT NULL
            )
            """,
            "CREATE INDEX replays_created ON replays (created)",
            # The last Micropub requests, for the owner to look at; never with a token.
            """
            CREATE TABLE requests (
                id {id},
                client_id TEXT NOT NULL,
                method TEXT NOT NULL,
                target TEXT NOT NULL,
                type TEXT NOT NULL,
                body TEXT NOT NULL,
                notes TEXT NOT NULL,
                status INTEGER NOT NULL,
                answer TEXT NOT NULL,
                created TEXT NOT NULL
            )
            """,
            # In which state the version was that a revision keeps; whether a target ever heard of the post.
            "ALTER TABLE revisions ADD COLUMN status TEXT NOT NULL DEFAULT 'published'",
            "UPDATE revisions SET status = (SELECT status FROM posts WHERE posts.id = post_id)",
            "ALTER TABLE deliveries ADD COLUMN told INTEGER NOT NULL DEFAULT 0",
            "UPDATE deliveries SET told = 1 WHERE state = 'sent'",
            # What a post's text is written in (preferences.Syntax), and what its commands asked for: lists, as JSON.
            "ALTER TABLE posts ADD COLUMN syntax TEXT NOT NULL DEFAULT 'text'",
            "ALTER TABLE posts ADD COLUMN channels TEXT NOT NULL DEFAULT '[]'",
            "ALTER TABLE posts ADD COLUMN syndicate_to TEXT NOT NULL DEFAULT '[]'",
            # What the owner prefers; a row only where that is not the default.
            """
            CREATE TABLE preferences (
                name TEXT PRIMARY KEY,
                value TEXT NOT NULL
            )
            """,
        ],
    ),
    (
        "0003 who signs in, and which app may what",
        [
            # kind: access, refresh, or key (it opens introspection). lapses: when it dies unless it is used before.
            # rotated: when a refresh token was exchanged for its successor.
            "ALTER TABLE tokens ADD COLUMN kind TEXT NOT NULL DEFAULT 'access'",
            "ALTER TABLE tokens ADD COLUMN grant_id INTEGER NOT NULL DEFAULT 0",
            "ALTER TABLE tokens ADD COLUMN label TEXT NOT NULL DEFAULT ''",
            "ALTER TABLE tokens ADD COLUMN idle_days INTEGER NOT NULL DEFAULT 0",
            "ALTER TABLE tokens ADD COLUMN lapses TEXT NOT NULL DEFAULT ''",
            "ALTER TABLE tokens ADD COLUMN rotated TEXT NOT NULL DEFAULT ''",
            "ALTER TABLE tokens ADD COLUMN address TEXT NOT NULL DEFAULT ''",
            "ALTER TABLE tokens ADD COLUMN agent TEXT NOT NULL DEFAULT ''",
            "CREATE INDEX tokens_grant ON tokens (grant_id)",
            "CREATE INDEX tokens_client ON tokens (client_id)",
            # What the owner allowed an app at one time; its codes and tokens are a family. days: 0 for no end.
            # name, logo: what the app called itself then, and the address of the picture that it showed.
            # revoked: when all that was, or might still be, made of it was taken back.
            """
            CREATE TABLE grants (
                id {id},
                client_id TEXT NOT NULL,
                scope TEXT NOT NULL,
                days INTEGER NOT NULL,
                refreshable INTEGER NOT NULL,
                name TEXT NOT NULL,
                logo TEXT NOT NULL,
                created TEXT NOT NULL,
                revoked TEXT NOT NULL
            )
            """,
            "CREATE INDEX grants_client ON grants (client_id, id)",
            """
            CREATE TABLE codes (
                hash TEXT PRIMARY KEY,
                grant_id INTEGER NOT NULL REFERENCES grants (id),
                redirect_uri TEXT NOT NULL,
                challenge TEXT NOT NULL,
                created TEXT NOT NULL,
                expires TEXT NOT NULL,
                used TEXT NOT NULL
            )
            """,
            """
            CREATE TABLE sessions (
                id {id},
                hash TEXT NOT NULL UNIQUE,
                method TEXT NOT NULL,
                confirmed TEXT NOT NULL,
                created TEXT NOT NULL,
                used TEXT NOT NULL,
                expires TEXT NOT NULL,
                address TEXT NOT NULL,
                agent TEXT NOT NULL
            )
            """,
            # What an app asks for while the owner makes up his mind, as JSON; it goes with the session.
            """
            CREATE TABLE authorization_requests (
                hash TEXT PRIMARY KEY,
                session_id INTEGER NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
                request TEXT NOT NULL,
                created TEXT NOT NULL
            )
            """,
            "CREATE INDEX authorization_requests_of ON authorization_requests (session_id)",
            """
            CREATE TABLE passkeys (
                id {id},
                credential_id TEXT NOT NULL UNIQUE,
                public_key {bytes} NOT NULL,
                sign_count INTEGER NOT NULL,
                transports TEXT NOT NULL,
                name TEXT NOT NULL,
                created TEXT NOT NULL,
                used TEXT NOT NULL
            )
            """,
            # A challenge that a passkey is to sign; used once.
            """
            CREATE TABLE challenges (
                hash TEXT PRIMARY KEY,
                purpose TEXT NOT NULL,
                session_id INTEGER NOT NULL,
                expires TEXT NOT NULL
            )
            """,
            # What apps say of themselves, as JSON, for as long as they let us keep it.
            """
            CREATE TABLE clients (
                client_id TEXT PRIMARY KEY,
                information TEXT NOT NULL,
                fetched TEXT NOT NULL,
                expires TEXT NOT NULL
            )
            """,
            # Who comes too often: the moment at which everything that was taken is forgotten (GCRA).
            """
            CREATE TABLE limits (
                key TEXT PRIMARY KEY,
                clears TEXT NOT NULL
            )
            """,
            "CREATE INDEX limits_clears ON limits (clears)",
        ],
    ),
    (
        "0004 more than one machine",
        [
            # When a worker last said that it lives.
            "ALTER TABLE workers ADD COLUMN seen TEXT NOT NULL DEFAULT ''",
            # What all machines of a site must agree about: `secret` is the SHA-256 of the file.
            """
            CREATE TABLE site (
                name TEXT PRIMARY KEY,
                value TEXT NOT NULL
            )
            """,
        ],
    ),
    (
        "0005 files of posts",
        [
            # Which files of ours a post, or a version that it had, names anywhere in it; by `posts.digests`.
            """
            CREATE TABLE post_files (
                digest TEXT NOT NULL,
                post_id INTEGER NOT NULL REFERENCES posts (id),
                PRIMARY KEY (digest, post_id)
            )
            """,
            # What was read to its end: posts of one kind, files that were sent, tokens that live.
            "CREATE INDEX posts_kind ON posts (kind, published, id)",
            "DROP INDEX media_origin",
            "DROP INDEX media_listed",
            "CREATE INDEX media_listed ON media (origin, created, name)",
            "CREATE INDEX tokens_living ON tokens (revoked, rotated, expires)",
        ],
    ),
    (
        "0006 webmentions whole",
        [
            # Made anew: a column that could not be NULL may be so now, which SQLite cannot change in place.
            "CREATE TABLE old_webmentions AS SELECT * FROM webmentions",
            "CREATE TABLE old_targets AS SELECT * FROM webmention_targets",
            "CREATE TABLE old_responses AS SELECT * FROM responses",
            "CREATE TABLE old_aliases AS SELECT * FROM response_aliases",
            "DROP TABLE response_aliases",
            "DROP TABLE responses",
            "DROP TABLE webmention_targets",
            "DROP TABLE webmentions",
            # post_id: NULL where the target is the home page. decision: the owner's, '' while there is none.
            # steps: what was found on the way to the state, as JSON. body: the last good one, gzip; from it the
            # response can be read again. etag, modified: its validators. checks: how often it was found good
            # since it was sent. missing_since, misses: the first of the 404s in a row, and how many there were.
            # host: that of the source, '' until `Webmentions.reindex` has filled it.
            """
            CREATE TABLE webmentions (
                id {id},
                token TEXT NOT NULL UNIQUE,
                source TEXT NOT NULL,
                host TEXT NOT NULL,
                post_id INTEGER REFERENCES posts (id),
                state TEXT NOT NULL,
                decision TEXT NOT NULL,
                reason TEXT NOT NULL,
                steps TEXT NOT NULL,
                received TEXT NOT NULL,
                checked TEXT NOT NULL,
                attempts INTEGER NOT NULL,
                next_try TEXT NOT NULL,
                checks INTEGER NOT NULL,
                missing_since TEXT NOT NULL,
                misses INTEGER NOT NULL,
                body {bytes},
                body_url TEXT NOT NULL,
                body_type TEXT NOT NULL,
                etag TEXT NOT NULL,
                modified TEXT NOT NULL
            )
            """,
            "CREATE UNIQUE INDEX webmentions_pair ON webmentions (source, coalesce(post_id, 0))",
            "CREATE INDEX webmentions_post ON webmentions (post_id)",
            "CREATE INDEX webmentions_state ON webmentions (state, id)",
            "CREATE INDEX webmentions_host ON webmentions (host, received)",
            "CREATE INDEX webmentions_decided ON webmentions (host, decision, source)",
            "CREATE INDEX webmentions_checked ON webmentions (checked, id)",
            """
            CREATE TABLE webmention_targets (
                webmention_id INTEGER NOT NULL REFERENCES webmentions (id),
                target TEXT NOT NULL,
                PRIMARY KEY (webmention_id, target)
            )
            """,
            # public: 1 where visitors see it, 2 where it is gone and only its place in the thread is kept.
            # held: a newer version, which waits for the owner; '' if there is none.
            """
            CREATE TABLE responses (
                id {id},
                webmention_id INTEGER NOT NULL UNIQUE REFERENCES webmentions (id),
                post_id INTEGER REFERENCES posts (id),
                kind TEXT NOT NULL,
                published TEXT NOT NULL,
                received TEXT NOT NULL,
                version INTEGER NOT NULL,
                public INTEGER NOT NULL,
                response TEXT NOT NULL,
                held TEXT NOT NULL
            )
            """,
            "CREATE INDEX responses_shown ON responses (post_id, public, id)",
            "CREATE INDEX responses_listed ON responses (public, id)",
            "CREATE INDEX responses_version ON responses (version, id)",
            "CREATE INDEX responses_received ON responses (public, received, id)",
            "CREATE INDEX responses_published ON responses (public, published, id)",
            "CREATE INDEX responses_kind ON responses (public, kind, received, id)",
            """
            CREATE TABLE response_aliases (
                response_id INTEGER NOT NULL REFERENCES responses (id),
                key TEXT NOT NULL,
                claimed INTEGER NOT NULL,
                PRIMARY KEY (response_id, key)
            )
            """,
            "CREATE INDEX response_aliases_key ON response_aliases (key)",
            """
            INSERT INTO webmentions (id, token, source, host, post_id, state, decision, reason, steps, received,
                checked, attempts, next_try, checks, missing_since, misses, body, body_url, body_type, etag, modified)
            SELECT id, token, source, '', post_id, state, CASE hidden WHEN 1 THEN 'rejected' ELSE '' END, reason, '[]',
                received, checked, attempts, next_try, 0, '', 0, body, body_url, body_type, '', ''
            FROM old_webmentions
            """,
            "INSERT INTO webmention_targets SELECT * FROM old_targets",
            """
            INSERT INTO responses (id, webmention_id, post_id, kind, published, received, version, public, response,
                held)
            SELECT id, webmention_id, post_id, kind, published, received, version,
                1 - (SELECT hidden FROM old_webmentions WHERE old_webmentions.id = webmention_id), response, ''
            FROM old_responses
            """,
            "INSERT INTO response_aliases SELECT * FROM old_aliases",
            "DROP TABLE old_aliases",
            "DROP TABLE old_responses",
            "DROP TABLE old_targets",
            "DROP TABLE old_webmentions",
            # What a source shows of others below itself (salmention). key: the address of what it quotes.
            # post_id: that of the response, NULL where it is to the home page.
            # state: quoted, verified (its own page says so), gone (its own page is, or the owner shows it not).
            """
            CREATE TABLE quoted (
                id {id},
                response_id INTEGER NOT NULL REFERENCES responses (id),
                post_id INTEGER REFERENCES posts (id),
                key TEXT NOT NULL,
                state TEXT NOT NULL,
                found TEXT NOT NULL,
                response TEXT NOT NULL,
                UNIQUE (response_id, key)
            )
            """,
            "CREATE INDEX quoted_post ON quoted (post_id)",
            # what: host, path, author, kind, words. verdict: allow, hold, block.
            """
            CREATE TABLE moderation_rules (
                id {id},
                what TEXT NOT NULL,
                value TEXT NOT NULL,
                verdict TEXT NOT NULL,
                created TEXT NOT NULL,
                UNIQUE (what, value)
            )
            """,
        ],
    ),
    (
        "0007 webmentions sent whole",
        [
            # told_at: when it took one last. etag, modified: the validators of the target's page, of which
            # `endpoint` is what was found. outcome: what its status page said last, after so many polls.
            # heard: a digest of the conversation that it was told of last; '' if none was shown.
            "ALTER TABLE deliveries ADD COLUMN told_at TEXT NOT NULL DEFAULT ''",
            "ALTER TABLE deliveries ADD COLUMN etag TEXT NOT NULL DEFAULT ''",
            "ALTER TABLE deliveries ADD COLUMN modified TEXT NOT NULL DEFAULT ''",
            "ALTER TABLE deliveries ADD COLUMN outcome TEXT NOT NULL DEFAULT ''",
            "ALTER TABLE deliveries ADD COLUMN polls INTEGER NOT NULL DEFAULT 0",
            "ALTER TABLE deliveries ADD COLUMN heard TEXT NOT NULL DEFAULT ''",
            "UPDATE deliveries SET told_at = changed WHERE told = 1",
            "CREATE INDEX deliveries_state ON deliveries (state, id)",
            # What our posts cite, as it was when we looked: it stays when the original is gone.
            # key: that of the URL. state: wanted, here, missing. citation: '' while there is none.
            """
            CREATE TABLE citations (
                key TEXT PRIMARY KEY,
                url TEXT NOT NULL,
                state TEXT NOT NULL,
                fetched TEXT NOT NULL,
                citation TEXT NOT NULL
            )
            """,
        ],
    ),
    (
        "0008 following in real time",
        [
            # Who follows one of our topics. callback: verbatim. expires: when the lease ends; '' until it was
            # verified once. asked: what is to be verified, as JSON (mode, lease_seconds, secret, since); '' if
            # nothing is. delivered: a digest of what it was sent last, on `delivered_at`. due: whether something
            # newer is to be sent. failures: in a row; status, reason: of the last try.
            """
            CREATE TABLE subscribers (
                id {id},
                topic TEXT NOT NULL,
                callback TEXT NOT NULL,
                host TEXT NOT NULL,
                secret TEXT NOT NULL,
                expires TEXT NOT NULL,
                asked TEXT NOT NULL,
                delivered TEXT NOT NULL,
                delivered_at TEXT NOT NULL,
                due INTEGER NOT NULL,
                failures INTEGER NOT NULL,
                status INTEGER NOT NULL,
                reason TEXT NOT NULL,
                created TEXT NOT NULL,
                UNIQUE (topic, callback)
            )
            """,
            "CREATE INDEX subscribers_host ON subscribers (host, id)",
            "CREATE INDEX subscribers_expires ON subscribers (expires, id)",
            # The bytes that are being told: one version of a topic, for all that follow it.
            """
            CREATE TABLE topics (
                topic TEXT PRIMARY KEY,
                digest TEXT NOT NULL,
                type TEXT NOT NULL,
                body {bytes},
                changed TEXT NOT NULL
            )
            """,
            # Whom the owner follows. url: as he gave it; topic, hub: what was found there, hub '' where there is
            # none. token: the unguessable end of our callback. secret, old_secret: '' if there is none.
            # state: asked, active (pushed), polled (no hub, or none that keeps its word), denied, gone, left.
            # expires: of the lease, and while asked, of the hub's time to answer; next_poll: when it is asked in any
            # case. missed: items found by polling alone while pushes should have come.
            """
            CREATE TABLE following (
                id {id},
                url TEXT NOT NULL UNIQUE,
                topic TEXT NOT NULL,
                hub TEXT NOT NULL,
                token TEXT NOT NULL UNIQUE,
                secret TEXT NOT NULL,
                old_secret TEXT NOT NULL,
                state TEXT NOT NULL,
                reason TEXT NOT NULL,
                expires TEXT NOT NULL,
                next_poll TEXT NOT NULL,
                polled TEXT NOT NULL,
                pushed TEXT NOT NULL,
                missed INTEGER NOT NULL,
                title TEXT NOT NULL,
                etag TEXT NOT NULL,
                modified TEXT NOT NULL,
                created TEXT NOT NULL
            )
            """,
            # What they publish, in one shape (jf2). uid: theirs, by which it is known again. way: push or poll.
            """
            CREATE TABLE followed_items (
                id {id},
                following_id INTEGER NOT NULL REFERENCES following (id),
                uid TEXT NOT NULL,
                jf2 TEXT NOT NULL,
                published TEXT NOT NULL,
                received TEXT NOT NULL,
                way TEXT NOT NULL,
                UNIQUE (following_id, uid)
            )
            """,
            "CREATE INDEX followed_items_received ON followed_items (received, id)",
        ],
    ),
    (
        "0009 what has changed",
        [
            # What pages depend on, by name (`store.touched`), and the number of the transaction that changed it last.
            """
            CREATE TABLE changes (
                name TEXT PRIMARY KEY,
                number BIGINT NOT NULL
            )
            """,
            "CREATE INDEX changes_number ON changes (number)",
        ],
    ),
    (
        "0010 search and pages",
        [
            # terms: `posts.words.terms`, by which a search finds the post; the index of them is the engine's own
            # (`Database.equip`). '' until `Posts.reindex` has filled it.
            "ALTER TABLE post_words ADD COLUMN terms TEXT NOT NULL DEFAULT ''",
            # How many listed posts there are: of a tag (name '#', its key, the spelling that was used last), and of a
            # kind in a month that posts show ('note', '2026-07', '').
            """
            CREATE TABLE tallies (
                name TEXT NOT NULL,
                value TEXT NOT NULL,
                label TEXT NOT NULL,
                posts INTEGER NOT NULL,
                PRIMARY KEY (name, value)
            )
            """,
            # Pages of the owner's that are no posts. content: Markdown. menu: its place there, 0 for none.
            """
            CREATE TABLE pages (
                name TEXT PRIMARY KEY,
                title TEXT NOT NULL,
                content TEXT NOT NULL,
                menu INTEGER NOT NULL,
                changed TEXT NOT NULL
            )
            """,
            """
            INSERT INTO pages (name, title, content, menu, changed)
            SELECT 'about', '', value, 0, '' FROM preferences WHERE name = 'about'
            """,
            "DELETE FROM preferences WHERE name = 'about'",
        ],
    ),
]


def tables(migrations: Migrations = MIGRATIONS) -> set[str]:
    """The names of all tables that these changes make and leave."""
    words = [statement.split() for _, statements in migrations for statement in statements]
    made: set[str] = set()
    for verb, what, name, *_ in words:
        if what == "TABLE":
            made = made - {name} if verb == "DROP" else made | {name}
    return made


SPELLING = {
    "sqlite": {"id": "INTEGER PRIMARY KEY AUTOINCREMENT", "bytes": "BLOB"},
    "postgresql": {"id": "BIGINT PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY", "bytes": "BYTEA"},
}
