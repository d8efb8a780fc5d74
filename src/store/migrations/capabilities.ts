/** What language model servers were found to be able to do. */

export const capabilities = `
	-- api: the protocol asked (chat, responses, messages). A later finding replaces an earlier one.
	CREATE TABLE capabilities (
		provider TEXT NOT NULL,
		api TEXT NOT NULL,
		base_url TEXT NOT NULL,
		model TEXT NOT NULL,
		capability TEXT NOT NULL,
		value TEXT NOT NULL,
		at TEXT NOT NULL,
		PRIMARY KEY (provider, api, base_url, model, capability)
	) STRICT, WITHOUT ROWID;
	`;
