<?php
// Does with Flysystem what the lines of standard input say: where to connect, then a call a line; tabs between fields. The
// folders of PHP's libraries are its arguments.

set_include_path(implode(PATH_SEPARATOR, array_slice($argv, 1)));
require 'League/Flysystem/autoload.php';

function fields(string $line): array
{
    return explode("\t", rtrim($line, "\n"));
}

function check(bool $done): void
{
    if (!$done) {
        throw new RuntimeException('refused: ' . (error_get_last()['message'] ?? ''));
    }
}

[$host, $port, $user, $password, $mode, $security] = fields(fgets(STDIN));
$server = new League\Flysystem\Filesystem(new League\Flysystem\Adapter\Ftp([
    'host' => $host,
    'port' => (int) $port,
    'username' => $user,
    'password' => $password,
    'passive' => $mode === 'passive',
    'ssl' => $security === 'explicit',
    'timeout' => 10,
]));

$calls = [
    'list' => function ($remote) use ($server) {
        foreach ($server->listContents($remote) as $entry) {
            echo $entry['basename'], "\n";
        }
    },
    'listAll' => function ($remote) use ($server) {
        foreach ($server->listContents($remote, true) as $entry) {
            echo $entry['type'], ' ', $entry['path'], "\n";
        }
    },
    'has' => function ($remote) use ($server) {
        echo $server->has($remote) ? 'yes' : 'no', "\n";
    },
    'write' => fn ($remote, $content) => check($server->write($remote, $content)),
    'read' => function ($remote) use ($server) {
        echo $server->read($remote), "\n";
    },
    'makeFolder' => fn ($remote) => check($server->createDir($remote)),
    'removeFolder' => fn ($remote) => check($server->deleteDir($remote)),
    'rename' => fn ($remote, $to) => check($server->rename($remote, $to)),
    'copy' => fn ($remote, $to) => check($server->copy($remote, $to)),
];

try {
    while (($line = fgets(STDIN)) !== false) {
        $fields = fields($line);
        $calls[array_shift($fields)](...$fields);
    }
} catch (Exception $error) {
    fwrite(STDERR, get_class($error) . ': ' . $error->getMessage() . "\n");
    exit(1);
}
