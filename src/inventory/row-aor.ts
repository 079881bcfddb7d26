import { type Aor, type AorProblem, hostProblem, isAor, parseAor, userProblem } from './aor.js';
import type { CanonicalColumn, Column } from './columns.js';
import type { RowProblem } from './phone.js';
import { valueProblem } from './row-problem.js';
import { show } from './show.js';

const NO_DOMAIN: AorProblem = { problem: 'no domain is given', hint: 'add a column domain, or use --domain' };

/** What a row names: the whole AOR in one column, or its parts in two. Empty where the row or the file has nothing. */
export interface Named {
  readonly aor: string;
  readonly user: string;
  readonly domain: string;
}

/** The columns of a row that name the phone, whichever of `aor`, `user` and `domain` the file has. */
export class AorColumns {
  readonly #aor: Column | undefined;
  readonly #user: Column | undefined;
  readonly #domain: Column | undefined;
  readonly #defaultDomain: string;
  readonly #noDomain: AorProblem;

  /** @param defaultDomain the domain of rows that name none; checked already, empty if there is none */
  constructor(columns: readonly Column[], defaultDomain: string) {
    const find = (wanted: CanonicalColumn) => columns.find(({ name }) => name === wanted);
    this.#aor = find('aor');
    this.#user = find('user');
    this.#domain = find('domain');
    this.#defaultDomain = defaultDomain;
    const slip = columns.find(({ near }) => near.some((name) => name === 'domain' || name === 'realm'));
    this.#noDomain =
      slip === undefined || this.#domain !== undefined
        ? NO_DOMAIN
        : { ...NO_DOMAIN, hint: `is "${show(slip.header)}" meant to be domain? Or use --domain` };
  }

  /** The AOR of a row; undefined, and what is wrong added to `problems`, if it names none. */
  read(named: Named, line: number, problems: RowProblem[]): Aor | undefined {
    const column = named.aor !== '' || this.#user === undefined ? this.#aor : this.#user;
    const text = named.aor || named.user;
    return text.includes('@')
      ? this.#whole(column, text, named, line, problems)
      : this.#parts(column, text, named, line, problems);
  }

  /** What a row with problems probably means, for selection and for people. */
  guess({ aor, user, domain }: Named): Named {
    const named = aor || user;
    const at = named.lastIndexOf('@');
    const guessed =
      at === -1
        ? { user: user || named, domain: domain || this.#defaultDomain }
        : { user: named.slice(0, at), domain: named.slice(at + 1) };
    const whole = guessed.user !== '' && guessed.domain !== '';
    return { ...guessed, aor: whole ? `${guessed.user}@${guessed.domain}` : named };
  }

  /** `user@domain` in one column, the aor's or the user's. What other columns say must agree with it. */
  #whole(
    column: Column | undefined,
    text: string,
    named: Named,
    line: number,
    problems: RowProblem[],
  ): Aor | undefined {
    const header = column?.header ?? 'aor';
    const aor = parseAor(text);
    if (!isAor(aor)) {
      problems.push(valueProblem(line, header, text, aor.problem, aor.hint));
      return undefined;
    }
    const before = problems.length;
    if (named.domain !== '' && named.domain.toLowerCase() !== aor.host.toLowerCase()) {
      const problem = `is of another domain than "${show(named.domain)}" in the column ${show(this.#domain?.header ?? '')}`;
      problems.push(valueProblem(line, header, text, problem, 'leave one of them empty'));
    }
    if (named.aor !== '' && named.user !== '' && named.user !== aor.user && !isSame(named.user, aor)) {
      problems.push(this.#otherUser(named, line));
    }
    return problems.length === before ? aor : undefined;
  }

  #otherUser({ aor, user }: Named, line: number): RowProblem {
    const problem = `is another phone than "${show(user)}" in the column ${show(this.#user?.header ?? '')}`;
    return valueProblem(line, this.#aor?.header ?? 'aor', aor, problem, 'leave one of them empty');
  }

  /** A user and a domain in columns of their own, or a user alone and the default domain. */
  #parts(
    column: Column | undefined,
    user: string,
    named: Named,
    line: number,
    problems: RowProblem[],
  ): Aor | undefined {
    const before = problems.length;
    const header = column?.header ?? 'user';
    const host = named.domain || this.#defaultDomain;
    if (named.aor !== '' && named.user !== '' && named.user !== user) problems.push(this.#otherUser(named, line));
    const isWholeMissing = column !== undefined && column === this.#aor;
    if (isWholeMissing && user === '') {
      problems.push(valueProblem(line, header, user, 'is empty', 'write user@domain'));
      return undefined;
    }
    const wrongUser = userProblem(user);
    if (wrongUser !== undefined) problems.push(valueProblem(line, header, user, wrongUser.problem, wrongUser.hint));
    if (host === '' && isWholeMissing) {
      const hint = `write ${show(user)}@domain, or use --domain`;
      problems.push(valueProblem(line, header, user, 'has no domain', hint));
    } else {
      const wrongHost = host === '' ? this.#noDomain : hostProblem(host);
      if (wrongHost !== undefined) {
        problems.push(valueProblem(line, this.#domain?.header ?? 'domain', host, wrongHost.problem, wrongHost.hint));
      }
    }
    return problems.length === before ? { user, host } : undefined;
  }
}

function isSame(text: string, { user, host }: Aor): boolean {
  const other = parseAor(text);
  return isAor(other) && other.user === user && other.host.toLowerCase() === host.toLowerCase();
}
