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

-- The ids of those requests that have moved the session, 16 bytes each; null: none.
ALTER TABLE sessions ADD COLUMN requests_done VARBINARY;

-- Which of the codes' keys its codes are derived with; null, as 0: the first that there ever was.
ALTER TABLE sessions ADD COLUMN code_key INT;

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
