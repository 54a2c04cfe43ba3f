import { prometheusContentType, openMetricsContentType, type RegistryContentType } from 'prom-client';

const OPEN_METRICS = 'application/openmetrics-text';
const TEXT = 'text/plain';

/** The format that a client wants (RFC 9110 section 12.5.1): OpenMetrics where it is named and not liked less, else plain text. */
export function acceptedFormat(accept: string | undefined): RegistryContentType {
  const ranges = (accept ?? '').split(',').map(rangeOf);
  const openMetrics = qualityOf(ranges, OPEN_METRICS);
  return openMetrics > 0 && openMetrics >= qualityOf(ranges, TEXT) ? openMetricsContentType : prometheusContentType;
}

interface Range {
  readonly type: string;
  readonly quality: number;
}

function rangeOf(text: string): Range {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
  return { type, quality: quality === undefined ? 1 : Number(quality) || 0 };
}

function qualityOf(ranges: readonly Range[], wanted: string): number {
  return Math.max(0, ...ranges.filter(({ type }) => type === wanted).map(({ quality }) => quality));
}
