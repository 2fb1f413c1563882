"""Brings clients, environments and stand-ins together, and writes down what happened."""
