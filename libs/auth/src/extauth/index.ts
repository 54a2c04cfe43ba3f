// The door for the daemon at the other end.

export { MAX_REPLY_BYTES } from './reply.ts';
export { MAX_REQUEST_BYTES, type RequestKey, requestValues } from './request.ts';
