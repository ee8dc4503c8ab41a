"""Each action of the budget: how it comes about, and the one thing that is measured.

One module a feature; importing this package registers them all.
"""

from importlib import import_module
from pkgutil import iter_modules

from tests.cost.actions.scene import ACTIONS

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = ["ACTIONS"]
