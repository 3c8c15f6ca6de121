"""Scenarios: what changes if the plan changes. A scenario is a file of rows added and withdrawn,
built by the same pipeline into a store of its own, so that every question can be asked under it.
"""

from coopgraph.scenario.file import Scenario, list_scenarios, load_scenario, scenario_names
from coopgraph.scenario.store import scenario_store

__all__ = ["Scenario", "list_scenarios", "load_scenario", "scenario_names", "scenario_store"]
