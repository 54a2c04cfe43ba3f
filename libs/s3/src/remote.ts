// The door for processes that share a store: one has the credentials, others ask it.
export { homePrefix } from './keys.ts';
export { HomeConnection, HomeObjects, HomeQuota } from './remote/home-connection.ts';
export { HomeCounters } from './remote/home-counters.ts';
export { Room } from './remote/room.ts';
export { ServedHome } from './remote/served-home.ts';
export { type GivenSettings, objectSettings, type ObjectSettings } from './settings.ts';
