/** Step: who wrote the captions of a clip that nobody wrote by hand. Shipped: never edited. */
export const captionSources = `
	-- JSON list beside captions, null for a caption written by hand; NULL when all of them are.
	ALTER TABLE clips ADD COLUMN caption_sources TEXT CHECK (caption_sources IS NULL OR json_valid(caption_sources));
	`;
