import { charsetsOf } from '@pure-ftpd/charsets';
import { PureFtpdLanguages } from '@pure-ftpd/messages';
import { DTPHandler, ThrottledDTPHandler, type TlsService } from '@pure-ftpd/server';

import type { Daemon } from '../contract/session.ts';
import { openFortunes } from '../features/fortune.ts';
import { PureFtpdHandler } from '../session/handler.ts';

/** Seconds for a data connection to be made. */
const DATA_CONNECTION_SECONDS = 30;

/**
 * The class of the sessions of a process.
 * @param service What protects connections; undefined where there is no TLS.
 */
export function configuredHandler(shared: Daemon, service?: TlsService): typeof PureFtpdHandler {
  const { mode, sessionReuse, truncation } = shared.configuration.tls;
  const { idleSeconds, passivePorts, announceRules, fileMode, directoryMode, listLimits } = shared.configuration;
  const { language, offeredLanguages, messages } = shared.configuration;
  const languages = new PureFtpdLanguages(language, offeredLanguages, messages);
  const { clientCharset, fileSystemCharset, ignoreOptsUtf8 } = shared.configuration;
  const conversion = charsetsOf({ client: clientCharset, fileSystem: fileSystemCharset, ignoreOptsUtf8 });
  const { atomicUploads, numberedUploads, fortunesFile, hangUp, uploadLinger } = shared.configuration;
  class ConfiguredTransfers extends DTPHandler {
    static override timeout = idleSeconds;
  }
  class ThrottledTransfers extends ThrottledDTPHandler {
    static override timeout = idleSeconds;
  }
  return class extends PureFtpdHandler {
    static override daemon = shared;
    static override words = languages;
    static override charsets = conversion;
    /** Before there is a session, nothing but English is the same in all charsets. */
    static override catalogue = languages.catalogueOf(conversion === undefined ? languages.initial : 'en');
    static override fortunes = fortunesFile === undefined ? undefined : openFortunes(fortunesFile);
    static override dtpHandler = ConfiguredTransfers;
    static override throttledDtpHandler = ThrottledTransfers;
    static override tls = service;
    static override tlsControlRequired = (mode ?? 0) >= 2;
    static override tlsDataRequired = mode === 3;
    static override dataSessionReuse = sessionReuse;
    static override tlsTruncation = truncation;
    static override hangUp = hangUp;
    static override uploadLinger = uploadLinger;
    static override timeout = idleSeconds;
    static override dataConnectionTimeout = Math.min(idleSeconds, DATA_CONNECTION_SECONDS);
    static override passivePorts = passivePorts;
    static override announceRules = announceRules;
    static override fileMode = fileMode;
    static override directoryMode = directoryMode;
    static override atomicUploads = atomicUploads;
    static override numberedUploads = numberedUploads;
    static override maxListed = listLimits.entries;
    static override maxListDepth = listLimits.depth;
  };
}
