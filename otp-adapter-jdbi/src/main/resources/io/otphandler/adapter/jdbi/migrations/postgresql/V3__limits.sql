-- What is counted against limits. The names of counters are made with a secret; the numbers of kinds are explained in Counter.
--
-- A row changes often for a while and then only waits to be deleted. ends_at is a whole hour, so that most changes touch no
-- index (HOT), for which a third of each page stays free.
CREATE TABLE limits (
    counter UUID     NOT NULL,
    kind    SMALLINT NOT NULL,
    hits    BIGINT[] NOT NULL,      -- instants, the newest first; of a paced rule the one at which nothing is counted any more
    ends_at BIGINT   NOT NULL,      -- after which it may be deleted
    PRIMARY KEY (counter, kind)
) WITH (
    fillfactor = 65,
    autovacuum_vacuum_scale_factor = 0.05,
    autovacuum_vacuum_cost_delay = 0
);
CREATE INDEX limits_ends_at ON limits (ends_at);

ALTER TABLE sessions
    ADD COLUMN budget_id UUID,      -- what its moves are counted against; null: nothing
    ADD COLUMN held_back BOOLEAN;   -- null: false
CREATE INDEX sessions_budget_id ON sessions (budget_id) WHERE budget_id IS NOT NULL;
