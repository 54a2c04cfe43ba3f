-- Accounts for -l mysql:FILE, with mysql.conf beside this file.
CREATE TABLE accounts (
  -- Capitals matter, and blanks behind a name: a login is one account, for limits and logs as well.
  login VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL PRIMARY KEY,
  -- Of pure-pw hash.
  password VARCHAR(255) NOT NULL,
  uid INT UNSIGNED NOT NULL CHECK (uid > 0),
  gid INT UNSIGNED NOT NULL CHECK (gid > 0),
  -- Absolute; what stands before /./ is all that the user sees.
  home VARCHAR(1024) NOT NULL CHECK (home LIKE '/%'),
  enabled BOOLEAN NOT NULL DEFAULT TRUE,
  expires DATETIME NULL,
  quota_files BIGINT UNSIGNED NOT NULL DEFAULT 0,
  quota_megabytes BIGINT UNSIGNED NOT NULL DEFAULT 0,
  upload_kilobytes INT UNSIGNED NOT NULL DEFAULT 0,
  download_kilobytes INT UNSIGNED NOT NULL DEFAULT 0
);
-- Who is let in now: the one place that says it.
CREATE VIEW open_accounts AS
  SELECT * FROM accounts WHERE enabled AND (expires IS NULL OR expires > NOW());
