// Unpacks the Chromium from npm into the folder that is named, with the libraries and fonts that a bare system has not.
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [folder = ''] = process.argv.slice(2);
const begun = `${folder}.part`;
rmSync(begun, { recursive: true, force: true });
mkdirSync(begun, { recursive: true });
// The package unpacks into the folder for temporary files, where anyone's file of that name would be taken for it.
process.env.TMPDIR = begun;
const main = createRequire(import.meta.url).resolve('@sparticuz/chromium');
const { default: chromium, inflate } = await import(pathToFileURL(main));
await chromium.executablePath();
await inflate(join(dirname(main), '..', 'bin', 'al2023.tar.br'));
// The one that lies there names places of another system.
writeFileSync(
  join(begun, 'fonts', 'fonts.conf'),
  `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>${join(folder, 'fonts')}</dir>
  <cachedir>${join(folder, 'fonts-cache')}</cachedir>
</fontconfig>
`,
);
rmSync(folder, { recursive: true, force: true });
renameSync(begun, folder);
