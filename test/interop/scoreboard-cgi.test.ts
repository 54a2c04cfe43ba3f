// The status page as a web server runs it: Debian's lighttpd, CGI.
import { describeWith } from '@pure-ftpd/peers/vitest';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { serveStatusPages, type StatusPages } from '../support/web-server.ts';
import { SESSIONS } from '../support/planned-session.ts';

describeWith(['root', 'lighttpd'], 'pure-ftpwho behind a web server', () => {
  let pages: StatusPages;
  beforeAll(async () => {
    pages = await serveStatusPages({ page: '-n', fragment: '-n -c', 'page-too': '-n -w' });
    await pages.place.serve(SESSIONS);
  });
  afterAll(() => pages?.[Symbol.asyncDispose]());

  async function get(
    page: string,
  ): Promise<{ readonly status: number; readonly headers: Headers; readonly body: string }> {
    const response = await fetch(pages.url(page));
    return { status: response.status, headers: response.headers, body: await response.text() };
  }

  test.each(['page.cgi', 'page-too.cgi'])('is a page, on its own as %s', async (page) => {
    const { status, headers, body } = await get(page);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(body).toMatch(/^<!DOCTYPE html>/);
    expect(body).toContain('<title>Pure-FTPd server status</title>');
    const columns = [...body.matchAll(/<th scope="col"[^>]*>([^<]*)</g)].map(([, title]) => title);
    const asBefore = ['PID', 'Account', 'Time', 'State', 'File name', 'Remote host', 'Kbytes', 'Local host'];
    expect(columns).toEqual(asBefore);
    expect(body.match(/<tr role="row" class=/g)).toHaveLength(SESSIONS.length);
  });

  test('has nothing of a name that a browser would take for its own', async () => {
    const { body } = await get('page.cgi');
    expect(body).not.toMatch(/<script|<img/i);
    expect(body).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(body).toContain('&quot;&gt;&lt;img src=x onerror=alert(2)&gt;');
    expect(body).toContain(String.raw`<bdi>a\x0ab\x09c\x1b[31md\x7f\xff\x80</bdi>`);
    expect(body).not.toContain('\uFFFD');
  });

  test('refreshes by itself, until it is asked not to', async () => {
    const live = await get('page.cgi');
    expect(live.body).toContain('<meta http-equiv="refresh" content="5">');
    expect(live.body).toContain('<a href="?refresh=off">pause</a>');
    const paused = await get('page.cgi?refresh=off');
    expect(paused.body).not.toContain('http-equiv="refresh"');
    expect(paused.body).toContain('<a href="?">resume</a>');
    const garbage = await get('page.cgi?refresh=%3Cscript%3E&x=%3F');
    expect(garbage.body).toContain('content="5"');
    expect(garbage.body).not.toContain('<script');
  });

  test('is a fragment, as the C program prints it, for a page of somebody else', async () => {
    const { status, headers, body } = await get('fragment.cgi');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/html');
    expect(body).toMatch(/^<div id="ftp-status">\n <table summary="Pure-FTPd server status">/);
  });

  test('says what is wrong when there is no scoreboard', async () => {
    const away = await pages.place.shell('mv /run/pure-ftpd /run/away && echo done');
    expect(away).toBe('done\n');
    const { status, body } = await get('page.cgi');
    await pages.place.shell('mv /run/away /run/pure-ftpd');
    expect(status).toBe(503);
    expect(body).toContain('there is no /var/run/pure-ftpd');
    expect(body).toContain('http-equiv="refresh"');
  });
});
