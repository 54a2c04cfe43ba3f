-- Accounts for -l pgsql:FILE, with pgsql.conf beside this file.
CREATE TABLE accounts (
  login TEXT PRIMARY KEY,
  -- Of pure-pw hash.
  password TEXT NOT NULL,
  uid BIGINT NOT NULL CHECK (uid BETWEEN 1 AND 4294967294),
  gid BIGINT NOT NULL CHECK (gid BETWEEN 1 AND 4294967294),
  -- Absolute; what stands before /./ is all that the user sees.
  home TEXT NOT NULL CHECK (home LIKE '/%'),
  enabled BOOLEAN NOT NULL DEFAULT TRUE,
  expires TIMESTAMPTZ,
  quota_files BIGINT NOT NULL DEFAULT 0,
  quota_megabytes BIGINT NOT NULL DEFAULT 0,
  upload_kilobytes BIGINT NOT NULL DEFAULT 0,
  download_kilobytes BIGINT NOT NULL DEFAULT 0
);
-- Who is let in now: the one place that says it.
CREATE VIEW open_accounts AS
  SELECT * FROM accounts WHERE enabled AND (expires IS NULL OR expires > now());
