export type { Engine, ScriptCall } from './engine.ts';
export { type Place, SharedPlaces, type SharedPlacesOptions, type Taken } from './shared-places.ts';
