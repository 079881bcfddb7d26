import * as Flags from '@oclif/core/flags';
import { several } from '../../cli/args.js';
import { BaseCommand } from '../../cli/base-command.js';
import { followEvents } from '../../cli/esl/events.js';
import { followFlags, followOutputFlag } from '../../cli/esl/flags.js';
import { connectionFlags } from '../../cli/flags.js';

export default class EslEvents extends BaseCommand {
  static override usage = 'esl events [NAME...] [FLAGS]';
  static override summary = 'Show events while they come';
  static override description =
    'All of them if none is named; a subclass of CUSTOM such as sofia::register can be named by itself. A connection that is lost comes back, and what was missed meanwhile is said on stderr, also with --output jsonl: all that is on stdout is events. Ends with Ctrl-C, or as --count, --for and --myevents say.';
  static override examples = [
    '<%= config.bin %> esl events',
    '<%= config.bin %> esl events CHANNEL_ANSWER CHANNEL_HANGUP_COMPLETE sofia::register',
    '<%= config.bin %> esl events ALL --filter Caller-Caller-ID-Number=1000 --output jsonl',
    '<%= config.bin %> esl events ALL --except HEARTBEAT --except RE_SCHEDULE',
    '<%= config.bin %> esl events --myevents 1f9c4b5e-9d0c-4b8c-8d7f-6f6f5b0f8f10',
    '<%= config.bin %> esl events HEARTBEAT --count 1 --for 30s --format plain',
  ];
  static override args = { name: several('names of events, and subclasses of CUSTOM') };
  static override flags = {
    filter: Flags.string({
      helpValue: 'HEADER=VALUE',
      summary: 'only events that one of the filters fits; /regex/ fits as one, -VALUE keeps out; repeatable',
      multiple: true,
      multipleNonGreedy: true,
    }),
    except: Flags.string({
      helpValue: 'NAME',
      summary: 'all that are named but this one; repeatable',
      multiple: true,
      multipleNonGreedy: true,
    }),
    myevents: Flags.string({
      helpValue: 'UUID',
      summary:
        'the events of one call, until it ends; a parked call ends with this command, and not with --filter Unique-ID=UUID',
    }),
    ...followOutputFlag,
    format: Flags.option({
      options: ['plain', 'json', 'xml'] as const,
      summary: 'as FreeSWITCH writes them, instead of --output',
      exclusive: ['output'],
    })(),
    ...followFlags,
    ...connectionFlags,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(EslEvents);
    await followEvents(args.name ?? [], flags, this.terminal);
  }
}
