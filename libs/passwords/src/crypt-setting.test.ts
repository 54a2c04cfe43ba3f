import { describe, expect, test } from 'vitest';
import { parseCryptSetting } from './crypt-setting.ts';
import { parseScrypt } from './scrypt-string.ts';

describe('parseCryptSetting', () => {
  test.each([
    // The defaults of libxcrypt: 16 MiB.
    [`$y$j9T$salt$${'a'.repeat(43)}`, '$y$j9T$salt$', 16],
    [`$y$jFT$salt$${'a'.repeat(43)}`, '$y$jFT$salt$', 1024],
    [`$gy$j75$salt$${'a'.repeat(43)}`, '$gy$j75$salt$', 1],
    [`$7$CU..../....salt$${'a'.repeat(43)}`, '$7$CU..../....salt$', 64],
    [`$2b$05$${'a'.repeat(53)}`, `$2b$05$${'a'.repeat(22)}`, 0],
    ['abkCR8XKWqC4E', 'ab', 0],
    ['_J9..YGyEIAghVfK6Ens', '_J9..YGyE', 0],
    ['$3$$6f12c0ab327e099821bd938f39faab0d', '$3$$', 0],
    ['$md5,rounds=34376$KzpH/OJl$$AGCNw0eVZW6UqErh4eS481', '$md5,rounds=34376$KzpH/OJl$$', 0],
  ])('%s', (stored, setting, mebibytes) => {
    const parsed = parseCryptSetting(stored);
    expect(parsed?.setting).toBe(setting);
    expect(Math.floor((parsed?.memory ?? -1) / 2 ** 20)).toBe(mebibytes);
  });

  test.each([
    '$9$abc$def',
    '$y$j9T$salt',
    `$y$$$${'a'.repeat(43)}`,
    `$y$j9T7$salt$${'a'.repeat(43)}`,
    'ab',
    '$1$a$b',
    '$2b$05$x',
  ])('refuses %s', (stored) => {
    expect(parseCryptSetting(stored)).toBeUndefined();
  });

  test('an optional parallelism and time factor of yescrypt count', () => {
    const plain = parseCryptSetting(`$y$j9T$salt$${'a'.repeat(43)}`);
    const longer = parseCryptSetting(`$y$j9T/1$salt$${'a'.repeat(43)}`);
    expect(longer?.time).toBeGreaterThan((plain?.time ?? 0) * 1.5);
  });
});

describe('parseScrypt', () => {
  const good = '$7$C6..../....5JOqyZC2c5Yf0tNTyatL1d8j1s/spYRObaq4EJirccC$i7Cv3QjvwYRVB0v81F5oMICuvRdF9xusSat2MOHTgK4';

  test('reads the fixed form of libsodium', () => {
    expect(parseScrypt(good)).toMatchObject({ logN: 14, r: 8, p: 1 });
    expect(parseScrypt(good)?.hash).toHaveLength(32);
    expect(parseScrypt(good)?.salt).toHaveLength(43);
  });

  test.each([
    good.slice(0, -1),
    `${good}.`,
    good.replace('$7$C', '$7$!'),
    good.replace('6....', '.....'),
    `${good.slice(0, -1)}z`,
  ])('refuses %s', (text) => {
    expect(parseScrypt(text)).toBeUndefined();
  });
});
