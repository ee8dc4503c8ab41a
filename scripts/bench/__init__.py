"""Measurements that do not depend on the machine: modules, calls, reads and RPCs, by count."""
