/** The version of every JSON document that phonectl prints; another shape has another number. */
export const SCHEMA = 1;
