"""How the servers of peers.py are told to speak TLS, and how one looks whether they do."""

import ssl

import certificates

VERSIONS = {"1.2": "TLSv1.2", "1.3": "TLSv1.3"}


class Tls:
    """What a test wants of a server.

    `implicit`: TLS from the first byte on. `required`: no login and no data without. `reuse`: data
    connections must resume the session of their control connection. `version`: "1.2" or "1.3", and
    no other. `clients`: an authority's certificate; only clients that it signed get in.
    `stapled`: a file with an OCSP response that goes along with the certificate.
    """

    def __init__(self, certificate=None, *, implicit=False, required=True, reuse=True,
                 version=None, clients=None, stapled=None):
        self.certificate = certificate or certificates.good()
        self.implicit, self.required, self.reuse = implicit, required, reuse
        self.version, self.clients, self.stapled = version, clients, stapled

    def openssl_config(self):
        """For $OPENSSL_CONF of servers that cannot be told the version."""
        limits = ""
        if self.version:
            name = VERSIONS[self.version]  # each server undoes one or the other
            limits = f"MinProtocol = {name}\nMaxProtocol = {name}\nProtocol = -ALL, {name}\n"
        return ("openssl_conf = all\n[all]\nssl_conf = ssl\n[ssl]\nsystem_default = limits\n"
                f"[limits]\n{limits}")

    def vsftpd(self):
        yes = {True: "YES", False: "NO"}
        lines = [
            "ssl_enable=YES", "ssl_tlsv1=YES", f"rsa_cert_file={self.certificate.certificate}",
            f"rsa_private_key_file={self.certificate.key}", "ssl_ciphers=HIGH",
            "allow_anon_ssl=YES",
            f"implicit_ssl={yes[self.implicit]}", f"require_ssl_reuse={yes[self.reuse]}",
            f"force_local_logins_ssl={yes[self.required]}",
            f"force_local_data_ssl={yes[self.required]}", "strict_ssl_read_eof=YES",
            "debug_ssl=YES",
        ]
        if self.clients:
            lines += ["require_cert=YES", "validate_cert=YES", f"ca_certs_file={self.clients}"]
        return lines

    def proftpd(self, run_dir):
        options = [name for name, wanted in (("UseImplicitSSL", self.implicit),
                                             ("NoSessionReuseRequired", not self.reuse)) if wanted]
        lines = [
            "LoadModule mod_tls.c", "TLSEngine on", f"TLSLog {run_dir}/tls.log",
            f"TLSRequired {'on' if self.required else 'off'}",
            f"TLSECCertificateFile {self.certificate.certificate}",
            f"TLSECCertificateKeyFile {self.certificate.key}",
            f"TLSProtocol {VERSIONS[self.version] if self.version else 'TLSv1.2 TLSv1.3'}",
        ]
        if options:
            lines.append(f"TLSOptions {' '.join(options)}")
        if self.clients:
            lines += [f"TLSCACertificateFile {self.clients}", "TLSVerifyClient on"]
        return lines

    def pureftpd(self):
        self._refuse("pure-ftpd", implicit=self.implicit, clients=self.clients)
        return ["-Y", "3" if self.required else "1",
                "-2", f"{self.certificate.certificate},{self.certificate.key}"]

    def pyftpdlib(self):
        """For pyftpdlib_server.py. It cannot demand that a session is resumed."""
        return dict(certificate=str(self.certificate.pem), implicit=self.implicit,
                    required=self.required, version=self.version, stapled=str(self.stapled or ""),
                    clients=str(self.clients or ""))

    def ferry(self):
        self._refuse("ferry serve", clients=self.clients, stapled=self.stapled)
        options = ["--tls-cert", self.certificate.certificate, "--tls-key", self.certificate.key]
        return options + [name for name, wanted in (
            ("--tls-required", self.required), ("--no-tls-reuse", not self.reuse),
            ("--ftps-port=0", self.implicit)) if wanted]

    def _refuse(self, server, **wanted):
        for name, value in wanted.items():
            if value:
                raise ValueError(f"{server} cannot be told {name}={value}")


    def hello(self, control):
        """Shakes hands over a connection with whoever is there, and gives the protected one."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context.wrap_socket(control)
