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
    timeline        VARBINARY NOT NULL
);
CREATE INDEX sessions_due_at ON sessions (due_at);
CREATE INDEX sessions_expires_at ON sessions (expires_at);

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
