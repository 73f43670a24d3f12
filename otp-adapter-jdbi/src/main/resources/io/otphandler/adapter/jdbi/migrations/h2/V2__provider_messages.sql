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
