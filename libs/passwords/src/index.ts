export { hashMemory, hashPassword, type HashCost } from './create.ts';
export { PasswordHashError, type PasswordHashErrorCode } from './errors.ts';
export { FairQueue } from './fair-queue.ts';
export { HashingGate, processGate, type HashingGateOptions } from './hashing-gate.ts';
export { dummyVerify, isPasswordHash, isUncheckableHash, verifyPassword, type VerifyLimits } from './verify.ts';
