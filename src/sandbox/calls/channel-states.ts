import { nowInMicroseconds } from '../wire/clock.js';
import { causeNumber } from './cause.js';
import { CALL_STATES, type CallState, type Channel, type ChannelState } from './channel.js';
import type { ChannelEventName, ChannelNews } from './channel-event.js';
import { setReport } from './report.js';

const DISPOSITION = 'sip_hangup_disposition';

/** Tells of something that happened to the channel. */
export type Fire = (name: ChannelEventName, more?: Omit<ChannelNews, 'name' | 'call'>) => void;

/** A channel on its way through its states (switch_core_state_machine.c, switch_channel.c), with the events of each step. */
export class ChannelStates {
  readonly #channel: Channel;
  readonly #fire: Fire;

  constructor(channel: Channel, fire: Fire) {
    this.#channel = channel;
    this.#fire = fire;
  }

  /** A phone calls. */
  ring(): void {
    this.#create();
    this.#enter('CS_ROUTING', 'RINGING');
  }

  /** FreeSWITCH calls, and is answered at once. */
  originate(): void {
    const { variables, profile } = this.#channel;
    this.#create();
    this.#fire('CHANNEL_ORIGINATE');
    this.#enter('CS_ROUTING');
    this.#enter('CS_CONSUME_MEDIA');
    this.answer();
    variables.set('pre_transfer_caller_id_number', profile.origCallerIdNumber);
    variables.set('channel_cid_flipped', 'yes');
  }

  /** There is something to execute. */
  execute(): void {
    this.#channel.variables.set('call_uuid', this.#channel.uuid);
    this.#enter('CS_EXECUTE');
  }

  /** `switch_channel_pre_answer`: media flows; nothing if it does already, or FreeSWITCH made the call. */
  preAnswer(): void {
    const channel = this.#channel;
    if (channel.earlyAt > 0 || channel.answered || channel.direction === 'outbound') return;
    channel.earlyAt = nowInMicroseconds();
    channel.variables.set('endpoint_disposition', 'EARLY MEDIA');
    this.#fire('CHANNEL_PROGRESS_MEDIA');
    this.#setCallState('EARLY');
  }

  /** `switch_channel_answer`; nothing if it is answered already. */
  answer(): void {
    const channel = this.#channel;
    if (channel.answered || channel.down) return;
    channel.answeredAt = nowInMicroseconds();
    this.#fire('CHANNEL_ANSWER');
    this.#setCallState('ACTIVE');
    channel.variables.set('endpoint_disposition', 'ANSWER');
  }

  /** `switch_channel_hangup`, by the server or because the phone did. */
  hangUp(cause: string, byPhone: boolean): void {
    const { answered, variables } = this.#channel;
    if (byPhone && answered) {
      variables.set('sip_term_status', '200');
      variables.set('proto_specific_hangup_cause', 'sip:200');
      variables.set('sip_term_cause', String(causeNumber(cause)));
    }
    this.#channel.state = 'CS_HANGUP';
    this.#channel.hangupCause = cause;
    this.#fire('CHANNEL_HANGUP');
    if (byPhone) variables.set(DISPOSITION, answered ? 'recv_bye' : 'recv_cancel');
  }

  /** What is left to say of a call that was hung up. */
  report(): void {
    const channel = this.#channel;
    this.#run('CS_HANGUP');
    channel.hungUpAt = nowInMicroseconds();
    this.#setCallState('HANGUP');
    channel.state = 'CS_REPORTING';
    this.#run('CS_REPORTING');
    setReport(channel);
    this.#sayHowItEnded();
    this.#fire('CHANNEL_HANGUP_COMPLETE', { before: [['Hangup-Cause', channel.hangupCause ?? '']] });
  }

  destroy(): void {
    this.#channel.state = 'CS_DESTROY';
    this.#fire('CHANNEL_DESTROY');
    this.#run('CS_DESTROY');
  }

  /** `sofia_on_hangup` (mod_sofia.c), of a call that the server ended; and the mark of mod_loopback. */
  #sayHowItEnded(): void {
    const { phone, answered, variables } = this.#channel;
    if (!phone) variables.set('is_loopback', '1');
    else if (!variables.get(DISPOSITION)) variables.set(DISPOSITION, answered ? 'send_bye' : 'send_refuse');
  }

  #create(): void {
    this.#channel.state = 'CS_INIT';
    this.#run('CS_INIT');
    this.#channel.state = 'CS_ROUTING';
    this.#fire('CHANNEL_CREATE');
  }

  #enter(state: ChannelState, callState?: CallState): void {
    this.#channel.state = state;
    this.#channel.runningState = state;
    if (callState) this.#setCallState(callState);
    this.#fire('CHANNEL_STATE');
  }

  #run(state: ChannelState): void {
    this.#channel.runningState = state;
    this.#fire('CHANNEL_STATE');
  }

  #setCallState(state: CallState): void {
    const original = this.#channel.callState;
    this.#channel.callState = state;
    this.#fire('CHANNEL_CALLSTATE', {
      before: [
        ['Original-Channel-Call-State', original],
        ['Channel-Call-State-Number', String(CALL_STATES.indexOf(state))],
      ],
    });
  }
}
