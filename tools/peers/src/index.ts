export { PEER_NAMES, type PeerName } from './catalogue.ts';
export { installPeers } from './install.ts';
export { type Peer, missingPeers, peer, peerPath } from './locate.ts';
export { type NamespaceOptions, NamespacedProcess } from './namespace.ts';
export { freePort, freePorts, untilGreeting } from './ports.ts';
export { type ObjectStore, RADOSGW, startRadosgw } from './radosgw.ts';
export { type PureFtpdOptions, type RunningServer, startPureFtpd, startServer } from './pure-ftpd.ts';
export { type TempFolder, tempFolder } from './temp-folder.ts';
