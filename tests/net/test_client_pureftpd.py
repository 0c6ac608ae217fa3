"""The client against pureftpd."""

import unittest

import client_tests
import peers


class Pureftpd(client_tests.ClientTests):
    server_class = peers.Pureftpd


if __name__ == "__main__":
    unittest.main()
