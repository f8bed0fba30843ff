-- The tables that other programs read. Names, types and meanings are a contract; constraints that a change of several
-- rows may break half-way are deferrable, so that swaps and circles (network ⇄ controller) need no order.

CREATE TABLE organizations (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name        varchar(255) NOT NULL,
    slug        varchar(100) NOT NULL,
    type        varchar(50) CHECK (type IN ('home', 'business', 'lab', 'other')),
    description text,
    metadata    jsonb NOT NULL DEFAULT '{}',
    is_active   boolean NOT NULL DEFAULT true,
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT organizations_slug_key UNIQUE (slug) DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE sites (
    id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organization_id uuid NOT NULL REFERENCES organizations ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    name            varchar(255) NOT NULL,
    slug            varchar(100) NOT NULL,
    site_type       varchar(50) CHECK (site_type IN ('residence', 'office', 'datacenter', 'warehouse', 'other')),
    address_line1   varchar(255),
    address_line2   varchar(255),
    city            varchar(100),
    state           varchar(100),
    postal_code     varchar(20),
    country         varchar(3) DEFAULT 'USA',
    latitude        decimal(10, 8),
    longitude       decimal(11, 8),
    timezone        varchar(50) DEFAULT 'America/Los_Angeles',
    is_primary      boolean NOT NULL DEFAULT false,
    metadata        jsonb NOT NULL DEFAULT '{}',
    is_active       boolean NOT NULL DEFAULT true,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT sites_organization_id_slug_key UNIQUE (organization_id, slug) DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE zones (
    id             uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    site_id        uuid NOT NULL REFERENCES sites ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    parent_zone_id uuid REFERENCES zones ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
    name           varchar(255) NOT NULL,
    slug           varchar(100) NOT NULL,
    zone_type      varchar(50)
        CHECK (zone_type IN ('building', 'floor', 'room', 'closet', 'outdoor', 'garage', 'other')),
    floor_number   integer,
    area_sqft      decimal(10, 2),
    sort_order     integer,
    icon           varchar(50),
    color          varchar(7),
    metadata       jsonb NOT NULL DEFAULT '{}',
    is_active      boolean NOT NULL DEFAULT true,
    created_at     timestamptz NOT NULL DEFAULT now(),
    updated_at     timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT zones_site_id_slug_key UNIQUE (site_id, slug) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX zones_parent_zone_id_idx ON zones (parent_zone_id);

CREATE TABLE device_categories (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name        varchar(255) NOT NULL,
    slug        varchar(100) NOT NULL,
    description text,
    icon        varchar(50),
    sort_order  integer,
    created_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT device_categories_name_key UNIQUE (name) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT device_categories_slug_key UNIQUE (slug) DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE network_vlans (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    site_id     uuid NOT NULL REFERENCES sites ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    vlan_id     integer NOT NULL CHECK (vlan_id BETWEEN 1 AND 4094),
    name        varchar(255) NOT NULL,
    slug        varchar(100) NOT NULL,
    description text,
    network_id  uuid,
    vlan_type   varchar(50)
        CHECK (vlan_type IN ('management', 'iot', 'guest', 'security', 'servers', 'workstations', 'other')),
    metadata    jsonb NOT NULL DEFAULT '{}',
    is_active   boolean NOT NULL DEFAULT true,
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT network_vlans_site_id_slug_key UNIQUE (site_id, slug) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT network_vlans_site_id_vlan_id_key UNIQUE (site_id, vlan_id) DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE networks (
    id                   uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organization_id      uuid REFERENCES organizations ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    site_id              uuid REFERENCES sites ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    name                 varchar(255) NOT NULL,
    slug                 varchar(100) NOT NULL,
    description          text,
    network_type         varchar(50) CHECK (network_type IN
        ('ethernet', 'wifi', 'zwave', 'zigbee', 'bluetooth', 'thread', 'matter', 'other')),
    cidr                 varchar(18),
    gateway_ip           inet,
    cidr6                varchar(43),
    gateway6_ip          inet,
    dns_servers          inet[] NOT NULL DEFAULT '{}',
    dhcp_from            inet,
    dhcp_to              inet,
    network_vlan_id      uuid REFERENCES network_vlans ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
    vlan_id              integer,
    ssid                 varchar(100),
    frequency            varchar(20),
    security_type        varchar(50),
    controller_device_id uuid,
    pan_id               varchar(20),
    channel              integer,
    home_id              varchar(20),
    is_primary           boolean NOT NULL DEFAULT false,
    metadata             jsonb NOT NULL DEFAULT '{}',
    is_active            boolean NOT NULL DEFAULT true,
    created_at           timestamptz NOT NULL DEFAULT now(),
    updated_at           timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT networks_one_owner CHECK (num_nonnulls(organization_id, site_id) = 1),
    CONSTRAINT networks_organization_id_slug_key UNIQUE (organization_id, slug) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT networks_site_id_slug_key UNIQUE (site_id, slug) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX networks_network_vlan_id_idx ON networks (network_vlan_id);
ALTER TABLE network_vlans ADD CONSTRAINT network_vlans_network_id_fkey
    FOREIGN KEY (network_id) REFERENCES networks ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX network_vlans_network_id_idx ON network_vlans (network_id);

CREATE TABLE devices (
    id                     uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    site_id                uuid NOT NULL REFERENCES sites ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    zone_id                uuid REFERENCES zones ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
    network_id             uuid REFERENCES networks ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
    name                   varchar(255) NOT NULL,
    slug                   varchar(100) NOT NULL,
    description            text,
    device_type            varchar(100) NOT NULL,
    category_id            uuid REFERENCES device_categories DEFERRABLE INITIALLY DEFERRED,
    manufacturer           varchar(100),
    model                  varchar(100),
    model_number           varchar(100),
    serial_number          varchar(100),
    firmware_version       varchar(50),
    hardware_version       varchar(50),
    mac_address            macaddr,
    ip_address             inet,
    ip6_address            inet,
    ip_from                varchar(50) NOT NULL DEFAULT 'static' CHECK (ip_from IN ('static', 'dhcp')),
    hostname               varchar(255),
    zwave_node_id          integer,
    zwave_home_id          varchar(20),
    zigbee_ieee_address    varchar(24),
    zigbee_network_address varchar(10),
    bluetooth_address      varchar(17),
    thread_eui64           varchar(24),
    status                 varchar(50) NOT NULL DEFAULT 'unknown'
        CHECK (status IN ('online', 'offline', 'unknown', 'maintenance', 'decommissioned')),
    maintenance            boolean NOT NULL DEFAULT false,
    last_seen              timestamptz,
    last_status_change     timestamptz,
    location_description   varchar(255),
    installation_date      date,
    warranty_expiry        date,
    purchase_date          date,
    purchase_price         decimal(10, 2),
    purchase_currency      varchar(3) DEFAULT 'USD',
    purchase_source        varchar(255),
    receipt_reference      varchar(255),
    homeseer_ref           varchar(100),
    homeassistant_entity_id varchar(255),
    blueiris_short_name    varchar(50),
    is_controller          boolean NOT NULL DEFAULT false,
    is_battery_powered     boolean NOT NULL DEFAULT false,
    capabilities           jsonb NOT NULL DEFAULT '[]',
    configuration          jsonb NOT NULL DEFAULT '{}',
    usage_status           varchar(50) NOT NULL DEFAULT 'active'
        CHECK (usage_status IN ('active', 'stored', 'failed', 'retired', 'pending')),
    storage_location       varchar(255),
    failure_date           date,
    failure_reason         text,
    rma_reference          varchar(100),
    tags                   varchar(100)[] NOT NULL DEFAULT '{}',
    links                  jsonb NOT NULL DEFAULT '{}',
    files                  text[] NOT NULL DEFAULT '{}',
    metadata               jsonb NOT NULL DEFAULT '{}',
    is_active              boolean NOT NULL DEFAULT true,
    created_at             timestamptz NOT NULL DEFAULT now(),
    updated_at             timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT devices_site_id_slug_key UNIQUE (site_id, slug) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX devices_zone_id_idx ON devices (zone_id);
CREATE INDEX devices_network_id_idx ON devices (network_id);
CREATE INDEX devices_category_id_idx ON devices (category_id);
CREATE INDEX devices_mac_address_idx ON devices (mac_address);
CREATE INDEX devices_homeseer_ref_idx ON devices (homeseer_ref);
ALTER TABLE networks ADD CONSTRAINT networks_controller_device_id_fkey
    FOREIGN KEY (controller_device_id) REFERENCES devices ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX networks_controller_device_id_idx ON networks (controller_device_id);

CREATE TABLE device_interfaces (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    device_id   uuid NOT NULL REFERENCES devices ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    name        varchar(50) NOT NULL,
    mac_address macaddr,
    network_id  uuid REFERENCES networks ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
    ip_address  inet,
    ip6_address inet,
    ip_from     varchar(50) NOT NULL DEFAULT 'static' CHECK (ip_from IN ('static', 'dhcp')),
    hostname    varchar(255),
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT device_interfaces_device_id_name_key UNIQUE (device_id, name) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX device_interfaces_network_id_idx ON device_interfaces (network_id);
CREATE INDEX device_interfaces_mac_address_idx ON device_interfaces (mac_address);

CREATE TABLE ip_allocations (
    id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    network_id      uuid NOT NULL REFERENCES networks ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    device_id       uuid REFERENCES devices ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
    slug            varchar(100),
    ip_address      inet NOT NULL,
    allocation_type varchar(50) NOT NULL DEFAULT 'reserved'
        CHECK (allocation_type IN ('static', 'dhcp_reservation', 'dynamic', 'reserved')),
    hostname        varchar(255),
    dns_names       text[] NOT NULL DEFAULT '{}',
    mac_address     macaddr,
    lease_start     timestamptz,
    lease_end       timestamptz,
    last_seen       timestamptz,
    notes           text,
    metadata        jsonb NOT NULL DEFAULT '{}',
    is_active       boolean NOT NULL DEFAULT true,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT ip_allocations_network_id_ip_address_key UNIQUE (network_id, ip_address) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX ip_allocations_device_id_idx ON ip_allocations (device_id);

CREATE TABLE device_connections (
    id               uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    source_device_id uuid NOT NULL REFERENCES devices ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    target_device_id uuid NOT NULL REFERENCES devices ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    slug             varchar(100),
    connection_type  varchar(50) CHECK (connection_type IN ('ethernet', 'wifi', 'usb', 'hdmi', 'zwave_route',
        'zigbee_route', 'bluetooth', 'serial', 'power', 'other')),
    source_port      varchar(50),
    target_port      varchar(50),
    speed            varchar(50),
    is_wireless      boolean NOT NULL DEFAULT false,
    signal_strength  integer,
    established_at   timestamptz,
    notes            text,
    metadata         jsonb NOT NULL DEFAULT '{}',
    is_active        boolean NOT NULL DEFAULT true,
    created_at       timestamptz NOT NULL DEFAULT now(),
    updated_at       timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT device_connections_ends_key
        UNIQUE (source_device_id, target_device_id, connection_type, source_port, target_port)
        DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX device_connections_target_device_id_idx ON device_connections (target_device_id);

CREATE TABLE device_attributes (
    id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    device_id       uuid NOT NULL REFERENCES devices ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    attribute_key   varchar(100) NOT NULL,
    attribute_value text,
    value_type      varchar(50) NOT NULL DEFAULT 'string'
        CHECK (value_type IN ('string', 'number', 'boolean', 'json', 'date')),
    attribute_group varchar(100),
    metadata        jsonb NOT NULL DEFAULT '{}',
    is_active       boolean NOT NULL DEFAULT true,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT device_attributes_device_id_attribute_key_key
        UNIQUE (device_id, attribute_key) DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE sync_history (
    id            uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    sync_source   varchar(100) NOT NULL,
    site_id       uuid REFERENCES sites ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
    sync_type     varchar(50) CHECK (sync_type IN ('full', 'incremental', 'manual', 'scheduled')),
    direction     varchar(50) CHECK (direction IN ('import', 'export', 'bidirectional')),
    status        varchar(50) NOT NULL DEFAULT 'pending'
        CHECK (status IN ('pending', 'running', 'completed', 'failed', 'partial')),
    started_at    timestamptz,
    completed_at  timestamptz,
    duration_ms   integer,
    items_total   integer NOT NULL DEFAULT 0,
    items_created integer NOT NULL DEFAULT 0,
    items_updated integer NOT NULL DEFAULT 0,
    items_deleted integer NOT NULL DEFAULT 0,
    items_skipped integer NOT NULL DEFAULT 0,
    items_failed  integer NOT NULL DEFAULT 0,
    error_message text,
    error_details jsonb,
    warnings      jsonb,
    initiated_by  varchar(255),
    metadata      jsonb NOT NULL DEFAULT '{}',
    created_at    timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE import_batches (
    id                uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    site_id           uuid REFERENCES sites ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
    import_source     varchar(100) NOT NULL,
    filename          varchar(255),
    status            varchar(50) NOT NULL DEFAULT 'pending'
        CHECK (status IN ('pending', 'validating', 'importing', 'completed', 'failed', 'rolled_back')),
    started_at        timestamptz,
    completed_at      timestamptz,
    total_rows        integer NOT NULL DEFAULT 0,
    valid_rows        integer NOT NULL DEFAULT 0,
    imported_rows     integer NOT NULL DEFAULT 0,
    failed_rows       integer NOT NULL DEFAULT 0,
    skipped_rows      integer NOT NULL DEFAULT 0,
    validation_errors jsonb,
    import_errors     jsonb,
    column_mapping    jsonb,
    options           jsonb,
    initiated_by      varchar(255),
    created_at        timestamptz NOT NULL DEFAULT now()
);
