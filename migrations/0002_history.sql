-- What invgit knows about rows: which it wrote, by which apply, and who else changed them.

CREATE TABLE invgit_database (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE invgit_database IS 'One row: the identity of this database, which a saved plan is bound to';
INSERT INTO invgit_database DEFAULT VALUES;

CREATE TABLE applies (
    id               uuid PRIMARY KEY,
    generation       bigint NOT NULL UNIQUE CHECK (generation > 0),
    applied_at       timestamptz NOT NULL DEFAULT now(),
    actor            varchar(255) NOT NULL,
    role             name NOT NULL DEFAULT session_user,
    commit_id        varchar(64),
    dirty            boolean,
    inventory_digest varchar(64) NOT NULL,
    plan_digest      varchar(64) NOT NULL,
    tool_version     varchar(50) NOT NULL,
    created          integer NOT NULL,
    updated          integer NOT NULL,
    renamed          integer NOT NULL,
    deleted          integer NOT NULL
);
COMMENT ON TABLE applies IS 'One row per apply; its id is made by the client, so that the fate of a COMMIT can be looked up';

CREATE TABLE entities (
    id       uuid PRIMARY KEY,
    kind     varchar(50) NOT NULL,
    address  varchar(400) NOT NULL,
    file     text NOT NULL,
    declared jsonb NOT NULL,
    digest   varchar(64),
    protect  boolean NOT NULL DEFAULT false,
    apply_id uuid NOT NULL REFERENCES applies DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT entities_address_key UNIQUE (address) DEFERRABLE INITIALLY DEFERRED
);
COMMENT ON TABLE entities IS 'One row per managed entity: its id in its own table, and its declared values as last applied';
COMMENT ON COLUMN entities.digest IS 'Fingerprint of the declared values; empty once the row was changed by anybody but an apply';

CREATE TABLE audit_log (
    id              bigserial PRIMARY KEY,
    organization_id uuid REFERENCES organizations ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
    site_id         uuid REFERENCES sites ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
    entity_type     varchar(100) NOT NULL,
    entity_id       uuid,
    entity_name     varchar(255),
    action          varchar(50) NOT NULL CHECK (action IN
        ('create', 'update', 'delete', 'status_change', 'import', 'export', 'sync', 'bulk_update')),
    actor_type      varchar(50) NOT NULL DEFAULT 'user'
        CHECK (actor_type IN ('user', 'system', 'api', 'sync', 'import')),
    actor_id        varchar(255),
    actor_name      varchar(255),
    actor_ip        inet,
    old_values      jsonb,
    new_values      jsonb,
    changed_fields  text[],
    notes           text,
    request_id      varchar(100),
    user_agent      varchar(500),
    created_at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX audit_log_entity_id_idx ON audit_log (entity_id);
CREATE INDEX audit_log_created_at_idx ON audit_log (created_at);
CREATE INDEX audit_log_organization_id_idx ON audit_log (organization_id);
CREATE INDEX audit_log_site_id_idx ON audit_log (site_id);

-- One trigger function for every table. Arguments: what a row is called in the log, and the column that holds the id of the
-- entity it belongs to. It runs once per statement, sees all rows of it, and
--   * writes the audit log (what is only observed is left out, but for status),
--   * clears the digest of managed entities that a session without an apply id changed: that is drift.
-- MATERIALIZED, or to_jsonb is computed again for every key of every row.
CREATE FUNCTION invgit_record_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    apply_id text := nullif(current_setting('invgit.apply_id', true), '');
    actor    text := left(coalesce(nullif(current_setting('invgit.actor', true), ''), session_user), 255);
    rows_of  text;
    touched  uuid[];
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        INSERT INTO audit_log (entity_type, action, actor_id, actor_name, notes, request_id)
        VALUES (TG_ARGV[0], 'delete', session_user, actor, 'TRUNCATE ' || TG_TABLE_NAME, apply_id);
        UPDATE entities SET digest = NULL WHERE digest IS NOT NULL;
        RETURN NULL;
    END IF;

    rows_of := CASE TG_OP
        WHEN 'INSERT' THEN 'SELECT NULL::jsonb, to_jsonb(n) - $4 FROM new_rows n'
        WHEN 'DELETE' THEN 'SELECT to_jsonb(o) - $4, NULL::jsonb FROM old_rows o'
        ELSE 'SELECT to_jsonb(o) - $4, to_jsonb(n) - $4 FROM old_rows o FULL JOIN new_rows n ON n.id = o.id'
    END;
    EXECUTE format($query$
        WITH pairs (before, after) AS MATERIALIZED (%s),
        changes AS MATERIALIZED (
            SELECT before, after, coalesce(after, before) AS one, CASE WHEN before IS NOT NULL AND after IS NOT NULL THEN
                       (SELECT array_agg(key ORDER BY key) FROM jsonb_each(after)
                        WHERE value IS DISTINCT FROM before -> key) END AS fields
            FROM pairs WHERE before IS DISTINCT FROM after
            -- leases come and go, and sources keep them
            AND (coalesce(before, after) ->> 'allocation_type' IS DISTINCT FROM 'dynamic'
                 OR coalesce(after, before) ->> 'allocation_type' IS DISTINCT FROM 'dynamic')
        ),
        logged AS (
            INSERT INTO audit_log (organization_id, site_id, entity_type, entity_id, entity_name, action,
                                   actor_id, actor_name, old_values, new_values, changed_fields, request_id)
            SELECT coalesce(s.organization_id, org.id), s.id, $1, coalesce(one ->> $2, one ->> 'id')::uuid,
                   left(coalesce(one ->> 'name', one ->> 'attribute_key', one ->> 'slug', one ->> 'ip_address'), 255),
                   CASE WHEN before IS NULL THEN 'create' WHEN after IS NULL THEN 'delete'
                        WHEN fields = '{status}' THEN 'status_change' ELSE 'update' END,
                   session_user, $5,
                   CASE WHEN fields IS NULL THEN before
                        ELSE (SELECT jsonb_object_agg(key, before -> key) FROM unnest(fields) key) END,
                   CASE WHEN fields IS NULL THEN after
                        ELSE (SELECT jsonb_object_agg(key, after -> key) FROM unnest(fields) key) END,
                   fields, $3
            FROM changes
            LEFT JOIN devices d ON d.id = coalesce(one ->> 'device_id', one ->> 'source_device_id')::uuid
            LEFT JOIN networks w ON w.id = (one ->> 'network_id')::uuid
            LEFT JOIN sites s ON s.id = coalesce((one ->> CASE WHEN $1 = 'site' THEN 'id' ELSE 'site_id' END)::uuid,
                                                 d.site_id, w.site_id)
            LEFT JOIN organizations org ON org.id = (one ->> CASE WHEN $1 = 'organization' THEN 'id'
                                                             ELSE 'organization_id' END)::uuid
        )
        SELECT array_agg(DISTINCT entity) FROM changes,
            LATERAL (VALUES (before ->> 'id'), (after ->> 'id'), (before ->> $2), (after ->> $2)) AS of (entity)
        WHERE $3 IS NULL AND entity IS NOT NULL
          -- a status that is seen and not decided is no drift
          AND (fields IS DISTINCT FROM '{status}'
               OR '{maintenance,decommissioned}' && ARRAY[before ->> 'status', after ->> 'status'])
    $query$, rows_of)
    INTO touched
    USING TG_ARGV[0], TG_ARGV[1], apply_id,
          ARRAY['created_at', 'updated_at', 'last_seen', 'last_status_change', 'lease_start', 'lease_end'], actor;

    UPDATE entities SET digest = NULL WHERE id = ANY (touched) AND digest IS NOT NULL;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION invgit_record_change() FROM PUBLIC;

DO $$
DECLARE
    watched record;
BEGIN
    FOR watched IN SELECT * FROM (VALUES
        ('organizations', 'organization', 'id'), ('sites', 'site', 'id'), ('zones', 'zone', 'id'),
        ('device_categories', 'category', 'id'), ('network_vlans', 'vlan', 'id'), ('networks', 'network', 'id'),
        ('devices', 'device', 'id'), ('device_interfaces', 'device_interface', 'device_id'),
        ('device_attributes', 'device_attribute', 'device_id'), ('ip_allocations', 'ip_allocation', 'device_id'),
        ('device_connections', 'connection', 'id')
    ) AS list (place, called, owner)
    LOOP
        EXECUTE format('CREATE TRIGGER invgit_insert AFTER INSERT ON %I REFERENCING NEW TABLE AS new_rows
            FOR EACH STATEMENT EXECUTE FUNCTION invgit_record_change(%L, %L)', watched.place, watched.called, watched.owner);
        EXECUTE format('CREATE TRIGGER invgit_update AFTER UPDATE ON %I REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
            FOR EACH STATEMENT EXECUTE FUNCTION invgit_record_change(%L, %L)', watched.place, watched.called, watched.owner);
        EXECUTE format('CREATE TRIGGER invgit_delete AFTER DELETE ON %I REFERENCING OLD TABLE AS old_rows
            FOR EACH STATEMENT EXECUTE FUNCTION invgit_record_change(%L, %L)', watched.place, watched.called, watched.owner);
        EXECUTE format('CREATE TRIGGER invgit_truncate AFTER TRUNCATE ON %I
            FOR EACH STATEMENT EXECUTE FUNCTION invgit_record_change(%L, %L)', watched.place, watched.called, watched.owner);
    END LOOP;
END
$$;
