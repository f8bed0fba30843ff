-- A household and an office, as they were typed in over years. Ids are made of numbers, so that rows can name each other.
CREATE FUNCTION pg_temp.id(number integer) RETURNS uuid LANGUAGE sql IMMUTABLE AS
    $$ SELECT ('5eed0000-0000-4000-8000-' || lpad(number::text, 12, '0'))::uuid $$;

INSERT INTO device_categories (id, name, slug, description, sort_order) VALUES
    (pg_temp.id(1), 'Küche & Bad', 'kitchen_bath', 'Beyond the eight', NULL);
INSERT INTO organizations (id, name, slug, type, description, metadata, is_active, created_at) VALUES
    (pg_temp.id(10), 'Anand Family', 'anand-family', 'home', E'Several\nlines: "quoted" # no comment', '{"since": 2009}', true, '2019-03-01'),
    (pg_temp.id(11), 'Cedar & Finch', 'Cedar & Finch', 'business', NULL, '{}', NULL, '2020-01-01'),
    (pg_temp.id(12), 'Nobody', 'catalog', NULL, NULL, NULL, false, '2020-01-01');
INSERT INTO sites (id, organization_id, name, slug, site_type, city, country, latitude, longitude, timezone, is_primary, metadata) VALUES
    (pg_temp.id(20), pg_temp.id(10), 'Primary Residence', 'primary-residence', 'residence', 'San José', 'USA', 37.33820000, -121.88630000, 'America/Los_Angeles', true, '{}'),
    (pg_temp.id(21), pg_temp.id(10), 'Cabaña', 'vacation_home', 'residence', NULL, NULL, NULL, NULL, NULL, NULL, '{"wifi": {"bands": [2.4, 5]}}'),
    (pg_temp.id(22), pg_temp.id(11), 'Main Street Office', 'office', 'office', 'Zürich', 'CHE', NULL, NULL, 'Europe/Zurich', true, '{}');
INSERT INTO zones (id, site_id, parent_zone_id, name, slug, zone_type, floor_number, area_sqft, sort_order, color, is_active) VALUES
    (pg_temp.id(30), pg_temp.id(20), NULL, 'First Floor', 'first-floor', 'floor', 0, 1250.50, 1, '#1E90FF', true),
    (pg_temp.id(31), pg_temp.id(20), NULL, 'Basement', 'basement', 'floor', -1, NULL, 2, NULL, true),
    (pg_temp.id(32), pg_temp.id(20), pg_temp.id(30), 'Living Room', 'living_room', 'room', 0, 320, NULL, NULL, true),
    (pg_temp.id(33), pg_temp.id(20), pg_temp.id(31), 'Server Closet', 'server-closet', 'closet', -1, 12.25, 3, NULL, true),
    (pg_temp.id(34), pg_temp.id(20), NULL, 'Old Shed', 'OLD SHED', 'outdoor', NULL, NULL, NULL, NULL, false),
    (pg_temp.id(35), pg_temp.id(21), NULL, '山小屋', '山小屋', 'building', NULL, NULL, NULL, NULL, true),
    (pg_temp.id(36), pg_temp.id(22), NULL, 'Reception', 'reception', 'room', 0, NULL, NULL, NULL, true);
INSERT INTO networks (id, site_id, organization_id, name, slug, network_type, cidr, gateway_ip, dns_servers, vlan_id, ssid, frequency, channel, home_id, is_primary) VALUES
    (pg_temp.id(40), pg_temp.id(20), NULL, 'Main LAN', 'main-lan', 'ethernet', '192.168.68.0/24', '192.168.68.1', '{192.168.68.1,1.1.1.1,2606:4700:4700::1111}', 1, NULL, NULL, NULL, NULL, true),
    (pg_temp.id(41), pg_temp.id(20), NULL, 'Main Wi-Fi', 'main-wifi', 'wifi', NULL, NULL, NULL, 1, 'Café ☕', '5 GHz', 44, NULL, false),
    (pg_temp.id(42), pg_temp.id(20), NULL, 'IoT', 'iot_wifi', 'wifi', '10.0.20.0/24', '10.0.20.1', '{}', 20, 'things', NULL, NULL, NULL, false),
    (pg_temp.id(43), pg_temp.id(20), NULL, 'Z-Wave', 'zwave', 'zwave', NULL, NULL, NULL, NULL, NULL, '908.4 MHz', NULL, 'D6C6A3B1', false),
    (pg_temp.id(44), pg_temp.id(21), NULL, 'Cabin LAN', 'lan', 'ethernet', '192.168.70.0/24', '192.168.70.1', NULL, 20, NULL, NULL, NULL, NULL, false),
    (pg_temp.id(45), NULL, pg_temp.id(10), 'VPN', 'vpn', 'other', '10.99.0.0/24', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    (pg_temp.id(46), pg_temp.id(22), NULL, 'Office', 'lan', 'ethernet', '10.1.0.0/16', '10.1.0.1', '{10.1.0.2}', NULL, NULL, NULL, NULL, NULL, true);
INSERT INTO network_vlans (id, site_id, vlan_id, name, network_id, vlan_type, description) VALUES
    (pg_temp.id(50), pg_temp.id(20), 1, 'Default', pg_temp.id(40), 'management', NULL),
    (pg_temp.id(51), pg_temp.id(20), 20, 'IoT', pg_temp.id(42), 'iot', 'shared by number with the cabin'),
    (pg_temp.id(52), pg_temp.id(21), 66, 'IoT', NULL, 'iot', NULL);
INSERT INTO devices (id, site_id, zone_id, network_id, name, slug, device_type, category_id, manufacturer, model, serial_number, firmware_version, mac_address, ip_address, hostname, status, last_seen, usage_status, homeseer_ref, homeassistant_entity_id, blueiris_short_name, capabilities, configuration, metadata, is_controller, is_active, purchase_date, purchase_price, purchase_currency, warranty_expiry, created_at) VALUES
    (pg_temp.id(100), pg_temp.id(20), pg_temp.id(33), pg_temp.id(40), 'HomeSeer Server', 'homeseer-server', 'home-automation-hub', (SELECT id FROM device_categories WHERE slug = 'automation'), 'HomeSeer', 'HS4', '0012345', '4.2.19', 'a0:1e:0b:00:00:01', '192.168.68.56', 'homeseer', 'online', '2026-05-01 10:00+02', 'active', '3398', 'switch.hub', NULL, '["scenes", "events"]', '{"port": 80, "ratio": 1.50, "zero": "007", "on": "true", "nested": {"list": [1, "1", null, true]}}', '{"os": "Windows 11"}', true, true, '2024-02-29', 249.00, 'USD', '2027-05-31', '2021-01-01'),
    (pg_temp.id(101), pg_temp.id(20), pg_temp.id(32), pg_temp.id(41), 'Fernseher "Größe 55"', 'tv', 'tv', (SELECT id FROM device_categories WHERE slug = 'entertainment'), 'LG', 'OLED55', NULL, NULL, 'a0:1e:0b:00:00:02', NULL, NULL, 'offline', NULL, 'active', NULL, NULL, NULL, '[]', '{}', '{}', false, true, NULL, NULL, 'EUR', NULL, '2021-01-02'),
    (pg_temp.id(102), pg_temp.id(20), NULL, pg_temp.id(42), 'Front Door Cam', 'front door', 'ptz_camera', (SELECT id FROM device_categories WHERE slug = 'security'), NULL, NULL, NULL, NULL, NULL, '10.0.20.31', 'FrontDoor', 'unknown', NULL, 'active', '120', NULL, 'FDOOR', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2021-01-03'),
    (pg_temp.id(103), pg_temp.id(20), NULL, NULL, 'Old NAS', 'old-nas', 'nas', NULL, 'Synology', 'DS213', 'A1', NULL, NULL, NULL, NULL, 'decommissioned', NULL, 'retired', NULL, NULL, NULL, '[]', '{}', '{"why": "replaced\nby new"}', false, false, NULL, NULL, 'USD', NULL, '2021-01-04'),
    (pg_temp.id(104), pg_temp.id(20), NULL, NULL, 'Older NAS', 'older-nas', 'nas', NULL, NULL, NULL, 'A2', NULL, NULL, NULL, NULL, 'offline', NULL, 'retired', NULL, NULL, NULL, '[]', '{}', '{}', false, true, NULL, NULL, 'USD', NULL, '2021-01-05'),
    (pg_temp.id(105), pg_temp.id(20), NULL, NULL, 'Oldest NAS', 'oldest-nas', 'nas', NULL, NULL, NULL, 'A3', NULL, NULL, NULL, NULL, 'decommissioned', NULL, 'active', NULL, NULL, NULL, '[]', '{}', '{}', false, true, NULL, NULL, 'USD', NULL, '2021-01-06'),
    (pg_temp.id(106), pg_temp.id(20), pg_temp.id(33), pg_temp.id(40), 'Switch', 'core-switch', 'switch', (SELECT id FROM device_categories WHERE slug = 'network'), NULL, NULL, NULL, NULL, 'a0:1e:0b:00:00:06', '192.168.68.2', 'core', 'maintenance', NULL, 'active', NULL, NULL, NULL, '[]', '{}', '{}', true, true, NULL, NULL, NULL, NULL, '2021-01-07'),
    (pg_temp.id(107), pg_temp.id(21), pg_temp.id(35), pg_temp.id(44), 'Roaming laptop', 'laptop', 'laptop', NULL, NULL, NULL, NULL, NULL, 'a0:1e:0b:00:00:07', '192.168.70.77', NULL, 'online', NULL, 'active', NULL, NULL, NULL, '[]', '{}', '{}', false, true, NULL, NULL, 'USD', NULL, '2021-01-08'),
    (pg_temp.id(108), pg_temp.id(21), NULL, pg_temp.id(45), 'VPN gateway', 'vpn-gw', 'router', NULL, NULL, NULL, NULL, NULL, NULL, '10.99.0.1', NULL, 'unknown', NULL, 'active', NULL, NULL, NULL, '[]', '{}', '{}', false, true, NULL, NULL, 'USD', NULL, '2021-01-09'),
    (pg_temp.id(109), pg_temp.id(22), pg_temp.id(36), pg_temp.id(46), 'Kasse №1', 'kasse-1', 'pos', pg_temp.id(1), NULL, NULL, NULL, NULL, 'a0:1e:0b:00:00:09', '10.1.2.3', 'kasse', 'online', '2026-05-01 12:00+00', 'pending', NULL, NULL, NULL, '["cash"]', '{}', '{}', false, true, NULL, 1999.9, 'CHF', NULL, '2021-01-10'),
    (pg_temp.id(110), pg_temp.id(20), pg_temp.id(32), pg_temp.id(43), 'Dimmer', 'dimmer', 'dimmer_switch', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'online', NULL, 'active', '121', NULL, NULL, '["dimming"]', '{}', '{}', false, true, NULL, NULL, 'USD', NULL, '2021-01-11'),
    (pg_temp.id(111), pg_temp.id(20), NULL, NULL, 'Dimmer', 'dimmer_', 'dimmer_switch', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'online', NULL, 'stored', '122', NULL, NULL, '[]', '{}', '{}', false, true, NULL, NULL, 'USD', NULL, '2021-01-12');
INSERT INTO devices (id, site_id, name, slug, device_type, zwave_node_id, zwave_home_id, zigbee_ieee_address, bluetooth_address, is_battery_powered, location_description)
    SELECT pg_temp.id(200 + n), pg_temp.id(20), 'Sensor ' || n, 'sensor-' || n, 'sensor', n + 2, 'D6C6A3B1',
           '00:12:4b:00:00:00:00:' || lpad(to_hex(n), 2, '0'), NULL, true, 'behind the ' || n || '. picture'
    FROM generate_series(1, 30) n;
UPDATE networks SET controller_device_id = pg_temp.id(100) WHERE id = pg_temp.id(43);
INSERT INTO ip_allocations (id, network_id, device_id, ip_address, allocation_type, hostname, dns_names, mac_address, lease_end, last_seen, notes) VALUES
    (pg_temp.id(300), pg_temp.id(40), pg_temp.id(100), '192.168.68.56', 'static', 'homeseer', '{hs.example.com}', 'a0:1e:0b:00:00:01', NULL, NULL, 'do not change'),
    (pg_temp.id(301), pg_temp.id(42), pg_temp.id(100), '10.0.20.5', 'static', NULL, NULL, 'a0:1e:0b:00:00:51', NULL, NULL, NULL),
    (pg_temp.id(302), pg_temp.id(40), pg_temp.id(101), '192.168.68.90', 'dhcp_reservation', NULL, NULL, 'a0:1e:0b:00:00:02', NULL, NULL, NULL),
    (pg_temp.id(303), pg_temp.id(42), pg_temp.id(102), '10.0.20.31', 'dhcp_reservation', NULL, '{}', NULL, NULL, NULL, NULL),
    (pg_temp.id(304), pg_temp.id(40), NULL, '192.168.68.250', 'reserved', NULL, NULL, NULL, NULL, NULL, 'printer, keep free'),
    (pg_temp.id(305), pg_temp.id(40), NULL, '192.168.68.251', 'static', 'Printer', '{print.example.com,p}', 'a0:1e:0b:00:00:55', NULL, NULL, NULL),
    (pg_temp.id(306), pg_temp.id(40), NULL, '192.168.68.181', 'dynamic', 'guest-phone', NULL, '02:00:00:00:00:01', '2026-06-01', '2026-05-30', NULL),
    (pg_temp.id(307), pg_temp.id(42), pg_temp.id(110), '10.0.20.77', 'dynamic', NULL, NULL, NULL, '2026-06-01', '2026-05-30', NULL),
    (pg_temp.id(308), pg_temp.id(45), NULL, '10.99.0.9', 'reserved', NULL, NULL, NULL, NULL, NULL, 'of the organization'),
    (pg_temp.id(309), pg_temp.id(40), pg_temp.id(106), '192.168.68.3', 'reserved', NULL, NULL, NULL, NULL, NULL, 'kept for its twin');
INSERT INTO device_connections (id, source_device_id, target_device_id, connection_type, source_port, target_port, speed, is_wireless, signal_strength, established_at) VALUES
    (pg_temp.id(400), pg_temp.id(100), pg_temp.id(106), 'ethernet', 'LAN1', '24', '1Gbps', false, NULL, '2024-01-01 08:00:00.5+00'),
    (pg_temp.id(401), pg_temp.id(106), pg_temp.id(100), 'ethernet', '23', 'LAN2', NULL, NULL, NULL, NULL),
    (pg_temp.id(402), pg_temp.id(107), pg_temp.id(106), 'wifi', NULL, NULL, NULL, true, -61, NULL);
INSERT INTO device_attributes (id, device_id, attribute_key, attribute_value, value_type, attribute_group) VALUES
    (pg_temp.id(500), pg_temp.id(100), 'licence', '0815', 'number', 'paper'),
    (pg_temp.id(501), pg_temp.id(100), 'note', 'no', 'string', NULL),
    (pg_temp.id(502), pg_temp.id(101), 'größe', '{"inch": 55}', 'json', NULL);
INSERT INTO audit_log (organization_id, site_id, entity_type, entity_id, entity_name, action, old_values, created_at) VALUES
    (pg_temp.id(10), pg_temp.id(20), 'device', pg_temp.id(100), 'HomeSeer Server', 'update', '{"name": "HS"}', '2022-01-01'),
    (NULL, NULL, 'device', NULL, 'gone', 'delete', NULL, '2022-01-02');
INSERT INTO sync_history (site_id, sync_source, sync_type, direction, status, items_total) VALUES
    (pg_temp.id(20), 'homeseer', 'full', 'import', 'completed', 40);
INSERT INTO import_batches (site_id, import_source, filename, status, total_rows) VALUES
    (pg_temp.id(20), 'csv', 'devices.csv', 'completed', 12);
