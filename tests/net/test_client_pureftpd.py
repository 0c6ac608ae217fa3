"""The client against pureftpd."""

import unittest

import client_tests
import peers


class Pureftpd(client_tests.ClientTests):
    server_class = peers.Pureftpd
    refused_names = ("back\\slash",)


if __name__ == "__main__":
    unittest.main()
