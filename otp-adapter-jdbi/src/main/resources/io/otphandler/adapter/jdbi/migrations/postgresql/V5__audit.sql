-- What was done and decided. A row is never changed, not even by mistake; nor is the table emptied. What is old
-- is deleted; who may do so can be told by privileges.
CREATE TABLE audit_log (
    id       UUID     NOT NULL PRIMARY KEY,
    made_at  BIGINT   NOT NULL,
    account  TEXT     NOT NULL,             -- the one concerned
    actor    TEXT     NOT NULL,             -- a token's sub, or a part of the service
    by_token BOOLEAN  NOT NULL,             -- which of the two
    token_id TEXT,                          -- its jti; null: none
    action   TEXT     NOT NULL,
    subject  TEXT     NOT NULL,
    details  TEXT     NOT NULL              -- an object of JSON whose values are texts
);
CREATE INDEX audit_log_made_at ON audit_log (made_at, id);
CREATE INDEX audit_log_account ON audit_log (account, made_at, id);
CREATE INDEX audit_log_account_action ON audit_log (account, action, made_at, id);
CREATE INDEX audit_log_action ON audit_log (action, made_at, id);

CREATE FUNCTION audit_log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit_log is append-only: no %', TG_OP USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER audit_log_is_append_only BEFORE UPDATE OR TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION audit_log_is_append_only();
