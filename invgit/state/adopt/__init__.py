"""A database that somebody has kept by hand: looked at, converted to entities, and made into one of ours."""
