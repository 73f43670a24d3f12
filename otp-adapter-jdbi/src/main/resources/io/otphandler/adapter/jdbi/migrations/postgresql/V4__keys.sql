-- Requests that came with an Idempotency-Key, and what they were answered. Keys, tokens and contents are only there as
-- hashes. A row is changed once, when it is answered, and touches no index then (HOT).
CREATE TABLE idempotency_keys (
    key_hash     BYTEA    NOT NULL PRIMARY KEY,
    content_hash BYTEA    NOT NULL,
    request_id   UUID     NOT NULL,
    lease_until  BIGINT   NOT NULL,         -- 0: given back
    status       SMALLINT,                  -- null: not answered yet
    body         TEXT,
    expires_at   BIGINT   NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX idempotency_keys_expires_at ON idempotency_keys (expires_at);

-- The ids of those requests that have moved the session, 16 bytes each; null: none.
ALTER TABLE sessions ADD COLUMN requests_done BYTEA;

-- Which of the codes' keys its codes are derived with; null, as 0: the first that there ever was.
ALTER TABLE sessions ADD COLUMN code_key INT;

-- Tokens that are good no more, by their sub and jti.
CREATE TABLE revoked_tokens (
    account    TEXT    NOT NULL,
    token_id   TEXT    NOT NULL,
    expires_at BIGINT  NOT NULL,
    added_at   BIGINT  NOT NULL,
    PRIMARY KEY (account, token_id)
);
CREATE INDEX revoked_tokens_added_at ON revoked_tokens (added_at);
CREATE INDEX revoked_tokens_expires_at ON revoked_tokens (expires_at);
