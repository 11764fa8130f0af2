// Puts the server's wheel and the versions that it was tested with beside the extension, so that both fit each other.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs';

const source = new URL('../..', import.meta.url).pathname;
const target = new URL('server', import.meta.url).pathname;
rmSync(target, { recursive: true, force: true });
mkdirSync(target);

const attempts = [
  ['uv', 'build', '--quiet', '--wheel', '--out-dir', target, source],
  ['python3', '-m', 'uv', 'build', '--quiet', '--wheel', '--out-dir', target, source],
  ['python3', '-m', 'pip', 'wheel', '--quiet', '--no-deps', '--wheel-dir', target, source],
];
const errors = [];
const isBuilt = attempts.some(([command, ...args]) => {
  const done = spawnSync(command, args, { encoding: 'utf8' });
  errors.push(`${command} ${args.join(' ')}: ${done.error ?? done.stderr}`);
  return done.status === 0;
});
if (!isBuilt) {
  throw new Error(`the server's wheel cannot be built:\n${errors.join('\n')}`);
}
rmSync(`${target}/.gitignore`, { force: true });
copyFileSync(`${source}/constraints.txt`, `${target}/constraints.txt`);
console.log(`server: ${readdirSync(target).join(', ')}`);
