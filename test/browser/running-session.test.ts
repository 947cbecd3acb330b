/** The page of a session of OCPP 2.0.1 while it goes on: curve, figures and verdict follow what comes, until it is over. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { faultsOf, isSound, launch, withoutBrowser } from './browser.ts';
import { pushLines, SITES_CONFIG } from './history.ts';
import { openPage, type SignedIn, startSignedIn } from './real-server.ts';

const skip = withoutBrowser();
const MINUTE = 60_000;
/** A session of some minutes ago is one that may still go on. */
const BEGUN = Math.floor(Date.now() / MINUTE) * MINUTE - 15 * MINUTE;
/** As often as the page looks at a session that goes on. */
const AGAIN = 10_000;
let browser: Browser;
let admin: SignedIn;

before(async () => {
  if (skip !== false) return;
  browser = await launch();
  admin = await startSignedIn(browser, { config: SITES_CONFIG });
});
after(async () => {
  await browser?.close();
  await admin?.server.stop();
});

type Payload = Readonly<Record<string, unknown>>;

/** A station that charges 11 kW at its EVSE 2, and says so each minute. */
class Charging {
  readonly #charger: string;
  #lines: object[] = [];
  #calls = 0;
  #seqNo = 0;

  constructor(charger: string) {
    this.#charger = charger;
  }

  says(at: number, action: string, payload: Payload, answer: Payload = {}): this {
    const id = `m${this.#calls++}`;
    const line = (ms: number, direction: string, frame: readonly unknown[]) => ({
      charger_id: this.#charger,
      occurrence_time: new Date(ms).toISOString(),
      direction,
      frame: JSON.stringify(frame),
      ocpp_version: '2.0.1',
    });
    this.#lines.push(
      line(at, 'station_to_csms', [2, id, action, payload]),
      line(at + 80, 'csms_to_station', [3, id, answer]),
    );
    return this;
  }

  begins(): this {
    const idToken = { idToken: '04A1B2C3', type: 'ISO14443' };
    const accepted = { idTokenInfo: { status: 'Accepted' } };
    return this.connector(0, 'Occupied')
      .says(BEGUN + 5_000, 'Authorize', { idToken }, accepted)
      .event(10_000, 'Started', 'Authorized', 'EVConnected', 0, { idToken }, accepted)
      .event(15_000, 'Updated', 'ChargingStateChanged', 'Charging', 0);
  }

  connector(ms: number, connectorStatus: string): this {
    const timestamp = new Date(BEGUN + ms).toISOString();
    return this.says(BEGUN + ms, 'StatusNotification', {
      timestamp,
      connectorStatus,
      evseId: 2,
      connectorId: 1,
    });
  }

  charges(minute: number, watts: number): this {
    return this.event(minute * MINUTE, 'Updated', 'MeterValuePeriodic', 'Charging', minute * 183, {}, {}, [
      { value: watts, measurand: 'Power.Active.Import', unitOfMeasure: { unit: 'W' } },
      { value: 40 + minute, measurand: 'SoC', unitOfMeasure: { unit: 'Percent' } },
    ]);
  }

  ends(minute: number): this {
    const stopped = { transactionInfo: { stoppedReason: 'EVDisconnected' } };
    return this.event(
      minute * MINUTE,
      'Ended',
      'EVCommunicationLost',
      'Idle',
      minute * 183,
      stopped,
    ).connector(minute * MINUTE + 2_000, 'Available');
  }

  event(
    ms: number,
    eventType: string,
    triggerReason: string,
    chargingState: string,
    wattHours: number,
    more: Payload & { readonly transactionInfo?: Payload } = {},
    answer: Payload = {},
    sampled: readonly Payload[] = [],
  ): this {
    const timestamp = new Date(BEGUN + ms).toISOString();
    const register = {
      value: 5_000 + wattHours,
      measurand: 'Energy.Active.Import.Register',
      unitOfMeasure: { unit: 'Wh' },
    };
    const context = { Started: 'Transaction.Begin', Ended: 'Transaction.End' }[eventType];
    const payload = {
      ...more,
      eventType,
      timestamp,
      triggerReason,
      seqNo: this.#seqNo++,
      transactionInfo: { transactionId: 'tx-2x-1', chargingState, ...more.transactionInfo },
      evse: { id: 2, connectorId: 1 },
      meterValue: [
        {
          timestamp,
          sampledValue: [register, ...sampled].map((value) =>
            context === undefined ? value : { ...value, context },
          ),
        },
      ],
    };
    return this.says(BEGUN + ms, 'TransactionEvent', payload, answer);
  }

  /** On the disk when it resolves. */
  async told(): Promise<void> {
    const lines = this.#lines;
    this.#lines = [];
    await pushLines(admin.server, 'depot', lines);
  }
}

async function pathOf(charger: string): Promise<string> {
  const time = (ms: number) => encodeURIComponent(new Date(ms).toISOString());
  const range = `from=${time(BEGUN - MINUTE)}&to=${time(BEGUN + 60 * MINUTE)}`;
  const answer = await admin.server.get(`/sessions?${range}&charger_id=${charger}`);
  // Safe: the route is held to its schema elsewhere.
  const { sessions } = (await answer.json()) as { readonly sessions: readonly { readonly id: string }[] };
  assert.equal(sessions.length, 1);
  return `/session/${encodeURIComponent(sessions[0]?.id ?? '')}?zone=utc`;
}

const open = (path: string, options: BrowserContextOptions = {}) =>
  openPage(browser, admin.server.url + path, { storageState: admin.state, ...options });
const verdict = (page: Page, text: RegExp) => page.getByRole('heading', { level: 2, name: text });
const part = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
const chart = (page: Page) => part(page, 'Over time').getByRole('slider');
const said = async (page: Page) => (await chart(page).getAttribute('aria-valuetext')) ?? '';
const fact = (page: Page, name: string) =>
  part(page, 'Figures').locator('dl > div').filter({ hasText: name }).locator('dd');

test('curve, figures, timeline and verdict follow a running session, what is chosen stays, and its end ends the asking', {
  skip,
}, async () => {
  const station = new Charging('CP-20');
  await station.begins().charges(1, 11_000).charges(2, 11_000).told();
  await using opened = await open('/stations');
  const { page } = opened;
  const { texts } = faultsOf(page);
  await page.clock.install();
  await page.goto(admin.server.url + (await pathOf('CP-20')));
  await verdict(page, /366 Wh so far\.$/).waitFor();
  assert.equal(await fact(page, 'State').first().textContent(), 'Running');
  assert.equal(await fact(page, 'OCPP').textContent(), '2.0.1');
  await page.getByRole('heading', { level: 1, name: /EVSE 2/ }).waitFor();
  await chart(page).focus();
  await page.keyboard.press('End');
  const second =
    /^\d\d:\d\d:00 \(\+2 min\) .*Charging · Transaction, running · Power 11 kW · State of charge 42 % · Energy 0\.4 kWh$/;
  assert.match(await said(page), second);
  await isSound(page, 'session-running');

  await station.charges(3, 11_000).charges(4, 7_400).told();
  await page.clock.fastForward(AGAIN);
  await verdict(page, /732 Wh so far\.$/).waitFor();
  assert.match(await said(page), second, 'what was chosen is still chosen');
  assert.equal(
    await page.evaluate(`document.activeElement?.getAttribute('role')`),
    'slider',
    'and the keys are still those of the chart',
  );
  await page.keyboard.press('ArrowRight');
  assert.match(await said(page), /\(\+3 min\) .*Power 11 kW/);
  await page.keyboard.press('End');
  assert.match(await said(page), /\(\+4 min\) .*Power 7\.4 kW.*State of charge 44 %/);
  const lines = await part(page, 'What happened')
    .locator(':scope > ol > li')
    .evaluateAll((items) => items.map((item) => (item.querySelector('summary') ?? item).textContent ?? ''));
  assert.equal(lines.length, 6);
  assert.deepEqual(
    lines.slice(-2).map((line) => line.replaceAll(/\d\d:\d\d:00/g, '').trim()),
    [
      '+60 sTransaction goes on MeterValuePeriodic 3 times until',
      '+4 minTransaction goes on MeterValuePeriodic register 5732 Whproof',
    ],
  );

  await station.ends(5).told();
  await page.clock.fastForward(AGAIN);
  await verdict(page, /^Charged Charged 915 Wh in \d+ min/).waitFor();
  assert.equal(await fact(page, 'State').first().textContent(), 'Ended, EVDisconnected');
  await chart(page).focus();
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await page
    .getByRole('complementary', { name: 'Entry' })
    .getByRole('heading', { name: 'StatusNotification' })
    .waitFor();
  // Who comes back asks once more.
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.url().includes('/sessions/')),
    page.goBack(),
  ]);
  await answer.finished();
  await verdict(page, /^Charged Charged 915 Wh/).waitFor();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.clock.fastForward(10 * AGAIN);
  await page.getByRole('button', { name: 'Copy link' }).focus();
  assert.deepEqual(
    asked.filter((url) => url.includes('/sessions/')),
    [],
    'what is over is not asked for again',
  );
  assert.deepEqual(texts, []);
});

test('a server that is away for a while costs a running session nothing that was shown', {
  skip,
}, async () => {
  const station = new Charging('CP-21');
  await station.begins().charges(1, 11_000).told();
  await using opened = await open('/stations');
  const { page } = opened;
  await page.clock.install();
  await page.goto(admin.server.url + (await pathOf('CP-21')));
  await verdict(page, /183 Wh so far\.$/).waitFor();
  await page.route('**/rest/v1/sessions/*', (route) =>
    route.fulfill({ status: 503, json: { status: 503, detail: 'It took too long.' } }),
  );
  const [refused] = await Promise.all([
    page.waitForResponse((response) => response.status() === 503),
    page.clock.fastForward(AGAIN),
  ]);
  await refused.finished();
  await verdict(page, /183 Wh so far\.$/).waitFor();
  await page.unroute('**/rest/v1/sessions/*');
  await station.charges(2, 11_000).told();
  await page.clock.fastForward(AGAIN);
  await verdict(page, /366 Wh so far\.$/).waitFor();
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`${colorScheme} on a phone: axe finds nothing in a session of OCPP 2.0.1, running and over`, {
    skip,
  }, async () => {
    const [running, over] = [new Charging(`CP-R-${colorScheme}`), new Charging(`CP-O-${colorScheme}`)];
    await running.begins().charges(1, 11_000).told();
    await over.begins().charges(1, 11_000).charges(4, 11_000).ends(5).told();
    await using opened = await open(await pathOf(`CP-R-${colorScheme}`), {
      colorScheme,
      viewport: { width: 390, height: 844 },
    });
    const { page } = opened;
    const { texts } = faultsOf(page);
    await verdict(page, /^Charging /).waitFor();
    await isSound(page, `session-running-${colorScheme}-390`);
    await page.goto(admin.server.url + (await pathOf(`CP-O-${colorScheme}`)));
    await verdict(page, /^Charged Charged 915 Wh/).waitFor();
    await isSound(page, `session-2x-${colorScheme}-390`);
    assert.deepEqual(texts, []);
  });
}
