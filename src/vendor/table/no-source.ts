/** The source of an order for which no document was found. */
export const NO_SOURCE = 'no document found; the usual word of desk phones';
