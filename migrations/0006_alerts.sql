-- What each receiver was told and is still so: nobody is told the same twice.

CREATE TABLE alerts (
    receiver varchar(254) NOT NULL,
    kind     varchar(50) NOT NULL,
    key      text NOT NULL CHECK (length(key) <= 1000),
    site     varchar(201),
    text     text NOT NULL,
    told_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (receiver, kind, key)
);
COMMENT ON TABLE alerts IS 'One row per receiver and condition that it was told of; gone once it was told that it is over';
COMMENT ON COLUMN alerts.receiver IS 'A webhook by its name in invgit.yaml, or a mail address; never a URL';
COMMENT ON COLUMN alerts.key IS 'What tells the condition from others of its kind for as long as it lasts';
COMMENT ON COLUMN alerts.site IS 'Path of the site';
COMMENT ON COLUMN alerts.text IS 'What was told';
