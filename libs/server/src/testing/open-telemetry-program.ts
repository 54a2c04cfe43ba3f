// The example of OpenTelemetry with an SDK that writes down what it is told.
import { type Attributes, createNoopMeter, metrics } from '@opentelemetry/api';

function writesDown(name: string, value: number | string, attributes: Attributes | undefined): void {
  console.log(`${name} ${value} ${JSON.stringify(attributes)}`);
}

const counter = (name: string) => ({
  add: (value: number, attributes?: Attributes) => writesDown(name, value, attributes),
});
const meter = Object.assign(createNoopMeter(), {
  createCounter: counter,
  createUpDownCounter: counter,
  createHistogram: (name: string) => ({
    record: (_value: number, attributes?: Attributes) => writesDown(name, 'measured', attributes),
  }),
});
metrics.setGlobalMeterProvider({ getMeter: () => meter });
await import('../../examples/open-telemetry.ts');
