// What tests of several packages share.
export { isRunning, openDescriptors, PATIENCE, untilSteady, untilTrue } from './conditions.ts';
export { endWithThisProcess } from './end-with-this-process.ts';
export { NAMES_IN_CHARSETS } from './names-in-charsets.ts';
export { QuestionDaemonPlace } from './question-daemon-place.ts';
export { RawClient, type RawReply } from './raw-client.ts';
export { isSoak, soak } from './soak.ts';
export { temporaryFolder } from './temporary-folder.ts';
