BEGIN TRANSACTION;
CREATE TABLE authorization_requests (
                hash TEXT PRIMARY KEY,
                session_id INTEGER NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
                request TEXT NOT NULL,
                created TEXT NOT NULL
            );
INSERT INTO "authorization_requests" VALUES('h4ndle',1,'{}','2026-11-23T08:00:00.000000Z');
CREATE TABLE challenges (
                hash TEXT PRIMARY KEY,
                purpose TEXT NOT NULL,
                session_id INTEGER NOT NULL,
                expires TEXT NOT NULL
            );
INSERT INTO "challenges" VALUES('ch4llenge','sign-in',0,'2026-11-23T08:00:00.000000Z');
CREATE TABLE changes (
                name TEXT PRIMARY KEY,
                number BIGINT NOT NULL
            );
INSERT INTO "changes" VALUES('ON',1);
INSERT INTO "changes" VALUES('ON *',1);
INSERT INTO "changes" VALUES('post_channels',1);
INSERT INTO "changes" VALUES('post_channels *',1);
INSERT INTO "changes" VALUES('post_properties',1);
INSERT INTO "changes" VALUES('post_properties *',1);
INSERT INTO "changes" VALUES('post_terms',1);
INSERT INTO "changes" VALUES('post_terms *',1);
INSERT INTO "changes" VALUES('post_words',1);
INSERT INTO "changes" VALUES('post_words *',1);
INSERT INTO "changes" VALUES('posts',1);
INSERT INTO "changes" VALUES('posts *',1);
INSERT INTO "changes" VALUES('tallies',1);
INSERT INTO "changes" VALUES('tallies *',1);
CREATE TABLE citations (
                key TEXT PRIMARY KEY,
                url TEXT NOT NULL,
                state TEXT NOT NULL,
                fetched TEXT NOT NULL,
                citation TEXT NOT NULL
            );
CREATE TABLE clients (
                client_id TEXT PRIMARY KEY,
                information TEXT NOT NULL,
                fetched TEXT NOT NULL,
                expires TEXT NOT NULL
            );
INSERT INTO "clients" VALUES('https://app.example/','{}','2026-11-23T08:00:00.000000Z','2026-11-23T08:00:00.000000Z');
CREATE TABLE codes (
                hash TEXT PRIMARY KEY,
                grant_id INTEGER NOT NULL REFERENCES grants (id),
                redirect_uri TEXT NOT NULL,
                challenge TEXT NOT NULL,
                created TEXT NOT NULL,
                expires TEXT NOT NULL,
                used TEXT NOT NULL
            );
INSERT INTO "codes" VALUES('c0de',1,'https://app.example/cb','','2026-11-23T08:00:00.000000Z','2026-11-23T08:05:00.000000Z','');
CREATE TABLE deliveries (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                post_id INTEGER NOT NULL REFERENCES posts (id),
                target TEXT NOT NULL,
                state TEXT NOT NULL,
                endpoint TEXT NOT NULL,
                status INTEGER NOT NULL,
                location TEXT NOT NULL,
                reason TEXT NOT NULL,
                attempts INTEGER NOT NULL,
                created TEXT NOT NULL,
                changed TEXT NOT NULL, told INTEGER NOT NULL DEFAULT 0, told_at TEXT NOT NULL DEFAULT '', etag TEXT NOT NULL DEFAULT '', modified TEXT NOT NULL DEFAULT '', outcome TEXT NOT NULL DEFAULT '', polls INTEGER NOT NULL DEFAULT 0, heard TEXT NOT NULL DEFAULT '',
                UNIQUE (post_id, target)
            );
INSERT INTO "deliveries" VALUES(1,1,'https://a.example/1','sent','https://a.example/wm',202,'','',1,'2026-07-23T22:00:00.000000Z','2026-07-23T22:00:00.000000Z',1,'2026-07-23T22:00:00.000000Z','','','',0,'');
CREATE TABLE followed_items (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                following_id INTEGER NOT NULL REFERENCES following (id),
                uid TEXT NOT NULL,
                jf2 TEXT NOT NULL,
                published TEXT NOT NULL,
                received TEXT NOT NULL,
                way TEXT NOT NULL,
                UNIQUE (following_id, uid)
            );
CREATE TABLE following (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
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
            );
CREATE TABLE grants (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                client_id TEXT NOT NULL,
                scope TEXT NOT NULL,
                days INTEGER NOT NULL,
                refreshable INTEGER NOT NULL,
                name TEXT NOT NULL,
                logo TEXT NOT NULL,
                created TEXT NOT NULL,
                revoked TEXT NOT NULL
            );
INSERT INTO "grants" VALUES(1,'https://app.example/','create profile',365,1,'App','','2026-11-23T08:00:00.000000Z','');
CREATE TABLE jobs (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
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
            );
INSERT INTO "jobs" VALUES(1,'mirror.fetch','{"name": "x"}','2026-07-23T22:00:00.000000Z',0,0,'a.example','mirror.fetch x','','','','2026-07-23T22:00:00.000000Z');
CREATE TABLE limits (
                key TEXT PRIMARY KEY,
                clears TEXT NOT NULL
            );
INSERT INTO "limits" VALUES('sign-in 192.0.2.1','2026-11-23T08:01:00.000000Z');
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
            , color TEXT NOT NULL DEFAULT '');
CREATE TABLE migrations (name TEXT PRIMARY KEY);
INSERT INTO "migrations" VALUES('0001 owner, posts, responses, media, tokens, jobs');
INSERT INTO "migrations" VALUES('0002 what clients ask and send beside posts');
INSERT INTO "migrations" VALUES('0003 who signs in, and which app may what');
INSERT INTO "migrations" VALUES('0004 more than one machine');
INSERT INTO "migrations" VALUES('0005 files of posts');
INSERT INTO "migrations" VALUES('0006 webmentions whole');
INSERT INTO "migrations" VALUES('0007 webmentions sent whole');
INSERT INTO "migrations" VALUES('0008 following in real time');
INSERT INTO "migrations" VALUES('0009 what has changed');
INSERT INTO "migrations" VALUES('0010 search and pages');
CREATE TABLE moderation_rules (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                what TEXT NOT NULL,
                value TEXT NOT NULL,
                verdict TEXT NOT NULL,
                created TEXT NOT NULL,
                UNIQUE (what, value)
            );
CREATE TABLE owner (
                id INTEGER PRIMARY KEY CHECK (id = 1),
                name TEXT NOT NULL,
                nickname TEXT NOT NULL,
                note TEXT NOT NULL,
                photo TEXT NOT NULL,
                password TEXT NOT NULL,
                created TEXT NOT NULL,
                changed TEXT NOT NULL
            );
INSERT INTO "owner" VALUES(1,'Olaf','olaf','','','','2026-07-23T22:00:00.000000Z','2026-07-23T22:00:00.000000Z');
CREATE TABLE pages (
                name TEXT PRIMARY KEY,
                title TEXT NOT NULL,
                content TEXT NOT NULL,
                menu INTEGER NOT NULL,
                changed TEXT NOT NULL
            );
CREATE TABLE passkeys (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                credential_id TEXT NOT NULL UNIQUE,
                public_key BLOB NOT NULL,
                sign_count INTEGER NOT NULL,
                transports TEXT NOT NULL,
                name TEXT NOT NULL,
                created TEXT NOT NULL,
                used TEXT NOT NULL
            );
INSERT INTO "passkeys" VALUES(1,'Y3JlZA',X'00',1,'internal','Phone','2026-11-23T08:00:00.000000Z','');
CREATE TABLE paths (
                path TEXT PRIMARY KEY,
                post_id INTEGER NOT NULL REFERENCES posts (id),
                created TEXT NOT NULL
            );
INSERT INTO "paths" VALUES('/2026/07/23/kept',1,'2026-07-23T22:00:00.000000Z');
CREATE TABLE post_channels (
                post_id INTEGER NOT NULL REFERENCES posts (id),
                channel TEXT NOT NULL,
                PRIMARY KEY (post_id, channel)
            );
CREATE TABLE post_files (
                digest TEXT NOT NULL,
                post_id INTEGER NOT NULL REFERENCES posts (id),
                PRIMARY KEY (digest, post_id)
            );
INSERT INTO "post_files" VALUES('kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk',1);
CREATE TABLE post_properties (
                post_id INTEGER NOT NULL REFERENCES posts (id),
                name TEXT NOT NULL,
                value TEXT NOT NULL,
                PRIMARY KEY (post_id, name, value)
            );
INSERT INTO "post_properties" VALUES(1,'content','Kept.');
INSERT INTO "post_properties" VALUES(1,'in-reply-to','a.example/1');
INSERT INTO "post_properties" VALUES(1,'published','2026-07-23T17:00:00-05:00');
CREATE TABLE post_words (
                post_id INTEGER PRIMARY KEY REFERENCES posts (id),
                words TEXT NOT NULL
            , terms TEXT NOT NULL DEFAULT '');
INSERT INTO "post_words" VALUES(1,'kept.','kept');
CREATE TABLE posts (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
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
            , syntax TEXT NOT NULL DEFAULT 'text', channels TEXT NOT NULL DEFAULT '[]', syndicate_to TEXT NOT NULL DEFAULT '[]');
INSERT INTO "posts" VALUES(1,'/2026/07/23/kept','{"type":["h-entry"],"properties":{"content":["Kept."],"in-reply-to":["https://a.example/1"],"published":["2026-07-23T17:00:00-05:00"]}}','reply','2026-07-23T22:00:00.000000Z','2026-07-23T22:00:00.000000Z','published','public','','2026-07-23T22:00:00.000000Z','','text','[]','[]');
CREATE TABLE preferences (
                name TEXT PRIMARY KEY,
                value TEXT NOT NULL
            );
INSERT INTO "preferences" VALUES('content-syntax','markdown');
CREATE TABLE quoted (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                response_id INTEGER NOT NULL REFERENCES responses (id),
                post_id INTEGER REFERENCES posts (id),
                key TEXT NOT NULL,
                state TEXT NOT NULL,
                found TEXT NOT NULL,
                response TEXT NOT NULL,
                UNIQUE (response_id, key)
            );
CREATE TABLE renditions (
                medium TEXT NOT NULL REFERENCES media (name),
                width INTEGER NOT NULL,
                height INTEGER NOT NULL,
                file TEXT NOT NULL,
                PRIMARY KEY (medium, width)
            );
CREATE TABLE replays (
                key TEXT PRIMARY KEY,
                post_id INTEGER NOT NULL REFERENCES posts (id),
                created TEXT NOT NULL
            );
CREATE TABLE requests (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                client_id TEXT NOT NULL,
                method TEXT NOT NULL,
                target TEXT NOT NULL,
                type TEXT NOT NULL,
                body TEXT NOT NULL,
                notes TEXT NOT NULL,
                status INTEGER NOT NULL,
                answer TEXT NOT NULL,
                created TEXT NOT NULL
            );
CREATE TABLE response_aliases (
                response_id INTEGER NOT NULL REFERENCES responses (id),
                key TEXT NOT NULL,
                claimed INTEGER NOT NULL,
                PRIMARY KEY (response_id, key)
            );
CREATE TABLE responses (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                webmention_id INTEGER NOT NULL UNIQUE REFERENCES webmentions (id),
                post_id INTEGER REFERENCES posts (id),
                kind TEXT NOT NULL,
                published TEXT NOT NULL,
                received TEXT NOT NULL,
                version INTEGER NOT NULL,
                public INTEGER NOT NULL,
                response TEXT NOT NULL,
                held TEXT NOT NULL
            );
CREATE TABLE revisions (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                post_id INTEGER NOT NULL REFERENCES posts (id),
                mf2 TEXT NOT NULL,
                change TEXT NOT NULL,
                client_id TEXT NOT NULL,
                created TEXT NOT NULL
            , status TEXT NOT NULL DEFAULT 'published');
CREATE TABLE sessions (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                hash TEXT NOT NULL UNIQUE,
                method TEXT NOT NULL,
                confirmed TEXT NOT NULL,
                created TEXT NOT NULL,
                used TEXT NOT NULL,
                expires TEXT NOT NULL,
                address TEXT NOT NULL,
                agent TEXT NOT NULL
            );
INSERT INTO "sessions" VALUES(1,'session-digest','password','2026-11-23T08:00:00.000000Z','2026-11-23T08:00:00.000000Z','2026-11-23T08:00:00.000000Z','2026-12-23T08:00:00.000000Z','192.0.2.1','Browser');
CREATE TABLE site (
                name TEXT PRIMARY KEY,
                value TEXT NOT NULL
            );
CREATE TABLE subscribers (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
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
            );
CREATE TABLE tallies (
                name TEXT NOT NULL,
                value TEXT NOT NULL,
                label TEXT NOT NULL,
                posts INTEGER NOT NULL,
                PRIMARY KEY (name, value)
            );
INSERT INTO "tallies" VALUES('reply','2026-07','',1);
CREATE TABLE tokens (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                hash TEXT NOT NULL UNIQUE,
                client_id TEXT NOT NULL,
                scope TEXT NOT NULL,
                created TEXT NOT NULL,
                expires TEXT NOT NULL,
                revoked TEXT NOT NULL,
                used TEXT NOT NULL
            , kind TEXT NOT NULL DEFAULT 'access', grant_id INTEGER NOT NULL DEFAULT 0, label TEXT NOT NULL DEFAULT '', idle_days INTEGER NOT NULL DEFAULT 0, lapses TEXT NOT NULL DEFAULT '', rotated TEXT NOT NULL DEFAULT '', address TEXT NOT NULL DEFAULT '', agent TEXT NOT NULL DEFAULT '');
INSERT INTO "tokens" VALUES(1,'d1','','create','2026-07-23T22:00:00.000000Z','','','','access',0,'',0,'','','','');
INSERT INTO "tokens" VALUES(2,'refresh-digest','https://app.example/','create','2026-11-23T08:00:00.000000Z','','','','refresh',1,'',60,'2027-01-22T08:00:00.000000Z','','','');
CREATE TABLE topics (
                topic TEXT PRIMARY KEY,
                digest TEXT NOT NULL,
                type TEXT NOT NULL,
                body BLOB,
                changed TEXT NOT NULL
            );
CREATE TABLE webmention_targets (
                webmention_id INTEGER NOT NULL REFERENCES webmentions (id),
                target TEXT NOT NULL,
                PRIMARY KEY (webmention_id, target)
            );
INSERT INTO "webmention_targets" VALUES(1,'http://site.example/2026/07/23/kept');
CREATE TABLE webmentions (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
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
                body BLOB,
                body_url TEXT NOT NULL,
                body_type TEXT NOT NULL,
                etag TEXT NOT NULL,
                modified TEXT NOT NULL
            );
INSERT INTO "webmentions" VALUES(1,'t1','https://b.example/1','b.example',1,'verified','rejected','It is shown.','[]','2026-07-23T22:00:00.000000Z','2026-07-23T22:00:00.000000Z',1,'',0,'',0,NULL,'','','','');
CREATE TABLE workers (
                name TEXT PRIMARY KEY,
                port INTEGER NOT NULL,
                started TEXT NOT NULL
            , seen TEXT NOT NULL DEFAULT '');
INSERT INTO "workers" VALUES('host 1 abc',40000,'2026-11-23T08:00:00.000000Z','2026-11-23T08:00:00.000000Z');
CREATE INDEX posts_listed ON posts (deleted, status, visibility, published, id);
CREATE INDEX revisions_of ON revisions (post_id, id);
CREATE INDEX paths_of ON paths (post_id);
CREATE INDEX jobs_due ON jobs (due, id);
CREATE INDEX jobs_leased ON jobs (leased);
CREATE INDEX jobs_dedupe ON jobs (dedupe);
CREATE INDEX post_properties_value ON post_properties (name, value, post_id);
CREATE INDEX post_channels_channel ON post_channels (channel, post_id);
CREATE INDEX posts_published ON posts (published, id);
CREATE INDEX renditions_file ON renditions (file);
CREATE INDEX media_file ON media (file);
CREATE INDEX replays_created ON replays (created);
CREATE INDEX tokens_grant ON tokens (grant_id);
CREATE INDEX tokens_client ON tokens (client_id);
CREATE INDEX grants_client ON grants (client_id, id);
CREATE INDEX authorization_requests_of ON authorization_requests (session_id);
CREATE INDEX limits_clears ON limits (clears);
CREATE INDEX posts_kind ON posts (kind, published, id);
CREATE INDEX media_listed ON media (origin, created, name);
CREATE INDEX tokens_living ON tokens (revoked, rotated, expires);
CREATE UNIQUE INDEX webmentions_pair ON webmentions (source, coalesce(post_id, 0));
CREATE INDEX webmentions_post ON webmentions (post_id);
CREATE INDEX webmentions_state ON webmentions (state, id);
CREATE INDEX webmentions_host ON webmentions (host, received);
CREATE INDEX webmentions_decided ON webmentions (host, decision, source);
CREATE INDEX webmentions_checked ON webmentions (checked, id);
CREATE INDEX responses_shown ON responses (post_id, public, id);
CREATE INDEX responses_listed ON responses (public, id);
CREATE INDEX responses_version ON responses (version, id);
CREATE INDEX responses_received ON responses (public, received, id);
CREATE INDEX responses_published ON responses (public, published, id);
CREATE INDEX responses_kind ON responses (public, kind, received, id);
CREATE INDEX response_aliases_key ON response_aliases (key);
CREATE INDEX quoted_post ON quoted (post_id);
CREATE INDEX deliveries_state ON deliveries (state, id);
CREATE INDEX subscribers_host ON subscribers (host, id);
CREATE INDEX subscribers_expires ON subscribers (expires, id);
CREATE INDEX followed_items_received ON followed_items (received, id);
CREATE INDEX changes_number ON changes (number);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('deliveries',1);
INSERT INTO "sqlite_sequence" VALUES('followed_items',0);
INSERT INTO "sqlite_sequence" VALUES('following',0);
INSERT INTO "sqlite_sequence" VALUES('grants',1);
INSERT INTO "sqlite_sequence" VALUES('jobs',1);
INSERT INTO "sqlite_sequence" VALUES('moderation_rules',0);
INSERT INTO "sqlite_sequence" VALUES('passkeys',1);
INSERT INTO "sqlite_sequence" VALUES('posts',1);
INSERT INTO "sqlite_sequence" VALUES('quoted',0);
INSERT INTO "sqlite_sequence" VALUES('requests',0);
INSERT INTO "sqlite_sequence" VALUES('responses',0);
INSERT INTO "sqlite_sequence" VALUES('revisions',0);
INSERT INTO "sqlite_sequence" VALUES('sessions',1);
INSERT INTO "sqlite_sequence" VALUES('subscribers',0);
INSERT INTO "sqlite_sequence" VALUES('tokens',2);
INSERT INTO "sqlite_sequence" VALUES('webmentions',1);
CREATE VIRTUAL TABLE post_terms USING fts5 (
            terms, content = 'post_words', content_rowid = 'post_id', tokenize = 'ascii', detail = none, columnsize = 0
        );
CREATE TRIGGER post_terms_inserted AFTER INSERT ON post_words BEGIN
            INSERT INTO post_terms (rowid, terms) VALUES (new.post_id, new.terms);
        END;
CREATE TRIGGER post_terms_deleted AFTER DELETE ON post_words BEGIN
            INSERT INTO post_terms (post_terms, rowid, terms) VALUES ('delete', old.post_id, old.terms);
        END;
CREATE TRIGGER post_terms_updated AFTER UPDATE ON post_words BEGIN
            INSERT INTO post_terms (post_terms, rowid, terms) VALUES ('delete', old.post_id, old.terms);
            INSERT INTO post_terms (rowid, terms) VALUES (new.post_id, new.terms);
        END;
INSERT INTO post_terms (post_terms) VALUES ('rebuild');
COMMIT;
