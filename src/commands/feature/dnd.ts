import { aors, required } from '../../cli/args.js';
import { SendCommand } from '../../cli/send-command.js';
import { templateOrder } from '../../run/template-order.js';

export default class FeatureDnd extends SendCommand {
  static override usage = 'feature dnd on|off [AOR...] [FLAGS]';
  static override summary = 'Tell phones that do-not-disturb is on or off';
  static override description =
    'Reaches phones with feature key synchronisation (as-feature-event) only. It tells the phone; it does not stop calls.';
  static override examples = ['<%= config.bin %> feature dnd on 1000@example.com'];
  static override args = { state: required('on or off', ['on', 'off']), aor: aors };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(FeatureDnd);
    const order = templateOrder({
      verb: `feature dnd ${args.state}`,
      template: 'feature-dnd',
      values: { dnd: args.state, device: '' },
    });
    await this.send(order, args.aor ?? [], flags);
  }
}
