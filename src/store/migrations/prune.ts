/** Step: calls can be deleted, but only those a prune has listed in the same transaction. Shipped: never edited. */
export const prune = `
	-- Ids of the calls that are being deleted; empty outside of that transaction.
	CREATE TABLE calls_to_prune (call INTEGER PRIMARY KEY) STRICT;
	DROP TRIGGER calls_keep_delete;
	CREATE TRIGGER calls_keep_delete BEFORE DELETE ON calls WHEN NOT EXISTS (SELECT 1 FROM calls_to_prune WHERE call = OLD.id)
		BEGIN SELECT RAISE(ABORT, 'calls are insert-only'); END;
	CREATE INDEX description_calls_call ON description_calls (call);
	CREATE INDEX judgements_call ON judgements (call);
	`;
