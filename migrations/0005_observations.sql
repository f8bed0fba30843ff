-- What sources saw. A site is named by its path: what was seen there may be in no inventory yet.

CREATE TABLE looks (
    source      varchar(50) NOT NULL,
    site        varchar(201) NOT NULL,
    looked_at   timestamptz,
    complete_at timestamptz,
    PRIMARY KEY (source, site)
);
COMMENT ON TABLE looks IS 'When a source last looked at a site: what has not changed since is not written again';
COMMENT ON COLUMN looks.looked_at IS 'Empty while no look has succeeded';
COMMENT ON COLUMN looks.complete_at IS 'The last look that saw all there is';

CREATE TABLE observations (
    source       varchar(50) NOT NULL,
    site         varchar(201) NOT NULL,
    key          text NOT NULL CHECK (length(key) <= 500),
    kind         varchar(50) NOT NULL,
    address      varchar(400),
    entity_id    uuid,
    said         jsonb NOT NULL DEFAULT '{}',
    agreed       jsonb NOT NULL DEFAULT '{}',
    offered      jsonb NOT NULL DEFAULT '{}',
    details      jsonb NOT NULL DEFAULT '{}',
    status       varchar(50) CHECK (status IN ('online', 'offline', 'unknown')),
    stale        boolean NOT NULL DEFAULT false,
    seen         timestamptz,
    missed       integer NOT NULL DEFAULT 0,
    digest       varchar(64) NOT NULL,
    first_looked timestamptz NOT NULL,
    changed_at   timestamptz NOT NULL,
    PRIMARY KEY (source, site, key)
);
CREATE INDEX observations_entity_id_idx ON observations (entity_id);
COMMENT ON TABLE observations IS 'One row per thing that a source saw at a site: as it was at the last look that found it otherwise than before';
COMMENT ON COLUMN observations.key IS 'What the source calls it';
COMMENT ON COLUMN observations.address IS 'The entity that it was found to be; it may be in no database yet';
-- no foreign key: neither does a source wait for an apply that deletes the entity, nor the other way round
COMMENT ON COLUMN observations.entity_id IS 'Id in `entities` and in the table of its kind; it may be gone';
COMMENT ON COLUMN observations.said IS 'Values of fields, as the source has them';
COMMENT ON COLUMN observations.agreed IS 'What it said when the inventory said the same: later changes are told by it';
COMMENT ON COLUMN observations.offered IS 'What was proposed of it, and is not decided';
COMMENT ON COLUMN observations.details IS 'What else was observed: `ip` and `firmware_version` under these names, the rest in the words of the source';
COMMENT ON COLUMN observations.status IS 'As it counts: unknown where it is stale; empty for what has none';
COMMENT ON COLUMN observations.stale IS 'What was seen is too old to count';
COMMENT ON COLUMN observations.seen IS 'When it last showed life';
COMMENT ON COLUMN observations.missed IS 'In how many complete looks, one after the other, it was not there';
COMMENT ON COLUMN observations.digest IS 'Fingerprint of what was observed';
COMMENT ON COLUMN observations.changed_at IS 'The look that found this row otherwise than before';

ALTER TABLE sync_history ADD COLUMN site varchar(201);
COMMENT ON COLUMN sync_history.site IS 'Path of the site; site_id is empty where it is not in the database';
CREATE INDEX sync_history_run_idx ON sync_history (sync_source, site, started_at DESC);
CREATE INDEX sync_history_site_id_idx ON sync_history (site_id);

-- What is declared, else what was observed; `…_by` says which: 'declared', or the source. What sources say is text that
-- nobody has checked. Of several sources the one counts that saw life last.
CREATE VIEW current_devices AS
SELECT d.id, e.address, d.site_id, d.slug, d.name,
       coalesce(host(d.ip_address), o.ip[1][1]) AS ip_address,
       CASE WHEN d.ip_address IS NOT NULL THEN 'declared' ELSE o.ip[1][2] END AS ip_address_by,
       coalesce(d.firmware_version, o.firmware[1][1]) AS firmware_version,
       CASE WHEN d.firmware_version IS NOT NULL THEN 'declared' ELSE o.firmware[1][2] END AS firmware_version_by,
       d.status,
       CASE WHEN d.status IN ('maintenance', 'decommissioned') THEN 'declared'
            WHEN d.status = o.status[1][1] THEN o.status[1][2] END AS status_by,
       d.last_status_change, d.last_seen,
       CASE WHEN d.last_seen = o.last_seen THEN o.last_seen_by END AS last_seen_by,
       coalesce(o.stale, false) AS stale
FROM devices d
LEFT JOIN entities e ON e.id = d.id
CROSS JOIN LATERAL (
    SELECT array_agg(ARRAY[found.ip, found.source] ORDER BY found.seen DESC NULLS LAST, found.source, found.key)
               FILTER (WHERE found.ip <> '') AS ip,
           array_agg(ARRAY[found.firmware, found.source] ORDER BY found.seen DESC NULLS LAST, found.source, found.key)
               FILTER (WHERE found.firmware <> '') AS firmware,
           array_agg(ARRAY[found.status, found.source]
                     ORDER BY found.status = 'unknown', found.seen DESC NULLS LAST, found.source, found.key)
               FILTER (WHERE found.status IS NOT NULL) AS status,
           max(found.seen) AS last_seen,
           (array_agg(found.source ORDER BY found.seen DESC NULLS LAST, found.source, found.key))[1] AS last_seen_by,
           bool_or(found.stale) AND bool_and(found.status = 'unknown') AS stale
    FROM (SELECT source::text, key, status::text, seen, stale, coalesce(details ->> 'ip', said ->> 'ip') AS ip,
                 coalesce(details ->> 'firmware_version', said ->> 'firmware_version') AS firmware
          FROM observations WHERE entity_id = d.id) AS found
) AS o;
COMMENT ON VIEW current_devices IS 'Devices as they are now: what is declared, else what was observed, and who says so';
