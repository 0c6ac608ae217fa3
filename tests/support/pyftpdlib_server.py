"""Runs pyftpdlib in the foreground: one argument, a Python literal of the options peers.py writes."""

import ast
import logging
import sys
import warnings

warnings.simplefilter("ignore")
from pyftpdlib.authorizers import DummyAuthorizer  # noqa: E402
from pyftpdlib import handlers  # noqa: E402
from pyftpdlib.servers import FTPServer  # noqa: E402

READ, WRITE = "elr", "adfmwMT"


def tls_handler(wanted):
    """The base class for sessions with TLS."""
    from OpenSSL import SSL

    versions = {"1.2": SSL.TLS1_2_VERSION, "1.3": SSL.TLS1_3_VERSION}
    context = SSL.Context(SSL.TLS_METHOD)
    context.use_certificate_chain_file(wanted["certificate"])
    context.use_privatekey_file(wanted["certificate"])
    context.set_session_id(b"pyftpdlib")
    if wanted["version"]:
        context.set_min_proto_version(versions[wanted["version"]])
        context.set_max_proto_version(versions[wanted["version"]])
    if wanted["clients"]:
        context.load_verify_locations(wanted["clients"])
        context.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, None)
    if wanted["stapled"]:
        with open(wanted["stapled"], "rb") as file:
            response = file.read()
        context.set_ocsp_server_callback(lambda _connection, _data: response)

    class WithTls(handlers.TLS_FTPHandler):
        ssl_context = context
        tls_control_required = tls_data_required = wanted["required"]

        def handle(self):
            if wanted["implicit"]:
                self.secure_connection(self.ssl_context)
            super().handle()

    return WithTls


def main():
    options = ast.literal_eval(sys.argv[1])
    logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
    authorizer = DummyAuthorizer()
    rights = READ if options["read_only"] else READ + WRITE
    authorizer.add_user(options["user"], options["password"], options["home"], perm=rights)
    if options["anonymous"]:
        authorizer.add_anonymous(options["home"])
    base = tls_handler(options["tls"]) if options["tls"] else handlers.FTPHandler
    commands = {verb: facts for verb, facts in base.proto_cmds.items()
                if verb not in options["disable"]}
    handler = type("handler", (base,), dict(
        authorizer=authorizer, proto_cmds=commands, auth_failed_timeout=0,
        permit_foreign_addresses=options["foreign"],
        passive_ports=range(options["passive"][0], options["passive"][1] + 1)))
    FTPServer((options["address"], options["port"]), handler).serve_forever()


main()
