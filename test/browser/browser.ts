// Chromium, told what to do through its DevTools protocol. One tab.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';

import { peerPath, type TempFolder, tempFolder } from '@pure-ftpd/peers';
import { untilTrue } from '@pure-ftpd/testing';

type Parameters = Readonly<Record<string, unknown>>;

/** A message of the protocol; which of these it has depends on what it is. */
interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** How the page is looked at. */
export interface Look {
  readonly width: number;
  readonly height?: number;
  readonly colors: 'light' | 'dark';
}

/** A browser without a window. */
export class Browser implements AsyncDisposable {
  /** Texts of the windows that pages opened with `alert` and its like. */
  readonly dialogs: string[] = [];
  /** Pages that were loaded. */
  loads = 0;
  readonly #process: ChildProcess;
  readonly #profile: TempFolder;
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, PromiseWithResolvers<string>>();
  #id = 0;

  private constructor(process: ChildProcess, profile: TempFolder, socket: WebSocket) {
    this.#process = process;
    this.#profile = profile;
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => this.#receive(JSON.parse(String(data))));
    socket.addEventListener('close', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('the browser ended'));
    });
  }

  /** Starts it. Needs the peer `chromium`. */
  static async start(): Promise<Browser> {
    const profile = tempFolder();
    const options = [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--remote-debugging-port=0',
    ];
    const child = spawn(peerPath('chromium'), [...options, `--user-data-dir=${profile.path}`, 'about:blank'], {
      stdio: 'ignore',
    });
    const killAtExit = (): void => void child.kill('SIGKILL');
    process.once('exit', killAtExit);
    child.once('exit', () => process.off('exit', killAtExit));
    try {
      const socket = new WebSocket(await tabAddress(profile));
      await once(socket, 'open');
      const browser = new Browser(child, profile, socket);
      await browser.send('Page.enable');
      return browser;
    } catch (error) {
      await end(child, profile);
      throw error;
    }
  }

  /** One command of the protocol; answers its result, as JSON. */
  async send(method: string, params: Parameters = {}): Promise<string> {
    this.#id += 1;
    const answer = Promise.withResolvers<string>();
    this.#waiting.set(this.#id, answer);
    this.#socket.send(JSON.stringify({ id: this.#id, method, params }));
    return answer.promise;
  }

  /** Opens a page, and waits until it is loaded. */
  async open(url: string, { width, height = 900, colors }: Look): Promise<void> {
    await this.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: width < 600 });
    await this.send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: colors }] });
    const before = this.loads;
    await this.send('Page.navigate', { url });
    await untilTrue('the page is loaded', () => this.loads > before);
  }

  /** The value of an expression in the page. */
  async evaluate(expression: string): Promise<unknown> {
    const answer = await this.send('Runtime.evaluate', { expression, returnByValue: true });
    const { result, exceptionDetails }: { result: { value?: unknown }; exceptionDetails?: unknown } =
      JSON.parse(answer);
    if (exceptionDetails !== undefined) throw new Error(`${expression}: ${JSON.stringify(exceptionDetails)}`);
    return result.value;
  }

  /** A picture of all of the page, as PNG. */
  async picture(): Promise<Buffer> {
    const answer = await this.send('Page.captureScreenshot', { captureBeyondViewport: true });
    const { data }: { data: string } = JSON.parse(answer);
    return Buffer.from(data, 'base64');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close();
    await end(this.#process, this.#profile);
  }

  #receive(message: Message): void {
    if (message.method === 'Page.loadEventFired') this.loads += 1;
    if (message.method === 'Page.javascriptDialogOpening') {
      this.dialogs.push(JSON.stringify(message));
      void this.send('Page.handleJavaScriptDialog', { accept: true });
    }
    if (message.id === undefined) return;
    const answer = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.error === undefined) answer?.resolve(JSON.stringify(message.result));
    else answer?.reject(new Error(message.error.message));
  }
}

interface Tab {
  readonly type: string;
  readonly webSocketDebuggerUrl: string;
}

/** Where the tab listens: the browser writes its port into its profile. */
async function tabAddress(profile: TempFolder): Promise<string> {
  const file = profile.file('DevToolsActivePort');
  let address: string | undefined;
  await untilTrue('the browser has a tab', async () => {
    if (!existsSync(file)) return false;
    // The file is there before anything is in it.
    const port = /^(\d+)\n/.exec(readFileSync(file, 'utf8'))?.[1];
    if (port === undefined) return false;
    const tabs: Tab[] = JSON.parse(await (await fetch(`http://127.0.0.1:${port}/json/list`)).text());
    address = tabs.find(({ type }) => type === 'page')?.webSocketDebuggerUrl;
    return address !== undefined;
  });
  return address ?? '';
}

async function end(child: ChildProcess, profile: TempFolder): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await exited;
  }
  // Its children may write into the profile for a moment longer.
  await untilTrue('the profile is removed', () => {
    try {
      profile.remove();
      return true;
    } catch {
      return false;
    }
  });
}
