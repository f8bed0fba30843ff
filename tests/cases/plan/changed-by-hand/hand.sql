UPDATE devices SET description = 'mine', name = 'My NAS' WHERE slug = 'nas';
