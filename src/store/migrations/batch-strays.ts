/** Step: lines of a batch's results that belong to none of its requests. Shipped: never edited. */
export const batchStrays = `
	CREATE TABLE batch_strays (
		batch INTEGER NOT NULL REFERENCES batches (number) ON DELETE CASCADE,
		line TEXT NOT NULL,
		at TEXT NOT NULL,
		PRIMARY KEY (batch, line)
	) STRICT, WITHOUT ROWID;
	`;
