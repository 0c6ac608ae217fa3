"""The client against `ferry serve`, as against the servers of others."""

import unittest

import client_tests
import peers


class Ferry(client_tests.ClientTests):
    server_class = peers.FerryServer


if __name__ == "__main__":
    unittest.main()
