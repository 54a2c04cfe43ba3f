// The status page in a real browser, served by a real web server.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describeWith } from '@pure-ftpd/peers/vitest';
import { untilTrue } from '@pure-ftpd/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { SESSIONS } from '../support/planned-session.ts';
import { serveStatusPages, type StatusPages } from '../support/web-server.ts';
import { Browser, type Look } from './browser.ts';

const WIDE: Look = { width: 1280, colors: 'light' };
const PHONE: Look = { width: 390, height: 844, colors: 'light' };

/** A folder for pictures of the page, for people to look at; none are taken unless it is named. */
const PICTURES = process.env['STATUS_PAGE_PICTURES'];

/**
 * In the page: the worst ratio of the luminance of a text to that of what is behind it, as WCAG 2 defines it. Every
 * background is opaque.
 */
const WORST_CONTRAST = `(() => {
  const luminance = (color) => {
    const [r, g, b] = color.match(/[\\d.]+/g).slice(0, 3).map((v) => v / 255)
      .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor;
      if (color !== 'rgba(0, 0, 0, 0)') return color;
    }
    return 'rgb(255, 255, 255)';
  };
  const ratios = [...document.body.querySelectorAll('*')]
    .filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== ''))
    .map((element) => {
      const [a, b] = [getComputedStyle(element).color, behind(element)].map(luminance).sort((x, y) => y - x);
      return (a + 0.05) / (b + 0.05);
    });
  return Math.min(...ratios);
})()`;

interface AccessibilityNode {
  readonly ignored: boolean;
  readonly role?: { readonly value: string };
  readonly name?: { readonly value: string };
}

describeWith(['root', 'lighttpd', 'chromium'], 'the status page in a browser', () => {
  let pages: StatusPages;
  let browser: Browser;
  beforeAll(async () => {
    pages = await serveStatusPages({ page: '-n' });
    await pages.place.serve(SESSIONS);
    browser = await Browser.start();
  });
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]();
    await pages?.[Symbol.asyncDispose]();
  });

  async function roles(): Promise<Map<string, number>> {
    await browser.send('Accessibility.enable');
    const answer = await browser.send('Accessibility.getFullAXTree');
    const { nodes }: { nodes: readonly AccessibilityNode[] } = JSON.parse(answer);
    const counts = new Map<string, number>();
    for (const { ignored, role } of nodes) {
      if (!ignored && role !== undefined) counts.set(role.value, (counts.get(role.value) ?? 0) + 1);
    }
    return counts;
  }

  test.each([
    ['wide, light', WIDE],
    ['wide, dark', { ...WIDE, colors: 'dark' } satisfies Look],
    ['a phone, light', PHONE],
    ['a phone, dark', { ...PHONE, colors: 'dark' } satisfies Look],
  ])('can be read: %s', async (name, look) => {
    await browser.open(pages.url('page.cgi?refresh=off'), look);
    expect(await browser.evaluate('document.title')).toBe('Pure-FTPd server status');
    expect(await browser.evaluate(WORST_CONTRAST)).toBeGreaterThanOrEqual(4.5);
    // Nothing hangs out at the side, whatever a name is.
    expect(await browser.evaluate('document.scrollingElement.scrollWidth')).toBeLessThanOrEqual(look.width);
    const background = await browser.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(background).toBe(look.colors === 'dark' ? 'rgb(16, 21, 27)' : 'rgb(244, 246, 249)');
    if (PICTURES === undefined) return;
    mkdirSync(PICTURES, { recursive: true });
    writeFileSync(join(PICTURES, `${name.replaceAll(/\W+/g, '-')}.png`), await browser.picture());
  });

  test.each([
    ['wide', WIDE],
    ['a phone', PHONE],
  ])('is a table with headers and progress to who cannot see it: %s', async (_name, look) => {
    await browser.open(pages.url('page.cgi?refresh=off'), look);
    const counts = await roles();
    expect(counts.get('table')).toBe(1);
    expect(counts.get('columnheader')).toBe(8);
    expect(counts.get('rowheader')).toBe(SESSIONS.length);
    expect(counts.get('row')).toBe(SESSIONS.length + 1);
    expect(counts.get('progressbar'), [...counts.keys()].join(' ')).toBe(2);
    expect(counts.get('heading')).toBe(1);
  });

  test('runs nothing of what clients named, and shows all of it as text', async () => {
    await browser.open(pages.url('page.cgi?refresh=off'), WIDE);
    expect(browser.dialogs).toEqual([]);
    expect(await browser.evaluate('document.scripts.length + document.images.length')).toBe(0);
    const text = await browser.evaluate('document.body.innerText');
    expect(text).toContain('<script>alert(1)</script>');
    expect(text).toContain('"><img src=x onerror=alert(2)>');
    expect(text).toContain(String.raw`a\x0ab\x09c\x1b[31md\x7f\xff\x80`);
    // Even if something got through: the page allows no script to anybody.
    const stopped = await browser.evaluate(`(() => {
      const script = document.createElement('script');
      script.textContent = 'document.title = "run"';
      document.body.append(script);
      return document.title;
    })()`);
    expect(stopped).toBe('Pure-FTPd server status');
  });

  test('loads itself anew without a script, and shows who has come', async () => {
    await browser.send('Emulation.setScriptExecutionDisabled', { value: true });
    await browser.open(pages.url('page.cgi'), WIDE);
    await pages.place.serve([{ login: 'newcomer' }]);
    const before = browser.loads;
    await untilTrue('the page is loaded again', () => browser.loads > before);
    await browser.send('Emulation.setScriptExecutionDisabled', { value: false });
    expect(await browser.evaluate('document.body.innerText')).toContain('newcomer');
  });
});
