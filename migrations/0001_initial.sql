-- 0001: the first schema.

-- One row: the lowest schema version a program must know to open this file.
CREATE TABLE schema_compatibility (
  id                 INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
  compatible_version INTEGER NOT NULL
) STRICT;
INSERT INTO schema_compatibility (id, compatible_version) VALUES (1, 1);

-- Who may call.
CREATE TABLE users (
  name         TEXT    NOT NULL PRIMARY KEY,
  role         TEXT    NOT NULL CHECK (role IN ('viewer', 'submitter', 'worker', 'admin')),
  token_sha256 TEXT    NOT NULL UNIQUE,
  create_us    INTEGER NOT NULL
) STRICT;

-- First answers to requests that carried an id.
CREATE TABLE requests (
  request_id  TEXT    NOT NULL PRIMARY KEY,
  user        TEXT    NOT NULL,
  method      TEXT    NOT NULL,
  body_sha256 TEXT    NOT NULL,
  answer      BLOB    NOT NULL,
  create_us   INTEGER NOT NULL
) STRICT;
CREATE INDEX requests_by_time ON requests (create_us);

CREATE TABLE datasets (
  id        INTEGER NOT NULL PRIMARY KEY,
  name      TEXT    NOT NULL UNIQUE,
  kind      TEXT    NOT NULL,
  user      TEXT    NOT NULL,
  create_us INTEGER NOT NULL,
  latest_id INTEGER REFERENCES dataset_versions (id)  -- NULL before the first index
) STRICT;

-- What an index run found; immutable.
CREATE TABLE dataset_versions (
  id             INTEGER NOT NULL PRIMARY KEY,
  dataset_id     INTEGER NOT NULL REFERENCES datasets (id),
  sha256         TEXT    NOT NULL,
  create_us      INTEGER NOT NULL,
  run_number     INTEGER NOT NULL REFERENCES runs (number),
  record_count   INTEGER NOT NULL,
  patient_count  INTEGER NOT NULL,
  failure_count  INTEGER NOT NULL,
  targets_sha256 TEXT    NOT NULL,
  index_sha256   TEXT    NOT NULL,
  synthetic      INTEGER NOT NULL CHECK (synthetic IN (0, 1)),
  UNIQUE (dataset_id, sha256)
) STRICT;
CREATE INDEX dataset_versions_by_blob ON dataset_versions (index_sha256);
CREATE INDEX dataset_versions_by_run ON dataset_versions (run_number);

-- The targets of a version, in the order of the bytes in its entries.
CREATE TABLE target_counts (
  version_id     INTEGER NOT NULL REFERENCES dataset_versions (id),
  ordinal        INTEGER NOT NULL,
  target         TEXT    NOT NULL,
  positive_count INTEGER NOT NULL,
  negative_count INTEGER NOT NULL,
  missing_count  INTEGER NOT NULL,
  PRIMARY KEY (version_id, ordinal)
) STRICT, WITHOUT ROWID;

-- The ECG statements of a version, in the order of the bits in its entries.
CREATE TABLE statement_names (
  version_id INTEGER NOT NULL REFERENCES dataset_versions (id),
  ordinal    INTEGER NOT NULL,
  name       TEXT    NOT NULL,
  PRIMARY KEY (version_id, ordinal)
) STRICT, WITHOUT ROWID;

-- Every record of a version.
CREATE TABLE index_entries (
  version_id INTEGER NOT NULL REFERENCES dataset_versions (id),
  ordinal    INTEGER NOT NULL,
  record_id  TEXT    NOT NULL,
  patient_id TEXT    NOT NULL,
  entry      BLOB    NOT NULL,
  PRIMARY KEY (version_id, ordinal),
  UNIQUE (version_id, record_id)
) STRICT, WITHOUT ROWID;

-- What the index run could not read.
CREATE TABLE index_failures (
  version_id INTEGER NOT NULL REFERENCES dataset_versions (id),
  ordinal    INTEGER NOT NULL,
  path       TEXT    NOT NULL,
  line       INTEGER NOT NULL,
  kind       TEXT    NOT NULL,
  what       TEXT    NOT NULL,
  hint       TEXT    NOT NULL,
  PRIMARY KEY (version_id, ordinal)
) STRICT, WITHOUT ROWID;

-- A fold for each patient of a version; immutable.
CREATE TABLE splits (
  id         INTEGER NOT NULL PRIMARY KEY,
  sha256     TEXT    NOT NULL UNIQUE,
  version_id INTEGER NOT NULL REFERENCES dataset_versions (id),
  seed       INTEGER NOT NULL,
  user       TEXT    NOT NULL,
  create_us  INTEGER NOT NULL,
  details    BLOB    NOT NULL
) STRICT;
CREATE INDEX splits_by_version ON splits (version_id);

CREATE TABLE patient_folds (
  split_id   INTEGER NOT NULL REFERENCES splits (id),
  patient_id TEXT    NOT NULL,
  fold       INTEGER NOT NULL CHECK (fold BETWEEN 0 AND 4),  -- 4 is the locked test
  inner_fold INTEGER NOT NULL CHECK (inner_fold BETWEEN 0 AND 7),
  PRIMARY KEY (split_id, patient_id)
) STRICT, WITHOUT ROWID;

-- The ledger of looks at the locked test. Rows are only ever added.
CREATE TABLE test_looks (
  id         INTEGER NOT NULL PRIMARY KEY,
  split_id   INTEGER NOT NULL REFERENCES splits (id),
  run_number INTEGER NOT NULL REFERENCES runs (number),
  user       TEXT    NOT NULL,
  create_us  INTEGER NOT NULL,
  UNIQUE (split_id, run_number)
) STRICT;
CREATE INDEX test_looks_by_run ON test_looks (run_number);

-- Numbers are for people to type, so that AUTOINCREMENT: never used twice.
CREATE TABLE runs (
  number          INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  uid             TEXT    NOT NULL UNIQUE,
  user            TEXT    NOT NULL,
  title           TEXT    NOT NULL,
  kind            TEXT    NOT NULL,
  dataset         TEXT    NOT NULL,  -- empty = the kind needs none; so with the next two
  dataset_version TEXT    NOT NULL,
  split           TEXT    NOT NULL,
  device          TEXT    NOT NULL CHECK (device IN ('any', 'cpu', 'mps', 'cuda')),
  max_retries     INTEGER NOT NULL,
  time_limit_us   INTEGER,           -- a duration; NULL = no limit
  spec            BLOB    NOT NULL,
  state           TEXT    NOT NULL CHECK (state IN ('HELD', 'PENDING', 'RUNNING', 'CANCELLING',
                                                    'SUCCEEDED', 'FAILED', 'CANCELLED')),
  pending_reason  TEXT    NOT NULL,
  end_reason      TEXT    NOT NULL,
  message         TEXT    NOT NULL,
  create_us       INTEGER NOT NULL,
  start_us        INTEGER,           -- NULL until the first attempt's job has started
  end_us          INTEGER,           -- NULL until the run has ended
  not_before_us   INTEGER,           -- NULL = any time
  queue_position  INTEGER NOT NULL,
  attempt_count   INTEGER NOT NULL,
  progress        BLOB    NOT NULL,
  lineage         BLOB    NOT NULL,
  CHECK ((end_us IS NOT NULL) = (state IN ('SUCCEEDED', 'FAILED', 'CANCELLED')))
) STRICT;
CREATE INDEX runs_by_state ON runs (state, number);
CREATE INDEX runs_by_user ON runs (user, number);

-- Whose artifacts a run reads.
CREATE TABLE run_inputs (
  run_number   INTEGER NOT NULL REFERENCES runs (number),
  alias        TEXT    NOT NULL,
  input_number INTEGER NOT NULL REFERENCES runs (number),
  PRIMARY KEY (run_number, alias)
) STRICT, WITHOUT ROWID;
CREATE INDEX run_inputs_by_input ON run_inputs (input_number);

CREATE TABLE attempts (
  run_number      INTEGER NOT NULL REFERENCES runs (number),
  attempt         INTEGER NOT NULL CHECK (attempt >= 1),
  fence           INTEGER NOT NULL UNIQUE,
  state           TEXT    NOT NULL CHECK (state IN ('LEASED', 'STARTING', 'RUNNING', 'STOPPING',
                            'SUCCEEDED', 'FAILED', 'CANCELLED', 'PREEMPTED', 'LOST')),
  end_reason      TEXT    NOT NULL,
  message         TEXT    NOT NULL,
  worker          TEXT    NOT NULL,
  process_uid     TEXT    NOT NULL,
  device          TEXT    NOT NULL,
  create_us       INTEGER NOT NULL,
  lease_expire_us INTEGER NOT NULL,
  start_us        INTEGER,           -- NULL until the job process has started
  end_us          INTEGER,           -- NULL until the attempt has ended
  exit_code       INTEGER,           -- NULL = not known
  signal          INTEGER,           -- NULL = none
  resume_step     INTEGER,           -- NULL = from the start
  spool_sequence  INTEGER NOT NULL,  -- last committed event of the worker's spool
  PRIMARY KEY (run_number, attempt),
  CHECK ((end_us IS NOT NULL) = (state IN ('SUCCEEDED', 'FAILED', 'CANCELLED', 'PREEMPTED',
                                           'LOST')))
) STRICT, WITHOUT ROWID;
-- A run never has two attempts that have not ended.
CREATE UNIQUE INDEX attempts_live ON attempts (run_number) WHERE end_us IS NULL;

-- The last fence that was given; one row.
CREATE TABLE fences (
  id         INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
  last_fence INTEGER NOT NULL
) STRICT;
INSERT INTO fences (id, last_fence) VALUES (1, 0);

-- Everything that happened, in commit order. The newest row is never deleted, so that MAX + 1 is a
-- number nobody has seen.
CREATE TABLE events (
  sequence   INTEGER NOT NULL PRIMARY KEY,
  run_number INTEGER NOT NULL REFERENCES runs (number),
  attempt    INTEGER NOT NULL,  -- 0 = not about one
  kind       INTEGER NOT NULL,  -- field number in pecg.v1.RunEvent
  create_us  INTEGER NOT NULL,
  payload    BLOB    NOT NULL
) STRICT;
CREATE INDEX events_by_run ON events (run_number, sequence);

-- A series of numbers, and its summary.
CREATE TABLE metric_series (
  id               INTEGER NOT NULL PRIMARY KEY,
  run_number       INTEGER NOT NULL REFERENCES runs (number),
  key              TEXT    NOT NULL CHECK (key <> ''),
  point_count      INTEGER NOT NULL,
  not_finite_count INTEGER NOT NULL,
  last_step        INTEGER NOT NULL,
  last             REAL,  -- NULL = NaN
  min              REAL,  -- of the finite values; NULL = there is none
  min_step         INTEGER NOT NULL,
  max              REAL,
  max_step         INTEGER NOT NULL,
  UNIQUE (run_number, key)
) STRICT;

-- Points that have not been packed.
CREATE TABLE metric_points (
  series_id INTEGER NOT NULL REFERENCES metric_series (id),
  step      INTEGER NOT NULL,
  attempt   INTEGER NOT NULL,
  time_us   INTEGER NOT NULL,
  value     REAL,  -- NULL = NaN
  PRIMARY KEY (series_id, step)
) STRICT, WITHOUT ROWID;

-- Points that a later attempt wrote again.
CREATE TABLE hidden_points (
  series_id INTEGER NOT NULL REFERENCES metric_series (id),
  attempt   INTEGER NOT NULL,
  step      INTEGER NOT NULL,
  time_us   INTEGER NOT NULL,
  value     REAL,  -- NULL = NaN
  PRIMARY KEY (series_id, attempt, step)
) STRICT, WITHOUT ROWID;

-- What jobs wrote to stdout and stderr.
CREATE TABLE log_chunks (
  run_number  INTEGER NOT NULL,
  attempt     INTEGER NOT NULL,
  byte_offset INTEGER NOT NULL,
  bytes       BLOB    NOT NULL,
  PRIMARY KEY (run_number, attempt, byte_offset),
  FOREIGN KEY (run_number, attempt) REFERENCES attempts (run_number, attempt)
) STRICT;

CREATE TABLE artifacts (
  run_number INTEGER NOT NULL,
  path       TEXT    NOT NULL,
  sha256     TEXT    NOT NULL,
  size_bytes INTEGER NOT NULL,
  type       TEXT    NOT NULL,
  attempt    INTEGER NOT NULL,
  create_us  INTEGER NOT NULL,
  PRIMARY KEY (run_number, path),
  FOREIGN KEY (run_number, attempt) REFERENCES attempts (run_number, attempt)
) STRICT, WITHOUT ROWID;
CREATE INDEX artifacts_by_blob ON artifacts (sha256);

-- The newest checkpoints of each run.
CREATE TABLE checkpoints (
  run_number INTEGER NOT NULL,
  attempt    INTEGER NOT NULL,
  step       INTEGER NOT NULL,
  create_us  INTEGER NOT NULL,
  PRIMARY KEY (run_number, attempt, step),
  FOREIGN KEY (run_number, attempt) REFERENCES attempts (run_number, attempt)
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoint_files (
  run_number INTEGER NOT NULL,
  attempt    INTEGER NOT NULL,
  step       INTEGER NOT NULL,
  path       TEXT    NOT NULL,
  sha256     TEXT    NOT NULL,
  size_bytes INTEGER NOT NULL,
  PRIMARY KEY (run_number, attempt, step, path),
  FOREIGN KEY (run_number, attempt, step)
    REFERENCES checkpoints (run_number, attempt, step) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX checkpoint_files_by_blob ON checkpoint_files (sha256);

-- Workers, as they last described themselves.
CREATE TABLE workers (
  name         TEXT    NOT NULL PRIMARY KEY,
  state        TEXT    NOT NULL CHECK (state IN ('CONNECTED', 'DRAINING', 'GONE')),
  process_uid  TEXT    NOT NULL,
  host         TEXT    NOT NULL,
  code_version TEXT    NOT NULL,
  heartbeat_us INTEGER NOT NULL
) STRICT;

CREATE TABLE worker_devices (
  worker       TEXT    NOT NULL REFERENCES workers (name),
  ordinal      INTEGER NOT NULL,
  name         TEXT    NOT NULL,
  kind         TEXT    NOT NULL CHECK (kind IN ('any', 'cpu', 'mps', 'cuda')),
  model        TEXT    NOT NULL,
  memory_bytes INTEGER NOT NULL,  -- 0 = not known
  PRIMARY KEY (worker, ordinal),
  UNIQUE (worker, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE worker_datasets (
  worker  TEXT NOT NULL REFERENCES workers (name),
  dataset TEXT NOT NULL,
  PRIMARY KEY (worker, dataset)
) STRICT, WITHOUT ROWID;
