-- Scans see things now and then, and each network port of a device by itself.

ALTER TABLE observations ADD COLUMN sightings integer NOT NULL DEFAULT 0;
COMMENT ON COLUMN observations.sightings IS 'In how many looks it was there of what is seen too seldom yet to be proposed';

-- What is declared, else what was observed; `…_by` says which: 'declared', or the source. What sources say is text that
-- nobody has checked. Of several sources the one counts that saw life last; the address is that of the main port, and
-- of a further one only where the main port has none.
CREATE OR REPLACE VIEW current_devices AS
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
    SELECT array_agg(ARRAY[found.ip, found.source]
                     ORDER BY found.further, found.seen DESC NULLS LAST, found.source, found.key)
               FILTER (WHERE found.ip <> '') AS ip,
           array_agg(ARRAY[found.firmware, found.source] ORDER BY found.seen DESC NULLS LAST, found.source, found.key)
               FILTER (WHERE found.firmware <> '') AS firmware,
           array_agg(ARRAY[found.status, found.source]
                     ORDER BY found.status = 'unknown', found.seen DESC NULLS LAST, found.source, found.key)
               FILTER (WHERE found.status IS NOT NULL) AS status,
           max(found.seen) AS last_seen,
           (array_agg(found.source ORDER BY found.seen DESC NULLS LAST, found.source, found.key))[1] AS last_seen_by,
           bool_or(found.stale) AND bool_and(found.status = 'unknown') AS stale
    FROM (SELECT source::text, key, status::text, seen, stale, said ? 'interfaces' AS further,
                 coalesce(details ->> 'ip', said ->> 'ip') AS ip,
                 coalesce(details ->> 'firmware_version', said ->> 'firmware_version') AS firmware
          FROM observations WHERE entity_id = d.id) AS found
) AS o;
