/** A run may be made from another one (recalibration). The other may be removed later, so this is no reference. */
export const derivedRuns = `
	ALTER TABLE runs ADD COLUMN source TEXT;
	`;
