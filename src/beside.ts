// What lies beside a brainfile, by name: one list for those who write these files and those who keep others off them.

export const beside = (brainfile: string) => ({
  /** The next brainfile while it is being written. */
  temporary: `${brainfile}.tmp`,
  /** A brainfile that could not be understood. */
  damaged: `${brainfile}.damaged`,
  /** Lines that the format does not match, unless --rejects names another file. */
  rejects: `${brainfile}.rejects.jsonl`,
  /** Points that the store will never take. */
  refused: `${brainfile}.refused.lp`,
});
