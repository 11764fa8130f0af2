// The getting-started page, as a newcomer goes through it: no server, a folder that is not trusted yet, one failing test.
import { log, marked, until, Workbench } from './workbench.mjs';

const { STATE, SHOTS, PROJECT, MARK } = process.env;
const bench = await Workbench.start({ state: STATE, shots: SHOTS, folder: PROJECT, environment: { TESTTIME_MARK: MARK } });
const { page } = bench;
const ours = () => marked(`TESTTIME_MARK=${MARK}`);
const underlined = async () => (await page.locator('.squiggly-error').count()) > 0;

async function steps() {
  await bench.expect('the folder is not trusted yet', async () => /Restricted Mode/.test(await bench.text('.statusbar-item')));
  await bench.open('test_prices.py');
  await bench.expect('the server is offered', async () => /needs its language server/.test(await bench.messages()));
  await bench.shot('install');
  bench.check('nothing runs before the user says yes', ours().length === 0, JSON.stringify(ours()));
  await bench.button('Install').click();
  await bench.expect('it is installed and runs', async () => /medium · \$0\.00 today/.test(await bench.text('.statusbar-item')), 240000);
  const server = ours().find(({ command }) => /testtime serve/.test(command));
  bench.check("from the extension's own environment", /globalStorage\/testtime\.testtime\/server\//.test(server?.command ?? ''), server?.command);
  await bench.save();
  bench.check('a save runs nothing in a folder that is not trusted', ours().length === 1 && !(await underlined()), JSON.stringify(ours()));
  await page.locator('.part.banner a', { hasText: 'Manage' }).click();
  await page.locator('.workspace-trust-editor .monaco-button', { hasText: /^Trust$/ }).click({ timeout: 20000 });
  await bench.open('test_prices.py');
  await until('the server is back', async () => ours().some(({ command, pid }) => /testtime serve/.test(command) && pid !== server?.pid), 40000);
  await until('it answers', async () => /medium · \$0\.00 today/.test(await bench.text('.statusbar-item')), 60000);
  await bench.save();
  await bench.expect('the failing assertion is underlined', underlined, 60000);
  await bench.act(13, /^Fix test_discount_at_the_threshold · medium/);
  await bench.expect('the first verified fix', async () => /fixed test_discount_at_the_threshold · 3\/3 tests · \$0\.00/.test(await bench.messages()), 90000);
  await bench.open('prices.py');
  bench.check('it is in the file', /total >= threshold/.test(await bench.document()));
  await bench.shot('first-fix');
}

try {
  await steps().catch(async (error) => {
    bench.check('the getting-started page', false, String(error).slice(0, 600));
    await bench.shot('failed-newcomer');
  });
} finally {
  await bench.close();
}
log(bench.failures === 0 ? 'OK' : `FAILED ${bench.failures}`);
process.exit(bench.failures === 0 ? 0 : 1);
