/** The shipped templates that an order of the table may name; what each one sends is in the template itself. */
export const ORDER_TEMPLATES = [
  'check-sync',
  'check-sync-no-reboot',
  'check-sync-reboot',
  'resync',
  'reboot',
  'reboot-now',
  'restart-now',
  'obihai-reboot',
  'service-control',
  'message-summary-active',
] as const;

/** The name of a shipped template. */
export type OrderTemplate = (typeof ORDER_TEMPLATES)[number];

/** The shipped templates that show a text. */
export const TEXT_TEMPLATES = ['send-message', 'snom-text', 'yealink-text', 'mitel-text'] as const;

/**
 * How far an order, or what is said of a setting, can be trusted. `documented`: the maker's documents, or a test on the
 * phone, say so. `other-pbx`: another telephone system sends or configures it, which does not prove that the phone
 * obeys. `assumed`: no source, only custom. `configured`: the user's own settings say so.
 */
export type Certainty = 'documented' | 'other-pbx' | 'assumed' | 'configured';

/** How a vendor's phones are told something. */
export interface VendorOrder {
  /** A shipped one, but for a user's own vendors. */
  readonly template: string;
  /** Values for the template that belong to the vendor, not to the phone. */
  readonly values?: Readonly<Record<string, string>>;
  /** Columns of a phone that the order cannot do without, under their canonical names. */
  readonly needs?: readonly string[];
  readonly certainty: Certainty;
  /** Where this comes from, for someone who wants to look it up. */
  readonly source: string;
  /** What an administrator must know before counting on this order. */
  readonly note?: string;
}

/** A way to show a text on a vendor's phones. */
export interface TextWay {
  readonly template: (typeof TEXT_TEMPLATES)[number];
  readonly certainty: Certainty;
  readonly source: string;
  readonly note?: string;
}

/** A vendor whose phones cannot be told this. */
export interface NoOrder {
  /** Why not: a fragment of a sentence, shown as `skipped: <none>`. */
  readonly none: string;
}

/** The orders that differ from vendor to vendor. */
export type OrderKind = 'resync' | 'reboot';

/** Models of a vendor that want other orders than the rest of its phones. */
export interface ModelException {
  /** Matched against the folded model (`foldName`): lower case, no blanks, hyphens, underscores, dots or slashes. */
  readonly model: RegExp;
  /** The same for people: `7940 and 7960`. */
  readonly models: string;
  readonly resync?: VendorOrder | NoOrder;
  readonly reboot?: VendorOrder | NoOrder;
}

/**
 * Whether a phone answers a NOTIFY with 401, so that FreeSWITCH needs `reverse-auth-user` and `reverse-auth-pass` of
 * the directory user. `by default`: unless it is switched off on the phone. `optional`: once it is switched on.
 * `never`: no challenge is documented, another guard is (see the notes). `unknown`: nothing was found.
 */
export type ChallengeHabit = 'always' | 'by default' | 'optional' | 'never' | 'unknown';

/**
 * What a setting on the phone decides about. `orders`: resync and reboot alike. `challenge`: whether they are answered
 * with 401. `push`: what is sent to the screen by NOTIFY. `features`: whether do-not-disturb and forwarding are shown.
 */
export const SETTING_SUBJECTS = [
  'orders',
  'resync',
  'reboot',
  'challenge',
  'lamp',
  'text',
  'push',
  'features',
] as const;

export type SettingSubject = (typeof SETTING_SUBJECTS)[number];

/** A setting on the phone on which it depends what becomes of an order. It has a name in at least one place. */
export interface PhoneSetting {
  readonly decides: SettingSubject;
  /** Its name in the phone's configuration. X, N and _n_ stand for the number of an account, as the maker writes it. */
  readonly file?: string;
  /** Its name in the phone's web interface. */
  readonly web?: string;
  /** What it should be, for the order to do what its name says. Undefined: which values there are was not found. */
  readonly value?: string;
  /** What it does, with its other values and the models that have it; a fragment of a sentence. */
  readonly about: string;
  readonly certainty: Certainty;
  /** Where this comes from. */
  readonly source: string;
}

/** A make of phones with one dialect. */
export interface Vendor {
  /** The stable name, as in the `vendor` column and in the output: `cisco-spa`. */
  readonly key: string;
  /** The makes and series that it covers, for people. */
  readonly label: string;
  /** Names that people use for it besides the key. A name that several vendors list is ambiguous. */
  readonly names: readonly string[];
  /** Names of other vendors that mean this one when the model is one of `models`: `Snom` with the model `M900`. */
  readonly namesWithModel?: readonly string[];
  /** Models that tell this vendor from others of the same name, matched against the folded model (`foldName`). */
  readonly models?: readonly RegExp[];
  /**
   * Rules that recognise its User-Agent, the first match wins. Named groups where the agent carries them: `model`,
   * `firmware`, `mac` (with or without separators).
   */
  readonly userAgents: readonly RegExp[];
  /**
   * User-Agents that have been seen, some of them only in requests for settings over HTTP. Without any, the rules are
   * a guess.
   */
  readonly samples: readonly string[];
  readonly resync: VendorOrder | NoOrder;
  readonly reboot: VendorOrder | NoOrder;
  readonly exceptions?: readonly ModelException[];
  /**
   * How its phones are told about their lamp, if they ignore the NOTIFY that FreeSWITCH makes of MESSAGE_WAITING, whose
   * Subscription-State is terminated. `note` says why.
   */
  readonly lamp?: VendorOrder;
  /** How it treats resync and reboot orders. */
  readonly challenge: ChallengeHabit;
  /** How it treats content pushed to its screen, where that differs or is known. */
  readonly pushChallenge?: ChallengeHabit;
  /** Whose credentials it wants; a fragment of a sentence. */
  readonly credentials?: string;
  /** The ways to show a text on these phones, that of `message` first. Undefined: nothing was found. */
  readonly texts?: readonly TextWay[];
  /** The phone's settings that must be right, those for resync and reboot first. */
  readonly settings?: readonly PhoneSetting[];
  /** What an administrator must know about these phones beside their settings, traps of models and firmware; sentences. */
  readonly notes: readonly string[];
}
