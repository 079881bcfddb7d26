import { COLUMN_ALIASES } from '../../inventory/columns.js';
import { exampleOf, HELPERS } from '../../payload/helpers.js';
import { EXIT_MEANINGS, OUTCOME_MEANINGS } from './meanings.js';

/** A page of help that is about no command. */
export interface HelpTopic {
  readonly summary: string;
  /** Names, and what there is to say of each. */
  readonly rows: readonly (readonly [name: string, about: string])[];
  /** What else there is to say, a paragraph each. */
  readonly text: readonly string[];
}

/** The pages of the documentation that `help WORD` shows as well: `docs/WORD.md` of the package. */
export const HELP_PAGES = ['fleet', 'lamps', 'texts', 'fusionpbx', 'security', 'troubleshooting', 'sites'] as const;

/** What `help WORD` shows, beside the commands. */
export const HELP_TOPICS: Readonly<Record<string, HelpTopic>> = {
  outcomes: {
    summary: 'What can become of a phone',
    rows: Object.entries(OUTCOME_MEANINGS),
    text: [
      'An order is sent at most once. Only what is not-sent is tried again by itself, when a server that was lost is back within --retry-for; what is unknown only with --retry-unknown.',
    ],
  },
  'exit-codes': {
    summary: 'What the exit code says',
    rows: EXIT_MEANINGS,
    text: ['They are the same with and without --json.'],
  },
  csv: {
    summary: 'How an inventory is written',
    rows: Object.entries(COLUMN_ALIASES).map(([column, aliases]) => {
      const others = aliases.filter((alias) => alias !== column);
      return [column, others.length > 0 ? `also called ${others.join(', ')}` : ''];
    }),
    text: [
      'CSV with comma, semicolon, tab or | between the columns, found by itself; the first row names them; in UTF-8, or as Excel saves it: UTF-16 and Windows-1252 are recognised. A row needs a user and a domain (or --domain), or an aor. # begins a comment line.',
      'Other columns are yours: for --where, and in templates. --map user=Nebenstelle reads a column from a header of another name.',
      'phonectl inventory check FILE says what is wrong with a file, and needs no server.',
    ],
  },
  templates: {
    summary: 'How a template is written',
    rows: Object.values(HELPERS).map((helper) => [helper.usage, `${helper.about} (${exampleOf(helper)})`]),
    text: [
      'A sendevent line, headers, an empty line, the body. {{…}} is Handlebars, one value at a time, so no value can break out of its line. content-length is computed. A header whose value comes out empty is left out; a column that is not there is an error.',
      '{{user}}, {{host}}, {{aor}} and {{profile}} are always there; then the columns of the row, and --set key=value, which wins over a column of the same name. The helpers above are there beside if, unless, each and with.',
      '{{> footer}} is the text of partials/footer.hbs beside the template, without its last line end. It reads the same names; in a header it is one line. Partials may use partials, but take no values of their own.',
      'phonectl template new NAME begins one, template check FILE says all that is wrong with it, send FILE --dry-run shows what would be sent; template list and template show NAME.',
    ],
  },
};
