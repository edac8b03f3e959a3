-- 0001_initial.after.sql: every SELECT must return 1.
SELECT COUNT(*) = 27 FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%';
-- Every table is STRICT.
SELECT COUNT(*) = 0 FROM sqlite_schema
WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND sql NOT LIKE '%STRICT%';
-- No column has a default.
SELECT COUNT(*) = 0 FROM sqlite_schema AS s, pragma_table_info(s.name) AS c
WHERE s.type = 'table' AND c.dflt_value IS NOT NULL;
SELECT compatible_version = 1 FROM schema_compatibility;
SELECT last_fence = 0 FROM fences;
-- A run has one live attempt at most, by an index and not by the program's care.
SELECT COUNT(*) = 1 FROM sqlite_schema
WHERE name = 'attempts_live' AND sql LIKE 'CREATE UNIQUE INDEX%WHERE end_us IS NULL';
