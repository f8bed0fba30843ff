DELETE FROM devices WHERE slug = 'tv';
