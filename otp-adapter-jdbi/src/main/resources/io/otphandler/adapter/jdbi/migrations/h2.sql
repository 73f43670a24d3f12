-- All that the migrations beside this make of an empty database, in one go: each ADD COLUMN makes H2 copy the table.
-- SchemaTest holds one against the other.

-- Instants are milliseconds since 1970. Numbers that stand for words (state, code_type) are explained where they are
-- read: SessionRow.
CREATE TABLE sessions (
    id              UUID     NOT NULL PRIMARY KEY,
    version         INT      NOT NULL,
    state           SMALLINT NOT NULL,
    widget_id       UUID     NOT NULL,
    widget_revision INT      NOT NULL,
    recipient       VARCHAR  NOT NULL,
    legs            VARCHAR  NOT NULL,      -- channel:template,channel:template…
    fixed_code      VARBINARY,              -- of a test recipient: its length, then its hash
    started_at      BIGINT   NOT NULL,
    ends_at         BIGINT   NOT NULL,
    locale          VARCHAR,
    reference       VARCHAR,
    client_ip       VARCHAR,
    expires_at      BIGINT   NOT NULL,      -- ends_at, or later once confirmed
    due_at          BIGINT,                 -- when somebody must look after it; null: never
    leg             SMALLINT,
    dispatch        INT,
    asked_at        BIGINT,
    chosen_code     VARBINARY,
    code_type       SMALLINT,
    tries_left      INT,
    restarts_left   INT,
    change_unseen   BOOLEAN,
    left_leg        SMALLINT,
    left_dispatch   INT,
    left_code       VARBINARY,
    left_until      BIGINT,
    reached_at      BIGINT,                 -- sent: when sent; confirmed and completed: when confirmed
    completed_at    BIGINT,
    timeline        VARBINARY NOT NULL,
    budget_id       UUID,                   -- what its moves are counted against; null: nothing
    held_back       BOOLEAN,                -- null: false
    requests_done   VARBINARY,              -- ids of those with an Idempotency-Key, 16 bytes each; null: none
    code_key        INT                     -- which of the codes' keys its codes are derived with; null, as 0: the first
);
CREATE INDEX sessions_due_at ON sessions (due_at);
CREATE INDEX sessions_expires_at ON sessions (expires_at);
CREATE INDEX sessions_budget_id ON sessions (budget_id);

-- A deleted widget stays as its name and number, so that the number is never used again.
CREATE TABLE widgets (
    id       UUID    NOT NULL PRIMARY KEY,
    revision INT     NOT NULL,
    owner    VARCHAR NOT NULL,
    deleted  BOOLEAN NOT NULL
);
CREATE INDEX widgets_owner ON widgets (owner);

CREATE TABLE widget_revisions (
    widget_id    UUID    NOT NULL,
    revision     INT     NOT NULL,
    body         VARCHAR NOT NULL,          -- JSON
    needed_until BIGINT,                    -- null: current
    PRIMARY KEY (widget_id, revision)
);

CREATE TABLE blocked_recipients (
    account   VARCHAR NOT NULL,
    recipient VARCHAR NOT NULL,
    PRIMARY KEY (account, recipient)
);

CREATE TABLE metadata (
    name    VARCHAR NOT NULL PRIMARY KEY,
    content VARCHAR NOT NULL
);

-- Under which names providers know messages; one that went out in parts has several.
CREATE TABLE provider_messages (
    gateway    VARCHAR NOT NULL,
    message_id VARCHAR NOT NULL,
    session_id UUID    NOT NULL,
    dispatch   INT     NOT NULL,
    kept_at    BIGINT  NOT NULL,
    PRIMARY KEY (gateway, message_id)
);
CREATE INDEX provider_messages_session_id ON provider_messages (session_id);
CREATE INDEX provider_messages_kept_at ON provider_messages (kept_at);

-- What is counted against limits. The names of counters are made with a secret; the numbers of kinds are explained in Counter.
CREATE TABLE limits (
    counter UUID         NOT NULL,
    kind    SMALLINT     NOT NULL,
    hits    BIGINT ARRAY NOT NULL,  -- instants, the newest first; of a paced rule the one at which nothing is counted any more
    ends_at BIGINT       NOT NULL,  -- after which it may be deleted
    PRIMARY KEY (counter, kind)
);
CREATE INDEX limits_ends_at ON limits (ends_at);

-- Requests that came with an Idempotency-Key, and what they were answered. Keys, tokens and contents are only there as
-- hashes.
CREATE TABLE idempotency_keys (
    key_hash     VARBINARY NOT NULL PRIMARY KEY,
    content_hash VARBINARY NOT NULL,
    request_id   UUID      NOT NULL,
    lease_until  BIGINT    NOT NULL,        -- 0: given back
    status       SMALLINT,                  -- null: not answered yet
    body         VARCHAR,
    expires_at   BIGINT    NOT NULL
);
CREATE INDEX idempotency_keys_expires_at ON idempotency_keys (expires_at);

-- Tokens that are good no more, by their sub and jti.
CREATE TABLE revoked_tokens (
    account    VARCHAR NOT NULL,
    token_id   VARCHAR NOT NULL,
    expires_at BIGINT  NOT NULL,
    added_at   BIGINT  NOT NULL,
    PRIMARY KEY (account, token_id)
);
CREATE INDEX revoked_tokens_added_at ON revoked_tokens (added_at);
CREATE INDEX revoked_tokens_expires_at ON revoked_tokens (expires_at);

-- What was done and decided. A row is never changed.
CREATE TABLE audit_log (
    id       UUID     NOT NULL PRIMARY KEY,
    made_at  BIGINT   NOT NULL,
    account  VARCHAR  NOT NULL,             -- the one concerned
    actor    VARCHAR  NOT NULL,             -- a token's sub, or a part of the service
    by_token BOOLEAN  NOT NULL,             -- which of the two
    token_id VARCHAR,                       -- its jti; null: none
    action   VARCHAR  NOT NULL,
    subject  VARCHAR  NOT NULL,
    details  VARCHAR  NOT NULL              -- an object of JSON whose values are texts
);
CREATE INDEX audit_log_made_at ON audit_log (made_at, id);
CREATE INDEX audit_log_account ON audit_log (account, made_at, id);
CREATE INDEX audit_log_account_action ON audit_log (account, action, made_at, id);
CREATE INDEX audit_log_action ON audit_log (action, made_at, id);

-- What the guard against pumping has ruled about a widget's messages to a prefix of numbers.
CREATE TABLE guard_rulings (
    widget     UUID     NOT NULL,
    prefix     VARCHAR  NOT NULL,         -- BD-1712
    state      SMALLINT NOT NULL,
    strikes    INT      NOT NULL,
    since      BIGINT   NOT NULL,
    until_at   BIGINT   NOT NULL,
    kept_until BIGINT   NOT NULL,
    reason     VARCHAR  NOT NULL,
    PRIMARY KEY (widget, prefix)
);
CREATE INDEX guard_rulings_kept_until ON guard_rulings (kept_until);

-- Traffic that looks odd, as a node has counted it.
CREATE TABLE guard_tales (
    node    UUID    NOT NULL,
    widget  UUID    NOT NULL,
    prefix  VARCHAR NOT NULL,
    traffic VARCHAR NOT NULL,
    told_at BIGINT  NOT NULL,
    PRIMARY KEY (node, widget, prefix)
);
CREATE INDEX guard_tales_told_at ON guard_tales (told_at);
