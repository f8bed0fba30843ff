-- An apply proves that it is one; history stays as it was written, and can be read backwards.

-- Entries of parts say whose part it was; which one, only the row's own id tells.
ALTER TABLE audit_log ADD COLUMN row_id uuid;
COMMENT ON COLUMN audit_log.row_id IS 'The row that changed; entity_id is the entity that it belongs to';
UPDATE audit_log SET row_id = coalesce((old_values ->> 'id')::uuid, (new_values ->> 'id')::uuid,
    CASE WHEN entity_type NOT IN ('device_interface', 'device_attribute', 'ip_allocation') THEN entity_id END);

-- As in 0002, but for these:
--   * A session is taken for an apply while the row of `applies` that it names is of its own transaction: whoever may not
--     write that table cannot pass for one. xmin is what PostgreSQL itself notes (also of frozen rows, also after a dump);
--     the moment, which is that of BEGIN, tells a transaction from one of 2^32 transactions ago. The row has to be written
--     outside of savepoints: those have numbers of their own.
--   * `row_id`; and where an address becomes a lease, or stops being one, the whole rows: leases are not on record.
--   * Every name is looked up where it is: nothing that somebody makes in `public` is called with the owner's rights.
CREATE OR REPLACE FUNCTION invgit_record_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    claimed  text := current_setting('invgit.apply_id', true);
    apply_id text := (SELECT id FROM public.applies
                      WHERE id = CASE WHEN claimed ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN claimed::uuid END
                        AND xmin = pg_current_xact_id_if_assigned()::xid AND applied_at = now());
    actor    text := left(coalesce(nullif(current_setting('invgit.actor', true), ''), session_user), 255);
    rows_of  text;
    touched  uuid[];
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        INSERT INTO public.audit_log (entity_type, action, actor_id, actor_name, notes, request_id)
        VALUES (TG_ARGV[0], 'delete', session_user, actor, 'TRUNCATE ' || TG_TABLE_NAME, apply_id);
        UPDATE public.entities SET digest = NULL WHERE digest IS NOT NULL;
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
                        WHERE value IS DISTINCT FROM before -> key) END AS fields,
                   'dynamic' IN (before ->> 'allocation_type', after ->> 'allocation_type') AS lease
            FROM pairs WHERE before IS DISTINCT FROM after
            -- leases come and go, and sources keep them
            AND (coalesce(before, after) ->> 'allocation_type' IS DISTINCT FROM 'dynamic'
                 OR coalesce(after, before) ->> 'allocation_type' IS DISTINCT FROM 'dynamic')
        ),
        logged AS (
            INSERT INTO public.audit_log (organization_id, site_id, entity_type, entity_id, row_id, entity_name, action,
                                          actor_id, actor_name, old_values, new_values, changed_fields, request_id)
            SELECT coalesce(s.organization_id, org.id), s.id, $1, coalesce(one ->> $2, one ->> 'id')::uuid,
                   (one ->> 'id')::uuid,
                   left(coalesce(one ->> 'name', one ->> 'attribute_key', one ->> 'slug', one ->> 'ip_address'), 255),
                   CASE WHEN before IS NULL THEN 'create' WHEN after IS NULL THEN 'delete'
                        WHEN fields = '{status}' THEN 'status_change' ELSE 'update' END,
                   session_user, $5,
                   CASE WHEN fields IS NULL OR lease THEN before
                        ELSE (SELECT jsonb_object_agg(key, before -> key) FROM unnest(fields) key) END,
                   CASE WHEN fields IS NULL OR lease THEN after
                        ELSE (SELECT jsonb_object_agg(key, after -> key) FROM unnest(fields) key) END,
                   fields, $3
            FROM changes
            LEFT JOIN public.devices d ON d.id = coalesce(one ->> 'device_id', one ->> 'source_device_id')::uuid
            LEFT JOIN public.networks w ON w.id = (one ->> 'network_id')::uuid
            LEFT JOIN public.sites s ON s.id = coalesce(
                (one ->> CASE WHEN $1 = 'site' THEN 'id' ELSE 'site_id' END)::uuid, d.site_id, w.site_id)
            LEFT JOIN public.organizations org ON org.id =
                (one ->> CASE WHEN $1 = 'organization' THEN 'id' ELSE 'organization_id' END)::uuid
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

    UPDATE public.entities SET digest = NULL WHERE id = ANY (touched) AND digest IS NOT NULL;
    RETURN NULL;
END
$$;

-- History is written once, whatever was granted to whom. Only the owner of the tables, whose rights the function above
-- and the foreign keys have, changes it.
CREATE FUNCTION invgit_keep_history() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE') THEN
        RAISE insufficient_privilege
            USING MESSAGE = format('%s is history: %s is for the owner of the table alone', TG_TABLE_NAME, TG_OP);
    END IF;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION invgit_keep_history() FROM PUBLIC;
CREATE TRIGGER invgit_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON applies
    FOR EACH STATEMENT EXECUTE FUNCTION invgit_keep_history();
CREATE TRIGGER invgit_keep BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION invgit_keep_history();
