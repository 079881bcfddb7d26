/**
 * A FreeSWITCH event socket with phones behind it, on this machine: to practise on, and to test clients against.
 *
 * @packageDocumentation
 */
export { Bus, type BusMessages } from './bus.js';
export type { Call } from './calls/call.js';
export type { DialOptions } from './calls/calls.js';
export type { ChannelEventName, ChannelNews } from './calls/channel-event.js';
export { Packet, PacketReader, type PacketReaderOptions } from './packet-reader.js';
export type { DirectoryUser } from './phones/directory.js';
export { applyShares, type FleetShares, generateFleet, usualSubscriptions, withSecondDevices } from './phones/fleet.js';
export type { Mailbox } from './phones/mailbox.js';
export type { CallOptions, Phone, PhoneOptions, PhoneReturn } from './phones/phone.js';
export type { Registration } from './phones/registration.js';
export type { SubscribedEvent, SubscriptionOptions } from './phones/subscription.js';
export { type Sandbox, startSandbox } from './sandbox.js';
export type { SandboxOptions } from './sandbox-options.js';
export type { SandboxFaults } from './socket/faults.js';
export type { SipProfileOptions } from './sofia/sip-profile.js';
export type { SipMethod, SipRequestRecord } from './sofia/sip-request.js';
export type { LogLine, LogSource } from './wire/log-line.js';
