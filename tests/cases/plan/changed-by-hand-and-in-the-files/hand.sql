UPDATE devices SET name = 'Mine' WHERE slug IN ('nas', 'tv');
