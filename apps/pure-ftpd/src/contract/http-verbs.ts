/** A browser, or a proxy that is made to talk to us, says one of these: the connection ends [server-protocol §4]. */
export const HTTP_VERBS: readonly string[] = ['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'POST', 'PUT'];
