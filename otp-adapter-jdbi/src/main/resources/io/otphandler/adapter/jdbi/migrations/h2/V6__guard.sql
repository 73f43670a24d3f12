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
