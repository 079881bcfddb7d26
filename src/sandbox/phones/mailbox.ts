/** The messages in a voicemail box. */
export interface Mailbox {
  readonly new: number;
  readonly saved: number;
  readonly newUrgent: number;
  readonly savedUrgent: number;
}

export const EMPTY_MAILBOX: Mailbox = { new: 0, saved: 0, newUrgent: 0, savedUrgent: 0 };
