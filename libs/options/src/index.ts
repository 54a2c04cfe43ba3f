// The public door.

export { commandLineOf } from './command-line.ts';
export { applySettings, type ConfigFile, readConfigFile, type Setting } from './config-file.ts';
export { type Configuration, defaults } from './configuration.ts';
export { ExitStatus, StartError } from './errors.ts';
export { DEFAULT_FACILITY, facilityNumber } from './facilities.ts';
export { PID_FILE, settingsOfTree, wordsOfTree } from './key-tree.ts';
export type { Bandwidth, Ratio } from './limit.ts';
export { isImplicitPort, listenAddresses } from './listen-addresses.ts';
export type { Option } from './option.ts';
export { complete, parseCommandLine, settingsOf } from './parse.ts';
export type { ControlChoice } from './rows/control.ts';
export type { PenaltyCause, PenaltySettings, PenaltySources } from './penalties.ts';
export type { Bind } from './rows/listening.ts';
export type { MetricsPlace } from './rows/metrics.ts';
export { CheckRequest, HelpRequest, MessagesRequest, VersionRequest } from './rows/requests.ts';
export type { Rules } from './rows/rules.ts';
export type { TlsConfiguration } from './rows/tls.ts';
export type { StorageMount } from './storage.ts';
export { type Draft, options } from './table.ts';
