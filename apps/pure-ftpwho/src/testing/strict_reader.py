# Reads documents with expat, which takes nothing that is no XML: a JSON list of documents in base64 on standard input becomes one of
# what is in them. The bytes of names are hexadecimal digits.
import base64
import json
import plistlib
import sys
from urllib.parse import unquote_to_bytes
from xml.parsers import expat

ENCODING = 'iso8859-15'


def clients(document):
    """The attributes of each client of a report."""
    found = []

    def begin(name, attributes):
        if name == 'client':
            found.append(attributes)

    parser = expat.ParserCreate()
    parser.StartElementHandler = begin
    parser.Parse(document, True)
    return found


def name(fields, key):
    encoded = fields.get(key + '_encoded')
    return (fields[key].encode(ENCODING) if encoded is None else unquote_to_bytes(encoded)).hex()


def session(fields):
    names = {key: name(fields, key) for key in ('account', 'file', 'host', 'localhost')}
    rest = {key: value for key, value in fields.items() if key not in names and not key.endswith('_encoded')}
    return {**names, **rest}


def read(document):
    is_plist = b'<!DOCTYPE plist' in document
    return [session(fields) for fields in (plistlib.loads(document)['user-info'] if is_plist else clients(document))]


print(json.dumps([read(base64.b64decode(document)) for document in json.load(sys.stdin)]))
