/** The FreeSWITCH that the sandbox says it is: the one its behaviour was recorded from. */
export const VERSION = '1.10.12-release+git~20240802T210227Z~a88d069d6f~64bit';
export const VERSION_SHORT = '1.10.12';
/** The revision as people read it (`switch_version_revision_human`). */
export const VERSION_REVISION = 'git a88d069 2024-08-02 21:02:27Z 64bit';
/** The User-Agent of the SIP requests it sends. */
export const SIP_USER_AGENT = `FreeSWITCH-mod_sofia/${VERSION}`;
