// The door of the journal.

export { forgetReader } from './journal/forget-reader.ts';
export { JournalError, type JournalErrorCode } from './journal/journal-error.ts';
export { JournalReader, type JournalReaderOptions } from './journal/journal-reader.ts';
export { JournalWriter, type JournalWriterOptions, type WhenFull } from './journal/journal-writer.ts';
export { type JournalFiles, SEGMENTS } from './journal/journal-folder.ts';
export { freeSlot, readersOf, slotOf } from './journal/reader-slots.ts';
export { toJson, type StoredUpload, type UploadEvent, type UploadEventJson } from './journal/upload-event.ts';
