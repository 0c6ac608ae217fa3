"""Runs pyftpdlib in the foreground: one argument, a Python literal of the options peers.py writes."""

import ast
import logging
import sys
import warnings

warnings.simplefilter("ignore")
from pyftpdlib.authorizers import DummyAuthorizer  # noqa: E402
from pyftpdlib.handlers import FTPHandler  # noqa: E402
from pyftpdlib.servers import FTPServer  # noqa: E402

READ, WRITE = "elr", "adfmwMT"


def main():
    options = ast.literal_eval(sys.argv[1])
    logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
    authorizer = DummyAuthorizer()
    rights = READ if options["read_only"] else READ + WRITE
    authorizer.add_user(options["user"], options["password"], options["home"], perm=rights)
    if options["anonymous"]:
        authorizer.add_anonymous(options["home"])
    commands = {verb: facts for verb, facts in FTPHandler.proto_cmds.items()
                if verb not in options["disable"]}
    handler = type("handler", (FTPHandler,), dict(
        authorizer=authorizer, proto_cmds=commands, auth_failed_timeout=0,
        passive_ports=range(options["passive"][0], options["passive"][1] + 1)))
    FTPServer((options["address"], options["port"]), handler).serve_forever()


main()
