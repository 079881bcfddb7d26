import { it } from 'vitest';
import { UserAgent } from './user-agent.js';
it('tries', async () => {
  const t0 = performance.now();
  const ua = await UserAgent.open({ server: { host: '127.0.0.1', port: 5060 }, domain: 'phones.test', credentials: { user: '1077', password: '1234' }, userAgent: 'Cisco/SPA504G-7.6.2f "&<é',
    answer: (r) => { console.log(Math.round(performance.now() - t0), r.raw.toString()); return 200; } });
  await ua.register();
  console.log(Math.round(performance.now() - t0), 'registered');
  await new Promise((r) => setTimeout(r, 3000));
  console.log(await ua.subscribe('message-summary'));
  console.log(Math.round(performance.now() - t0), 'subscribed');
  await new Promise((r) => setTimeout(r, 2000));
  console.log(await ua.subscribe('as-feature-event'));
  console.log(Math.round(performance.now() - t0), 'subscribed');
  await new Promise((r) => setTimeout(r, 2000));
  console.log(Math.round(performance.now() - t0), 'leave');
  await ua.leave();
  console.log(Math.round(performance.now() - t0), 'left');
  await new Promise((r) => setTimeout(r, 2000));
  ua.close();
});
