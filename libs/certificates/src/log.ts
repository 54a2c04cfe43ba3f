/** Levels of what the library tells; the program makes lines of its log of them. */
export type CertificateLogLevel = 'info' | 'warning' | 'error';

/** Called with one line, without line end. */
export type CertificateLog = (level: CertificateLogLevel, text: string) => void;
