/** The page in two parts: what stands before the data, and what stands behind. */
export function buildPage(): Promise<[before: string, behind: string]>;
