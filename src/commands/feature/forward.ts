import * as Flags from '@oclif/core/flags';
import { aors, required } from '../../cli/args.js';
import { SendCommand } from '../../cli/send-command.js';
import { templateOrder } from '../../run/template-order.js';

const HEADERS = { always: 'forward_immediate', busy: 'forward_busy', 'no-answer': 'forward_no_answer' } as const;

/** What the template reads; all of it is said here. */
const NONE = {
  ...Object.fromEntries(
    Object.values(HEADERS).flatMap((name) => [
      [name, ''],
      [`${name}_enabled`, ''],
    ]),
  ),
  device: '',
};

export default class FeatureForward extends SendCommand {
  static override usage = 'feature forward always|busy|no-answer TARGET|off [AOR...] [FLAGS]';
  static override summary = 'Tell phones that call forwarding is on or off';
  static override description =
    'Reaches phones with feature key synchronisation (as-feature-event) only. It tells the phone; it does not forward calls.';
  static override examples = [
    '<%= config.bin %> feature forward always 2000 1000@example.com',
    '<%= config.bin %> feature forward no-answer 2000 1000@example.com --rings 4',
    '<%= config.bin %> feature forward busy off 1000@example.com',
  ];
  static override args = {
    condition: required('when calls are forwarded', Object.keys(HEADERS)),
    target: required('the number to forward to, or off'),
    aor: aors,
  };
  static override flags = {
    rings: Flags.integer({ helpValue: 'N', summary: 'rings before no-answer', min: 1 }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(FeatureForward);
    const header = HEADERS[args.condition as keyof typeof HEADERS];
    const off = args.target === 'off';
    const order = templateOrder({
      verb: `feature forward ${args.condition}`,
      template: 'feature-forward',
      values: {
        // A column of the inventory must not make another forwarding of it.
        ...NONE,
        // FreeSWITCH leaves out a forwarding without a target, also one that is off.
        [header]: off ? 'off' : args.target,
        [`${header}_enabled`]: off ? 'false' : 'true',
        ring_count: flags.rings === undefined ? '' : String(flags.rings),
      },
    });
    await this.send(order, args.aor ?? [], flags);
  }
}
