/**
 * What FreeSWITCH's applications say when they have failed: `current_application_response` in mod_dptools.c, mod_fsv.c,
 * mod_vlc.c, mod_spandsp.c and mod_spandsp_fax.c. Most applications say nothing (`_none_`), whatever became of them.
 */
const FAILED: ReadonlySet<string> = new Set([
  'FILE NOT FOUND',
  'PLAYBACK ERROR',
  'UNKNOWN ERROR',
  'USAGE ERROR',
  'GRAMMAR ERROR',
  'ASR INIT ERROR',
  'ERROR',
  'Got timeout while waiting for video',
  'Channel not ready',
  'Got error while opening file',
  'Got error reading file',
  'Got error reading file header',
  'File version does not match!',
  'File write failed',
  'Timer activation failed!',
  'Audio codec activation failed',
  'Video codec activation failed',
  'Cannot send non-existant fax file',
  'Fax TX filename not set',
  'Cannot automatically set fax RX destination file',
  'Cannot initialize Fax engine',
  'Cannot initialize Fax engine for T.38',
  'Raw read codec activation Failed L16',
  'Raw write codec activation Failed L16',
  'fax_rx reported an error',
  'fax_tx reported an error',
]);

/**
 * Whether the `Application-Response` of a CHANNEL_EXECUTE_COMPLETE says that the application failed. False for what nobody
 * knows, and for `_none_` (`switch_core_session_exec`).
 */
export function isFailedResponse(response: string): boolean {
  return FAILED.has(response) || /^-(?:ERR|USAGE)\b/.test(response);
}
