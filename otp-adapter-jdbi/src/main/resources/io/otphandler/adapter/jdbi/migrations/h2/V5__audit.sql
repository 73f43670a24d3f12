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
