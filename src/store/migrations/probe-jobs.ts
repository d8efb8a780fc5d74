/** Step: jobs of a third kind, for what was asked of a server before a run began that never did. Shipped: never edited. */
export const probeJobs = `
	ALTER TABLE jobs RENAME TO jobs_before;
	CREATE TABLE jobs (
		id TEXT PRIMARY KEY,
		key TEXT NOT NULL,
		kind TEXT NOT NULL CHECK (kind IN ('caption', 'llm-check', 'probe')),
		sequence INTEGER NOT NULL UNIQUE,
		started_at TEXT NOT NULL,
		UNIQUE (kind, key)
	) STRICT;
	INSERT INTO jobs SELECT id, key, kind, sequence, started_at FROM jobs_before;
	DROP TABLE jobs_before;
	`;
