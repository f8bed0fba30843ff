INSERT INTO devices (site_id, slug, name, device_type)
SELECT id, 'lamp', 'Somebody''s lamp', 'lamp' FROM sites;
