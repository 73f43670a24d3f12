-- What is counted against limits. The names of counters are made with a secret; the numbers of kinds are explained in Counter.
CREATE TABLE limits (
    counter UUID         NOT NULL,
    kind    SMALLINT     NOT NULL,
    hits    BIGINT ARRAY NOT NULL,  -- instants, the newest first; of a paced rule the one at which nothing is counted any more
    ends_at BIGINT       NOT NULL,  -- after which it may be deleted
    PRIMARY KEY (counter, kind)
);
CREATE INDEX limits_ends_at ON limits (ends_at);

ALTER TABLE sessions ADD COLUMN budget_id UUID;     -- what its moves are counted against; null: nothing
ALTER TABLE sessions ADD COLUMN held_back BOOLEAN;  -- null: false
CREATE INDEX sessions_budget_id ON sessions (budget_id);
