"""Certificates for tests, made by `openssl` when first asked for, and kept as long as the process.

    good().pem                      # certificate and key in one file
    authority().certificate         # who signed it
    expired().fingerprint           # SHA-256 of the certificate, as `--pin` takes it

All but those that say otherwise are for localhost, 127.0.0.1 and ::1, signed by `authority()`, and
valid from yesterday on for a month.
"""

import atexit
import datetime
import functools
import hashlib
import pathlib
import shutil
import ssl
import subprocess
import tempfile

HERE = ("DNS:localhost", "IP:127.0.0.1", "IP:::1")
EC = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
DATABASE = """[ca]
default_ca = here
[here]
dir = {root}
database = $dir/index
serial = $dir/serial
new_certs_dir = $dir
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
[req]
distinguished_name = any_name
[any_name]
"""


class Certificate:
    """Paths of PEM files."""

    def __init__(self, certificate, key):
        self.certificate, self.key = certificate, key
        self.pem = certificate.with_suffix(".pem")
        self.pem.write_text(certificate.read_text() + key.read_text())
        # Servers that serve as another account read them too; one such key is worth nothing.
        for path in (certificate, key, self.pem):
            path.chmod(0o644)

    @property
    def der(self):
        return ssl.PEM_cert_to_DER_cert(self.certificate.read_text())

    @functools.cached_property
    def fingerprint(self):
        return hashlib.sha256(self.der).hexdigest()

    @functools.cached_property
    def key_fingerprint(self):
        """SHA-256 of the public key (SPKI)."""
        return hashlib.sha256(openssl("pkey", "-in", self.key, "-pubout", "-outform",
                                      "DER")).hexdigest()


class Authority:
    """Signs certificates, and keeps book of them for OCSP."""

    def __init__(self, name):
        self.root = store() / name.replace(" ", "-")
        self.root.mkdir()
        self.config = self.root / "config"
        self.config.write_text(DATABASE.format(root=self.root))
        (self.root / "index").touch()
        (self.root / "serial").write_text("1000\n")
        self.certificate, self.key = self.root / "ca.crt", self.root / "ca.key"
        openssl("req", "-x509", "-config", self.config, *EC, "-keyout", self.key, "-out",
                self.certificate, "-subj", f"/CN={name}", "-days", "90",
                "-addext", "basicConstraints=critical,CA:TRUE",
                "-addext", "keyUsage=critical,keyCertSign,cRLSign,digitalSignature",
                "-addext", "subjectKeyIdentifier=hash")

    def sign(self, name, hosts=HERE, *, days=(-1, 30), key=None, self_signed=False,
             usage="serverAuth"):
        """A certificate for `name` (its CN), valid between these two days from now."""
        path = self.root / f"{name}-{len(list(self.root.iterdir()))}"
        request, signed = path.with_suffix(".csr"), path.with_suffix(".crt")
        own = key or path.with_suffix(".key")
        openssl("req", "-new", "-config", self.config, *(("-key", own) if key else
                                                       (*EC, "-keyout", own)),
                "-out", request, "-subj", f"/CN={name}")
        extensions = path.with_suffix(".ext")
        extensions.write_text(
            "basicConstraints=critical,CA:FALSE\n"
            f"extendedKeyUsage={usage}\n"
            "subjectKeyIdentifier=hash\n"
            + ("" if self_signed else "authorityKeyIdentifier=keyid\n")
            + (f"subjectAltName={','.join(hosts)}\n" if hosts else ""))
        signer = (("-selfsign", "-keyfile", own) if self_signed else
                  ("-cert", self.certificate, "-keyfile", self.key))
        openssl("ca", "-config", self.config, "-batch", "-notext", *signer, "-in", request,
                "-out", signed, "-startdate", moment(days[0]), "-enddate", moment(days[1]),
                "-extfile", extensions)
        return Certificate(signed, own)

    def ocsp(self, certificate, *, revoke=False):
        """What this authority says of a certificate now: a file with a signed OCSP response."""
        book = ("-config", self.config, "-cert", self.certificate, "-keyfile", self.key)
        if revoke:
            openssl("ca", *book, "-revoke", certificate.certificate)
        response = certificate.certificate.with_suffix(".ocsp")
        openssl("ocsp", "-index", self.root / "index", "-CA", self.certificate, "-rsigner",
                self.certificate, "-rkey", self.key, "-issuer", self.certificate, "-cert",
                certificate.certificate, "-ndays", "7", "-respout", response)
        return response


def openssl(*arguments):
    done = subprocess.run(["openssl", *map(str, arguments)], capture_output=True)
    if done.returncode != 0:
        raise RuntimeError(f"openssl {arguments}: {done.stderr.decode(errors='replace')}")
    return done.stdout


def moment(days):
    """So many days from now, as certificates write it."""
    there = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)
    return there.strftime("%Y%m%d%H%M%SZ")


@functools.cache
def store():
    root = pathlib.Path(tempfile.mkdtemp(prefix="ferry-certificates-"))
    root.chmod(0o755)
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    return root


@functools.cache
def authority():
    return Authority("Test Authority")


@functools.cache
def stranger():
    """An authority that nobody is told to trust."""
    return Authority("Strange Authority")


@functools.cache
def good():
    return authority().sign("good")


@functools.cache
def other():
    """As good as `good()`, and another."""
    return authority().sign("other")


@functools.cache
def renewed():
    """`good()` once more, with the same key."""
    return authority().sign("good", key=good().key)


@functools.cache
def expired():
    return authority().sign("expired", days=(-60, -30))


@functools.cache
def not_yet_valid():
    return authority().sign("early", days=(30, 60))


@functools.cache
def wrong_host():
    return authority().sign("elsewhere", ("DNS:ftp.elsewhere.example", "IP:192.0.2.1"))


@functools.cache
def common_name_only():
    """Names its host only where RFC 2818 said that one should not look any more."""
    return authority().sign("localhost", ())


@functools.cache
def unknown_authority():
    return stranger().sign("unknown")


@functools.cache
def self_signed():
    return authority().sign("self", self_signed=True)


@functools.cache
def other_self_signed():
    return authority().sign("self", self_signed=True)


@functools.cache
def self_signed_and_expired():
    return authority().sign("old self", self_signed=True, days=(-60, -30))


@functools.cache
def wildcard():
    return authority().sign("wildcard", ("DNS:*.ferry.example",))


@functools.cache
def idn():
    return authority().sign("idn", ("DNS:xn--bcher-kva.example",))


@functools.cache
def odd_names():
    """Its names would set a terminal's title and colours, end a line, turn the text round."""
    odd = "odd\x1b]0;owned\x07\x9b31m\nline two\u202e"
    path = store() / "odd.crt"
    openssl("req", "-x509", "-utf8", *EC, "-keyout", path.with_suffix(".key"), "-out", path,
            "-subj", f"/CN={odd}", "-addext", "subjectAltName=DNS:odd\x1b]0;owned\x07.example")
    return Certificate(path, path.with_suffix(".key"))


@functools.cache
def for_clients():
    """Not a server's: usable only by a client."""
    return authority().sign("alice", (), usage="clientAuth")


@functools.cache
def locked_key():
    """The key of `for_clients()`, encrypted with a password."""
    path = store() / "locked.key"
    openssl("ec", "-in", for_clients().key, "-aes256", "-passout", "pass:secret", "-out", path)
    return path


@functools.cache
def revoked():
    """A certificate, and the OCSP response that says so."""
    certificate = authority().sign("revoked")
    return certificate, authority().ocsp(certificate, revoke=True)
