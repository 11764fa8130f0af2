// The whole flow in the real VS Code, where the only network is this machine's loopback. Exit status 0: all passed.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { internetSockets, log, marked, until, Workbench } from './workbench.mjs';

const { STATE, SHOTS, PROJECT, MARK, PYTHON, MODEL, TESTTIME } = process.env;
const hold = `${STATE}/hold`;
const model = spawn(PYTHON, [MODEL, hold], { stdio: ['ignore', 'pipe', 'inherit'] });
process.once('exit', () => model.kill());
const baseUrl = await new Promise((resolve) => model.stdout.once('data', (text) => resolve(String(text).trim())));
const bench = await Workbench.start({
  state: STATE, shots: SHOTS, folder: PROJECT, flags: ['--disable-workspace-trust'],
  machine: { 'testtime.server.path': TESTTIME },
  settings: { 'testtime.model': 'gpt-4o', 'testtime.baseUrl': baseUrl },
  environment: { TESTTIME_MARK: MARK },
});
const { page } = bench;
const ours = () => marked(`TESTTIME_MARK=${MARK}`);
const servers = () => ours().filter(({ command }) => /testtime serve/.test(command));

async function starts() {
  await bench.open('test_prices.py');
  await bench.expect('the status bar shows effort and spend', async () => /medium · \$0\.00 today/.test(await bench.text('.statusbar-item')));
  bench.check('one server', servers().length === 1, ours().map(({ command }) => command).join('; '));
  bench.check('no network at start', internetSockets(servers()[0].pid) === 0);
  await bench.command('Developer: Show Running Extensions');
  const row = page.locator('.runtime-extensions-editor .monaco-list-row', { hasText: 'testtime' }).first();
  await row.waitFor({ timeout: 20000 });
  const said = (await row.innerText()).replace(/\s+/g, ' ');
  bench.measured.activation = /[Aa]ctivation: (\d+ ?ms)/.exec(said)?.[1] ?? said;
  await page.keyboard.press('Control+w');
}

async function squiggle() {
  await bench.open('test_prices.py');
  await bench.save();
  await bench.expect('the failing assertion is underlined', async () => (await page.locator('.squiggly-error').count()) > 0);
  await bench.expect('code lenses: run and fix', async () => /Run.*Fix.*≤ \$0\.10/.test(await bench.text('.codelens-decoration')));
  await bench.shot('failing');
}

async function fixesOnce() {
  await bench.open('prices.py');
  const before = await bench.document();
  const titles = await bench.actions(6);
  await bench.shot('menu');
  bench.check('the menu names test and price', titles.some((title) => /^Fix test_discount_at_the_threshold · medium ≤ \$0\.10$/.test(title)), titles.join(' | '));
  await page.keyboard.press('Escape');
  await bench.act(6, /^Fix test_discount.* medium/);
  await bench.expect('the edit is applied', async () => /total >= threshold/.test(await bench.document()), 90000);
  await bench.expect('the result names tests and cost', async () => /fixed test_discount_at_the_threshold · \d+\/\d+ tests · \$0\.00/.test(await bench.messages()));
  await bench.shot('fixed');
  await bench.goto(6);
  await bench.undo();
  await bench.expect('one undo takes it back', async () => (await bench.document()) === before);
  await bench.clearMessages();
}

async function stops() {
  await bench.open('greet.py');
  for (const way of ['progress', 'action', 'palette']) {
    fs.writeFileSync(hold, '');
    await bench.act(3, /^Fix test_polite.* medium/);
    await bench.expect(`progress: candidate, money, time (${way})`, async () => /fix test_polite.*candidate \d+.*\$0\.00.* s\b/.test(await bench.text('.statusbar-item')), 60000);
    if (way === 'progress') {
      await bench.shot('progress');
      await bench.statusItem('fix test_polite').click();
      await bench.button('Cancel').click({ timeout: 10000 });
    } else if (way === 'action') {
      await bench.act(3, /^Stop: fix test_polite/);
    } else {
      await bench.command('testtime: Stop');
    }
    await bench.expect(`stopped by ${way}, with what was spent`, async () => /stopped: fix test_polite · .*spent/.test(await bench.messages()));
    await bench.expect(`stopped by ${way}: nothing is left but the server`, async () => ours().length === 1);
    await bench.clearMessages();
    fs.rmSync(hold);
  }
  bench.check('nothing was applied', /return ""/.test(await bench.document()));
}

async function keepsTypedText() {
  await bench.open('greet.py');
  fs.writeFileSync(hold, '');
  await bench.act(3, /^Fix test_polite.* medium/);
  await bench.expect('a job runs', async () => /fix test_polite.*candidate/.test(await bench.text('.statusbar-item')), 60000);
  await bench.goto(3);
  await page.keyboard.press('End');
  await page.keyboard.type('  # typed meanwhile');
  fs.rmSync(hold);
  await bench.expect('the user is told', async () => /the text has changed|ask for the fix again/.test(await bench.messages()), 60000);
  const text = await bench.document();
  bench.check('typed text is not overwritten', /return ""  # typed meanwhile/.test(text) && !/Good evening/.test(text.split('"""')[2] ?? ''), text);
  await bench.clearMessages();
  await page.locator('.editor-group-container.active .view-line').first().click();
  await page.keyboard.press('Control+Shift+p');
  await page.keyboard.type('File: Revert File');
  await page.keyboard.press('Enter');
  await bench.expect('reverted', async () => !/typed/.test(await bench.document()));
}

async function asksFirst() {
  await bench.configure({ 'testtime.apply': 'ask' });
  await bench.open('prices.py');
  await bench.act(6, /^Fix test_discount.* medium/);
  await bench.expect('the question names tests and cost', async () => /Apply verified fix · \d+\/\d+ tests · \$0\.00 .*\?/.test(await bench.messages()), 90000);
  await bench.button('Show Diff').click();
  await bench.expect('the diff comes instead of an answer', async () => /total >= threshold/.test(await bench.text('.monaco-diff-editor .modified .view-lines')));
  await page.locator('.editor-actions [aria-label^="testtime: Close the Diff"], .editor-actions [aria-label^="Close the Diff"]').first().click();
  await bench.open('prices.py');
  bench.check('the text is as it was', /total > threshold/.test(await bench.document()));
}

async function reviewsBeforeApplying() {
  await bench.configure({ 'testtime.apply': 'offer' });
  await bench.open('greet.py');
  await bench.act(3, /^Fix test_polite.* medium/);
  await bench.expect('a verified fix is offered', async () => /verified a fix for test_polite · \d+\/\d+ tests · \$0\.0\d+/.test(await bench.messages()), 90000);
  bench.check('nothing was applied yet', /return ""/.test(await bench.document()));
  await bench.button('Show Diff').click();
  await bench.expect('the diff is shown', async () => /Good evening, \{name\}/.test(await bench.text('.monaco-diff-editor .modified .view-lines')));
  await bench.shot('diff');
  await page.locator('.editor-actions [aria-label^="testtime: Apply"], .editor-actions [aria-label^="Apply the Verified Fix"]').first().click();
  await bench.open('greet.py');
  await bench.expect('applied from the diff', async () => /return f"Good evening, \{name\}\."/.test(await bench.document()));
  await bench.expect('the result names the cost', async () => /fixed test_polite.*\$0\.0\d+/.test(await bench.messages()));
  await bench.expect("the status bar adds up today's spend", async () => /medium · \$0\.0\d*[1-9]\d* today/.test(await bench.text('.statusbar-item')));
  await bench.clearMessages();
  await bench.configure({ 'testtime.apply': 'direct' });
}

async function effortAndReport() {
  await bench.statusItem('today').click();
  await page.waitForSelector('.quick-input-list .monaco-list-row');
  await bench.expect('the menu lists efforts', async () => /high.*at most 48 replies/.test(await bench.text('.quick-input-list .monaco-list-row')));
  await bench.shot('effort');
  await page.keyboard.type('48');
  await page.keyboard.press('Enter');
  await bench.expect('the effort changes at run time', async () => /high · \$/.test(await bench.text('.statusbar-item')));
  bench.check('it is a setting', /"testtime.effort": "high"/.test(fs.readFileSync(`${STATE}/data/User/settings.json`, 'utf8')));
  await bench.configure({});
  await bench.expect('a setting that is taken back is taken back', async () => /medium · \$/.test(await bench.text('.statusbar-item')));
  await bench.command('testtime: Show the Last Report');
  await bench.expect('the report opens in a tab', async () => (await page.locator('.tab', { hasText: 'testtime report' }).count()) === 1);
  await bench.expect('the report shows the fix', async () => {
    const texts = await Promise.all(page.frames().map((frame) => frame.locator('body').innerText({ timeout: 1000 }).catch(() => '')));
    return texts.some((text) => /Good evening/.test(text));
  });
  await bench.shot('report');
  await page.keyboard.press('Control+w');
}

async function completes() {
  await bench.open('slug.py');
  await bench.act(3, /^Complete slug until its 2 tests pass/);
  await bench.expect('a body was verified', async () => /slug.*verified|verified.*slug/.test(await bench.messages()), 90000);
  await bench.clearMessages();
  // VS Code shows ghost text where something is inserted, not where something is replaced.
  await bench.goto(3);
  await page.keyboard.press('End');
  for (const _ of '...') {
    await page.keyboard.press('Backspace');
  }
  await bench.expect('ghost text at the empty body', async () => /split\(\)/.test(await bench.text('.ghost-text, .ghost-text-decoration')));
  await bench.shot('completion');
  await page.keyboard.press('Tab');
  await bench.expect('the body is in', async () => /title\.lower\(\)\.split\(\)/.test(await bench.document()) && !/\.\.\./.test(await bench.document()));
}

const STEPS = { starts, squiggle, fixesOnce, stops, keepsTypedText, asksFirst, reviewsBeforeApplying, effortAndReport, completes };
const wanted = process.env.STEPS?.split(',') ?? Object.keys(STEPS);
try {
  for (const name of wanted) {
    log(`── ${name}`);
    await STEPS[name]().catch(async (error) => {
      bench.check(name, false, String(error).slice(0, 600));
      await bench.shot(`failed-${name}`);
      fs.rmSync(hold, { force: true });
      await page.keyboard.press('Escape');
    });
  }
  log('measured', JSON.stringify(bench.measured));
} finally {
  fs.rmSync(hold, { force: true });
  await bench.close();
}
await until('everything ends with the editor', async () => ours().length === 0).catch(() => bench.check('everything ends with the editor', false, JSON.stringify(ours())));
log(bench.failures === 0 ? 'OK' : `FAILED ${bench.failures}`);
process.exit(bench.failures === 0 ? 0 : 1);
