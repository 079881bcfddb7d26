/**
 * A FreeSWITCH event socket with phones behind it, on this machine: to practise on, and to test clients against.
 *
 * @packageDocumentation
 */
export { Bus, type BusMessages } from './bus.js';
export type { DirectoryUser } from './directory.js';
export type { SandboxFaults } from './faults.js';
export { applyShares, type FleetShares, generateFleet, usualSubscriptions } from './fleet.js';
export type { Mailbox } from './mailbox.js';
export { Packet, PacketReader, type PacketReaderOptions } from './packet-reader.js';
export type { Phone, PhoneOptions } from './phone.js';
export type { Registration } from './registration.js';
export { type Sandbox, type SandboxOptions, startSandbox } from './sandbox.js';
export type { SipProfileOptions } from './sip-profile.js';
export type { SipMethod, SipRequestRecord } from './sip-request.js';
export type { SubscribedEvent, SubscriptionOptions } from './subscription.js';
