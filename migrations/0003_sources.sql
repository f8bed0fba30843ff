-- Of which files an apply was: where these are the same, and nobody has touched a row since, there is nothing to plan.

ALTER TABLE applies ADD COLUMN sources_digest varchar(64);
COMMENT ON COLUMN applies.sources_digest IS 'Fingerprint of the files, where all that they describe was applied';
