// One step of the gate: a program of Node that ends well with status 0, or is ended when it takes too long.
import { execFileSync, spawn } from 'node:child_process';
import { root } from './node24.mjs';

const OUTPUT_MAX = 4 * 1024 * 1024;
/** Letters of a command that are shown. */
const COMMAND_MAX = 200;

/** Resolves to whether it passed, and what it printed. One that is ended tells what of it was still running. */
export function runStep(node, args, { env = {}, limitMs }) {
  return new Promise((resolve) => {
    const child = spawn(node, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const keep = (text) => {
      output = (output + text).slice(-OUTPUT_MAX);
    };
    const limit = setTimeout(() => {
      const running = descendants(child.pid);
      child.kill('SIGKILL');
      // They would go on by themselves.
      for (const { pid } of running) end(pid);
      keep(`\nended after ${limitMs / 1000} s; still running were:\n`);
      for (const { command } of running) keep(`  ${endOf(command)}\n`);
    }, limitMs);
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', keep);
    child.on('error', (error) => keep(`${error.message}\n`));
    child.on('close', (code, signal) => {
      clearTimeout(limit);
      if (signal !== null) keep(`ended by ${signal}\n`);
      resolve({ passed: code === 0, output });
    });
  });
}

/** Node tells those that it starts of all its options first; what it runs comes last. */
function endOf(command) {
  return command.length <= COMMAND_MAX ? command : `... ${command.slice(-COMMAND_MAX)}`;
}

/** Whatever it started, and what those started: of tests each file is one of them. */
function descendants(of) {
  const all = processes();
  const found = [];
  const parents = [of];
  for (let parent = parents.pop(); parent !== undefined; parent = parents.pop()) {
    for (const each of all.filter(({ ppid }) => ppid === parent)) {
      found.push(each);
      parents.push(each.pid);
    }
  }
  return found;
}

function processes() {
  let table;
  try {
    table = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8', maxBuffer: OUTPUT_MAX });
  } catch (error) {
    process.stderr.write(`what was still running cannot be told: ${error.message}\n`);
    return [];
  }
  return table.split('\n').flatMap((line) => {
    const [, pid, ppid, command] = /^\s*(\d+)\s+(\d+)\s+(.+)$/.exec(line) ?? [];
    return pid === undefined ? [] : [{ pid: Number(pid), ppid: Number(ppid), command }];
  });
}

function end(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // It has ended meanwhile.
    if (error.code !== 'ESRCH') throw error;
  }
}
