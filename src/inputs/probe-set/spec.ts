/** What a probe set is made of: the manifest, and where everything is that the manifest does not say. */

/** Which column (key, in JSON lines) holds what. Names are as in the file. */
export type ColumnMapping = {
	/** The audio file's name. */
	readonly clip?: string | undefined;
	/** Unique name of the clip. Default: the audio file's name as written. */
	readonly id?: string | undefined;
	/** One column, or several for several captions. */
	readonly caption?: string | readonly string[] | undefined;
	readonly label?: string | undefined;
	/** The original recording; clips of one recording are not independent. */
	readonly sourceRecording?: string | undefined;
	readonly attributes?: readonly string[] | undefined;
};

export type ProbeSetSpec = {
	/**
	 * JSON lines, CSV (`.csv`), TSV (`.tsv`, `.tab`), Parquet (`.parquet`), or a folder of audio files. `*` and `?` stand for any
	 * characters of a name: several files are read one after another, sorted by path.
	 */
	readonly manifest: string;
	/** Folder the file names are relative to, and may not leave. Default: what the layout of the data set says, else the manifest's. */
	readonly clips?: string | undefined;
	/** Captions by clip, in JSON (`{clip: caption}`), JSON lines, CSV or TSV. They take the place of the manifest's own. */
	readonly captions?: string | undefined;
	/** Clotho's metadata file. Default: the one beside the captions. */
	readonly metadata?: string | undefined;
	/** Columns of a file whose layout is not known; each one given here goes before what the layout says. */
	readonly columns?: ColumnMapping | undefined;
	/** Folder into which audio inside Parquet files is written, under names made of its hash. Needed for those only. */
	readonly cache?: string | undefined;
};
