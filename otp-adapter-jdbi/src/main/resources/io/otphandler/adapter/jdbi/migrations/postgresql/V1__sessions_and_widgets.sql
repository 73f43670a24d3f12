-- Instants are milliseconds since 1970. Numbers that stand for words (state, code_type) are explained where they are
-- read: SessionRow.
--
-- A session is changed about five times within minutes and then only deleted. A third of each page stays free, so that
-- most of those changes find room beside the row and touch no index (HOT). The two indexed times change seldom: due_at
-- when a message is sent, lapses or is confirmed, expires_at hardly ever; guesses and completions change neither.
CREATE TABLE sessions (
    id              UUID     NOT NULL PRIMARY KEY,
    version         INT      NOT NULL,
    state           SMALLINT NOT NULL,
    widget_id       UUID     NOT NULL,
    widget_revision INT      NOT NULL,
    recipient       TEXT     NOT NULL,
    legs            TEXT     NOT NULL,      -- channel:template,channel:template…
    fixed_code      BYTEA,                  -- of a test recipient: its length, then its hash
    started_at      BIGINT   NOT NULL,
    ends_at         BIGINT   NOT NULL,
    locale          TEXT,
    reference       TEXT,
    client_ip       TEXT,
    expires_at      BIGINT   NOT NULL,      -- ends_at, or later once confirmed
    due_at          BIGINT,                 -- when somebody must look after it; null: never
    leg             SMALLINT,
    dispatch        INT,
    asked_at        BIGINT,
    chosen_code     BYTEA,
    code_type       SMALLINT,
    tries_left      INT,
    restarts_left   INT,
    change_unseen   BOOLEAN,
    left_leg        SMALLINT,
    left_dispatch   INT,
    left_code       BYTEA,
    left_until      BIGINT,
    reached_at      BIGINT,                 -- sent: when sent; confirmed and completed: when confirmed
    completed_at    BIGINT,
    timeline        BYTEA    NOT NULL
) WITH (
    fillfactor = 65,
    -- rows come and go by the hundred thousand: a tenth of them dead is soon enough, a fifth of a million is not
    autovacuum_vacuum_scale_factor = 0.05,
    autovacuum_vacuum_cost_delay = 0
);
CREATE INDEX sessions_due_at ON sessions (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX sessions_expires_at ON sessions (expires_at);

-- A deleted widget stays as its name and number, so that the number is never used again.
CREATE TABLE widgets (
    id       UUID    NOT NULL PRIMARY KEY,
    revision INT     NOT NULL,
    owner    TEXT    NOT NULL,
    deleted  BOOLEAN NOT NULL
);
CREATE INDEX widgets_owner ON widgets (owner);

CREATE TABLE widget_revisions (
    widget_id    UUID    NOT NULL,
    revision     INT     NOT NULL,
    body         TEXT    NOT NULL,          -- JSON
    needed_until BIGINT,                    -- null: current
    PRIMARY KEY (widget_id, revision)
);

CREATE TABLE blocked_recipients (
    account   TEXT NOT NULL,
    recipient TEXT NOT NULL,
    PRIMARY KEY (account, recipient)
);

CREATE TABLE metadata (
    name    TEXT NOT NULL PRIMARY KEY,
    content TEXT NOT NULL
);
