// What `l2i show` can show.

export type Subject = (typeof subjects)[number];

export const subjects = ["pipelines", "formats", "schema", "man", "bash-completion", "zsh-completion"] as const;
