-- A database as somebody has kept it by hand, before invgit: the tables, names and types that other programs read.

CREATE FUNCTION touch_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN NEW.updated_at = now(); RETURN NEW; END $$;
CREATE TABLE schema_migrations (version text PRIMARY KEY, applied_at timestamptz DEFAULT now());
INSERT INTO schema_migrations VALUES ('001_initial'), ('002_inventory_fields');

CREATE TABLE organizations (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name varchar(255) NOT NULL, slug varchar(100) NOT NULL UNIQUE,
    type varchar(50) DEFAULT 'home' CHECK (type IN ('home', 'business', 'lab', 'other')), description text,
    metadata jsonb DEFAULT '{}', is_active boolean DEFAULT true, created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now());
CREATE TABLE sites (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), organization_id uuid NOT NULL REFERENCES organizations ON DELETE CASCADE,
    name varchar(255) NOT NULL, slug varchar(100) NOT NULL,
    site_type varchar(50) CHECK (site_type IN ('residence', 'office', 'datacenter', 'warehouse', 'other')),
    address_line1 varchar(255), address_line2 varchar(255), city varchar(100), state varchar(100), postal_code varchar(20),
    country varchar(3) DEFAULT 'USA', latitude decimal(10, 8), longitude decimal(11, 8),
    timezone varchar(50) DEFAULT 'America/Los_Angeles', is_primary boolean DEFAULT false, metadata jsonb DEFAULT '{}',
    is_active boolean DEFAULT true, created_at timestamptz DEFAULT now(), updated_at timestamptz DEFAULT now(),
    UNIQUE (organization_id, slug));
CREATE TABLE zones (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), site_id uuid NOT NULL REFERENCES sites ON DELETE CASCADE,
    parent_zone_id uuid REFERENCES zones ON DELETE SET NULL, name varchar(255) NOT NULL, slug varchar(100) NOT NULL,
    zone_type varchar(50) CHECK (zone_type IN ('building', 'floor', 'room', 'closet', 'outdoor', 'garage', 'other')),
    floor_number integer, area_sqft decimal(10, 2), sort_order integer DEFAULT 0, icon varchar(50), color varchar(7),
    metadata jsonb DEFAULT '{}', is_active boolean DEFAULT true, created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now(), UNIQUE (site_id, slug));
CREATE TABLE networks (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), site_id uuid REFERENCES sites ON DELETE CASCADE,
    organization_id uuid REFERENCES organizations ON DELETE CASCADE, name varchar(255) NOT NULL, slug varchar(100) NOT NULL,
    network_type varchar(50)
        CHECK (network_type IN ('ethernet', 'wifi', 'zwave', 'zigbee', 'bluetooth', 'thread', 'matter', 'other')),
    cidr varchar(18), gateway_ip inet, dns_servers inet[], vlan_id integer, ssid varchar(100), frequency varchar(20),
    security_type varchar(50), controller_device_id uuid, pan_id varchar(20), channel integer, home_id varchar(20),
    is_primary boolean DEFAULT false, metadata jsonb DEFAULT '{}', is_active boolean DEFAULT true,
    created_at timestamptz DEFAULT now(), updated_at timestamptz DEFAULT now(), UNIQUE (site_id, slug),
    CHECK ((site_id IS NULL) <> (organization_id IS NULL)));
CREATE TABLE device_categories (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name varchar(100) NOT NULL UNIQUE, slug varchar(100) NOT NULL UNIQUE,
    description text, icon varchar(50), sort_order integer DEFAULT 0, created_at timestamptz DEFAULT now());
CREATE TABLE devices (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), site_id uuid NOT NULL REFERENCES sites ON DELETE CASCADE,
    zone_id uuid REFERENCES zones ON DELETE SET NULL, network_id uuid REFERENCES networks ON DELETE SET NULL,
    name varchar(255) NOT NULL, slug varchar(100) NOT NULL, description text, device_type varchar(100) NOT NULL,
    category_id uuid REFERENCES device_categories, manufacturer varchar(100), model varchar(100), model_number varchar(100),
    serial_number varchar(100), firmware_version varchar(50), hardware_version varchar(50), mac_address macaddr,
    ip_address inet, hostname varchar(255), zwave_node_id integer, zwave_home_id varchar(20),
    zigbee_ieee_address varchar(24), zigbee_network_address varchar(10), bluetooth_address varchar(17),
    thread_eui64 varchar(24), status varchar(50) DEFAULT 'unknown'
        CHECK (status IN ('online', 'offline', 'unknown', 'maintenance', 'decommissioned')),
    last_seen timestamptz, last_status_change timestamptz, location_description varchar(255), installation_date date,
    warranty_expiry date, purchase_date date, purchase_price decimal(10, 2), purchase_currency varchar(3) DEFAULT 'USD',
    purchase_source varchar(255), receipt_reference varchar(255), homeseer_ref varchar(100),
    homeassistant_entity_id varchar(255), blueiris_short_name varchar(50), is_controller boolean DEFAULT false,
    is_battery_powered boolean DEFAULT false, capabilities jsonb DEFAULT '[]', configuration jsonb DEFAULT '{}',
    usage_status varchar(50) NOT NULL DEFAULT 'active'
        CHECK (usage_status IN ('active', 'stored', 'failed', 'retired', 'pending')),
    storage_location varchar(255), failure_date date, failure_reason text, rma_reference varchar(100),
    metadata jsonb DEFAULT '{}', is_active boolean DEFAULT true, created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now(), UNIQUE (site_id, slug));
ALTER TABLE networks ADD FOREIGN KEY (controller_device_id) REFERENCES devices ON DELETE SET NULL;
CREATE TABLE ip_allocations (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), network_id uuid NOT NULL REFERENCES networks ON DELETE CASCADE,
    device_id uuid REFERENCES devices ON DELETE SET NULL, ip_address inet NOT NULL,
    allocation_type varchar(50) DEFAULT 'static'
        CHECK (allocation_type IN ('static', 'dhcp_reservation', 'dynamic', 'reserved')),
    hostname varchar(255), dns_names text[], mac_address macaddr, lease_start timestamptz, lease_end timestamptz,
    last_seen timestamptz, notes text, metadata jsonb DEFAULT '{}', is_active boolean DEFAULT true,
    created_at timestamptz DEFAULT now(), updated_at timestamptz DEFAULT now(), UNIQUE (network_id, ip_address));
CREATE TABLE network_vlans (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), site_id uuid NOT NULL REFERENCES sites ON DELETE CASCADE,
    vlan_id integer NOT NULL, name varchar(100) NOT NULL, description text, network_id uuid REFERENCES networks ON DELETE SET NULL,
    vlan_type varchar(50)
        CHECK (vlan_type IN ('management', 'iot', 'guest', 'security', 'servers', 'workstations', 'other')),
    metadata jsonb DEFAULT '{}', is_active boolean DEFAULT true, created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now(), UNIQUE (site_id, vlan_id));
CREATE TABLE device_connections (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), source_device_id uuid NOT NULL REFERENCES devices ON DELETE CASCADE,
    target_device_id uuid NOT NULL REFERENCES devices ON DELETE CASCADE, connection_type varchar(50) CHECK (connection_type IN
        ('ethernet', 'wifi', 'usb', 'hdmi', 'zwave_route', 'zigbee_route', 'bluetooth', 'serial', 'power', 'other')),
    source_port varchar(50), target_port varchar(50), speed varchar(50), is_wireless boolean DEFAULT false,
    signal_strength integer, established_at timestamptz, notes text, metadata jsonb DEFAULT '{}',
    is_active boolean DEFAULT true, created_at timestamptz DEFAULT now(), updated_at timestamptz DEFAULT now(),
    UNIQUE (source_device_id, target_device_id, connection_type, source_port, target_port));
CREATE TABLE device_attributes (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), device_id uuid NOT NULL REFERENCES devices ON DELETE CASCADE,
    attribute_key varchar(100) NOT NULL, attribute_value text, value_type varchar(50) DEFAULT 'string'
        CHECK (value_type IN ('string', 'number', 'boolean', 'json', 'date')), attribute_group varchar(100),
    metadata jsonb DEFAULT '{}', is_active boolean DEFAULT true, created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now(), UNIQUE (device_id, attribute_key));
CREATE TABLE audit_log (
    id bigserial PRIMARY KEY, organization_id uuid REFERENCES organizations ON DELETE SET NULL,
    site_id uuid REFERENCES sites ON DELETE SET NULL, entity_type varchar(100) NOT NULL, entity_id uuid,
    entity_name varchar(255), action varchar(50) NOT NULL CHECK (action IN
        ('create', 'update', 'delete', 'status_change', 'import', 'export', 'sync', 'bulk_update')),
    actor_type varchar(50) DEFAULT 'user' CHECK (actor_type IN ('user', 'system', 'api', 'sync', 'import')),
    actor_id varchar(255), actor_name varchar(255), actor_ip inet, old_values jsonb, new_values jsonb,
    changed_fields text[], notes text, request_id varchar(100), user_agent varchar(500),
    created_at timestamptz DEFAULT now());
CREATE TABLE sync_history (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), sync_source varchar(100) NOT NULL,
    site_id uuid REFERENCES sites ON DELETE SET NULL,
    sync_type varchar(50) CHECK (sync_type IN ('full', 'incremental', 'manual', 'scheduled')),
    direction varchar(50) CHECK (direction IN ('import', 'export', 'bidirectional')), status varchar(50) DEFAULT 'pending'
        CHECK (status IN ('pending', 'running', 'completed', 'failed', 'partial')), started_at timestamptz,
    completed_at timestamptz, duration_ms integer, items_total integer DEFAULT 0, items_created integer DEFAULT 0,
    items_updated integer DEFAULT 0, items_deleted integer DEFAULT 0, items_skipped integer DEFAULT 0,
    items_failed integer DEFAULT 0, error_message text, error_details jsonb, warnings jsonb, initiated_by varchar(255),
    metadata jsonb DEFAULT '{}', created_at timestamptz DEFAULT now());
CREATE TABLE import_batches (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), site_id uuid REFERENCES sites ON DELETE SET NULL,
    import_source varchar(100) NOT NULL, filename varchar(255), status varchar(50) DEFAULT 'pending'
        CHECK (status IN ('pending', 'validating', 'importing', 'completed', 'failed', 'rolled_back')),
    started_at timestamptz, completed_at timestamptz, total_rows integer DEFAULT 0, valid_rows integer DEFAULT 0,
    imported_rows integer DEFAULT 0, failed_rows integer DEFAULT 0, skipped_rows integer DEFAULT 0, validation_errors jsonb,
    import_errors jsonb, column_mapping jsonb, options jsonb, initiated_by varchar(255), created_at timestamptz DEFAULT now());

DO $$
DECLARE
    place text;
BEGIN
    FOREACH place IN ARRAY ARRAY['organizations', 'sites', 'zones', 'networks', 'devices'] LOOP
        EXECUTE format('CREATE TRIGGER touch BEFORE UPDATE ON %I FOR EACH ROW EXECUTE FUNCTION touch_updated_at()', place);
    END LOOP;
END $$;
INSERT INTO device_categories (name, slug, sort_order, icon) VALUES
    ('Home Automation', 'automation', 10, 'home'), ('Security', 'security', 20, 'shield'), ('Network', 'network', 30, 'wifi'),
    ('Computing', 'computing', 40, NULL), ('Entertainment', 'entertainment', 50, NULL), ('Climate', 'climate', 60, NULL),
    ('Appliance', 'appliance', 70, NULL), ('Other', 'other', 100, NULL);
